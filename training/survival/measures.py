"""Cox fits with lifelines, and how good a fit is on people it has not seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from lifelines import CoxPHFitter

from bedside_dx.disease.validation import fit_cox, harrell_c, observed_over_expected
from training.survival.cohorts import EVENT, TIME


@dataclass(frozen=True)
class Fit:
    """Coefficients by term, and the baseline's cumulative hazard at whole years from 1."""

    terms: list[str]
    coefficients: np.ndarray
    errors: np.ndarray
    hazard: np.ndarray

    def index(self, people: pd.DataFrame) -> np.ndarray:
        """Log hazard over the baseline."""
        return people[self.terms].to_numpy(float) @ self.coefficients

    def risk(self, people: pd.DataFrame, year: int) -> np.ndarray:
        """Share with the event after so many years."""
        return -np.expm1(-self.hazard[year - 1] * np.exp(self.index(people)))


@dataclass(frozen=True)
class Quality:
    """Concordance, observed over expected at a horizon, calibration slope and its error."""

    c: float
    oe: float
    slope: float
    slope_se: float


def fit(people: pd.DataFrame, years: int) -> Fit:
    """Fit with lifelines; Efron's handling of ties, for the baseline as well."""
    cox = CoxPHFitter().fit(people, TIME, EVENT)
    terms = list(cox.params_.index)
    return _with_baseline(
        people, terms, cox.params_.to_numpy(), cox.standard_errors_.to_numpy(), years
    )


def fit_again(people: pd.DataFrame, years: int) -> Fit:
    """The same fit, fast enough for hundreds of bootstrap samples."""
    terms = [name for name in people if name not in (TIME, EVENT)]
    cox = fit_cox(people[terms].to_numpy(float), *_course(people))
    return _with_baseline(people, terms, cox.coefficients, cox.errors, years)


def _with_baseline(people, terms, coefficients, errors, years) -> Fit:
    index = people[terms].to_numpy(float) @ coefficients
    return Fit(terms, coefficients, errors, efron_hazard(people, index, years))


def _course(people: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    return people[TIME].to_numpy(float), people[EVENT].to_numpy(bool)


def efron_hazard(people: pd.DataFrame, index: np.ndarray, years: int) -> np.ndarray:
    """Cumulative baseline hazard at the whole years, as R's survfit gives it."""
    time, event = _course(people)
    weight = np.exp(index)
    order = np.argsort(-time)
    at_risk_of = np.cumsum(weight[order])
    moments, steps = np.unique(time[event]), []
    for moment in moments:
        at_risk = at_risk_of[np.searchsorted(-time[order], -moment, side="right") - 1]
        tied = weight[(time == moment) & event]
        steps.append(np.sum(1 / (at_risk - np.arange(len(tied)) / len(tied) * tied.sum())))
    jumps = np.array(steps)
    return np.array([jumps[moments <= year].sum() for year in range(1, years + 1)])


def judge(fitted: Fit, people: pd.DataFrame, year: int) -> Quality:
    """How a fit does on people, at one horizon."""
    index = fitted.index(people)
    time, event = _course(people)
    slope = fit_cox(index[:, None], time, event)
    return Quality(
        harrell_c(time, event, index),
        observed_over_expected(time, event, fitted.risk(people, year), year),
        float(slope.coefficients[0]),
        float(slope.errors[0]),
    )


def ranking(fitted: Fit, people: pd.DataFrame) -> tuple[float, float]:
    """Concordance and calibration slope."""
    index, (time, event) = fitted.index(people), _course(people)
    slope = fit_cox(index[:, None], time, event).coefficients[0]
    return harrell_c(time, event, index), float(slope)
