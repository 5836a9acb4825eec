"""A pointer that keys move: whoever has no mouse sets, moves and ends what is measured with it."""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPen

from bedside_dx.ui.scans.corners import SEAM

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QPainter

    from bedside_dx.ui.scans.scan_view import ScanView

FAR = 10
"""Pixels of the image that an arrow goes while Shift is held."""
ARM, GAP = 14.0, 4.0
"""Reach of the cross and what its middle leaves free, logical px."""
WAYS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class KeyPointer:
    """Comes with Enter while a tool that sets points is in hand, goes with Escape.

    Attributes
    ----------
    at
        Where it is on the view; None while it is away.
    is_held
        Whether a point was taken and goes along until the next Enter.
    """

    def __init__(self, view: ScanView) -> None:
        self._view = view
        self.at: QPointF | None = None
        self.is_held = False

    def owns(self, event: QKeyEvent) -> bool:
        """Whether a key is this pointer's now."""
        tool, key = self._view.tool, event.key()
        if tool is None or not tool.takes_points or self._view.sheet is None:
            return False
        if self.at is None:
            return key in ENTERS
        return key in (*WAYS, *ENTERS, Qt.Key.Key_Escape, Qt.Key.Key_N)

    def press_key(self, event: QKeyEvent) -> None:
        """Come, move, take or set a point, go to the next handle, or leave."""
        key = Qt.Key(event.key())
        if self.at is None:
            self._come(QPointF(self._view.width() / 2, self._view.height() / 2))
        elif key in WAYS:
            far = FAR if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            self._go(WAYS[key], far)
        elif key in ENTERS:
            self._take_or_set()
        elif key == Qt.Key.Key_N:
            self._go_to_next_handle()
        else:
            self.leave()

    def leave(self) -> None:
        """Go away; a point that was taken stays where it is."""
        if self.is_held:
            self._take_or_set()
        self.at = None
        self._view.refresh()

    def draw(self, painter: QPainter) -> None:
        """Draw a cross, open in its middle; a ring around it while a point goes along."""
        if self.at is None:
            return
        x, y = self.at.x(), self.at.y()
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(SEAM, 4), QPen(QColor(255, 255, 255), 1.75)):
            painter.setPen(pen)
            for dx, dy in WAYS.values():
                near, far = QPointF(x + dx * GAP, y + dy * GAP), QPointF(x + dx * ARM, y + dy * ARM)
                painter.drawLine(near, far)
            if self.is_held:
                painter.drawEllipse(self.at, ARM / 2, ARM / 2)

    # --- inside --------------------------------------------------------------------------

    def _come(self, at: QPointF) -> None:
        self.at = at
        self._view.refresh()
        self._view.read_value(at)

    def _go(self, way: tuple[int, int], far: int) -> None:
        """Go by pixels of the image, no further than the view's edge."""
        assert self.at is not None
        width, height = self._pixel()
        x = min(max(self.at.x() + way[0] * far * width, 0.0), self._view.width() - 1.0)
        y = min(max(self.at.y() + way[1] * far * height, 0.0), self._view.height() - 1.0)
        self._come(QPointF(x, y))
        if self.is_held and self._view.tool is not None:
            self._view.tool.move(self._view, self._event(QEvent.Type.MouseMove))

    def _take_or_set(self) -> None:
        tool = self._view.tool
        if tool is None:
            return
        if self.is_held:
            tool.release(self._view, self._event(QEvent.Type.MouseButtonRelease))
        else:
            tool.press(self._view, self._event(QEvent.Type.MouseButtonPress))
        self.is_held = not self.is_held
        self._view.refresh()

    def _go_to_next_handle(self) -> None:
        handles = self._view.handles()
        if self.at is None or self.is_held or not handles:
            return
        apart = [hypot(one.x() - self.at.x(), one.y() - self.at.y()) for one in handles]
        nearest = int(np.argmin(apart))
        is_there = apart[nearest] < 1.0
        self._come(handles[(nearest + 1) % len(handles) if is_there else nearest])

    def _pixel(self) -> tuple[float, float]:
        """Width and height of the image's pixels on the screen as it is turned, logical px."""
        projection = self._view.projection
        if projection is None:
            return 1.0, 1.0
        ends = np.array([(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)])
        origin, *others = projection.pixel_to_screen(ends)
        width, height = np.abs(np.array(others) - origin).max(axis=0).tolist()
        return max(width, 1.0), max(height, 1.0)

    def _event(self, kind: QEvent.Type) -> QMouseEvent:
        at = self.at or QPointF()
        button = Qt.MouseButton.LeftButton
        over = QPointF(self._view.mapToGlobal(at.toPoint()))
        return QMouseEvent(kind, at, over, button, button, Qt.KeyboardModifier.NoModifier)
