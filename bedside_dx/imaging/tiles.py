"""Tiles for the viewer: levels in powers of two over any slide, kept within a budget of bytes."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

from bedside_dx.core.geometry import RegionPx, SizePx
from bedside_dx.imaging.in_flight import InFlight

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
        self._budget = budget_bytes
        self.side = side
        self._lock = threading.Lock()
        self._kept: OrderedDict[TileKey, Image] = OrderedDict()
        self._bytes = 0
        self._in_flight: InFlight[TileKey, Image] = InFlight()

    @property
    def levels(self) -> int:
        """Number of levels; on the last one the slide is a single tile."""
        longest = max(self._slide.size.width, self._slide.size.height)
        return 1 + max(0, math.ceil(math.log2(longest / self.side)))

    @property
    def bytes_kept(self) -> int:
        """Bytes of pixels that are kept now; never more than the budget."""
        return self._bytes

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
        with self._lock:
            tile = self._kept.get(key)
            if tile is not None:
                self._kept.move_to_end(key)
            return tile

    def get(self, key: TileKey) -> Image:
        """A tile, read if need be; a thread that asks for one being read waits for it.

        Raises
        ------
        SlideError
            It can't be decoded. Nothing is kept: the next call tries again.
        """
        tile = self.peek(key)
        return tile if tile is not None else self._in_flight.once(key, lambda: self._read(key))

    def clear(self) -> None:
        """Forget all tiles."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0

    def _read(self, key: TileKey) -> Image:
        """Read a tile unless that was done a moment ago, and keep it."""
        tile = self.peek(key)
        if tile is None:
            region = self.region(key)
            size = SizePx(region.width >> key.level, region.height >> key.level)
            tile = self._slide.read(region, size)
            with self._lock:
                self._keep(key, tile)
        return tile

    def _keep(self, key: TileKey, tile: Image) -> None:
        self._kept[key] = tile
        self._bytes += tile.nbytes
        while self._bytes > self._budget:
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= dropped.nbytes
