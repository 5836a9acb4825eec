"""Slides for tests, made on the spot: tiled TIFF pyramids as scanners write them.

``write_slide`` makes one from an array; ``write_svs`` the same as an Aperio scanner would;
``write_repeated`` a gigantic one in a moment, because every tile is the same few bytes on disk.
"""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]
TileAt = Callable[[int, int], bytes]
"""Compressed bytes of the tile in that column and row."""

SHORT, LONG, RATIONAL, UNDEFINED, ASCII, LONG8 = 3, 4, 5, 7, 2, 16
UNITS = {None: 1, "inch": 2, "cm": 3}
SUBSAMPLING = {0: (1, 1), 1: (2, 1), 2: (2, 2)}
UM_PER_UNIT = {"inch": 25_400.0, "cm": 10_000.0}


@dataclass(frozen=True)
class Coding:
    """How JPEG tiles lie in a TIFF.

    Attributes
    ----------
    subsampling
        Of the colours, as Pillow counts: 0 none, 1 in x, 2 in x and y.
    is_rgb
        Components are red, green and blue, and only the TIFF says so.
    shares_tables
        Tables are in JPEGTables, once a page.
    is_big
        BigTIFF, or classic TIFF.
    is_missing
        Tells for a tile's (column, row) on any page whether it has no bytes.
    """

    subsampling: int = 2
    is_rgb: bool = False
    shares_tables: bool = False
    is_big: bool = True
    is_missing: Callable[[int, int], bool] = lambda column, row: False


