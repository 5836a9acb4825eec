"""The verdict's word. It stands apart from results: the window names verdicts before it has one."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """The verdict's word."""

    PRESENT = "present"
    SUSPICIOUS = "suspicious"
    NOT_SEEN = "not_seen"
    CANNOT_SAY = "cannot_say"
