"""File dialogs that leave no trace: Qt keeps the folders they were in, which may name a patient."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings

if TYPE_CHECKING:
    from collections.abc import Generator

KEPT = ("FileDialog/history", "FileDialog/lastVisited")


@contextmanager
def untraced() -> Generator[None]:
    """Have what Qt keeps of file dialogs, for all its programs, be as it was before."""
    before = _settings()
    values = {key: before.value(key) for key in KEPT if before.contains(key)}
    del before
    try:
        yield
    finally:
        after = _settings()
        for key in KEPT:
            if key in values:
                after.setValue(key, values[key])
            else:
                after.remove(key)
        after.sync()


def _settings() -> QSettings:
    return QSettings(QSettings.Scope.UserScope, "QtProject")
