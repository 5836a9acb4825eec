"""Lesions and sizes over time: read and judged away from the window, as they are typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from bedside_dx.app.table_file import Table, read_table
from bedside_dx.ui.disease.notes import CourseNotes, DiseaseNotes, Followed, Visit
from bedside_dx.ui.disease.visit_words import row_of_cell

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bedside_dx.app.following import Outlooks, Responses
    from bedside_dx.core.course import Outlook
    from bedside_dx.core.errors import BedsideDxError
    from bedside_dx.core.response import ResponseCourse
    from bedside_dx.ui.workplace import Workplace

PAUSE_MS = 200
"""After which typed visits are judged."""
PATIENT = "–"
"""Whose the typed visits are: the report says it."""
LEAST_VISITS = 2


@dataclass(frozen=True, eq=False)
class CourseResult:
    """What came of one table; `error` where it could not be read at all."""

    responses: Responses | None = None
    outlooks: Outlooks | None = None
    error: BedsideDxError | None = None


class Courses(QObject):
    """Results by patient in front and kind; one computation at a time, the latest wins.

    Signals
    -------
    changed
        A result came, went, or is being worked on.
    filled
        A table was read: the fields are to show it.
    """

    changed = Signal()
    filled = Signal()

    def __init__(self, workplace: Workplace, parent: QObject) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._notes = DiseaseNotes()
        self._results: dict[tuple[int, Followed], CourseResult] = {}
        self._number = 0
        self.is_working = False
        self._pause = QTimer(self, interval=PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self.judge)

    @property
    def is_busy(self) -> bool:
        """Whether something is judged, or will be after a pause."""
        return self.is_working or self._pause.isActive()

    @property
    def result(self) -> CourseResult | None:
        """Of what is followed now; None before there is any."""
        return self._results.get((id(self._notes), self._notes.followed))

    def show(self, notes: DiseaseNotes) -> None:
        """Turn to the notes of another patient."""
        self._notes = notes

    def soon(self) -> None:
        """Judge after a pause in typing."""
        self._pause.start()

    def open(self, path: Path) -> None:
        """Take the visits from a table; what was typed before stays until it is read."""
        course, followed = self._notes.course, self._notes.followed

        def take(table: Table) -> None:
            course.source, course.table, course.units_checked = path, table, False
            names = dict.fromkeys(row.get("id", "") for row in table.rows)
            course.patients = tuple(names)
            self.choose(course.patients[0])

        def refuse(error: BedsideDxError) -> None:
            self._keep(followed, CourseResult(error=error))

        self._workplace.in_background(lambda: _read(path, followed), take, refuse)

    def choose(self, patient: str) -> None:
        """Look at one patient of a table."""
        course = self._notes.course
        course.patient = patient
        if self._notes.followed.quantity is not None and course.table is not None:
            rows = [row for row in course.table.rows if row.get("id", "") == patient]
            course.visits = [Visit(row.get("day", ""), row.get("value", "")) for row in rows]
        self.filled.emit()
        self.judge()

    def type_instead(self) -> None:
        """Put the table away: its visits stay where they can be typed."""
        course = self._notes.course
        course.source = course.table = None
        course.patients, course.patient = (), ""
        self.filled.emit()
        self.judge()

    def judge(self) -> None:
        """Work out what the visits give, away from the window."""
        self._pause.stop()
        notes, followed = self._notes, self._notes.followed
        table = typed_table(notes.course, followed)
        self._number += 1
        if table is None:
            self._results.pop((id(notes), followed), None)
            self.is_working = False
            self.changed.emit()
            return
        number = self._number
        self.is_working = True
        self.changed.emit()

        def take(result: CourseResult) -> None:
            if number == self._number:
                self._keep(followed, result, notes)

        def refuse(error: BedsideDxError) -> None:
            if number == self._number:
                self._keep(followed, CourseResult(error=error), notes)

        self._workplace.in_background(_job(table, notes.course, followed), take, refuse)

    def for_report(
        self, notes: DiseaseNotes
    ) -> tuple[tuple[ResponseCourse, ...], tuple[Outlook, ...]]:
        """What belongs to the report of a patient."""
        found = [self._results.get((id(notes), followed)) for followed in Followed]
        responses = [one.responses.judged for one in found if one and one.responses]
        outlooks = [one.outlooks.outlooks for one in found if one and one.outlooks]
        return (
            tuple(course for judged in responses for course in judged),
            tuple(outlook for some in outlooks for outlook in some),
        )

    def _keep(
        self, followed: Followed, result: CourseResult, notes: DiseaseNotes | None = None
    ) -> None:
        self._results[id(notes or self._notes), followed] = result
        self.is_working = False
        self.changed.emit()


def typed_table(course: CourseNotes, followed: Followed) -> Table | None:
    """Visits of one patient as a table; None while there are fewer than two."""
    if course.table is not None and followed is Followed.LESIONS:
        mine = [row for row in course.table.rows if row.get("id", "") == course.patient]
        return Table(course.table.columns, tuple(mine), frozenset(), ",")
    patient = course.patient or PATIENT
    if followed is not Followed.LESIONS:
        visits = [one for one in course.visits if one.day.strip() and one.value.strip()]
        rows = [{"id": patient, "day": v.day.strip(), "value": v.value.strip()} for v in visits]
        return _table(rows) if len(rows) >= LEAST_VISITS else None
    days = [(at, day.strip()) for at, day in enumerate(course.days) if day.strip()]
    known = [lesion for lesion in course.lesions if lesion.name.strip() and any(lesion.cells)]
    rows = [
        {"id": patient, "day": day, **row_of_cell(lesion, lesion.cells[at])}
        for lesion in known
        for at, day in days
        if at < len(lesion.cells) and lesion.cells[at].strip()
    ]
    return _table(rows) if len({row["day"] for row in rows}) >= LEAST_VISITS else None


def _table(rows: list[dict[str, str]]) -> Table:
    return Table(tuple(rows[0]) if rows else (), tuple(rows), frozenset(), ",")


def _read(path: Path, followed: Followed) -> Table:
    from bedside_dx.app.following_tables import LESIONS, SIZES, check_columns  # noqa: PLC0415

    table = read_table(path)
    check_columns(table, path, LESIONS if followed is Followed.LESIONS else SIZES)
    return table


def _job(table: Table, course: CourseNotes, followed: Followed) -> Callable[[], CourseResult]:
    immune, units_checked = course.immune, course.units_checked
    ahead = float(course.ahead) if course.ahead.strip().isdigit() else None

    def job() -> CourseResult:
        from bedside_dx.app.following import follow_sizes, judge_lesions  # noqa: PLC0415 - scipy

        quantity = followed.quantity
        if quantity is None:
            found = judge_lesions(table, immune=immune, units_checked=units_checked)
            return CourseResult(responses=found)
        return CourseResult(outlooks=follow_sizes(table, quantity, ahead))

    return job
