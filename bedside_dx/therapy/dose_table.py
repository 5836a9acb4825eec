"""The table of doses that ships: read strictly, every row with a source."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import cast

from bedside_dx.core.dosing import (
    Basis,
    Caution,
    CumulativeLimit,
    DoseRow,
    DoseTable,
    Drug,
    Organ,
    Reduction,
    Source,
    Test,
)
from bedside_dx.core.errors import DoseError

Table = Mapping[str, object]

SCHEMA_VERSION = 1
DRUG_KEYS = "key name aliases group route tests units reductions limit equivalence cautions rows"
NO_BOUND = 1e9
"""Stands for a range without an upper end."""


@cache
def dose_table() -> DoseTable:
    """The table, read once."""
    return read_table(files("bedside_dx.therapy").joinpath("doses.toml").read_text("utf-8"))


def read_table(text: str) -> DoseTable:
    """Read a table of doses; one that is not wholly right is refused.

    Raises
    ------
    DoseError
        ``dose.table`` with what is wrong.
    """
    try:
        document = tomllib.loads(text)
        _version(document["schema_version"])
        made = cast("date", document["made"])
        sources = {k: _source(k, v, made) for k, v in document["sources"].items()}
        drugs = tuple(_drug(one, sources) for one in document["drug"])
        equivalence = dict(document["equivalence"])
        sources[equivalence.pop("source")]  # it must be there
        table = DoseTable(document["version"], made, drugs, sources, equivalence)
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise DoseError("dose.table", detail=str(exc)) from exc
    keys = [row.key for row in table.rows]
    if len(set(keys)) != len(keys):
        raise DoseError("dose.table", detail="row")
    return table


def _source(key: str, table: Table, made: date) -> Source:
    kind, title, place = (str(table[name]) for name in ("kind", "title", "place"))
    if kind not in ("label", "paper", "guideline", "rule") or not title:
        raise ValueError(key)
    if not place and kind != "rule":
        raise ValueError(f"{key}: place")
    return Source(key, kind, title, str(table["identifier"]), place, made)


def _drug(table: Table, sources: Mapping[str, Source]) -> Drug:
    _only(table, DRUG_KEYS)
    key = str(table["key"])
    units = cast("Table | None", table.get("units"))
    return Drug(
        key=key,
        name=cast("Mapping[str, str]", table["name"]),
        aliases=tuple(cast("Sequence[str]", table["aliases"])),
        group=str(table["group"]),
        route=str(table["route"]),
        rows=tuple(_row(key, one, sources) for one in cast("Sequence[Table]", table["rows"])),
        tests={
            Test(test): sources[source]
            for test, source in cast("Mapping[str, str]", table["tests"]).items()
        },
        units=tuple(sorted(map(float, cast("Sequence[float]", units["mg"])))) if units else (),
        units_source=sources[str(units["source"])] if units else None,
        reductions=tuple(
            _reduction(one, sources) for one in cast("Sequence[Table]", table.get("reductions", ()))
        ),
        limit=_limit(cast("Table | None", table.get("limit")), sources),
        equivalence=cast("float | None", table.get("equivalence")),
        cautions=tuple(
            Caution(one["code"], sources[one["source"]])
            for one in cast("Sequence[Mapping[str, str]]", table.get("cautions", ()))
        ),
    )


def _row(drug: str, table: Table, sources: Mapping[str, Source]) -> DoseRow:
    _only(table, "key setting amount first_amount basis times_a_day cycle_days days cycles source")
    basis = Basis(str(table["basis"]))
    amount = cast("float | None", table.get("amount"))
    if (amount is None) is not (basis is Basis.AUC):
        raise ValueError(f"{table['key']}: amount")
    days = tuple(cast("Sequence[int]", table.get("days", (1,))))
    cycle_days = int(cast("int", table["cycle_days"]))
    if not days or min(days) < 1 or (cycle_days and max(days) > cycle_days):
        raise ValueError(f"{table['key']}: days")
    return DoseRow(
        key=str(table["key"]),
        drug=drug,
        setting=str(table["setting"]),
        amount=amount,
        basis=basis,
        cycle_days=cycle_days,
        days=days,
        source=sources[str(table["source"])],
        first_amount=cast("float | None", table.get("first_amount")),
        times_a_day=int(cast("int", table.get("times_a_day", 1))),
        cycles=int(cast("int", table.get("cycles", 0))),
    )


def _reduction(table: Table, sources: Mapping[str, Source]) -> Reduction:
    _only(table, "organ above up_to share source")
    share = float(cast("float", table["share"]))
    if not 0 <= share < 1:
        raise ValueError(f"share {share}")
    return Reduction(
        Organ(str(table["organ"])),
        float(cast("float", table["above"])),
        float(cast("float", table.get("up_to", NO_BOUND))),
        share,
        sources[str(table["source"])],
    )


def _limit(table: Table | None, sources: Mapping[str, Source]) -> CumulativeLimit | None:
    if table is None:
        return None
    _only(table, "mg_m2 after_radiation source radiation_source")
    after = cast("float | None", table.get("after_radiation"))
    source = sources[str(table["source"])]
    if after is not None:
        sources[str(table["radiation_source"])]  # it must be there
    return CumulativeLimit(float(cast("float", table["mg_m2"])), after, source)


def _version(stated: object) -> None:
    if stated != SCHEMA_VERSION:
        raise ValueError(f"schema_version {stated}")


def _only(table: Table, known: str) -> None:
    strange = set(table) - set(known.split())
    if strange:
        raise ValueError(", ".join(sorted(strange)))