def he_like(width: int, height: int, seed: int = 0) -> Pixels:
    """A picture with the colours and the grain of H&E tissue on white glass, (h, w, 3) uint8."""
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(
        rng.integers(0, 256, (max(height // 96, 2), max(width // 96, 2)), np.uint8)
    )
    fine = Image.fromarray(
        rng.integers(0, 256, (max(height // 6, 2), max(width // 6, 2)), np.uint8)
    )
    shape = np.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC), np.float32) / 255
    nuclei = np.asarray(fine.resize((width, height), Image.Resampling.BICUBIC), np.float32) / 255
    pink = np.array([225, 160, 195], np.float32)
    purple = np.array([110, 70, 150], np.float32)
    white = np.array([243, 242, 244], np.float32)
    tissue = np.where((nuclei > 0.62)[..., None], purple, pink)
    mix = np.clip((shape - 0.4) * 8, 0, 1)[..., None]
    return (white + (tissue - white) * mix).astype(np.uint8)


def write_slide(
    path: Path,
    image: Pixels,
    *,
    tile: int = 256,
    downsamples: Sequence[int] = (1, 4),
    um_per_px: float | tuple[float, float] | None = None,
    unit: str = "cm",
    description: str = "",
    quality: int | None = 90,
    icc: bytes = b"",
    coding: Coding | None = None,
) -> Path:
    """Write a generic tiled TIFF.

    Parameters
    ----------
    image
        (height, width, 3) uint8: level 0. The others are made by averaging.
    um_per_px
        Written as XResolution and YResolution in `unit`; None leaves the scale out.
    quality
        Of JPEG tiles; None stores the pixels as they are.
    coding
        How JPEG tiles are laid out; by default each is a file of its own.
    """
    coding = coding or Coding()
    pages = []
    for factor in downsamples:
        level = _reduced(image, factor)
        resolution = _resolution(um_per_px, unit, factor)
        pages.append(_page(level, tile, quality, resolution, UNITS[unit], description, icc, coding))
    _write(path, pages, is_big=coding.is_big)
    return path


def write_svs(
    path: Path,
    image: Pixels,
    *,
    mpp: str | None = "0.5",
    tile: int = 240,
    downsamples: Sequence[int] = (1, 4),
    quality: int = 90,
) -> Path:
    """Write a slide as an Aperio scanner does; `mpp` is what the file states, taken literally."""
    height, width = image.shape[:2]
    scale = "" if mpp is None else f"|MPP = {mpp}"
    description = (
        "Aperio Image Library v11.2.1 \r\n"
        f"{width}x{height} [0,0 {width}x{height}] ({tile}x{tile}) JPEG/RGB Q=90|AppMag = 20{scale}"
    )
    return write_slide(
        path, image, tile=tile, downsamples=downsamples, description=description, quality=quality
    )


def write_repeated(
    path: Path,
    pattern: Pixels,
    *,
    side: int = 100_000,
    tile: int | None = None,
    um_per_px: float | None = 0.5,
    downsamples: Sequence[int] = (1, 4, 16, 64),
    quality: int = 85,
    hole: Callable[[int, int], bool] | None = None,
) -> Path:
    """Write a square pyramid of `side` px that repeats `pattern`, in little disk and time.

    Parameters
    ----------
    pattern
        (p, p, 3) uint8, what level 0 repeats; p is a multiple of the tile.
    tile
        Side of a tile, a multiple of 16; that of the pattern by default.
    hole
        Tells for a tile's (column, row) on level 0 whether it is blank glass instead.
    """
    tile = tile or pattern.shape[0]
    pages = []
    for factor in downsamples:
        extent = math.ceil(side / factor)
        tile_at = _repeating_tiles(_repeated(pattern, factor, tile), factor, tile, quality, hole)
        pages.append(
            _Page(
                extent, extent, tile, 7, tile_at, _resolution(um_per_px, "cm", factor), UNITS["cm"]
            )
        )
    _write(path, pages)
    return path


def _repeated(pattern: Pixels, factor: int, tile: int) -> Pixels:
    """As much of a level as there is before its tiles begin anew."""
    if factor > pattern.shape[0]:
        return np.broadcast_to(pattern.mean((0, 1)).astype(np.uint8), (tile, tile, 3))
    content = _reduced(pattern, factor)
    again = math.lcm(content.shape[0], tile) // content.shape[0]
    return np.tile(content, (again, again, 1))


def _repeating_tiles(
    content: Pixels,
    factor: int,
    tile: int,
    quality: int,
    hole: Callable[[int, int], bool] | None,
) -> TileAt:
    """Tiles of a level; those that are whole are compressed once."""
    places, part = content.shape[0] // tile, tile // factor or 1

    @cache
    def with_glass(column: int, row: int, glass: tuple[tuple[bool, ...], ...]) -> bytes:
        y, x = row * tile, column * tile
        pixels = content[y : y + tile, x : x + tile].copy()
        where = np.array(glass).repeat(part, 0).repeat(part, 1)[:tile, :tile]
        pixels[where] = 244
        return _encode(pixels, quality)

    def tile_at(column: int, row: int) -> bytes:
        inner = range(min(factor, tile))
        glass = tuple(
            tuple(hole is not None and hole(column * factor + x, row * factor + y) for x in inner)
            for y in inner
        )
        return with_glass(column % places, row % places, glass)

    return tile_at


@dataclass
class _Page:
    width: int
    height: int
    tile: int
    compression: int
    tile_at: TileAt
    resolution: tuple[float, float] | None = None
    unit: int = 1
    description: str = ""
    icc: bytes = b""
    coding: Coding = field(default_factory=Coding)
    tables: bytes = b""
    is_reduced: bool = False
    offsets: list[int] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)

    def places(self) -> Iterator[tuple[int, int]]:
        for row in range(math.ceil(self.height / self.tile)):
            for column in range(math.ceil(self.width / self.tile)):
                yield column, row


def _page(
    level: Pixels,
    tile: int,
    quality: int | None,
    resolution: tuple[float, float] | None,
    unit: int,
    description: str,
    icc: bytes,
    coding: Coding,
) -> _Page:
    height, width = level.shape[:2]
    tables = b""
    if coding.shares_tables and quality is not None:
        tables = _split(_encode(np.zeros((tile, tile, 3), np.uint8), quality, coding))[0]

    def tile_at(column: int, row: int) -> bytes:
        part = level[row * tile : (row + 1) * tile, column * tile : (column + 1) * tile]
        missing = ((0, tile - part.shape[0]), (0, tile - part.shape[1]), (0, 0))
        if coding.is_missing(column, row):
            return b""
        data = _encode(np.pad(part, missing, mode="edge"), quality, coding)
        return _split(data)[1] if tables else data

    compression = 1 if quality is None else 7
    return _Page(
        width,
        height,
        tile,
        compression,
        tile_at,
        resolution,
        unit,
        description,
        icc,
        coding,
        tables,
    )


def _write(path: Path, pages: Sequence[_Page], *, is_big: bool = True) -> None:
    """Lay the pages out. Tiles of equal bytes are stored once."""
    known: dict[bytes, int] = {}
    for page in pages[1:]:
        page.is_reduced = True
    with path.open("wb") as file:
        head = ("<2sHHHQ", b"II", 43, 8, 0, 0) if is_big else ("<2sHI", b"II", 42, 0)
        file.write(struct.pack(*head))
        for page in pages:
            for column, row in page.places():
                data = page.tile_at(column, row)
                if data not in known:
                    known[data] = file.tell()
                    file.write(data)
                page.offsets.append(known[data])
                page.counts.append(len(data))
        link = 8 if is_big else 4
        for page in pages:
            link = _write_directory(file, page, link, is_big=is_big)


def _write_directory(file: io.BufferedWriter, page: _Page, link: int, *, is_big: bool) -> int:
    """Write one page's tags; `link` is where its offset goes. Returns the next such place."""
    wide, letters = (LONG8, "<u8") if is_big else (LONG, "<u4")
    tags: list[tuple[int, int, bytes]] = [
        (254, LONG, struct.pack("<I", int(page.is_reduced))),
        (256, LONG, struct.pack("<I", page.width)),
        (257, LONG, struct.pack("<I", page.height)),
        (258, SHORT, struct.pack("<3H", 8, 8, 8)),
        (259, SHORT, struct.pack("<H", page.compression)),
        (
            262,
            SHORT,
            struct.pack("<H", 6 if page.compression == 7 and not page.coding.is_rgb else 2),
        ),
        (277, SHORT, struct.pack("<H", 3)),
        (284, SHORT, struct.pack("<H", 1)),
        (322, LONG, struct.pack("<I", page.tile)),
        (323, LONG, struct.pack("<I", page.tile)),
        (324, wide, np.array(page.offsets, letters).tobytes()),
        (325, wide, np.array(page.counts, letters).tobytes()),
    ]
    if page.description:
        tags.append((270, ASCII, page.description.encode() + b"\0"))
    if page.resolution:
        tags += [
            (282 + axis, RATIONAL, struct.pack("<2I", round(value * 1000), 1000))
            for axis, value in enumerate(page.resolution)
        ]
        tags.append((296, SHORT, struct.pack("<H", page.unit)))
    if page.compression == 7:
        tags.append((530, SHORT, struct.pack("<2H", *SUBSAMPLING[page.coding.subsampling])))
    if page.tables:
        tags.append((347, UNDEFINED, page.tables))
    if page.icc:
        tags.append((34675, UNDEFINED, page.icc))
    entries = [_entry(file, *tag, is_big=is_big) for tag in sorted(tags)]
    here = file.tell()
    number, word = ("<Q", "<Q") if is_big else ("<H", "<I")
    file.write(struct.pack(number, len(entries)) + b"".join(entries) + struct.pack(word, 0))
    end = file.tell()
    file.seek(link)
    file.write(struct.pack(word, here))
    file.seek(end)
    return end - struct.calcsize(word)


def _entry(file: io.BufferedWriter, tag: int, kind: int, data: bytes, *, is_big: bool) -> bytes:
    width = {SHORT: 2, LONG: 4, RATIONAL: 8, UNDEFINED: 1, ASCII: 1, LONG8: 8}[kind]
    count = len(data) // width
    room, word, form = (8, "<Q", "<HHQ") if is_big else (4, "<I", "<HHI")
    if len(data) > room:
        offset = file.tell()
        file.write(data)
        data = struct.pack(word, offset)
    return struct.pack(form, tag, kind, count) + data.ljust(room, b"\0")


def _encode(tile: Pixels, quality: int | None, coding: Coding | None = None) -> bytes:
    coding = coding or Coding()
    if quality is None:
        return tile.tobytes()
    buffer = io.BytesIO()
    picture = Image.fromarray(tile)
    if coding.is_rgb:
        picture.save(buffer, "JPEG", quality=quality, keep_rgb=True)
        return _without_words(buffer.getvalue())
    picture.save(buffer, "JPEG", quality=quality, subsampling=coding.subsampling)
    return buffer.getvalue()


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Markers of a JPEG and their segments; the last one runs to the end."""
    at = 2
    while data[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        yield data[at + 1], data[at:end]
        at = end
    yield 0xDA, data[at:]


def _split(data: bytes) -> tuple[bytes, bytes]:
    """A stream of the tables alone and one of all the rest."""
    tables = b"".join(part for marker, part in _segments(data) if marker in {0xC4, 0xDB})
    rest = b"".join(part for marker, part in _segments(data) if marker not in {0xC4, 0xDB})
    return b"\xff\xd8" + tables + b"\xff\xd9", b"\xff\xd8" + rest


def _without_words(data: bytes) -> bytes:
    """Leave out what applications say, such as whether it is RGB."""
    kept = (part for marker, part in _segments(data) if not 0xE0 <= marker <= 0xEF)
    return b"\xff\xd8" + b"".join(kept)


def _reduced(image: Pixels, factor: int) -> Pixels:
    return image if factor == 1 else np.asarray(Image.fromarray(image).reduce(factor))


def _resolution(
    um_per_px: float | tuple[float, float] | None, unit: str, factor: int
) -> tuple[float, float] | None:
    if um_per_px is None:
        return None
    x, y = um_per_px if isinstance(um_per_px, tuple) else (um_per_px, um_per_px)
    return UM_PER_UNIT[unit] / x / factor, UM_PER_UNIT[unit] / y / factor
