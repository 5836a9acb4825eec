"""Does a DICOM file hold together: looked at element by element, before pydicom reads it.

pydicom gives an empty dataset for a file that was cut short, recurses into sequences without a
limit, and inflates whatever it is given. So lengths, depth and inflation are judged here first.
Elements: DICOM PS3.5 section 7; the meta information: PS3.10 section 7.1.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydicom.datadict import dictionary_VR
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian

from bedside_dx.core.errors import ImagingError

if TYPE_CHECKING:
    import mmap

PREAMBLE, MARK = 128, b"DICM"
UNDEFINED = 0xFFFFFFFF
ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
PIXELS = (0x7FE00008, 0x7FE00009, 0x7FE00010)
SYNTAX = 0x00020010

LONG_VRS = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
"""Value representations whose length takes four bytes, two are left out before it."""

DEEPEST = 32
"""Sequences within sequences; real objects stay below ten."""

MOST_INFLATED, MOST_RATIO = 256 * 2**20, 100
"""Bytes of an inflated dataset, and how often it may be larger than the file beyond 64 MiB."""
RATIO_FROM = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Structure:
    """What was learned of a file that holds together.

    Attributes
    ----------
    has_preamble
        Whether it begins as a DICOM file should.
    syntax
        UID of the transfer syntax; empty where the file does not say.
    has_pixels
        Whether there is pixel data at its top level.
    """

    has_preamble: bool
    syntax: str
    has_pixels: bool


def examine(data: bytes | mmap.mmap) -> Structure:
    """Walk through a file without reading its values.

    Raises
    ------
    ImagingError
        ``scan.not-dicom``; ``scan.cut-short``: it ends before its last element does;
        ``scan.damaged``: elements do not fit each other; ``scan.too-deep``: sequences nested
        beyond reason; ``scan.inflates``: a small file that would fill the memory.
    """
    has_preamble = data[PREAMBLE : PREAMBLE + 4] == MARK
    start = PREAMBLE + 4 if has_preamble else 0
    if not has_preamble and not _looks_headerless(data):
        raise ImagingError("scan.not-dicom")
    syntax, at = _meta(data, start)
    if syntax == DeflatedExplicitVRLittleEndian:
        return Structure(has_preamble, syntax, _Walk(_inflated(data, at), "<", False).run(0))
    form, is_implicit = _form(data, at, syntax)
    return Structure(has_preamble, syntax, _Walk(data, form, is_implicit).run(at))


def _looks_headerless(data: bytes | mmap.mmap) -> bool:
    """Whether bytes without a preamble begin with a low group and a length or VR that can be."""
    head = data[:8]
    if len(head) < 8:
        return False
    for form in "<>":
        group, _, length = struct.unpack(form + "HHI", head)
        if group in (2, 8) and (head[4:6].isalpha() or length < 256):
            return True
    return False


def _meta(data: bytes | mmap.mmap, at: int) -> tuple[str, int]:
    """Transfer syntax, and where the dataset begins."""
    syntax = ""
    while data[at : at + 2] == b"\x02\x00" and data[at + 4 : at + 6].isalpha():
        walk = _Walk(data, "<", False)
        tag, vr, length, value = walk.head(at)
        if value + length > len(data):
            raise ImagingError("scan.cut-short")
        if tag == SYNTAX:
            syntax = data[value : value + length].rstrip(b"\0 ").decode("ascii", "replace")
        del vr
        at = value + length
    return syntax, at


def _form(data: bytes | mmap.mmap, at: int, syntax: str) -> tuple[str, bool]:
    """Byte order and whether value representations are left out, as the bytes themselves say.

    Files are met whose syntax is another one: pydicom, too, believes the bytes.
    """
    if syntax == ExplicitVRBigEndian:
        return ">", False
    is_explicit = data[at + 4 : at + 6].isalpha()
    if syntax in ("", ImplicitVRLittleEndian):
        group = struct.unpack("<H", data[at : at + 2])[0] if len(data) - at >= 8 else 0
        return (">" if not syntax and group >= 0x100 else "<"), not is_explicit
    return "<", not is_explicit and len(data) - at >= 8


def _inflated(data: bytes | mmap.mmap, at: int) -> bytes:
    body = data[at:]
    most = min(MOST_INFLATED, max(RATIO_FROM, MOST_RATIO * len(body)))
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        whole = engine.decompress(body, most + 1)
    except zlib.error as exc:
        raise ImagingError("scan.damaged") from exc
    if len(whole) > most:
        raise ImagingError("scan.inflates")
    if not engine.eof:
        raise ImagingError("scan.cut-short")
    return whole


class _Walk:
    """One pass over elements, without recursion: depth is a number here, not a stack."""

    def __init__(self, data: bytes | mmap.mmap, form: str, is_implicit: bool) -> None:
        self._data = data
        self._size = len(data)
        self._is_implicit = is_implicit
        self._tag = struct.Struct(form + "HH").unpack_from
        self._short = struct.Struct(form + "H").unpack_from
        self._long = struct.Struct(form + "I").unpack_from

    def run(self, at: int) -> bool:  # noqa: C901, PLR0912  (one loop, a case a line)
        """Walk to the end; whether there were pixels."""
        ends: list[tuple[int, bool]] = []  # of what is open: where it ends, whether an item
        has_pixels = False
        end, is_open = self._size, False
        while True:
            while ends and at == ends[-1][0]:
                ends.pop()
            if not ends:
                end, is_open = self._size, False
                if at >= end:
                    break
            else:
                end = next((e for e, _ in reversed(ends) if e >= 0), self._size)
                is_open = ends[-1][0] < 0
            if len(ends) > 2 * DEEPEST:
                raise ImagingError("scan.too-deep")
            if end - at < 8:
                if not ends and not self._data[at:end].strip(b"\0"):
                    break  # padding
                raise ImagingError("scan.cut-short")
            tag, vr, length, value = self.head(at)
            if tag in (ITEM_END, SEQUENCE_END):
                if not is_open:
                    # A stray delimiter, as some writers leave behind: nothing hangs on it.
                    at = value
                    continue
                ends.pop()
                at = value
                continue
            is_top = not ends
            if tag in PIXELS and length == UNDEFINED:
                at = self._fragments(value)
                has_pixels = has_pixels or is_top
                continue
            if length == UNDEFINED:
                ends.append((-1, tag == ITEM))
                at = value
                continue
            stop = value + length
            if stop > end:
                raise ImagingError("scan.cut-short" if stop > self._size else "scan.damaged")
            if length and (tag == ITEM or vr == b"SQ"):
                ends.append((stop, tag == ITEM))
                at = value
                continue
            has_pixels = has_pixels or (is_top and tag in PIXELS)
            at = stop
        return has_pixels

    def head(self, at: int) -> tuple[int, bytes, int, int]:
        """Tag, value representation, length, and where the value begins."""
        if self._size - at < 8:
            raise ImagingError("scan.cut-short")
        group, element = self._tag(self._data, at)
        tag = group << 16 | element
        if group == 0xFFFE:
            return tag, b"", self._long(self._data, at + 4)[0], at + 8
        vr = self._data[at + 4 : at + 6]
        if self._is_implicit:
            length = self._long(self._data, at + 4)[0]
            return tag, (b"SQ" if length and _is_sequence(tag) else b""), length, at + 8
        if vr not in LONG_VRS:
            if not vr.isalpha():
                # pydicom reads such an element as if its VR were left out.
                return tag, b"", self._long(self._data, at + 4)[0], at + 8
            return tag, vr, self._short(self._data, at + 6)[0], at + 8
        if self._size - at < 12:
            raise ImagingError("scan.cut-short")
        return tag, vr, self._long(self._data, at + 8)[0], at + 12

    def _fragments(self, at: int) -> int:
        """Where encapsulated pixels end."""
        while True:
            if self._size - at < 8:
                raise ImagingError("scan.cut-short")
            group, element = self._tag(self._data, at)
            length = self._long(self._data, at + 4)[0]
            at += 8
            if group << 16 | element == SEQUENCE_END:
                return at
            if group << 16 | element != ITEM or length == UNDEFINED:
                raise ImagingError("scan.damaged")
            at += length
            if at > self._size:
                raise ImagingError("scan.cut-short")


def _is_sequence(tag: int) -> bool:
    try:
        return dictionary_VR(tag) == "SQ"
    except KeyError:
        return False
