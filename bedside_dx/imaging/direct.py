"""The direct way to a slide's pixels, beside OpenSlide's: opened only where both lead to the same.

A level is decoded here when tiles sampled from it come out exactly as OpenSlide's. Whatever
can't be decoded without a doubt, a tile or a whole slide, is left to OpenSlide, which refuses
it or not as if there were no other way.
"""

from __future__ import annotations

import math
import random
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np

from bedside_dx.core.errors import SlideError
from bedside_dx.core.reading import Decoder, Indirect, Reading
from bedside_dx.imaging.jpeg_stream import Undecodable
from bedside_dx.imaging.jpeg_tiles import DecodedKey, JpegLevel
from bedside_dx.imaging.kept import KeptPixels
from bedside_dx.imaging.positioned_file import PositionedFile
from bedside_dx.imaging.stored import Box
from bedside_dx.imaging.tiff_tiles import tiff_tiles

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from bedside_dx.core.results import Image
    from bedside_dx.imaging.jpeg_tiles import CodedTiles
    from bedside_dx.imaging.openslide_slide import OpenSlideLevels

KEPT_BYTES = 96 * 2**20
"""Decoded tiles that are kept for one slide: those of a row of patches across a block of
`analysis.order`, and around some fifty patches that were read by themselves."""

MOST_TILE_PX = 4 * 2**20
"""Pixels of a tile, so that eight are kept."""

TIFFS = frozenset({"aperio", "generic-tiff"})
"""OpenSlide's formats whose levels are plain pages of one TIFF."""

HEAVIEST, RANDOM = 3, 4
"""Tiles that are compared besides the corners and the middle: those that show most, and any."""


class DirectLevels:
    """A slide that is decoded here as far as possible; see `StoredLevels` for the attributes.

    Parameters
    ----------
    through
        The same slide as OpenSlide reads it.
    levels
        By number, those to be decoded here.
    files
        What they read from: closed with the slide.
    """

    def __init__(
        self,
        through: OpenSlideLevels,
        levels: Mapping[int, JpegLevel],
        kept: KeptPixels[DecodedKey],
        files: Sequence[PositionedFile],
    ) -> None:
        self._through, self._kept, self._files = through, kept, files
        self.levels: Mapping[int, JpegLevel] = levels
        self.format = through.format
        self.sizes, self.downsamples = through.sizes, through.downsamples
        self.properties: Mapping[str, str] = through.properties
        self.icc_profile = through.icc_profile
        self.associated = through.associated
        self.reading = Reading(Decoder.DIRECT, tuple(sorted(levels)))

    def read_level(self, level: int, box: Box) -> Image:
        """Pixels of a box of one level; see `StoredLevels.read_level`."""
        if level in self.levels:
            with suppress(Undecodable):
                return self.levels[level].read(box)
        return self._through.read_level(level, box)

    def read_associated(self, name: str) -> Image:
        """One of the `associated` pictures."""
        return self._through.read_associated(name)

    def close(self) -> None:
        """Let go of the files. Reads in flight finish; later ones are refused."""
        for file in self._files:
            file.close()
        self.levels = {}
        self._kept.clear()
        self._through.close()


def directly(through: OpenSlideLevels, paths: Sequence[Path]) -> DirectLevels | OpenSlideLevels:
    """Open the direct way to a slide, where there is one.

    Parameters
    ----------
    paths
        All files of the slide, the one to open first.

    Returns
    -------
    The slide as it was given, with the reason in `reading`, where no level comes out the same.
    """
    if through.format not in TIFFS | {"dicom"}:
        return through.alone(Indirect.FORMAT)
    files = [file for path in paths if (file := _opened(path)) is not None]
    kept: KeptPixels[DecodedKey] = KeptPixels(KEPT_BYTES)
    coded = {tiles.size: tiles for tiles in reversed(_coded_tiles(through.format, paths, files))}
    levels = {
        level: JpegLevel(coded[size], level, kept)
        for level, size in enumerate(through.sizes)
        if size in coded
        and math.prod(coded[size].form.size) <= MOST_TILE_PX
        # Between whole numbers OpenSlide draws between pixels.
        and through.downsamples[level].is_integer()
    }
    same = {level: tiles for level, tiles in levels.items() if _agree(through, level, tiles)}
    if same:
        return DirectLevels(through, same, kept, files)
    for file in files:
        file.close()
    return through.alone(Indirect.DIFFERENT if levels else Indirect.NOT_JPEG)


def _opened(path: Path) -> PositionedFile | None:
    try:
        return PositionedFile(path)
    except OSError:
        return None


def _coded_tiles(
    kind: str, paths: Sequence[Path], files: Sequence[PositionedFile]
) -> Sequence[CodedTiles]:
    if len(files) < len(paths):
        return []
    if kind in TIFFS:
        return tiff_tiles(paths[0], files[0])
    from bedside_dx.imaging.dicom.frame_tiles import frame_tiles  # noqa: PLC0415  (slow to load)

    found = [frame_tiles(path, file) for path, file in zip(paths, files, strict=True)]
    return [tiles for tiles in found if tiles is not None]


def _agree(through: OpenSlideLevels, level: int, tiles: JpegLevel) -> bool:
    """Whether sampled places of a level come out the same by both ways, and some come out."""
    outcomes = [_same(through, level, tiles, box) for box in _sample(tiles)]
    return all(outcome is not False for outcome in outcomes) and True in outcomes


def _same(through: OpenSlideLevels, level: int, tiles: JpegLevel, box: Box) -> bool | None:
    """Compare one place; None where it is left to OpenSlide anyway."""
    try:
        pixels = tiles.read(box)
    except Undecodable:
        return None
    try:
        return np.array_equal(pixels, through.read_level(level, box))
    except SlideError:
        return False


def _sample(tiles: JpegLevel) -> list[Box]:
    """Tiles at the corners, in the middle, heavy ones and any; and a box across four of them."""
    form, (columns, rows) = tiles.form, (tiles.columns, tiles.rows)
    chance = random.Random(columns * rows)  # noqa: S311  (which tiles is no secret)
    last = columns * rows - 1
    middle = rows // 2 * columns + columns // 2
    places = {0, columns - 1, last - columns + 1, last, middle, *tiles.heaviest(HEAVIEST)}
    places |= {chance.randint(0, last) for _ in range(RANDOM)}
    corners = [(place % columns * form.width, place // columns * form.height) for place in places]
    across = middle % columns * form.width - 101, middle // columns * form.height - 77
    return [
        Box(x, y, x + form.width, y + form.height).within(*tiles.size)
        for x, y in [*sorted(corners), across]
    ]
