"""Asks whether a scan shows the part that the model reads, where its files do not say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bedside_dx.ui.controls import Button, Words, row
from bedside_dx.ui.theme import SPACE_8

if TYPE_CHECKING:
    from bedside_dx.ui.look import Look


class PartForm(QWidget):
    """One confirming button: this scan shows the head.

    Signals
    -------
    confirmed
        A person looked, and states that the head is shown.
    taken_back
        A person takes back what was stated.
    """

    confirmed = Signal()
    taken_back = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._heading, self._why = Words("section", wrap=True), Words("soft", wrap=True)
        self.use = Button(look, "quiet", "check")
        self.use.clicked.connect(self.confirmed)
        self.undo = Button(look, "quiet", "arrow-counter-clockwise")
        self.undo.clicked.connect(self.taken_back)
        self._is_stated = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_8)
        layout.addWidget(self._heading)
        layout.addWidget(self._why)
        answer = row(self.use, self.undo)
        answer.addStretch(1)
        layout.addLayout(answer)
        look.changed.connect(self.refresh)
        self.refresh()

    def ask(self, *, is_stated: bool) -> None:
        """Ask for the part, or say that it was stated and offer to take that back."""
        if is_stated != self._is_stated:
            self._is_stated = is_stated
            self.refresh()

    def refresh(self) -> None:
        """Draw the words again."""
        t = self._look.t
        self.use.setVisible(not self._is_stated)
        self.undo.setVisible(self._is_stated)
        self.undo.say(t("Take it back: read again"))
        if self._is_stated:
            self._heading.setText(t("Stated by hand: the head"))
            self._why.setText(t("The files do not say it. This result rests on that statement."))
            return
        self._heading.setText(t("No part of the body in these files"))
        self._why.setText(t("Look at the images. If they show the head, state it and read again."))
        self.use.say(t("It is the head: read again"))
