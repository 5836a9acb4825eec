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
SHORT = 56
"""Length of the lines where they point at a place only, logical px."""


class CrossHair:
    """A layer that draws the common place; each view's lines are the other views' planes.

    Attributes
    ----------
    is_short
        Whether it points at the place only: there are no other planes to be drawn.
    """

    def __init__(self, color: QColor) -> None:
        self.color = color
        self.is_short = False

    def draw(self, painter: QPainter, view: ScanView) -> None:
        """Draw over a plane that says how it lies."""
        projection, mm = view.projection, view.sheets.place.mm
        if projection is None or mm is None or not projection.is_placed:
            return
        x, y = projection.to_screen(mm)[0].tolist()
        pen = QPen(self.color, 1.0)
        painter.setPen(pen)
        reach = SHORT + GAP if self.is_short else float(view.width() + view.height())
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            start = QPointF(x + dx * GAP, y + dy * GAP)
            painter.drawLine(start, QPointF(x + dx * reach, y + dy * reach))
