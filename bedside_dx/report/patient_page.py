"""patient.pdf: the result for the person it is about, in plain words and large letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportlab.platypus import Flowable, KeepTogether, PageBreak, Spacer, Table

from bedside_dx.report.dates import day
from bedside_dx.report.fonts import REGULAR, SEMIBOLD, width_of
from bedside_dx.report.icon_array import IconArray
from bedside_dx.report.page import around_pages, shortened
from bedside_dx.report.patient_style import HEADING, LARGE, SIZE, TITLE, section
from bedside_dx.report.pictures import draw_line
from bedside_dx.report.treatment_page import treatment
from bedside_dx.report.typography import (
    BOTTOM,
    FLUSH,
    HAIRLINE,
    MARGIN,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    WIDTH,
    Command,
    lines_of,
    paragraph,
)
from bedside_dx.text.patient_words import PatientPage, patient_page

if TYPE_CHECKING:
    from pathlib import Path

    from reportlab.pdfgen.canvas import Canvas

    from bedside_dx.core.results import Report
    from bedside_dx.text import Texts

QUESTION_LINES, LINE = 4, 27.0
"""Lines to write questions on, and their distance in points."""


def write_patient_pdf(report: Report, path: Path, t: Texts) -> None:
    """Write patient.pdf; the same report gives the same bytes.

    Raises
    ------
    OSError
        The file could not be written.
    """
    path.write_bytes(patient_pdf(report, t))


def patient_pdf(report: Report, t: Texts) -> bytes:
    """The whole page; with figures of many people it may take two."""
    said = patient_page(report, t)

    def story() -> list[Flowable]:
        return [
            paragraph(t("Your examination, in plain words"), TITLE),
            Spacer(0, 4),
            *section(t("What the examination shows"), said.shows),
            *section(t("What it may mean"), said.may_mean),
            *_people(said, t),
            *section(t("What is not certain yet"), said.not_certain),
            *section(t("Which treatment"), said.treatment),
            *section(t("The next steps"), said.next_steps),
            KeepTogether([paragraph(t("Your questions"), HEADING), _lines(), *_contact(t)]),
            *_treatment(report, t),
        ]

    def around(canvas: Canvas, pages: int) -> None:
        _draw_head(canvas, report, t)
        _draw_foot(canvas, pages, t)

    title = t("Your examination, in plain words")
    return around_pages(report, t, story, title, around)


def _treatment(report: Report, t: Texts) -> list[Flowable]:
    """The plan on pages of its own, where a person composed one."""
    found = report.therapy
    if found is None or found.plan is None:
        return []
    return [PageBreak(), *treatment(found.plan, found.events, t)]


def _people(said: PatientPage, t: Texts) -> list[Flowable]:
    if not said.people:
        return []
    people = IconArray(said.people, said.fates, WIDTH, cell=17.0, size=SIZE, beside=True)
    heading = paragraph(t("100 people whose illness was like yours"), LARGE)
    return [KeepTogether([Spacer(0, 6), heading, Spacer(0, 5), people, Spacer(0, 4)])]


def _lines() -> Flowable:
    style: list[Command] = [("LINEBELOW", (0, 0), (-1, -1), 0.7, HAIRLINE)]
    return Table(
        [[""]] * QUESTION_LINES, colWidths=[WIDTH], rowHeights=[LINE] * QUESTION_LINES, style=style
    )


def _contact(t: Texts) -> list[Flowable]:
    words = (t("You can reach us here:"), t("Phone:"))
    style: list[Command] = [*FLUSH, ("LINEBELOW", (0, 0), (-1, -1), 0.7, HAIRLINE)]
    cells = [[paragraph(word, LARGE) for word in words]]
    table = Table(cells, colWidths=[WIDTH * 0.6, WIDTH * 0.4], rowHeights=[30], style=style)
    return [Spacer(0, 10), table]


def _draw_head(canvas: Canvas, report: Report, t: Texts) -> None:
    """Whose page it is, in the same letters as the rest."""
    patient = report.case.patient
    born = day(patient.born, t.language) if patient.born else ""
    known = [part for part in (patient.name, born, patient.identifier) if part]
    words = " · ".join(known) or t("Name: ______________________   Born: ______________")
    y = PAGE_HEIGHT - 42
    draw_line(canvas, shortened(words, WIDTH, SEMIBOLD, SIZE), MARGIN, y, SEMIBOLD, SIZE)
    canvas.setStrokeColor(HAIRLINE)
    canvas.setLineWidth(0.6)
    canvas.line(MARGIN, y - 8, PAGE_WIDTH - MARGIN, y - 8)


def _draw_foot(canvas: Canvas, pages: int, t: Texts) -> None:
    canvas.setStrokeColor(HAIRLINE)
    canvas.line(MARGIN, BOTTOM - 8, PAGE_WIDTH - MARGIN, BOTTOM - 8)
    number = t("page {page} of {pages}", page=canvas.getPageNumber(), pages=pages)
    wide = width_of(number, REGULAR, SIZE)
    notice = t("Made by a computer program and not checked. For research only, not for treatment.")
    y = BOTTOM - 23
    draw_line(canvas, number, PAGE_WIDTH - MARGIN - wide, y, REGULAR, SIZE, soft=True)
    for line in lines_of(notice, REGULAR, SIZE, WIDTH - wide - 24):
        draw_line(canvas, line, MARGIN, y, REGULAR, SIZE, soft=True)
        y -= 15
