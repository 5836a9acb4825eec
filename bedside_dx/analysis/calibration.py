"""A model's probabilities brought to what a site's own labelled images show.

One half of the images, by whole groups, gives the temperature; the other half gives the limits
of class sets and of abstention, and shows how well the temperature does.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bedside_dx.analysis.metrics import calibration_error, reliability, units_of
from bedside_dx.core.calibration import SMALLEST, Calibration, tempered
from bedside_dx.core.evaluation import IndexFacts
from bedside_dx.core.model_card import SetLimits

LEVELS = (0.8, 0.85, 0.9, 0.95, 0.975, 0.99)
"""Coverages of class sets that a site may choose from, as of the models of the program."""
MISSES = tuple(1 - level for level in LEVELS)
WANTED_RIGHT = 0.97
"""Share of the answers given that shall be right, likewise."""
TEMPERATURES = np.geomspace(0.1, 10.0, 201)
"""Temperatures that are tried, 2 % apart."""
ABSTAIN_FROM, ABSTAIN_TO = 0.5, 0.9
ROUNDING = 1e-9

Floats = NDArray[np.floating]
Integers = NDArray[np.integer]


def calibrate(
    outputs: Sequence[NDArray[np.float32]],
    labels: Integers,
    groups: Sequence[str],
    classes: Sequence[str],
    index: IndexFacts,
) -> Calibration:
    """Fit a temperature and the limits that go with it.

    Parameters
    ----------
    outputs
        For each image (patches, c): what the network gives, before any temperature.
    labels
        (n,) column of each image's class.
    groups
        What belongs together; empty for an image on its own. It counts once.
    """
    unit = units_of(groups)
    first = _first_half(unit, labels)
    fitted_on = [o for o, is_first in zip(outputs, first, strict=True) if is_first]
    rest = [o for o, is_first in zip(outputs, first, strict=True) if not is_first]
    temperature = fit_temperature(fitted_on, labels[first])
    probabilities = of_images(rest, temperature)
    mean, truth = by_unit(probabilities, unit[~first], labels[~first])
    top, right = mean.max(1), mean.argmax(1) == truth
    return Calibration(
        temperature=temperature,
        sets=set_limits(mean, truth, classes),
        abstain_below=abstention(top, right),
        error=calibration_error(top, right),
        reliability=reliability(top, right),
        images=len(labels),
        index=index,
    )


def units_by_class(labels: Integers, groups: Sequence[str], classes: int) -> list[int]:
    """How many groups (or images on their own) there are of each class."""
    pairs = np.unique(np.stack([units_of(groups), labels]), axis=1)
    return np.bincount(pairs[1], minlength=classes).tolist()


def _first_half(unit: Integers, labels: Integers) -> NDArray[np.bool_]:
    """(n,) bool, every other group of each class, in random order: a group stays together."""
    names, at = np.unique(unit, return_index=True)
    rng = np.random.default_rng(0)
    chosen = [rng.permutation(names[labels[at] == c])[::2] for c in np.unique(labels)]
    return np.isin(unit, np.concatenate(chosen))


def of_images(outputs: Sequence[NDArray[np.float32]], temperature: float) -> NDArray[np.float64]:
    """(n, c) calibrated probabilities: the mean over the patches of each image."""
    counts = np.array([len(o) for o in outputs])
    every = tempered(np.concatenate(outputs), temperature).astype(np.float64)
    return np.add.reduceat(every, np.cumsum(counts) - counts) / counts[:, None]


def fit_temperature(outputs: Sequence[NDArray[np.float32]], labels: Integers) -> float:
    """Temperature with the smallest log loss."""
    rows = np.arange(len(labels))
    losses = [
        -np.log(of_images(outputs, t)[rows, labels].clip(SMALLEST)).mean() for t in TEMPERATURES
    ]
    return round(float(TEMPERATURES[int(np.argmin(losses))]), 4)


def by_unit(
    probabilities: Floats, unit: Integers, labels: Integers
) -> tuple[NDArray[np.float64], Integers]:
    """Mean probabilities and label of each group of each class: one case, however many images."""
    pairs, of = np.unique(np.stack([unit, labels]), axis=1, return_inverse=True)
    sums = np.zeros((pairs.shape[1], probabilities.shape[1]))
    np.add.at(sums, of.ravel(), probabilities)
    return sums / np.bincount(of.ravel())[:, None], pairs[1]


def set_limits(
    probabilities: Floats,
    labels: Integers,
    classes: Sequence[str],
    misses: Sequence[float] = MISSES,
) -> SetLimits:
    """Least probability with which a class belongs to the set, by class and coverage.

    Class-conditional split conformal (V. Vovk, Machine Learning 92, 2013), from held-out cases.

    Parameters
    ----------
    misses
        Share of a class's cases that may lie under its limit, for each of `LEVELS`.
    """
    least: dict[str, tuple[float, ...]] = {}
    for c, name in enumerate(classes):
        own = np.sort(probabilities[labels == c, c])
        # Rounded down: a case at the limit belongs to the set.
        least[name] = tuple(float(np.floor(lowest(own, m) * 1e6) / 1e6) for m in misses)
    counts = {name: int((labels == c).sum()) for c, name in enumerate(classes)}
    return SetLimits(LEVELS, least, counts)


def lowest(values: Floats, miss: float) -> float:
    """Value from 0 to 1 under which another case is expected to lie at the rate `miss`.

    Of n cases the miss (n + 1)-th lowest, in proportion between two of them: rounded down to a
    case the rate would be lower than asked, with few cases by half a point and more. 0 where
    they are too few: what lies under the lowest of them is not known.

    Parameters
    ----------
    values : float (n,)
        Rising, from 0 to 1.
    """
    edges, shares = steps(values)
    return float(np.interp(miss, shares, edges)) if miss + ROUNDING >= shares[1] else 0.0


def steps(values: Floats) -> tuple[Floats, Floats]:
    """Rising values from 0 to 1, and the share of other cases expected under each."""
    edges = np.concatenate([[0.0], values, [1.0]])
    return edges, np.arange(len(edges)) / (len(edges) - 1)


def abstention(top: Floats, right: NDArray[np.bool_]) -> float:
    """Least top probability at which the answers given are right as often as wanted."""
    for limit in np.arange(ABSTAIN_FROM, ABSTAIN_TO, 0.01):
        given = top >= limit
        if given.any() and right[given].mean() >= WANTED_RIGHT:
            return round(float(limit), 2)
    return ABSTAIN_TO
