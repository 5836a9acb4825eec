"""The one shape of every prognosis model: facts, rules, and a formula over many people at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from bedside_dx.core.prognosis import ModelFacts

Numbers = NDArray[np.float64]
Values = Mapping[str, float]
"""One person's inputs by key, complete."""
Columns = Mapping[str, Numbers]
"""Inputs of many people by key, (people,) each, complete."""


@dataclass(frozen=True)
class Rule:
    """When a model refuses or warns; its words are in `bedside_dx.text` by code."""

    code: str
    applies: Callable[[Values], bool]


@dataclass(frozen=True, eq=False)
class Effects:
    """Log hazard ratios of treatments, (people, treatments) each; 0 where one can't help.

    Attributes
    ----------
    low, high
        95 % interval, low the more favourable; NaN where none is published.
    """

    estimate: Numbers
    low: Numbers
    high: Numbers


@dataclass(frozen=True, eq=False)
class Risks:
    """Share of people with the event by the end of each year, (people, years) each.

    Attributes
    ----------
    disease, other
        By cause; they add up to all events.
    """

    disease: Numbers
    other: Numbers

    @property
    def alive(self) -> Numbers:
        """Share free of the event."""
        return 1 - self.disease - self.other


@dataclass(frozen=True, slots=True)
class Output:
    """A column that a table of people gets.

    Attributes
    ----------
    share
        ``"alive"``, ``"disease"`` or ``"other"``, see `Risks`.
    year
        After how many; None for the year of the row.
    scale
        1 for a share, 100 for percent.
    """

    name: str
    share: str
    year: int | None = None
    scale: float = 1.0


@dataclass(frozen=True)
class CurveFormula:
    """A formula that gives curves.

    Attributes
    ----------
    effects
        Of each treatment in each person, in the order of `ModelFacts.treatments`.
    risks
        From inputs, which treatments are given (people, treatments; 0 or 1), and their log
        hazard ratios (people, treatments). The inputs of one person, (1,), serve for any
        number of regimens.
    outputs
        Columns that a table gets.
    asked
        The regimen that a row of a table stands for, where its columns say so.
    spread
        95 % interval of `Risks.alive` from the uncertainty of the model itself, where known.
    """

    effects: Callable[[Columns], Effects]
    risks: Callable[[Columns, Numbers, Numbers], Risks]
    outputs: tuple[Output, ...]
    asked: Callable[[Values], frozenset[str]] | None = None
    spread: Callable[[Columns, Numbers], tuple[Numbers, Numbers]] | None = None


@dataclass(frozen=True)
class ScoreFormula:
    """A formula that gives a number.

    Attributes
    ----------
    value
        The score, (people,).
    cuts
        Values above which the next group begins.
    """

    value: Callable[[Columns], Numbers]
    cuts: tuple[float, ...]

    def group(self, value: Numbers) -> NDArray[np.intp]:
        """Index of each score's group; sums of decimals are taken to the ninth place."""
        return np.searchsorted(np.asarray(self.cuts), np.round(value, 9), side="left")


@dataclass(frozen=True)
class Model:
    """A prognosis model.

    Attributes
    ----------
    refusals, warnings
        Looked at in this order, on complete inputs.
    """

    facts: ModelFacts
    formula: CurveFormula | ScoreFormula
    refusals: tuple[Rule, ...] = ()
    warnings: tuple[Rule, ...] = ()

    @property
    def regimens(self) -> tuple[frozenset[str], ...]:
        """Every set of treatments that can be given together, the smallest first."""
        treatments = self.facts.treatments
        sets = (
            frozenset(t.key for t, taken in zip(treatments, on, strict=True) if taken)
            for on in product((True, False), repeat=len(treatments))
        )
        return tuple(sorted(filter(self.can_be_given, sets), key=len))

    def can_be_given(self, regimen: frozenset[str]) -> bool:
        """Whether no two of the treatments stand for each other."""
        chosen = [t for t in self.facts.treatments if t.key in regimen]
        return not any(t.replaces in regimen for t in chosen if t.replaces)

    def switches(self, regimens: Sequence[frozenset[str]]) -> Numbers:
        """Which treatments are given, (regimens, treatments), 0 or 1."""
        keys = [t.key for t in self.facts.treatments]
        on = [[float(key in regimen) for key in keys] for regimen in regimens]
        return np.asarray(on, np.float64).reshape(len(regimens), len(keys))


def columns_of(people: Sequence[Values]) -> dict[str, Numbers]:
    """Inputs of many people as arrays; all have the same keys."""
    return {key: np.array([person[key] for person in people], np.float64) for key in people[0]}


def no_effects(columns: Columns) -> Effects:
    """Effects of a model that knows no treatment."""
    empty = np.zeros((len(next(iter(columns.values()))), 0))
    return Effects(empty, empty, empty)
