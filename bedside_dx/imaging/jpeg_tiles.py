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


BESIDE_PX = 24
"""A box that reaches less far beyond a tile shows its edge only as a filter needs pixels beside a
patch, or leaves as little of it to a neighbour's filter."""
LEFT_TOP, RIGHT_TOP, LEFT_BOTTOM, RIGHT_BOTTOM = 1, 2, 4, 8
ALL_CORNERS = LEFT_TOP | RIGHT_TOP | LEFT_BOTTOM | RIGHT_BOTTOM


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
        # By shrink. Threads may lose a corner to each other: then a tile is kept a little longer.
        self._corners: dict[int, bytearray] = {}

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
                self._release_if_done(column, row, shrink, box)
        return pixels

    def heaviest(self, count: int) -> list[int]:
        """Places of the tiles with the most bytes: they show the most."""
        return np.argsort(self._coded.weights, kind="stable")[-count:].tolist()

    def _release_if_done(self, column: int, row: int, shrink: int, box: Box) -> None:
        """Note which corners of a tile were read; with the last one nobody needs it any more.

        Each corner is shown by one of the patches that lie side by side over a tile. Where they
        are no smaller than it, the last corner comes with the last of them, in whatever order they
        are read; where they are smaller, with the last one of a reading row by row.
        """
        width, height = self.form.width // shrink, self.form.height // shrink
        end = math.ceil(self.size[0] / shrink), math.ceil(self.size[1] / shrink)
        x, y = column * width, row * height
        left = box.left == 0 or box.left + BESIDE_PX <= x
        top = box.top == 0 or box.top + BESIDE_PX <= y
        right = box.right >= end[0] or box.right - BESIDE_PX >= x + width
        bottom = box.bottom >= end[1] or box.bottom - BESIDE_PX >= y + height
        corners = (
            (LEFT_TOP if left and top else 0)
            | (RIGHT_TOP if right and top else 0)
            | (LEFT_BOTTOM if left and bottom else 0)
            | (RIGHT_BOTTOM if right and bottom else 0)
        )
        if not corners:
            return
        place = row * self.columns + column
        read = self._corners.setdefault(shrink, bytearray(self.columns * self.rows))
        read[place] |= corners
        if read[place] == ALL_CORNERS:
            # Whoever reads the slide again begins anew.
            read[place] = 0
            self._kept.release(DecodedKey(self._level, shrink, place))

    def _tile(self, column: int, row: int, shrink: int) -> Image:
        place = row * self.columns + column
        return self._kept.get(
            DecodedKey(self._level, shrink, place),
            lambda: decode(self._coded.tile(place), self.form, shrink),
        )
