"""What a heatmap shows and in which colours: the same on screen and in the report.

The scale is viridis (S. van der Walt and N. Smith, 2015, CC0): perceptually uniform and
safe for colour-blind readers; its greens and yellows are hues that H&E does not have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bedside_dx.core.model_card import Role
from bedside_dx.core.patch_state import LOST
from bedside_dx.core.verdict import Status

if TYPE_CHECKING:
    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.core.results import Diagnosis, Findings, Reason

ANCHORS = np.array(
    [
        [68, 1, 84], [71, 44, 122], [59, 81, 139], [44, 113, 142], [33, 144, 141],
        [39, 173, 129], [92, 200, 99], [170, 220, 50], [253, 231, 37],
    ],
    dtype=np.float64,
)  # fmt: skip
"""Nine equidistant colours of viridis, sRGB; between them it is linear to within 2/255."""

_STEPS = np.linspace(0, len(ANCHORS) - 1, (len(ANCHORS) - 1) * 128 + 1)
_COLORS: NDArray[np.uint8] = np.rint(
    np.transpose(
        [np.interp(_STEPS, range(len(ANCHORS)), ANCHORS[:, channel]) for channel in range(3)]
    )
).astype(np.uint8)
"""The scale in 1025 steps: a table is looked up, as a running analysis asks four times a second."""

STRANGE = frozenset(
    f"reason.{name}"
    for name in (
        "unfamiliar-tissue",
        "unfamiliar-slices",
        "unfamiliar-throughout",
        "part-not-stated",
        "other-modality",
        "other-part",
    )
)
"""Reasons for which a verdict names no class: a map of one would contradict it."""

OPACITY = 0.55
"""Of coloured cells: the tissue stays readable through them."""


def color_scale(values: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Map values of 0 to 1 to colours.

    Returns
    -------
    values.shape + (3,) uint8, sRGB.
    """
    position = np.clip(np.nan_to_num(values), 0.0, 1.0) * (len(_COLORS) - 1)
    return _COLORS[np.rint(position).astype(np.int32)]


def heatmap_rgba(probability: NDArray[np.floating], threshold: float) -> NDArray[np.uint8]:
    """Colour a raster of probabilities, transparent below the threshold and where unknown.

    Parameters
    ----------
    probability
        (rows, columns), 0 to 1, NaN where nothing is known.
    threshold
        Probability below which nothing is drawn.

    Returns
    -------
    (rows, columns, 4) uint8, sRGB and straight alpha.
    """
    shown = np.nan_to_num(probability) >= max(threshold, 1e-6)
    alpha = np.where(shown, round(OPACITY * 255), 0).astype(np.uint8)
    return np.concatenate([color_scale(probability), alpha[..., None]], axis=-1)


def shown_class(findings: Findings, diagnosis: Diagnosis) -> int:
    """Column of the class that a heatmap of these findings shows.

    It is the verdict's class; where the verdict names none or a benign one, the abnormal
    class that the model saw most of (its first tumour class when it saw nothing).
    """
    card = findings.model
    abnormal = card.of_role(Role.TUMOUR) + card.of_role(Role.PRECURSOR)
    named = [i for i in abnormal if card.classes[i].id == diagnosis.class_id]
    if named:
        return named[0]
    seen = findings.probabilities[is_judged(findings)]
    if not abnormal or not len(seen):
        return abnormal[0] if abnormal else 0
    return max(abnormal, key=lambda column: float(seen[:, column].mean()))


def strangeness(diagnosis: Diagnosis) -> Reason | None:
    """Why no class may be coloured: nothing can be said, as the tissue is unfamiliar.

    Returns
    -------
    The verdict's first reason, or None where the map shows a class.
    """
    if diagnosis.status is not Status.CANNOT_SAY or not diagnosis.reasons:
        return None
    first = diagnosis.reasons[0]
    return first if first.code in STRANGE else None


def shown_threshold(card: ModelCard, column: int) -> float:
    """Probability from which a class is drawn: the model's own for tumour, else one half."""
    is_tumour = card.classes[column].role is Role.TUMOUR
    return card.rules.tumour_probability if is_tumour else 0.5


def is_judged(findings: Findings) -> NDArray[np.bool_]:
    """(n,) bool, patches whose probabilities mean something: analysed and familiar."""
    return findings.analysed & ~is_unfamiliar(findings)


def is_unfamiliar(findings: Findings) -> NDArray[np.bool_]:
    """(n,) bool, patches that were analysed but are unlike the training data: hatched."""
    return findings.analysed & ~(findings.unfamiliarity <= 1.0)  # NaN counts as unfamiliar


def is_failed(findings: Findings) -> NDArray[np.bool_]:
    """(n,) bool, patches that could not be analysed: hatched, never background."""
    return np.isin(findings.state, LOST)


def probability_raster(findings: Findings, column: int | None) -> NDArray[np.float32]:
    """Lay the probability of one class on the grid.

    Parameters
    ----------
    column
        Of the class; None where no class is shown.

    Returns
    -------
    (rows, columns) float32, NaN where a colour would mislead: no patch, not analysed, or
    unlike the training data.
    """
    if column is None:
        values = np.full(len(findings.state), np.nan)
    else:
        values = np.where(is_judged(findings), findings.probabilities[:, column], np.nan)
    return findings.raster(values.astype(np.float32))
