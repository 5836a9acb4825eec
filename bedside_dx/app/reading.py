"""What a viewer asks for: open a slide, tiles in the order they are wanted, small pictures."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from bedside_dx.core.errors import BedsideDxError, trace_of
from bedside_dx.core.geometry import RegionPx, SizePx
from bedside_dx.core.ports import PixelSource
from bedside_dx.core.results import Image
from bedside_dx.imaging.slide import Slide, open_slide
from bedside_dx.imaging.tiles import TileCache, TileKey

__all__ = ["TILE_PX", "Slide", "SlideReader", "TileFeed", "TileKey", "open_slide"]

TILE_PX = 256
"""Side of a tile; at the right and bottom edge of a slide it is shorter."""

TILE_BYTES = 3 * TILE_PX * TILE_PX
"""Of a whole tile."""

BUDGET_BYTES = 192 * 2**20
"""Tiles kept in memory for one slide."""

OVERVIEW_PX = 1024
"""Longest side of the level that is read first and kept."""

THREADS = 2
"""Tiles read at the same time, unless told otherwise."""

OnTile = Callable[[TileKey, Image | None], None]
"""Takes a tile that was read, or None for one that could not be.

Called in a reading thread while the feed is locked: it hands the tile over and returns.
"""

_log = logging.getLogger(__name__)


class TileFeed:
    """Tiles of one slide, the most wanted first. Made by `SlideReader.feed`.

    Attributes
    ----------
    coarsest
        Level whose tiles are read first, before any wish. Level n is 1/2^n of level 0.
    """

    def __init__(
        self,
        slide: PixelSource,
        pool: ThreadPoolExecutor,
        on_tile: OnTile,
        *,
        threads: int,
        budget_bytes: int,
    ) -> None:
        self._cache = TileCache(slide, budget_bytes, side=TILE_PX)
        self._pool = pool
        self._threads = threads
        self._on_tile = on_tile
        self._lock = threading.RLock()
        self._wishes: deque[TileKey] = deque()
        self._reading: set[TileKey] = set()
        self._failed: set[TileKey] = set()
        self._workers = 0
        self._is_closed = False
        self.coarsest = coarsest_level(slide.size)
        self._pinned = deque(keys_of_level(slide.size, self.coarsest))
        self._room = max(1, budget_bytes // TILE_BYTES - len(self._pinned) - threads)
        self.request(())

    @property
    def is_busy(self) -> bool:
        """Whether tiles are being read."""
        return self._workers > 0

    @property
    def is_closed(self) -> bool:
        """Whether no tiles will come any more."""
        return self._is_closed

    @property
    def bytes_kept(self) -> int:
        """Bytes of tiles in memory; never more than the budget."""
        return self._cache.bytes_kept

    def request(self, keys: Sequence[TileKey]) -> None:
        """Wish for these tiles, the first most. Earlier wishes not yet begun are dropped.

        Tiles already in memory are not delivered again: `peek` has them. What would not fit into
        memory beside the more wanted is not read: so no wish drives out another.
        """
        keys = keys[: self._room]
        with self._lock:
            if self._is_closed:
                return
            known = {*self._reading, *self._failed, *self._pinned}
            # The most wanted is looked at last, which makes it the last to be let go of.
            missing = [k for k in reversed(keys) if self.peek(k) is None and k not in known]
            self._wishes = deque(reversed(missing))
            wanted = min(self._threads, len(self._wishes) + len(self._pinned))
            more = max(0, wanted - self._workers)
            self._workers += more
        for _ in range(more):
            self._pool.submit(self._work).add_done_callback(_log_unexpected)

    def peek(self, key: TileKey) -> Image | None:
        """A tile that is in memory, at once."""
        return self._cache.peek(key)

    def close(self) -> None:
        """Drop all wishes. No tile is delivered afterwards, not even one being read now."""
        with self._lock:
            self._is_closed = True
            self._wishes.clear()
            self._pinned.clear()

    def _work(self) -> None:
        """Read one tile after the other until nothing is wished for."""
        try:
            while (key := self._next()) is not None:
                self._read(key)
        except BaseException:
            with self._lock:
                self._workers -= 1
            raise

    def _next(self) -> TileKey | None:
        """Most wanted tile; with None the worker counts as gone, so that a wish starts another."""
        with self._lock:
            queue = self._pinned or self._wishes
            if not queue:
                self._workers -= 1
                return None
            key = queue.popleft()
            self._reading.add(key)
            return key

    def _read(self, key: TileKey) -> None:
        image: Image | None = None
        try:
            image = self._cache.get(key)
        except BedsideDxError as error:
            _log.warning("tile %s: %s", key, error.code)
        with self._lock:
            self._reading.discard(key)
            if image is None:
                self._failed.add(key)
            # While locked, so that whoever has closed the feed hears no more of it.
            if not self._is_closed:
                self._on_tile(key, image)


class SlideReader:
    """Opens slides and reads from them in threads of its own.

    Parameters
    ----------
    budget_bytes
        Memory for the tiles of one slide.
    threads
        Tiles that are read at the same time.
    icc
        Convert from the slide's colour profile to sRGB, where it has one.
    """

    def __init__(
        self, *, budget_bytes: int = BUDGET_BYTES, threads: int = THREADS, icc: bool = False
    ) -> None:
        self._budget_bytes = budget_bytes
        self._threads = threads
        self._icc = icc
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="tiles")
        self._feeds: list[TileFeed] = []

    def open(self, path: Path, spacing: float | None = None) -> Slide:
        """Open a slide; the caller closes it.

        Parameters
        ----------
        spacing
            µm per pixel of level 0, where the file states none that can be true.

        Raises
        ------
        SlideError
        """
        return open_slide(path, spacing=spacing, icc=self._icc)

    def feed(self, slide: PixelSource, on_tile: OnTile) -> TileFeed:
        """Begin to read tiles of a slide, its coarsest level first."""
        feed = TileFeed(
            slide,
            self._pool,
            on_tile,
            threads=self._threads,
            budget_bytes=self._budget_bytes,
        )
        self._feeds = [*(f for f in self._feeds if not f.is_closed), feed]
        return feed

    def patch_pixels(self, slide: PixelSource, region: RegionPx, side: int) -> Image:
        """Pixels of a square region of level 0.

        Returns
        -------
        (side, side, 3) uint8, sRGB.

        Raises
        ------
        SlideError
            It can't be decoded.
        """
        return slide.read(region, SizePx(side, side))

    def thumbnail(self, slide: PixelSource, longest: int) -> Image:
        """The whole slide, small.

        Returns
        -------
        (height, width, 3) uint8, sRGB; the longer side is `longest` px.

        Raises
        ------
        SlideError
            It can't be decoded.
        """
        size = slide.size
        scale = longest / max(size.width, size.height)
        small = SizePx(max(1, round(size.width * scale)), max(1, round(size.height * scale)))
        return slide.read(RegionPx(0, 0, size.width, size.height), small)

    def close(self) -> None:
        """Stop reading. Waits for nothing longer than the tiles in progress."""
        for feed in self._feeds:
            feed.close()
        self._feeds.clear()
        self._pool.shutdown(wait=True, cancel_futures=True)


def coarsest_level(size: SizePx) -> int:
    """First level of the virtual pyramid whose longer side is at most `OVERVIEW_PX`."""
    return max(0, (-(-max(size.width, size.height) // OVERVIEW_PX) - 1).bit_length())


def keys_of_level(size: SizePx, level: int) -> list[TileKey]:
    """All tiles of a level, row by row."""
    side = TILE_PX << level
    columns, rows = -(-size.width // side), -(-size.height // side)
    return [TileKey(level, column, row) for row in range(rows) for column in range(columns)]


def _log_unexpected(job: Future[None]) -> None:
    """Say it when a thread died of a fault in the program: the pool would keep it to itself."""
    if not job.cancelled() and (fault := job.exception()) is not None:
        _log.error("reading tiles ended unexpectedly: %s", trace_of(fault))
