"""Where a quantity may go: three forecasts averaged, "no change" among them, and an interval.

- ``no-change``: the last value.
- ``anchored``: the last value, moved as the patient's curve moves from the last visit on.
- ``curve``: the patient's curve itself, which smooths the last value away.

The curve is the patient's own, pulled towards the prior of many (`hierarchy`). How much each
forecast counts and how wide the interval is was chosen across patients (`learning`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bedside_dx.core.course import Course, Floats, Outlook, Quantity
from bedside_dx.core.errors import CourseError
from bedside_dx.disease.growth.hierarchy import Batch, Modes, Prior, find_modes, log_curve
from bedside_dx.disease.growth.stein_fojo import fit_course

if TYPE_CHECKING:
    from collections.abc import Sequence

MEMBERS = ("no-change", "anchored", "curve")
LEAST_VISITS = 3
"""Visits below which nothing but "no change" is said."""

OWN_NOISE_AFTER = 4.0
"""Visits from which a patient's own noise counts as much as that of all."""


@dataclass(frozen=True, slots=True)
class Floor:
    """Smallest value that counts: below it, changes are not to be measured.

    Attributes
    ----------
    absolute
        In the quantity's unit.
    of_first
        As a share of the patient's first value.
    """

    absolute: float
    of_first: float

    def of(self, course: Course) -> float:
        """The floor of one patient."""
        return max(self.absolute, self.of_first * float(course.values[0]))


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a quantity is forecast.

    Attributes
    ----------
    weights
        (3,) of `MEMBERS`, 0 or more, adding to 1.
    reach
        Half the 90 % interval in units of a patient's noise at `usual_gap`.
    reach_no_change
        The same for "no change", where there are too few visits for more.
    usual_gap
        Days between two visits, typically.
    """

    prior: Prior
    weights: Floats
    reach: float
    reach_no_change: float
    usual_gap: float
    floor: Floor


def logs_of(course: Course, floor: Floor) -> Floats:
    """Logarithms of a course, floored."""
    return np.log(np.maximum(course.values, floor.of(course)))


def noise_of(modes: Modes, there: Floats, prior: Prior) -> Floats:
    """Each patient's noise, log units: its own and that of all, the more its own the longer."""
    own = (there * prior.trust(modes.residuals) * modes.residuals**2).sum(1)
    return np.sqrt((OWN_NOISE_AFTER * prior.noise**2 + own) / (OWN_NOISE_AFTER + there.sum(1)))


def widening(days_ahead: Floats, usual_gap: float) -> Floats:
    """How much wider an interval is than at the usual gap: as of noise and a random walk."""
    return np.sqrt((1 + days_ahead / usual_gap) / 2)


def members(modes: Modes, last_day: Floats, last: Floats, ahead: Floats) -> Floats:
    """What each member forecasts, as a change from the last value, log units.

    Parameters
    ----------
    last_day, last
        (patients,) day and logarithm of the last value.
    ahead
        (patients, days) since the first visit, to forecast.

    Returns
    -------
    (3, patients, days)
    """
    curve = log_curve(modes.at, ahead)
    anchored = curve - log_curve(modes.at, last_day[:, None])
    return np.stack([np.zeros_like(curve), anchored, curve - last[:, None]])


def forecast(course: Course, quantity: Quantity, recipe: Recipe, days: Sequence[float]) -> Outlook:
    """Forecast one patient.

    Parameters
    ----------
    course
        One visit or more.
    days
        After the last visit, in the course's count.

    Raises
    ------
    CourseError
        ``course.starts-at-zero``: the floor is a share of the first value, which is 0.
    """
    ahead = np.asarray(days, dtype=np.float64)
    floor = recipe.floor.of(course)
    if floor <= 0:
        raise CourseError("course.starts-at-zero")
    logs = logs_of(course, recipe.floor)
    is_fallback = len(course) < LEAST_VISITS
    if is_fallback:
        middle = np.full(len(ahead), logs[-1])
        noise, reach, weights = recipe.prior.noise, recipe.reach_no_change, np.array([1.0, 0, 0])
    else:
        batch = Batch.of([(course.days, logs)])
        modes = find_modes(batch, recipe.prior)
        since = course.days - course.days[0]
        changes = members(modes, since[-1:], logs[-1:], (ahead - course.days[0])[None, :])[:, 0, :]
        middle = combined(changes, recipe.weights, logs[-1], float(np.log(floor)))
        noise = float(noise_of(modes, batch.there, recipe.prior)[0])
        reach, weights = recipe.reach, recipe.weights
    half = reach * noise * widening(ahead - course.days[-1], recipe.usual_gap)
    return Outlook(
        course=course,
        quantity=quantity,
        fit=fit_course(course),
        days=ahead,
        values=np.exp(middle),
        low=np.maximum(np.exp(middle - half), floor),
        high=np.exp(middle + half),
        no_change=float(np.exp(logs[-1])),
        floor=floor,
        weights=dict(zip(MEMBERS, weights.tolist(), strict=True)),
        is_fallback=is_fallback,
    )


def combined(
    changes: Floats, weights: Floats, last: Floats | float, floor: Floats | float
) -> Floats:
    """Average the members, each floored, and give the forecast's logarithm.

    Parameters
    ----------
    changes
        (3, …) from `members`.
    """
    floored = np.maximum(changes + last, floor)
    return np.tensordot(weights, floored, axes=1)
