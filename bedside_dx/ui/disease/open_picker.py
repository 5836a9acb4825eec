"""A drop-down list that also takes what is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox

from bedside_dx.ui.picker import Picker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bedside_dx.ui.look import Look


class OpenPicker(Picker):
    """Choose one of the list, or write it.

    Signals
    -------
    stated
        The text, at each letter and each choice.
    """

    stated = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setCompleter(None)  # pyright: ignore[reportArgumentType] - Qt's way to have none
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        if (line := self.lineEdit()) is not None:
            line.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            line.textEdited.connect(self.stated)
        self.textActivated.connect(self.stated)

    def name(self, words: str) -> None:
        """Give the field its accessible name."""
        self.setAccessibleName(words)
        if (line := self.lineEdit()) is not None:
            line.setAccessibleName(words)

    def offer(self, names: Sequence[str], text: str) -> None:
        """Show a list and what is stated; what is not in the list stays as typed."""
        self.clear()
        self.addItems(list(names))
        self.setCurrentIndex(self.findText(text))
        self.setEditText(text)
        if (line := self.lineEdit()) is not None:
            line.setCursorPosition(0)
