"""What is known of a model that is being imported, and what a person still has to state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bedside_dx.core.model_card import Role
from bedside_dx.core.model_input import ModelInput

PATCH_PX = (16, 4096)
"""Sides of a patch that a package may have, px."""
WHOLE_IMAGE = "whole-image"
"""Answer to the question for the spacing where the network reads the image as a whole."""


class SourceFormat(StrEnum):
    """Where a model comes from."""

    PACKAGE = "package"
    WSINFER = "wsinfer"
    MONAI = "monai"
    ONNX = "onnx"


class Activation(StrEnum):
    """What turns the network's outputs into probabilities."""

    SOFTMAX = "softmax"
    SIGMOID = "sigmoid"
    NONE = "none"


class PixelScale(StrEnum):
    """Range of a pixel before mean and standard deviation are taken off."""

    UNIT = "0-1"
    BYTE = "0-255"


@dataclass(frozen=True, slots=True)
class DraftClass:
    """One class as far as it is known.

    Attributes
    ----------
    label
        By language; empty where nobody gave one, the id is shown then.
    """

    id: str
    role: Role | None = None
    label: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class ModelDraft:
    """Everything a package needs to say; None or empty where it is not known.

    Attributes
    ----------
    classes
        In the order of the network's outputs.
    rest
        Class of 1 - p where the network has one output.
    mean, std
        Of each channel of the network's input, in the units of `scale`.
    resize_px
        Side to which the patch is resized before the network; None for no resizing.
    output
        Name of the graph's output to use; empty where it has one only.
    licence, origin
        The source's own words, for the package's files.
    """

    source: SourceFormat
    name: str = ""
    version: str = "1.0.0"
    title: Mapping[str, str] = field(default_factory=dict[str, str])
    modality: str = ""
    organ: str = ""
    input: ModelInput | None = None
    patch_px: int | None = None
    spacing_um_px: float | None = None
    classes: tuple[DraftClass, ...] = ()
    rest: DraftClass | None = None
    scale: PixelScale | None = None
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()
    resize_px: int | None = None
    activation: Activation | None = None
    output: str = ""
    architecture: str = ""
    licence: str = ""
    origin: str = ""

    @property
    def network_px(self) -> int | None:
        """Side of the image that the network itself takes."""
        return self.resize_px or self.patch_px

    @property
    def all_classes(self) -> tuple[DraftClass, ...]:
        """Classes in the order of the package's probabilities."""
        return self.classes if self.rest is None else (self.rest, *self.classes)

    def missing(self) -> tuple[str, ...]:
        """Keys of what has to be stated before the model can be imported, in asking order."""
        return tuple(key for key, known in self._known().items() if not known)

    def _known(self) -> dict[str, bool]:
        spaced = self.input is ModelInput.WHOLE_IMAGE or self.spacing_um_px is not None
        known = {
            "name": bool(self.name),
            "organ": bool(self.organ),
            "modality": bool(self.modality),
            "patch-px": self.patch_px is not None,
            "spacing": spaced,
            "classes": bool(self.classes),
            "rest": self.rest is not None or len(self.classes) != 1,
        }
        known |= {f"role:{c.id}": c.role is not None for c in self.all_classes}
        return known | {
            "scale": self.scale is not None,
            "mean": bool(self.mean),
            "std": bool(self.std),
            "activation": self.activation is not None,
        }


def option_of(key: str) -> str:
    """Option of the command line that answers a key: "--role tumor=…"."""
    what, _, about = key.partition(":")
    name = {"classes": "class"}.get(what, what)
    return f"--{name} {about}=…" if about else f"--{name}"
