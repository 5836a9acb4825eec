"""Lesions and sizes over time: response by RECIST, and where a quantity may go."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bedside_dx.app.following_tables import read_lesion_rows, read_size_rows
from bedside_dx.app.saving import save_together
from bedside_dx.core.course import Quantity
from bedside_dx.core.errors import CourseError, SettingsError
from bedside_dx.disease.growth.forecasting import forecast
from bedside_dx.disease.growth.recipes import recipe_for
from bedside_dx.disease.immune_response import judge_immune_response
from bedside_dx.disease.response import judge_response

if TYPE_CHECKING:
    from bedside_dx.app.following_tables import BadRow
    from bedside_dx.app.table_file import Table
    from bedside_dx.core.course import Course, Learned, Outlook
    from bedside_dx.core.response import ResponseCourse
    from bedside_dx.text import Texts

MOST_GAPS = 4.0
"""Usual distances of two visits that a forecast may lie ahead: further, the prior alone speaks."""

POINTS = 24
"""Of a forecast that is drawn."""


@dataclass(frozen=True, slots=True)
class Responses:
    """What a table of lesions says.

    Attributes
    ----------
    refused
        By patient, why nothing was judged.
    bad_rows
        Rows that could not be read; their lesion counts as not assessed at that visit.
    """

    judged: tuple[ResponseCourse, ...]
    refused: dict[str, CourseError]
    bad_rows: tuple[BadRow, ...]


@dataclass(frozen=True, slots=True)
class Outlooks:
    """What a table of sizes says.

    Attributes
    ----------
    refused
        By patient, why there is no forecast.
    bad_rows
        Rows that could not be read and were left out.
    provenance
        What the forecasts rest on.
    """

    outlooks: tuple[Outlook, ...]
    refused: dict[str, CourseError]
    bad_rows: tuple[BadRow, ...]
    provenance: Learned


def judge_lesions(
    table: Path | Table, *, immune: bool = False, units_checked: bool = False
) -> Responses:
    """Judge every patient of a table of lesions.

    Parameters
    ----------
    immune
        iRECIST beside RECIST 1.1.
    units_checked
        A person has confirmed sizes that look like a slip between cm and mm.

    Raises
    ------
    TableError
        It is no table, or lacks a column.
    """
    courses, refused, bad_rows = read_lesion_rows(table)
    judge = judge_immune_response if immune else judge_response
    judged: list[ResponseCourse] = []
    for course in courses:
        try:
            judged.append(judge(course, units_checked=units_checked))
        except CourseError as error:
            refused[course.patient] = error
    return Responses(tuple(judged), refused, bad_rows)


def follow_sizes(
    table: Path | Table, quantity: Quantity, ahead_days: float | None = None
) -> Outlooks:
    """Forecast every patient of a table of sizes.

    Parameters
    ----------
    ahead_days
        From the last visit; the usual distance of two visits by default.

    Raises
    ------
    TableError
        It is no table, or lacks a column.
    CourseError
        ``course.bad-ahead``.
    """
    recipe, provenance = recipe_for(quantity)
    ahead = recipe.usual_gap if ahead_days is None else ahead_days
    most = MOST_GAPS * recipe.usual_gap
    if not 0 < ahead <= most:
        raise CourseError("course.bad-ahead", days=ahead, most=most)
    courses, bad_rows = read_size_rows(table)
    outlooks: list[Outlook] = []
    refused: dict[str, CourseError] = {}
    for course in courses:
        try:
            found = forecast(course, quantity, recipe, _days_ahead(course, ahead))
            outlooks.append(replace(found, learned=provenance))
        except CourseError as error:
            refused[course.patient] = error
    return Outlooks(tuple(outlooks), refused, bad_rows, provenance)


def response(table: str | Path, *, immune: bool = False, units_checked: bool = False) -> Responses:
    """Response of lesions by RECIST 1.1, of every patient of a table; see `judge_lesions`.

    Parameters
    ----------
    table
        CSV with lesion, day, organ, target; docs/disease.md names the other columns.

    Raises
    ------
    TableError
        It is no table, or lacks a column.
    """
    return judge_lesions(Path(table), immune=immune, units_checked=units_checked)


def course(
    table: str | Path, quantity: str = Quantity.LESION_MM, *, ahead_days: float | None = None
) -> Outlooks:
    """Where PSA or a lesion's size may go, of every patient of a table; see `follow_sizes`.

    Parameters
    ----------
    table
        CSV with id, day, value.
    quantity
        ``"lesion-mm"`` or ``"psa"``.

    Raises
    ------
    TableError
        It is no table, or lacks a column.
    CourseError
        ``course.bad-ahead``.
    SettingsError
        ``settings.bad``: another quantity.
    """
    if quantity not in set(Quantity):
        allowed = ", ".join(Quantity)
        raise SettingsError("settings.bad", name="quantity", value=quantity, allowed=allowed)
    return follow_sizes(Path(table), Quantity(quantity), ahead_days)


def draw_outlooks(found: Outlooks, path: Path, t: Texts) -> None:
    """Draw the courses into a PNG; an earlier file stays until the new one is complete.

    Raises
    ------
    ReportError
        It could not be written.
    """
    from bedside_dx.report.course_plot import write_courses  # noqa: PLC0415  (matplotlib)

    def write(place: Path) -> None:
        write_courses(found.outlooks, place, t)

    save_together(path.parent, {path.name: write}, t)


def _days_ahead(course: Course, ahead: float) -> list[float]:
    last = float(course.days[-1])
    return [last + float(part) * ahead for part in np.arange(1, POINTS + 1) / POINTS]
