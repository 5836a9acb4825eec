"""What a person states on the therapy page about one patient. No Qt in here, no result either."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Section(StrEnum):
    """Parts of the page, in the order of the flow."""

    OPTIONS = "options"
    DOSE = "dose"
    PLAN = "plan"
    TRIALS = "trials"


@dataclass(eq=False)
class TherapyNotes:
    """The tumour and its findings, as typed, and what of the list is looked at.

    Attributes
    ----------
    tumour
        Code or common name.
    found, negative
        Findings as people write them.
    line
        Line of therapy, from 1 on; 0: not stated.
    only_approved, only_this_tumour
        Filters of the list: what they hide is counted.
    opened
        Therapies whose trail is open.
    """

    section: Section = Section.OPTIONS
    tumour: str = ""
    found: list[str] = field(default_factory=list[str])
    negative: list[str] = field(default_factory=list[str])
    line: int = 0
    only_approved: bool = False
    only_this_tumour: bool = False
    opened: set[str] = field(default_factory=set[str])
