"""How forecasts do on the last visit of patients that nothing was learned from.

Nested: patients are split into outer folds; without a fold everything is chosen anew by
`learning.learn_recipe`, whose own folds are inside. Then each patient's last visit of the fold is
forecast from the visits before it. The split is dealt several times and a patient's errors are
averaged, so that no single deal decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bedside_dx.core.course import Floats, Quantity
from bedside_dx.disease.growth.forecasting import forecast
from bedside_dx.disease.growth.learning import folds_of, learn_recipe
from bedside_dx.disease.growth.stein_fojo import curve_at, fit_course

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bedside_dx.core.course import Course, Outlook
    from bedside_dx.disease.growth.forecasting import Floor, Recipe

LEAST_VISITS = 4
"""Three to learn from and one to forecast."""

OUTER_FOLDS, DEALS = 8, 2
EXACT = 1e-9


@dataclass(frozen=True, slots=True)
class BackTest:
    """Errors of the last visit, |log forecast / truth|, both floored.

    Attributes
    ----------
    ours, no_change, published
        (patients,) of the forecast, of the last value, and of the curve that the published
        program chooses ("no change" where it chooses none).
    covered
        (patients,) share of the deals in which the truth lay in the 90 % interval.
    recipes
        Of every fold of every deal: what was chosen inside.
    """

    ours: Floats
    no_change: Floats
    published: Floats
    covered: Floats
    recipes: tuple[Recipe, ...]

    @property
    def ratio(self) -> float:
        """Mean error over that of "no change"; below 1 is better."""
        return float(self.ours.mean() / self.no_change.mean())

    @property
    def published_ratio(self) -> float:
        """The same of the published program's curve."""
        return float(self.published.mean() / self.no_change.mean())

    def bootstrap(self, times: int = 10_000, seed: int = 0) -> Floats:
        """Ratios over patients drawn again, the pairs kept together, (times,)."""
        rows = np.random.default_rng(seed).integers(0, len(self.ours), (times, len(self.ours)))
        return self.ours[rows].mean(1) / self.no_change[rows].mean(1)


def eligible(courses: Sequence[Course]) -> tuple[Course, ...]:
    """Courses with enough visits."""
    return tuple(course for course in courses if len(course) >= LEAST_VISITS)


def back_test(
    courses: Sequence[Course], quantity: Quantity, floor: Floor, deals: int = DEALS
) -> BackTest:
    """Forecast the last visit of each eligible patient.

    Parameters
    ----------
    deals
        How many times patients are dealt into outer folds.
    """
    patients = eligible(courses)
    errors, covered = np.zeros((2, deals, len(patients)))
    recipes: list[Recipe] = []
    for deal in range(deals):
        for rows in folds_of(len(patients), OUTER_FOLDS, deal):
            out: set[int] = set(rows.tolist())
            recipe = learn_recipe(
                [c for at, c in enumerate(patients) if at not in out], floor, seed=deal
            )
            recipes.append(recipe)
            for row in out:
                outlook, truth = _forecast_last(patients[row], quantity, recipe)
                errors[deal, row] = abs(np.log(outlook.values[0] / truth))
                covered[deal, row] = _is_inside(outlook, truth)
    logs = [np.log(np.maximum(c.values, floor.of(c))) for c in patients]
    return BackTest(
        ours=errors.mean(0),
        no_change=np.array([abs(z[-1] - z[-2]) for z in logs]),
        published=np.array([_published_error(c, floor) for c in patients]),
        covered=covered.mean(0),
        recipes=tuple(recipes),
    )


def _forecast_last(course: Course, quantity: Quantity, recipe: Recipe) -> tuple[Outlook, float]:
    outlook = forecast(course.until(len(course) - 1), quantity, recipe, [float(course.days[-1])])
    return outlook, max(float(course.values[-1]), recipe.floor.of(course))


def _is_inside(outlook: Outlook, truth: float) -> bool:
    return bool(outlook.low[0] * (1 - EXACT) <= truth <= outlook.high[0] * (1 + EXACT))


def _published_error(course: Course, floor: Floor) -> float:
    """Error of the published program's curve; of "no change" where it chooses none."""
    seen = course.until(len(course) - 1)
    least = floor.of(course)
    fit = fit_course(seen).chosen
    if fit is None:
        value = float(seen.values[-1])
    else:
        share = float(curve_at(fit, course.days[-1:] - course.days[0] + 1)[0])
        value = share * float(course.values[0])
    truth = max(float(course.values[-1]), least)
    return float(abs(np.log(max(value, least) / truth)))
