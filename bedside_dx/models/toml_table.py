"""A TOML table whose fields are asked for by kind; what is missing or not allowed is named."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import cast

from bedside_dx.core.errors import Phrase, Value
from bedside_dx.models.flaw import Flaw

LANGUAGES = ("en", "fr")
"""Languages in which a package says what a person reads."""


class Table:
    """A TOML table. What asks for a field raises `Flaw` where it is missing or not allowed.

    Parameters
    ----------
    at
        Where the table lies in the document, with a dot at the end: named in each flaw.
    """

    def __init__(self, values: Mapping[str, object], at: str = "") -> None:
        self._values = values
        self._at = at

    def flaw(self, key: str, fault: str, **values: Value) -> Flaw:
        """Name a field and what is wrong with it; the caller raises it."""
        said = Phrase(fault, **values)
        return Flaw("manifest.toml: {field} {fault}", field=f"{self._at}{key}", fault=said)

    def has(self, key: str) -> bool:
        """Whether the field is there."""
        return key in self._values

    def _get(self, key: str) -> object:
        if key not in self._values:
            raise self.flaw(key, "is missing")
        return self._values[key]

    def _list(self, key: str) -> list[object]:
        value = self._get(key)
        if not isinstance(value, list):
            raise self.flaw(key, "must be a list")
        return cast("list[object]", value)

    def text(self, key: str, *allowed: str) -> str:
        """A text that is not empty, one of those allowed where any are named."""
        value = self._get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.flaw(key, "must be a text that is not empty")
        if allowed and value not in allowed:
            raise self.flaw(
                key, "must be {allowed}, not {value}", allowed=" | ".join(allowed), value=value
            )
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, none of them empty."""
        values = self._list(key)
        if not values or not all(isinstance(v, str) and v.strip() for v in values):
            raise self.flaw(key, "must be a list of texts that are not empty")
        return tuple(cast("list[str]", values))

    def number(self, key: str, low: float, high: float) -> float:
        """A finite number from `low` to `high`."""
        value = self._get(key)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.flaw(key, "must be a number")
        if not (math.isfinite(value) and low <= value <= high):
            raise self.flaw(
                key,
                "must be from {low} to {high}, not {value}",
                low=f"{low:g}",
                high=f"{high:g}",
                value=f"{value:g}",
            )
        return float(value)

    def numbers(self, key: str, low: float, high: float) -> tuple[float, ...]:
        """A list of such numbers."""
        values = self._list(key)
        parts = Table({f"{key}[{i}]": value for i, value in enumerate(values)}, self._at)
        return tuple(parts.number(name, low, high) for name in parts.names())

    def whole(self, key: str, low: int, high: int) -> int:
        """A whole number from `low` to `high`."""
        value = self._get(key)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.flaw(key, "must be a whole number")
        return int(self.number(key, low, high))

    def true(self, key: str) -> None:
        """Refuse what is not true."""
        if self._get(key) is not True:
            raise self.flaw(key, "must be true: the graph does it in this format")

    def table(self, key: str) -> Table:
        """A table within this one."""
        value = self._get(key)
        if not isinstance(value, dict):
            raise self.flaw(key, "must be a table")
        return Table(cast("dict[str, object]", value), f"{self._at}{key}.")

    def tables(self, key: str) -> tuple[Table, ...]:
        """A list of tables."""
        values = self._list(key)
        if not all(isinstance(v, dict) for v in values):
            raise self.flaw(key, "must be a list of tables")
        tables = cast("list[dict[str, object]]", values)
        return tuple(Table(v, f"{self._at}{key}[{i}].") for i, v in enumerate(tables))

    def by_language(self, key: str) -> dict[str, str]:
        """A text in each of `LANGUAGES`."""
        table = self.table(key)
        return {language: table.text(language) for language in LANGUAGES}

    def codes(self, key: str) -> dict[str, str]:
        """Codes by system; none where the field is missing."""
        if not self.has(key):
            return {}
        table = self.table(key)
        return {system: table.text(system) for system in table.names()}

    def names(self) -> tuple[str, ...]:
        """Names of the fields that are there."""
        return tuple(self._values)

    def shape(self, key: str) -> tuple[int | str, ...]:
        """A list of lengths; a word where one is free."""
        values = self._list(key)
        if not values or not all(
            isinstance(v, int | str) and not isinstance(v, bool) for v in values
        ):
            raise self.flaw(key, "must be a list of lengths")
        return tuple(cast("list[int | str]", values))
