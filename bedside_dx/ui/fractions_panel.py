"""How the analysed tissue divides among the classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from bedside_dx.text.numbers import percent
from bedside_dx.text.words import slide_level_words
from bedside_dx.ui.controls import Words
from bedside_dx.ui.share_bar import ShareBar

if TYPE_CHECKING:
    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.core.results import Diagnosis
    from bedside_dx.ui.look import Look

MOST_CLASSES = 8


class FractionsPanel(QWidget):
    """One thin bar for each class."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._heading = Words("heading")
        self._rows = [
            (Words(), Words("soft"), ShareBar(look, hue="soft")) for _ in range(MOST_CLASSES)
        ]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        grid.addWidget(self._heading, 0, 0, 1, 2)
        for at, (label, value, bar) in enumerate(self._rows):
            grid.addWidget(label, 2 * at + 1, 0)
            grid.addWidget(value, 2 * at + 1, 1, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(bar, 2 * at + 2, 0, 1, 2)
        self._whole = Words("caption", wrap=True)
        grid.addWidget(self._whole, 2 * MOST_CLASSES + 1, 0, 1, 2)

    def show_fractions(self, diagnosis: Diagnosis, card: ModelCard) -> None:
        """Show the shares of the analysed tissue."""
        t = self._look.t
        self._heading.setText(t("Share of the tissue that could be judged"))
        words = slide_level_words(diagnosis, card, t)
        self._whole.setText(t("Slide-level model: {words}", words=words) if words else "")
        self._whole.setVisible(bool(words))
        for at, widgets in enumerate(self._rows):
            for widget in widgets:
                widget.setVisible(at < len(card.classes))
            if at < len(card.classes):
                label, value, bar = widgets
                share = diagnosis.fractions.get(card.classes[at].id, 0.0)
                label.setText(t.of(card.classes[at].label))
                value.setText(percent(share, t.language))
                bar.show_share(share)
                bar.setAccessibleName(f"{label.text()} {value.text()}")
