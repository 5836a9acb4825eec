"""What the therapy in a report.json must look like."""

from __future__ import annotations

import types
from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints

from bedside_dx.core.dosing import Basis, DoseStatus
from bedside_dx.core.plan import EventKind, Plan
from bedside_dx.core.therapy import Authority, Direction, Level, TumourMatch
from bedside_dx.report.shape import TEXT_OR_NONE, Amount, ListOf, MapOf, Maybe, OneOf, Shape

AMOUNT = Maybe(Amount)


def shape_of(kind: Any) -> Shape:
    """The shape of what `core.strict.plain` makes of a kind of value."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return Maybe(shape_of(next(one for one in get_args(kind) if one is not type(None))))
    if origin is tuple:
        return ListOf(shape_of(get_args(kind)[0]))
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return {one.name: shape_of(hints[one.name]) for one in fields(kind)}
    if issubclass(kind, StrEnum):
        return OneOf(frozenset(kind))
    return str if issubclass(kind, date) else kind


EVIDENCE = ListOf({"source": str, "id": str, "pmid": str})
SAID = ListOf({"code": str, "text": str})
OPTIONS: dict[str, Shape] = {
    "options": ListOf(
        {
            "therapy": str, "direction": OneOf(frozenset(Direction)),
            "level": OneOf(frozenset(level.name for level in Level)), "tier": str,
            "tumour_match": OneOf(frozenset(match.word for match in TumourMatch)),
            "approval": ListOf(OneOf(frozenset(Authority))), "evidence": EVIDENCE,
            "why": ListOf(str),
        }
    ),
    "excluded": ListOf({"therapy": str, "reason": str, "evidence": EVIDENCE}),
    "order_first": ListOf({"test": str, "why": str}),
    "unknown": ListOf({"input": str, "nearest": ListOf(str)}),
    "packs": ListOf(
        {
            "name": str, "version": str, "date": str, "licence": str, "attribution": str,
            "facts": int, "tumours": int, "older_than_a_year": bool, "sha256": str,
        }
    ),
}  # fmt: skip
ESTIMATES = ListOf({"method": str, "value": Amount, "unit": str, "taken": bool})
DOSE: dict[str, Shape] = {
    "drug": str, "status": OneOf(frozenset(DoseStatus)), "dose_mg": AMOUNT, "exact_mg": AMOUNT,
    "full_mg": AMOUNT,
    "row": Maybe(
        {
            "key": str, "setting": str, "amount": AMOUNT, "first_amount": AMOUNT,
            "basis": OneOf(frozenset(Basis)), "times_a_day": int, "days": ListOf(int),
            "cycle_days": int, "cycles": Maybe(int), "schedule": str, "source": str,
        }
    ),
    "rounded": Maybe({"mg": Amount, "units": MapOf(int), "change": float, "within": bool}),
    "bsa": ESTIMATES, "gfr": ESTIMATES, "gfr_used": AMOUNT, "auc": AMOUNT, "bmi": AMOUNT,
    "percent": Amount, "steps": SAID,
    "reductions": ListOf({"organ": str, "share": Amount, "text": str, "source": str}),
    "order_first": ListOf({"test": str, "text": str, "withholds": bool, "source": str}),
    "questions": ListOf(
        {
            "code": str, "text": str,
            "choices": ListOf({"key": str, "value": Maybe(float), "dose_mg": AMOUNT}),
        }
    ),
    "reasons": SAID, "remarks": SAID,
    "cautions": ListOf({"code": str, "text": str, "source": str}),
    "sources": ListOf(
        {"key": str, "kind": str, "title": str, "identifier": str, "place": str, "read": str}
    ),
    "table": str, "is_shown": bool,
}  # fmt: skip
PLAN: dict[str, Shape] = {
    "language": str, "notice": str, "plan": shape_of(Plan),
    "said": ListOf(
        {
            "line": str, "effect": TEXT_OR_NONE,
            "steps": ListOf({"step": str, "dose": str, "schedule": str}),
        }
    ),
    "version": int, "changed": {"who": str, "when": str, "why": str},
    "events": ListOf(
        {
            "kind": OneOf(frozenset(EventKind)), "key": str, "first": str, "last": str,
            "line": TEXT_OR_NONE, "subject": TEXT_OR_NONE, "cycle": Maybe(int), "mg": AMOUNT,
            "percent": Amount, "text": str,
        }
    ),
    "remarks": SAID,
}  # fmt: skip
THERAPY: dict[str, Shape] = {
    "taken": str, "notice": str,
    "asked": Maybe(
        {
            "tumour": str, "tumour_code": TEXT_OR_NONE, "tumour_name": TEXT_OR_NONE,
            "alterations": ListOf(str), "negatives": ListOf(str), "line": Maybe(int),
        }
    ),
    **{key: Maybe(shape) for key, shape in OPTIONS.items()},
    "conflicts": Maybe(ListOf(str)),
    "doses": ListOf(DOSE),
    "plan": Maybe(PLAN),
}  # fmt: skip
