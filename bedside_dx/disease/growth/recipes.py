"""The recipes that ship: fitted by ``python -m training.growth``, one for each quantity."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from bedside_dx.core.course import Quantity
from bedside_dx.disease.growth.forecasting import Floor, Recipe
from bedside_dx.disease.growth.hierarchy import Prior


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a recipe was learned from, and how it did on patients it had not seen.

    Attributes
    ----------
    cohort
        What was measured, where it is from, by language.
    patients, visits
        Eligible: four visits or more, the first one counted.
    against_no_change
        Mean |log error| of the last visit over that of "no change", nested cross-validation.
    coverage
        Share of last visits inside the 90 % interval, likewise.
    """

    cohort: Mapping[str, str]
    patients: int
    visits: int
    against_no_change: float
    coverage: float


@cache
def recipe_for(quantity: Quantity) -> tuple[Recipe, Provenance]:
    """How a quantity is forecast, and what that rests on."""
    text = files("bedside_dx.disease.growth").joinpath("recipes.toml").read_text("utf-8")
    table = tomllib.loads(text)[quantity.value]
    prior = table["prior"]
    return (
        Recipe(
            prior=Prior(
                np.array(prior["mean"]), np.array(prior["covariance"]), prior["noise"],
                prior["tail"],
            ),
            weights=np.array(table["weights"]),
            reach=table["reach"],
            reach_no_change=table["reach_no_change"],
            usual_gap=table["usual_gap"],
            floor=Floor(**table["floor"]),
        ),
        Provenance(**table["provenance"]),
    )  # fmt: skip
