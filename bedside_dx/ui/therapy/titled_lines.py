"""A heading and its lines, to be read and selected; hidden without any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bedside_dx.ui.controls import Words, line
from bedside_dx.ui.theme import SPACE_4, SPACE_8

if TYPE_CHECKING:
    from collections.abc import Sequence


class TitledLines(QWidget):
    """A hairline, a heading, lines.

    Parameters
    ----------
    ruled
        Whether something stands above that the hairline parts it from.
    """

    def __init__(self, *, ruled: bool = True) -> None:
        super().__init__()
        self._heading, self._lines = Words("strong"), Words("soft", wrap=True)
        self._lines.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SPACE_8, 0, 0)
        layout.setSpacing(SPACE_4)
        for widget in (*([line()] if ruled else []), self._heading, self._lines):
            layout.addWidget(widget)

    @property
    def text(self) -> str:
        """The lines as they are shown."""
        return self._lines.text()

    def show_lines(self, heading: str, lines: Sequence[str]) -> None:
        """Show the lines, or nothing."""
        self._heading.setText(heading)
        self._lines.setText("\n".join(lines))
        self.setVisible(bool(lines))
