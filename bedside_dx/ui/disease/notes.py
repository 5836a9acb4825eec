"""What a person states on the disease page about one patient. No Qt in here, no result either."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from bedside_dx.core.course import Quantity
from bedside_dx.core.disease import EDITIONS

if TYPE_CHECKING:
    from pathlib import Path

    from bedside_dx.app.table_file import Table
    from bedside_dx.core.disease import Site
    from bedside_dx.core.disease_picture import Offer
    from bedside_dx.core.prognosis import Input
    from bedside_dx.core.results import Report


class Section(StrEnum):
    """Parts of the page, in the order of the flow."""

    STAGE = "stage"
    PROGNOSIS = "prognosis"
    COURSE = "course"


class Followed(StrEnum):
    """What is followed over time."""

    LESIONS = "lesions"
    """Lesions at each visit: RECIST."""
    SIZE = "size"
    """One size or a sum of sizes, mm."""
    PSA = "psa"

    @property
    def quantity(self) -> Quantity | None:
        """Quantity of a forecast; None for lesions, which are judged."""
        return {Followed.SIZE: Quantity.LESION_MM, Followed.PSA: Quantity.PSA}.get(self)


Question = tuple[str, str]
"""Key and label of an input: two models that ask the same in the same words share the answer."""


def question(wanted: Input) -> Question:
    """What an input asks."""
    return wanted.key, wanted.label


@dataclass
class Lesion:
    """One lesion as it is typed: where it is, and a word or a number for each visit."""

    name: str = ""
    organ: str = ""
    is_node: bool = False
    is_target: bool = True
    cells: list[str] = field(default_factory=list[str])


@dataclass
class Visit:
    """One size as it is typed.

    Attributes
    ----------
    line
        Of the table it came from; 0 where it was typed.
    is_crowded
        Its row has more cells than the table has columns, so that no cell can be trusted.
    is_seen
        A model of this program saw the value, and a person confirmed it.
    """

    day: str = ""
    value: str = ""
    line: int = 0
    is_crowded: bool = False
    is_seen: bool = False


@dataclass(eq=False)
class CourseNotes:
    """What is followed of one patient, typed or from a table.

    Attributes
    ----------
    source
        File that the visits came from; None where they were typed.
    table
        Its rows; of lesions only, sizes are copied to `visits`.
    patients, patient
        Of the file, and the one that is looked at.
    """

    source: Path | None = None
    table: Table | None = None
    patients: tuple[str, ...] = ()
    patient: str = ""
    visits: list[Visit] = field(default_factory=lambda: [Visit() for _ in range(3)])
    days: list[str] = field(default_factory=lambda: ["0", "", ""])
    lesions: list[Lesion] = field(default_factory=lambda: [Lesion(cells=["", "", ""])])
    units_checked: bool = False
    immune: bool = False
    ahead: str = ""


@dataclass(eq=False)
class DiseaseNotes:
    """Everything stated about one patient.

    Attributes
    ----------
    texts
        By question, as typed; a choice by its code.
    confirmed
        Questions whose unusual value a person has confirmed.
    taken
        Offers of a model of this program that a person has confirmed, by question.
    given
        Treatments that are looked at, by model.
    asked
        Models that were computed, in this order, by name and version; they belong to the report.
    left_out
        Names of models that a person keeps out of the report.
    offered
        The report whose findings `taken` came from.
    """

    section: Section = Section.PROGNOSIS
    site: Site | None = None
    categories: dict[str, str] = field(default_factory=dict[str, str])
    edition: int = EDITIONS[0]
    model: str = ""
    version: str = ""
    texts: dict[Question, str] = field(default_factory=dict[Question, str])
    confirmed: set[Question] = field(default_factory=set[Question])
    taken: dict[Question, Offer] = field(default_factory=dict["Question", "Offer"])
    given: dict[str, frozenset[str]] = field(default_factory=dict[str, "frozenset[str]"])
    years: dict[str, int] = field(default_factory=dict[str, int])
    asked: dict[str, str] = field(default_factory=dict[str, str])
    left_out: set[str] = field(default_factory=set[str])
    followed: Followed = Followed.LESIONS
    courses: dict[Followed, CourseNotes] = field(
        default_factory=lambda: {followed: CourseNotes() for followed in Followed}
    )
    offered: Report | None = None

    @property
    def course(self) -> CourseNotes:
        """Notes of what is followed now."""
        return self.courses[self.followed]

    def state(self, wanted: Input, text: str) -> None:
        """Take what was typed; what was confirmed of an earlier value no longer is."""
        asked = question(wanted)
        if text != self.texts.get(asked, ""):
            self.texts[asked] = text
            self.confirmed.discard(asked)
            self.taken.pop(asked, None)

    def take(self, wanted: Input, offer: Offer, text: str) -> None:
        """Take what a model of this program saw, as a person has just confirmed it."""
        asked = question(wanted)
        self.texts[asked] = text
        self.taken[asked] = offer
        self.confirmed.add(asked)

    def follow_report(self, report: Report | None) -> None:
        """Let go of what came from findings that are no longer those of the slide."""
        if report is not self.offered:
            for asked in self.taken:
                self.texts.pop(asked, None)
                self.confirmed.discard(asked)
            self.taken.clear()
            self.offered = report
