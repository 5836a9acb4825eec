"""A therapy plan on disk: the plan, and every change that led to it, chained by hashes.

One JSON file. The plan must be what its history leads to, so an edited plan, an edited or missing
row and a cut tail are found. Whoever rewrites plan, rows and hashes together is not: that takes a
signature.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from bedside_dx.core.errors import PlanError, StoreError
from bedside_dx.core.plan import FieldChange, KeptPlan, Plan, PlanChange
from bedside_dx.core.strict import Misfit, build, plain
from bedside_dx.store.file_lock import locked
from bedside_dx.store.text_file import read_text, write_text

SCHEMA = "bedside_dx/plan"
SCHEMA_VERSION = 1
START = "0" * 64
"""What stands for the hash before the first."""

Row = dict[str, object]


@dataclass(frozen=True)
class _Kept:
    """The file, once found to be whole.

    Attributes
    ----------
    stated
        The plan as it was written, perhaps by an earlier version of this program.
    """

    kept: KeptPlan
    rows: tuple[Row, ...]
    stated: object


def read_plan(path: Path) -> KeptPlan:
    """Read a plan and hold it against its history.

    Raises
    ------
    PlanError
        ``plan.not-found``, ``plan.unreadable`` or ``plan.history-edited``.
    StoreError
        ``store.unreadable``.
    """
    return _read(path).kept


def new_plan(path: Path, plan: Plan, who: str, why: str) -> KeptPlan:
    """Write a plan's first version.

    Raises
    ------
    PlanError
        ``plan.exists``: nothing was written.
    StoreError
        ``store.not-written`` or ``store.busy``.
    """
    return _written(path, plan, who, why, before=0)


def change_plan(
    path: Path, plan: Plan, who: str, why: str, *, before: int | None = None
) -> KeptPlan:
    """Write a plan's next version, the fields that differ on record.

    Parameters
    ----------
    before
        Number of the version that it must follow; None: whatever lies there.

    Raises
    ------
    PlanError
        As `read_plan`; ``plan.same``: nothing differs; ``plan.moved-on``: another version lies
        there.
    StoreError
        ``store.not-written`` or ``store.busy``.
    """
    return _written(path, plan, who, why, before=before)


def _written(path: Path, plan: Plan, who: str, why: str, *, before: int | None) -> KeptPlan:
    try:
        with locked(path):
            rows = _next_rows(path, plan, who, why, before)
            document = {
                "schema": SCHEMA,
                "schema_version": SCHEMA_VERSION,
                "plan": plain(plan),
                "history": rows,
            }
            write_text(path, json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    except (PlanError, StoreError):
        raise
    except OSError as exc:
        detail = exc.strerror or type(exc).__name__
        raise StoreError("store.not-written", path=path, detail=detail) from exc
    return _read(path).kept


def _next_rows(path: Path, plan: Plan, who: str, why: str, expected: int | None) -> list[Row]:
    """The history with one more row, against what lies on disk now."""
    is_new = expected == 0
    if is_new and path.exists():
        raise PlanError("plan.exists", path=path)
    before = None if is_new else _read(path)
    if before is not None and expected not in (None, before.kept.version):
        last = before.kept.history[-1]
        raise PlanError("plan.moved-on", path=path, number=last.number, who=last.who)
    fields = _differences("", None if before is None else before.stated, plain(plan))
    if not fields:
        raise PlanError("plan.same", path=path)
    rows = [] if before is None else list(before.rows)
    return [*rows, _row(len(rows) + 1, who, why, fields, _head(rows))]


def _row(number: int, who: str, why: str, fields: Sequence[FieldChange], before: str) -> Row:
    row: Row = {
        "number": number,
        "when": datetime.now(UTC).replace(microsecond=0).isoformat(),
        "who": who,
        "why": why,
        "fields": [{"path": one.path, "before": one.before, "after": one.after} for one in fields],
    }
    return row | {"hash": _hash(row, before)}


def _hash(row: Mapping[str, object], before: str) -> str:
    content = {key: value for key, value in row.items() if key != "hash"}
    text = before + json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _head(rows: Sequence[Row]) -> str:
    return str(rows[-1]["hash"]) if rows else START


def _read(path: Path) -> _Kept:
    text = read_text(path)
    if text is None:
        raise PlanError("plan.not-found", path=path)
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as exc:
        raise PlanError("plan.unreadable", path=path, detail="JSON") from exc
    match document:
        case {
            "schema": "bedside_dx/plan", "schema_version": 1, "plan": dict(), "history": list(),
        } if len(document) == 4:  # fmt: skip
            rows = tuple(cast("list[Row]", document["history"]))
            return _checked(path, cast("object", document["plan"]), rows)
        case _:
            raise PlanError("plan.unreadable", path=path, detail=SCHEMA)


def _checked(path: Path, stated: object, rows: tuple[Row, ...]) -> _Kept:
    history: list[PlanChange] = []
    led_to: object = None
    before = START
    for number, row in enumerate(rows, start=1):
        change = _change(row)
        if change is None or change.number != number or _hash(row, before) != row["hash"]:
            raise PlanError("plan.history-edited", path=path, number=number)
        try:
            for one in change.fields:
                led_to = _applied(led_to, one)
        except (KeyError, IndexError, TypeError, ValueError) as exc:
            raise PlanError("plan.history-edited", path=path, number=number) from exc
        before = str(row["hash"])
        history.append(change)
    if not history or led_to != stated:
        raise PlanError("plan.not-in-history", path=path)
    try:
        plan = build(Plan, stated)
    except Misfit as exc:
        raise PlanError("plan.unreadable", path=path, detail=str(exc)) from exc
    return _Kept(KeptPlan(plan, tuple(history)), rows, stated)


def _change(row: Row) -> PlanChange | None:
    match row:
        case {
            "number": int() as number, "when": str() as when, "who": str() as who,
            "why": str() as why, "fields": list(), "hash": str(),
        }:  # fmt: skip
            try:
                moment = datetime.fromisoformat(when)
                found = tuple(
                    FieldChange(one["path"], one["before"], one["after"])
                    for one in cast("list[dict[str, str]]", row["fields"])
                )
            except (ValueError, KeyError, TypeError):
                return None
            return PlanChange(number, moment, who, why, found)
        case _:
            return None


# ---------------------------------------------------------------- fields


def _differences(path: str, before: object, after: object) -> list[FieldChange]:
    """Fields that differ; a list that became longer or shorter counts as one field."""
    if before == after:
        return []
    if isinstance(before, dict) and isinstance(after, dict):
        one, other = cast("Row", before), cast("Row", after)  # of the same dataclass
        if one.keys() == other.keys():
            return [
                change
                for key in one
                for change in _differences(f"{path}/{key}".lstrip("/"), one[key], other[key])
            ]
    if isinstance(before, list) and isinstance(after, list):
        old, new = cast("list[object]", before), cast("list[object]", after)
        if len(old) == len(new):
            return [
                change
                for at, pair in enumerate(zip(old, new, strict=True), start=1)
                for change in _differences(f"{path}/{at}", *pair)
            ]
    return [FieldChange(path, cast("object", before), cast("object", after))]


def _applied(document: object, change: FieldChange) -> object:
    """The document with one field changed, which must be as the change says it was."""
    if not change.path:
        if document != change.before:
            raise ValueError
        return json.loads(json.dumps(change.after))
    *way, last = change.path.split("/")
    place: object = document
    for name in way:
        place = _inside(place, name)
    if _inside(place, last) != change.before:
        raise ValueError(change.path)
    if isinstance(place, list):
        cast("list[object]", place)[int(last) - 1] = change.after
    else:
        cast("Row", place)[last] = change.after
    return document


def _inside(place: object, name: str) -> object:
    if isinstance(place, list):
        return cast("list[object]", place)[int(name) - 1]
    return cast("Row", place)[name]
