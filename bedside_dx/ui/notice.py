"""A calm page that says what is, why, and the one thing to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from bedside_dx.ui.controls import Button, Words
from bedside_dx.ui.icons import icon
from bedside_dx.ui.theme import SPACE_8

if TYPE_CHECKING:
    from bedside_dx.ui.look import Look


class Notice(QWidget):
    """An icon, a title, a sentence and at most one action.

    Signals
    -------
    acted
        The action was chosen.
    """

    acted = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._icon_name, self._hue = "info", "faint"
        self._icon = QLabel()
        self._title = Words("section", wrap=True)
        self._sentence = Words("soft", wrap=True)
        self._more = Words("soft", wrap=True)
        self._button = Button(look)
        self._button.clicked.connect(self.acted)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_8)
        for widget in (self._icon, self._title, self._sentence, self._more):
            layout.addWidget(widget)
        layout.addSpacing(8)
        layout.addWidget(self._button, 0, Qt.AlignmentFlag.AlignLeft)
        look.changed.connect(self._recolor)

    def say(
        self,
        icon_name: str,
        title: str,
        sentence: str = "",
        *,
        more: str = "",
        action: str = "",
        hue: str = "faint",
    ) -> None:
        """Show a notice; `hue` is the colour of its icon."""
        self._icon_name, self._hue = icon_name, hue
        for label, text in ((self._title, title), (self._sentence, sentence), (self._more, more)):
            label.setText(text)
            label.setVisible(bool(text))
        self._button.say(action)
        self._button.setVisible(bool(action))
        self.setAccessibleName(title)
        self._recolor()

    def _recolor(self) -> None:
        color = self._look.color(self._hue).name()
        self._icon.setPixmap(icon(self._icon_name, color).pixmap(32, 32))
