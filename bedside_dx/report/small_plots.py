"""Three small plots of an evaluation for the page to sign: reliability, ROC, confusion."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from bedside_dx.core.evaluation import share_of
from bedside_dx.report.figures import rgb
from bedside_dx.report.fonts import MEDIUM, REGULAR, SEMIBOLD, width_of
from bedside_dx.report.page import elided, shortened
from bedside_dx.report.pictures import draw_line
from bedside_dx.report.typography import ACCENT, HAIRLINE, INK, SOFT, TRACK, WHITE
from bedside_dx.text.numbers import count, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reportlab.pdfgen.canvas import Canvas

    from bedside_dx.core.evaluation import Metrics
    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.text import Texts

SIZE = 6.5
"""Of the plots' letters, in points."""

MOST_CURVES = 6
"""Curves and class names that a small plot can hold."""


class Frame:
    """A square from (0, 0) to (1, 1) on the page, its lower left corner at (x, y) points."""

    def __init__(self, canvas: Canvas, x: float, y: float, side: float) -> None:
        self.canvas, self.x, self.y, self.side = canvas, x, y, side

    def at(self, across: float, up: float) -> tuple[float, float]:
        """Place of a point in points of the page."""
        return self.x + across * self.side, self.y + up * self.side

    def axes(self, title: str, below: str, room: float, t: Texts) -> None:
        """Draw the frame, its diagonal, ends of the scale, title and what lies below."""
        canvas = self.canvas
        canvas.setStrokeColor(HAIRLINE)
        canvas.setLineWidth(0.6)
        canvas.rect(self.x, self.y, self.side, self.side, stroke=1, fill=0)
        canvas.setDash(2, 2)
        canvas.line(*self.at(0, 0), *self.at(1, 1))
        canvas.setDash()
        self.title(title, room)
        for share in (0.0, 0.5, 1.0):
            words = _plain(percent(share, t.language))
            wide = width_of(words, REGULAR, SIZE)
            x, y = self.at(share, 0)
            shift = {0.0: 0.0, 0.5: wide / 2, 1.0: wide}[share]
            draw_line(canvas, words, x - shift, y - 8, REGULAR, SIZE, soft=True)
        line = shortened(below, room, REGULAR, SIZE)
        draw_line(canvas, line, self.x, self.y - 16.5, REGULAR, SIZE, soft=True)

    def title(self, words: str, room: float) -> None:
        """Write the title above the frame."""
        line = shortened(words, room, SEMIBOLD, 7.5)
        draw_line(self.canvas, line, self.x, self.y + self.side + 5, SEMIBOLD, 7.5)

    def polyline(self, across: Sequence[float], up: Sequence[float]) -> None:
        """Draw a line through points of the square."""
        points = [self.at(a, b) for a, b in zip(across, up, strict=True)]
        for start, end in pairwise(points):
            self.canvas.line(*start, *end)


def draw_reliability(frame: Frame, metrics: Metrics, room: float, t: Texts) -> None:
    """Draw how often the model was right against how sure it was."""
    frame.axes(t("How sure, and how often right"), t("Probability of the likeliest class"), room, t)
    canvas = frame.canvas
    for one in metrics.reliability:
        interval = share_of(one.right, one.images)
        canvas.setStrokeColor(ACCENT)
        canvas.setLineWidth(0.8)
        canvas.line(
            *frame.at(one.confidence, interval.low), *frame.at(one.confidence, interval.high)
        )
        canvas.setFillColor(ACCENT)
        canvas.circle(*frame.at(one.confidence, one.right), 1.6, stroke=0, fill=1)


def draw_roc(frame: Frame, metrics: Metrics, card: ModelCard, room: float, t: Texts) -> None:
    """Draw each class against the rest, with its name beside the plot."""
    frame.axes(t("Each class against the rest"), t("Other images called this class"), room, t)
    canvas, left = frame.canvas, frame.x + frame.side + 8
    for at, one in enumerate(card.classes[:MOST_CURVES]):
        curve = metrics.roc[one.id]
        y = frame.y + frame.side - 8 - at * 11
        for color, width in ((SOFT, 1.7), (rgb(one.color), 1.0)):
            canvas.setStrokeColor(color)
            canvas.setLineWidth(width)
            canvas.line(left, y + 2.2, left + 8, y + 2.2)
            if len(curve.found):
                frame.polyline(curve.false_alarms.tolist(), curve.found.tolist())
        name = elided(t.of(one.label), room - frame.side - 19, REGULAR, SIZE)
        draw_line(canvas, name, left + 11, y, REGULAR, SIZE)


def draw_confusion(frame: Frame, metrics: Metrics, card: ModelCard, room: float, t: Texts) -> None:
    """Draw which class was taken for which: numbers, darker where the share is larger."""
    canvas, classes = frame.canvas, len(card.classes)
    frame.title(t("What was taken for what"), room)
    cell = frame.side / classes
    totals = np.maximum(metrics.confusion.sum(1), 1)
    for (row, column), number in np.ndenumerate(metrics.confusion):
        share = float(number) / float(totals[row])
        x, y = frame.x + column * cell, frame.y + frame.side - (row + 1) * cell
        canvas.setFillColor(TRACK if share < 0.005 else ACCENT)
        canvas.setFillAlpha(1.0 if share < 0.005 else 0.15 + 0.85 * share)
        canvas.rect(x + 0.5, y + 0.5, cell - 1, cell - 1, stroke=0, fill=1)
        canvas.setFillAlpha(1.0)
        if cell >= 13:
            words = _plain(count(int(number), t.language))
            font = MEDIUM if row == column else REGULAR
            canvas.setFillColor(WHITE if share > 0.45 else INK)
            canvas.setFont(font, SIZE)
            canvas.drawCentredString(x + cell / 2, y + cell / 2 - 2.3, words)
    left = frame.x + frame.side + 8
    for row, one in enumerate(card.classes):
        if cell >= 8:
            y = frame.y + frame.side - (row + 0.5) * cell - 2.3
            name = elided(t.of(one.label), room - frame.side - 8, REGULAR, SIZE)
            draw_line(canvas, name, left, y, REGULAR, SIZE)
    words = t("Rows: label · columns: likeliest class")
    line = shortened(words, room, REGULAR, SIZE)
    draw_line(canvas, line, frame.x, frame.y - 8, REGULAR, SIZE, soft=True)


def _plain(text: str) -> str:
    return text.replace("\u202f", "\u00a0")
