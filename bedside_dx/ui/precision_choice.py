"""A person's choice: models run as was measured to be fastest here, or always in 32 bits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from bedside_dx.core.settings import AUTO, FP32
from bedside_dx.ui.controls import Button, Words, row
from bedside_dx.ui.theme import SPACE_4

if TYPE_CHECKING:
    from bedside_dx.core.settings import Settings
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.workplace import Workplace

KEPT = "models/precision"
"""Where the choice is remembered."""


def with_kept_precision(settings: Settings) -> Settings:
    """Settings with the choice of an earlier session, where the command line leaves it open."""
    if settings.precision == AUTO and QSettings().value(KEPT) == FP32:
        return replace(settings, precision=FP32)
    return settings


class PrecisionChoice(QWidget):
    """Two segments and a sentence; what is chosen holds from the next analysis on, and is kept."""

    def __init__(self, look: Look, workplace: Workplace) -> None:
        super().__init__()
        self._look, self._workplace = look, workplace
        self._title, self._about = Words("strong"), Words("caption", wrap=True)
        self.fastest, self.full = Button(look, "segment"), Button(look, "segment")
        group = QButtonGroup(self)
        for button, precision in ((self.fastest, AUTO), (self.full, FP32)):
            button.setCheckable(True)
            button.setChecked(workplace.settings.precision == precision)
            button.clicked.connect(lambda _=False, precision=precision: self._choose(precision))
            group.addButton(button)
        segments = row(self.fastest, self.full)
        segments.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_4)
        layout.addWidget(self._title)
        layout.addLayout(segments)
        layout.addWidget(self._about)
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Draw the words again."""
        t = self._look.t
        self._title.setText(t("How models compute"))
        self.fastest.say(t("Fastest measured here"))
        self.full.say(t("Always 32 bits"))
        self._about.setText(
            t(
                "BF16 and INT8 are used only where the model states that its decisions agree with"
                " those in 32 bits; near a limit it looks again with more bits."
            )
        )

    def _choose(self, precision: str) -> None:
        QSettings().setValue(KEPT, precision)
        self._workplace.use_precision(precision)
