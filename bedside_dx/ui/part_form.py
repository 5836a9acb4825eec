"""Asks whether a scan whose files do not say it shows the part the model reads. Never guessed."""

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
    """

    confirmed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._heading, self._why = Words("section", wrap=True), Words("soft", wrap=True)
        self.use = Button(look, "quiet", "check")
        self.use.clicked.connect(self.confirmed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_8)
        layout.addWidget(self._heading)
        layout.addWidget(self._why)
        answer = row(self.use)
        answer.addStretch(1)
        layout.addLayout(answer)
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Draw the words again."""
        t = self._look.t
        self._heading.setText(t("No part of the body in these files"))
        self._why.setText(t("Look at the images. If they show the head, state it and read again."))
        self.use.say(t("It is the head: read again"))
