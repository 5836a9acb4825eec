"""The page around the text: quiet header, two identifiers and the notice at its foot."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from reportlab import rl_config
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from bedside_dx.report.dates import day, with_zone
from bedside_dx.report.fonts import MEDIUM, REGULAR, SEMIBOLD, register_fonts, width_of
from bedside_dx.report.pictures import draw_line
from bedside_dx.report.typography import (
    ACCENT,
    BOTTOM,
    HAIRLINE,
    MARGIN,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    TOP,
    WIDTH,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Flowable

    from bedside_dx.core.results import Report
    from bedside_dx.text import Texts


def bound(report: Report, t: Texts, story: Callable[[], list[Flowable]]) -> bytes:
    """Set a story on numbered pages and bind them as a PDF."""

    def around(canvas: Canvas, pages: int) -> None:
        draw_header(canvas, t("Report"), t)
        _draw_footer(canvas, report, t, pages)

    title = t("Report: {slide}", slide=report.slide.path.name)
    return around_pages(report, t, story, title, around)


def around_pages(
    report: Report,
    t: Texts,
    story: Callable[[], list[Flowable]],
    title: str,
    around: Callable[[Canvas, int], None],
) -> bytes:
    """Set a story on pages and bind them as a PDF.

    It is set twice: only after the first time the number of pages is known.

    Parameters
    ----------
    around
        Draws what stands around the text of a page, given the number of pages.
    """
    register_fonts()
    rl_config.__dict__.update(useA85=0)  # pictures as bytes: smaller and sooner
    _, pages = _set_once(report, t, story(), title, around, pages=0)
    content, _ = _set_once(report, t, story(), title, around, pages=pages)
    return content


def _set_once(
    report: Report,
    t: Texts,
    story: list[Flowable],
    title: str,
    around: Callable[[Canvas, int], None],
    pages: int,
) -> tuple[bytes, int]:
    file = io.BytesIO()
    template = BaseDocTemplate(
        file,
        pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
        title=title,
        author=f"bedside_dx {report.provenance.program_version}",
        creator="bedside_dx",
        subject=t("AI-generated, not verified. Research use only."),
        keywords=[f"{report.model.name} {report.model.version}"],
        lang=t.language,
        invariant=1,
    )
    frame = Frame(
        MARGIN, BOTTOM, WIDTH, PAGE_HEIGHT - TOP - BOTTOM,
        leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0,
    )  # fmt: skip

    def on_page(canvas: Canvas, _template: BaseDocTemplate) -> None:
        _date(canvas, report)
        around(canvas, pages)

    template.addPageTemplates([PageTemplate(id="page", frames=[frame], onPage=on_page)])
    template.build(story)
    return file.getvalue(), template.page


def _date(canvas: Canvas, report: Report) -> None:
    """Let the file be dated as the result is: the same report gives the same bytes."""
    offset = f"{with_zone(report.provenance.started):%z}"
    stamp = f"D:{with_zone(report.provenance.started):%Y%m%d%H%M%S}{offset[:3]}'{offset[3:5]}'"

    def written(*_parts: int) -> str:
        return stamp

    canvas.setDateFormatter(written)  # pyright: ignore[reportUnknownMemberType] - untyped stub


def draw_header(canvas: Canvas, kind: str, t: Texts) -> None:
    """Draw the head of a page: the program, what kind of document this is, and the badge."""
    y = PAGE_HEIGHT - 40
    draw_line(canvas, "bedside_dx", MARGIN, y, SEMIBOLD, 11)
    start = MARGIN + width_of("bedside_dx", SEMIBOLD, 11) + 8
    draw_line(canvas, kind, start, y, REGULAR, 9, soft=True)
    words = t("RESEARCH USE ONLY")
    wide = width_of(words, SEMIBOLD, 7.5) + 16
    left = PAGE_WIDTH - MARGIN - wide
    canvas.setStrokeColor(ACCENT)
    canvas.setLineWidth(0.9)
    canvas.roundRect(left, y - 4.5, wide, 16, 8)
    draw_line(canvas, words, left + 8, y + 0.8, SEMIBOLD, 7.5)


def _draw_footer(canvas: Canvas, report: Report, t: Texts, pages: int) -> None:
    number = t("page {page} of {pages}", page=canvas.getPageNumber(), pages=pages)
    draw_footer(canvas, _identity(report, t), number, t)


def draw_footer(
    canvas: Canvas, identity: str, number: str, t: Texts, notice: str | None = None
) -> None:
    """Draw the foot of a page: what it is about, its number, and the notice."""
    canvas.setStrokeColor(HAIRLINE)
    canvas.setLineWidth(0.6)
    canvas.line(MARGIN, BOTTOM - 14, PAGE_WIDTH - MARGIN, BOTTOM - 14)
    y = BOTTOM - 26
    wide = width_of(number, REGULAR, 7.5)
    draw_line(canvas, number, PAGE_WIDTH - MARGIN - wide, y, REGULAR, 7.5, soft=True)
    draw_line(canvas, shortened(identity, WIDTH - wide - 24, MEDIUM, 7.5), MARGIN, y, MEDIUM, 7.5)
    words = notice or t("AI-generated, not verified. Research use only.")
    draw_line(canvas, words, MARGIN, y - 12, REGULAR, 7.5, soft=True)


def _identity(report: Report, t: Texts) -> str:
    """Name, date of birth and number: whichever are known; else the file, as said so."""
    patient = report.case.patient
    born = day(patient.born, t.language) if patient.born else ""
    known = [part for part in (patient.name, born, patient.identifier) if part]
    if known:
        return " · ".join(known)
    return t("Patient not given · {slide}", slide=report.slide.path.name)


def shortened(text: str, width: float, font: str, size: float) -> str:
    """Shorten a line at its end where it is wider than `width` points."""
    if width_of(text, font, size) <= width:
        return text
    while text and width_of(text + "…", font, size) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def elided(text: str, width: float, font: str, size: float) -> str:
    """Shorten a line in its middle where it is wider than `width` points: ends tell names apart."""
    if width_of(text, font, size) <= width:
        return text
    kept = len(text)
    while kept > 2:
        kept -= 1
        last = kept // 2
        shorter = text[: kept - last].rstrip() + "…" + text[len(text) - last :].lstrip()
        if width_of(shorter, font, size) <= width:
            return shorter
    return "…"
