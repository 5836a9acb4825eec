"""Fields that a plan is typed into: one line, several lines, one of a few."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from bedside_dx.ui.controls import Button, Words, mark_wrong, row
from bedside_dx.ui.theme import SPACE_4

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bedside_dx.ui.look import Look

Value = TypeVar("Value")
LINE_PX = 18
"""Height of a line of text, px."""


class TypedField(QWidget):
    """One line of text under its name.

    Signals
    -------
    edited
        The text, at each letter.
    """

    edited = Signal(str)

    def __init__(self, text: str) -> None:
        super().__init__()
        self._label, self.complaint = Words("heading", wrap=True), Words("warning", wrap=True)
        self.field = QLineEdit(text)
        self.field.setCursorPosition(0)
        self.field.textEdited.connect(self.edited)
        _stack(self, self._label, self.field, self.complaint)

    def say(self, label: str, complaint: str = "", *, hint: str = "") -> None:
        """Show its name, and what is wrong once something is typed."""
        self._label.setText(label)
        self.field.setAccessibleName(label)
        self.field.setPlaceholderText(hint)
        wrong = bool(complaint) and bool(self.field.text().strip())
        self.complaint.setText(complaint)
        self.complaint.setVisible(wrong)
        mark_wrong(self.field, wrong)


class TypedLines(QWidget):
    """Several lines of text under their name.

    Signals
    -------
    edited
        The text, at each letter.
    """

    edited = Signal(str)

    def __init__(self, text: str, lines: int = 2) -> None:
        super().__init__()
        self._label = Words("heading", wrap=True)
        self.field = QPlainTextEdit(text)
        self.field.setTabChangesFocus(True)
        self.field.setFixedHeight(lines * LINE_PX + 16)
        self.field.textChanged.connect(lambda: self.edited.emit(self.field.toPlainText()))
        _stack(self, self._label, self.field)

    def say(self, label: str, *, hint: str = "") -> None:
        """Show its name."""
        self._label.setText(label)
        self.field.setAccessibleName(label)
        self.field.setPlaceholderText(hint)


class TypedChoice(QWidget, Generic[Value]):
    """One of a few, none at first.

    Signals
    -------
    chosen
        The value, or None where it was touched again.
    """

    chosen = Signal(object)

    def __init__(self, look: Look, values: Mapping[Value, str], value: Value | None) -> None:
        super().__init__()
        self._label = Words("heading", wrap=True)
        self.buttons: dict[Value, Button] = {}
        for one in values:
            button = Button(look, "segment")
            button.setCheckable(True)
            button.setChecked(one == value)
            button.clicked.connect(partial(self._choose, one))
            self.buttons[one] = button
        holder = QWidget()
        layout = row(*self.buttons.values(), spacing=SPACE_4)
        layout.addStretch(1)
        holder.setLayout(layout)
        _stack(self, self._label, holder)

    def say(self, label: str, words: Mapping[Value, str]) -> None:
        """Show its name and the words of each value."""
        self._label.setText(label)
        for value, button in self.buttons.items():
            button.say(words[value])
            button.setAccessibleName(f"{label}, {words[value]}")

    def _choose(self, value: Value) -> None:
        wanted = self.buttons[value].isChecked()
        for other, button in self.buttons.items():
            button.setChecked(wanted and other == value)
        self.chosen.emit(value if wanted else None)


def _stack(holder: QWidget, *widgets: QWidget) -> None:
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(SPACE_4)
    for widget in widgets:
        layout.addWidget(widget)
