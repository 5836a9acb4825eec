"""How sure a model was against how often it was right, bin by bin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from bedside_dx.text.numbers import percent
from bedside_dx.ui.theme import CAPTION

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from bedside_dx.core.model_card import ReliabilityBin
    from bedside_dx.ui.look import Look

SIDE = 300
LEFT, RIGHT, BELOW, ABOVE = 48, 22, 44, 8
LEAST_DOT, LARGEST_DOT = 3.0, 8.0


class ReliabilityPlot(QWidget):
    """Dots on the diagonal: right as often as it says. The area of a dot is its share of images."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._bins: tuple[ReliabilityBin, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def show_bins(self, bins: tuple[ReliabilityBin, ...]) -> None:
        """Show the bins of one model."""
        self._bins = bins
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(SIDE + LEFT, SIDE + BELOW)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(self.font())
        font.setPixelSize(CAPTION)
        painter.setFont(font)
        low = self._lowest()
        area = QRectF(LEFT, ABOVE, self.width() - LEFT - RIGHT, self.height() - BELOW - ABOVE)
        self._paint_axes(painter, area, low)
        self._paint_bins(painter, area, low)
        painter.end()

    def _lowest(self) -> float:
        """Where the axes begin: a tenth below the least of what is shown."""
        least = min((min(b.confidence, b.right) for b in self._bins), default=0.0)
        return max(0.0, int(least * 10) / 10)

    def _paint_axes(self, painter: QPainter, area: QRectF, low: float) -> None:
        t, language = self._look.t, self._look.language
        painter.setPen(QPen(self._look.color("hairline"), 1))
        painter.drawRect(area)
        painter.setPen(QPen(self._look.color("outline"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(area.bottomLeft(), area.topRight())
        painter.setPen(self._look.color("faint"))
        for share in (low, (low + 1) / 2, 1.0):
            at = (share - low) / (1 - low)
            x, y = area.left() + at * area.width(), area.bottom() - at * area.height()
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, y - 8, LEFT - 6, 16), right, percent(share, language))
            left = x - 20
            middle = Qt.AlignmentFlag.AlignHCenter
            painter.drawText(
                QRectF(left, area.bottom() + 4, 40, 16), middle, percent(share, language)
            )
        below = QRectF(area.left(), area.bottom() + 22, area.width(), 18)
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, t("How sure the model was"))
        painter.drawText(
            area.adjusted(8, 6, 0, 0), Qt.AlignmentFlag.AlignLeft, t("How often it was right")
        )

    def _paint_bins(self, painter: QPainter, area: QRectF, low: float) -> None:
        most = max((b.images for b in self._bins), default=1)
        painter.setPen(QPen(self._look.color("surface"), 1))
        painter.setBrush(self._look.color("accent"))
        for shown in self._bins:
            x, y = ((share - low) / (1 - low) for share in (shown.confidence, shown.right))
            radius = max(LEAST_DOT, LARGEST_DOT * (shown.images / most) ** 0.5)
            middle = QPointF(area.left() + x * area.width(), area.bottom() - y * area.height())
            painter.drawEllipse(middle, radius, radius)
