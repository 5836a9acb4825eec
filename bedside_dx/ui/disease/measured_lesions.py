"""Lesions measured on scans, added to the visits that are noted."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from bedside_dx.core.errors import CourseError
from bedside_dx.ui.disease.notes import Lesion

if TYPE_CHECKING:
    from bedside_dx.app.lesion_visits import LesionVisits
    from bedside_dx.ui.disease.notes import CourseNotes


def add_visits(course: CourseNotes, visits: LesionVisits) -> None:
    """Add measured visits; what was typed stays, a size measured at the same day replaces it.

    Raises
    ------
    CourseError
        ``course.visits-stand``: the visits are of a table, or their days are no dates; nothing
        was changed.
    """
    typed = [lesion for lesion in course.lesions if any(cell.strip() for cell in lesion.cells)]
    days = [day for day in course.days if day.strip()] if typed else []
    if course.table is not None or not all(_is_date(day) for day in days):
        raise CourseError("course.visits-stand")
    whole = sorted({day.strip() for day in days} | {day.isoformat() for day in visits.days})
    lesions = [lesion for lesion in course.lesions if lesion.name.strip()]
    for lesion in lesions:
        cells = {day.strip(): cell for day, cell in zip(course.days, lesion.cells, strict=False)}
        lesion.cells = [cells.get(day, "") for day in whole]
    known = {lesion.name.strip().casefold(): lesion for lesion in lesions}
    for measured in visits.lesions:
        row = known.get(measured.name.casefold())
        if row is None:
            row = Lesion(measured.name, cells=[""] * len(whole))
            lesions.append(row)
        row.organ = measured.organ or row.organ
        row.is_node, row.is_target = measured.is_node, measured.is_target
        for day, mm in measured.sizes.items():
            row.cells[whole.index(day.isoformat())] = f"{mm:.1f}"
    course.days, course.lesions = whole, lesions


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text.strip())
    except ValueError:
        return False
    return True
