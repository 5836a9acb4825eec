"""Draws segments, contours and maps over any plane, and overlay planes over their own image."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF, QTransform

from bedside_dx.app.laying import border_of, crosses, lines_on, values_on
from bedside_dx.core.heatmap import color_scale
from bedside_dx.core.scan import Kind
from bedside_dx.ui.scans.corners import SEAM
from bedside_dx.ui.scans.sheets import STACK

if TYPE_CHECKING:
    from collections.abc import Callable

    from bedside_dx.app.laying import Overlay
    from bedside_dx.core.scan import OverlayPlane
    from bedside_dx.ui.scans.overlays import Overlays, Shown, Style
    from bedside_dx.ui.scans.projection import Projection
    from bedside_dx.ui.scans.scan_view import ScanView
    from bedside_dx.ui.scans.sheets import Sheet

MOST_KEPT = 96
"""Pictures of overlays that are kept: of three views with many segments each."""
FILL = 0.55
"""Strength inside a segment, as a share of its border's."""
CLEAR = np.uint32(0)
"""A pixel through which all is seen."""
Key = tuple[int, int, tuple[int, int, int]]


class OverlayLayer:
    """A layer for all views."""

    def __init__(self, overlays: Overlays) -> None:
        self._overlays = overlays
        self._pictures: dict[Key, tuple[Sheet, QImage]] = {}

    def draw(self, painter: QPainter, view: ScanView) -> None:
        """Draw what lies over the view's series, where it is shown."""
        projection, sheet, series = view.projection, view.sheet, view.sheets.series
        if projection is None or sheet is None or series is None:
            return
        for shown in self._overlays.on(series).shown:
            if not shown.style.is_shown:
                continue
            painter.save()
            painter.setOpacity(shown.style.opacity)
            if shown.style.group is not None:
                if picture := self._picture_of_plane(view, sheet, shown.style):
                    _draw_picture(painter, projection, picture)
            elif not sheet.is_placed or shown.overlay is None or _is_elsewhere(sheet, shown):
                pass
            elif shown.overlay.contours is not None:
                near = max((series.between or 0.0) / 2, 0.5)
                _draw_lines(painter, projection, shown, near)
            else:
                picture = self._kept(sheet, shown.style, lambda s=shown: _made(sheet, s))
                _draw_picture(painter, projection, picture)
            painter.restore()

    def _picture_of_plane(self, view: ScanView, sheet: Sheet, style: Style) -> QImage | None:
        """The drawing that the very slice shown brings along; a slab and a cut have none."""
        stack = view.sheets.stack
        if stack is None or sheet.name != STACK or view.sheets.thick_mm:
            return None
        planes = [p for p in stack.overlay_planes(sheet.number) if p.group == style.group]
        if not planes:
            return None
        return self._kept(sheet, style, lambda: picture_of_plane(planes[0], style.color))

    def _kept(self, sheet: Sheet, style: Style, made: Callable[[], QImage]) -> QImage:
        key = (id(sheet), id(style), style.color)
        kept = self._pictures.pop(key, None)
        if kept is None or kept[0] is not sheet:
            kept = (sheet, made())
        self._pictures[key] = kept
        while len(self._pictures) > MOST_KEPT:
            self._pictures.pop(next(iter(self._pictures)))
        return kept[1]


def _is_elsewhere(sheet: Sheet, shown: Shown) -> bool:
    """Whether nothing of an overlay lies on a plane: of a hundred segments most do not."""
    volume = shown.overlay.volume if shown.overlay is not None else None
    return volume is not None and not crosses(volume, sheet.cut.plane)


def picture_of_plane(plane: OverlayPlane, color: tuple[int, int, int]) -> QImage:
    """An overlay plane on its image's pixels, each drawn pixel in one colour."""
    return _image(np.where(plane.drawn, _pixel(color, 255), CLEAR))


def _made(sheet: Sheet, shown: Shown) -> QImage:
    """Picture of an overlay on a plane's pixels."""
    size = sheet.cut.values.shape[:2]
    overlay: Overlay | None = shown.overlay
    assert overlay is not None
    assert overlay.volume is not None
    values = values_on(overlay.volume, sheet.cut.plane, size)
    if overlay.kind is Kind.VALUES:
        span = overlay.high - overlay.low
        red, green, blue = np.moveaxis(
            color_scale((values - overlay.low) / (span or 1.0)).astype(np.uint32), -1, 0
        )
        pixels = np.uint32(0xFF000000) | (red << 16) | (green << 8) | blue
        return _image(np.where(np.isfinite(values), pixels, CLEAR))
    strengths = [_pixel(shown.style.color, round(at * FILL)) for at in range(256)]
    inside = np.nan_to_num(values).astype(np.uint8)
    pixels = np.array(strengths, np.uint32)[inside]
    return _image(np.where(border_of(values), _pixel(shown.style.color, 255), pixels))


def _pixel(color: tuple[int, int, int], alpha: int) -> np.uint32:
    """A pixel as the screen takes it: its colour multiplied by its opacity."""
    red, green, blue = (round(part * alpha / 255) for part in color)
    return np.uint32(alpha << 24 | red << 16 | green << 8 | blue)


def _image(pixels: NDArray[np.uint32]) -> QImage:
    rows, columns = pixels.shape
    whole = np.ascontiguousarray(pixels, np.uint32)
    form = QImage.Format.Format_ARGB32_Premultiplied
    return QImage(whole.data, columns, rows, 4 * columns, form).copy()


def _draw_picture(painter: QPainter, projection: Projection, picture: QImage) -> None:
    (a, c, dx), (b, d, dy) = projection.matrix.tolist()
    painter.setTransform(QTransform(a, b, c, d, dx, dy), combine=True)
    painter.drawImage(QPointF(-0.5, -0.5), picture)


def _draw_lines(painter: QPainter, projection: Projection, shown: Shown, near_mm: float) -> None:
    assert shown.overlay is not None
    contours = shown.overlay.contours
    assert contours is not None
    painter.setBrush(Qt.BrushStyle.NoBrush)
    lines = [
        QPolygonF([QPointF(x, y) for x, y in projection.to_screen(line).tolist()])
        for line in lines_on(contours, projection.plane, near_mm)
    ]
    for pen in (QPen(SEAM, 3.5), QPen(QColor(*shown.style.color), 1.75)):
        painter.setPen(pen)
        for line in lines:
            painter.drawPolyline(line)
