"""The heatmap's legend and threshold in one: colours from 0 to 100 %, bare below the handle."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy

from bedside_dx.core.heatmap import color_scale
from bedside_dx.text.numbers import percent
from bedside_dx.ui.theme import CAPTION

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPaintEvent

    from bedside_dx.ui.look import Look

_TRACK, _HANDLE, _SIDE = 10.0, 8.0, 10.0


class ThresholdScale(QAbstractSlider):
    """A slider over the colour scale; its value is the threshold in percent."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._ramp = _ramp()
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setRange(0, 95)
        self.setSingleStep(5)
        self.setPageStep(10)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.valueChanged.connect(self.update)
        look.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(180, 40)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 40)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._follow(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._follow(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(_SIDE, 6, self.width() - 2 * _SIDE, _TRACK)
        x = track.left() + track.width() * self.value() / 100
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.color("raised"))
        painter.drawRoundedRect(track, 2, 2)
        seen = QRectF(x, track.top(), track.right() - x, _TRACK)
        part = QRectF(self._ramp.width() * self.value() / 100, 0, 0, 1)
        part.setRight(self._ramp.width())
        if self.isEnabled():
            painter.drawImage(seen, self._ramp, part)
        painter.setPen(QPen(self._look.color("outline"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(track, 2, 2)
        if self.isEnabled():
            self._paint_handle(painter, x, track)
        self._paint_numbers(painter, track, x)
        painter.end()

    def _paint_handle(self, painter: QPainter, x: float, track: QRectF) -> None:
        color = QColor(self._look.palette.accent if self.hasFocus() else self._look.palette.ink)
        painter.setPen(QPen(self._look.color("surface"), 1.5))
        painter.setBrush(color)
        handle = QRectF(x - _HANDLE / 2, track.top() - 4, _HANDLE, _TRACK + 8)
        painter.drawRoundedRect(handle, 3, 3)
        if self.hasFocus():
            painter.setPen(QPen(color, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(handle.adjusted(-3, -2, 3, 2), 5, 5)

    def _paint_numbers(self, painter: QPainter, track: QRectF, x: float) -> None:
        font = QFont(self.font())
        font.setPixelSize(CAPTION)
        painter.setFont(font)
        language, width = self._look.language, 44.0
        marks = [(100, track.right())]
        if self.isEnabled():
            marks.append((self.value(), x))
        if not self.isEnabled() or x - track.left() > width:
            marks.append((0, track.left()))
        for value, at in marks:
            if value == 100 and track.right() - x < width and self.isEnabled():
                continue
            chosen = self.isEnabled() and value == self.value()
            painter.setPen(self._look.color("ink" if chosen else "faint"))
            left = min(max(at - width / 2, 0.0), self.width() - width)
            place = QRectF(QPointF(left, track.bottom() + 5), QPointF(left + width, self.height()))
            side = Qt.AlignmentFlag.AlignHCenter
            if left == 0.0:
                side = Qt.AlignmentFlag.AlignLeft
            elif left == self.width() - width:
                side = Qt.AlignmentFlag.AlignRight
            painter.drawText(
                place, side | Qt.AlignmentFlag.AlignTop, percent(value / 100, language)
            )

    def _follow(self, event: QMouseEvent) -> None:
        room = self.width() - 2 * _SIDE
        if room > 0:
            self.setValue(round((event.position().x() - _SIDE) / room * 100))


def _ramp() -> QImage:
    colors = np.ascontiguousarray(color_scale(np.linspace(0, 1, 256))[None])
    return QImage(colors.data, 256, 1, 768, QImage.Format.Format_RGB888).copy()
