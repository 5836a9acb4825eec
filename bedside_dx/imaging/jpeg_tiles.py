"""A level whose JPEG tiles are decoded here, each of them once while it is kept."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from bedside_dx.imaging.jpeg_stream import decode

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bedside_dx.core.results import Image
    from bedside_dx.imaging.jpeg_stream import TileForm
    from bedside_dx.imaging.kept import KeptPixels
    from bedside_dx.imaging.stored import Box


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
        sides = self.form.width // shrink, self.form.height // shrink
        across = _spans(box.left, box.right, sides[0], math.ceil(self.size[0] / shrink))
        down = _spans(box.top, box.bottom, sides[1], math.ceil(self.size[1] / shrink))
        if (box.size, len(across), len(down)) == (sides, 1, 1):
            return self._tile(down[0].place * self.columns + across[0].place, shrink)
        pixels = np.empty((box.bottom - box.top, box.right - box.left, 3), np.uint8)
        for row in down:
            for column in across:
                place = row.place * self.columns + column.place
                tile = self._tile(place, shrink)
                pixels[row.in_box, column.in_box] = tile[row.in_tile, column.in_tile]
                self._release_if_done(place, shrink, column, row)
        return pixels

    def heaviest(self, count: int) -> list[int]:
        """Places of the tiles with the most bytes: they show the most."""
        return np.argsort(self._coded.weights, kind="stable")[-count:].tolist()

    def _release_if_done(self, place: int, shrink: int, column: _Span, row: _Span) -> None:
        """Note which corners of a tile were read; with the last one nobody needs it any more.

        Each corner is shown by one of the patches that lie side by side over a tile. Where they
        are no smaller than it, the last corner comes with the last of them, in whatever order they
        are read; where they are smaller, with the last one of a reading row by row.
        """
        top = column.starts * LEFT_TOP | column.ends * RIGHT_TOP
        bottom = column.starts * LEFT_BOTTOM | column.ends * RIGHT_BOTTOM
        corners = row.starts * top | row.ends * bottom
        if not corners:
            return
        read = self._corners.get(shrink)
        if read is None:
            read = self._corners.setdefault(shrink, bytearray(self.columns * self.rows))
        read[place] |= corners
        if read[place] == ALL_CORNERS:
            # Whoever reads the slide again begins anew.
            read[place] = 0
            self._kept.release(DecodedKey(self._level, shrink, place))

    def _tile(self, place: int, shrink: int) -> Image:
        return self._kept.get(
            DecodedKey(self._level, shrink, place),
            lambda: decode(self._coded.tile(place), self.form, shrink),
        )


class _Span(NamedTuple):
    """What a box and a column of tiles, or a row of them, have in common.

    Attributes
    ----------
    place
        Number of the column or row.
    in_box, in_tile
        Where it lies in either.
    starts, ends
        Whether the tiles' first and last edge are shown for their own sake.
    """

    place: int
    in_box: slice
    in_tile: slice
    starts: bool
    ends: bool


def _spans(first: int, last: int, side: int, end: int) -> list[_Span]:
    """Cut what lies from `first` to `last` along one axis at the edges of tiles.

    Parameters
    ----------
    side
        Of a tile.
    end
        Of the level.
    """
    spans: list[_Span] = []
    for place in range(first // side, math.ceil(last / side)):
        edge = place * side
        low, high = max(edge, first), min(edge + side, last)
        spans.append(
            _Span(
                place,
                slice(low - first, high - first),
                slice(low - edge, high - edge),
                first == 0 or first + BESIDE_PX <= edge,
                last >= end or last - BESIDE_PX >= edge + side,
            )
        )
    return spans
