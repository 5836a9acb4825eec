"""Dates as a person types and reads them."""

from __future__ import annotations

from datetime import date, datetime

from bedside_dx.text import numbers

_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %m %Y")


def written_date(day: date, language: str) -> str:
    """Write a date as `text` does."""
    return numbers.day(day, language)


def parse_date(text: str) -> date | None:
    """Read a date typed as 1958-03-12, 12/03/1958 or 12.03.1958; None where it is none."""
    for pattern in _FORMATS:
        try:
            return datetime.strptime(text.strip(), pattern).date()  # noqa: DTZ007 - a birthday
        except ValueError:
            continue
    return None


def typed_date(day: date, language: str) -> str:
    """Write a date as one types it in that language."""
    return day.strftime("%d/%m/%Y") if language == "fr" else day.isoformat()


def years_between(born: date, today: date) -> int:
    """Whole years from a birthday to a day."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
