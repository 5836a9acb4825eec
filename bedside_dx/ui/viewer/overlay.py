"""What a model saw, laid over the tissue: heatmap, contour lines and patterns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor, log2

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from bedside_dx.core.geometry import PatchGrid, SizePx
from bedside_dx.core.patterns import Pattern
from bedside_dx.ui.viewer.contours import Polyline
from bedside_dx.ui.viewer.hatching import hatch_mask, pattern_brush
from bedside_dx.ui.viewer.view import View

FADES, FADED = (48.0, 240.0), 0.45
"""Sides of a cell, logical px, between which colours give way to the tissue, and what is
left of them: close up, it is the cells that one wants to see."""

BLOCK_PX = 512
"""Largest side of a block of cells that is drawn at once, screen px."""

CRISP_FROM = 48.0
"""Side of a cell from which cells are shown as the squares they are, logical px."""

PIECE = 24
"""Steps that a contour is drawn in at a time: what is not seen costs nothing."""

INK = "#141c24"
"""Of lines over tissue. Glass is white in every theme, so it is dark in every theme."""


@dataclass(frozen=True)
class Raster:
    """One pixel for each cell of a grid.

    Attributes
    ----------
    image
        Premultiplied.
    colors
        (rows, columns) uint32, straight colour and alpha of each cell: to tell what changed.
    """

    image: QImage
    grid: PatchGrid
    colors: NDArray[np.uint32]

    @property
    def corner(self) -> tuple[float, float]:
        """Top left corner of cell (0, 0) as it is drawn, px of level 0."""
        margin = (self.grid.side - self.grid.step) / 2
        return self.grid.x0 + margin, self.grid.y0 + margin

    def part_in(self, view: View, rect: QRect) -> QRect:
        """Cells that a rectangle of the screen shows, with one more on each side."""
        x, y = self.corner
        left, top = view.to_slide(rect.left(), rect.top())
        right, bottom = view.to_slide(rect.right() + 1, rect.bottom() + 1)
        step = self.grid.step
        c0, r0 = floor((left - x) / step) - 1, floor((top - y) / step) - 1
        c1, r1 = ceil((right - x) / step) + 1, ceil((bottom - y) / step) + 1
        return QRect(c0, r0, c1 - c0, r1 - r0) & self.image.rect()

    def place(self, part: QRect, view: View) -> QRectF:
        """Where cells lie on the screen."""
        x, y = self.corner
        step, scale = self.grid.step, view.scale
        origin_x, origin_y = view.origin
        left = (x + part.left() * step) * scale - origin_x
        top = (y + part.top() * step) * scale - origin_y
        return QRectF(left, top, part.width() * step * scale, part.height() * step * scale)

    def blocks_in(self, view: View, rect: QRect) -> Iterator[tuple[QRect, QRect]]:
        """Cells that a rectangle shows as squares, block by block: place on the screen, part.

        Blocks begin at the same cells however the view is moved, and their places are whole
        pixels, so that what is drawn piece by piece while panning fits together.
        """
        part = self.part_in(view, rect)
        cells = 2 ** max(0, floor(log2(BLOCK_PX / (self.grid.step * view.scale))))
        x, y = self.corner
        origin_x, origin_y = view.origin
        width, height = self.image.width(), self.image.height()

        def edge(start: float, cell: int, origin: int) -> int:
            return round((start + cell * self.grid.step) * view.scale - origin)

        def spans(
            first: int, last: int, end: int, start: float, origin: int, seen: range
        ) -> list[tuple[int, int, int, int]]:
            """Cells from and to, and the pixels from and to, of the blocks along one side."""
            ends = [(at, min(at + cells, end)) for at in range(first // cells * cells, last, cells)]
            placed = [(a, b, edge(start, a, origin), edge(start, b, origin)) for a, b in ends]
            return [one for one in placed if one[3] > seen.start and one[2] < seen.stop]

        down = range(rect.top(), rect.bottom() + 1)
        across = range(rect.left(), rect.right() + 1)
        columns = spans(part.left(), part.right() + 1, width, x, origin_x, across)
        for r0, r1, top, bottom in spans(part.top(), part.bottom() + 1, height, y, origin_y, down):
            for c0, c1, left, right in columns:
                place = QRect(left, top, right - left, bottom - top)
                yield place, QRect(c0, r0, c1 - c0, r1 - r0)


def raster_of(rgba: NDArray[np.uint8], grid: PatchGrid) -> Raster:
    """Make a raster of colours, (rows, columns, 4) uint8 with straight alpha."""
    pixels = np.ascontiguousarray(rgba)
    rows, columns, _ = pixels.shape
    image = QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGBA8888)
    drawn = image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    return Raster(drawn, grid, pixels.view(np.uint32)[..., 0])


def raster_of_mask(mask: NDArray[np.bool_], grid: PatchGrid) -> Raster:
    """Make a raster that is opaque where a mask, (rows, columns) bool, is true."""
    return raster_of(np.repeat(np.where(mask, 255, 0).astype(np.uint8)[..., None], 4, -1), grid)


class Overlay:
    """All that lies over the tissue and moves with it."""

    def __init__(self) -> None:
        self.heatmap: Raster | None = None
        self.patterned: dict[Pattern, Raster] = {}
        self.pixel_ratio = 1.0
        self.slide = SizePx(0, 0)
        self._contours: list[QPolygonF] = []

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return self.heatmap is None and not self.patterned and not self._contours

    @property
    def has_contours(self) -> bool:
        """Whether lines are drawn."""
        return bool(self._contours)

    def clear(self) -> None:
        """Draw nothing any more."""
        self.heatmap = None
        self.patterned = {}
        self._contours = []

    def set_contours(self, lines: list[Polyline]) -> None:
        """Draw these lines instead of those before."""
        self._contours = [
            QPolygonF([QPointF(x, y) for x, y in line[start : start + PIECE + 1]])
            for line in lines
            for start in range(0, len(line) - 1, PIECE)
        ]

    def draw(self, painter: QPainter, view: View, rect: QRect) -> None:
        """Draw what lies in a rectangle of the screen, as far as the slide reaches."""
        seen = rect & QRect(*view.place(0, 0, self.slide.width, self.slide.height))
        if seen.isEmpty():
            return
        painter.setClipRect(seen, Qt.ClipOperation.IntersectClip)
        if self.heatmap is not None:
            self._draw_heatmap(painter, self.heatmap, view, seen)
        for pattern, raster in self.patterned.items():
            self._draw_pattern(painter, pattern, raster, view, seen)
        if self._contours:
            self._draw_contours(painter, view, rect)

    def _draw_heatmap(self, painter: QPainter, raster: Raster, view: View, rect: QRect) -> None:
        side = raster.grid.step * view.scale / self.pixel_ratio
        painter.save()
        painter.setOpacity(_opacity(side))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, side < CRISP_FROM)
        if side < CRISP_FROM:
            part = raster.part_in(view, rect)
            painter.drawImage(raster.place(part, view), raster.image, QRectF(part))
        else:
            for place, block in raster.blocks_in(view, rect):
                painter.drawImage(place, raster.image, block)
        painter.restore()

    def _draw_pattern(
        self, painter: QPainter, pattern: Pattern, raster: Raster, view: View, rect: QRect
    ) -> None:
        brush = pattern_brush(pattern, INK, self.pixel_ratio)
        hatch_mask(painter, rect, raster.image, raster.blocks_in(view, rect), brush, view)

    def _draw_contours(self, painter: QPainter, view: View, rect: QRect) -> None:
        left, top = view.to_slide(rect.left() - 4, rect.top() - 4)
        right, bottom = view.to_slide(rect.right() + 4, rect.bottom() + 4)
        seen = QRectF(left, top, right - left, bottom - top)
        lines = [line for line in self._contours if line.boundingRect().intersects(seen)]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-view.origin[0], -view.origin[1])
        painter.scale(view.scale, view.scale)
        for color, width in ((QColor(255, 255, 255), 3.6), (QColor(INK), 1.8)):
            pen = QPen(color, width * self.pixel_ratio)
            pen.setCosmetic(True)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            for line in lines:
                painter.drawPolyline(line)
        painter.restore()


def _opacity(side: float) -> float:
    low, high = FADES
    share = min(max((side - low) / (high - low), 0.0), 1.0)
    return 1.0 - share * (1.0 - FADED)
