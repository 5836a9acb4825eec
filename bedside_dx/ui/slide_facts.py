"""What is known of the slide: its name, its size, and its scale, which can be corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bedside_dx.core.geometry import SpacingSource
from bedside_dx.core.model_card import ModelInput
from bedside_dx.text.words import spacing_words
from bedside_dx.ui.controls import Button, Elided, Words, row
from bedside_dx.ui.theme import SPACE_4

if TYPE_CHECKING:
    from bedside_dx.ui.examination import Examination
    from bedside_dx.ui.look import Look


class SlideFactsPanel(QWidget):
    """Three lines about the slide in front.

    Signals
    -------
    change_wanted
        The scale was entered by hand, and a person wants to correct it.
    """

    change_wanted = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._heading = Words("heading")
        self._name = Elided("strong")
        self._size = Words("soft", wrap=True)
        self._scale = Words("soft")
        self.change = Button(look, "link")
        self.change.clicked.connect(self.change_wanted)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_4)
        for widget in (self._heading, self._name, self._size):
            layout.addWidget(widget)
        scale = row(self._scale, self.change)
        scale.addStretch(1)
        layout.addLayout(scale)

    def show_slide(self, examination: Examination) -> None:
        """Show the facts of one slide."""
        t, slide = self._look.t, examination.slide
        model = examination.model
        whole = model is not None and model.input is ModelInput.WHOLE_IMAGE
        self._heading.setText(t("Image") if whole else t("Slide"))
        self._name.setText(examination.name)
        self._name.setToolTip(examination.name)
        self.change.say(t("Correct"), more=t("Correct the scale"))
        self.change.setAccessibleName(t("Correct the scale"))
        if slide is None:
            return
        width, height = slide.size.width, slide.size.height
        pixels = t("{width:count} × {height:count} px", width=width, height=height)
        spacing = slide.spacing
        by_hand = spacing is not None and spacing.source is SpacingSource.USER
        self.change.setVisible(by_hand and not examination.is_busy)
        self._scale.setText(spacing_words(spacing, t))
        if spacing is None:
            self._size.setText(pixels)
        else:
            um = spacing.um_per_px
            measured = t("{w:length} × {h:length}", w=width * um, h=height * um)
            self._size.setText(f"{pixels} · {measured}")
