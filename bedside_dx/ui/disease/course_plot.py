"""A quantity over time: what was measured, where it may go, and the line "no change"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from bedside_dx.text.course_words import quantity_word, size_words
from bedside_dx.ui.theme import CAPTION

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from bedside_dx.core.course import Outlook
    from bedside_dx.ui.look import Look

LEFT, RIGHT, ABOVE, BELOW = 44, 16, 28, 64
ROOM = 1.1
TICKS = 4
BAND = 0.2


class CoursePlot(QWidget):
    """Dots and a line for visits, a band of 90 % for the forecast, dashes for no change."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.outlook: Outlook | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def show_outlook(self, outlook: Outlook, words: str) -> None:
        """Draw a course; `words` say it to those who do not see it."""
        self.outlook = outlook
        self.setAccessibleName(words)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(560, 300)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if self.outlook is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(self.font())
        font.setPixelSize(CAPTION)
        painter.setFont(font)
        self._paint_axes(painter, self.outlook)
        self._paint_course(painter, self.outlook)
        self._paint_key(painter)
        painter.end()

    @property
    def _area(self) -> QRectF:
        return QRectF(LEFT, ABOVE, self.width() - LEFT - RIGHT, self.height() - ABOVE - BELOW)

    def _place(self, outlook: Outlook, day: float, value: float) -> QPointF:
        area, days = self._area, outlook.course.days
        first, last = float(days[0]), float(outlook.days[-1])
        top = ROOM * max(float(outlook.course.values.max()), float(outlook.high.max()))
        x = area.left() + (day - first) / max(last - first, 1e-9) * area.width()
        return QPointF(x, area.bottom() - value / max(top, 1e-9) * area.height())

    def _paint_axes(self, painter: QPainter, outlook: Outlook) -> None:
        t, look, area = self._look.t, self._look, self._area
        top = ROOM * max(float(outlook.course.values.max()), float(outlook.high.max()))
        first = float(outlook.course.days[0])
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for at in range(TICKS + 1):
            value = top / ROOM * at / TICKS
            y = self._place(outlook, first, value).y()
            painter.setPen(QPen(look.color("hairline"), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(look.color("faint"))
            painter.drawText(QRectF(0, y - 8, LEFT - 8, 16), right, size_words(value, t))
        words = quantity_word(outlook.quantity, t)
        painter.drawText(QRectF(0, 2, self.width(), 16), Qt.AlignmentFlag.AlignLeft, words)
        last = float(outlook.days[-1])
        for day, side in (
            (first, Qt.AlignmentFlag.AlignLeft),
            (float(outlook.course.days[-1]), Qt.AlignmentFlag.AlignHCenter),
            (last, Qt.AlignmentFlag.AlignRight),
        ):
            x = self._place(outlook, day, 0).x()
            left = {Qt.AlignmentFlag.AlignLeft: x, Qt.AlignmentFlag.AlignRight: x - 100}.get(
                side, x - 50
            )
            said = t("day {day:decimal}", day=day)
            painter.drawText(QRectF(left, area.bottom() + 6, 100, 16), side, said)

    def _paint_course(self, painter: QPainter, outlook: Outlook) -> None:
        look, course = self._look, outlook.course
        day, value = float(course.days[-1]), outlook.no_change
        ahead = [float(d) for d in outlook.days]
        start = self._place(outlook, day, value)
        sides = [
            [start, *(self._place(outlook, d, float(v)) for d, v in zip(ahead, some, strict=True))]
            for some in (outlook.high, outlook.low, outlook.values)
        ]
        color = look.color("accent")
        color.setAlphaF(BAND)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawPolygon(QPolygonF([*sides[0], *reversed(sides[1])]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(self._pens()[1])
        painter.drawPolyline(QPolygonF(sides[2]))
        painter.setPen(self._pens()[2])
        painter.drawLine(start, self._place(outlook, ahead[-1], value))
        painter.setPen(self._pens()[0])
        visits = zip(course.days, course.values, strict=True)
        dots = [self._place(outlook, float(d), float(v)) for d, v in visits]
        painter.drawPolyline(QPolygonF(dots))
        for at, dot in zip(course.days, dots, strict=True):
            is_seen = float(at) in course.seen  # a ring: told apart without a colour
            painter.setBrush(look.color("surface" if is_seen else "ink"))
            radius = 4 if is_seen else 3
            painter.drawEllipse(dot, radius, radius)

    def _pens(self) -> tuple[QPen, QPen, QPen]:
        look = self._look
        dashed = QPen(look.color("ink"), 1.2)
        dashed.setDashPattern([3, 3])
        return QPen(look.color("ink"), 1.2), QPen(look.color("accent"), 2.5), dashed

    def _paint_key(self, painter: QPainter) -> None:
        t, x = self._look.t, float(LEFT)
        y = self.height() - 16.0
        words = (t("measured"), t("forecast, interval of 90%"), t("no change"))
        for pen, said in zip(self._pens(), words, strict=True):
            painter.setPen(pen)
            painter.drawLine(QPointF(x, y), QPointF(x + 24, y))
            painter.setPen(self._look.color("soft"))
            width = painter.fontMetrics().horizontalAdvance(said) + 8
            painter.drawText(QRectF(x + 30, y - 8, width, 16), Qt.AlignmentFlag.AlignLeft, said)
            x += 30 + width + 16
