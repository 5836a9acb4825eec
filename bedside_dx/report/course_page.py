"""Lesions and sizes over time on paper: RECIST visit by visit, and where a quantity may go."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from reportlab.lib.utils import ImageReader
from reportlab.platypus import Flowable, Image, KeepTogether, Spacer, Table

from bedside_dx.report.course_plot import course_picture
from bedside_dx.report.prognosis_page import ROWS
from bedside_dx.report.typography import (
    BODY,
    LABEL,
    LEAD,
    SECTION,
    SMALL,
    SMALL_INK,
    WIDTH,
    paragraph,
)
from bedside_dx.text.course_words import (
    change_words,
    fit_words,
    immune_word,
    learned_words,
    outlook_words,
    quantity_word,
    response_word,
    seen_words,
    size_words,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bedside_dx.core.course import Outlook
    from bedside_dx.core.response import ResponseCourse, VisitResponse
    from bedside_dx.text import Texts


def responses(found: Sequence[ResponseCourse], t: Texts) -> list[Flowable]:
    """A table of visits for each course of lesions."""
    return [part for course in found for part in _response(course, t)]


def courses(found: Sequence[Outlook], t: Texts) -> list[Flowable]:
    """A plot for each quantity."""
    return [part for outlook in found for part in _outlook(outlook, t)]


def _response(course: ResponseCourse, t: Texts) -> list[Flowable]:
    criteria = t("RECIST 1.1 and iRECIST") if course.immune_best else "RECIST 1.1"
    title = t("Response of lesions, {criteria}", criteria=criteria)
    best = t(
        "Best overall response: {best}; with confirmation: {confirmed}",
        best=response_word(course.best, t),
        confirmed=response_word(course.best_confirmed, t),
    )
    said = [paragraph(best, BODY)]
    if course.progression_day is not None:
        words = t("Progression on day {day:decimal}", day=course.progression_day)
        said.append(paragraph(words, BODY))
    if course.immune_best is not None:
        words = t("Best response by iRECIST: {best}", best=immune_word(course.immune_best, t))
        said.append(paragraph(words, BODY))
    note = t(
        "Partial response from 30% below baseline; progression from 20% and 5 mm above the"
        " smallest sum, with a new lesion, or where other lesions are clearly worse."
    )
    return [
        KeepTogether(
            [
                paragraph(title, SECTION),
                paragraph(response_word(course.visits[-1].overall, t).capitalize(), LEAD),
                Spacer(0, 3),
                *said,
                Spacer(0, 4),
                _visits(course, t),
                Spacer(0, 3),
                paragraph(note, SMALL),
            ]
        ),
        Spacer(0, 8),
    ]


def _visits(course: ResponseCourse, t: Texts) -> Flowable:
    heading = [t("Day"), t("Sum, mm"), t("From baseline"), t("From nadir"), t("New"), "RECIST 1.1"]
    first = [f"{course.baseline_day:g}", _size(course.baseline_mm, t), t("baseline"), "", "", ""]
    rows = [heading, first, *(_visit(visit, t) for visit in course.visits)]
    if course.immune_best is not None:
        rows[0].append("iRECIST")
        rows[1].append("")
    styles = (LABEL, SMALL_INK)
    cells = [[paragraph(cell, styles[at > 0]) for cell in row] for at, row in enumerate(rows)]
    shares = (0.09, 0.13, 0.17, 0.17, 0.2, 0.24) if course.immune_best is None else (
        0.08, 0.12, 0.15, 0.15, 0.14, 0.18, 0.18,
    )  # fmt: skip
    return Table(cells, colWidths=[share * WIDTH for share in shares], style=ROWS)


def _visit(visit: VisitResponse, t: Texts) -> list[str]:
    late = " " + t("(confirmed late)") if visit.confirmed_late else ""
    immune = [] if visit.immune is None else [f"{visit.immune.value}{late}"]
    return [
        f"{visit.day:g}",
        _size(visit.sum_mm, t),
        change_words(visit.from_baseline, t),
        change_words(visit.from_nadir, t),
        ", ".join(visit.new_lesions) or "–",
        visit.overall.value,
        *immune,
    ]


def _size(value: float | None, t: Texts) -> str:
    return "–" if value is None else size_words(value, t)


def _outlook(outlook: Outlook, t: Texts) -> list[Flowable]:
    content = course_picture(outlook, t)
    wide, tall = ImageReader(io.BytesIO(content)).getSize()
    picture = Image(io.BytesIO(content), width=WIDTH, height=WIDTH * tall / wide)
    title = t("Where it may go: {quantity}", quantity=quantity_word(outlook.quantity, t))
    said = [paragraph(outlook_words(outlook, t), BODY)]
    if outlook.is_fallback:
        words = t("fewer than three visits: nothing but “no change” can be said")
        said.append(paragraph(words, BODY))
    if outlook.course.seen:
        said.append(paragraph("◐ " + seen_words(outlook.course, t), BODY))
    said.append(paragraph(fit_words(outlook.fit, t), SMALL))
    if outlook.learned is not None:
        said.append(paragraph(learned_words(outlook.learned, outlook.quantity, t), SMALL))
    notice = t("An association over time, no promise. Research use only.")
    said.append(paragraph(notice, SMALL))
    return [
        KeepTogether([paragraph(title, SECTION), picture, Spacer(0, 3), *said]),
        Spacer(0, 8),
    ]
