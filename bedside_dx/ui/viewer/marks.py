"""Frames on the slide: numbered key regions and the selected patch."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from bedside_dx.core.geometry import RegionPx
from bedside_dx.ui.viewer.view import View

LEAST_FRAME = 26.0
"""Side below which a frame never shrinks, so that it can be found; logical px."""

BADGE = 20.0
"""Side of the plate that a number stands on, logical px."""


def halo(color: QColor) -> QColor:
    """What a line of a colour is set off with, so that it shows on glass and on tissue."""
    is_light = color.lightnessF() > 0.45
    return QColor(0, 0, 0, 200) if is_light else QColor(255, 255, 255, 230)


class Marks:
    """Frames that are drawn over everything else."""

    def __init__(self) -> None:
        self.key_regions: list[RegionPx] = []
        self.selected: RegionPx | None = None
        self.accent = QColor("teal")
        self.on_accent = QColor("white")

    def clear(self) -> None:
        """Draw nothing any more."""
        self.key_regions, self.selected = [], None

    def draw(self, painter: QPainter, view: View, ratio: float) -> None:
        """Draw those that a view shows."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for number, region in enumerate(self.key_regions, start=1):
            frame = _frame(region, view, LEAST_FRAME * ratio)
            if _is_seen(frame, view, BADGE * ratio):
                self._outline(painter, frame, ratio)
                self._number(painter, frame, number, ratio)
        if self.selected is not None:
            self._draw_selected(painter, _frame(self.selected, view, 8.0 * ratio), ratio)
        painter.restore()

    def _outline(self, painter: QPainter, frame: QRectF, ratio: float) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in ((halo(self.accent), 4.0), (self.accent, 2.0)):
            pen = QPen(color, width * ratio)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.drawRect(frame)

    def _number(self, painter: QPainter, frame: QRectF, number: int, ratio: float) -> None:
        plate = QRectF(0, 0, BADGE * ratio, BADGE * ratio)
        plate.moveBottomLeft(frame.topLeft() + QPointF(-ratio, ratio))
        painter.setPen(QPen(halo(self.accent), ratio))
        painter.setBrush(self.accent)
        painter.drawRoundedRect(plate, 3 * ratio, 3 * ratio)
        font = QFont(painter.font())
        font.setPixelSize(round(12 * ratio))
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(self.on_accent)
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, str(number))

    def _draw_selected(self, painter: QPainter, frame: QRectF, ratio: float) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, width in ((QColor(0, 0, 0, 190), 4.5), (QColor(255, 255, 255), 2.0)):
            pen = QPen(color, width * ratio)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
            painter.setPen(pen)
            painter.drawRect(frame)


def _frame(region: RegionPx, view: View, least: float) -> QRectF:
    origin_x, origin_y = view.origin
    width, height = region.width * view.scale, region.height * view.scale
    frame = QRectF(
        region.x * view.scale - origin_x,
        region.y * view.scale - origin_y,
        max(width, least),
        max(height, least),
    )
    middle = QPointF(width / 2, height / 2) + QPointF(
        region.x * view.scale - origin_x, region.y * view.scale - origin_y
    )
    frame.moveCenter(middle)
    return frame


def _is_seen(frame: QRectF, view: View, margin: float) -> bool:
    wide = frame.adjusted(-margin, -margin, margin, margin)
    return wide.intersects(QRectF(0, 0, view.width, view.height))
