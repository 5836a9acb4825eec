"""One prior for many patients: growth, decay and the share that responds, with robust noise.

Of patient i, in logarithms,

    log y = log y0 + log(phi exp(-d t) + (1 - phi) exp(g t)) + noise,
    (log g, log d, logit phi) ~ Normal(mean, covariance),   noise ~ scale * Student t (tail).

Single patients are fitted at their posterior mode, all at once; the prior by expectation and
maximisation with Laplace's approximation. Courses enter as shares of nothing: a factor on all
values of a patient moves y0 alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bedside_dx.core.course import Floats

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST_SPREAD = 0.5
"""How far the true first value may be from the measured one, log units."""

ROUNDS, STEPS_A_ROUND, STEPS = 8, 4, 30
"""Of the prior's fit, of each patient's in one round (it goes on in the next), and alone."""

START = (-6.2, -3.9, 2.0)
"""Mean that the fit begins with: g 0.002 a day, d 0.02 a day, phi 0.88."""

WEIGHT_OF_START = 3.0
"""Patients that the unit covariance counts as, so that few patients can't collapse it."""

MOST_EXPONENT = 50.0


@dataclass(frozen=True, slots=True)
class Prior:
    """What many patients say before anything is known of one.

    Attributes
    ----------
    mean
        (3,) of log g (per day), log d (per day) and logit phi.
    covariance
        (3, 3) of the same.
    noise
        Scale of the noise, log units.
    tail
        Degrees of freedom of the noise: the fewer, the less one reading gone wrong moves a curve.
        At 1 most readings may be almost exact while some jump.
    """

    mean: Floats
    covariance: Floats
    noise: float
    tail: float

    def trust(self, residuals: Floats) -> Floats:
        """How much a reading so far from its curve weighs; 1 + 1 / tail on the curve."""
        return (self.tail + 1) / (self.tail + (residuals / self.noise) ** 2)


@dataclass(frozen=True, slots=True)
class Batch:
    """Courses of several patients side by side.

    Attributes
    ----------
    days
        (patients, visits) since each one's first visit.
    logs
        (patients, visits) logarithm of the value.
    there
        (patients, visits) 1 for a visit, 0 for padding.
    """

    days: Floats
    logs: Floats
    there: Floats

    @classmethod
    def of(cls, courses: Sequence[tuple[Floats, Floats]]) -> Batch:
        """Lay (days, logs) of each patient side by side."""
        longest = max(len(days) for days, _ in courses)
        days, logs, there = np.zeros((3, len(courses), longest))
        for row, (at, values) in enumerate(courses):
            n = len(at)
            days[row, :n], logs[row, :n], there[row, :n] = at - at[0], values, 1.0
        return cls(days, logs, there)


@dataclass(frozen=True, slots=True)
class Modes:
    """Posterior modes of several patients.

    Attributes
    ----------
    at
        (patients, 4) log y0, log g, log d, logit phi.
    spread
        (patients, 4, 4) Laplace's covariance.
    residuals
        (patients, visits) curve minus measured, log units; 0 for padding.
    """

    at: Floats
    spread: Floats
    residuals: Floats


def log_curve(at: Floats, days: Floats) -> Floats:
    """Logarithm of the curve, (patients, days), from (patients, 4) and (patients, days)."""
    return _parts(at, days)[0]


def _parts(at: Floats, days: Floats) -> tuple[Floats, Floats]:
    """Logarithm of the curve, and its slopes (patients, days, 4)."""
    first, log_g, log_d, logit = (at[:, k, None] for k in range(4))
    g, d = np.exp(np.clip(log_g, -30, 3)), np.exp(np.clip(log_d, -30, 3))
    phi = 1 / (1 + np.exp(-np.clip(logit, -30, 30)))
    growing = (1 - phi) * np.exp(np.minimum(g * days, MOST_EXPONENT))
    shrinking = phi * np.exp(-np.minimum(d * days, MOST_EXPONENT))
    total = growing + shrinking
    slopes = np.stack(
        [
            np.ones_like(total),
            growing * g * days / total,
            -shrinking * d * days / total,
            (shrinking * (1 - phi) - growing * phi) / total,
        ],
        axis=2,
    )
    return first + np.log(total), slopes


