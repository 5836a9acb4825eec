"""What is known of the slide before it is analysed: name, size, scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from bedside_dx.text.words import spacing_words
from bedside_dx.ui.controls import Elided, Words

if TYPE_CHECKING:
    from bedside_dx.ui.examination import Examination
    from bedside_dx.ui.look import Look


class SlideFactsPanel(QWidget):
    """Three lines about the slide in front."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._heading = Words("heading")
        self._name = Elided("strong")
        self._size = Words("soft", wrap=True)
        self._scale = Words("soft", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for widget in (self._heading, self._name, self._size, self._scale):
            layout.addWidget(widget)

    def show_slide(self, examination: Examination) -> None:
        """Show the facts of one slide."""
        t, slide = self._look.t, examination.slide
        self._heading.setText(t("Slide"))
        self._name.setText(examination.name)
        if slide is None:
            return
        width, height = slide.size.width, slide.size.height
        pixels = t("{width:count} × {height:count} px", width=width, height=height)
        spacing = slide.spacing
        if spacing is None:
            self._size.setText(pixels)
        else:
            um = spacing.um_per_px
            measured = t("{w:length} × {h:length}", w=width * um, h=height * um)
            self._size.setText(f"{pixels} · {measured}")
        self._scale.setText(spacing_words(spacing, t))
