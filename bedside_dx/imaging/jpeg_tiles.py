"""A level whose JPEG tiles are decoded here, each of them once while it is kept."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from bedside_dx.imaging.jpeg_stream import decode
from bedside_dx.imaging.stored import Box

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bedside_dx.core.results import Image
    from bedside_dx.imaging.jpeg_stream import TileForm
    from bedside_dx.imaging.kept import KeptPixels


class CodedTiles(Protocol):
    """Tiles of one level as they lie in a file. Safe in any thread.

    Attributes
    ----------
    size
        Width and height of the level.
    form
        What every tile is.
    weights
        (tiles,) int64, bytes of each, row by row; 0 where there is none.
    """

    @property
    def size(self) -> tuple[int, int]: ...  # noqa: D102
    @property
    def form(self) -> TileForm: ...  # noqa: D102
    @property
    def weights(self) -> NDArray[np.int64]: ...  # noqa: D102

    def tile(self, place: int) -> bytes:
        """Bytes of a tile; places count row by row.

        Raises
        ------
        Undecodable
            It is missing or can't be read.
        """
        ...


class DecodedKey(NamedTuple):
    """Which tile of which level, and how much smaller it was decoded."""

    level: int
    shrink: int
    place: int


class JpegLevel:
    """Pixels of one level.

    Parameters
    ----------
    level
        Number of the level, by which its tiles are kept.
    kept
        Decoded tiles of all levels.
    """

    def __init__(self, coded: CodedTiles, level: int, kept: KeptPixels[DecodedKey]) -> None:
        self._coded, self._level, self._kept = coded, level, kept
        self.size, self.form = coded.size, coded.form
        self.columns = math.ceil(self.size[0] / self.form.width)
        self.rows = math.ceil(self.size[1] / self.form.height)

    def read(self, box: Box, shrink: int = 1) -> Image:
        """Pixels of a box within the level.

        Parameters
        ----------
        box
            In px of the level, divided by `shrink`.
        shrink
            1, 2, 4 or 8; the sides of a tile are multiples of it.

        Returns
        -------
        (height, width, 3) uint8; not always writable.

        Raises
        ------
        Undecodable
            A tile is missing, damaged or of an unusual kind: leave the box to OpenSlide.
        """
        width, height = self.form.width // shrink, self.form.height // shrink
        columns = range(box.left // width, math.ceil(box.right / width))
        rows = range(box.top // height, math.ceil(box.bottom / height))
        if (box.size, len(columns), len(rows)) == ((width, height), 1, 1):
            return self._tile(columns[0], rows[0], shrink)
        pixels = np.empty((box.bottom - box.top, box.right - box.left, 3), np.uint8)
        for row in rows:
            for column in columns:
                x, y = column * width, row * height
                tile = Box(x, y, x + width, y + height)
                seen = tile.shared_with(box)
                pixels[seen.inside(box)] = self._tile(column, row, shrink)[seen.inside(tile)]
        return pixels

    def heaviest(self, count: int) -> list[int]:
        """Places of the tiles with the most bytes: they show the most."""
        return np.argsort(self._coded.weights, kind="stable")[-count:].tolist()

    def _tile(self, column: int, row: int, shrink: int) -> Image:
        place = row * self.columns + column
        return self._kept.get(
            DecodedKey(self._level, shrink, place),
            lambda: decode(self._coded.tile(place), self.form, shrink),
        )
