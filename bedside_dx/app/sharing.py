"""Save a report: all its files or none, and an earlier report stays until then."""

from __future__ import annotations

import errno
import os
import shutil
from typing import TYPE_CHECKING

from bedside_dx.core.errors import ReportError
from bedside_dx.report.document import document
from bedside_dx.report.document import write_document
from bedside_dx.report.geojson import write_geojson
from bedside_dx.report.heatmap import write_heatmap
from bedside_dx.report.pdf import write_pdf
from bedside_dx.text import Texts, texts
from bedside_dx.text.messages import mark

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bedside_dx.core.results import Report

WRITERS: dict[str, Callable[[Report, Path, Texts], None]] = {
    "report.pdf": write_pdf,
    "report.json": write_document,
    "heatmap.png": write_heatmap,
    "findings.geojson": write_geojson,
}

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


def report_document(report: Report, language: str) -> dict[str, object]:
    """What report.json holds, as plain values."""
    return document(report, texts(language))


def save_report(report: Report, folder: Path, language: str) -> tuple[Path, ...]:
    """Write report.pdf, report.json, heatmap.png and findings.geojson.

    Everything is written beside its place first and moved there when all of it is
    complete: a full disk or a crash leaves an earlier report as it was.

    Parameters
    ----------
    folder
        Made if there is none.
    language
        ``"en"`` or ``"fr"``.

    Returns
    -------
    The files, in the order above.

    Raises
    ------
    ReportError
        They could not be written.
    """
    t = texts(language)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _bring_home(folder)
        _write_all(report, folder, t)
        _bring_home(folder)
    except OSError as exc:
        shutil.rmtree(folder / WRITING, ignore_errors=True)
        raise ReportError("report.not-written", path=folder, detail=_cause(exc, t)) from exc
    return tuple(folder / name for name in WRITERS)


def _write_all(report: Report, folder: Path, t: Texts) -> None:
    writing = folder / WRITING
    shutil.rmtree(writing, ignore_errors=True)
    writing.mkdir()
    for name, write in WRITERS.items():
        if (folder / name).is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(folder / name))
        write(report, writing / name, t)
        _flush(writing / name)
    writing.rename(folder / COMPLETE)


def _bring_home(folder: Path) -> None:
    """Move complete files to their places; those of a save that was killed here as well."""
    complete = folder / COMPLETE
    if not complete.is_dir():
        return
    for name in WRITERS:
        if (complete / name).exists():
            (complete / name).replace(folder / name)
    shutil.rmtree(complete)


def _flush(path: Path) -> None:
    """Wait until a file is on the disk: a full disk may say so only now."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _cause(exc: OSError, t: Texts) -> str:
    words = CAUSES.get(exc.errno or 0)
    return t(words) if words else (exc.strerror or type(exc).__name__)