def find_modes(
    batch: Batch, prior: Prior, start: Floats | None = None, steps: int = STEPS
) -> Modes:
    """Fit each patient: Levenberg and Marquardt, all patients in one go.

    Parameters
    ----------
    start
        (patients, 4) to begin at; the prior's mean by default.
    """
    centre = np.column_stack([batch.logs[:, 0], np.tile(prior.mean, (len(batch.logs), 1))])
    inverse = np.zeros((4, 4))
    inverse[0, 0] = FIRST_SPREAD**-2
    inverse[1:, 1:] = np.linalg.inv(prior.covariance)
    at = centre.copy() if start is None else start.copy()
    damping = np.full(len(at), 1e-2)
    cost = _cost(batch, prior, at, centre, inverse)
    for _ in range(steps):
        hessian, gradient = _normal(batch, prior, at, centre, inverse)
        scale = np.diagonal(hessian, axis1=1, axis2=2)
        damped = hessian + damping[:, None, None] * scale[:, :, None] * np.eye(4)
        step = np.linalg.solve(damped, gradient[:, :, None])[:, :, 0]
        trial = at - np.clip(step, -2, 2)
        trial_cost = _cost(batch, prior, trial, centre, inverse)
        better = trial_cost < cost
        at[better], cost[better] = trial[better], trial_cost[better]
        damping = np.clip(np.where(better, damping / 5, damping * 5), 1e-9, 1e9)
        if float(np.abs(step[better]).max(initial=0.0)) < 1e-7:
            break
    hessian, _ = _normal(batch, prior, at, centre, inverse)
    residuals = (log_curve(at, batch.days) - batch.logs) * batch.there
    spread = np.linalg.inv(hessian).astype(np.float64)
    return Modes(at, spread, residuals)


def _cost(batch: Batch, prior: Prior, at: Floats, centre: Floats, inverse: Floats) -> Floats:
    r = (log_curve(at, batch.days) - batch.logs) * batch.there / prior.noise
    off = at - centre
    away = ((off @ inverse) * off).sum(1)
    return (prior.tail + 1) * np.log1p(r * r / prior.tail).sum(1) + away


def _normal(
    batch: Batch, prior: Prior, at: Floats, centre: Floats, inverse: Floats
) -> tuple[Floats, Floats]:
    """Curvature and slope of half the cost, each reading weighted as Student's t asks."""
    curve, slopes = _parts(at, batch.days)
    r = curve - batch.logs
    weight = batch.there * prior.trust(r) / prior.noise**2
    weighted = slopes * weight[:, :, None]
    turned = weighted.transpose(0, 2, 1)
    hessian = turned @ slopes + inverse
    gradient = (turned @ r[:, :, None])[:, :, 0] + (at - centre) @ inverse
    return hessian, gradient


def fit_prior(courses: Sequence[tuple[Floats, Floats]], tail: float) -> Prior:
    """Fit the prior to many patients.

    Parameters
    ----------
    courses
        Days and logarithms of the values of each patient, two visits or more.
    tail
        Degrees of freedom of the noise, above 0.
    """
    batch = Batch.of(courses)
    prior = Prior(np.array(START), np.eye(3), 0.2, tail)
    start: Floats | None = None
    for _ in range(ROUNDS):
        modes = find_modes(batch, prior, start, STEPS_A_ROUND)
        start = modes.at
        prior = _updated(batch, modes, prior)
    return prior


def _updated(batch: Batch, modes: Modes, prior: Prior) -> Prior:
    n = len(modes.at)
    mean = modes.at[:, 1:].mean(0)
    off = modes.at[:, 1:] - mean
    seen = off.T @ off + modes.spread[:, 1:, 1:].sum(0)
    covariance = (seen + WEIGHT_OF_START * np.eye(3)) / (n + WEIGHT_OF_START)
    r = modes.residuals
    weight = batch.there * prior.trust(r)
    # What the readings say of the curves is lost to the noise: one degree each for the first
    # value and, where visits are few, at most half of all readings.
    readings = float(batch.there.sum())
    free = max(readings - 2.4 * n, readings / 2)
    noise = max(float(np.sqrt((weight * r * r).sum() / free)), 1e-3)
    return Prior(mean, covariance, noise, prior.tail)
