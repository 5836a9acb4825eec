"""The patterns that stand for "not known" and "left out": lines and dots, never a colour."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import numpy as np
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen

from bedside_dx.core.pattern_drawing import drawn
from bedside_dx.core.patterns import Pattern
from bedside_dx.ui.viewer.view import View

PERIOD, PATTERN_PERIOD = 9, 12
"""Distances at which hatching and patterns repeat, logical px."""


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


@cache
def pattern_brush(pattern: Pattern, ink: str, pixel_ratio: float) -> QBrush:
    """Lines of a pattern in ink (``#rrggbb``) with a light companion: they show on any tissue."""
    side = round(PATTERN_PERIOD * pixel_ratio)
    lines = drawn(pattern, side, side, side)
    halo = np.roll(lines, round(pixel_ratio), (0, 1)) * (150 / 255)
    alpha = np.maximum(lines * (200 / 255), halo)
    dark = np.array([int(ink[i : i + 2], 16) for i in (1, 3, 5)], np.float32)
    part = (lines / np.maximum(lines + halo * (1 - lines), 1e-3))[..., None]
    color = dark * part + 255 * (1 - part)
    rgba = np.rint(np.dstack([color, alpha * 255])).astype(np.uint8)
    image = QImage(rgba.tobytes(), side, side, 4 * side, QImage.Format.Format_RGBA8888)
    return QBrush(image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied))


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
    inner.setClipRegion(painter.clipRegion())
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
