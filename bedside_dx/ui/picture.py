"""A small picture of a place on the slide, sharp on any screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from bedside_dx.ui.status_shape import draw_status

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from bedside_dx.core.results import Image
    from bedside_dx.core.verdict import Status
    from bedside_dx.ui.look import Look


def as_qimage(pixels: Image) -> QImage:
    """Copy (height, width, 3) uint8 pixels into a QImage of their own."""
    height, width = pixels.shape[:2]
    packed = pixels.tobytes()
    return QImage(packed, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def draw_picture(painter: QPainter, area: QRectF, image: QImage, radius: float) -> None:
    """Fill an area with a picture, cropped to its shape, with round corners."""
    ratio = min(image.width() / area.width(), image.height() / area.height())
    crop = QRectF(0, 0, area.width() * ratio, area.height() * ratio)
    crop.moveCenter(QRectF(image.rect()).center())
    path = QPainterPath()
    path.addRoundedRect(area, radius, radius)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setClipPath(path)
    painter.drawImage(area, image, crop)
    painter.restore()


class Picture(QWidget):
    """A square picture; a quiet well while it is read, hatched where it can't be."""

    def __init__(self, look: Look, side: int) -> None:
        super().__init__()
        self._look = look
        self._side = side
        self._image: QImage | None = None
        self._unreadable = False
        self._status: Status | None = None
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def set_side(self, side: int) -> None:
        """Change the side of the square, px."""
        self._side = side
        self.updateGeometry()

    def show_pixels(self, pixels: Image | None, *, unreadable: bool = False) -> None:
        """Show (height, width, 3) uint8 pixels, or the empty well."""
        self._image = None if pixels is None else as_qimage(pixels)
        self._unreadable = unreadable
        self.update()

    def show_status(self, status: Status) -> None:
        """Show the shape of a status where there is no place to picture."""
        self._status = status
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        if self._image is not None:
            draw_picture(painter, area, self._image, 6)
        painter.setPen(QPen(self._look.color("hairline"), 1))
        painter.setBrush(self._well())
        painter.drawRoundedRect(area, 6, 6)
        if self._image is None and self._status is not None and not self._unreadable:
            side = self._side / 3
            mark = QRectF(0, 0, side, side)
            mark.moveCenter(area.center())
            draw_status(painter, mark, self._status, self._look.color("faint"))
        painter.end()

    def _well(self) -> QBrush:
        if self._image is not None:
            return QBrush(Qt.BrushStyle.NoBrush)
        if self._unreadable:
            return QBrush(QColor(self._look.palette.outline), Qt.BrushStyle.BDiagPattern)
        return QBrush(self._look.color("sunken"))
