"""The interval of a confidence as a bar from 0 to 100 %."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QPointF, QRectF, QSize, Qt, QVariantAnimation
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from bedside_dx.text.numbers import percent
from bedside_dx.ui.theme import BEDSIDE, CAPTION, MOTION_MS

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from bedside_dx.ui.look import Look

Interval = tuple[float, float]
_LEAST_PX = 6.0


class IntervalBar(QWidget):
    """A track of 0 to 100 % with the interval on it; it moves when the interval narrows."""

    def __init__(self, look: Look, *, at_bedside: bool = False) -> None:
        super().__init__()
        self._look = look
        self._track = 14.0 if at_bedside else 8.0
        self._type_px = BEDSIDE if at_bedside else CAPTION
        self._hue = "soft"
        self._shown: Interval = (0.0, 1.0)
        self._mean: float | None = None
        self._motion = QVariantAnimation(self)
        self._motion.setDuration(MOTION_MS)
        self._motion.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._motion.valueChanged.connect(self._move)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def show_interval(self, interval: Interval, mean: float | None, hue: str) -> None:
        """Show an interval in the colour of a hue; from the one shown before it glides."""
        self._hue, self._mean = hue, mean
        if self.isVisible() and interval != self._shown and self._may_move():
            self._motion.stop()
            self._motion.setStartValue(QPointF(*self._shown))
            self._motion.setEndValue(QPointF(*interval))
            self._motion.start()
        else:
            self._shown = interval
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, round(self._track + 6 + self._type_px * 1.4))

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_track(painter)
        self._paint_numbers(painter)
        painter.end()

    def _paint_track(self, painter: QPainter) -> None:
        width, height = float(self.width()), self._track
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.color("raised"))
        painter.drawRoundedRect(QRectF(0, 0, width, height), height / 2, height / 2)
        low, high = self._shown
        span = max((high - low) * width, _LEAST_PX)
        left = min(low * width, width - span)
        painter.setBrush(self._look.color(self._hue))
        radius = min(height, span) / 2
        painter.drawRoundedRect(QRectF(left, 0, span, height), radius, radius)
        if self._mean is not None and low < self._mean < high:
            painter.setPen(QPen(QColor(self._look.palette.surface), 2))
            x = self._mean * width
            painter.drawLine(QPointF(x, 1), QPointF(x, height - 1))

    def _paint_numbers(self, painter: QPainter) -> None:
        font = QFont(self.font())
        font.setPixelSize(self._type_px)
        painter.setFont(font)
        painter.setPen(self._look.color("faint"))
        area = QRectF(0, self._track + 4, self.width(), self._type_px * 1.4)
        language = self._look.language
        for share, side in (
            (0.0, Qt.AlignmentFlag.AlignLeft),
            (0.5, Qt.AlignmentFlag.AlignHCenter),
            (1.0, Qt.AlignmentFlag.AlignRight),
        ):
            painter.drawText(area, side | Qt.AlignmentFlag.AlignTop, percent(share, language))

    def _may_move(self) -> bool:
        hint = QStyle.StyleHint.SH_Widget_Animation_Duration
        return self.style().styleHint(hint, None, self) > 0

    def _move(self, value: QPointF) -> None:
        self._shown = (value.x(), value.y())
        self.update()
