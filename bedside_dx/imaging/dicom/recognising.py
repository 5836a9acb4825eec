"""Is a path a scan or a slide: told by a few bytes, so that the right door is taken."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

SLIDE_CLASS = b"1.2.840.10008.5.1.4.1.1.77.1.6"
HEAD, MARK, MARK_AT = 4096, b"DICM", 128
MOST_LOOKED_AT = 200


def is_scan(path: Path) -> bool:
    """Tell whether a path holds DICOM images that are no slide; zips are scans, too."""
    if path.is_dir():
        looked = 0
        for folder, _, files in os.walk(path):
            for name in sorted(files):
                looked += 1
                found = _kind(Path(folder) / name)
                if found is not None or looked > MOST_LOOKED_AT:
                    return bool(found)
        return False
    return path.is_file() and (zipfile.is_zipfile(path) or bool(_kind(path)))


def _kind(file: Path) -> bool | None:
    """Whether a file is a scan's; None where it is no DICOM."""
    try:
        with file.open("rb") as stream:
            head = stream.read(HEAD)
    except OSError:
        return None
    if head[MARK_AT : MARK_AT + 4] != MARK:
        return None
    return SLIDE_CLASS not in head
