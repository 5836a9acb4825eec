"""A slim slider for the heatmap's opacity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QLinearGradient, QPainter, QPen
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy

from bedside_dx.core.heatmap import OPACITY

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPaintEvent

    from bedside_dx.ui.look import Look

_SIDE = 8.0


class OpacitySlider(QAbstractSlider):
    """From bare tissue to strong colour; its value is a percentage."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setRange(0, 90)
        self.setSingleStep(5)
        self.setPageStep(15)
        self.setValue(round(OPACITY * 100))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.valueChanged.connect(self.update)
        look.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(80, 32)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._follow(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._follow(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        look, painter = self._look, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(_SIDE, self.height() / 2 - 3, self.width() - 2 * _SIDE, 6)
        fade = QLinearGradient(track.topLeft(), track.topRight())
        fade.setColorAt(0, look.color("raised"))
        fade.setColorAt(1, look.color("soft"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fade)
        painter.drawRoundedRect(track, 3, 3)
        x = track.left() + track.width() * self.value() / self.maximum()
        color = look.color("accent" if self.hasFocus() else "ink")
        painter.setPen(QPen(look.color("surface"), 2))
        painter.setBrush(color)
        painter.drawEllipse(QPointF(x, track.center().y()), 7, 7)
        if self.hasFocus():
            painter.setPen(QPen(color, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 4, -1, -4), 6, 6)
        painter.end()

    def _follow(self, event: QMouseEvent) -> None:
        room = self.width() - 2 * _SIDE
        self.setValue(round((event.position().x() - _SIDE) / room * self.maximum()))
