"""Fields of a plan by their path: ``lines/first/steps/epirubicin/start``."""

from __future__ import annotations

import json
from typing import cast

from bedside_dx.core.errors import PlanError

Table = dict[str, object]


def set_field(document: Table, at: str, text: str) -> None:
    """Set one field of a plan's plain values by its path.

    Raises
    ------
    PlanError
        ``plan.no-field``.
    """
    *way, last = at.strip("/").split("/")
    place: object = document
    for name in way:
        place = _inside(place, name, at)
    if at.strip("/") == "identifier":
        raise PlanError("plan.no-field", field=at, known="–")
    _refuse_sourced(document, way, last)
    is_text = isinstance(_inside(place, last, at), str)  # a number may be a name
    value = text if is_text else _typed(text)
    if isinstance(place, list):
        items = cast("list[object]", place)
        items[_position(items, last, at)] = value
    else:
        cast("Table", place)[last] = value


def _refuse_sourced(document: Table, way: list[str], last: str) -> None:
    """Leave a dose that was worked out, and the drug that it is of, as its source gave them."""
    if len(way) < 4 or way[0] != "lines" or way[2] != "steps":
        return
    at = "/".join((*way, last))
    step: object = document
    for name in way[:4]:
        step = _inside(step, name, at)
    dose = _inside(step, "dose", at)
    worked_out = isinstance(dose, dict) and bool(cast("Table", dose).get("row"))
    if worked_out and (last in ("drug", "drug_fr", "dose") or "dose" in way[4:]):
        raise PlanError("plan.sourced-dose", field=at)


def _inside(place: object, name: str, at: str) -> object:
    if isinstance(place, list):
        items = cast("list[object]", place)
        return items[_position(items, name, at)]
    if isinstance(place, dict) and name in place:
        return cast("Table", place)[name]
    known = ", ".join(cast("Table", place)) if isinstance(place, dict) else "–"
    raise PlanError("plan.no-field", field=at, known=known)


def _position(items: list[object], name: str, at: str) -> int:
    keys = [cast("Table", one).get("key") if isinstance(one, dict) else None for one in items]
    if name in keys:
        return keys.index(name)
    if name.isdecimal() and 1 <= int(name) <= len(items):
        return int(name) - 1
    known = ", ".join(str(key or number) for number, key in enumerate(keys, start=1)) or "–"
    raise PlanError("plan.no-field", field=at, known=known)


def _typed(text: str) -> object:
    """JSON where it is JSON, else text."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
