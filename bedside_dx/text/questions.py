"""What is asked of a person about a model that is being imported, on screen and in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.core.model_card import Role
from bedside_dx.core.model_draft import WHOLE_IMAGE, Activation, PixelScale, SourceFormat
from bedside_dx.text.message import mark

if TYPE_CHECKING:
    from bedside_dx.text.catalogue import Texts

QUESTIONS = {
    "name": mark("Name of the model"),
    "organ": mark("Organ"),
    "modality": mark("Kind of image, as DICOM writes it (SM, CT, MR)"),
    "patch-px": mark("Side of the image that the network takes, px"),
    "spacing": mark("µm per pixel, or whole-image"),
    "classes": mark("Classes in the order of the outputs"),
    "rest": mark("Class of everything else"),
    "role": mark("What “{label}” means for the patient"),
    "scale": mark("Range of the pixels before mean and deviation"),
    "mean": mark("Mean of each colour"),
    "std": mark("Standard deviation of each colour"),
    "activation": mark("What turns the outputs into probabilities"),
}

CHOICES = {
    "role": tuple(Role),
    "scale": tuple(PixelScale),
    "activation": tuple(Activation),
}
"""Answers of the questions that have a few only; they are typed so at a terminal."""

EXAMPLES = {
    "organ": "colon",
    "modality": "SM",
    "patch-px": "224",
    "spacing": f"0.5, {WHOLE_IMAGE}",
    "classes": "normal:benign carcinoma:tumour",
    "rest": "normal:benign",
    "mean": "0.485 0.456 0.406",
    "std": "0.229 0.224 0.225",
}

FORMATS = {
    SourceFormat.PACKAGE: mark("a finished package"),
    SourceFormat.WSINFER: mark("a model of the WSInfer zoo"),
    SourceFormat.MONAI: mark("a MONAI bundle"),
    SourceFormat.ONNX: mark("an ONNX file"),
}

CHOICE_WORDS = {
    "tumour": mark("tumour"),
    "precursor": mark("precursor"),
    "benign": mark("benign"),
    "0-1": mark("0 to 1"),
    "0-255": mark("0 to 255"),
    "softmax": mark("softmax (several classes)"),
    "sigmoid": mark("sigmoid (one output)"),
    "none": mark("nothing: they are probabilities"),
}


def question(key: str, t: Texts) -> str:
    """Words of what is asked: "Organ"."""
    what, _, about = key.partition(":")
    return t(QUESTIONS[what], label=about)


def choices(key: str) -> tuple[str, ...]:
    """Answers to choose from; empty where the answer is free."""
    return tuple(str(choice) for choice in CHOICES.get(key.partition(":")[0], ()))


def choice_word(choice: str, t: Texts) -> str:
    """Words of an answer to choose."""
    return t(CHOICE_WORDS[choice])


def example(key: str) -> str:
    """What an answer looks like; empty where the question says it all."""
    return EXAMPLES.get(key.partition(":")[0], "")


def format_words(source: SourceFormat, t: Texts) -> str:
    """What kind of file it is: "a MONAI bundle"."""
    return t(FORMATS[source])
