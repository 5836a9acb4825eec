"""Sentences about models: reading, running, calibrating, installing and removing them."""

from __future__ import annotations

from bedside_dx.text.message import Message, mark

MODEL_MESSAGES: dict[str, Message] = {
    "model.not-found": Message(
        mark("There is no model called {name}."), mark("Installed models: {installed}.")
    ),
    "model.none-installed": Message(
        mark("No model is installed."),
        mark("Install the program again: it comes with its models."),
    ),
    "model.choose": Message(
        mark("Which model? The organ is never guessed."),
        mark("Choose one with --model: {installed}."),
    ),
    "model.damaged": Message(
        mark("The model package {name} is damaged: {detail}."),
        mark("Install the package again. It was not used."),
    ),
    "model.golden-mismatch": Message(
        mark("The model {name} does not give its reference results on this machine."),
        mark("Do not use it here; run bedside-dx doctor and report what it says."),
    ),
    "model.provider-unavailable": Message(
        mark("{provider} was asked for, but this machine can only run on: {available}."),
        mark("Choose --provider cpu, or install the driver for the graphics card."),
    ),
    "model.provider-failed": Message(
        mark("{provider} was asked for, but it does not run here: {detail}."),
        mark("Choose --provider cpu. What a graphics card needs is told in docs/dependencies.md."),
    ),
    "model.engine-missing": Message(
        mark("{engine} was asked for, but it is not installed."),
        mark('Install it: pip install "bedside-dx[{extra}]". Or choose --engine onnxruntime.'),
    ),
    "model.engine-unfit": Message(
        mark("{engine} was asked for, but it does not do {asked} here."),
        mark("Choose --engine auto, which takes what the precision and the provider need."),
    ),
    "model.precision-not-stated": Message(
        mark("The model {name} may not run in {precision}: its package does not state it."),
        mark(
            "A precision is stated where 199 decisions of 200 stay the same. Choose --precision"
            " fp32."
        ),
    ),
    "model.precision-unavailable": Message(
        mark("{precision} was asked for, but this processor does not compute in it."),
        mark("Choose --precision fp32."),
    ),
    "model.wrong-input": Message(
        mark("The model {name} reads {expected}; {file} is something else."),
        mark("Choose a model made for this kind of image."),
    ),
    "inference.failed": Message(
        mark("The model {name} failed: {detail}."), mark("Run bedside-dx doctor.")
    ),
    "inference.not-finite": Message(
        mark("The model {name} gave no usable number. No result was made of it."),
        mark("Run bedside-dx doctor."),
    ),
    "calibrate.not-yours": Message(
        mark("{name} was left as it is: others answer for its calibration."),
        mark(
            "Only a model that you imported, and that nobody signed, can be calibrated here. Export"
            " it and import it under another name first."
        ),
    ),
    "calibrate.too-few": Message(
        mark("Too few labelled images of {classes}: {fewest:count} of the rarest class."),
        mark(
            "Give at least {least:count} of each class; images of one group (a patient, a slide)"
            " count once."
        ),
    ),
    "install.not-found": Message(
        mark("There is no model package {file}."),
        mark("Check the path and that the stick is connected."),
    ),
    "install.damaged": Message(
        mark("{file} is no sound model package: {detail}. Nothing was installed."),
        mark("Ask the sender for the package again."),
    ),
    "install.failed": Message(
        mark("The model in {file} does not run here: {detail}. Nothing was installed."),
        mark("Ask the sender which version of the program it was made for."),
    ),
    "install.not-finite": Message(
        mark("The model in {file} gives no usable number. Nothing was installed."),
        mark("Tell the sender; no result can be made with it."),
    ),
    "install.golden-mismatch": Message(
        mark("The model in {file} does not give its reference results here. It was not installed."),
        mark("Run bedside-dx doctor. If this machine is sound, tell the sender."),
    ),
    "install.out-of-memory": Message(
        mark(
            "The model in {file} asks for more than {gb:decimal} GB of memory. It was stopped;"
            " nothing was installed."
        ),
        mark("Tell the sender; a model for this program needs far less."),
    ),
    "install.too-slow": Message(
        mark(
            "The model in {file} did not finish within {seconds:count} s. It was stopped; nothing"
            " was installed."
        ),
        mark("Tell the sender; reference images take seconds."),
    ),
    "install.crashed": Message(
        mark("Trying {file} failed so badly that it was stopped. Nothing was installed."),
        mark("Do not use this package. Tell the sender."),
    ),
    "install.name-taken": Message(
        mark("Another model called {name} is here already. It was not replaced."),
        mark("Remove the other one first, or ask for the package under another name."),
    ),
    "install.signed-taken": Message(
        mark("{name} is signed here; an unsigned package may not take its place."),
        mark("Ask the sender to sign the package, or to give it another name."),
    ),
    "install.other-model": Message(
        mark("{file} holds the model {name} instead of {wanted}. Nothing was installed."),
        mark("Tell the sender."),
    ),
    "install.not-copied": Message(
        mark("{file} could not be installed: {detail}. Your models are as they were."),
        mark("Check the stick, the free space and the rights of the folder, then try again."),
    ),
    "install.no-previous": Message(
        mark("There is no earlier {name} to go back to."),
        mark("See what is installed: bedside-dx models list."),
    ),
    "remove.bundled": Message(
        mark("{name} came with the program and can't be removed."),
        mark("Choose another model for a slide; what is not chosen does not run."),
    ),
    "remove.elsewhere": Message(
        mark("{name} lies in the site's folder {folder}. It was not removed."),
        mark("Ask whoever looks after that folder."),
    ),
    "remove.not-removed": Message(
        mark("{name} could not be removed: {detail}."),
        mark("Check the rights of the folder, then try again."),
    ),
}
