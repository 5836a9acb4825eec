"""Dates as a reader of that language writes them: the month in letters, never ambiguous."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel.dates import format_date

if TYPE_CHECKING:
    from datetime import date, datetime


def day(value: date, language: str) -> str:
    """Write a day: "4 Mar 1958", "4 mars 1958"."""
    return format_date(value, "d MMM y", locale=language)


def moment(value: datetime, language: str) -> str:
    """Write a moment to the minute, with its zone: "22 Nov 2026 10:50 (UTC+01:00)"."""
    zoned = with_zone(value)
    return f"{day(zoned.date(), language)} {zoned:%H:%M} ({zone(zoned)})"


def with_zone(value: datetime) -> datetime:
    """Take a time without a zone as this machine's."""
    return value if value.tzinfo is not None else value.astimezone()


def zone(value: datetime) -> str:
    """Offset from UTC: "UTC", "UTC+01:00"."""
    offset = f"{value:%z}"
    return f"UTC{offset[:3]}:{offset[3:5]}" if int(offset[:5]) else "UTC"
