"""Draws the slide itself: the sharpest tiles there are, and coarser ones until they come."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from bedside_dx.app.reading import TILE_PX, TileKey
from bedside_dx.core.results import Image
from bedside_dx.ui.viewer.hatching import hatch, hatch_brush
from bedside_dx.ui.viewer.tiling import Tiling, ancestors, children, most_seen
from bedside_dx.ui.viewer.view import View

LEAST_BYTES, MOST_BYTES = 32 * 2**20, 128 * 2**20
"""Pictures kept ready for the screen: as many as the window can show at once, within these."""

PICTURE_BYTES = 4 * TILE_PX * TILE_PX
"""Of a whole tile."""


def picture(image: Image) -> QImage:
    """Pixels in the screen's own layout."""
    height, width, _ = image.shape
    wrapped = QImage(image.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    return wrapped.convertToFormat(QImage.Format.Format_RGB32)


class Tissue:
    """Tiles of one slide, ready to be drawn.

    Parameters
    ----------
    peek
        Gives a tile that is already in memory, or None.

    Attributes
    ----------
    bytes_kept
        Of the pictures that are kept now, without those of the coarsest level, which all stay.
    """

    def __init__(self, tiling: Tiling, peek: Callable[[TileKey], Image | None]) -> None:
        self._tiling = tiling
        self._peek = peek
        self._pictures: OrderedDict[TileKey, QImage] = OrderedDict()
        self._pinned: dict[TileKey, QImage] = {}
        self._failed: set[TileKey] = set()
        self._budget = LEAST_BYTES
        self.bytes_kept = 0
        self.paper = self.surroundings = QColor("white")
        self.hatch_ink = "#141c24"
        self.pixel_ratio = 1.0

    def add(self, key: TileKey, image: Image | None) -> None:
        """Take note of a tile that was read; None if it could not be."""
        if image is None:
            self._failed.add(key)
        elif key.level == self._tiling.coarsest:
            self._pinned[key] = picture(image)

    def knows(self, key: TileKey) -> bool:
        """Whether a tile is ready to be drawn, or known to be unreadable."""
        return key in self._failed or self._find(key) is not None

    def make_room_for(self, view: View) -> None:
        """Keep what a window of that size can show at once, within the limits."""
        needed = PICTURE_BYTES * most_seen(view.window)
        self._budget = min(max(needed, LEAST_BYTES), MOST_BYTES)
        self._let_go()

    def place(self, key: TileKey, view: View) -> QRect:
        """Where a tile lies on the screen; neighbours share their edges exactly."""
        return QRect(*view.place(*self._extent(key)))

    def draw(self, painter: QPainter, view: View, rect: QRect) -> None:
        """Draw what lies in a rectangle of the screen."""
        size = self._tiling.size
        glass = QRect(*view.place(0, 0, size.width, size.height))
        if not glass.contains(rect):
            painter.fillRect(rect, self.surroundings)
            painter.fillRect(glass & rect, self.paper)
        level = self._tiling.level_for(view.scale)
        left, top = view.to_slide(rect.left() - 1, rect.top() - 1)
        right, bottom = view.to_slide(rect.right() + 2, rect.bottom() + 2)
        for key in self._tiling.keys_in(level, left, top, right, bottom):
            self._draw_tile(painter, key, view)

    def overview(self, longest: int) -> QImage:
        """The whole slide, small, of the tiles there are."""
        size = self._tiling.size
        scale = longest / max(size.width, size.height)
        width, height = max(1, round(size.width * scale)), max(1, round(size.height * scale))
        view = View(size.width / 2, size.height / 2, scale, width, height)
        image = QImage(QSize(width, height), QImage.Format.Format_RGB32)
        image.fill(self.paper)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for key, tile in self._pinned.items():
            place = self.place(key, view)
            painter.drawImage(place, _shrunk(tile, place.size()))
        painter.end()
        return image

    def _draw_tile(self, painter: QPainter, key: TileKey, view: View) -> None:
        place = self.place(key, view)
        tile = self._find(key)
        if tile is not None:
            painter.drawImage(place, tile)
            return
        painter.fillRect(place, self.paper)
        self._draw_stand_in(painter, key, place)
        for child in children(key):
            finer = self._pictures.get(child)
            if finer is not None:
                painter.drawImage(self.place(child, view), finer)
        if key in self._failed:
            hatch(painter, place, view, hatch_brush(self.hatch_ink, self.pixel_ratio))

    def _draw_stand_in(self, painter: QPainter, key: TileKey, place: QRect) -> None:
        """Stretch the part of a coarser tile that covers a missing one."""
        for ancestor in ancestors(key, self._tiling.coarsest):
            coarse = self._find(ancestor)
            if coarse is not None:
                painter.drawImage(QRectF(place), coarse, self._part_of(ancestor, key))
                return

    def _part_of(self, coarse: TileKey, key: TileKey) -> QRectF:
        """Where a tile lies inside a coarser one, px of the coarser."""
        left, top, right, bottom = self._extent(key)
        coarse_left, coarse_top, _, _ = self._extent(coarse)
        scale = 1 << coarse.level
        return QRectF(
            (left - coarse_left) / scale,
            (top - coarse_top) / scale,
            (right - left) / scale,
            (bottom - top) / scale,
        )

    def _extent(self, key: TileKey) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of a tile, px of level 0; its pixels are never cut."""
        side, scale = TILE_PX << key.level, 1 << key.level
        left, top = key.column * side, key.row * side
        size = self._tiling.size
        right = left + -(-min(side, size.width - left) // scale) * scale
        bottom = top + -(-min(side, size.height - top) // scale) * scale
        return left, top, right, bottom

    def _find(self, key: TileKey) -> QImage | None:
        if key in self._pinned:
            return self._pinned[key]
        if key in self._pictures:
            self._pictures.move_to_end(key)
            return self._pictures[key]
        pixels = self._peek(key)
        return None if pixels is None else self._keep(key, picture(pixels))

    def _keep(self, key: TileKey, tile: QImage) -> QImage:
        self._pictures[key] = tile
        self.bytes_kept += tile.sizeInBytes()
        self._let_go()
        return tile

    def _let_go(self) -> None:
        """Let go of those that were drawn longest ago, until all are within the budget."""
        while self.bytes_kept > self._budget:
            _, oldest = self._pictures.popitem(last=False)
            self.bytes_kept -= oldest.sizeInBytes()


def _shrunk(tile: QImage, size: QSize) -> QImage:
    """Make smaller by the mean of areas: a painter's filter would skip pixels."""
    return tile.scaled(
        size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
