"""Temperature, and the thresholds of the verdict, from validation pictures."""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True)
class Scored:
    """Calibrated probabilities of cases that took no part in fitting, and what they are.

    Attributes
    ----------
    probabilities : float (N, C)
    labels : int (N,)
    """

    probabilities: Floats
    labels: NDArray[np.integer]

    def own(self, label: int) -> Floats:
        """Probability of their class that the cases of one class were given, rising."""
        return np.sort(self.probabilities[self.labels == label, label])


def class_sets(classes: tuple[str, ...], held: Scored, shipped: Scored | None) -> dict[str, object]:
    """Least probability with which a class belongs to the set, by class and coverage.

    Class-conditional split conformal (V. Vovk, Machine Learning 92, 2013): of n held-out
    cases of a class, the floor(miss (n + 1))-th lowest probability of that class.

    Parameters
    ----------
    held
        By models fitted as the shipped one, but on less.
    shipped
        By the shipped model itself, too few for limits by class. Fitted on more, it is surer than
        the models before it, whose limits would cover too much: so these cases say which miss
        rate among `held` makes the wanted one here.
    """
    own = [held.own(c) for c in range(len(classes))]
    misses = [1 - level for level in LEVELS]
    if shipped is not None:
        misses = _misses_among(own, shipped, misses)
    least: dict[str, list[float]] = {}
    for name, scores in zip(classes, own, strict=True):
        ranks = [int(np.floor(miss * (len(scores) + 1) + 1e-9)) for miss in misses]
        # Rounded down: a case at the limit belongs to the set.
        least[name] = [float(np.floor(scores[min(r, len(scores)) - 1] * 1e6) / 1e6) if r else 0.0
                       for r in ranks]  # fmt: skip
    counts = {name: len(scores) for name, scores in zip(classes, own, strict=True)}
    return {"levels": list(LEVELS), "least": least, "n": counts}


def _misses_among(own: list[Floats], shipped: Scored, wanted: list[float]) -> list[float]:
    """Miss rates in the held-out cases of each class that are the wanted ones of other cases.

    Each of those has a place among the held-out cases of its class: the share that is under it.
    The floor(miss (m + 1))-th lowest place of all m is the rate, so that this case is just in.
    """
    labels = shipped.labels
    chance = shipped.probabilities[np.arange(len(labels)), labels]
    places = np.sort([np.searchsorted(own[c], p) / (len(own[c]) + 1)
                      for c, p in zip(labels, chance, strict=True)])  # fmt: skip
    ranks = [int(np.floor(miss * (len(places) + 1) + 1e-9)) for miss in wanted]
    return [float(places[r - 1]) if r else 0.0 for r in ranks]
