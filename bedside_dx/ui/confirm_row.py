"""A step that can't be undone: a quiet button that asks once more, in its own place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bedside_dx.ui.controls import Button, Words, row
from bedside_dx.ui.theme import SPACE_4, SPACE_8

if TYPE_CHECKING:
    from bedside_dx.ui.look import Look


class ConfirmRow(QWidget):
    """A button; touched, it becomes a question with two answers.

    Signals
    -------
    confirmed
        A person asked for the step, and said so a second time.
    """

    confirmed = Signal()

    def __init__(self, look: Look, icon_name: str) -> None:
        super().__init__()
        self._look = look
        self.ask = Button(look, "flush", icon_name)
        self.question = Words("soft", wrap=True)
        self.go_on, self.keep = Button(look, "quiet", icon_name), Button(look, "quiet")
        self.ask.clicked.connect(lambda: self._turn(asking=True))
        self.keep.clicked.connect(lambda: self._turn(asking=False))
        self.go_on.clicked.connect(self._confirm)
        answers = row(self.go_on, self.keep, spacing=SPACE_8)
        answers.addStretch(1)
        first = row(self.ask)
        first.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_4)
        layout.addLayout(first)
        layout.addWidget(self.question)
        layout.addLayout(answers)
        self._turn(asking=False)

    def say(self, action: str, question: str) -> None:
        """Name the step, and ask about it."""
        self.ask.say(action)
        self.go_on.say(action)
        self.keep.say(self._look.t("Leave it"))
        self.question.setText(question)

    def _turn(self, *, asking: bool) -> None:
        had_focus = self.ask.hasFocus() or self.keep.hasFocus()
        self.ask.setVisible(not asking)
        for widget in (self.question, self.go_on, self.keep):
            widget.setVisible(asking)
        if had_focus:
            (self.keep if asking else self.ask).setFocus()

    def _confirm(self) -> None:
        self._turn(asking=False)
        self.confirmed.emit()
