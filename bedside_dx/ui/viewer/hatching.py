"""The pattern that stands for "not known": diagonal lines, never a colour."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen

from bedside_dx.ui.viewer.view import View

PERIOD = 9
"""Distance at which the pattern repeats, logical px."""


@cache
def hatch_brush(ink: str, pixel_ratio: float) -> QBrush:
    """Diagonal lines in ink (``#rrggbb``) with a light companion: they show on any tissue."""
    side = round(PERIOD * pixel_ratio)
    tile = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    light = QColor(255, 255, 255, 150)
    dark = QColor(ink)
    dark.setAlpha(170)
    for color, shift in ((light, 1.1 * pixel_ratio), (dark, 0.0)):
        painter.setPen(QPen(color, 1.0 * pixel_ratio))
        for lap in (-side, 0, side):
            start = QPointF(lap + shift - 1, side + 1)
            painter.drawLine(start, QPointF(lap + shift + side + 1, -1))
    painter.end()
    return QBrush(tile)


def hatch(painter: QPainter, rect: QRect, view: View, brush: QBrush) -> None:
    """Fill a rectangle of the screen; the lines stay with the slide while it moves."""
    painter.save()
    painter.setBrushOrigin(*_pattern_origin(view, brush))
    painter.fillRect(rect, brush)
    painter.restore()


def hatch_mask(
    painter: QPainter,
    rect: QRect,
    mask: QImage,
    blocks: Iterable[tuple[QRect, QRect]],
    brush: QBrush,
    view: View,
) -> None:
    """Hatch a rectangle of the screen where a raster is opaque.

    Parameters
    ----------
    mask
        One pixel a cell, premultiplied.
    blocks
        Places on the screen and the parts of `mask` that lie there.
    """
    layer = QImage(rect.size(), QImage.Format.Format_ARGB32_Premultiplied)
    layer.fill(Qt.GlobalColor.transparent)
    inner = QPainter(layer)
    inner.translate(-rect.topLeft())
    for place, part in blocks:
        inner.drawImage(place, mask, part)
    inner.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    inner.setBrushOrigin(*_pattern_origin(view, brush))
    inner.fillRect(rect, brush)
    inner.end()
    painter.drawImage(rect.topLeft(), layer)


def _pattern_origin(view: View, brush: QBrush) -> tuple[int, int]:
    side = brush.textureImage().width()
    return -view.origin[0] % side, -view.origin[1] % side
