"""A line over the desk while the self-check warns of a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from bedside_dx.ui.controls import Button, Words, dress
from bedside_dx.ui.icons import icon
from bedside_dx.ui.theme import SPACE_8, SPACE_16

if TYPE_CHECKING:
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.self_check import SelfCheckDesk


class SelfCheckStrip(QWidget):
    """A line across the window while a model must not be used here; it can't be put away.

    Signals
    -------
    wanted
        A person asks for the self-check's page.
    """

    wanted = Signal()

    def __init__(self, look: Look, desk: SelfCheckDesk) -> None:
        super().__init__()
        self._look, self._desk = look, desk
        self._icon = QLabel()
        self._words = Words("warning")
        self.show_page = Button(look, "link")
        self.show_page.clicked.connect(self.wanted)
        dress(self, "panel")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SPACE_16, SPACE_8, SPACE_16, SPACE_8)
        layout.setSpacing(SPACE_8)
        layout.addWidget(self._icon)
        layout.addWidget(self._words)
        layout.addWidget(self.show_page)
        layout.addStretch(1)
        desk.changed.connect(self.refresh)
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Say which models failed, or nothing."""
        t, names = self._look.t, self._desk.failed_models
        color = self._look.palette.suspicious
        self._icon.setPixmap(icon("warning", color).pixmap(16, 16))
        self._words.setText(
            t("Self-check: do not use {names} on this machine.", names=", ".join(names))
        )
        self.show_page.say(t("See why"))
        self.setVisible(bool(names))
