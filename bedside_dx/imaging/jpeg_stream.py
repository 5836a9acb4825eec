"""JPEG streams of tiles, made whole: as they lie in a slide, tables and colours are said elsewhere.

Every marker before the coded pixels is looked at, and only what is common in slides is let
through: what is told apart here is never a guess of the decoder's.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import simplejpeg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bedside_dx.core.results import Image

START, END, SCAN = 0xD8, 0xD9, 0xDA
HUFFMAN, QUANTISATION, RESTART = 0xC4, 0xDB, 0xDD
JFIF, ADOBE, COMMENT = 0xE0, 0xEE, 0xFE
FRAMES = frozenset({0xC0, 0xC1})
"""Frames that are decoded here: baseline and extended, in one piece, Huffman coded."""
TABLES = frozenset({HUFFMAN, QUANTISATION})
SPOKEN_OVER = frozenset({*range(0xE0, 0xF0), COMMENT})
"""What applications say; the colours among it are said by the slide instead."""


class Undecodable(Exception):
    """A tile that is not decoded here: damaged, or of a kind that is left to OpenSlide."""


class Colors(IntEnum):
    """What the three components are; the number is Adobe's."""

    RGB = 0
    YCBCR = 1


@dataclass(frozen=True, slots=True)
class TileForm:
    """What every tile of a level must be.

    Attributes
    ----------
    width, height
        px of a tile.
    colors
        As the slide says it.
    tables
        Segments that all tiles share; empty where each brings its own.
    is_forced
        Whether the slide's word on colours stands over the tile's own (TIFF), or both must
        agree (DICOM).
    """

    width: int
    height: int
    colors: Colors
    tables: bytes = b""
    is_forced: bool = True

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.width, self.height


def shared_tables(stream: bytes) -> bytes:
    """Segments of a TIFF's JPEGTables that hold for its tiles.

    Raises
    ------
    Undecodable
        It is no such stream.
    """
    if not stream:
        return b""
    # libjpeg forgets all else at the start of the tile's own stream.
    return b"".join(
        stream[start:end] for marker, start, end in _segments(stream) if marker in TABLES
    )


def decode(data: bytes, form: TileForm, shrink: int = 1) -> Image:
    """Decode one tile strictly: whatever libjpeg warns of is an error.

    Parameters
    ----------
    shrink
        1, 2, 4 or 8: decode to that much smaller a size, in the frequency domain.

    Returns
    -------
    (height / shrink, width / shrink, 3) uint8, not writable.

    Raises
    ------
    Undecodable
    """
    stream = _whole(data, form)
    size = form.height // shrink, form.width // shrink
    try:
        pixels = simplejpeg.decode_jpeg(
            stream, "RGB", min_height=size[0], min_width=size[1], min_factor=shrink, strict=True
        )
    except ValueError as exc:
        raise Undecodable(str(exc)) from exc
    if pixels.shape != (*size, 3):
        raise Undecodable("size")
    pixels.setflags(write=False)
    return pixels


def _whole(data: bytes, form: TileForm) -> bytes:
    """Put together a stream that says all of itself, its colours in Adobe's way."""
    kept: list[bytes] = []
    own, is_framed = _Words(), False
    for marker, start, end in _segments(data):
        if marker in SPOKEN_OVER:
            own.hear(marker, data[start + 4 : end])
            continue
        if marker in FRAMES:
            _check_frame(data[start + 4 : end], form)
            own.components = data[start + 10 : end : 3]
            is_framed = True
        elif marker == SCAN:
            kept.append(data[start:])
            break
        elif marker not in TABLES and marker != RESTART:
            raise Undecodable(f"marker {marker:#x}")
        kept.append(data[start:end])
    else:
        raise Undecodable("no pixels")
    if not is_framed or not (form.is_forced or own.colors is form.colors):
        raise Undecodable("frame")
    adobe = b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0" + bytes([form.colors])
    return b"".join((b"\xff\xd8", adobe, form.tables, *kept))


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, start and end of each segment up to the coded pixels or the end."""
    if data[:2] != b"\xff\xd8":
        raise Undecodable("no JPEG")
    at = 2
    while len(data) >= at + 2 and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == END:
            return
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if end < at + 4 or end > len(data):
            raise Undecodable("cut short")
        yield marker, at, end
        if marker == SCAN:
            return
        at = end
    raise Undecodable("no marker")


def _check_frame(frame: bytes, form: TileForm) -> None:
    """Make sure that it is three components of 8 bits in the size of a tile."""
    height, width = int.from_bytes(frame[1:3], "big"), int.from_bytes(frame[3:5], "big")
    if frame[:1] != b"\x08" or frame[5:6] != b"\x03" or len(frame) != 15:
        raise Undecodable("components")
    if (width, height) != (form.width, form.height):
        raise Undecodable("size")


class _Words:
    """What a stream itself says of its colours, in libjpeg's reading."""

    def __init__(self) -> None:
        self._is_jfif = False
        self._adobe: int | None = None
        self.components = b""

    def hear(self, marker: int, words: bytes) -> None:
        if marker == JFIF and words[:5] == b"JFIF\0" and len(words) >= 14:
            self._is_jfif = True
        elif marker == ADOBE and words[:5] == b"Adobe" and len(words) >= 12:
            self._adobe = words[11]

    @property
    def colors(self) -> Colors:
        is_named = self._adobe is None and self.components == b"RGB"
        is_rgb = not self._is_jfif and (self._adobe == Colors.RGB or is_named)
        return Colors.RGB if is_rgb else Colors.YCBCR
