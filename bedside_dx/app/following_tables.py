"""Tables of lesions and of sizes over time, as a spreadsheet saves them."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from bedside_dx.app.table_file import Table, read_table
from bedside_dx.core.course import Course
from bedside_dx.core.errors import CourseError, TableError
from bedside_dx.core.prognosis import Provenance
from bedside_dx.core.response import Lesion, LesionCourse, LesionState, Reading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

T = TypeVar("T")

SIZES = ("id", "day", "value")
LESIONS = ("lesion", "day", "organ", "target")
"""Columns that must be there; ``id``, ``node``, ``long_mm``, ``short_mm``, ``slice_mm`` and
``state`` may be."""

YES_OR_NO = {
    "yes": True, "oui": True, "true": True, "1": True,
    "no": False, "non": False, "false": False, "0": False, "": False,
}  # fmt: skip
MARKER = "marker"
"""Name of the rows that say whether tumour markers are normal or raised."""

MARKERS = {"normal": True, "raised": False}
LARGEST_VALUE = 1e6


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that could not be read.

    Attributes
    ----------
    line
        In the table, the heading being line 1.
    """

    line: int
    patient: str
    error: CourseError


def read_size_rows(source: Path | Table) -> tuple[list[Course], tuple[BadRow, ...]]:
    """Read courses, patients in the order in which they first appear, visits in any order.

    A column ``source`` may say ``ai-derived``: seen by a model, confirmed by a person.

    Raises
    ------
    TableError
        It is no table, or lacks a column.
    """
    table = _table(source, SIZES)
    visits: dict[str, dict[float, float]] = {}
    seen_by_model: dict[str, list[float]] = defaultdict(list)
    bad: list[BadRow] = []
    days = _Days()
    for at, (line, row) in enumerate(_lines(table)):
        patient = row["id"]
        try:
            _check_crowded(table, at)
            _check_patient(patient)
            day = days.read(patient, row["day"])
            _add_visit(visits.setdefault(patient, {}), day, row)
            if row.get("source", "").lower() == Provenance.AI_DERIVED:
                seen_by_model[patient].append(day)
        except CourseError as error:
            bad.append(BadRow(line, patient, error))
    courses = [
        Course(
            patient,
            np.array(sorted(seen)),
            np.array([seen[day] for day in sorted(seen)]),
            tuple(sorted(seen_by_model[patient])),
        )
        for patient, seen in visits.items()
        if seen
    ]
    return courses, tuple(bad)


def _check_patient(patient: str) -> None:
    if not patient:
        raise CourseError("course.no-patient")


def _add_visit(seen: dict[float, float], day: float, row: Mapping[str, str]) -> None:
    value = _number(row["value"], "value")
    if value > LARGEST_VALUE:
        raise CourseError("course.too-large", value=row["value"])
    if day in seen:
        raise CourseError("course.same-day", day=row["day"])
    seen[day] = value


def read_lesion_rows(
    source: Path | Table,
) -> tuple[list[LesionCourse], dict[str, CourseError], tuple[BadRow, ...]]:
    """Read the lesions of each patient; those whose rows contradict each other are refused.

    Returns
    -------
    Courses, refusals by patient, and rows that could not be read.

    Raises
    ------
    TableError
        It is no table, or lacks a column.
    """
    table = _table(source, LESIONS)
    patients: dict[str, _Lesions] = defaultdict(_Lesions)
    bad: list[BadRow] = []
    days = _Days()
    for at, (line, row) in enumerate(_lines(table)):
        patient = row.get("id", "")
        lesions = patients[patient]
        try:
            _check_crowded(table, at)
            unread = lesions.add(days.read(patient, row["day"]), row)
        except CourseError as error:
            # Whose row it is, and when, is unknown: a lesion may be missing or look new.
            lesions.contradiction, unread = error, error
        if unread is not None:
            bad.append(BadRow(line, patient, unread))
    courses: list[LesionCourse] = []
    refused: dict[str, CourseError] = {}
    for patient, lesions in patients.items():
        if lesions.contradiction is None:
            courses.append(lesions.course(patient))
        else:
            refused[patient] = lesions.contradiction
    return courses, refused, tuple(bad)


class _Days:
    """Days as numbers, or as dates that are counted from a patient's first one."""

    def __init__(self) -> None:
        self._first: dict[str, tuple[bool, int]] = {}

    def read(self, patient: str, text: str) -> float:
        try:
            day, is_date = float(date.fromisoformat(text).toordinal()), True
        except ValueError:
            day, is_date = _any_number(text), False
        if day is None or not math.isfinite(day):
            raise CourseError("course.bad-day", value=text)
        was_date, origin = self._first.setdefault(patient, (is_date, int(day) if is_date else 0))
        if was_date is not is_date:
            raise CourseError("course.bad-day", value=text)
        return day - origin


