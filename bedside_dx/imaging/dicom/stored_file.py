"""One file of a study, opened in the worker; out of a zip without unpacking it to disk."""

from __future__ import annotations

import mmap
import warnings
import zipfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pydicom import dcmread  # pyright: ignore[reportUnknownVariableType]
from pydicom.uid import (
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from bedside_dx.core.errors import ImagingError
from bedside_dx.imaging.dicom.structure import examine

if TYPE_CHECKING:
    from bedside_dx.imaging.dicom.structure import Structure

MOST_MEMBER, MOST_RATIO = 2**30, 200
"""Bytes of a file within a zip, and how often it may be larger than what is stored of it."""

_last: list[tuple[tuple[object, ...], Any]] = []
"""The dataset that was read last: frames of one file are asked for one after the other."""


def content(path: str, member: str = "") -> bytes | mmap.mmap:
    """Bytes of a file.

    Raises
    ------
    ImagingError
        ``scan.empty``, ``scan.no-access``, ``scan.inflates`` or ``scan.damaged``; ``scan.gone``:
        it is not there any more, or its disk does not answer.
    """
    try:
        if member:
            return _member(path, member)
        with Path(path).open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except ValueError as exc:
        raise ImagingError("scan.empty") from exc
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as exc:
        raise ImagingError("scan.damaged") from exc
    except (PermissionError, IsADirectoryError) as exc:
        raise ImagingError("scan.no-access") from exc
    except OSError as exc:
        raise ImagingError("scan.gone") from exc


def _member(path: str, member: str) -> bytes:
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo(member)
        if info.file_size > MOST_MEMBER or info.file_size > MOST_RATIO * max(info.compress_size, 1):
            raise ImagingError("scan.inflates")
        with archive.open(info) as file:
            whole = file.read(MOST_MEMBER + 1)
    if len(whole) > MOST_MEMBER:
        raise ImagingError("scan.inflates")
    if not whole:
        raise ImagingError("scan.empty")
    return whole


def dataset(path: str, member: str = "", *, pixels: bool) -> tuple[Any, Structure, list[str]]:
    """Read a file that holds together.

    Parameters
    ----------
    pixels
        Whether pixel data are wanted as well.

    Returns
    -------
    The dataset, what `examine` says, and what pydicom found fault with.

    Raises
    ------
    ImagingError
        As `content` and `examine`; ``scan.damaged`` for what pydicom can't read,
        ``scan.no-syntax`` where it can't be told how it is written.
    """
    data = content(path, member)
    structure = examine(data)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        # pydicom answers damage with 13 kinds of exception.
        try:
            stream = BytesIO(data) if isinstance(data, bytes) else cast("Any", data)
            read = dcmread(stream, stop_before_pixels=not pixels, force=not structure.has_preamble)
        except Exception as exc:
            raise ImagingError("scan.damaged") from exc
    if not len(read):
        raise ImagingError("scan.cut-short")
    if not structure.syntax:
        _state_syntax(read)
    return read, structure, [str(warning.message) for warning in caught]


def whole(path: str, member: str = "", image: str = "") -> Any:
    """Read a file with its pixels; the last one is kept while it is the same file.

    Parameters
    ----------
    image
        Name of the image that is expected there; empty where that does not matter.

    Raises
    ------
    ImagingError
        ``scan.replaced``: another image lies there; or as `dataset`.
    """
    key = (path, member, *_stamp(path))
    if not _last or _last[0][0] != key:
        _last.clear()
        read, _, _ = dataset(path, member, pixels=True)
        _last.append((key, read))
    read = _last[0][1]
    if image and str(read.get("SOPInstanceUID") or "").strip() != image:
        raise ImagingError("scan.replaced")
    return read


def _stamp(path: str) -> tuple[int, ...]:
    """What differs once another file lies at a path."""
    try:
        known = Path(path).stat()
    except OSError:
        return ()  # reading it says what is wrong
    return known.st_dev, known.st_ino, known.st_size, known.st_mtime_ns


def _state_syntax(read: Any) -> None:
    """Say in the meta information how a file without it was read."""
    implicit, little = cast("tuple[bool, bool]", read.original_encoding)
    plain = ExplicitVRLittleEndian if little else ExplicitVRBigEndian
    read.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian if implicit else plain
