"""A table on its way in: its name, how far it is, how long it will take, and a way to stop it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bedside_dx.ui.controls import Button, Words, row
from bedside_dx.ui.share_bar import ShareBar
from bedside_dx.ui.theme import SPACE_8

if TYPE_CHECKING:
    from bedside_dx.ui.disease.courses import Courses, Reading
    from bedside_dx.ui.look import Look

BEFORE_MS, EVERY_MS = 250, 100
"""A reading that ends sooner moves nothing on the screen; after that it is told so often."""


class ReadingRow(QWidget):
    """Shown while a table is read, above what was there before.

    Signals
    -------
    stopped
        A person wants to stop it.
    """

    stopped = Signal()

    def __init__(self, look: Look, courses: Courses) -> None:
        super().__init__()
        self._look, self._courses = look, courses
        self._shown: Reading | None = None
        self._words = Words("soft", wrap=True)
        self._bar = ShareBar(look)
        self.stop = Button(look, "quiet", "x")
        self.stop.clicked.connect(self.stopped)
        head = row(self._words, spacing=SPACE_8)
        head.setStretch(0, 1)
        head.addWidget(self.stop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_8)
        layout.addLayout(head)
        layout.addWidget(self._bar)
        self._soon = QTimer(self, interval=BEFORE_MS, singleShot=True)
        self._soon.timeout.connect(self._begin)
        self._often = QTimer(self, interval=EVERY_MS)
        self._often.timeout.connect(self._tell)
        self.hide()

    def follow(self) -> None:
        """Turn to the table that is read now, or to none."""
        reading = self._courses.reading
        if reading is self._shown:
            return
        self._shown = reading
        self._often.stop()
        self.hide()
        if reading is None:
            self._soon.stop()
        else:
            self._soon.start()

    def _begin(self) -> None:
        if self._shown is not None:
            self._tell()
            self._often.start()
            self.show()

    def _tell(self) -> None:
        t, reading = self._look.t, self._shown
        if reading is None:
            return
        left = reading.seconds_left
        said = (
            t("Reading {file}…", file=reading.file)
            if left is None
            else t(
                "Reading {file} · {share:percent} · {left:count} s left",
                file=reading.file, share=reading.share, left=math.ceil(left),
            )
        )  # fmt: skip
        self._words.setText(said)
        self._bar.show_share(reading.share)
        self._bar.setAccessibleName(said)
        self.stop.say(t("Stop reading"))
