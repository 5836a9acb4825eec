"""Copying a package that nobody has vouched for into a private folder, and no more than that.

Nothing of it is parsed here: a zip is copied as it is, of a folder only plain files of a size
that a package may have.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bedside_dx.models.flaw import Flaw
from bedside_dx.models.package import LARGEST, LARGEST_OTHER, MOST_FILES
from bedside_dx.models.shelf import SHELF

if TYPE_CHECKING:
    from collections.abc import Generator

PREFIX = ".incoming-"
STALE_S = 3600
"""A private folder older than this was left by a run that was killed."""

LARGEST_ZIP = sum(LARGEST.values()) + MOST_FILES * LARGEST_OTHER
"""Bytes that a package may have altogether."""

_CHUNK = 2**20


@contextmanager
def private_folder(models: Path) -> Generator[Path]:
    """A folder on the disk of the installed models that no one else reads; gone afterwards."""
    shelf = models / SHELF
    shelf.mkdir(parents=True, exist_ok=True)
    _sweep(shelf)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=shelf))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def bring_in(source: Path, folder: Path) -> Path:
    """Copy a package, folder or zip, into a private folder.

    Returns
    -------
    The copy.

    Raises
    ------
    Flaw
        It holds something else than plain files, or is larger than a package may be.
    OSError
    """
    if source.is_dir():
        target = folder / "package"
        target.mkdir()
        entries = sorted(source.iterdir())
        if len(entries) > MOST_FILES:
            raise Flaw("more than {most} files", most=MOST_FILES)
        for entry in entries:
            _copy(entry, target / entry.name, LARGEST.get(entry.name, LARGEST_OTHER))
        return target
    target = folder / "package.zip"
    _copy(source, target, LARGEST_ZIP, follow=True)
    return target


def _copy(source: Path, target: Path, limit: int, *, follow: bool = False) -> None:
    """Copy one plain file; a link or pipe put there in the meantime is not opened."""
    name = source.name[:80]
    found = source.stat() if follow else source.lstat()
    if not stat.S_ISREG(found.st_mode):
        raise Flaw("{file} is not a plain file", file=name)
    no_link = 0 if follow else getattr(os, "O_NOFOLLOW", 0)
    flags = os.O_RDONLY | no_link | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    left = limit
    with os.fdopen(os.open(source, flags), "rb") as reading, target.open("xb") as writing:
        while chunk := reading.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise Flaw("{file} is larger than {limit} bytes", file=name, limit=limit)
            writing.write(chunk)


def _sweep(shelf: Path) -> None:
    for folder in shelf.glob(f"{PREFIX}*"):
        if time.time() - folder.stat().st_mtime > STALE_S:
            shutil.rmtree(folder, ignore_errors=True)
