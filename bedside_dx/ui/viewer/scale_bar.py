"""A bar of a round length, so that sizes can be read off the screen."""

from __future__ import annotations

from math import floor, log10

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from bedside_dx.core.geometry import Spacing, is_plausible
from bedside_dx.text import Texts
from bedside_dx.ui.viewer.view import View

LONGEST = 160
"""Length that a bar never exceeds, logical px."""

TYPE_PX = 12
TICK = 5
PADDING = 8


def round_length(longest: float) -> float:
    """Largest of 1, 2 and 5 times a power of ten that is not longer.

    Parameters
    ----------
    longest
        More than 0, in any unit.
    """
    power = 10.0 ** floor(log10(longest) + 1e-9)
    return max(step * power for step in (1.0, 2.0, 5.0) if step * power <= longest * (1 + 1e-9))


class ScaleBar:
    """Draws the bar on a plate of its own."""

    def __init__(self, t: Texts) -> None:
        self._spacing: Spacing | None = None
        self._written, self._written_for = "", (0.0, self._spacing, t)
        self.t = t
        self.plate = QColor("white")
        self.ink = QColor("black")

    def use(self, spacing: Spacing | None) -> None:
        """Measure in µm; without a spacing, in pixels of the slide."""
        is_known = spacing is not None and is_plausible(spacing.um_per_px)
        self._spacing = spacing if is_known else None

    def measure(self, view: View, ratio: float) -> tuple[str, float]:
        """Words and length of the bar at a scale; length in screen px."""
        units_per_px = self._spacing.um_per_px if self._spacing else 1.0
        length = round_length(LONGEST * ratio / view.scale * units_per_px)
        return self._words(length), length / units_per_px * view.scale

    def draw(self, painter: QPainter, view: View, ratio: float, corner: QPointF) -> None:
        """Draw with its lower left corner at a point of the screen."""
        words, length = self.measure(view, ratio)
        font = QFont(painter.font())
        font.setPixelSize(round(TYPE_PX * ratio))
        metrics = QFontMetricsF(font)
        width = max(length, metrics.horizontalAdvance(words)) + 2 * PADDING * ratio
        height = metrics.height() + (TICK + 1.6 * PADDING) * ratio
        plate = QRectF(corner.x(), corner.y() - height, width, height)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.plate)
        painter.drawRoundedRect(plate, 6 * ratio, 6 * ratio)
        painter.setFont(font)
        self._draw_bar(painter, plate, length, ratio)
        painter.drawText(
            plate.adjusted(0, 0.4 * PADDING * ratio, 0, 0),
            Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop,
            words,
        )
        painter.restore()

    def _draw_bar(self, painter: QPainter, plate: QRectF, length: float, ratio: float) -> None:
        pen = QPen(self.ink, 2 * ratio)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        left = plate.center().x() - length / 2
        base = plate.bottom() - PADDING * ratio
        right = left + length
        painter.drawLine(QPointF(left, base), QPointF(right, base))
        for x in (left + ratio, right - ratio):
            painter.drawLine(QPointF(x, base + ratio), QPointF(x, base - TICK * ratio))

    def _words(self, length: float) -> str:
        """Words of a length; they are looked up anew only where the scale changes."""
        t, key = self.t, (length, self._spacing, self.t)
        if key != self._written_for:
            is_px = self._spacing is None
            self._written_for = key
            self._written = t("{n:decimal} px", n=length) if is_px else t("{um:length}", um=length)
        return self._written
