"""What a model of this program saw on the slide, until a person confirms it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bedside_dx.text.disease_words import remark_words
from bedside_dx.ui.controls import Button, Words, dress, row, show_when
from bedside_dx.ui.theme import SPACE_4, SPACE_8, SPACE_12

if TYPE_CHECKING:
    from bedside_dx.core.disease_picture import Offer
    from bedside_dx.ui.look import Look


class SeenRow(QWidget):
    """The offer with its range, that it needs confirmation, and the one click that gives it.

    Signals
    -------
    taken
        `Offer` that a person has confirmed.
    """

    taken = Signal(object)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._offer: Offer | None = None
        self._title = Words("strong", wrap=True)
        self._says = Words("soft", wrap=True)
        self._state = Words("caption", wrap=True)
        self.use = Button(look, "quiet", "check")
        self.use.clicked.connect(lambda: self.taken.emit(self._offer))
        dress(self, "well")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_12, SPACE_8, SPACE_12, SPACE_8)
        layout.setSpacing(SPACE_4)
        for widget in (self._title, self._says, self._state):
            layout.addWidget(widget)
        last = row(self.use)
        last.addStretch(1)
        layout.addLayout(last)
        self.hide()

    def show_offer(self, offer: Offer | None, value: str, *, used: bool) -> None:
        """Offer a value, or nothing; what is used already is not offered again."""
        self._offer = offer
        show_when(self, offer is not None and not used)
        if offer is None:
            return
        t = self._look.t
        self._title.setText(t("Seen on this slide: {value}", value=value))
        self._says.setText(remark_words(offer.says, t))
        self._state.setText(t("AI-derived, needs confirmation. It is not used until you say so."))
        self.use.say(t("Use it"))
        self.use.setAccessibleName(t("Use what was seen on this slide: {value}", value=value))
