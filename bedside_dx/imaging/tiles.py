"""Tiles for the viewer: levels in powers of two over any slide, kept within a budget of bytes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from bedside_dx.core.geometry import RegionPx, SizePx
from bedside_dx.imaging.kept import KeptPixels

if TYPE_CHECKING:
    from bedside_dx.core.ports import PixelSource
    from bedside_dx.core.results import Image


class TileKey(NamedTuple):
    """Place of a tile.

    Attributes
    ----------
    level
        Its pixels are ``2 ** level`` px of level 0 wide.
    column, row
        Counted from the top left corner of the slide.
    """

    level: int
    column: int
    row: int


class TileCache:
    """Tiles of one slide, the most recently used kept. Safe in any thread.

    Parameters
    ----------
    budget_bytes
        Of the pixels that are kept.
    side
        px of a tile; tiles at the right and bottom edge are cut to the slide.
    """

    def __init__(self, slide: PixelSource, budget_bytes: int, *, side: int = 256) -> None:
        self._slide = slide
        self.side = side
        self._kept: KeptPixels[TileKey] = KeptPixels(budget_bytes)

    @property
    def levels(self) -> int:
        """Number of levels; on the last one the slide is a single tile."""
        longest = max(self._slide.size.width, self._slide.size.height)
        return 1 + max(0, math.ceil(math.log2(longest / self.side)))

    @property
    def bytes_kept(self) -> int:
        """Bytes of pixels that are kept now; never more than the budget."""
        return self._kept.bytes_kept

    def grid(self, level: int) -> tuple[int, int]:
        """Columns and rows of tiles on a level."""
        span = self.side << level
        size = self._slide.size
        return math.ceil(size.width / span), math.ceil(size.height / span)

    def region(self, key: TileKey) -> RegionPx:
        """What a tile covers, in px of level 0; it may reach past the edge by less than a pixel."""
        span, scale = self.side << key.level, 1 << key.level
        x, y = key.column * span, key.row * span
        width = math.ceil(min(span, self._slide.size.width - x) / scale) * scale
        height = math.ceil(min(span, self._slide.size.height - y) / scale) * scale
        return RegionPx(x, y, width, height)

    def peek(self, key: TileKey) -> Image | None:
        """A tile if it is kept, at once."""
        return self._kept.peek(key)

    def get(self, key: TileKey) -> Image:
        """A tile, read if need be; a thread that asks for one being read waits for it.

        Raises
        ------
        SlideError
            It can't be decoded. Nothing is kept: the next call tries again.
        """
        return self._kept.get(key, lambda: self._read(key))

    def clear(self) -> None:
        """Forget all tiles."""
        self._kept.clear()

    def _read(self, key: TileKey) -> Image:
        region = self.region(key)
        size = SizePx(region.width >> key.level, region.height >> key.level)
        return self._slide.read(region, size)
