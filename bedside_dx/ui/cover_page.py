"""A page that covers the window until a person goes back: nothing modal, nothing lost behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from bedside_dx.ui.controls import Button, Words, dress, line, panel, row
from bedside_dx.ui.theme import SPACE_12, SPACE_16, SPACE_24, SPACE_32

if TYPE_CHECKING:
    from bedside_dx.ui.look import Look


class CoverPage(QWidget):
    """A title with the way back, and columns that scroll on their own.

    Signals
    -------
    left
        A person has seen enough.
    """

    left = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.title = Words("section")
        self.back = Button(look, "quiet", "arrow-left")
        self.back.clicked.connect(self.left)
        dress(self, "panel")
        head = row(self.back, self.title, spacing=SPACE_16)
        head.setContentsMargins(SPACE_24, SPACE_12, SPACE_24, SPACE_12)
        head.addStretch(1)
        self._columns = QHBoxLayout()
        self._columns.setSpacing(0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(line())
        layout.addLayout(self._columns, 1)

    def add_column(self, stretch: int) -> QVBoxLayout:
        """Add a column that scrolls; what it holds goes into the layout."""
        page = panel()
        column = QVBoxLayout(page)
        column.setContentsMargins(SPACE_32, SPACE_24, SPACE_32, SPACE_24)
        column.setSpacing(SPACE_12)
        area = QScrollArea()
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        if self._columns.count():
            self._columns.addWidget(line(vertical=True))
        self._columns.addWidget(area, stretch)
        return column

    def name(self, title: str) -> None:
        """Give the page its title, and the way back its word."""
        self.title.setText(title)
        self.back.say(self._look.t("Back"), keys="Esc")
