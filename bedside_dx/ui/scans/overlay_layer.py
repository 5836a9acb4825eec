"""Draws segments, contours and maps over any plane of the series that they were drawn on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF, QTransform

from bedside_dx.app.laying import border_of, lines_on, values_on
from bedside_dx.core.heatmap import color_scale
from bedside_dx.core.scan import Kind
from bedside_dx.ui.scans.corners import SEAM

if TYPE_CHECKING:
    from bedside_dx.ui.scans.overlays import Overlays, Shown
    from bedside_dx.ui.scans.projection import Projection
    from bedside_dx.ui.scans.scan_view import ScanView
    from bedside_dx.ui.scans.sheets import Sheet

MOST_KEPT = 24
"""Pictures of overlays that are kept: of three views with some segments each."""
FILL = 0.55
"""Strength inside a segment, as a share of its border's."""
Key = tuple[int, int, tuple[int, int, int]]


class OverlayLayer:
    """A layer for all views."""

    def __init__(self, overlays: Overlays) -> None:
        self._overlays = overlays
        self._pictures: dict[Key, tuple[Sheet, QImage]] = {}

    def draw(self, painter: QPainter, view: ScanView) -> None:
        """Draw what lies over the view's series, where it is shown."""
        projection, sheet, series = view.projection, view.sheet, view.sheets.series
        if projection is None or sheet is None or series is None or not sheet.is_placed:
            return
        for shown in self._overlays.on(series).shown:
            if not shown.is_shown:
                continue
            painter.save()
            painter.setOpacity(shown.opacity)
            if shown.overlay.contours is not None:
                near = max((series.between or 0.0) / 2, 0.5)
                _draw_lines(painter, projection, shown, near)
            else:
                _draw_picture(painter, projection, self._picture(sheet, shown))
            painter.restore()

    def _picture(self, sheet: Sheet, shown: Shown) -> QImage:
        key = (id(sheet), id(shown), shown.color)
        kept = self._pictures.pop(key, None)
        if kept is None or kept[0] is not sheet:
            kept = (sheet, _made(sheet, shown))
        self._pictures[key] = kept
        while len(self._pictures) > MOST_KEPT:
            self._pictures.pop(next(iter(self._pictures)))
        return kept[1]


def _made(sheet: Sheet, shown: Shown) -> QImage:
    """Picture of an overlay on a plane's pixels, premultiplied."""
    overlay, size = shown.overlay, sheet.cut.values.shape[:2]
    assert overlay.volume is not None
    values = values_on(overlay.volume, sheet.cut.plane, size)
    rgba = np.zeros((*size, 4), np.uint8)
    if overlay.kind is Kind.VALUES:
        span = overlay.high - overlay.low
        rgba[..., :3] = color_scale((values - overlay.low) / (span or 1.0))
        rgba[..., 3] = np.where(np.isfinite(values), 255, 0)
    else:
        rgba[..., :3] = shown.color
        inside = np.nan_to_num(values) * FILL
        rgba[..., 3] = np.where(border_of(values), 255, inside).astype(np.uint8)
    image = QImage(rgba.data, size[1], size[0], 4 * size[1], QImage.Format.Format_RGBA8888)
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def _draw_picture(painter: QPainter, projection: Projection, picture: QImage) -> None:
    (a, c, dx), (b, d, dy) = projection.matrix.tolist()
    painter.setTransform(QTransform(a, b, c, d, dx, dy), combine=True)
    painter.drawImage(QPointF(-0.5, -0.5), picture)


def _draw_lines(painter: QPainter, projection: Projection, shown: Shown, near_mm: float) -> None:
    contours = shown.overlay.contours
    assert contours is not None
    painter.setBrush(Qt.BrushStyle.NoBrush)
    lines = [
        QPolygonF([QPointF(x, y) for x, y in projection.to_screen(line).tolist()])
        for line in lines_on(contours, projection.plane, near_mm)
    ]
    for pen in (QPen(SEAM, 3.5), QPen(QColor(*shown.color), 1.75)):
        painter.setPen(pen)
        for line in lines:
            painter.drawPolyline(line)
