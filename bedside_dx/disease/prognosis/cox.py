"""The Cox models that were fitted for this program: coefficients and baseline from a small file.

The files in ``fitted`` are written by ``training/survival``; they hold numbers of fits, and no
row of the people they were fitted on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from bedside_dx.disease.prognosis.shape import Columns, Effects, Numbers, Risks

Quality = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, eq=False)
class Fitted:
    """A stored fit.

    Attributes
    ----------
    terms
        Names of its terms, in order.
    coefficients
        Log hazard ratios, (terms,).
    errors
        Their standard errors, (terms,).
    hazard
        Cumulative baseline hazard at the end of each year, (years,).
    coefficients_again, hazard_again
        The same of fits to people drawn again, (replicates, terms) and (replicates, years).
    quality
        Figures by set of people: ``development``, ``optimism`` and, where tried, ``external``.
    """

    terms: tuple[str, ...]
    coefficients: Numbers
    errors: Numbers
    hazard: Numbers
    coefficients_again: Numbers
    hazard_again: Numbers
    quality: Quality

    def free(self, terms: Numbers, log_hr: Numbers | None = None) -> Numbers:
        """Share free of the event at the end of each year, (people, years).

        Parameters
        ----------
        terms
            (people, terms).
        log_hr
            Added to the index, (people,).
        """
        index = terms @ self.coefficients + (0.0 if log_hr is None else log_hr)
        return np.exp(-np.exp(index)[:, None] * self.hazard)

    def interval(self, terms: Numbers) -> tuple[Numbers, Numbers]:
        """95 % interval of `free` from the fits to people drawn again."""
        index = self.coefficients_again @ terms.T  # (replicates, people)
        free = np.exp(-np.exp(index)[:, :, None] * self.hazard_again[:, None, :])
        low, high = np.percentile(free, (2.5, 97.5), axis=0)
        return low, high


@cache
def fitted(name: str) -> Fitted:
    """Read a stored fit of this package."""
    text = (
        files("bedside_dx.disease.prognosis").joinpath("fitted", f"{name}.json").read_text("utf-8")
    )
    stored = json.loads(text)
    again = stored["replicates"]
    return Fitted(
        tuple(stored["terms"]),
        np.array(stored["coefficients"]),
        np.array(stored["standard_errors"]),
        np.array(stored["baseline_hazard"]),
        np.array(again["coefficients"]),
        np.array(again["baseline_hazard"]),
        stored["quality"],
    )


def risks_without_treatment(
    name: str, terms: Callable[[Columns], Numbers]
) -> Callable[[Columns, Numbers, Numbers], Risks]:
    """Make the formula of a fit whose terms are no treatments."""

    def risks(columns: Columns, _given: Numbers, _log_hr: Numbers) -> Risks:
        free = fitted(name).free(terms(columns))
        return Risks(1 - free, np.zeros_like(free))

    return risks


def effects_of(fit: Fitted, names: tuple[str, ...], people: int) -> Effects:
    """Effects of treatments that are terms of a fit, with their Wald intervals."""
    at = [fit.terms.index(name) for name in names]
    estimate, error = fit.coefficients[at], fit.errors[at]
    sides = (estimate, estimate - 1.959964 * error, estimate + 1.959964 * error)
    return Effects(*(np.tile(side, (people, 1)) for side in sides))
