"""The page for models from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from bedside_dx.ui.controls import Button, dress, panel
from bedside_dx.ui.model_updates import ModelUpdates
from bedside_dx.ui.theme import SPACE_24, SPACE_32

if TYPE_CHECKING:
    from bedside_dx.ui.look import Look

WIDEST = 640
"""Lines longer than this are hard to read, px."""


class UpdatesPage(QWidget):
    """`ModelUpdates` in the middle of the window, and the way back.

    Signals
    -------
    left
        A person has seen enough.
    """

    left = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.updates = ModelUpdates(look)
        self.back = Button(look, "quiet", "arrow-left")
        self.back.clicked.connect(self.left)
        dress(self, "panel")
        self.updates.setMaximumWidth(WIDEST)
        page = panel()
        middle = QHBoxLayout(page)
        middle.setContentsMargins(SPACE_32, SPACE_32, SPACE_32, SPACE_32)
        middle.addStretch(1)
        middle.addWidget(self.updates, 8, Qt.AlignmentFlag.AlignTop)
        middle.addStretch(1)
        area = QScrollArea()
        area.setWidget(page)
        area.setWidgetResizable(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_32, SPACE_24, SPACE_32, SPACE_32)
        layout.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(area, 1)
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Draw the words again."""
        self.back.say(self._look.t("Back"), keys="Esc")
