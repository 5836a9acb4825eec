"""The mark of a verdict that more patches can't change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from bedside_dx.ui.controls import Words
from bedside_dx.ui.icons import icon
from bedside_dx.ui.theme import SPACE_8

if TYPE_CHECKING:
    from bedside_dx.core.results import Diagnosis
    from bedside_dx.ui.look import Look

ICON_PX, BEDSIDE_PX = 18, 30


class SettledMark(QWidget):
    """An icon and a sentence; hidden while nothing is settled."""

    def __init__(self, look: Look, role: str) -> None:
        super().__init__()
        self._look = look
        self._side = BEDSIDE_PX if role.startswith("bedside") else ICON_PX
        self._icon = QLabel()
        self.words = Words(role, wrap=True)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_8)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.words, 1)
        self.hide()

    def show_words(self, words: str, diagnosis: Diagnosis) -> None:
        """Show what is said of an early call; empty words hide the mark."""
        self.setVisible(bool(words))
        if not words:
            return
        palette = self._look.palette
        held = diagnosis.is_stable
        color = palette.accent if held else palette.suspicious
        name = "circle-wavy-check" if held else "warning-circle"
        self._icon.setPixmap(icon(name, color).pixmap(self._side, self._side))
        self.words.setText(words)
        self.setAccessibleName(words)
