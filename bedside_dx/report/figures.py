"""Small drawings of the printed page: the status shape, the interval and the fractions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportlab.lib.colors import Color
from reportlab.platypus import Flowable

from bedside_dx.core.verdict import Status
from bedside_dx.report.fonts import MEDIUM, REGULAR
from bedside_dx.report.typography import FAINT, INK, SOFT, STATUS_COLORS, TRACK, WHITE
from bedside_dx.text.numbers import percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reportlab.pdfgen.canvas import Canvas


class StatusShape(Flowable):
    """Present ●, suspicious ◐, not seen ○, cannot say ⧄: told apart without colour.

    Parameters
    ----------
    side
        Points.
    """

    canv: Canvas

    def __init__(self, status: Status, side: float) -> None:
        super().__init__()
        self._status = status
        self.width = self.height = side

    def draw(self) -> None:
        """Draw it into its square."""
        canvas, side = self.canv, self.width
        stroke = side * 0.09
        radius = (side - stroke) / 2
        color = STATUS_COLORS[self._status]
        canvas.setStrokeColor(color)
        canvas.setFillColor(color)
        canvas.setLineWidth(stroke)
        if self._status is Status.CANNOT_SAY:
            edge = stroke / 2
            canvas.roundRect(edge, edge, side - stroke, side - stroke, side * 0.08)
            canvas.line(edge, edge, side - edge, side - edge)
            return
        canvas.circle(side / 2, side / 2, radius, fill=int(self._status is Status.PRESENT))
        if self._status is Status.SUSPICIOUS:
            box = (stroke / 2, stroke / 2, side - stroke / 2, side - stroke / 2)
            canvas.wedge(*box, 90, 180, stroke=0, fill=1)


class IntervalBar(Flowable):
    """A probability and its interval on a scale of 0 to 100 %."""

    canv: Canvas

    def __init__(
        self,
        interval: tuple[float, float],
        probability: float | None,
        color: Color,
        language: str,
        width: float,
    ) -> None:
        super().__init__()
        self._interval = interval
        self._probability = probability
        self._color = color
        self._language = language
        self.width, self.height = width, 24.0

    def draw(self) -> None:
        """Draw track, interval, point and the ends of the scale."""
        canvas, y, thick = self.canv, self.height - 8, 6.0
        canvas.setFillColor(TRACK)
        canvas.roundRect(0, y, self.width, thick, thick / 2, stroke=0, fill=1)
        low, high = self._interval
        wide = max((high - low) * self.width, thick)
        left = min(low * self.width, self.width - wide)
        canvas.setFillColor(self._color)
        canvas.roundRect(left, y, wide, thick, thick / 2, stroke=0, fill=1)
        if self._probability is not None:
            self._draw_point(min(max(self._probability * self.width, 1.5), self.width - 1.5), y)
        self._draw_scale(y)

    def _draw_point(self, x: float, y: float) -> None:
        canvas = self.canv
        canvas.setStrokeColor(WHITE)
        canvas.setLineWidth(3.4)
        canvas.line(x, y - 2, x, y + 8)
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(1.6)
        canvas.line(x, y - 2, x, y + 8)

    def _draw_scale(self, y: float) -> None:
        canvas = self.canv
        canvas.setFont(REGULAR, 7)
        canvas.setFillColor(FAINT)
        at = y - 11
        canvas.drawString(0, at, _plain(percent(0, self._language)))
        canvas.drawCentredString(self.width / 2, at, _plain(percent(0.5, self._language)))
        canvas.drawRightString(self.width, at, _plain(percent(1, self._language)))


class FractionBar(Flowable):
    """Shares of the tissue side by side, in the order of the table under it."""

    canv: Canvas

    def __init__(self, parts: Sequence[tuple[float, tuple[int, int, int]]], width: float) -> None:
        super().__init__()
        self._parts = parts
        self.width, self.height = width, 8.0

    def draw(self) -> None:
        """Draw the shares with a hair of white between them."""
        canvas, x = self.canv, 0.0
        total = sum(share for share, _ in self._parts) or 1.0
        for share, color in self._parts:
            wide = share / total * self.width
            if wide > 0.3:
                canvas.setFillColor(rgb(color))
                canvas.rect(x, 0, max(wide - 0.8, 0.3), self.height, stroke=0, fill=1)
            x += wide


class Swatch(Flowable):
    """The colour of a class, with an edge so that a pale one shows on paper."""

    canv: Canvas

    def __init__(self, color: tuple[int, int, int]) -> None:
        super().__init__()
        self._color = color
        self.width = self.height = 7.0

    def draw(self) -> None:
        """Draw the square."""
        self.canv.setFillColor(rgb(self._color))
        self.canv.setStrokeColor(SOFT)
        self.canv.setLineWidth(0.4)
        self.canv.rect(0, 0, self.width, self.height, stroke=1, fill=1)


def draw_badge(canvas: Canvas, number: int, x: float, y: float) -> None:
    """Draw a key region's number in a disc around a point."""
    canvas.saveState()
    canvas.setFillColor(INK)
    canvas.setStrokeColor(WHITE)
    canvas.setLineWidth(0.8)
    canvas.circle(x, y, 5.6, stroke=1, fill=1)
    canvas.setFillColor(WHITE)
    canvas.setFont(MEDIUM, 7)
    canvas.drawCentredString(x, y - 2.5, str(number))
    canvas.restoreState()


def draw_dot(canvas: Canvas, x: float, y: float) -> None:
    """Draw the spot that a badge belongs to."""
    canvas.saveState()
    canvas.setFillColor(INK)
    canvas.setStrokeColor(WHITE)
    canvas.setLineWidth(0.8)
    canvas.circle(x, y, 1.9, stroke=1, fill=1)
    canvas.restoreState()


def rgb(color: tuple[int, int, int]) -> Color:
    """Colour of 0 to 255 a channel, as the PDF library takes it."""
    red, green, blue = color
    return Color(red / 255, green / 255, blue / 255)


def _plain(text: str) -> str:
    return text.replace("\u202f", "\u00a0")
