"""Keeps the measures of each study in the folder of its case, as they are made."""

from __future__ import annotations

import logging
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from bedside_dx.app.keeping_marks import keep_marks, kept_marks
from bedside_dx.core.case import Patient
from bedside_dx.core.errors import BedsideDxError, StoreError
from bedside_dx.core.kept_marks import KeptMarks
from bedside_dx.ui.case_folder import usual_folder

if TYPE_CHECKING:
    from pathlib import Path

    from bedside_dx.core.kept_marks import KeptMark
    from bedside_dx.ui.background import Background
    from bedside_dx.ui.examination import Examination
    from bedside_dx.ui.scans.measures import Measures

logger = logging.getLogger(__name__)

SETTLE_MS = 200
"""Longest time that a change is not on its way to the disk."""

Key = tuple[int, str]
"""Which examination of the session, and the study's own identifier."""


class MarkKeeper(QObject):
    """Reads the measures of a study once it is known, and writes them when they change."""

    def __init__(self, measures: Measures, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._measures, self._background = measures, background
        self._folders: dict[Key, Path] = {}
        self._examinations: dict[Key, Examination] = {}
        self._on_disk: dict[Key, KeptMarks] = {}
        self._wanted: dict[Key, tuple[KeptMark, ...]] = {}
        self._asked: set[Key] = set()
        self._lock = Lock()
        self._timer = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._timer.timeout.connect(self._write_changed)
        measures.changed.connect(self._note)

    def open(self, examination: Examination) -> None:
        """Have back what was measured on a study that has been read to its end."""
        study = examination.study
        if study is None or not study.is_complete:
            return
        for series in study.images:
            key = (id(examination), series.study or series.own_name)
            if key in self._asked:
                continue
            self._asked.add(key)
            is_known = series.patient < len(study.patients)
            whose = study.patients[series.patient] if is_known else Patient()
            self._examinations[key] = examination
            self._folders[key] = usual_folder(examination)
            self._read(key, KeptMarks(key[1], whose))

    def close(self) -> None:
        """Write what is not on the disk yet, and wait for it.

        What can't be written has been said while the window was open; closing goes on.
        """
        self._timer.stop()
        for key in self._changed():
            try:
                self._write(key)
            except StoreError as error:
                logger.warning("measures were not kept: %s", error.code)

    # --- inside --------------------------------------------------------------------------

    def _read(self, key: Key, wanted: KeptMarks) -> None:
        def take(kept: KeptMarks) -> None:
            self._on_disk[key] = kept
            self._measures.restore(self._examinations[key], kept)

        def refuse(error: BedsideDxError) -> None:
            self._on_disk[key] = wanted  # the next writing moves the file aside
            self._measures.refuse(error)
            self._note()

        folder = self._folders[key]
        self._background.run(lambda: kept_marks(folder, wanted), take, refuse)

    def _note(self) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _changed(self) -> list[Key]:
        """Studies whose measures differ from those on the disk."""
        for key in self._on_disk:
            self._wanted[key] = self._measures.kept(self._examinations[key], key[1])
        with self._lock:
            return [key for key, kept in self._on_disk.items() if kept.marks != self._wanted[key]]

    def _write_changed(self) -> None:
        for key in self._changed():
            self._background.run(
                lambda key=key: self._write(key), lambda _none: None, self._measures.refuse
            )

    def _write(self, key: Key) -> None:
        """Write what is wanted now, whichever thread comes first."""
        with self._lock:
            before, marks = self._on_disk[key], self._wanted[key]
            if before.marks != marks:
                kept = keep_marks(self._folders[key], replace(before, marks=marks))
                self._on_disk[key] = kept
