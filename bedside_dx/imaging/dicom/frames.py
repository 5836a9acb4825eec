"""Where a DICOM file says its frames lie: libdicom dies of following a table that lies."""

from __future__ import annotations

import struct
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import BinaryIO

ENCAPSULATED_PIXELS = b"\xe0\x7f\x10\x00OB\x00\x00\xff\xff\xff\xff"

ITEM = b"\xfe\xff\x00\xe0"

MAX_TABLE_BYTES = 64 * 2**20

MAX_FRAME_BYTES = 256 * 2**20
"""Far more than a tile weighs; the gap between two frames that are neighbours."""


def frames_are_in_order(stream: BinaryIO, extended: bytes) -> bool:
    """Tell whether the offset tables lead from frame to frame, each a little further on.

    That they lead past the end of a file that was cut short is another matter: such a frame
    is found missing when it is read.

    Parameters
    ----------
    stream
        Standing where the pixel data begin.
    extended
        Value of the Extended Offset Table, empty where there is none.
    """
    return _rises(basic_offsets(stream), "I") and _rises(extended, "Q")


def basic_offsets(stream: BinaryIO) -> bytes:
    """Value of the Basic Offset Table; empty where there is none. The first frame comes next."""
    head = stream.read(len(ENCAPSULATED_PIXELS) + 8)
    if not head.startswith(ENCAPSULATED_PIXELS + ITEM):
        return b""
    (length,) = struct.unpack("<I", head[-4:])
    return stream.read(min(length, MAX_TABLE_BYTES))


def _rises(table: bytes, letter: str) -> bool:
    width = struct.calcsize(f"<{letter}")
    offsets = struct.unpack(f"<{len(table) // width}{letter}", table[: len(table) // width * width])
    return all(0 < b - a < MAX_FRAME_BYTES for a, b in pairwise((-1, *offsets)))
