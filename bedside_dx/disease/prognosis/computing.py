"""A model's formula on people who may use it: curves, intervals, benefits, scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bedside_dx.core.prognosis import Benefit, Curve, Prognosis, Score
from bedside_dx.disease.prognosis.judging import Person
from bedside_dx.disease.prognosis.shape import (
    Columns,
    CurveFormula,
    Effects,
    Model,
    Numbers,
    Risks,
    ScoreFormula,
    Values,
    columns_of,
)

UNTREATED = frozenset[str]()
"""The regimen without treatment."""
Step = tuple[frozenset[str], frozenset[str]]
"""A regimen before and after something is added."""


def risks_of(model: Model, people: Sequence[Values], regimens: Sequence[frozenset[str]]) -> Risks:
    """Cumulative risks of many people, each under a regimen of their own."""
    formula = curve_formula(model)
    columns = columns_of(people)
    given = model.switches(regimens)
    return formula.risks(columns, given, formula.effects(columns).estimate)


def scores_of(formula: ScoreFormula, people: Sequence[Values]) -> tuple[Score, ...]:
    """Scores of many people."""
    values = formula.value(columns_of(people))
    return tuple(
        Score(float(value), int(group))
        for value, group in zip(values, formula.group(values), strict=True)
    )


def prognosis(model: Model, person: Person, regimen: frozenset[str]) -> Prognosis:
    """Everything a model says of one person under one regimen."""
    if isinstance(model.formula, ScoreFormula):
        (score,) = scores_of(model.formula, [person.values])
        return Prognosis(model.facts, person.given, person.remarks, score=score)
    untreated, curve = curves(model, person.values, (UNTREATED, regimen))
    gains = benefits(model, person.values, in_order(model, regimen), model.facts.horizons)
    return Prognosis(model.facts, person.given, person.remarks, curve, untreated, gains)


def in_order(model: Model, regimen: frozenset[str]) -> tuple[Step, ...]:
    """Each treatment of a regimen beside those before it."""
    keys = [t.key for t in model.facts.treatments if t.key in regimen]
    return tuple((frozenset(keys[:at]), frozenset(keys[: at + 1])) for at in range(len(keys)))


def curves(model: Model, person: Values, regimens: Sequence[frozenset[str]]) -> tuple[Curve, ...]:
    """Curves of one person, one a regimen, with the intervals that are known."""
    formula = curve_formula(model)
    columns = columns_of([person])
    given, effects = model.switches(regimens), formula.effects(columns)
    risks = _at_every_end(formula, columns, given, effects)
    alive = risks.alive
    low, high = _interval(alive)
    if formula.spread is not None:
        low, high = (np.broadcast_to(x, alive[0].shape) for x in formula.spread(columns, given))
    years = np.arange(1.0, model.facts.longest + 1)
    return tuple(
        Curve(
            regimen,
            years,
            alive[0, at],
            risks.disease[0, at],
            risks.other[0, at],
            *_known(low[at], high[at], formula, given[at]),
        )
        for at, regimen in enumerate(regimens)
    )


def benefits(
    model: Model, person: Values, steps: Sequence[Step], years: Sequence[int]
) -> tuple[Benefit, ...]:
    """Differences of the shares free of the event, each after against before; year by year."""
    if not steps:
        return ()
    formula = curve_formula(model)
    columns = columns_of([person])
    effects = formula.effects(columns)
    without, with_ = (
        _at_every_end(formula, columns, model.switches(side), effects).alive
        for side in zip(*steps, strict=True)
    )
    gain = with_ - without
    low, high = _interval(gain)
    return tuple(
        Benefit(
            after - before,
            before,
            year,
            float(gain[0, row, year - 1]),
            _number(low[row, year - 1]),
            _number(high[row, year - 1]),
        )
        for year in years
        for row, (before, after) in enumerate(steps)
    )


def curve_formula(model: Model) -> CurveFormula:
    """The formula of a model that gives curves."""
    if not isinstance(model.formula, CurveFormula):
        raise TypeError(f"{model.facts.key} gives a score, not a curve")
    return model.formula


def _at_every_end(
    formula: CurveFormula, columns: Columns, given: Numbers, effects: Effects
) -> Risks:
    """Risks with the estimates, then with each treatment's effect at both ends of its interval.

    Returns
    -------
    Risks of (1 + 2 × treatments, regimens, years): one pass of the formula for them all.
    """
    regimens, treatments = given.shape
    times = 1 + 2 * treatments
    log_hr = np.empty((times, regimens, treatments))
    log_hr[:] = effects.estimate
    for treatment in range(treatments):
        used = given[:, treatment] > 0
        log_hr[1 + 2 * treatment, used, treatment] = effects.low[:, treatment]
        log_hr[2 + 2 * treatment, used, treatment] = effects.high[:, treatment]
    everywhere = np.broadcast_to(given, log_hr.shape).reshape(times * regimens, treatments)
    risks = formula.risks(columns, everywhere, log_hr.reshape(times * regimens, treatments))
    years = risks.disease.shape[1]
    disease, other = (
        np.broadcast_to(share, (times * regimens, years)).reshape(times, regimens, years)
        for share in (risks.disease, risks.other)
    )
    return Risks(disease, other)


def _interval(ends: Numbers) -> tuple[Numbers, Numbers]:
    """95 % interval of what came out with the estimates (first) and at the ends (the others).

    The departures of independent effects add up as squares (MOVER, Zou and Donner 2008).
    """
    departures = ends[1:] - ends[0]
    pairs = departures.reshape(-1, 2, *ends.shape[1:])
    below = np.sqrt(np.sum(np.minimum(pairs.min(axis=1), 0) ** 2, axis=0))
    above = np.sqrt(np.sum(np.maximum(pairs.max(axis=1), 0) ** 2, axis=0))
    return ends[0] - below, ends[0] + above


def _known(
    low: Numbers, high: Numbers, formula: CurveFormula, given: Numbers
) -> tuple[Numbers | None, Numbers | None]:
    """An interval, or none where nothing of it is published."""
    if np.isnan(low).any() or (formula.spread is None and not given.any()):
        return None, None
    return np.clip(low, 0, 1), np.clip(high, 0, 1)


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
