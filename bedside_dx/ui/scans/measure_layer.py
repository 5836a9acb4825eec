"""Draws what was measured over a plane: thin lines, handles where they can be dragged, words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from bedside_dx.core.measuring import Ellipse, LesionAxes
from bedside_dx.ui.scans.corners import SEAM
from bedside_dx.ui.scans.measure_words import kind_words, size_lines
from bedside_dx.ui.scans.scan_board import on_black
from bedside_dx.ui.theme import CAPTION, SPACE_8

if TYPE_CHECKING:
    from bedside_dx.core.measuring import Measure
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.scans.measures import Mark, Measures
    from bedside_dx.ui.scans.projection import Projection
    from bedside_dx.ui.scans.scan_view import ScanView

HANDLE = 3.5
"""Half the side of a handle, logical px."""
PLATE = QColor(0, 0, 0, 165)
"""Behind words: they are read on bright bone as on dark lung."""
Lines = list[list[QPointF]]


class MeasureLayer:
    """A layer for all views: each draws the marks that lie on its plane."""

    def __init__(self, look: Look, measures: Measures) -> None:
        self._look, self._measures = look, measures

    def draw(self, painter: QPainter, view: ScanView) -> None:
        """Draw over a plane that says how it lies."""
        if (projection := view.projection) is not None:
            for mark in reversed(self._measures.on(view)):
                self._draw_mark(painter, projection, mark, view)

    def handles(self, view: ScanView) -> list[QPointF]:
        """Points of all marks on the plane of a view."""
        projection = view.projection
        if projection is None:
            return []
        return [
            at for mark in self._measures.on(view) for at in handles_of(mark.measure, projection)
        ]

    def _draw_mark(
        self, painter: QPainter, projection: Projection, mark: Mark, view: ScanView
    ) -> None:
        is_chosen = mark is self._measures.chosen
        color = on_black(self._look, "accent")
        if is_chosen:
            color = color.lighter(125)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        lines = lines_of(mark.measure, projection)
        for pen in (QPen(SEAM, 3.5), QPen(color, 1.75 if is_chosen else 1.25)):
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            for line in lines:
                painter.drawPolyline(QPolygonF(line))
        ends = handles_of(mark.measure, projection)
        painter.setPen(QPen(SEAM, 1))
        painter.setBrush(color)
        for end in ends:
            side = HANDLE if is_chosen else HANDLE - 1
            painter.drawRect(QRectF(end.x() - side, end.y() - side, 2 * side, 2 * side))
        self._write(painter, mark, _beside(lines), view)

    def _write(self, painter: QPainter, mark: Mark, at: QPointF, view: ScanView) -> None:
        """Write what it measures, to the right of it, or left of it where there is no room."""
        t = self._look.t
        lines = size_lines(mark, t)
        if isinstance(mark.measure, LesionAxes):
            lines = (kind_words(mark, t), *lines)
        font = QFont(painter.font())
        font.setPixelSize(CAPTION)
        painter.setFont(font)
        metrics = QFontMetricsF(font)
        width = max((metrics.horizontalAdvance(line) for line in lines), default=0.0)
        height, room = metrics.height(), view.width()
        left = min(at.x() + SPACE_8, room - width - SPACE_8)
        top = max(at.y() - height * len(lines) / 2, SPACE_8)
        if lines:
            plate = QRectF(left, top, width, height * len(lines)).adjusted(-4, -1, 4, 1)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(PLATE)
            painter.drawRoundedRect(plate, 3, 3)
        painter.setPen(view.corners.ink)
        for number, line in enumerate(lines):
            place = QPointF(left, top + number * height + metrics.ascent())
            painter.drawText(place, line)


def lines_of(measure: Measure, projection: Projection) -> Lines:
    """Lines of a measure on the screen."""
    if isinstance(measure, Ellipse):
        border = _screen(measure.outline(), projection)
        return [[*border, border[0]]]
    points = _screen(np.asarray(measure.points), projection)
    if isinstance(measure, LesionAxes):
        return [points[:2], points[2:]] if len(points) == 4 else [points]
    return [points]


def handles_of(measure: Measure, projection: Projection) -> list[QPointF]:
    """Points of a measure on the screen, in their own order."""
    return _screen(np.asarray(measure.points), projection)


def _screen(mm: np.ndarray, projection: Projection) -> list[QPointF]:
    return [QPointF(x, y) for x, y in projection.to_screen(mm).tolist()]


def _beside(lines: Lines) -> QPointF:
    """Where words have room: right of the point that is farthest right."""
    return max((point for line in lines for point in line), key=lambda point: point.x())
