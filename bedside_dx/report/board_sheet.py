"""rcp.pdf: one page for the multidisciplinary meeting, with room to decide and to sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportlab.platypus import KeepInFrame

from bedside_dx.report.fonts import REGULAR, SEMIBOLD, width_of
from bedside_dx.report.pictures import draw_line
from bedside_dx.report.plan_page import bound_plan
from bedside_dx.report.plan_parts import plan_head, plan_lines, plan_rest
from bedside_dx.report.typography import (
    BOTTOM,
    HAIRLINE,
    INK,
    MARGIN,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    TOP,
    WIDTH,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Flowable

    from bedside_dx.core.plan import KeptPlan, PlanEvent
    from bedside_dx.text import Texts

DECISION = 104.0
"""Height of what is filled in by hand, from the foot of the page."""


def write_board_sheet(kept: KeptPlan, events: Sequence[PlanEvent], path: Path, t: Texts) -> None:
    """Write rcp.pdf: exactly one page.

    Raises
    ------
    OSError
        The file could not be written.
    """
    path.write_bytes(board_sheet(kept, events, t))


def board_sheet(kept: KeptPlan, events: Sequence[PlanEvent], t: Texts) -> bytes:
    """The document; what would not fit is set smaller, never cut."""
    bottom = BOTTOM + DECISION

    def story() -> list[Flowable]:
        content = [*plan_head(kept, t), *plan_lines(kept, events, t), *plan_rest(kept, t)]
        height = PAGE_HEIGHT - TOP - bottom - 2
        return [KeepInFrame(WIDTH, height, content, mode="shrink")]

    def decision(canvas: Canvas) -> None:
        _draw_decision(canvas, t)

    kind = t("Multidisciplinary meeting")
    return bound_plan(kept, kind, t, story, bottom=bottom, extra=decision)


def _draw_decision(canvas: Canvas, t: Texts) -> None:
    """Boxes to tick and lines to sign."""
    y = BOTTOM + DECISION - 18
    canvas.setStrokeColor(HAIRLINE)
    canvas.setLineWidth(0.6)
    canvas.line(MARGIN, y + 12, PAGE_WIDTH - MARGIN, y + 12)
    draw_line(canvas, t("Decision"), MARGIN, y - 6, SEMIBOLD, 10)
    x = MARGIN + 82
    for words in (t("as proposed"), t("changed"), t("not now")):
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(0.9)
        canvas.rect(x, y - 8, 9, 9, stroke=1, fill=0)
        draw_line(canvas, words, x + 14, y - 6, REGULAR, 8.5)
        x += 14 + width_of(words, REGULAR, 8.5) + 18
    third = (WIDTH - 28) / 3
    _to_fill(canvas, t("Changes"), MARGIN, y - 30, WIDTH)
    for at, words in enumerate((t("Date"), t("Name"), t("Signature"))):
        _to_fill(canvas, words, MARGIN + at * (third + 14), y - 56, third)


def _to_fill(canvas: Canvas, words: str, x: float, y: float, width: float) -> None:
    draw_line(canvas, words, x, y, REGULAR, 7.5, soft=True)
    begin = x + width_of(words, REGULAR, 7.5) + 6
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(0.5)
    canvas.line(begin, y - 2, x + width, y - 2)
