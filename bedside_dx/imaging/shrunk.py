"""Levels between those stored: tiles decoded to half their size and less, where that is enough.

libjpeg leaves out what a smaller picture can't show before it turns frequencies into pixels.
The pixels are not those of the full way (which decodes all and filters it down), so who reads
them has to make sure that they do as well.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from PIL import Image as Pillow

from bedside_dx.core.ports import PixelSource
from bedside_dx.imaging.jpeg_stream import Undecodable
from bedside_dx.imaging.resampling import LEVEL_TOLERANCE, SHARPER, level_for, resample
from bedside_dx.imaging.stored import Box

if TYPE_CHECKING:
    from bedside_dx.core.geometry import RegionPx, SizePx, Spacing
    from bedside_dx.core.results import Image
    from bedside_dx.imaging.direct import DirectLevels

SHRINKS = (1, 2, 4, 8)


class _Level(NamedTuple):
    downsample: float
    stored: int
    shrink: int


class ShrunkLevels:
    """All levels of a slide and those that can be decoded between them, finest first."""

    def __init__(self, direct: DirectLevels) -> None:
        self._direct = direct
        self._levels = sorted(_levels(direct))
        self.downsamples = tuple(level.downsample for level in self._levels)
        self.sizes = tuple(
            (
                math.ceil(direct.sizes[level.stored][0] / level.shrink),
                math.ceil(direct.sizes[level.stored][1] / level.shrink),
            )
            for level in self._levels
        )

    def shrink_for(self, region: RegionPx, size: SizePx) -> int:
        """How much smaller tiles are decoded for a read."""
        return self._levels[level_for(self.downsamples, region, size)].shrink

    def read_level(self, level: int, box: Box) -> Image:
        """Pixels of a box of one level; see `StoredLevels.read_level`."""
        _, stored, shrink = self._levels[level]
        tiles = self._direct.levels.get(stored)
        if shrink > 1 and tiles is not None:
            try:
                return tiles.read(box, shrink)
            except Undecodable:
                pass
        full = Box(*(edge * shrink for edge in box.edges)).within(*self._direct.sizes[stored])
        pixels = self._direct.read_level(stored, full)
        return pixels if shrink == 1 else np.asarray(Pillow.fromarray(pixels).reduce(shrink))


class FullSlide(PixelSource, Protocol):
    """A slide read in full, which knows what its colours mean."""

    def in_srgb(self, pixels: Image) -> Image:
        """Colours of the scanner as a screen has them."""
        ...


class ShrunkSlide:
    """A slide read with smaller decoded tiles where that is enough; a `core.ports.PixelSource`."""

    def __init__(self, slide: FullSlide, levels: ShrunkLevels) -> None:
        self._slide, self._levels = slide, levels

    @property
    def size(self) -> SizePx:
        """Size of level 0."""
        return self._slide.size

    @property
    def downsamples(self) -> tuple[float, ...]:
        """px of level 0 per px of each level, finest (1.0) first."""
        return self._levels.downsamples

    @property
    def spacing(self) -> Spacing | None:
        """Scale of level 0."""
        return self._slide.spacing

    def shrink_for(self, region: RegionPx, size: SizePx) -> int:
        """How much smaller tiles are decoded for a read; 1 where it is as the slide's own."""
        return self._levels.shrink_for(region, size)

    def read(self, region: RegionPx, size: SizePx) -> Image:
        """Pixels of a region, close to those read in full.

        Raises
        ------
        SlideError
            ``slide.unreadable-region``
        """
        if self.shrink_for(region, size) == 1:
            return self._slide.read(region, size)
        return self._slide.in_srgb(resample(self._levels, region, size, SHARPER))


def _levels(direct: DirectLevels) -> list[_Level]:
    levels = [_Level(downsample, i, 1) for i, downsample in enumerate(direct.downsamples)]
    for level, tiles in direct.levels.items():
        downsample = direct.downsamples[level]
        coarser = [d for d in direct.downsamples if d > downsample]
        for shrink in SHRINKS[1:]:
            fits = tiles.form.width % shrink == tiles.form.height % shrink == 0
            if fits and downsample * shrink * LEVEL_TOLERANCE < min(coarser, default=math.inf):
                levels.append(_Level(downsample * shrink, level, shrink))
    return levels
