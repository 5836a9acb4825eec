"""JPEG frames of DICOM slides, as they lie in their files."""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING, Any

import numpy as np
from pydicom import dcmread  # pyright: ignore[reportUnknownVariableType]
from pydicom.uid import JPEGBaseline8Bit

from bedside_dx.imaging.dicom.frames import ITEM, basic_offsets
from bedside_dx.imaging.file_tiles import FileTiles
from bedside_dx.imaging.jpeg_stream import Colors, TileForm, Undecodable

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from bedside_dx.imaging.positioned_file import PositionedFile

COLORS = {"RGB": Colors.RGB, "YBR_FULL_422": Colors.YCBCR, "YBR_FULL": Colors.YCBCR}
WANTED = [
    "TotalPixelMatrixColumns", "TotalPixelMatrixRows", "TotalPixelMatrixFocalPlanes",
    "Rows", "Columns", "NumberOfFrames", "DimensionOrganizationType", "ImageType",
    "PhotometricInterpretation", "SamplesPerPixel", "ExtendedOffsetTable",
]  # fmt: skip
ITEM_HEAD = 8
"""Bytes before a frame that say its length."""


class FrameTiles(FileTiles):
    """Frames of one file, each an item of DICOM's: its head is left out."""

    def tile(self, place: int) -> bytes:
        """Bytes of a frame; places count row by row."""
        item = super().tile(place)
        # A frame in several pieces is legal and rare.
        if item[:4] != ITEM or _length(item) != len(item) - ITEM_HEAD:
            raise Undecodable("frame")
        return item[ITEM_HEAD:]


def frame_tiles(path: Path, file: PositionedFile) -> FrameTiles | None:
    """Frames of a file, or None where they are not JPEG on a full grid."""
    # pydicom answers damage with 13 kinds of exception. OpenSlide judges the file itself.
    try:
        return _frame_tiles(path, file)
    except Exception:  # noqa: BLE001
        return None


def _frame_tiles(path: Path, file: PositionedFile) -> FrameTiles | None:
    with path.open("rb") as stream:
        data: Any = dcmread(stream, stop_before_pixels=True, specific_tags=WANTED)
        basic = basic_offsets(stream)
        first = stream.tell()
    columns, rows = int(data.TotalPixelMatrixColumns), int(data.TotalPixelMatrixRows)
    form = TileForm(
        int(data.Columns), int(data.Rows), COLORS[data.PhotometricInterpretation], is_forced=False
    )
    count = math.ceil(columns / form.width) * math.ceil(rows / form.height)
    is_plain = (
        data.file_meta.TransferSyntaxUID == JPEGBaseline8Bit
        and data.DimensionOrganizationType == "TILED_FULL"
        and data.ImageType[2] == "VOLUME"
        and int(data.get("TotalPixelMatrixFocalPlanes", 1)) == 1
        and int(data.SamplesPerPixel) == 3
        and int(data.NumberOfFrames) == count
    )
    if not is_plain:
        return None
    extended = data.get("ExtendedOffsetTable", b"")
    table = np.frombuffer(extended or basic, "<u8" if extended else "<u4").astype(np.int64)
    offsets = table + first if len(table) else _item_by_item(file, first, count)
    if len(offsets) != count:
        return None
    end = int(offsets[-1]) + ITEM_HEAD + _length(file.read(int(offsets[-1]), ITEM_HEAD))
    weights = np.diff(offsets, append=end)
    if weights.min() <= ITEM_HEAD or weights.max() > file.size:
        return None
    return FrameTiles(file, (columns, rows), form, offsets, weights)


def _item_by_item(file: PositionedFile, first: int, count: int) -> NDArray[np.int64]:
    """Where the frames lie in a file without a table; fewer than `count` where it ends before."""
    offsets: list[int] = []
    at = first
    while len(offsets) < count:
        head = file.read(at, ITEM_HEAD)
        if len(head) < ITEM_HEAD or head[:4] != ITEM:
            break
        offsets.append(at)
        at += ITEM_HEAD + _length(head)
    return np.array(offsets, np.int64)


def _length(item: bytes) -> int:
    return struct.unpack_from("<I", item, 4)[0]
