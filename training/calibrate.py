"""Temperature, and the thresholds of the verdict, from validation pictures."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

Floats = NDArray[np.floating]


def tempered(probabilities: Floats, temperature: float) -> Floats:
    """p^(1/T), normalised."""
    power = probabilities.clip(1e-7) ** (1 / temperature)
    return power / power.sum(1, keepdims=True)


def fit_temperature(probabilities: Floats, labels: NDArray[np.integer]) -> float:
    """Temperature with the smallest log loss."""
    rows = np.arange(len(labels))

    def loss(log_temperature: float) -> float:
        p = tempered(probabilities, float(np.exp(log_temperature)))
        return float(-np.log(p[rows, labels]).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-1.5, 1.5), method="bounded").x))


def tumour_threshold(tumour: Floats, is_tumour: NDArray[np.bool_], false_alarms: float) -> float:
    """Least calibrated probability of tumour that `false_alarms` of the others stay under.

    Never under 0.5: below it another class is the likelier one.
    """
    return float(max(0.5, np.quantile(tumour[~is_tumour], 1 - false_alarms)))


def abstention(probabilities: Floats, labels: NDArray[np.integer], wanted: float) -> float:
    """Least top probability at which the answers given are right at the rate `wanted`.

    Never under 0.5 or over 0.9.
    """
    top, right = probabilities.max(1), probabilities.argmax(1) == labels
    for limit in np.arange(0.5, 0.9, 0.01):
        given = top >= limit
        if given.any() and right[given].mean() >= wanted:
            return round(float(limit), 2)
    return 0.9


LEVELS = (0.8, 0.85, 0.9, 0.95, 0.975, 0.99)
"""Coverages of class sets that a site may choose from."""


def by_source(
    probabilities: Floats, labels: NDArray[np.integer], groups: NDArray[np.str_]
) -> tuple[Floats, NDArray[np.integer]]:
    """Mean probabilities and label of each source picture: its patches are no separate cases."""
    names, first, of = np.unique(groups, return_index=True, return_inverse=True)
    sums = np.zeros((len(names), probabilities.shape[1]))
    np.add.at(sums, of, probabilities)
    return sums / np.bincount(of)[:, None], labels[first]


def class_sets(
    classes: tuple[str, ...], probabilities: Floats, labels: NDArray[np.integer]
) -> dict[str, object]:
    """Least probability with which a class belongs to the set, by class and coverage.

    Class-conditional split conformal (V. Vovk, Machine Learning 92, 2013): of n held-out
    pictures of a class, the floor((1 - coverage)(n + 1))-th lowest probability of that class.
    """
    least: dict[str, list[float]] = {}
    for c, name in enumerate(classes):
        own = np.sort(probabilities[labels == c, c])
        ranks = [int(np.floor((1 - level) * (len(own) + 1) + 1e-9)) for level in LEVELS]
        # Rounded down: a picture at the limit belongs to the set.
        least[name] = [float(np.floor(own[r - 1] * 1e6) / 1e6) if r else 0.0 for r in ranks]
    counts = {name: int((labels == c).sum()) for c, name in enumerate(classes)}
    return {"levels": list(LEVELS), "least": least, "n": counts}
