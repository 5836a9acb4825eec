"""The privacy screen: one key or one touch, and nothing of the patient can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from bedside_dx.ui.controls import Button, Words, dress
from bedside_dx.ui.icons import icon
from bedside_dx.ui.theme import SPACE_12

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent

    from bedside_dx.ui.look import Look


class PrivacyScreen(QWidget):
    """Covers the whole window.

    Signals
    -------
    left
        A person wants to see the window again.
    """

    left = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._icon = QLabel()
        self._title = Words("section")
        self._sentence = Words("soft")
        self.button = Button(look, "touch")
        self.button.clicked.connect(self.left)
        dress(self, "stage")
        layout = QVBoxLayout(self)
        layout.setSpacing(SPACE_12)
        layout.addStretch(1)
        for widget in (self._icon, self._title, self._sentence):
            layout.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(12)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(1)
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Draw the words again."""
        t = self._look.t
        self._icon.setPixmap(icon("prohibit", self._look.palette.soft).pixmap(56, 56))
        self._title.setText(t("Screen hidden"))
        self._sentence.setText(t("Whatever runs goes on."))
        self.button.say(t("Show again"), keys="F9")
        self.setAccessibleName(self._title.text())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self.left.emit()
