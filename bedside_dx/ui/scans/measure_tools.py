"""Tools that measure: each draws its own kind of mark and drags the handles of all of them."""

from __future__ import annotations

from itertools import pairwise
from math import hypot
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, Qt

from bedside_dx.core.errors import MeasureError
from bedside_dx.core.measuring import Angle, Ellipse, Ground, Length, LesionAxes
from bedside_dx.ui.scans.measure_layer import handles_of, lines_of

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QMouseEvent

    from bedside_dx.core.measuring import Measure
    from bedside_dx.core.scan import Vector
    from bedside_dx.ui.scans.measures import Mark, Measures
    from bedside_dx.ui.scans.scan_view import ScanView

REACH_PX = 9.0
"""How near a handle or a line has to be to be taken, logical px."""
LEAST_PX = 4.0
"""A shorter way of the hand draws nothing: it was a click."""


class MeasureTool:
    """Draws one kind of mark by dragging; a handle that is pressed is dragged instead."""

    cursor = Qt.CursorShape.CrossCursor
    takes_points = True
    kind: type[Measure] = Length

    def __init__(self, measures: Measures) -> None:
        self._measures = measures
        self._mark: Mark | None = None
        self._handle = 0
        self._start = QPointF()
        self._is_new = False

    def press(self, view: ScanView, event: QMouseEvent) -> None:
        """Take the handle or the line under the pointer, or begin a new mark there."""
        point = event.position()
        self._mark, self._is_new, self._start = None, False, point
        if (taken := handle_at(self._measures, view, point)) is not None:
            self._mark, self._handle = taken
            self._measures.choose(self._mark)
            self._measures.remember(self._mark.examination)
        elif self._go_on(view, point):
            return
        elif (under := mark_at(self._measures, view, point)) is not None:
            self._measures.choose(under)
        else:
            self._begin(view, point)

    def move(self, view: ScanView, event: QMouseEvent) -> None:
        """Take the handle along."""
        if self._mark is not None and (mm := _mm(view, event.position())) is not None:
            self._drag(view, self._mark, mm)

    def release(self, view: ScanView, event: QMouseEvent) -> None:
        """Keep it; a click without a way leaves nothing."""
        del view
        way = event.position() - self._start
        is_click = self._is_new and hypot(way.x(), way.y()) < LEAST_PX
        if is_click and self._mark is not None:
            self._measures.drop(self._mark)
        self._mark = None

    # --- what the kinds do otherwise -----------------------------------------------------

    def _go_on(self, view: ScanView, point: QPointF) -> bool:
        """Go on with a mark that is not finished; False where there is none."""
        del view, point
        return False

    def _drag(self, view: ScanView, mark: Mark, mm: NDArray[np.float64]) -> None:
        self._measures.change(mark, mark.measure.moved(self._handle, mm), view)

    def _begin(self, view: ScanView, point: QPointF) -> None:
        examination, mm = self._measures.whose(view), _mm(view, point)
        sheet, series = view.sheet, view.sheets.series
        if examination is None or mm is None or sheet is None or series is None:
            return
        try:
            ground = Ground.of(
                series, sheet.cut.plane, sheet.name, sheet.number, is_measured=sheet.is_measured
            )
        except MeasureError as error:
            self._measures.refuse(error)
            return
        self._measures.refuse(None)
        start = _vector(mm)
        self._mark = self._measures.add(examination, self.kind(ground, (start, start)), view)
        self._handle, self._is_new = 1, True


class RulerTool(MeasureTool):
    """A length."""


class EllipseTool(MeasureTool):
    """An ellipse with the values in it."""

    kind = Ellipse


class AngleTool(MeasureTool):
    """An angle: drag the first leg to where it opens, then press where the second one ends."""

    kind = Angle

    def _go_on(self, view: ScanView, point: QPointF) -> bool:
        mark = self._measures.chosen
        mm = _mm(view, point)
        if mark is None or mm is None or not is_unfinished(mark.measure, Angle, 3, view):
            return False
        self._measures.remember(mark.examination)
        measure = mark.measure
        points = (*measure.points, _vector(mm))
        self._measures.change(mark, Angle(measure.ground, points), view)
        self._mark, self._handle = mark, 2
        return True


class LesionTool(MeasureTool):
    """A lesion: drag along its longest diameter, then across it for the short axis."""

    kind = LesionAxes

    def __init__(self, measures: Measures) -> None:
        super().__init__(measures)
        self._across: NDArray[np.float64] | None = None

    def press(self, view: ScanView, event: QMouseEvent) -> None:
        """Take, go on, or begin."""
        self._across = None
        super().press(view, event)

    def _go_on(self, view: ScanView, point: QPointF) -> bool:
        mark, mm = self._measures.chosen, _mm(view, point)
        if mark is None or mm is None or not is_unfinished(mark.measure, LesionAxes, 4, view):
            return False
        if not _is_beside(mark.measure, mm):
            return False
        self._measures.remember(mark.examination)
        self._mark, self._across = mark, mm
        return True

    def _drag(self, view: ScanView, mark: Mark, mm: NDArray[np.float64]) -> None:
        if self._across is not None and isinstance(mark.measure, LesionAxes):
            self._measures.change(mark, mark.measure.with_short(self._across, mm), view)
        else:
            super()._drag(view, mark, mm)


def is_unfinished(measure: Measure, kind: type[Measure], points: int, view: ScanView) -> bool:
    """Whether a measure of a kind still lacks points, on the plane that a view shows."""
    sheet = view.sheet
    is_here = sheet is not None and measure.is_on(sheet.cut.plane)
    return type(measure) is kind and len(measure.points) < points and is_here


def handle_at(measures: Measures, view: ScanView, point: QPointF) -> tuple[Mark, int] | None:
    """The mark and its handle under a screen point; the one in hand before all others."""
    projection, best = view.projection, REACH_PX
    found: tuple[Mark, int] | None = None
    if projection is None:
        return None
    for mark in measures.on(view):
        for at, end in enumerate(handles_of(mark.measure, projection)):
            apart = hypot(end.x() - point.x(), end.y() - point.y())
            if apart < best:
                found, best = (mark, at), apart
    return found


def mark_at(measures: Measures, view: ScanView, point: QPointF) -> Mark | None:
    """The mark whose line is under a screen point."""
    projection = view.projection
    if projection is None:
        return None
    for mark in measures.on(view):
        for line in lines_of(mark.measure, projection):
            if any(_apart(point, one, other) < REACH_PX for one, other in pairwise(line)):
                return mark
    return None


def _apart(point: QPointF, one: QPointF, other: QPointF) -> float:
    """Distance of a point from a piece of a line, px."""
    along, to = other - one, point - one
    square = along.x() ** 2 + along.y() ** 2
    share = (to.x() * along.x() + to.y() * along.y()) / square if square else 0.0
    foot = one + along * min(max(share, 0.0), 1.0)
    return hypot(point.x() - foot.x(), point.y() - foot.y())


def _is_beside(measure: Measure, mm: NDArray[np.float64]) -> bool:
    """Whether a point is as near to a lesion as its short axis can begin."""
    one, other = (np.asarray(point) for point in measure.points[:2])
    reach = float(np.linalg.norm(other - one))
    return float(np.linalg.norm(mm - (one + other) / 2)) <= reach


def _mm(view: ScanView, point: QPointF) -> NDArray[np.float64] | None:
    projection = view.projection
    if projection is None or not projection.is_inside(point.x(), point.y()):
        return None
    return projection.to_mm(point.x(), point.y())


def _vector(mm: NDArray[np.float64]) -> Vector:
    return (float(mm[0]), float(mm[1]), float(mm[2]))
