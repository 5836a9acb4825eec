"""A model on a site's own labelled images: what it said of each, and how good that is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from bedside_dx.core.model_card import ReliabilityBin
from bedside_dx.core.verdict import Status


class Fit(StrEnum):
    """How an image was brought to the model's scale."""

    AS_IS = "as-is"
    RESAMPLED = "resampled"
    """From its stated spacing to the model's."""
    RESIZED = "resized"
    """To the model's size: its spacing is not known, so its scale may be wrong."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model said of one image.

    Attributes
    ----------
    probabilities
        By column, calibrated; mean over the patches of the image. Given also where the
        verdict abstains.
    unfamiliarity
        Mean over the patches; above 1 means unlike the training data.
    reasons
        Codes of the verdict's reasons.
    class_set
        Class ids that can't be ruled out by `probabilities`, likeliest first, also where the
        verdict abstains; None where the model has no limits for it.
    patches
        Patches the image was cut into.
    mirrored
        The image was smaller than a patch and was continued by its mirror image.
    """

    probabilities: tuple[float, ...]
    status: Status
    class_id: str | None
    unfamiliarity: float
    reasons: tuple[str, ...]
    fit: Fit
    patches: int
    mirrored: bool
    class_set: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class ScoredImage:
    """One row of a labelled set.

    Attributes
    ----------
    path
        As the table writes it.
    label
        Empty for an image of another kind.
    group
        What belongs together (a patient, a slide); empty for an image on its own.
    answer
        None where the image could not be read; `error` says why.
    familiar
        False for an image of another kind, there to try the gate with.
    subgroups
        Value by column of the table that splits it (``by_scanner``).
    """

    path: str
    label: str
    group: str
    answer: Answer | None
    error: str = ""
    familiar: bool = True
    subgroups: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval; NaN where it is not defined."""

    value: float
    low: float
    high: float


Z_95 = 1.959964
"""Standard deviations on each side that hold 95 %."""


def share_of(share: float, n: int) -> Estimate:
    """A share seen in n independent cases, with Wilson's 95 % interval; NaN for none."""
    if n == 0:
        return Estimate(math.nan, math.nan, math.nan)
    z2 = Z_95**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z_95 * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    low, high = max(middle - half, 0.0), min(middle + half, 1.0)
    return Estimate(share, min(low, share), max(high, share))  # 0 and 1 are rounded past


@dataclass(frozen=True)
class RocCurve:
    """One class against the rest, from strict to lenient.

    Attributes
    ----------
    false_alarms, found
        (k,) float64, shares of the other images and of the class called it, 0 to 1.
    """

    false_alarms: NDArray[np.float64]
    found: NDArray[np.float64]


@dataclass(frozen=True)
class Metrics:
    """Figures over the images that could be read; n of them, of c classes.

    Attributes
    ----------
    unit
        What was drawn again for the intervals: ``"image"`` or ``"group"``.
    units
        Number of those.
    auc
        One-vs-rest area under the ROC curve by class id.
    pairs
        Area by two class ids: the first against the second, among images of the two.
    balanced_accuracy, accuracy
        Of the likeliest class, whether or not the verdict abstained.
    answered_accuracy
        Of the likeliest class where the verdict did not abstain.
    calibration_error
        Mean gap between top probability and share of right answers over bins of equal mass.
    calibration_error_corrected
        The same less what chance alone would show, see `analysis.metrics`.
    abstained
        Share of the images where the verdict was "cannot say".
    confusion
        (c, c) int64, rows are labels, columns the likeliest class.
    """

    n: int
    unit: str
    units: int
    counts: Mapping[str, int]
    auc: Mapping[str, Estimate]
    pairs: Mapping[tuple[str, str], Estimate]
    balanced_accuracy: Estimate
    accuracy: Estimate
    answered_accuracy: Estimate
    calibration_error: Estimate
    calibration_error_corrected: Estimate
    abstained: Estimate
    confusion: NDArray[np.int64]
    roc: Mapping[str, RocCurve]
    reliability: tuple[ReliabilityBin, ...]


@dataclass(frozen=True, slots=True)
class ClassCoverage:
    """How often the set of classes held one class where it was the label.

    Attributes
    ----------
    units
        Images, or groups where there are groups: what the interval counts.
    """

    images: int
    units: int
    coverage: Estimate


@dataclass(frozen=True)
class SetCoverage:
    """Sets of classes that can't be ruled out, on a site's own images.

    Attributes
    ----------
    asked
        Coverage that the site chose, 0 to 1.
    level
        Level of the model's limits that was used for it.
    overall
        Share of the labels that were in their set.
    classes
        By class id.
    mean_size
        Classes in a set, in the mean.
    sizes
        Number of images by size of their set, from 0 on.
    """

    asked: float
    level: float
    overall: ClassCoverage
    classes: Mapping[str, ClassCoverage]
    mean_size: float
    sizes: tuple[int, ...]

    @property
    def empty(self) -> float:
        """Share of images with an empty set: no class is likely enough."""
        return self.sizes[0] / max(sum(self.sizes), 1)


@dataclass(frozen=True)
class Distances:
    """How far some images are from the training data; above 1 means unlike it.

    Attributes
    ----------
    unfamiliar
        Share of them that are above 1.
    quantiles
        Distance by quantile, 0 to 1.
    """

    images: int
    units: int
    unfamiliar: Estimate
    quantiles: Mapping[float, float]


@dataclass(frozen=True)
class GateFindings:
    """What the gate for unfamiliar images did.

    Attributes
    ----------
    familiar
        All images of the model's own kind: those called unfamiliar are false alarms.
    classes
        The same by class id.
    strangers
        Images of other kinds, if any were given: those not called unfamiliar are misses.
    auroc
        Area under the curve of strangers against familiar images; NaN without strangers.
    """

    familiar: Distances
    classes: Mapping[str, Distances]
    strangers: Distances | None
    auroc: Estimate


SMALL_GROUP = 10
"""Images below which a subgroup's figures say next to nothing."""


@dataclass(frozen=True, slots=True)
class Subgroup:
    """Figures of the images that share a value of one column.

    Attributes
    ----------
    column, value
        As the table writes them.
    units
        Images, or groups where there are groups.
    auc
        Mean over the classes of the area against the rest, where defined.
    """

    column: str
    value: str
    images: int
    units: int
    accuracy: Estimate
    auc: Estimate
    calibration_error: Estimate
    abstained: Estimate

    @property
    def is_small(self) -> bool:
        """Too few images for the figures to mean anything."""
        return self.images < SMALL_GROUP


@dataclass(frozen=True, slots=True)
class IndexFacts:
    """The table that was read.

    Attributes
    ----------
    file
        Its name, without folders.
    sha256
        Of its bytes.
    """

    file: str
    sha256: str
    rows: int


@dataclass(frozen=True)
class Evaluation:
    """Everything one evaluation came to.

    Attributes
    ----------
    sets
        None where the model came without limits for sets of classes.
    subgroups
        In the order of columns and values; empty where no column splits the images.
    columns
        Columns of the table that split the images.
    """

    images: tuple[ScoredImage, ...]
    metrics: Metrics
    sets: SetCoverage | None
    gate: GateFindings
    subgroups: tuple[Subgroup, ...]
    columns: tuple[str, ...]
    index: IndexFacts
