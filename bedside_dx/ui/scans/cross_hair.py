"""Where the other views cut: two lines through the place that all of them look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPen

if TYPE_CHECKING:
    from PySide6.QtGui import QColor

    from bedside_dx.ui.scans.scan_view import ScanView

GAP = 14
"""Room around the place itself, so that what is looked at stays free, logical px."""


class CrossHair:
    """A layer that draws the common place; each view's lines are the other views' planes."""

    def __init__(self, color: QColor) -> None:
        self.color = color

    def draw(self, painter: QPainter, view: ScanView) -> None:
        """Draw over a plane that says how it lies."""
        projection, mm = view.projection, view.sheets.place.mm
        if projection is None or mm is None or not projection.is_placed:
            return
        x, y = projection.to_screen(mm)[0].tolist()
        pen = QPen(self.color, 1.0)
        painter.setPen(pen)
        width, height = float(view.width()), float(view.height())
        for start, end in (
            ((0.0, y), (x - GAP, y)),
            ((x + GAP, y), (width, y)),
            ((x, 0.0), (x, y - GAP)),
            ((x, y + GAP), (x, height)),
        ):
            painter.drawLine(QPointF(*start), QPointF(*end))
