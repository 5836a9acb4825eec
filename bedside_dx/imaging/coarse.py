"""Coarse levels for files that store none, so that an overview does not read every pixel twice."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image as Pillow

from bedside_dx.imaging.direct import DirectLevels
from bedside_dx.imaging.kept import KeptPixels
from bedside_dx.imaging.stored import Box

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bedside_dx.core.results import Image
    from bedside_dx.imaging.stored import StoredLevels

FACTOR = 16
"""How much coarser a made level is than the one it is made of."""

TILE_PX = 128
"""Side of the tiles that a level is made in: each costs one read of 2048 px square."""

KEPT_BYTES = 128 * 2**20
"""Made tiles that are kept: all of a slide of 100,000 px square."""

ENOUGH_PX = 16 * 10**6
"""A coarsest level of fewer pixels needs no other above it."""


class WithCoarseLevels:
    """Stored levels and, above them, levels averaged down from the coarsest of them.

    Made tile by tile when first asked for, then kept as far as there is room.
    See `StoredLevels` for the attributes; `stored_count` levels are the file's own.
    """

    def __init__(self, stored: StoredLevels) -> None:
        self._stored = stored
        self.stored_count = len(stored.sizes)
        self.format = stored.format
        self.properties: Mapping[str, str] = stored.properties
        self.icc_profile = stored.icc_profile
        self.associated = stored.associated
        self.reading = stored.reading
        sizes, downsamples = list(stored.sizes), list(stored.downsamples)
        while math.prod(sizes[-1]) > ENOUGH_PX:
            width, height = sizes[-1]
            sizes.append((math.ceil(width / FACTOR), math.ceil(height / FACTOR)))
            downsamples.append(downsamples[-1] * FACTOR)
        self.sizes = tuple(sizes)
        self.downsamples = tuple(downsamples)
        self._tiles: KeptPixels[tuple[int, int, int]] = KeptPixels(KEPT_BYTES)

    @property
    def direct(self) -> DirectLevels | None:
        """The file's own levels, where they are decoded here."""
        return self._stored if isinstance(self._stored, DirectLevels) else None

    def read_level(self, level: int, box: Box) -> Image:
        """Pixels of a box of one level, stored or made; see `StoredLevels.read_level`."""
        if level < self.stored_count:
            return self._stored.read_level(level, box)
        width, height = box.size
        pixels = np.empty((height, width, 3), np.uint8)
        for row in range(box.top // TILE_PX, math.ceil(box.bottom / TILE_PX)):
            for column in range(box.left // TILE_PX, math.ceil(box.right / TILE_PX)):
                x, y = column * TILE_PX, row * TILE_PX
                part = Box(x, y, x + TILE_PX, y + TILE_PX).within(*self.sizes[level])
                seen = part.shared_with(box)
                pixels[seen.inside(box)] = self._tile(level, column, row)[seen.inside(part)]
        return pixels

    def read_associated(self, name: str) -> Image:
        """One of the `associated` pictures."""
        return self._stored.read_associated(name)

    def close(self) -> None:
        """Let go of the file and of the levels that were made."""
        self._stored.close()
        self._tiles.clear()

    def _tile(self, level: int, column: int, row: int) -> Image:
        return self._tiles.get((level, column, row), lambda: self._make(level, column, row))

    def _make(self, level: int, column: int, row: int) -> Image:
        side = TILE_PX * FACTOR
        left, top = column * side, row * side
        box = Box(left, top, left + side, top + side).within(*self.sizes[level - 1])
        picture = Pillow.fromarray(self.read_level(level - 1, box))
        return np.asarray(picture.reduce(FACTOR))
