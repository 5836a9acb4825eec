"""Fields for what a model's files do not say. Nothing is filled in by guessing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from bedside_dx.text.questions import choice_word, choices, example, question
from bedside_dx.ui.controls import Words, mark_wrong
from bedside_dx.ui.picker import Picker
from bedside_dx.ui.theme import SPACE_4, SPACE_12

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bedside_dx.core.errors import BedsideDxError
    from bedside_dx.ui.look import Look


class AnswerField(QWidget):
    """One question: a list of a few answers, or a line to type in."""

    def __init__(self, look: Look, key: str, answer: str) -> None:
        super().__init__()
        self._look, self.key = look, key
        self._error: BedsideDxError | None = None
        self._question = Words("heading", wrap=True)
        self._complaint = Words("warning", wrap=True)
        self.field: QLineEdit | Picker
        if choices(key):
            self.field = Picker(look)
            self.field.addItem("", "")
            for choice in choices(key):
                self.field.addItem("", choice)
            self.field.setCurrentIndex(max(self.field.findData(answer), 0))
        else:
            self.field = QLineEdit(answer)
            self.field.setPlaceholderText(example(key))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_4)
        for widget in (self._question, self.field, self._complaint):
            layout.addWidget(widget)
        look.changed.connect(self.refresh)
        self.refresh()

    @property
    def answer(self) -> str:
        """What a person answered; empty for nothing yet."""
        if isinstance(self.field, QLineEdit):
            return self.field.text().strip()
        return str(self.field.currentData() or "")

    def complain(self, error: BedsideDxError | None) -> None:
        """Say why the answer can't be, or take that back."""
        self._error = error
        mark_wrong(self.field, error is not None)
        self.refresh()

    def refresh(self) -> None:
        """Draw the words again."""
        t = self._look.t
        words = question(self.key, t)
        self._question.setText(words)
        self.field.setAccessibleName(words)
        if isinstance(self.field, Picker):
            self.field.setItemText(0, t("Choose…"))
            for at, choice in enumerate(choices(self.key), start=1):
                self.field.setItemText(at, choice_word(choice, t))
        self._complaint.setText(t.error(self._error)[1] if self._error else "")
        self._complaint.setVisible(self._error is not None)


class AnswerForm(QWidget):
    """Fields of all open questions.

    Signals
    -------
    edited
        An answer is another one now.
    """

    edited = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.fields: dict[str, AnswerField] = {}
        self._list = QVBoxLayout(self)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(SPACE_12)

    def ask(self, known: Mapping[str, str], keys: Sequence[str]) -> None:
        """Show fields for these keys; answers that were typed stay."""
        if list(self.fields) == list(keys):
            return
        typed = dict(known) | {key: field.answer for key, field in self.fields.items()}
        for field in self.fields.values():
            self._list.removeWidget(field)
            field.hide()
            field.deleteLater()
        self.fields = {key: AnswerField(self._look, key, typed.get(key, "")) for key in keys}
        for field in self.fields.values():
            self._list.addWidget(field)
            if isinstance(field.field, QLineEdit):
                field.field.textChanged.connect(self.edited)
            else:
                field.field.currentIndexChanged.connect(self.edited)
        self.edited.emit()

    def clear(self) -> None:
        """Forget all answers."""
        self.ask({}, ())

    def answers(self) -> dict[str, str]:
        """Answers by key."""
        return {key: field.answer for key, field in self.fields.items()}

    def complain(self, wrong: Mapping[str, BedsideDxError]) -> None:
        """Say at each field what is wrong with it."""
        for key, field in self.fields.items():
            field.complain(wrong.get(key))

    @property
    def is_complete(self) -> bool:
        """Whether every question has an answer."""
        return all(field.answer for field in self.fields.values())
