"""Sentences that are looked up by code: errors with their way out, reasons, next steps.

Errors say what happened and what was kept (`text`), then what to do (`hint`).
Placeholders are the values that the error or reason carries, plus ``{file}``.
"""

from __future__ import annotations

from bedside_dx.text.course_messages import COURSE_MESSAGES
from bedside_dx.text.disease_messages import DISEASE_MESSAGES
from bedside_dx.text.dosing_messages import DOSING_MESSAGES
from bedside_dx.text.message import Message, mark
from bedside_dx.text.plan_messages import PLAN_MESSAGES
from bedside_dx.text.scan_messages import SCAN_MESSAGES
from bedside_dx.text.therapy_messages import THERAPY_MESSAGES
from bedside_dx.text.trial_messages import TRIAL_MESSAGES

MESSAGES: dict[str, Message] = {
    # --- slides and images -------------------------------------------------------------
    "slide.not-found": Message(
        mark("There is no file {file}."), mark("Check the path and that the disk is connected.")
    ),
    "slide.empty": Message(
        mark("{file} is empty."), mark("Copy it again from the scanner; the copy was cut short.")
    ),
    "slide.unsupported": Message(
        mark("{file} is not a slide or image that can be read here."),
        mark("Slides: any OpenSlide format or DICOM. Images: TIFF, PNG or JPEG."),
    ),
    "slide.damaged": Message(
        mark("{file} is damaged and can't be read."),
        mark("Copy it again from the scanner, or scan the slide again."),
    ),
    "slide.unreadable-region": Message(
        mark("A region of {file} can't be decoded."),
        mark("It is counted as unreadable area. Copy the file again from the scanner."),
    ),
    "slide.too-large": Message(
        mark("{file} says it is {width:count} × {height:count} px: more than can be opened."),
        mark("The file is damaged, or it needs to be saved as a tiled pyramid."),
    ),
    "slide.changed": Message(
        mark("{file} was changed while it was read. No result was kept."),
        mark("Wait until the copy is complete, then start again."),
    ),
    "slide.opening-crashed": Message(
        mark("Reading {file} failed so badly that it was stopped. Nothing else was affected."),
        mark("The file is damaged. Copy it again from the scanner."),
    ),
    "slide.opening-too-slow": Message(
        mark("{file} did not open within {seconds:count} s."),
        mark("Copy it to a local disk and try again."),
    ),
    "slide.no-scale": Message(
        mark("This file does not say its scale: {file}."),
        mark(
            "Enter µm per pixel (--spacing on the command line), or read it from the scanner's"
            " sheet. It is never guessed."
        ),
    ),
    "slide.absurd-scale": Message(
        mark("The scale of {file} can't be right: {um_per_px:scale} µm per pixel ({source})."),
        mark("Enter the true µm per pixel (--spacing on the command line)."),
    ),
    "slide.scale-contradicts": Message(
        mark("{file} says {stated:scale} µm per pixel, {entered:scale} was entered."),
        mark(
            "Leave the scale out to use the file's. If the scanner's sheet proves the file"
            " wrong, export the slide without its scale and enter it for that copy."
        ),
    ),
    "slide.too-coarse": Message(
        mark(
            "{file} has {um_per_px:scale} µm per pixel; the model {model} needs"
            " {needed:scale} or finer."
        ),
        mark(
            "If it is an overview, open the full-resolution level. Else scan the slide at a"
            " higher magnification, or choose another model."
        ),
    ),
    "slide.uneven-scale": Message(
        mark("{file} says its pixels are not square: {x:scale} × {y:scale} µm."),
        mark("Enter the true µm per pixel (--spacing on the command line)."),
    ),
    "slide.bad-profile": Message(
        mark("The colour profile in {file} can't be used."), mark("Open it without the profile.")
    ),
    "slide.no-access": Message(
        mark("{file} may not be read."), mark("Ask for the right to read it.")
    ),
    "slide.several-slides": Message(
        mark("The folder {file} holds {slides:count} slides."),
        mark("Open one of its files instead."),
    ),
    "slide.not-a-slide": Message(
        mark("{file} is a DICOM image, but not a slide."),
        mark("Export the image as PNG and open that with a model for whole images."),
    ),
    "slide.no-slide-in-folder": Message(
        mark("The folder {file} holds DICOM images, but no slide."),
        mark("Export one image as PNG and open that with a model for whole images."),
    ),
    "slide.two-patients": Message(
        mark("The DICOM files beside {file} belong to more than one patient."),
        mark("Put each patient's files into a folder of their own."),
    ),
    # --- models ------------------------------------------------------------------------
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
    # --- models in and out -------------------------------------------------------------
    "exchange.not-found": Message(mark("There is no model {file}."), mark("Check the path.")),
    "exchange.unknown-format": Message(
        mark("{file} is no model that can be imported."),
        mark(
            "It can be a package, a folder of the WSInfer zoo, a MONAI bundle with an ONNX file,"
            " or one ONNX file."
        ),
    ),
    "exchange.extra-missing": Message(
        mark("A part of the program that this needs is not installed: {extra}."),
        mark('Install it once: pip install "bedside-dx[{extra}]".'),
    ),
    "exchange.unreadable": Message(
        mark("{file}: {detail} can't be read. Nothing was installed."),
        mark("Copy the model again."),
    ),
    "exchange.link": Message(
        mark("{file} holds a link or a path that leads elsewhere: {detail}. It was not opened."),
        mark("Copy the files themselves into one folder."),
    ),
    "exchange.too-many": Message(
        mark("{file} holds more than {most:count} files."),
        mark("Choose the folder of the model itself."),
    ),
    "exchange.bad-description": Message(
        mark("The description of the model in {file} can't be used: {detail}."),
        mark("Get the model again from its makers, or import its ONNX file alone."),
    ),
    "exchange.no-onnx": Message(
        mark("{file} has no file models/model.onnx."),
        mark("Let the bundle's makers export it: python -m monai.bundle onnx_export."),
    ),
    "exchange.no-torchscript": Message(
        mark("The weights in {file} are no TorchScript. They were not opened: they may hold code."),
        mark("Ask the makers for torchscript_model.pt, or for an ONNX file."),
    ),
    "exchange.not-a-classifier": Message(
        mark("{file} does not name the class of a flat image: it reads volumes or marks pixels."),
        mark("Only classifiers of flat images can be imported."),
    ),
    "exchange.volume-unsupported": Message(
        mark("The bundle {file} needs what is not read here: {detail}. Nothing was installed."),
        mark("docs/model-package.md lists what a bundle for volumes may hold."),
    ),
    "exchange.which-output": Message(
        mark("The network in {file} has several outputs: {outputs}."),
        mark("State the one with the classes: --output NAME."),
    ),
    "exchange.graph-refused": Message(
        mark("The network in {file} can't be used: {detail}. Nothing was installed."),
        mark("Ask its makers for one ONNX file with its weights inside and standard operators."),
    ),
    "exchange.fixed-batch": Message(
        mark("The network in {file} takes a fixed number of images at a time."),
        mark("Ask its makers for an export with a free number of images."),
    ),
    "exchange.other-classes": Message(
        mark("The network in {file} gives {given:count} numbers an image, not {stated:count}."),
        mark("State its classes in the order of its outputs."),
    ),
    "exchange.no-probabilities": Message(
        mark("What the network in {file} gives are no probabilities."),
        mark("State what makes them so: softmax for several classes, sigmoid for one."),
    ),
    "exchange.already-probabilities": Message(
        mark("The network in {file} gives probabilities already."), mark("State: activation none.")
    ),
    "exchange.outputs-differ": Message(
        mark(
            "The converted network in {file} differs from the original by {difference}, more than"
            " {allowed}. Nothing was installed."
        ),
        mark("Ask its makers for an ONNX file of their own."),
    ),
    "exchange.conversion-failed": Message(
        mark("The network in {file} can't be converted: {detail}."),
        mark("Ask its makers for an ONNX file."),
    ),
    "exchange.crashed": Message(
        mark("Trying the network in {file} failed so badly that it was stopped ({detail})."),
        mark("Nothing was installed. The file is damaged or not meant for this."),
    ),
    "exchange.too-large": Message(
        mark("The network in {file} needs more memory than it may have."),
        mark("Nothing was installed. Choose a smaller model."),
    ),
    "exchange.too-slow": Message(
        mark("Trying the network in {file} took longer than {seconds:count} s."),
        mark("Nothing was installed. Choose a smaller model."),
    ),
    "exchange.incomplete": Message(
        mark("{file} does not say everything about its model: {missing}."),
        mark("State it: bedside-dx models import --help. It is never guessed."),
    ),
    "exchange.bad-answer": Message(
        mark("{key}: “{answer}” is not possible."), mark("For example: {allowed}.")
    ),
    "exchange.contradicts": Message(
        mark("{key}: “{answer}” was stated, but the model's own files say something else."),
        mark("Leave it out, or get the right model."),
    ),
    "exchange.name-taken": Message(
        mark("A model called {name} is installed already. It was left as it is."),
        mark("Give the new one another name."),
    ),
    "exchange.too-few-familiar": Message(
        mark("{count:count} usable familiar images: too few to tell what is unfamiliar."),
        mark("Give a folder with at least {least:count} different images."),
    ),
    "exchange.no-operator": Message(
        mark(
            "The model {name} holds operators that TorchScript has no counterpart for: {operators}."
        ),
        mark("The export has the ONNX file only."),
    ),
    "exchange.no-export": Message(
        mark("The model {name} reads whole images; WSInfer knows patches of slides only."),
        mark("Choose a model for slides."),
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
    # --- models from elsewhere ---------------------------------------------------------
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
    "update.no-repository": Message(
        mark("No published models were found in the folder {file}."),
        mark("Choose the folder that the sender made with bedside-dx models publish."),
    ),
    "update.unknown-root": Message(
        mark(
            "The folder {file} comes from “{publisher}”, who is not trusted here. Nothing"
            " was taken."
        ),
        mark(
            "Compare the fingerprint {fingerprint} with the sender's, then: bedside-dx models"
            " trust add."
        ),
    ),
    "update.unknown-key": Message(
        mark(
            "{part} is signed by a key that {publisher} does not have. Your models are unchanged."
        ),
        mark(
            "Do not use the folder {file}. Ask the sender, and tell whoever is in charge of"
            " security."
        ),
    ),
    "update.tampered": Message(
        mark("{part} is not what {publisher} signed: it was changed. Your models are unchanged."),
        mark(
            "Do not use the folder {file}. Copy it again from the sender; tell security if"
            " it happens again."
        ),
    ),
    "update.rolled-back": Message(
        mark(
            "The folder {file} is older than what this machine has seen. Your models are unchanged."
        ),
        mark("Ask the sender for the newest copy: an old one may bring back known faults."),
    ),
    "update.expired": Message(
        mark(
            "What {publisher} signed in the folder {file} is out of date. Your models are"
            " unchanged."
        ),
        mark("See whether this machine's date is right; if so, ask the sender for a newer copy."),
    ),
    "update.clock": Message(
        mark("This machine's date, {now}, is before {seen}, which it has seen. Nothing was taken."),
        mark("Set the date right, then try again: without it nobody can tell what is out of date."),
    ),
    "update.file-missing": Message(
        mark("{part} is missing in the folder {file}. Your models are unchanged."),
        mark("Copy the whole folder again from the sender."),
    ),
    "update.not-kept": Message(
        mark("What was checked can't be written down here: {detail}. Nothing was taken."),
        mark("Check the free space and the rights of your own folder, then try again."),
    ),
    "update.package-missing": Message(
        mark("The package of {name} is missing in the folder {file}. Your models are unchanged."),
        mark("Copy the whole folder again from the sender."),
    ),
    "update.package-differs": Message(
        mark("The package of {name} is not the one {publisher} signed. Your models are unchanged."),
        mark(
            "Do not use the folder {file}. Copy it again from the sender; tell security if"
            " it happens again."
        ),
    ),
    "update.not-offered": Message(
        mark("The folder {file} offers no model called {name}."), mark("It offers: {offered}.")
    ),
    "update.not-newer": Message(
        mark("{name} {version} is not newer than the installed {installed}. Nothing was changed."),
        mark("To go back to the one before: bedside-dx models rollback."),
    ),
    "trust.no-root": Message(
        mark("{file} is no sound root of a publisher."),
        mark("Ask the sender for the folder, or for the file metadata/1.root.json of it."),
    ),
    "trust.expired": Message(
        mark("This root was valid until {date} only. It was not trusted."),
        mark("See whether this machine's date is right; if so, ask the sender for a newer copy."),
    ),
    "trust.other-fingerprint": Message(
        mark("This is not the publisher you expect: its fingerprint is {found}."),
        mark("Do not trust it. Ask the sender for the fingerprint again, by telephone."),
    ),
    "trust.not-confirmed": Message(
        mark("Nothing was trusted: the fingerprint was not confirmed."),
        mark("Get it from the sender by another way, and give it with --fingerprint."),
    ),
    "trust.unknown": Message(
        mark("No trusted publisher has the fingerprint {fingerprint}."),
        mark("See who is trusted: bedside-dx models trust list."),
    ),
    "trust.not-written": Message(
        mark("The root can't be kept: {detail}. Nothing was trusted."),
        mark("Check the free space and the rights of your own folder, then try again."),
    ),
    "publish.no-name": Message(
        mark("{file} is new: who publishes?"),
        mark("Name your hospital with --publisher; those who receive the models will read it."),
    ),
    "publish.damaged": Message(
        mark("What was published in {file} is damaged or was changed. Nothing was written."),
        mark("Publish into a new folder, or restore this one from a copy."),
    ),
    "publish.other-keys": Message(
        mark("{file} was published with other keys. Nothing was written."),
        mark("Use the keys it was made with, or publish into a new folder."),
    ),
    "publish.not-newer": Message(
        mark("{name} {version} is not newer than the published {published}. Nothing was written."),
        mark("Give the new model a higher version in its manifest."),
    ),
    "publish.nothing-there": Message(
        mark("Nothing was published in {file}: there are no keys to replace."),
        mark("Name the folder that you publish into."),
    ),
    "publish.same-keys": Message(
        mark("The keys in {file} are in use already. Nothing was written."),
        mark("Make others with “models keys make” and name their folder."),
    ),
    "publish.expired": Message(
        mark("The root of {file} is out of date. Nothing was written."),
        mark("Put root.pem back among the keys and publish again: it renews the root."),
    ),
    "publish.not-written": Message(
        mark("{file} could not be written: {detail}. What was published before is as it was."),
        mark("Check the free space and the rights of the folder, then publish again."),
    ),
    "keys.short-passphrase": Message(
        mark("The passphrase is too short. No key was made."),
        mark("Take at least {shortest:count} characters."),
    ),
    "keys.no-passphrase": Message(
        mark("The keys are locked, and nobody can be asked for the passphrase here."),
        mark("Start it in a terminal, or set {variable}."),
    ),
    "keys.passphrases-differ": Message(
        mark("The two passphrases differ. No key was made."), mark("Try again.")
    ),
    "keys.exist": Message(
        mark("{file} holds keys already. They were left as they are."),
        mark("Choose another folder: a lost key can't be made again."),
    ),
    "keys.not-written": Message(
        mark("Keys could not be written to {file}: {detail}."), mark("Choose another folder.")
    ),
    "keys.missing": Message(
        mark("There is no key {file}."), mark("Make keys with bedside-dx models keys make.")
    ),
    "keys.open-to-others": Message(
        mark("Others on this machine may read the key {file}. It was not used."),
        mark("Take their rights away: chmod 600."),
    ),
    "keys.locked": Message(
        mark("The key {file} can't be unlocked."), mark("Check the passphrase.")
    ),
    # --- results and files -------------------------------------------------------------
    "report.no-folder": Message(
        mark("Nothing can be written to {folder}: {detail}. Nothing was started."),
        mark("Choose another folder for the results."),
    ),
    "report.not-written": Message(
        mark("{file} could not be written: {detail}. Earlier files were left as they were."),
        mark("Check the free space and the rights of the folder, then save again."),
    ),
    "report.unreadable": Message(
        mark("{file} is no report that can be read here: {detail}."),
        mark("Save the report again from its case."),
    ),
    "index.not-found": Message(mark("There is no table {file}."), mark("Check the path.")),
    "index.not-a-table": Message(
        mark("{file} is not a table in CSV format."),
        mark("Save it as CSV with the columns path and label; spacing_um and group are optional."),
    ),
    "index.no-columns": Message(
        mark("The table {file} lacks these columns: {columns}."),
        mark("Save it as CSV with the columns path and label; spacing_um and group are optional."),
    ),
    "index.no-rows": Message(
        mark("The table {file} has no rows."), mark("Write one row for each image.")
    ),
    "index.no-path": Message(
        mark("{file}, line {line:count}: the path is missing."),
        mark("Write the image's path, relative to the table's folder."),
    ),
    "index.unknown-label": Message(
        mark("{file}, line {line:count}: the model has no class “{label}”."),
        mark("Its classes: {known}."),
    ),
    "index.bad-spacing": Message(
        mark("{file}, line {line:count}: “{value}” is no spacing in µm per pixel."),
        mark("Write a number from 0.05 to 10, or leave it empty."),
    ),
    "index.bad-familiar": Message(
        mark("{file}, line {line:count}: “{value}” in the column familiar is neither yes nor no."),
        mark("Write no for an image of another kind than the model's; it needs no label."),
    ),
    "index.none-familiar": Message(
        mark("All images that {file} lists are of another kind than the model's."),
        mark("Add labelled images of its own kind, or leave the column familiar out."),
    ),
    "index.none-readable": Message(
        mark("None of the images that {file} lists can be read. First: {first}"),
        mark("Paths are relative to the table's folder."),
    ),
    "settings.bad": Message(mark("{name} can't be {value}."), mark("Allowed: {allowed}.")),
    # --- the site's rules --------------------------------------------------------------
    "rules.unknown": Message(
        mark("There is no limit called {key}."), mark("The limits are: {known}.")
    ),
    "rules.no-name": Message(
        mark("A change of the rules needs a name and a reason. Nothing was changed."),
        mark("Say who changes it, and why."),
    ),
    "rules.too-long": Message(
        mark("A name or reason has more than {most:count} letters. Nothing was changed."),
        mark("Shorten it."),
    ),
    "rules.same": Message(
        mark("{label} is {value} already. Nothing was changed."), mark("Choose another value.")
    ),
    "rules.history-edited": Message(
        mark("{file}, line {line:count}, was edited: the site's rules can't be trusted."),
        mark(
            "No verdict is given until the file is restored from a backup, or a new history is"
            " begun: bedside-dx rules restart."
        ),
    ),
    "rules.history-cut": Message(
        mark("Rows are missing in {file}: the site's rules can't be trusted."),
        mark(
            "No verdict is given until the file is restored from a backup, or a new history is"
            " begun: bedside-dx rules restart."
        ),
    ),
    "rules.not-in-history": Message(
        mark("{file} holds limits that nobody is on record for."),
        mark(
            "No verdict is given until the file is restored from a backup, or a new history is"
            " begun: bedside-dx rules restart."
        ),
    ),
    "store.unreadable": Message(
        mark("{file} can't be read: {detail}. It was left as it is."),
        mark("Restore it from a backup, or ask for the right to read it."),
    ),
    "store.not-written": Message(
        mark("{file} could not be written: {detail}. All is as it was."),
        mark("Check the free space and the rights of the folder, then try again."),
    ),
    "store.busy": Message(
        mark("{file} is being changed by another program. Nothing was changed."),
        mark("Try again in a moment."),
    ),
    # --- self-check --------------------------------------------------------------------
    "check.openslide": Message(
        mark("OpenSlide {version} (from {floor} on)"), mark("Install the program again.")
    ),
    "check.codecs": Message(mark("Image decoders: {versions}")),
    "check.codecs-missing": Message(
        mark("Image decoders are missing: {missing}."), mark("Install the program again.")
    ),
    "check.decoding": Message(mark("Known pictures are read back as they were written")),
    "check.decoding-wrong": Message(
        mark("Known pictures are not read back as they were written: {kinds}."),
        mark("Do not use this machine for slides; install the program again."),
    ),
    "check.worker": Message(mark("Files that may be broken are opened in a process of their own")),
    "check.worker-missing": Message(
        mark("The process for files that may be broken does not start."),
        mark("See whether a security tool on this machine stops it."),
    ),
    "check.library": Message(mark("{name} {version} (allowed: {allowed})")),
    "check.library-wrong": Message(
        mark("{name} {version} must not be used (allowed: {allowed})."),
        mark("Install the program again."),
    ),
    "check.library-missing": Message(
        mark("{name} is not installed (allowed: {allowed})."), mark("Install the program again.")
    ),
    "check.providers": Message(mark("{engine} can run on: {available}")),
    "check.provider-missing": Message(
        mark("{engine} was asked to run on {provider}, but it can only run on: {available}."),
        mark("Choose --provider cpu, or install the driver for the graphics card."),
    ),
    "check.model": Message(
        mark(
            "Model {name} {version} gives its reference results on {provider} (largest difference"
            " {difference})"
        )
    ),
    "check.model-wrong": Message(
        mark(
            "Model {name} {version} does not give its reference results on {provider} (largest"
            " difference {difference})."
        ),
        mark("Do not use it on this machine."),
    ),
    "check.precision": Message(
        mark(
            "Model {name} in {precision}: {same:decimal} decisions of 100 as in 32 bits"
            " ({pictures:count} test pictures), probabilities at most {difference:decimal} apart"
        )
    ),
    "check.pace": Message(
        mark(
            "Model {name} runs best here on {engine} in {precision}, {batch:count} at a time"
            " ({rate:decimal} patches/s); --precision auto takes that"
        )
    ),
    "check.pace-unmeasured": Message(
        mark("How model {name} runs best here was not measured: bedside-dx models tune {name}")
    ),
    "check.pace-stale": Message(
        mark(
            "How model {name} runs best was measured for another processor, engine or version and"
            " is not used: bedside-dx models tune {name}"
        )
    ),
    "check.model-signed": Message(mark("Model {name} {version} is signed by {publisher}")),
    "check.model-unsigned": Message(
        mark("Model {name} {version} is unsigned: nobody vouches for it."),
        mark("Ask whoever made it for a signed package."),
    ),
    "check.model-damaged": Message(
        mark("Model {name} can't be used: {detail}."), mark("Install it again.")
    ),
    "check.model-failed": Message(
        mark("Model {name} failed: {detail}."), mark("Do not use it on this machine.")
    ),
    "check.no-models": Message(
        mark("No model is installed."), mark("Install the program again: it comes with its models.")
    ),
    "check.known-slide": Message(
        mark(
            "Model {name} says of the known slide what it should (patches: {patches:count}, largest"
            " difference {difference})"
        )
    ),
    "check.known-slide-first": Message(
        mark(
            "Model {name} read the known slide for the first time (patches: {patches:count}): later"
            " self-checks compare with it"
        )
    ),
    "check.known-slide-wrong": Message(
        mark(
            "Model {name} says something else of the known slide than it should (difference"
            " {difference})."
        ),
        mark("Do not use it on this machine; report it with the history of self-checks."),
    ),
    "check.known-slide-failed": Message(
        mark("Model {name} did not get through the known slide: {detail}."),
        mark("Do not use it on this machine; report it with the history of self-checks."),
    ),
    "check.drift-provider": Message(
        mark("Model {name} used to run on {before} here and now runs on {now}."),
        mark("See whether the graphics card or its driver was changed."),
    ),
    "check.drift-speed": Message(
        mark(
            "Model {name} has become slow: {now:decimal} patches/s, usually {usual:decimal} here."
        ),
        mark("See what else runs on this machine, and whether it overheats."),
    ),
    "check.drift-golden": Message(
        mark(
            "Model {name} is further from its reference results than usual: {now}, usually {usual}."
        ),
        mark("It is still allowed. See what was updated, and watch it."),
    ),
    "check.drift-embedding": Message(
        mark(
            "The embeddings of model {name} are further from their references than usual: {now},"
            " usually {usual}."
        ),
        mark("It is still allowed. See what was updated, and watch it."),
    ),
    "check.drift-known-slide": Message(
        mark(
            "Model {name} is further from its answer to the known slide than usual: {now}, usually"
            " {usual}."
        ),
        mark("It is still allowed. See what was updated, and watch it."),
    ),
    "check.history": Message(mark("Self-checks kept on this machine: {runs:count}")),
    "check.history-lines": Message(
        mark("Lines of the history of self-checks that can't be read: {lines:count}."),
        mark("They were left as they are; the others count."),
    ),
    "check.history-damaged": Message(
        mark("The history of self-checks can't be read."),
        mark("See to the rights of the program's folder; drift is not seen until then."),
    ),
    "check.history-unwritable": Message(
        mark("This self-check could not be kept in the history."),
        mark("See to the free space and the rights of the program's folder."),
    ),
    "check.disk": Message(
        mark("{free_gb:decimal} GB free in {folder}"),
        mark("Make room: reports need some, and a full disk loses them."),
    ),
    "check.fonts": Message(mark("The typefaces of reports are there")),
    "check.fonts-missing": Message(
        mark("Typefaces of reports are missing: {missing}."), mark("Install the program again.")
    ),
    "check.language": Message(mark("The words of language “{language}” are there")),
    "check.language-missing": Message(
        mark("The words of language “{language}” are missing."), mark("Install the program again.")
    ),
    "internal": Message(
        mark("Something went wrong inside the program: {detail}."),
        mark("Your files are untouched. Please report it with the log."),
    ),
    "history.not-read": Message(
        mark("The history of self-checks can't be read ({file})."),
        mark("See to the rights of the program's folder."),
    ),
    "history.not-written": Message(
        mark("This self-check could not be kept in the history ({file})."),
        mark("See to the free space and the rights of the program's folder."),
    ),
    # --- reasons -----------------------------------------------------------------------
    "reason.picked-slices": Message(
        mark(
            "How sure was found on single images. It is said of the {slices:count} of {of:count} "
            "slices that look most like tumour, and was not checked on whole series."
        )
    ),
    "reason.part-not-stated": Message(
        mark(
            "The files do not say which part of the body they show, and the model knows one part "
            "only: nothing is judged on a guess."
        )
    ),
    "reason.part-said": Message(
        mark(
            "A person, not the files, says which part of the body it is: only images close to "
            "those the model learnt from are judged."
        )
    ),
    "reason.image-class": Message(mark("The image as a whole looks like: {label}")),
    "reason.slices-class": Message(mark("The slices that decide look like: {label}")),
    "reason.tumour-area": Message(
        mark("{label} on {share:percent} of the tissue that could be judged")
    ),
    "reason.no-tumour": Message(mark("No tumour in {patches:count} patches of readable tissue")),
    "reason.smallest-area": Message(mark("A tumour smaller than about {mm2:area} can be missed")),
    "reason.no-tumour-image": Message(mark("No tumour on this image")),
    "reason.unfamiliar-tissue": Message(
        mark("{share:percent} of this tissue differs from what the model has seen")
    ),
    "reason.unfamiliar-throughout": Message(
        mark("All of this tissue is at the edge of what the model has seen")
    ),
    "reason.unfamiliar-image": Message(mark("This image differs from what the model has seen")),
    "reason.low-confidence": Message(mark("The model hesitates between {first} and {second}")),
    "reason.fits-no-class": Message(
        mark("Less typical than {share:percent} of the pictures of each class")
    ),
    "reason.no-tissue": Message(mark("No tissue found on this slide")),
    "reason.too-little-tissue": Message(
        mark("Too little readable tissue: {patches:count} patches")
    ),
    "reason.unreadable": Message(mark("{share:percent} of the tissue can't be read")),
    "reason.too-coarse": Message(mark("Its pixels are coarser than the model may be given")),
    "reason.blurred": Message(mark("{share:percent} of the tissue is out of focus")),
    "reason.artefact": Message(
        mark("{share:percent} of the tissue is too thick or too dark to show structure")
    ),
    "reason.ink": Message(mark("{share:percent} of the tissue is under ink")),
    "reason.fold": Message(mark("{share:percent} of the tissue is folded")),
    "reason.bubble": Message(mark("{share:percent} of the tissue is under air bubbles")),
    "reason.exposure": Message(mark("{share:percent} of the tissue is over- or underexposed")),
    "reason.debris": Message(mark("{share:percent} of what was found is dirt, not tissue")),
    "reason.scattered": Message(mark("{label} only in scattered single patches, no area of it")),
    "reason.slide-level": Message(
        mark("The slide-level model sees {label} ({probability:percent}), though no area shows it")
    ),
    "reason.not-complete": Message(mark("{share:percent} of the tissue was not read yet")),
    # --- next steps --------------------------------------------------------------------
    "next.pathologist": Message(mark("Pathologist's reading.")),
    "next.confirm-tumour": Message(mark("Pathologist's confirmation, then stage and biomarkers.")),
    "next.confirm-precursor": Message(
        mark("Pathologist's grading of the dysplasia and check of the margins.")
    ),
    "next.other-model": Message(
        mark("Pathologist's reading; choose a model made for this tissue if there is one.")
    ),
    "next.other-image-model": Message(
        mark("Radiologist's reading; choose a model made for this kind of image if there is one.")
    ),
    "next.rescan": Message(mark("Scan the slide again: parts of it can't be read.")),
    "next.refocus": Message(mark("Scan the slide again: out of focus.")),
    "next.clean-ink": Message(mark("Clean the ink off the slide and scan it again.")),
    "next.clean-glass": Message(mark("Clean the slide and scan it again.")),
    "next.recut": Message(mark("Cut a new section: the tissue is folded.")),
    "next.recut-thinner": Message(mark("Cut a thinner section, or stain it again.")),
    "next.remount": Message(mark("Mount a new cover glass, without air, and scan again.")),
    "next.expose": Message(mark("Scan the slide again with another exposure.")),
    "next.clinical": Message(mark("Not seen is not excluded: weigh it with the clinical picture.")),
    "next.radiologist": Message(mark("Radiologist's reading.")),
    "next.finish-reading": Message(mark("Let the analysis finish.")),
    # --- lesions over time, growth -----------------------------------------------------
    **COURSE_MESSAGES,
    # --- stage and prognosis -----------------------------------------------------------
    **DISEASE_MESSAGES,
    **SCAN_MESSAGES,
    # --- therapy -----------------------------------------------------------------------
    **THERAPY_MESSAGES,
    # --- doses -------------------------------------------------------------------------
    **DOSING_MESSAGES,
    # --- plans -------------------------------------------------------------------------
    **PLAN_MESSAGES,
    # --- trials ------------------------------------------------------------------------
    **TRIAL_MESSAGES,
}
