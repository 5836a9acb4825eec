"""The same figures for parts of a site's images: by scanner, by sex, by whatever is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from bedside_dx.analysis.coverage import by_unit
from bedside_dx.analysis.metrics import (
    Figure,
    Floats,
    area_figure,
    corrected_figure,
    estimates,
    units_of,
)
from bedside_dx.core.evaluation import Estimate, ScoredImage, Subgroup, share_of
from bedside_dx.core.verdict import Status

ROUNDS = 300
"""Bootstrap rounds of one subgroup: there may be many."""

MOST_VALUES = 50
"""Values of one column that are reported, the commonest; more is a list of names, no split."""


def subgroup_figures(
    images: Sequence[ScoredImage], columns: Sequence[str], classes: Sequence[str]
) -> tuple[Subgroup, ...]:
    """Figures for each value of each column.

    Parameters
    ----------
    images
        Labelled ones of the model's own kind; those that could not be read are left out.
    columns
        Names of the columns that split them. An empty value is no group.
    classes
        Class ids in the order of the probabilities.
    """
    read = [image for image in images if image.answer is not None]
    return tuple(
        _subgroup(column, value, [i for i in read if i.subgroups.get(column) == value], classes)
        for column in columns
        for value in _values(read, column)
    )


def _values(images: Sequence[ScoredImage], column: str) -> list[str]:
    counts = Counter(image.subgroups.get(column, "") for image in images)
    del counts[""]
    return sorted(value for value, _ in counts.most_common(MOST_VALUES))


def _subgroup(
    column: str, value: str, images: Sequence[ScoredImage], classes: Sequence[str]
) -> Subgroup:
    answers = [image.answer for image in images if image.answer is not None]
    probabilities = np.array([answer.probabilities for answer in answers], np.float64)
    truth = np.array([classes.index(image.label) for image in images], np.int64)
    right = probabilities.argmax(1) == truth
    abstained = np.array([answer.status is Status.CANNOT_SAY for answer in answers])
    unit = units_of([image.group for image in images])
    areas = [area_figure(probabilities[:, i], truth == i) for i in range(len(classes))]
    figures: dict[str, Figure] = {
        "auc": lambda weights: _mean_area(areas, weights),
        "calibration": corrected_figure(probabilities.max(1), right),
    }
    found = estimates(figures, unit, truth, ROUNDS, seed=0)
    return Subgroup(
        column=column,
        value=value,
        images=len(images),
        units=int(unit.max()) + 1,
        accuracy=_share(right, unit),
        auc=found["auc"],
        calibration_error=found["calibration"],
        abstained=_share(abstained, unit),
    )


def _share(held: np.ndarray, unit: np.ndarray) -> Estimate:
    """A share over images, its interval as wide as the number of units makes it."""
    _, units = by_unit(held, unit)
    return share_of(float(held.mean()), units)


def _mean_area(areas: Sequence[Figure], weights: Floats) -> float:
    """Mean of the areas that are defined: a class may be missing from a subgroup."""
    values = np.array([area(weights) for area in areas])
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")
