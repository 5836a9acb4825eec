"""A model on a site's own labelled images: what it said of each, and how good that is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from bedside_dx.core.model_card import ReliabilityBin
from bedside_dx.core.results import Status


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
    group
        What belongs together (a patient, a slide); empty for an image on its own.
    answer
        None where the image could not be read; `error` says why.
    """

    path: str
    label: str
    group: str
    answer: Answer | None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % bootstrap interval; NaN where it is not defined."""

    value: float
    low: float
    high: float


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
    abstained: Estimate
    confusion: NDArray[np.int64]
    roc: Mapping[str, RocCurve]
    reliability: tuple[ReliabilityBin, ...]


@dataclass(frozen=True)
class Evaluation:
    """Everything one evaluation came to."""

    images: tuple[ScoredImage, ...]
    metrics: Metrics
