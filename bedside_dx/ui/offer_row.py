"""One model that a publisher offers: what it is, how it stands to what is here, and the action."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from bedside_dx.text.offer_words import standing_words
from bedside_dx.ui.controls import Button, Words, show_when
from bedside_dx.ui.theme import SPACE_4, SPACE_12

if TYPE_CHECKING:
    from bedside_dx.core.publishers import Offer
    from bedside_dx.ui.look import Look


class OfferRow(QWidget):
    """Title, version, size, standing; a button where installing it would change something.

    Signals
    -------
    wanted
        Name of the model that a person wants installed.
    """

    wanted = Signal(str)

    def __init__(self, look: Look, offer: Offer) -> None:
        super().__init__()
        self._look, self._offer = look, offer
        self._is_busy = False
        self._title = Words("strong", wrap=True)
        self._facts = Words("caption", wrap=True)
        self._state = Words("soft")
        self.install = Button(look, "quiet", "download-simple")
        self.install.clicked.connect(lambda: self.wanted.emit(offer.name))
        words = QVBoxLayout()
        words.setSpacing(SPACE_4)
        words.addWidget(self._title)
        words.addWidget(self._facts)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_12)
        layout.addLayout(words, 1)
        layout.addWidget(self._state)
        layout.addWidget(self.install)
        look.changed.connect(self.refresh)
        self.refresh()

    def work(self, *, busy: bool, on_this: bool = False) -> None:
        """Show whether something is being installed, and whether it is this model."""
        self._is_busy = on_this
        self.install.setEnabled(not busy)
        self.refresh()

    def refresh(self) -> None:
        """Draw the words again."""
        t, offer = self._look.t, self._offer
        self._title.setText(t.of(offer.title))
        self._facts.setText(
            t(
                "{name} {version} · {mb:decimal} MB",
                name=offer.name,
                version=offer.version,
                mb=max(round(offer.size / 1e6, 1), 0.1),
            )
        )
        self._state.setText(
            t("Being tried, at most a minute…") if self._is_busy else standing_words(offer, t)
        )
        self.install.say(t("Install"), more=t("Install {name}", name=offer.name))
        self.install.setAccessibleName(t("Install {name}", name=offer.name))
        show_when(self.install, offer.can_install and not self._is_busy)
