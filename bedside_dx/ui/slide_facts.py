"""What is known of the slide: its name, its size, and its scale, which can be corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bedside_dx.core.geometry import SpacingSource
from bedside_dx.core.model_input import ModelInput
from bedside_dx.text.words import spacing_words
from bedside_dx.ui.controls import Button, Elided, Words, row
from bedside_dx.ui.theme import SPACE_4

if TYPE_CHECKING:
    from bedside_dx.core.scan import Series
    from bedside_dx.text import Texts
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
        is_scan = examination.series is not None
        self._heading.setText(t("Scan") if is_scan else t("Image") if whole else t("Slide"))
        self._name.setText(examination.name)
        self._name.setToolTip(examination.name)
        self.change.say(t("Correct"), more=t("Correct the scale"))
        self.change.setAccessibleName(t("Correct the scale"))
        if examination.series is not None:
            self._show_scan(examination, examination.series, examination.other_series)
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

    def _show_scan(self, examination: Examination, series: Series, analysed: Series | None) -> None:
        """Facts of the series in front; which one the result is of, where that is another."""
        t = self._look.t
        self.change.setVisible(False)
        modality = series.modality or t("modality not stated")
        lines = [f"{_series_name(series, t)} · {modality}"]
        if analysed is not None:
            name = _series_name(analysed, t)
            is_marked = examination.marked is not None
            of_another = (
                t("The marks are of another series: {series}.", series=name)
                if is_marked
                else t("The verdict is of another series: {series}.", series=name)
            )
            lines.insert(0, of_another)
        self._size.setText("\n".join(lines))
        size = t(
            "{images:count} × {width:count} × {height:count} px",
            images=len(series.frames),
            width=series.columns,
            height=series.rows,
        )
        plane = series.frames[0].plane
        spacing = t("{mm:decimal} mm", mm=plane.spacing[0]) if plane else t("mm not stated")
        self._scale.setText(f"{size} · {spacing}")


def _series_name(series: Series, t: Texts) -> str:
    """What a series is called."""
    return series.description or series.body_part or t("Series {number}", number=series.key)
