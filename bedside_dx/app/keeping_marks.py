"""Keep what was measured on a scan in the folder of its case, and have it back."""

from __future__ import annotations

from pathlib import Path

from bedside_dx.core.kept_marks import KeptMarks
from bedside_dx.store.marks_file import marks_path, read_marks, write_marks


def kept_marks(folder: Path, wanted: KeptMarks) -> KeptMarks:
    """Measures of a study of one patient; none where there is no file.

    Raises
    ------
    StoreError
        As `store.marks_file.read_marks`.
    """
    return read_marks(marks_path(folder, wanted.study), wanted)


def keep_marks(folder: Path, kept: KeptMarks) -> KeptMarks:
    """Write them; the outcome has the version that lies on disk now.

    Raises
    ------
    StoreError
        As `store.marks_file.write_marks`.
    """
    return write_marks(marks_path(folder, kept.study), kept)
