"""Coded tiles of one level, at known places of one file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.imaging.jpeg_stream import Undecodable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bedside_dx.imaging.jpeg_stream import TileForm
    from bedside_dx.imaging.positioned_file import PositionedFile


class FileTiles:
    """Tiles as they lie in a file; see `imaging.jpeg_tiles.CodedTiles`.

    Parameters
    ----------
    offsets, weights
        (tiles,) int64, where each begins and how many bytes it has, row by row.
    """

    def __init__(
        self,
        file: PositionedFile,
        size: tuple[int, int],
        form: TileForm,
        offsets: NDArray[np.int64],
        weights: NDArray[np.int64],
    ) -> None:
        self._file, self._offsets = file, offsets
        self.size, self.form, self.weights = size, form, weights

    def tile(self, place: int) -> bytes:
        """Bytes of a tile; places count row by row.

        Raises
        ------
        Undecodable
            It is missing, can't be read, or the file ends in it.
        """
        weight = int(self.weights[place])
        if weight == 0:
            raise Undecodable("missing")
        try:
            data = self._file.read(int(self._offsets[place]), weight)
        except (OSError, OverflowError) as exc:
            raise Undecodable(str(exc)) from exc
        if len(data) < weight:
            raise Undecodable("cut short")
        return data
