"""Lesions and sizes over time: read and judged away from the window, as they are typed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from bedside_dx.app.table_file import Table, read_table
from bedside_dx.core.cancel import Cancel, CancelledByUser
from bedside_dx.core.disease_picture import LeftOut
from bedside_dx.core.prognosis import Provenance
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
LEAST_SHARE = 0.02
"""Of a table that must be read before its pace says how long the rest takes."""


@dataclass(frozen=True, eq=False)
class CourseResult:
    """What came of one table; `error` where it could not be read at all."""

    responses: Responses | None = None
    outlooks: Outlooks | None = None
    error: BedsideDxError | None = None


class Reading:
    """A table on its way in: how far it is, and the flag that stops it."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.cancel = Cancel()
        self.begun = time.monotonic()
        self.share = 0.0

    def watch(self, share: float) -> None:
        """Take how far the reading is; called from its thread."""
        self.share = share

    @property
    def seconds_left(self) -> float | None:
        """From how long it took until here; None while that says little."""
        if self.share < LEAST_SHARE:
            return None
        return (time.monotonic() - self.begun) * (1 - self.share) / self.share


@dataclass(frozen=True, eq=False)
class NotRead:
    """A table that did not come in; without an error a person stopped it."""

    file: str
    error: BedsideDxError | None = None


class Courses(QObject):
    """Results by patient in front and kind; one computation at a time, the latest wins.

    A table that can't be read, or whose reading is stopped, changes nothing of what is there.

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
        self._not_read: dict[tuple[int, Followed], NotRead] = {}
        self.reading: Reading | None = None
        self._number = 0
        self.is_working = False
        self._pause = QTimer(self, interval=PAUSE_MS, singleShot=True)
        self._pause.timeout.connect(self.judge)

    @property
    def is_busy(self) -> bool:
        """Whether something is judged, or will be after a pause."""
        return self.is_working or self.reading is not None or self._pause.isActive()

    @property
    def result(self) -> CourseResult | None:
        """Of what is followed now; None before there is any."""
        return self._results.get((id(self._notes), self._notes.followed))

    @property
    def not_read(self) -> NotRead | None:
        """The last table that did not come in, until another does or something is typed."""
        return self._not_read.get((id(self._notes), self._notes.followed))

    def show(self, notes: DiseaseNotes) -> None:
        """Turn to the notes of another patient."""
        self._notes = notes

    def soon(self) -> None:
        """Judge after a pause in typing."""
        self._not_read.pop((id(self._notes), self._notes.followed), None)
        self._pause.start()

    def open(self, path: Path) -> None:
        """Take the visits from a table; what is there stays until it is read, and if it is not."""
        self.stop()
        notes, followed = self._notes, self._notes.followed
        reading = self.reading = Reading(path.name)
        self._not_read.pop((id(notes), followed), None)
        self.changed.emit()

        def take(table: Table | None) -> None:
            if table is None or reading is not self.reading:
                return  # stopped, or another was opened since
            self.reading = None
            course = notes.courses[followed]
            course.source, course.table, course.units_checked = path, table, False
            course.patients = tuple(dict.fromkeys(row.get("id", "") for row in table.rows))
            look_at(course, followed, course.patients[0])
            if notes is self._notes and notes.followed is followed:
                self.filled.emit()
                self.judge()

        def refuse(error: BedsideDxError) -> None:
            if reading is self.reading:
                self.reading = None
                self._not_read[id(notes), followed] = NotRead(path.name, error)
                self.changed.emit()

        self._workplace.in_background(lambda: _read(path, followed, reading), take, refuse)

    def stop(self) -> None:
        """Stop reading a table; what was there before stays."""
        if (reading := self.reading) is not None:
            reading.cancel.cancel()
            self.reading = None
            self._not_read[id(self._notes), self._notes.followed] = NotRead(reading.file)
            self.changed.emit()

    def choose(self, patient: str) -> None:
        """Look at one patient of a table."""
        look_at(self._notes.course, self._notes.followed, patient)
        self.filled.emit()
        self.judge()

    def type_instead(self) -> None:
        """Put the table away: its visits stay where they can be typed."""
        course = self._notes.course
        course.source = course.table = None
        course.patients, course.patient = (), ""
        self._not_read.pop((id(self._notes), self._notes.followed), None)
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
    ) -> tuple[tuple[ResponseCourse, ...], tuple[Outlook, ...], tuple[LeftOut, ...]]:
        """What belongs to the report of a patient, and rows of their table that do not."""
        kept = [
            (followed, one)
            for followed in Followed
            if (one := self._results.get((id(notes), followed))) is not None
        ]
        responses = [c for _, one in kept if one.responses for c in one.responses.judged]
        outlooks = [o for _, one in kept if one.outlooks for o in one.outlooks.outlooks]
        left_out = [
            LeftOut(source.name, row.line, row.error)
            for followed, one in kept
            if (found := one.responses or one.outlooks) is not None
            and (source := notes.courses[followed].source) is not None
            for row in found.bad_rows
        ]
        return tuple(responses), tuple(outlooks), tuple(left_out)

    def _keep(
        self, followed: Followed, result: CourseResult, notes: DiseaseNotes | None = None
    ) -> None:
        self._results[id(notes or self._notes), followed] = result
        self.is_working = False
        self.changed.emit()


def typed_table(course: CourseNotes, followed: Followed) -> Table | None:
    """Visits of one patient as a table; None while there are fewer than two."""
    if course.table is not None and followed is Followed.LESIONS:
        return _of(course.table, course.patient)
    patient = course.patient or PATIENT
    if followed is not Followed.LESIONS:
        visits = [one for one in course.visits if one.day.strip() and one.value.strip()]
        return _sizes(patient, visits) if len(visits) >= LEAST_VISITS else None
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


def look_at(course: CourseNotes, followed: Followed, patient: str) -> None:
    """Turn to one patient of the table: sizes are copied to where they can be typed."""
    course.patient = patient
    if followed.quantity is None or course.table is None:
        return
    mine = _of(course.table, patient)
    course.visits = [
        Visit(
            row.get("day", ""), row.get("value", ""), mine.line(at), at in mine.crowded,
            row.get("source", "").lower() == Provenance.AI_DERIVED,
        )
        for at, row in enumerate(mine.rows)
    ]  # fmt: skip


def _of(table: Table, patient: str) -> Table:
    return table.only([at for at, row in enumerate(table.rows) if row.get("id", "") == patient])


def _sizes(patient: str, visits: list[Visit]) -> Table:
    rows = tuple(
        {
            "id": patient, "day": one.day.strip(), "value": one.value.strip(),
            "source": Provenance.AI_DERIVED.value if one.is_seen else "",
        }
        for one in visits
    )  # fmt: skip
    crowded = frozenset(at for at, one in enumerate(visits) if one.is_crowded)
    lines = tuple(one.line or at for at, one in enumerate(visits, start=1))
    return Table(tuple(rows[0]), rows, crowded, ",", lines)


def _read(path: Path, followed: Followed, reading: Reading) -> Table | None:
    """The table; None where its reading was stopped."""
    from bedside_dx.app.following_tables import LESIONS, SIZES, check_columns  # noqa: PLC0415

    try:
        table = read_table(path, reading.watch, reading.cancel)
    except CancelledByUser:
        return None
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
