"""Files that belong together are saved together: all or none, earlier ones stay until then."""

from __future__ import annotations

import errno
import os
import shutil
from typing import TYPE_CHECKING

from bedside_dx.core.errors import ReportError
from bedside_dx.text.message import mark

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from bedside_dx.text import Texts

WRITING = ".bedside-dx-writing"
"""Folder of files that may be half-written; what a crash leaves of it is thrown away."""

COMPLETE = ".bedside-dx-complete"
"""Folder of files that are complete and on their way; a later save brings them home."""

CAUSES = {
    errno.ENOSPC: mark("the disk is full"),
    errno.EDQUOT: mark("the disk quota is used up"),
    errno.EFBIG: mark("the file would be larger than allowed"),
    errno.EACCES: mark("no right to write there"),
    errno.EPERM: mark("no right to write there"),
    errno.EROFS: mark("the disk is read-only"),
    errno.ENOTDIR: mark("a file is where the folder should be"),
    errno.EEXIST: mark("a file is where the folder should be"),
    errno.EISDIR: mark("a folder is where the file should be"),
    errno.ENAMETOOLONG: mark("the name is too long"),
}


def check_folder(folder: Path, t: Texts) -> None:
    """See, before long work, whether files could be written to a folder. Nothing is made.

    Raises
    ------
    ReportError
        ``report.no-folder``: it is no folder and can't become one.
    """
    place = next(p for p in (folder.absolute(), *folder.absolute().parents) if p.exists())
    cause = None
    if not place.is_dir():
        cause = CAUSES[errno.ENOTDIR]
    elif not os.access(place, os.W_OK | os.X_OK):
        cause = CAUSES[errno.EACCES]
    if cause:
        raise ReportError("report.no-folder", folder=str(folder), detail=t(cause))


def save_together(
    folder: Path, writers: Mapping[str, Callable[[Path], object]], t: Texts
) -> tuple[Path, ...]:
    """Write some files into a folder.

    Everything is written beside its place first and moved there when all of it is
    complete: a full disk or a crash leaves earlier files as they were.

    Parameters
    ----------
    folder
        Made if there is none.
    writers
        By file name, what writes it to a path.

    Returns
    -------
    The files, in the order of `writers`.

    Raises
    ------
    ReportError
        They could not be written.
    """
    is_new = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _bring_home(folder, writers)
        _write_all(folder, writers)
        _bring_home(folder, writers)
    except OSError as exc:
        raise ReportError("report.not-written", path=folder, detail=_cause(exc, t)) from exc
    finally:
        shutil.rmtree(folder / WRITING, ignore_errors=True)
        if is_new and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    return tuple(folder / name for name in writers)


def _write_all(folder: Path, writers: Mapping[str, Callable[[Path], object]]) -> None:
    writing = folder / WRITING
    shutil.rmtree(writing, ignore_errors=True)
    writing.mkdir()
    for name, write in writers.items():
        if (folder / name).is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(folder / name))
        write(writing / name)
        _flush(writing / name)
    writing.rename(folder / COMPLETE)


def _bring_home(folder: Path, names: Mapping[str, object]) -> None:
    """Move complete files to their places; those of a save that was killed here as well."""
    complete = folder / COMPLETE
    if not complete.is_dir():
        return
    for name in names:
        if (complete / name).exists():
            (complete / name).replace(folder / name)
    shutil.rmtree(complete)


def _flush(path: Path) -> None:
    """Wait until a file is on the disk: a full disk may say so only now."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _cause(exc: OSError, t: Texts) -> str:
    words = CAUSES.get(exc.errno or 0)
    if words:
        return t(words)
    return t("the system says “{words}”", words=exc.strerror or type(exc).__name__)
