"""What the left button does on a scan: small objects, one at a time in a view's hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QPointF, Qt

from bedside_dx.core.scan import Curve, Window

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent

    from bedside_dx.ui.scans.scan_view import ScanView

ZOOM_PER_PX = 1.008
SCROLL_PX = 6
"""Way of the hand for one slice, logical px."""
WINDOW_SHARE = 1 / 400
"""Share of the window's width that a move of one px changes."""


class Tool(Protocol):
    """Takes the presses, moves and releases of one button.

    Attributes
    ----------
    cursor
        Shape of the pointer over the view.
    takes_points
        Whether it is used at places: keys then bring a pointer of their own.
    """

    @property
    def cursor(self) -> Qt.CursorShape: ...

    @property
    def takes_points(self) -> bool: ...

    def press(self, view: ScanView, event: QMouseEvent) -> None:
        """The button went down."""
        ...

    def move(self, view: ScanView, event: QMouseEvent) -> None:
        """The pointer moved with the button down."""
        ...

    def release(self, view: ScanView, event: QMouseEvent) -> None:
        """The button went up."""
        ...


class DragTool:
    """Base of tools that follow the way of the hand."""

    cursor = Qt.CursorShape.ArrowCursor
    takes_points = False

    def __init__(self) -> None:
        self._last = QPointF()

    def press(self, view: ScanView, event: QMouseEvent) -> None:
        """Remember where it began."""
        del view
        self._last = event.position()

    def move(self, view: ScanView, event: QMouseEvent) -> None:
        """Tell by how much the hand went on."""
        way = event.position() - self._last
        self._last = event.position()
        self.dragged(view, way)

    def release(self, view: ScanView, event: QMouseEvent) -> None:
        """Nothing is left to be done."""
        del view, event

    def dragged(self, view: ScanView, way: QPointF) -> None:
        """The hand went on by logical px."""
        raise NotImplementedError


class WindowTool(DragTool):
    """Across makes the window of values wider, down makes it darker."""

    cursor = Qt.CursorShape.SizeAllCursor

    def dragged(self, view: ScanView, way: QPointF) -> None:
        """Change the window by shares of its own width, so that all modalities feel the same."""
        had = view.window_of_values
        step = max(had.width, 1e-3) * WINDOW_SHARE
        least = 1.0 if had.width >= 1 and had.curve is Curve.LINEAR else 1e-4
        width = max(had.width + way.x() * step, least)
        view.use_window(Window(had.centre + way.y() * step, width, curve=had.curve))


class PanTool(DragTool):
    """Moves the plane with the hand."""

    cursor = Qt.CursorShape.OpenHandCursor

    def dragged(self, view: ScanView, way: QPointF) -> None:
        """Move it by as much."""
        pose = view.pose
        view.use_pose(replace(pose, pan_x=pose.pan_x + way.x(), pan_y=pose.pan_y + way.y()))


class ZoomTool(DragTool):
    """Up comes closer, down goes away."""

    cursor = Qt.CursorShape.SizeVerCursor

    def __init__(self) -> None:
        super().__init__()
        self._anchor = QPointF()

    def press(self, view: ScanView, event: QMouseEvent) -> None:
        """Keep the point under the hand where it is."""
        super().press(view, event)
        self._anchor = event.position()

    def dragged(self, view: ScanView, way: QPointF) -> None:
        """Zoom around where it began."""
        view.zoom_at(ZOOM_PER_PX ** -way.y(), self._anchor)


class ScrollTool(DragTool):
    """Up and down through the slices."""

    cursor = Qt.CursorShape.SplitVCursor

    def __init__(self) -> None:
        super().__init__()
        self._rest = 0.0

    def press(self, view: ScanView, event: QMouseEvent) -> None:
        """Begin at the slice that is shown."""
        super().press(view, event)
        self._rest = 0.0

    def dragged(self, view: ScanView, way: QPointF) -> None:
        """One slice every few px."""
        self._rest += way.y() / SCROLL_PX
        steps = int(self._rest)
        self._rest -= steps
        if steps:
            view.sheets.scroll(steps)


class CrossHairTool:
    """Puts the place that all linked views look at under the pointer."""

    cursor = Qt.CursorShape.CrossCursor
    takes_points = True

    def press(self, view: ScanView, event: QMouseEvent) -> None:
        """Go there."""
        self.move(view, event)

    def move(self, view: ScanView, event: QMouseEvent) -> None:
        """Take it along."""
        projection = view.projection
        if projection is not None and projection.is_placed:
            point = event.position()
            view.sheets.place.point_at(projection.to_mm(point.x(), point.y()))

    def release(self, view: ScanView, event: QMouseEvent) -> None:
        """It stays where it is."""
        del view, event
