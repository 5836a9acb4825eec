"""Stage, prognosis and what would change it: for scripts, the command line and the window."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bedside_dx.app.saving import check_folder, save_together
from bedside_dx.app.table_file import read_table, write_table
from bedside_dx.core.disease import EDITIONS, Site
from bedside_dx.core.errors import Phrase, PrognosisError, SettingsError, TableError
from bedside_dx.disease import whatif
from bedside_dx.disease.prognosis.computing import prognosis as compute
from bedside_dx.disease.prognosis.judging import judge, standing
from bedside_dx.disease.prognosis.regimens import with_regimen
from bedside_dx.disease.prognosis.registry import MODELS, model_of, versions
from bedside_dx.disease.prognosis.stating import (
    AI_DERIVED,
    CONFIRMED,
    check_names,
    read_entries,
    read_year,
)
from bedside_dx.disease.prognosis.table import RowResult, compute_rows, output_columns
from bedside_dx.disease.stage_grids import GROUPINGS
from bedside_dx.disease.staging import stage_group

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from bedside_dx.app.table_file import Table
    from bedside_dx.core.disease import Stage
    from bedside_dx.core.prognosis import Entry, ModelFacts, Prognosis, Standing, WhatIf
    from bedside_dx.text import Texts

ERROR, WARNINGS, ASSUMED = "error", "warnings", "assumed"
"""Columns that every table gets beside its results."""


def stage(site: str, t: str, n: str, m: str, edition: int = EDITIONS[0]) -> Stage:
    """Stage group of a tumour.

    Parameters
    ----------
    site
        ``"breast"``, ``"colon"`` or ``"lung"``.
    t, n, m
        As a report writes them: ``"pT2"``, ``"N1mi"``, ``"M0"``.
    edition
        Of TNM: 8 or 7.

    Raises
    ------
    StagingError
        The categories make no stage group; its code says why.
    SettingsError
        ``settings.bad``: another site.
    """
    if site not in set(Site):
        raise SettingsError("settings.bad", name="site", value=site, allowed=", ".join(Site))
    return stage_group(Site(site), t, n, m, edition)


def categories(
    site: Site, edition: int
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """T, N and M as they can be for a site, without their letter."""
    grouping = GROUPINGS[site, edition]
    return tuple(grouping.t), tuple(grouping.n), tuple(grouping.m)


def prognosis(
    model: str,
    version: str | None = None,
    *,
    regimen: str | None = None,
    year: int | None = None,
    ai_derived: Sequence[str] = (),
    confirmed: Sequence[str] = (),
    **inputs: float | str,
) -> Prognosis:
    """What a model says of one person.

    Parameters
    ----------
    model, version
        For example ``"predict-breast"`` and ``"3.2"``; without a version the newest.
    regimen
        Letters of the treatments, ``"s"`` for none; without it, those whose flags are set.
    year
        Horizon of `Prognosis.survival` where none is asked for.
    ai_derived
        Inputs that a model of this program saw; refused until they are confirmed.
    confirmed
        Inputs that a person has confirmed.
    **inputs
        By name, see `model_facts`; what is left out follows the model's rule, and is listed.

    Raises
    ------
    PrognosisError
        The model may not be used here, or not with these inputs; its code says why.
    """
    entries = entries_of(model, version, inputs, ai_derived=ai_derived, confirmed=confirmed)
    found = prognosis_of(model, version, entries, regimen)
    return found if year is None else replace(found, year=read_year(found.model, year))


def entries_of(
    model: str,
    version: str | None,
    stated: Mapping[str, float | str],
    *,
    ai_derived: Sequence[str] = (),
    confirmed: Sequence[str] = (),
) -> dict[str, Entry]:
    """Inputs by name, as a person types them, with where they come from.

    Raises
    ------
    PrognosisError
        ``prognosis.unknown-input`` or ``prognosis.not-a-number``.
    """
    facts = model_of(model, version).facts
    check_names(facts, stated)
    listed = {AI_DERIVED: " ".join(ai_derived), CONFIRMED: " ".join(confirmed)}
    return read_entries(facts, {**stated, **listed})


def prognosis_of(
    model: str, version: str | None, entries: Mapping[str, Entry], regimen: str | None
) -> Prognosis:
    """As `prognosis`, of inputs that carry their provenance and interval."""
    chosen = model_of(model, version)
    person, asked = with_regimen(chosen, judge(chosen, entries), regimen)
    found = compute(chosen, person, asked)
    if found.curve is None:
        return found
    return replace(found, swept=whatif.swept(chosen, person.given, asked))


def standing_of(model: str, version: str | None, entries: Mapping[str, Entry]) -> Standing:
    """What is missing, what can't be taken and what refuses, of inputs that are being stated."""
    return standing(model_of(model, version), entries)


