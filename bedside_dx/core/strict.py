"""Dataclasses from plain values and back: nothing unknown, missing or of another kind."""

from __future__ import annotations

import math
import types
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")

MOST_LETTERS = 2000
"""Of one text."""
MOST_NUMBER = 1e300


class Misfit(ValueError):
    """A value that does not fit; it says where and what was expected."""

    def __init__(self, path: str, expected: str) -> None:
        super().__init__(f"{path or '.'}: {expected}")
        self.path = path
        self.expected = expected


def plain(value: object) -> object:
    """A dataclass as values that JSON can hold; dates as ISO 8601 writes them."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, StrEnum):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [plain(one) for one in cast("tuple[object, ...]", value)]
    return value


def build(kind: type[T], value: object, path: str = "") -> T:
    """A dataclass from plain values.

    Raises
    ------
    Misfit
        A key is unknown or missing, or a value is of another kind.
    """
    return cast("T", _value(kind, value, path))


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _value(kind: Any, value: object, path: str) -> object:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        inner = next(one for one in get_args(kind) if one is not type(None))
        return None if value is None else _value(inner, value, path)
    if origin is tuple:
        return _tuple(get_args(kind)[0], value, path)
    if origin is Mapping:
        return _mapping(get_args(kind)[1], value, path)
    if is_dataclass(kind):
        return _dataclass(cast("type", kind), value, path)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        if value not in set(kind):
            raise Misfit(path, ", ".join(kind))
        return kind(value)
    return _scalar(kind, value, path)


def _dataclass(kind: type, value: object, path: str) -> object:
    if not isinstance(value, Mapping):
        raise Misfit(path, "{…}")
    given = cast("Mapping[str, object]", value)
    known = {one.name: one for one in fields(kind)}
    for name in given:
        if name not in known:
            raise Misfit(f"{path}/{name}".lstrip("/"), "?")
    hints = _hints(kind)
    made: dict[str, object] = {}
    for name, one in known.items():
        at = f"{path}/{name}".lstrip("/")
        if name in given:
            made[name] = _value(hints[name], given[name], at)
        elif one.default is MISSING and one.default_factory is MISSING:
            raise Misfit(at, "…")
    return kind(**made)


def _mapping(inner: Any, value: object, path: str) -> object:
    if not isinstance(value, Mapping):
        raise Misfit(path, "{…}")
    items = cast("Mapping[str, object]", value)
    return {name: _value(inner, one, f"{path}/{name}") for name, one in items.items()}


def _tuple(inner: Any, value: object, path: str) -> object:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise Misfit(path, "[…]")
    items = cast("Sequence[object]", value)
    return tuple(_value(inner, one, f"{path}/{at}") for at, one in enumerate(items, start=1))


def _scalar(kind: Any, value: object, path: str) -> object:
    if kind is date:
        return _day(value, path)
    if kind is bool and isinstance(value, bool):
        return value
    if kind is int and isinstance(value, int) and not isinstance(value, bool):
        return value
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        number = float(value) if abs(value) < MOST_NUMBER else math.inf
        if math.isfinite(number):
            return number
    if kind is str and isinstance(value, str) and len(value) <= MOST_LETTERS:
        return value
    raise Misfit(path, getattr(kind, "__name__", str(kind)))


def _day(value: object, path: str) -> date:
    if type(value) is date:
        return value
    try:
        return date.fromisoformat(cast("str", value))
    except (TypeError, ValueError):
        raise Misfit(path, "2026-11-27") from None
