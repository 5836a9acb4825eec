"""Where in the series one is, and how much of it has been read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QSlider

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPaintEvent

    from bedside_dx.ui.look import Look

KNOB = 7.0
TRACK = 4.0


class SliceSlider(QSlider):
    """A slider whose track fills as slices are read. One touch goes to any place."""

    def __init__(self, look: Look) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._look = look
        self._share = 1.0
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setPageStep(10)
        look.changed.connect(self.update)

    def show_share(self, share: float) -> None:
        """Show which share of the slices has been read, 0 to 1."""
        if round(share * 200) != round(self._share * 200):
            self._share = share
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 28)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        middle, room = self.height() / 2, self.width() - 2 * KNOB
        track = QRectF(KNOB, middle - TRACK / 2, room, TRACK)
        painter.setBrush(self._look.color("hairline"))
        painter.drawRoundedRect(track, TRACK / 2, TRACK / 2)
        painter.setBrush(self._look.color("outline"))
        read = QRectF(track.left(), track.top(), track.width() * self._share, TRACK)
        painter.drawRoundedRect(read, TRACK / 2, TRACK / 2)
        at = QPointF(KNOB + room * self._place(), middle)
        painter.setPen(QPen(self._look.color("surface"), 2))
        painter.setBrush(self._look.color("accent"))
        painter.drawEllipse(at, KNOB - 1, KNOB - 1)
        if self.hasFocus():
            painter.setPen(QPen(self._look.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._go(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._go(event)

    def _place(self) -> float:
        span = self.maximum() - self.minimum()
        return (self.value() - self.minimum()) / span if span else 0.0

    def _go(self, event: QMouseEvent) -> None:
        share = (event.position().x() - KNOB) / max(self.width() - 2 * KNOB, 1)
        span = self.maximum() - self.minimum()
        self.setValue(self.minimum() + round(min(max(share, 0.0), 1.0) * span))
        event.accept()
