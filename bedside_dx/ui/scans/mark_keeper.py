"""Keeps the measures of each study in the folder of its case, as they are made."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace
from functools import partial
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
    from bedside_dx.ui.scans.measures import Measured, Measures

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
        unread = [one for one in self._measures.studies() if _key(one) not in self._on_disk]
        writings = [partial(self._write, key) for key in self._changed()]
        for write in (*writings, *(partial(self._add, one) for one in unread)):
            try:
                write()
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

    def _add(self, measured: Measured) -> None:
        """Add to what lies there where that has not been read yet."""
        folder = self._folders.get(_key(measured)) or usual_folder(measured.examination)
        before = KeptMarks(measured.study, measured.patient)
        with suppress(StoreError):  # what can't be read is moved aside by the writing
            before = kept_marks(folder, before)
        marks = self._measures.kept(measured.examination, measured.study)
        keep_marks(folder, replace(before, marks=(*before.marks, *marks)))

    def _write(self, key: Key) -> None:
        """Write what is wanted now, whichever thread comes first."""
        with self._lock:
            before, marks = self._on_disk[key], self._wanted[key]
            if before.marks != marks:
                kept = keep_marks(self._folders[key], replace(before, marks=marks))
                self._on_disk[key] = kept


def _key(measured: Measured) -> Key:
    return id(measured.examination), measured.study
