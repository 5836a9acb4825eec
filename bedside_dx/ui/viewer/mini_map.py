"""The whole slide, small, with a frame around what the viewer shows."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from bedside_dx.core.geometry import SizePx
from bedside_dx.ui.viewer.marks import halo
from bedside_dx.ui.viewer.overlay import Raster
from bedside_dx.ui.viewer.view import View

LONGEST = 168
"""Longer side of the map, logical px."""

LEAST_FRAME = 6.0
"""Side below which the frame never shrinks, logical px."""


class MiniMap(QWidget):
    """A map that is clicked or dragged to go somewhere.

    Signals
    -------
    picked
        Point of level 0 to go to.
    """

    picked = Signal(float, float)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._slide = SizePx(1, 1)
        self._picture = QImage()
        self._base: QPixmap | None = None
        self._colored: QPixmap | None = None
        self._heatmap: Raster | None = None
        self._view: View | None = None
        self.frame = QColor("teal")
        self.border = QColor("grey")
        self.paper = QColor("white")
        self.setCursor(Qt.CursorShape.CrossCursor)

    def show_slide(self, size: SizePx) -> None:
        """Take the shape of another slide."""
        self._slide, self._heatmap = size, None
        scale = LONGEST / max(size.width, size.height)
        self.resize(max(24, round(size.width * scale)), max(24, round(size.height * scale)))
        self.set_picture(QImage())

    @property
    def picture_side(self) -> int:
        """Longer side of the picture it needs, screen px."""
        return round(LONGEST * self.devicePixelRatioF())

    def set_picture(self, picture: QImage) -> None:
        """Show this overview."""
        self._picture, self._base, self._colored = picture, None, None
        self.update()

    def set_heatmap(self, heatmap: Raster | None) -> None:
        """Show this raster over the overview."""
        self._heatmap, self._colored = heatmap, None
        self.update()

    def follow(self, view: View) -> None:
        """Frame what this view shows."""
        self._view = view
        self.update()

    @property
    def is_needed(self) -> bool:
        """Whether part of the slide is out of view: else the map would only cover it."""
        if (view := self._view) is None:
            return False
        seen = QRectF(view.left, view.top, view.width / view.scale, view.height / view.scale)
        slack = 1 / view.scale
        return not seen.adjusted(-slack, -slack, slack, slack).contains(
            QRectF(0, 0, self._slide.width, self._slide.height)
        )

    def sizeHint(self) -> QSize:
        return self.size()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if self._base is None:
            self._base = self._draw_base()
        if self._colored is None:
            self._colored = self._draw_colored(self._base)
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._colored)
        painter.setPen(QPen(self.border, 1))
        painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        if self._view is not None:
            self._draw_frame(painter, self._view)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pick(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._pick(event.position())

    def _draw_base(self) -> QPixmap:
        """The slide: drawn once, as it changes far less often than what lies over it."""
        base = QPixmap(self.size() * self.devicePixelRatioF())
        base.setDevicePixelRatio(self.devicePixelRatioF())
        base.fill(self.paper)
        painter = QPainter(base)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self.rect(), self._picture)
        painter.end()
        return base

    def _draw_colored(self, base: QPixmap) -> QPixmap:
        """The slide under its heatmap, which changes less often than the frame over both."""
        if self._heatmap is None:
            return base
        colored = QPixmap(base)
        painter = QPainter(colored)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self._place(self._heatmap), self._heatmap.image)
        painter.end()
        return colored

    def _pick(self, point: QPointF) -> None:
        self.picked.emit(point.x() / self._scale, point.y() / self._scale)

    @property
    def _scale(self) -> float:
        return self.width() / self._slide.width

    def _place(self, raster: Raster) -> QRectF:
        x, y = raster.corner
        step = raster.grid.step * self._scale
        return QRectF(
            x * self._scale, y * self._scale, raster.grid.columns * step, raster.grid.rows * step
        )

    def _draw_frame(self, painter: QPainter, view: View) -> None:
        left, top = view.left * self._scale, view.top * self._scale
        width = max(view.width / view.scale * self._scale, LEAST_FRAME)
        height = max(view.height / view.scale * self._scale, LEAST_FRAME)
        middle = QPointF(view.x * self._scale, view.y * self._scale)
        frame = QRectF(left, top, width, height)
        frame.moveCenter(middle)
        whole = QRectF(self.rect())
        if frame.contains(whole):
            return
        frame &= whole.adjusted(1, 1, -1, -1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for color, pen_width in ((halo(self.frame), 3.5), (self.frame, 1.75)):
            painter.setPen(QPen(color, pen_width))
            painter.drawRect(frame)
