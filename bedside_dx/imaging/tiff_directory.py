"""A look at a TIFF's own tables before a native library trusts them.

OpenSlide allocates what a table says a tile weighs, and the process ends when it can't.
"""

from __future__ import annotations

import struct
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

STRIP_BYTE_COUNTS, TILE_BYTE_COUNTS, SAMPLE_FORMAT = 279, 325, 339

MEASURED = frozenset({3, 5, 6})
"""Sample formats of measured values: floats and complex numbers."""

MAX_PAGES, MAX_ENTRIES = 10_000, 4_096
"""What is followed; a chain of more leads in a circle or through pixels."""

SHORT = 3

KINDS = {SHORT: ("H", 2), 4: ("I", 4), 16: ("Q", 8)}
"""Letter for `struct` and bytes of the kinds that a count may have."""


NUMBERS = {1: "u1", SHORT: "u2", 4: "u4", 7: "u1", 16: "u8"}
"""Whole numbers and bytes, as numpy names them."""


class _Layout(NamedTuple):
    """How classic TIFF and BigTIFF differ."""

    order: str
    word: str
    entries: str
    entry: str

    @classmethod
    def of(cls, head: bytes) -> _Layout | None:
        """Tell by the first four bytes; None when it is no TIFF."""
        order = {b"II": "<", b"MM": ">"}.get(head[:2])
        if order is None:
            return None
        kinds = {42: cls(order, "I", "H", "HHI4s"), 43: cls(order, "Q", "Q", "HHQ8s")}
        return kinds.get(struct.unpack(f"{order}H", head[2:4])[0])


class _Entry(NamedTuple):
    """One tag of a page; `field` holds its values, or says where they are."""

    tag: int
    kind: int
    values: int
    field: bytes


_NO_ENTRIES: list[_Entry] = []


def page_tags(path: Path, wanted: frozenset[int]) -> list[dict[int, NDArray[np.int64]]]:
    """Values of some tags of every page, by tag; bytes count as numbers.

    Returns
    -------
    A table for each page; none where it is no TIFF, or not whole.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(16)
        layout = _layout(head, size)
        if layout is None:
            return []
        try:
            return [
                {
                    entry.tag: _numbers(file, layout, entry, size)
                    for entry in page
                    if entry.tag in wanted and entry.kind in NUMBERS
                }
                for page in list(_pages(file, layout, head))
            ]
        except (struct.error, OSError, ValueError):
            return []


def find_lie(path: Path) -> str:
    """Say what is impossible in a TIFF's tables; empty when nothing is, or it is no TIFF.

    A tile that is cut off by the file's end is possible: that is found when it is read.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(16)
        layout = _layout(head, size)
        if layout is None:
            return ""
        try:
            for tag, kind, count, value in chain.from_iterable(_pages(file, layout, head)):
                if tag in {STRIP_BYTE_COUNTS, TILE_BYTE_COUNTS} and kind in KINDS:
                    letter, width = KINDS[kind]
                    if count * width > size:
                        return f"{count} tiles"
                    table = _table(file, layout, value, count * width)
                    if (
                        max(struct.unpack(f"{layout.order}{count}{letter}", table), default=0)
                        > size
                    ):
                        return "a tile larger than the file"
        except (struct.error, OSError, ValueError):
            return ""  # cut short: whoever decodes it says so better
    return ""


def holds_no_colours(path: Path) -> bool:
    """Tell whether the first page of a TIFF holds floats: they have no one meaning as colours."""
    with path.open("rb") as file:
        head = file.read(16)
        layout = _layout(head, path.stat().st_size)
        if layout is None:
            return False
        try:
            for tag, kind, count, value in next(_pages(file, layout, head), _NO_ENTRIES):
                if tag == SAMPLE_FORMAT and kind == SHORT and count > 0:
                    table = _table(file, layout, value, min(count, MAX_ENTRIES) * 2)
                    return struct.unpack_from(f"{layout.order}H", table)[0] in MEASURED
        except (struct.error, OSError, ValueError):
            return False  # cut short: whoever decodes it says so better
    return False


def _layout(head: bytes, size: int) -> _Layout | None:
    layout = _Layout.of(head) if len(head) == 16 else None
    # Classic TIFF ends at 4 GiB; Hamamatsu goes on past it in a way of its own.
    if layout is None or (layout.word == "I" and size >= 2**32):
        return None
    return layout


def _pages(file: BinaryIO, layout: _Layout, head: bytes) -> Iterator[list[_Entry]]:
    """All entries of each page."""
    order = layout.order
    (offset,) = struct.unpack_from(order + layout.word, head, 4 if layout.word == "I" else 8)
    entry = struct.Struct(order + layout.entry)
    for _ in range(MAX_PAGES):
        if offset == 0:
            return
        file.seek(offset)
        (entries,) = _read(file, order + layout.entries)
        if entries > MAX_ENTRIES:
            return
        block = file.read(entry.size * entries)
        (offset,) = _read(file, order + layout.word)
        yield [_Entry(*fields) for fields in entry.iter_unpack(block)]


def _numbers(file: BinaryIO, layout: _Layout, entry: _Entry, size: int) -> NDArray[np.int64]:
    kind = np.dtype(layout.order + NUMBERS[entry.kind])
    length = entry.values * kind.itemsize
    if length > size:
        raise ValueError("more values than the file has bytes")
    return np.frombuffer(_table(file, layout, entry.field, length), kind).astype(np.int64)


def _read(file: BinaryIO, form: str) -> tuple[int, ...]:
    return struct.unpack(form, file.read(struct.calcsize(form)))


def _table(file: BinaryIO, layout: _Layout, value: bytes, length: int) -> bytes:
    """Values of an entry: in its value field when they fit, else where that points."""
    if length <= len(value):
        return value[:length]
    (offset,) = struct.unpack(layout.order + layout.word, value)
    file.seek(offset)
    return file.read(length)
