"""Colours, sizes and paragraph styles of the printed page: white paper, one accent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph

from bedside_dx.core.verdict import Status
from bedside_dx.report.fonts import DISPLAY, MEDIUM, REGULAR, SEMIBOLD, markup, width_of

if TYPE_CHECKING:
    from reportlab.lib.colors import Color

PAGE_WIDTH, PAGE_HEIGHT = A4
MARGIN = 45.0
TOP, BOTTOM = 64.0, 62.0
WIDTH = PAGE_WIDTH - 2 * MARGIN
GAP = 24.0
"""All in points."""

INK, SOFT, FAINT = HexColor("#141c24"), HexColor("#445160"), HexColor("#586675")
HAIRLINE, TRACK = HexColor("#d3d9e0"), HexColor("#e6eaee")
ACCENT = HexColor("#0b6b6e")
WHITE = HexColor("#ffffff")
STATUS_COLORS: dict[Status, Color] = {
    Status.PRESENT: HexColor("#b02a1f"),
    Status.SUSPICIOUS: HexColor("#8a5300"),
    Status.NOT_SEEN: HexColor("#1f5fa8"),
    Status.CANNOT_SAY: HexColor("#445160"),
}

_BASE = ParagraphStyle("base", fontName=REGULAR, fontSize=9, leading=13, textColor=INK)

BODY = _BASE
SMALL = ParagraphStyle("small", _BASE, fontSize=7.5, leading=10.5, textColor=SOFT)
LABEL = ParagraphStyle("label", _BASE, fontName=MEDIUM, fontSize=8, leading=11, textColor=FAINT)
VALUE = ParagraphStyle("value", _BASE, fontSize=9.5, leading=12.5)
STRONG = ParagraphStyle("strong", VALUE, fontName=SEMIBOLD)
ABSENT = ParagraphStyle("absent", VALUE, textColor=FAINT)
SMALL_INK = ParagraphStyle("small-ink", SMALL, textColor=INK)
FRONT = ParagraphStyle("front", _BASE, fontSize=10, leading=14.5)
LEAD = ParagraphStyle("lead", _BASE, fontName=SEMIBOLD, fontSize=14, leading=18)
STEP = ParagraphStyle("step", _BASE, fontName=MEDIUM, fontSize=11, leading=15)
SECTION = ParagraphStyle(
    "section", _BASE, fontName=SEMIBOLD, fontSize=12, leading=16, spaceBefore=18, spaceAfter=6
)
VERDICT = ParagraphStyle("verdict", _BASE, fontName=DISPLAY, fontSize=27, leading=32)
RIGHT = ParagraphStyle("right", FRONT, alignment=2)
RIGHT_SOFT = ParagraphStyle("right-soft", RIGHT, textColor=SOFT)


Command = tuple[str, tuple[int, int], tuple[int, int], *tuple[Any, ...]]
"""One rule of a table: its name, first and last cell (column, row), and its values."""

FLUSH: list[Command] = [
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
]
"""Rules of a table without any distance of its own."""


def broken_paragraph(text: str, style: ParagraphStyle, width: float) -> Paragraph:
    """A paragraph broken here, so that lines written right to left stay in their order."""
    lines = lines_of(text, style.fontName, style.fontSize, width)
    return Paragraph("<br/>".join(markup(line, style.fontName) for line in lines), style)


def lines_of(text: str, font: str, size: float, width: float) -> list[str]:
    """Break a text into lines that fit; a word that is too long stays whole."""
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, font, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def paragraph(text: str, style: ParagraphStyle = BODY) -> Paragraph:
    """A paragraph of plain text in any script."""
    return Paragraph(markup(text, style.fontName), style)