def what_if(
    model: str,
    version: str | None,
    entries: Mapping[str, Entry],
    regimen: str | None = None,
    *,
    year: int | None = None,
    ranges: Mapping[str, tuple[float, float]] | None = None,
) -> WhatIf:
    """What each treatment and each input of one person would change.

    Parameters
    ----------
    entries
        By name of the input.
    year
        Horizon; the model's middle one without.
    ranges
        From and to by input, for "what would change this most".

    Raises
    ------
    PrognosisError
        As `prognosis`; ``prognosis.no-curve`` for a score.
    """
    chosen = model_of(model, version)
    if not chosen.facts.horizons:
        raise PrognosisError("prognosis.no-curve", name=Phrase(chosen.facts.title))
    person, asked = with_regimen(chosen, judge(chosen, entries), regimen)
    horizons = chosen.facts.horizons
    middle = horizons[len(horizons) // 2]
    at = middle if year is None else read_year(chosen.facts, year)
    return whatif.what_if(chosen, person, asked, at, ranges)


def all_facts() -> tuple[ModelFacts, ...]:
    """What every model says about itself, the version taken without a choice first."""
    return tuple(model.facts for model in MODELS)


def model_facts(model: str, version: str | None = None) -> ModelFacts:
    """What a model says about itself.

    Raises
    ------
    PrognosisError
        ``prognosis.unknown-model`` or ``prognosis.unknown-version``.
    """
    return model_of(model, version).facts


@dataclass(frozen=True, slots=True)
class TableSummary:
    """How many rows of a table were computed, and how many refused."""

    rows: int
    refused: int


def compute_table(
    model: str, source: Path, target: Path, t: Texts, version: str | None = None
) -> TableSummary:
    """Compute a table of people and write it with its results, in its order.

    Columns that the model does not know are kept. What was refused has its reason in the column
    ``error``, in the reader's language; ``assumed`` and ``warnings`` say more of the others.

    Raises
    ------
    PrognosisError
        ``prognosis.unknown-model``, ``prognosis.unknown-version`` or ``prognosis.no-columns``.
    TableError
        The table can't be read, or would be overwritten.
    ReportError
        The results could not be written.
    """
    chosen = model_of(model, version)
    table = read_table(source)
    known = {name for wanted in chosen.facts.inputs for name in (wanted.key, *wanted.aliases)}
    if not known & set(table.columns):
        names = ", ".join(wanted.key for wanted in chosen.facts.inputs)
        raise PrognosisError("prognosis.no-columns", path=source, known=names)
    if target.exists() and target.samefile(source):
        raise TableError("table.overwrites", path=source)
    check_folder(target.parent, t)
    results = compute_rows(model, table.rows, version)
    added = _added(model)
    rows = [_row(table, at, result, added, t) for at, result in enumerate(results)]
    columns = [*(c for c in table.columns if c not in added), *added]
    save_together(
        target.parent,
        {target.name: lambda path: write_table(path, columns, rows, table.separator)},
        t,
    )
    return TableSummary(len(rows), sum(bool(row[ERROR]) for row in rows))


def _added(model: str) -> tuple[str, ...]:
    """Columns that the results of any version bring; they replace what stood under their names."""
    numbers = (name for version in versions(model) for name in output_columns(version))
    return (*dict.fromkeys(numbers), ASSUMED, WARNINGS, ERROR)


def _row(
    table: Table, at: int, result: RowResult, added: Sequence[str], t: Texts
) -> dict[str, str]:
    row = {name: text for name, text in table.rows[at].items() if name not in added}
    row |= dict.fromkeys(added, "")
    error = result.error
    if at in table.crowded:
        error = PrognosisError("prognosis.crowded-row")
    if error is not None:
        return row | {ERROR: " ".join(filter(None, t.error(error)))}
    row |= {name: f"{value:.12g}" for name, value in result.numbers.items()}
    if result.group:
        row["group"] = result.group
    if result.person is not None:
        row[ASSUMED] = " ".join(result.person.assumed)
        row[WARNINGS] = " ".join(
            remark.code.removeprefix("prognosis.") for remark in result.person.remarks
        )
    return row
