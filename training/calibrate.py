"""Temperature, class sets and the thresholds of the verdict, from validation pictures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from bedside_dx.analysis.calibration import MISSES, by_unit, lowest, set_limits, steps
from bedside_dx.core.calibration import tempered

Floats = NDArray[np.floating]
Labels = NDArray[np.integer]


def fit_temperature(probabilities: Floats, labels: Labels) -> float:
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


@dataclass(frozen=True)
class Scored:
    """Calibrated probabilities of cases that took no part in fitting, and what they are.

    Attributes
    ----------
    probabilities : float (N, C)
    labels : int (N,)
    """

    probabilities: Floats
    labels: Labels

    def own(self, label: int) -> Floats:
        """Probability of their class that the cases of one class were given, rising."""
        return np.sort(self.probabilities[self.labels == label, label])


def by_source(probabilities: Floats, labels: Labels, groups: NDArray[np.str_]) -> Scored:
    """Mean probabilities and label of each source picture: its patches are no separate cases."""
    return Scored(*by_unit(probabilities, np.unique(groups, return_inverse=True)[1], labels))


def class_sets(classes: tuple[str, ...], held: Scored, shipped: Scored | None) -> dict[str, object]:
    """Limits of class sets, as the manifest holds them.

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
    misses = MISSES if shipped is None else _misses_among(own, shipped)
    limits = set_limits(held.probabilities, held.labels, classes, misses)
    least = {name: list(values) for name, values in limits.least.items()}
    return {"levels": list(limits.levels), "least": least, "n": dict(limits.n)}


def _misses_among(own: list[Floats], shipped: Scored) -> list[float]:
    """Miss rates in the held-out cases of each class that are the wanted ones of other cases.

    Each of those has a place among the held-out cases of its class: the share that is under it.
    """
    labels = shipped.labels
    chance = shipped.probabilities[np.arange(len(labels)), labels]
    places = np.sort([np.interp(p, *steps(own[c])) for c, p in zip(labels, chance, strict=True)])
    return [lowest(places, miss) for miss in MISSES]
