"""Which files a path stands for: one file, a folder, a zip, a DICOMDIR."""

from __future__ import annotations

import os
import re
import stat
import zipfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from bedside_dx.core.errors import ImagingError
from bedside_dx.core.scan import Source
from bedside_dx.imaging.dicom import stored_file
from bedside_dx.imaging.dicom.recognising import begins_as_zip

if TYPE_CHECKING:
    from bedside_dx.isolation.sandbox import Json

MOST_FILES = 50_000
NEVER = frozenset((".DS_Store", "Thumbs.db", "desktop.ini"))


def sources_of(path: Path) -> list[Source]:
    """Files that may belong to a study; a DICOMDIR and what it lists are found later.

    Raises
    ------
    ImagingError
        ``scan.not-found``, ``scan.no-access``, ``scan.gone``, ``scan.too-many-files``;
        ``scan.not-dicom``: a pipe, a socket or a device;
        ``scan.damaged``: a zip that can't be read; ``scan.outside``: one that leads out of itself;
        ``scan.encrypted``.
    """
    try:
        if path.is_dir():
            return _of_folder(path)
        if not path.exists():
            raise ImagingError("scan.not-found", path=path)
        if _is_special(path):
            raise ImagingError("scan.not-dicom", path=path)
        if path.is_file() and zipfile.is_zipfile(path):
            return _of_zip(path)
        if path.is_file() and begins_as_zip(path):
            raise ImagingError("scan.damaged", path=path)  # its list of files was cut off
    except PermissionError as exc:
        raise ImagingError("scan.no-access", path=path) from exc
    except OSError as exc:
        raise ImagingError("scan.gone", path=path) from exc
    return [Source(path)]


def _of_folder(path: Path) -> list[Source]:
    found: list[Source] = []

    def keep(error: OSError) -> None:
        # A folder that may not be read is no empty one: the worker is refused, and says so.
        found.append(Source(Path(error.filename)))

    for folder, folders, files in os.walk(path, onerror=keep):  # Path.walk: Python 3.12
        folders.sort(key=natural)
        names = [name for name in sorted(files, key=natural) if name not in NEVER]
        found += [
            Source(Path(folder) / name) for name in names if not _is_special(Path(folder, name))
        ]
        if len(found) > MOST_FILES:
            raise ImagingError("scan.too-many-files", path=path, most=MOST_FILES)
    return found


def _is_special(path: Path) -> bool:
    """Whether it is a pipe, a socket or a device: reading one may never end."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False  # a file that can't be read: to be said by name
    return not stat.S_ISREG(mode)


def _of_zip(path: Path) -> list[Source]:
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as exc:
        raise ImagingError("scan.damaged", path=path) from exc
    if len(infos) > MOST_FILES:
        raise ImagingError("scan.too-many-files", path=path, most=MOST_FILES)
    if any(info.flag_bits & 1 for info in infos):
        raise ImagingError("scan.encrypted", path=path)
    for info in infos:
        if _leads_out(PurePosixPath(info.filename.replace("\\", "/"))):
            raise ImagingError("scan.outside", path=path)
    names = [i.filename for i in infos if PurePosixPath(i.filename).name not in NEVER]
    return [Source(path, name) for name in sorted(names, key=natural)]


def natural(name: str) -> list[tuple[int, str]]:
    """Key to sort names as people count: IM2 before IM10."""
    parts = re.split(r"([0-9]+)", name)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def read_directory(path: str, member: str) -> Json:
    """Files that a DICOMDIR lists, each as the parts of its path: runs in the worker.

    Raises
    ------
    ImagingError
        ``scan.outside``: it leads out of its own folder; ``scan.damaged``.
    """
    data, _, _ = stored_file.dataset(path, member, pixels=True)
    listed: list[Json] = []
    for record in data.get("DirectoryRecordSequence", ()) or ():
        stated = record.get("ReferencedFileID")
        if not stated:
            continue
        parts = [stated] if isinstance(stated, str) else [str(part) for part in stated]
        if _leads_out(PurePosixPath(*parts)) or any("\\" in part or ":" in part for part in parts):
            raise ImagingError("scan.outside")
        listed.append([*parts])
    return listed


def beside(directory: Source, parts: list[str]) -> Source:
    """File that a DICOMDIR lists."""
    if directory.member:
        folder = PurePosixPath(directory.member).parent
        return Source(directory.path, str(folder.joinpath(*parts)))
    return Source(directory.path.parent.joinpath(*parts))


def _leads_out(name: PurePosixPath) -> bool:
    return name.is_absolute() or ".." in name.parts or (bool(name.parts) and ":" in name.parts[0])
