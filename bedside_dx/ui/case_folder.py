"""The folder of a case: what is written of it lies together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths

if TYPE_CHECKING:
    from bedside_dx.ui.examination import Examination


def folder_of(examination: Examination | None) -> Path:
    """Folder that a person chose, or the usual one; without a slide one that is no case's."""
    if examination is None:
        return _documents() / "plan"
    return examination.folder or usual_folder(examination)


def usual_folder(examination: Examination) -> Path:
    """Folder that is found again when the same file is opened, whatever was chosen this time."""
    return _documents() / examination.path.stem


def _documents() -> Path:
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(documents or Path.home()) / "bedside-dx"
