"""The page that documents of a plan share: head, foot with the patient, and what it is not."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from reportlab import rl_config
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph, Table, TableStyle

from bedside_dx import __version__
from bedside_dx.report.dates import day
from bedside_dx.report.fonts import register_fonts
from bedside_dx.report.page import draw_footer, draw_header
from bedside_dx.report.typography import (
    BOTTOM,
    FLUSH,
    HAIRLINE,
    LABEL,
    MARGIN,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    SMALL,
    TOP,
    VALUE,
    WIDTH,
    paragraph,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Flowable

    from bedside_dx.core.plan import KeptPlan
    from bedside_dx.text import Texts


def bound_plan(
    kept: KeptPlan, kind: str, t: Texts, story: Callable[[], list[Flowable]], *,
    bottom: float = BOTTOM, extra: Callable[[Canvas], None] | None = None,
) -> bytes:  # fmt: skip
    """Set a story on numbered pages; the same version of a plan gives the same bytes.

    Parameters
    ----------
    bottom
        Points kept free at the foot of each page.
    extra
        Draws on the first page, above the foot.
    """
    register_fonts()
    rl_config.__dict__.update(useA85=0)
    _, pages = _set_once(kept, kind, t, story(), 0, bottom, extra)
    content, _ = _set_once(kept, kind, t, story(), pages, bottom, extra)
    return content


def _set_once(
    kept: KeptPlan, kind: str, t: Texts, story: list[Flowable], pages: int, bottom: float,
    extra: Callable[[Canvas], None] | None,
) -> tuple[bytes, int]:  # fmt: skip
    file = io.BytesIO()
    template = BaseDocTemplate(
        file,
        pagesize=(PAGE_WIDTH, PAGE_HEIGHT),
        title=kept.plan.title,
        author=f"bedside_dx {__version__}",
        creator="bedside_dx",
        subject=kind,
        lang=t.language,
        invariant=1,
    )
    frame = Frame(
        MARGIN, bottom, WIDTH, PAGE_HEIGHT - TOP - bottom,
        leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0,
    )  # fmt: skip

    def around(canvas: Canvas, _template: BaseDocTemplate) -> None:
        draw_header(canvas, kind, t)
        number = t("page {page} of {pages}", page=canvas.getPageNumber(), pages=pages)
        notice = t("Draft for discussion, not a prescription. Research use only.")
        draw_footer(canvas, identity(kept, t), number, t, notice)
        if extra is not None and canvas.getPageNumber() == 1:
            extra(canvas)

    template.addPageTemplates([PageTemplate(id="page", frames=[frame], onPage=around)])
    template.build(story)
    return file.getvalue(), template.page


def identity(kept: KeptPlan, t: Texts) -> str:
    """Name, date of birth and number, whichever are known, and the version."""
    patient = kept.plan.patient
    born = day(patient.born, t.language) if patient.born else ""
    known = [part for part in (patient.name, born, patient.identifier) if part]
    known = known or [t("Patient not given")]
    return " · ".join([*known, t("version {n:count}", n=kept.version)])


def pairs(
    rows: Sequence[tuple[str, str]], *, label: ParagraphStyle = LABEL,
    value: ParagraphStyle = VALUE, width: float = WIDTH,
) -> Table:  # fmt: skip
    """Names on the left and what belongs to them."""
    cells = [[paragraph(name, label), paragraph(text, value)] for name, text in rows]
    left = width * 0.21
    table = Table(cells, colWidths=[left, width - left])
    table.setStyle(TableStyle([*FLUSH, ("BOTTOMPADDING", (0, 0), (-1, -1), 3)]))
    return table


def ruled(
    headings: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float],
    style: ParagraphStyle = SMALL, heading: ParagraphStyle = LABEL,
) -> Table:  # fmt: skip
    """A table with a line under its headings and between its rows."""
    cells = [[paragraph(name, heading) for name in headings]]
    cells += [[paragraph(text, style) for text in row] for row in rows]
    table = Table(cells, colWidths=list(widths), repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                *FLUSH,
                ("TOPPADDING", (0, 0), (-1, -1), 3),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
                ("RIGHTPADDING", (0, 0), (-1, -1), 8),
                ("LINEBELOW", (0, 0), (-1, -1), 0.6, HAIRLINE),
            ]
        )
    )
    return table


def bullets(sentences: Sequence[str], style: ParagraphStyle) -> list[Paragraph]:
    """One paragraph a sentence, with a dash."""
    return [paragraph(f"– {one}", style) for one in sentences]
