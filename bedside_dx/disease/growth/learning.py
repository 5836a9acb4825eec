"""How a quantity is to be forecast, chosen across patients: never on the patient forecast.

Patients are split into folds; the prior is fitted without a fold, and every visit of the fold's
patients is forecast from the visits before it. The weights of the members are those of least
mean |log error|, each patient counting once; the interval reaches as far as 9 in 10 of those
errors. "No change" may count 0.9 at most: the forecast is never it alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bedside_dx.core.course import Floats
from bedside_dx.disease.growth.forecasting import (
    LEAST_VISITS,
    Floor,
    Recipe,
    combined,
    logs_of,
    members,
    noise_of,
    widening,
)
from bedside_dx.disease.growth.hierarchy import Batch, Prior, find_modes, fit_prior

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bedside_dx.core.course import Course

FOLDS = 4
COVERAGE = 0.90
STEPS_OF_WEIGHT = 10
MOST_NO_CHANGE = 0.9
TAILS = (1.0, 4.0)
"""Degrees of freedom of the noise that are tried."""

GRID = np.array(
    [
        (a / STEPS_OF_WEIGHT, b / STEPS_OF_WEIGHT, (STEPS_OF_WEIGHT - a - b) / STEPS_OF_WEIGHT)
        for a, b in product(range(STEPS_OF_WEIGHT + 1), repeat=2)
        if a + b <= STEPS_OF_WEIGHT and a <= MOST_NO_CHANGE * STEPS_OF_WEIGHT
    ]
)
"""(n, 3) weights that are tried."""


@dataclass(frozen=True, slots=True)
class Trials:
    """Visits forecast from the visits before them.

    Attributes
    ----------
    patient
        (n,) row of the patient.
    changes
        (3, n) by member, log units from the last value.
    last, floor, truth
        (n,) logarithms.
    noise
        (n,) of the patient, log units.
    days_ahead
        (n,) from the last visit to the one forecast.
    """

    patient: Floats
    changes: Floats
    last: Floats
    floor: Floats
    truth: Floats
    noise: Floats
    days_ahead: Floats

    def errors(self, weights: Floats) -> Floats:
        """(n,) forecast minus truth."""
        return combined(self.changes, weights, self.last, self.floor) - self.truth

    def patient_weights(self) -> Floats:
        """(n,) so that each patient counts once; they add to 1."""
        rows, at, counts = np.unique(self.patient, return_inverse=True, return_counts=True)
        return 1 / counts[at] / len(rows)


def try_visits(
    courses: Sequence[Course], prior: Prior, floor: Floor, *, last_only: bool = False
) -> Trials:
    """Forecast visits of patients from the visits before.

    Parameters
    ----------
    last_only
        The last visit of each patient alone; every one from the fourth on otherwise.
    """
    jobs = [
        (row, course, n)
        for row, course in enumerate(courses)
        for n in range(len(course) - 1 if last_only else LEAST_VISITS, len(course))
        if n >= LEAST_VISITS
    ]
    logs = [logs_of(course, floor) for course in courses]
    batch = Batch.of([(course.days[:n], logs[row][:n]) for row, course, n in jobs])
    modes = find_modes(batch, prior)
    last_day = np.array([c.days[n - 1] - c.days[0] for _, c, n in jobs])
    next_day = np.array([c.days[n] - c.days[0] for _, c, n in jobs])
    last = np.array([logs[row][n - 1] for row, _, n in jobs])
    return Trials(
        patient=np.array([row for row, _, _ in jobs], dtype=np.float64),
        changes=members(modes, last_day, last, next_day[:, None])[:, :, 0],
        last=last,
        floor=np.log(np.array([floor.of(c) for _, c, _ in jobs])),
        truth=np.array([logs[row][n] for row, _, n in jobs]),
        noise=noise_of(modes, batch.there, prior),
        days_ahead=next_day - last_day,
    )


def prior_of(courses: Sequence[Course], floor: Floor, tail: float) -> Prior:
    """Fit the prior to floored courses."""
    return fit_prior([(course.days, logs_of(course, floor)) for course in courses], tail)


def folds_of(n: int, folds: int, seed: int) -> list[NDArray[np.int64]]:
    """Rows of each fold, patients dealt out at random."""
    order = np.random.default_rng(seed).permutation(n)
    return [np.sort(order[k::folds]) for k in range(folds)]


def learn_recipe(courses: Sequence[Course], floor: Floor, *, seed: int = 0) -> Recipe:
    """Choose weights and interval by cross-validation, then fit the prior to all patients.

    Parameters
    ----------
    courses
        Of patients with four visits or more.
    """
    tried = {tail: _cross_validate(courses, floor, tail, seed) for tail in TAILS}
    best = {tail: _best_weights(trials) for tail, trials in tried.items()}
    tail = min(best, key=lambda one: best[one][0])
    trials, weights = tried[tail], best[tail][1]
    gap = float(np.median(trials.days_ahead))
    unchanged = np.array([1.0, 0.0, 0.0])
    prior = prior_of(courses, floor, tail)
    return Recipe(
        prior=prior,
        weights=weights,
        reach=_reach(trials, weights, gap, trials.noise),
        reach_no_change=_reach(trials, unchanged, gap, np.full_like(trials.noise, prior.noise)),
        usual_gap=gap,
        floor=floor,
    )


def _best_weights(trials: Trials) -> tuple[float, Floats]:
    """Least mean |log error|, each patient counting once, and the weights that give it."""
    counted = trials.patient_weights()
    losses = [float(np.abs(trials.errors(weights)) @ counted) for weights in GRID]
    at = int(np.argmin(losses))
    return losses[at], GRID[at]


def _cross_validate(courses: Sequence[Course], floor: Floor, tail: float, seed: int) -> Trials:
    parts: list[Trials] = []
    for rows in folds_of(len(courses), FOLDS, seed):
        out = set(rows.tolist())
        prior = prior_of([c for at, c in enumerate(courses) if at not in out], floor, tail)
        parts.append(try_visits([courses[int(at)] for at in rows], prior, floor))
    return _joined(parts)


def _joined(parts: Sequence[Trials]) -> Trials:
    """Trials of several folds, patients numbered on."""
    shift = 0.0
    patients: list[Floats] = []
    for part in parts:
        patients.append(part.patient + shift)
        shift = float(patients[-1].max()) + 1
    return Trials(
        np.concatenate(patients),
        np.concatenate([p.changes for p in parts], axis=1),
        *(
            np.concatenate([getattr(p, name) for p in parts])
            for name in ("last", "floor", "truth", "noise", "days_ahead")
        ),
    )


def _reach(trials: Trials, weights: Floats, gap: float, noise: Floats) -> float:
    """Reach of the interval in units of noise: conformal, each patient counting once."""
    size = np.abs(trials.errors(weights)) / (noise * widening(trials.days_ahead, gap))
    order = np.argsort(size)
    mass = np.cumsum(trials.patient_weights()[order])
    patients = len(np.unique(trials.patient))
    wanted = min(COVERAGE * (patients + 1) / patients, 1.0)
    return float(size[order][min(int(np.searchsorted(mass, wanted)), len(order) - 1)])
