"""Sets of classes and the gate on a site's own images: how often they kept what they promise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bedside_dx.analysis.class_sets import class_sets
from bedside_dx.analysis.metrics import ROUNDS, area_figure, estimates, units_of
from bedside_dx.core.evaluation import (
    ClassCoverage,
    Distances,
    Estimate,
    GateFindings,
    ScoredImage,
    SetCoverage,
    share_of,
)
from bedside_dx.core.model_card import ModelCard

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95, 1.0)
"""Of the distance to the training data."""


def set_coverage(
    images: Sequence[ScoredImage], card: ModelCard, asked: float
) -> SetCoverage | None:
    """How often the set of classes held the label; None where the model has no limits for it.

    Where images belong to groups, each group counts once for each of its labels, with the
    share of its images that were covered.

    Parameters
    ----------
    images
        Labelled ones of the model's own kind.
    asked
        Coverage that the site chose, 0 to 1.
    """
    read = [(image, image.answer) for image in images if image.answer is not None]
    probabilities = np.array([answer.probabilities for _, answer in read])
    sets = class_sets(probabilities, card, asked)
    if card.sets is None or sets is None:
        return None
    truth = np.array([card.index(image.label) for image, _ in read])
    unit = units_of([image.group for image, _ in read])
    covered = sets[np.arange(len(truth)), truth]
    levels = card.sets.levels
    sizes = np.bincount(sets.sum(1), minlength=len(card.classes) + 1)
    return SetCoverage(
        asked=asked,
        level=next((level for level in levels if level >= asked - 1e-9), levels[-1]),
        overall=_covered(covered, unit * len(card.classes) + truth),
        classes={
            c.id: _covered(covered[truth == i], unit[truth == i])
            for i, c in enumerate(card.classes)
        },
        mean_size=float(sets.sum(1).mean()),
        sizes=tuple(int(n) for n in sizes),
    )


def _covered(covered: NDArray[np.bool_], unit: NDArray[np.int64]) -> ClassCoverage:
    share, units = by_unit(covered, unit)
    return ClassCoverage(len(covered), units, share_of(share, units))


def gate_findings(images: Sequence[ScoredImage], card: ModelCard) -> GateFindings:
    """What the gate did to images of the model's own kind, and to others where there are some."""
    own = [image for image in images if image.familiar and image.answer is not None]
    others = [image for image in images if not image.familiar and image.answer is not None]
    return GateFindings(
        familiar=_distances(own),
        classes={c.id: _distances([i for i in own if i.label == c.id]) for c in card.classes},
        strangers=_distances(others) if others else None,
        auroc=_auroc(own, others),
    )


def _distances(images: Sequence[ScoredImage]) -> Distances:
    distance = _distance(images)
    unit = units_of([image.group for image in images])
    share, units = by_unit(distance > 1, unit)
    at = np.quantile(distance, QUANTILES) if len(distance) else np.full(len(QUANTILES), np.nan)
    quantiles = {q: float(d) for q, d in zip(QUANTILES, at, strict=True)}
    return Distances(len(images), units, share_of(share, units), quantiles)


def _distance(images: Sequence[ScoredImage]) -> NDArray[np.float64]:
    return np.array([i.answer.unfamiliarity for i in images if i.answer is not None], np.float64)


def _auroc(own: Sequence[ScoredImage], others: Sequence[ScoredImage]) -> Estimate:
    if not own or not others:
        return Estimate(float("nan"), float("nan"), float("nan"))
    together = [*own, *others]
    strange = np.array([not image.familiar for image in together])
    figure = area_figure(_distance(together), strange)
    unit = units_of([image.group for image in together])
    found = estimates({"auroc": figure}, unit, strange.astype(np.int64), ROUNDS, seed=0)
    return found["auroc"]


def by_unit(held: NDArray[np.bool_], unit: NDArray[np.int64]) -> tuple[float, int]:
    """Mean over units of the share in each, and the number of units; (NaN, 0) for none."""
    if not len(held):
        return float("nan"), 0
    number = np.unique(unit, return_inverse=True)[1].ravel()
    shares = np.bincount(number, held) / np.bincount(number)
    return float(shares.mean()), len(shares)
