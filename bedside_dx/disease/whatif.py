"""What would each treatment, and each input that may be otherwise, change? Pure functions.

A window calls them with one person at each change of an input; all regimens together are one
pass of the formula.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product

import numpy as np

from bedside_dx.core.prognosis import Curve, Given, Influence, Input, Role, WhatIf
from bedside_dx.disease.prognosis.computing import (
    UNTREATED,
    Step,
    benefits,
    curves,
    in_order,
    prognosis,
    risks_of,
)
from bedside_dx.disease.prognosis.judging import Person
from bedside_dx.disease.prognosis.shape import Model, Values

POINTS = 21
"""Values of one input that are tried over its range."""
JOINT_POINTS = 5
"""Values of each input that are tried where several vary together."""
MOST_JOINT = 5
"""Inputs that may vary together."""


def what_if(
    model: Model,
    person: Person,
    regimen: frozenset[str],
    year: int,
    ranges: Mapping[str, tuple[float, float]] | None = None,
) -> WhatIf:
    """Everything below, of one person: what a window shows after each change.

    Parameters
    ----------
    ranges
        As in `influences`; inputs that were stated with an interval go through that without one.
    """
    found = replace(
        prognosis(model, person, regimen), year=year, swept=swept(model, person.given, regimen)
    )
    assert found.curve is not None
    assert found.untreated is not None
    stated = {
        one.key: (one.low, one.high)
        for one in person.given
        if one.low is not None and one.high is not None
    }
    steps = alone(model, person.values), in_order(model, regimen)
    together = ((UNTREATED, regimen),) if regimen else ()
    gains = benefits(model, person.values, (*steps[0], *steps[1], *together), (year,))
    first, second = len(steps[0]), len(steps[0]) + len(steps[1])
    return WhatIf(
        found,
        year,
        every_curve(model, person.values),
        alone=gains[:first],
        in_order=gains[first:second],
        together=gains[second] if together else None,
        influences=influences(model, person.values, regimen, year, {**stated, **(ranges or {})}),
        people=icon_counts(found.curve, found.untreated, year),
    )


def possible_regimens(model: Model, person: Values) -> tuple[frozenset[str], ...]:
    """Every regimen of treatments that come into question for a person, none first."""
    offered = {
        treatment.key
        for treatment in model.facts.treatments
        if not treatment.flag or person[treatment.flag] > 0
    }
    return tuple(regimen for regimen in model.regimens if regimen <= offered)


def every_curve(model: Model, person: Values) -> tuple[Curve, ...]:
    """One curve a possible regimen, with the intervals that are published."""
    return curves(model, person, possible_regimens(model, person))


def alone(model: Model, person: Values) -> tuple[Step, ...]:
    """Each treatment that comes into question, against none."""
    single = (regimen for regimen in possible_regimens(model, person) if len(regimen) == 1)
    return tuple((UNTREATED, regimen) for regimen in single)


def influences(
    model: Model,
    person: Values,
    regimen: frozenset[str],
    year: int,
    ranges: Mapping[str, tuple[float, float]] | None = None,
) -> tuple[Influence, ...]:
    """What would change this most: each input over its range, the largest swing first.

    Parameters
    ----------
    ranges
        By key: from, to. Inputs without one go through their choices, or are left out.
    """
    given = ranges or {}
    tried = {
        wanted.key: values
        for wanted in model.facts.inputs
        if wanted.role is Role.FACT
        and (values := _tried(wanted, given.get(wanted.key))) is not None
    }
    people = [{**person, key: value} for key, values in tried.items() for value in values]
    if not people:
        return ()
    alive = risks_of(model, people, [regimen] * len(people)).alive[:, year - 1]
    found: list[Influence] = []
    for key, values in tried.items():
        mine, alive = alive[: len(values)], alive[len(values) :]
        found.append(
            Influence(
                key, values[0], values[-1], float(mine[0]), float(mine[-1]), float(mine.min()),
                float(mine.max()),
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda influence: -influence.swing))


def swept(
    model: Model, given: Sequence[Given], regimen: frozenset[str]
) -> tuple[tuple[float, float], ...]:
    """Least and most share free of the event, year by year, over all uncertain inputs together.

    Every input that was stated with an interval goes through it; what the inputs' corners and
    the points between them give is a hull, not a 95 % interval. Empty without such an input.
    """
    uncertain = [one for one in given if one.low is not None and one.high is not None][:MOST_JOINT]
    if not uncertain:
        return ()
    person = {one.key: one.value for one in given}
    points = POINTS if len(uncertain) == 1 else JOINT_POINTS
    grids = [_within(model.facts.input(one.key), one, points) for one in uncertain]
    keys = [one.key for one in uncertain]
    people = [{**person, **dict(zip(keys, values, strict=True))} for values in product(*grids)]
    alive = risks_of(model, people, [regimen] * len(people)).alive
    return tuple(zip(alive.min(axis=0).tolist(), alive.max(axis=0).tolist(), strict=True))


def icon_counts(curve: Curve, untreated: Curve, year: int, people: int = 100) -> tuple[int, ...]:
    """Of so many people after `year` years: alive anyway, alive because more are, dead by cause.

    Returns
    -------
    (alive without treatment, more with it, died of the disease, died of other causes), whole
    numbers that add up to `people`; the largest remainders are rounded up.
    """
    at = year - 1
    anyway = min(float(untreated.alive[at]), float(curve.alive[at]))
    shares = (anyway, curve.alive[at] - anyway, curve.disease[at], curve.other[at])
    exact = np.maximum(np.array(shares, np.float64), 0) * people
    whole = np.floor(exact).astype(int)
    for place in np.argsort(whole - exact, kind="stable")[: people - int(whole.sum())]:
        whole[int(place)] += 1
    return tuple(int(count) for count in whole)


def _tried(wanted: Input, ranged: tuple[float, float] | None) -> tuple[float, ...] | None:
    if wanted.choices is not None:
        return tuple(code for code in wanted.choices if code != wanted.unknown)
    if ranged is None:
        return None
    return _between(wanted, *ranged, POINTS)


def _within(wanted: Input, one: Given, points: int) -> tuple[float, ...]:
    """Values of an uncertain input: those codes, or points of its interval, that are allowed."""
    low, high = float(one.low or 0.0), float(one.high or 0.0)
    if wanted.choices is not None:
        known = (code for code in wanted.choices if code != wanted.unknown)
        return tuple(code for code in known if low <= code <= high) or (one.value,)
    return _between(wanted, low, high, points)


def _between(wanted: Input, low: float, high: float, points: int) -> tuple[float, ...]:
    values = np.linspace(max(low, wanted.low), min(high, wanted.high), points)
    if wanted.whole:
        values = np.unique(np.round(values))
    return tuple(float(value) for value in values)
