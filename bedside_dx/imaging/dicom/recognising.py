"""Is a path a scan or a slide: told by a few bytes, so that the right door is taken."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

SLIDE_CLASS = b"1.2.840.10008.5.1.4.1.1.77.1.6"
HEAD, MARK, MARK_AT = 4096, b"DICM", 128
ZIP = b"PK\x03\x04"
"""A zip begins so even where its end was cut off, and with it what makes it one."""
BARE = (b"\x08\x00", b"\x02\x00"), b"\x00\x08"
"""First group of a file without preamble, little-endian and big-endian; elements are small."""
MOST_LOOKED_AT = 2000
"""Files before the first of DICOM: a disc's viewer and its help come in hundreds."""


def is_scan(path: Path) -> bool:
    """Tell whether a path holds DICOM images that are no slide; zips are scans, too.

    Nothing is opened that is no plain file: a pipe would be waited for without end.
    """
    if path.is_dir():
        if not os.access(path, os.R_OK | os.X_OK):
            return True  # whose door says why; as a slide it would be called empty
        looked = 0
        for folder, _, files in os.walk(path):
            for name in sorted(files):
                looked += 1
                found = _kind(Path(folder) / name) if (Path(folder) / name).is_file() else None
                if found is not None or looked > MOST_LOOKED_AT:
                    return bool(found)
        return False
    return path.is_file() and (zipfile.is_zipfile(path) or bool(_kind(path) or begins_as_zip(path)))


def _kind(file: Path) -> bool | None:
    """Whether a file is a scan's; None where it is no DICOM."""
    try:
        with file.open("rb") as stream:
            head = stream.read(HEAD)
    except OSError:
        return None
    if head[MARK_AT : MARK_AT + 4] != MARK and not _is_bare(head):
        return None
    return SLIDE_CLASS not in head


def _is_bare(head: bytes) -> bool:
    """Whether a file begins with its first element: without preamble and meta information."""
    little, big = BARE
    return len(head) > MARK_AT and (
        (head[:2] in little and head[3] == 0) or (head[:2] == big and head[2] == 0)
    )


def begins_as_zip(file: Path) -> bool:
    """Tell whether a file begins as a zip does, whatever has become of its end."""
    try:
        with file.open("rb") as stream:
            return stream.read(len(ZIP)) == ZIP
    except OSError:
        return False
