"""The shape of a verdict: it says the same as the word and the hue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from bedside_dx.core.verdict import Status

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from bedside_dx.ui.look import Look


def draw_status(painter: QPainter, area: QRectF, status: Status, color: QColor) -> None:
    """Draw ● present, ◐ suspicious, ○ not seen or ⧄ cannot say into a square."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    stroke = max(1.5, area.width() / 10)
    inner = area.adjusted(stroke / 2, stroke / 2, -stroke / 2, -stroke / 2)
    painter.setPen(QPen(color, stroke))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    match status:
        case Status.PRESENT:
            painter.setBrush(color)
            painter.drawEllipse(inner)
        case Status.SUSPICIOUS:
            painter.drawEllipse(inner)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawPath(_left_half(inner))
        case Status.NOT_SEEN:
            painter.drawEllipse(inner)
        case Status.CANNOT_SAY:
            corner = area.width() / 8
            painter.drawRoundedRect(inner, corner, corner)
            painter.drawLine(inner.bottomLeft(), inner.topRight())
    painter.restore()


def _left_half(area: QRectF) -> QPainterPath:
    path = QPainterPath(QPointF(area.center().x(), area.top()))
    path.arcTo(area, 90, 180)
    path.closeSubpath()
    return path


class StatusShape(QWidget):
    """The shape of one verdict, grey while the verdict is only so far."""

    def __init__(self, look: Look, side: int, *, drop: int = 0) -> None:
        super().__init__()
        self._look = look
        self._side, self._drop = side, drop
        self._status: Status | None = None
        self._is_final = True
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def show_status(self, status: Status | None, *, is_final: bool = True) -> None:
        """Show a status; None draws nothing."""
        self._status, self._is_final = status, is_final
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side + self._drop)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if self._status is None:
            return
        palette = self._look.palette
        color = QColor(palette.status(self._status) if self._is_final else palette.faint)
        painter = QPainter(self)
        area = QRectF(0, self._drop, self._side, self._side)
        draw_status(painter, area, self._status, color)
        painter.end()