class _Lesions:
    """The rows of one patient on their way to a `LesionCourse`."""

    def __init__(self) -> None:
        self.contradiction: CourseError | None = None
        self._days: set[float] = set()
        self._facts: dict[str, tuple[str, bool, bool, float | None]] = {}
        self._readings: dict[str, dict[float, Reading]] = {}
        self._markers: dict[float, bool] = {}

    def add(self, day: float, row: Mapping[str, str]) -> CourseError | None:
        """Take one row; what is wrong with its size alone is returned and stands as not assessed.

        Raises
        ------
        CourseError
            It is unclear which lesion the row is about.
        """
        name = row["lesion"]
        if not name:
            raise CourseError("course.no-lesion")
        self._days.add(day)
        if name == MARKER:
            self._markers[day] = _choice(row.get("state", ""), MARKERS, "state")
            return None
        facts = (
            row["organ"],
            _choice(row.get("node", "").lower(), YES_OR_NO, "node"),
            _choice(row["target"].lower(), YES_OR_NO, "target"),
            _optional(row.get("slice_mm", ""), "slice_mm"),
        )
        if not facts[0]:
            raise CourseError("course.no-organ", lesion=name)
        self._follow(name, day, facts)
        try:
            self._readings[name][day] = _reading(row)
        except CourseError as error:
            self._readings[name][day] = Reading(LesionState.NOT_ASSESSED)
            if day == min(self._readings[name]) and day > min(self._days):
                raise  # a new lesion that would not count
            return error
        return None

    def _follow(self, name: str, day: float, facts: tuple[str, bool, bool, float | None]) -> None:
        known = self._facts.setdefault(name, facts)
        readings = self._readings.setdefault(name, {})
        if known[:3] != facts[:3]:
            self.contradiction = CourseError("recist.contradicts", lesion=name)
        if day in readings:
            self.contradiction = CourseError("recist.same-day", lesion=name, day=day)
        elif readings and day < max(readings):
            self.contradiction = CourseError("recist.not-in-order", lesion=name)

    def course(self, patient: str) -> LesionCourse:
        lesions = [
            Lesion(
                name=name, organ=organ, is_node=is_node, is_target=is_target,
                readings=self._readings[name], slice_mm=slice_mm,
            )
            for name, (organ, is_node, is_target, slice_mm) in self._facts.items()
        ]  # fmt: skip
        return LesionCourse(patient, tuple(sorted(self._days)), tuple(lesions), self._markers)


def _reading(row: Mapping[str, str]) -> Reading:
    long_mm = _optional(row.get("long_mm", ""), "long_mm")
    short_mm = _optional(row.get("short_mm", ""), "short_mm")
    state = row.get("state", "").lower() or LesionState.MEASURED.value
    known = {one.value: one for one in LesionState}
    return Reading(_choice(state, known, "state"), long_mm, short_mm)


def check_columns(table: Table, path: Path, needed: Sequence[str]) -> None:
    """Refuse a table without the columns that must be there.

    Raises
    ------
    TableError
        ``course.no-columns``.
    """
    missing = [column for column in needed if column not in table.columns]
    if missing:
        raise TableError("course.no-columns", path=path, columns=", ".join(missing))


def _table(source: Path | Table, needed: Sequence[str]) -> Table:
    """The table itself where it was typed; else read, with the columns it must have."""
    if isinstance(source, Table):
        return source
    table = read_table(source)
    check_columns(table, source, needed)
    return table


def _lines(table: Table) -> list[tuple[int, Mapping[str, str]]]:
    return [(table.line(at), row) for at, row in enumerate(table.rows)]


def _check_crowded(table: Table, at: int) -> None:
    if at in table.crowded:
        raise CourseError("course.crowded")


def _choice(text: str, choices: Mapping[str, T], column: str) -> T:
    if text not in choices:
        allowed = ", ".join(name for name in choices if name)
        raise CourseError("course.bad-choice", value=text, column=column, allowed=allowed)
    return choices[text]


def _optional(text: str, column: str) -> float | None:
    return _number(text, column) if text else None


def _number(text: str, column: str) -> float:
    value = _any_number(text)
    if value is None or not math.isfinite(value):
        raise CourseError("course.not-a-number", value=text, column=column)
    if value < 0:
        raise CourseError("course.negative", value=text, column=column)
    return value


def _any_number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None
