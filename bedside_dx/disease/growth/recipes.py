"""The recipes that ship: fitted by ``python -m training.growth``, one for each quantity."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

import numpy as np

from bedside_dx.core.course import Learned, Quantity
from bedside_dx.disease.growth.forecasting import Floor, Recipe
from bedside_dx.disease.growth.hierarchy import Prior


@cache
def recipe_for(quantity: Quantity) -> tuple[Recipe, Learned]:
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
        Learned(**table["provenance"]),
    )  # fmt: skip
