"""What a model says about itself: the part of its manifest that results need to be read."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bedside_dx.core.model_input import ModelInput
from bedside_dx.core.origin import UNSIGNED, Origin


class Role(StrEnum):
    """What a class means for the patient."""

    TUMOUR = "tumour"
    PRECURSOR = "precursor"
    BENIGN = "benign"


@dataclass(frozen=True)
class ModelClass:
    """One thing a model can see.

    Attributes
    ----------
    id
        Key in files and arrays, for example ``"adenocarcinoma"``.
    label
        What a person reads, by language (``"en"``, ``"fr"``).
    color
        sRGB, 0-255, used wherever the class is drawn.
    codes
        Codes by system (``"snomed_ct"``, ``"icd_o_3"``, ``"oncotree"``).
    """

    id: str
    role: Role
    label: Mapping[str, str]
    color: tuple[int, int, int]
    codes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class VerdictRules:
    """Limits that turn findings into a verdict; chosen on validation data, in the manifest.

    Attributes
    ----------
    tumour_probability
        Calibrated probability from which one patch counts as tumour.
    abstain_below
        Top probability below which one image is "cannot say".
    unfamiliar_share
        Share of unfamiliar patches above which a whole slide is "cannot say".
    """

    tumour_probability: float
    abstain_below: float
    unfamiliar_share: float


@dataclass(frozen=True)
class SetLimits:
    """From which probability a class belongs to the set of classes that can't be ruled out.

    Class-conditional split-conformal limits, fitted on held-out pictures: of pictures of class
    c, the share `levels[i]` has a probability of c of at least `least[c][i]`.

    Attributes
    ----------
    levels
        Coverages a site may choose from, 0 to 1, rising.
    least
        By class id, one probability for each level, falling.
    n
        By class id, number of pictures (or groups) that the limits rest on.
    """

    levels: tuple[float, ...]
    least: Mapping[str, tuple[float, ...]]
    n: Mapping[str, int]

    def at(self, coverage: float) -> int:
        """Index of the level that serves a coverage: the next higher one, the highest at most."""
        return min(bisect_left(self.levels, coverage - 1e-9), len(self.levels) - 1)


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Images with similar top probability: how sure the model was, how often right."""

    images: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Trust:
    """What the makers measured of a model's probabilities and gate, where the package says it.

    Attributes
    ----------
    calibration_error
        Mean gap between confidence and share of right answers, 0 to 1.
    pictures
        Number of pictures behind it.
    reliability
        The same, bin by bin, from the least sure on; empty where it is not stored.
    gate_auroc
        Of telling unfamiliar pictures from familiar ones, for the worst kind, 0 to 1.
    gate_false_alarms
        Share of familiar pictures of another stain that are called unfamiliar, 0 to 1.
    """

    calibration_error: float | None = None
    pictures: int | None = None
    reliability: tuple[ReliabilityBin, ...] = ()
    gate_auroc: float | None = None
    gate_false_alarms: float | None = None


UNMEASURED = Trust()
"""Of a model whose package says nothing."""


@dataclass(frozen=True, slots=True)
class SlideLevel:
    """A second network of a package: it reads all patches of a slide together.

    Attributes
    ----------
    classes
        Class ids whose presence on the slide it tells; its attention is for the first.
    sure_from
        Probability from which its word counts against "not seen", 0 to 1.
    least_patches
        Judged patches below which it is not asked: it was not fitted on so few.
    width
        Numbers in the embedding of a patch.
    sha256
        Hash of its file: it identifies the weights that were used.
    """

    classes: tuple[str, ...]
    sure_from: float
    least_patches: int
    width: int
    sha256: str


COARSER_UP_TO = 1.25
"""A slide may be this much coarser than the model's spacing; enlarging more invents detail."""


@dataclass(frozen=True)
class ModelCard:
    """Identity, scale and limits of one model, as shown beside each of its results.

    Attributes
    ----------
    patch_px
        Side of the square that the network takes, in its own pixels.
    spacing_um_px
        µm per pixel that the network was trained at; None for whole-image models.
    sha256
        Hash of the model file: it identifies the weights that were used.
    title, intended_use, data_terms
        By language; the last are the terms of the training data. `limits` holds plain
        sentences, by language.
    sets
        Limits of class sets; None where the model came without.
    trust
        What was measured of its probabilities and its gate.
    origin
        Where it came from, and who answers for it.
    slide_level
        The network that reads the slide as a whole; None where the model came without.
    has_gate
        Whether the model can tell tissue that it does not know; where it can't, nothing is
        ever unfamiliar to it, and every result must say so.
    """

    name: str
    version: str
    sha256: str
    input: ModelInput
    modality: str
    organ: str
    patch_px: int
    spacing_um_px: float | None
    classes: tuple[ModelClass, ...]
    title: Mapping[str, str]
    intended_use: Mapping[str, str]
    limits: Mapping[str, tuple[str, ...]]
    data_terms: Mapping[str, str]
    rules: VerdictRules
    sets: SetLimits | None = None
    trust: Trust = UNMEASURED
    origin: Origin = UNSIGNED
    slide_level: SlideLevel | None = None
    has_gate: bool = True

    @property
    def coarsest_um_px(self) -> float | None:
        """Coarsest spacing that the model may be given; None for whole-image models."""
        return None if self.spacing_um_px is None else self.spacing_um_px * COARSER_UP_TO

    def index(self, class_id: str) -> int:
        """Column of a class in probability arrays."""
        return [c.id for c in self.classes].index(class_id)

    def of_role(self, role: Role) -> tuple[int, ...]:
        """Columns of the classes with that role."""
        return tuple(i for i, c in enumerate(self.classes) if c.role is role)
