"""Letters for the patient: large, plain, and the same on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, KeepTogether, Table

from bedside_dx.report.fonts import SEMIBOLD
from bedside_dx.report.typography import ACCENT, BODY, FLUSH, WIDTH, Command, paragraph

if TYPE_CHECKING:
    from collections.abc import Sequence

SIZE = 12.0
"""Smallest letters of the page, points."""
LARGE = ParagraphStyle("large", BODY, fontSize=12.5, leading=17)
HEADING = ParagraphStyle(
    "patient-heading", BODY, fontName=SEMIBOLD, fontSize=15.5, leading=20, textColor=ACCENT,
    spaceBefore=10, spaceAfter=3,
)  # fmt: skip
TITLE = ParagraphStyle("patient-title", BODY, fontName=SEMIBOLD, fontSize=22, leading=27)


def section(title: str, sentences: Sequence[str]) -> list[Flowable]:
    """A heading and its sentences; nothing where there are none."""
    if not sentences:
        return []
    rows = [[paragraph("•", LARGE), paragraph(words, LARGE)] for words in sentences]
    style: list[Command] = [*FLUSH, ("BOTTOMPADDING", (0, 0), (-1, -1), 3)]
    table = Table(rows, colWidths=[14, WIDTH - 14], style=style)
    return [KeepTogether([paragraph(title, HEADING), table])]
