"""Sentences about models in other programs' formats, taken in and handed on."""

from __future__ import annotations

from bedside_dx.text.message import Message, mark

EXCHANGE_MESSAGES: dict[str, Message] = {
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
}
