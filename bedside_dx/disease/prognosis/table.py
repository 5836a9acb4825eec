"""Many people at once: each row is judged on its own, the formulas run on all that remain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from bedside_dx.core.errors import PrognosisError
from bedside_dx.disease.prognosis.computing import risks_of, scores_of
from bedside_dx.disease.prognosis.judging import Person, judge, regimen_of
from bedside_dx.disease.prognosis.registry import model_of
from bedside_dx.disease.prognosis.shape import CurveFormula, Model
from bedside_dx.disease.prognosis.stating import read_entries, read_year

SCORE_COLUMNS = ("score", "group")


@dataclass(frozen=True)
class RowResult:
    """What became of one row.

    Attributes
    ----------
    numbers
        By output column; empty where the row was refused.
    group
        Sentence of a score's group.
    person
        None where the row was refused.
    """

    numbers: Mapping[str, float] = field(default_factory=dict[str, float])
    group: str = ""
    person: Person | None = None
    error: PrognosisError | None = None


@dataclass(frozen=True)
class _Ready:
    """A row that can be computed."""

    at: int
    person: Person
    regimen: frozenset[str]
    year: int


def output_columns(model: Model) -> tuple[str, ...]:
    """Names of the columns that a table gets."""
    if isinstance(model.formula, CurveFormula):
        return tuple(output.name for output in model.formula.outputs)
    return SCORE_COLUMNS


def compute_rows(
    key: str, rows: Sequence[Mapping[str, str | float]], version: str | None = None
) -> tuple[RowResult, ...]:
    """Compute a table of people, in its order.

    Parameters
    ----------
    rows
        Inputs by column; ``version``, ``regimen`` and ``year`` where they apply. Columns that
        the model does not know are left alone.
    version
        Taken where a row names none; the newest by default.

    Raises
    ------
    PrognosisError
        ``prognosis.unknown-model`` or ``prognosis.unknown-version`` of what was asked for; what
        is wrong with one row stands in its result.
    """
    usual = model_of(key, version)
    results: dict[int, RowResult] = {}
    waiting: dict[str, tuple[Model, list[_Ready]]] = {}
    for at, row in enumerate(rows):
        try:
            named = str(row.get("version", "")).strip()
            model = model_of(key, named) if named else usual
            ready = _judged(model, row, at)
        except PrognosisError as error:
            results[at] = RowResult(error=error)
        else:
            waiting.setdefault(model.facts.version, (model, []))[1].append(ready)
    for model, ready in waiting.values():
        results.update(_computed(model, ready))
    return tuple(results[at] for at in range(len(rows)))


def _judged(model: Model, row: Mapping[str, str | float], at: int) -> _Ready:
    person = judge(model, read_entries(model.facts, row))
    regimen = regimen_of(model, person.values, str(row.get("regimen", "")))
    needs_year = isinstance(model.formula, CurveFormula) and any(
        output.year is None for output in model.formula.outputs
    )
    year = read_year(model.facts, row.get("year")) if needs_year else 0
    return _Ready(at, person, regimen, year)


def _computed(model: Model, ready: Sequence[_Ready]) -> dict[int, RowResult]:
    people = [one.person.values for one in ready]
    if not isinstance(model.formula, CurveFormula):
        scores = scores_of(model.formula, people)
        return {
            one.at: RowResult({"score": s.value}, model.facts.groups[s.group], one.person)
            for one, s in zip(ready, scores, strict=True)
        }
    risks = risks_of(model, people, [one.regimen for one in ready])
    row = np.arange(len(ready))
    columns = {
        output.name: output.scale
        * getattr(risks, output.share)[row, [(output.year or one.year) - 1 for one in ready]]
        for output in model.formula.outputs
    }
    return {
        one.at: RowResult({name: float(of[n]) for name, of in columns.items()}, "", one.person)
        for n, one in enumerate(ready)
    }
