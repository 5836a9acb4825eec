"""plan.ics: the days of a plan for a calendar, by RFC 5545; no name and no number of a patient."""

from __future__ import annotations

import uuid
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from bedside_dx.text.plan_words import event_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bedside_dx.core.plan import KeptPlan, PlanEvent
    from bedside_dx.text import Texts

WIDEST = 75
"""Octets of a line before it is folded."""


def write_calendar(kept: KeptPlan, events: Sequence[PlanEvent], path: Path, t: Texts) -> None:
    """Write plan.ics; the same version of a plan gives the same bytes.

    Raises
    ------
    OSError
        The file could not be written.
    """
    path.write_bytes(calendar(kept, events, t))


def calendar(kept: KeptPlan, events: Sequence[PlanEvent], t: Texts) -> bytes:
    """The calendar; an event keeps its UID through all versions of a plan."""
    stamp = f"{kept.history[-1].when.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//bedside_dx//therapy plan//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
    ]
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{event_uid(kept, event)}",
            f"DTSTAMP:{stamp}",
            f"SEQUENCE:{kept.version - 1}",
            f"DTSTART;VALUE=DATE:{event.first:%Y%m%d}",
            f"DTEND;VALUE=DATE:{event.last + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_escaped(event_words(event, t))}",
            "DESCRIPTION:" + _escaped(t("Draft of a therapy plan, not a prescription.")),
            f"CATEGORIES:{event.kind.upper()}",
            "STATUS:TENTATIVE",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def event_uid(kept: KeptPlan, event: PlanEvent) -> str:
    """A UID that belongs to the event of this plan for ever."""
    return f"{uuid.uuid5(uuid.UUID(kept.plan.identifier), event.key)}@bedside-dx"


def _escaped(text: str) -> str:
    for letter, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"),
                            ("\n", "\\n"), ("\r", "\\n")):  # fmt: skip
        text = text.replace(letter, written)
    return "".join(letter for letter in text if letter >= " ")


def _folded(line: str) -> bytes:
    """One content line; letters are never cut in two."""
    parts: list[bytes] = []
    part = b""
    for letter in line:
        octets = letter.encode("utf-8", "replace")
        room = WIDEST if not parts else WIDEST - 1
        if len(part) + len(octets) > room:
            parts.append(part)
            part = b""
        part += octets
    return b"\r\n ".join([*parts, part]) + b"\r\n"
