"""Numbers and days as a reader of that language writes them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

NARROW_SPACE = "\u202f"

MOST_DECIMALS = 9
"""Decimals from which a power of ten is easier to read."""


def decimal(value: float, language: str, digits: int = 2) -> str:
    """Write a number with at most `digits` decimals: 0.5 is "0,5" in French."""
    return _written(value, language, "#,##0." + "#" * digits)


def significant(value: float, language: str, digits: int = 4) -> str:
    """Write a number with that many digits that tell something, however small it is."""
    if not math.isfinite(value) or value == 0:
        return decimal(value, language)
    decimals = digits - 1 - math.floor(math.log10(abs(value)))
    if decimals > MOST_DECIMALS:
        return f"{value:.{digits}g}".replace(".", "," if language == "fr" else ".")
    return decimal(value, language, max(decimals, 0))


def fixed(value: float, language: str, digits: int) -> str:
    """Write a number with exactly `digits` decimals, for figures that are compared."""
    return _written(value, language, "#,##0." + "0" * digits)


def percent(share: float, language: str) -> str:
    """Write a share of 0 to 1 with at most two digits; never rounds up to 100 or down to 0."""
    value = share * 100
    space = NARROW_SPACE if language == "fr" else ""
    if 0 < value < 1:
        return f"<{space}1{space}%"
    if 99 < value < 100:
        return f">{space}99{space}%"
    return f"{round(value)}{space}%"


def exact_percent(share: float, language: str) -> str:
    """Write a share that somebody set, with the decimals it has: "92.5%"."""
    space = NARROW_SPACE if language == "fr" else ""
    return f"{decimal(share * 100, language)}{space}%"


def percent_range(low: float, high: float, language: str) -> str:
    """Write an interval of shares: "92-97 %" with an en dash."""
    space = NARROW_SPACE if language == "fr" else ""
    first, last = math.floor(low * 100), math.ceil(high * 100)
    return f"{first}{space}%" if first == last else f"{first}\u2013{last}{space}%"


def area(mm2: float, language: str) -> str:
    """Write an area given in mm²."""
    digits = 2 if mm2 < 1 else 1 if mm2 < 10 else 0
    return f"{decimal(mm2, language, digits)}\u00a0mm²"


def length(um: float, language: str) -> str:
    """Write a length given in µm, in mm from 1 mm on."""
    if um >= 1000:
        return f"{decimal(um / 1000, language)}\u00a0mm"
    return f"{decimal(um, language, 0 if um >= 10 else 1)}\u00a0µm"


def count(value: int, language: str) -> str:
    """Write a whole number with the language's grouping."""
    return _written(value, language)


def day(value: date, language: str) -> str:
    """Write a date without doubt about day and month: "12 Mar 1958"."""
    from babel.dates import format_date  # noqa: PLC0415 - see _written

    return format_date(value, "d MMM y", locale=language)


def month(value: date, language: str, *, with_year: bool = True) -> str:
    """Write the month of a date: "Mar 1958", or "Mar"."""
    from babel.dates import format_date  # noqa: PLC0415 - see _written

    return format_date(value, "MMM y" if with_year else "LLL", locale=language)


def _written(value: float, language: str, pattern: str | None = None) -> str:
    """Write a number by a pattern of Babel's, which is loaded with the first one: it is large."""
    from babel.numbers import format_decimal  # noqa: PLC0415

    return format_decimal(value, pattern, locale=language)
