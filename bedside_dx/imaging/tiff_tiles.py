"""Tiles of JPEG-compressed TIFF pages, as they lie in the file."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from bedside_dx.imaging.file_tiles import FileTiles
from bedside_dx.imaging.jpeg_stream import Colors, TileForm, Undecodable, shared_tables
from bedside_dx.imaging.tiff_directory import page_tags

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from bedside_dx.imaging.positioned_file import PositionedFile

WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, SAMPLES, PLANES = 256, 257, 258, 259, 262, 277, 284
TILE_WIDTH, TILE_HEIGHT, OFFSETS, BYTE_COUNTS, JPEG_TABLES = 322, 323, 324, 325, 347
WANTED = frozenset(
    {
        WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, SAMPLES, PLANES,
        TILE_WIDTH, TILE_HEIGHT, OFFSETS, BYTE_COUNTS, JPEG_TABLES,
    }
)  # fmt: skip

JPEG = 7
COLORS = {2: Colors.RGB, 6: Colors.YCBCR}
"""By photometric interpretation, which stands over what a tile says."""


def tiff_tiles(path: Path, file: PositionedFile) -> list[FileTiles]:
    """Pages of a TIFF whose tiles are JPEG in three components of 8 bits."""
    found = [_of_page(tags, file) for tags in page_tags(path, WANTED)]
    return [tiles for tiles in found if tiles is not None]


def _of_page(tags: Mapping[int, NDArray[np.int64]], file: PositionedFile) -> FileTiles | None:
    def number(tag: int, absent: int = 0) -> int:
        values = tags.get(tag)
        return absent if values is None or not len(values) else int(values[0])

    colors = COLORS.get(number(PHOTOMETRIC))
    is_plain = (number(SAMPLES), number(PLANES, 1), number(BITS, 1)) == (3, 1, 8)
    if number(COMPRESSION) != JPEG or colors is None or not is_plain:
        return None
    width, height = number(WIDTH), number(HEIGHT)
    tile_width, tile_height = number(TILE_WIDTH), number(TILE_HEIGHT)
    offsets, weights = tags.get(OFFSETS), tags.get(BYTE_COUNTS)
    if offsets is None or weights is None or min(width, height, tile_width, tile_height) <= 0:
        return None
    count = math.ceil(width / tile_width) * math.ceil(height / tile_height)
    if not len(offsets) == len(weights) == count or weights.max() > file.size:
        return None
    tables = tags.get(JPEG_TABLES)
    try:
        shared = shared_tables(b"" if tables is None else bytes(tables.tolist()))
    except (Undecodable, ValueError):
        return None
    form = TileForm(tile_width, tile_height, colors, shared)
    return FileTiles(file, (width, height), form, offsets, weights)
