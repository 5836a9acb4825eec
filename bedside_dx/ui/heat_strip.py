"""Under the slide: what the map shows, its legend and threshold, and how it is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QWidget

from bedside_dx.core.heatmap import shown_class, shown_threshold, strangeness
from bedside_dx.core.model_input import ModelInput
from bedside_dx.core.verdict import Status
from bedside_dx.text.numbers import percent
from bedside_dx.ui.attention_scale import AttentionScale
from bedside_dx.ui.controls import Button, Words, dress
from bedside_dx.ui.icons import icon
from bedside_dx.ui.opacity_slider import OpacitySlider
from bedside_dx.ui.picker import Picker
from bedside_dx.ui.theme import SPACE_8
from bedside_dx.ui.threshold_scale import ThresholdScale

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.core.results import Diagnosis, Findings
    from bedside_dx.ui.look import Look

HEIGHT = 56


class HeatStrip(QWidget):
    """Controls of the heatmap, one quiet line.

    Signals
    -------
    changed
        The heatmap must be drawn again.
    """

    changed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._card: ModelCard | None = None
        self._chosen_by_hand = False
        self._drawn_for = -1
        self._shows_class = True
        self._strange = Words("strong")
        self._empty = Words("soft")
        self.modes = (Button(look, "segment"), Button(look, "segment"))
        group = QButtonGroup(self)
        for mode in self.modes:
            mode.setCheckable(True)
            group.addButton(mode)
        self.modes[0].setChecked(True)
        self._has_attention = False
        self._scale = AttentionScale(look)
        self._scale.setMaximumWidth(360)
        self.classes = Picker(look)
        self.threshold = ThresholdScale(look)
        self.threshold.setMaximumWidth(360)
        self._drop = QLabel()
        self.opacity = OpacitySlider(look)
        self.contours = Button(look, "icon", "selection")
        self.contours.setCheckable(True)
        self.classes.activated.connect(self._choose)
        self.threshold.valueChanged.connect(self.changed)
        self.opacity.valueChanged.connect(self.changed)
        self.contours.toggled.connect(self.changed)
        group.idClicked.connect(self._turn)
        self._of_class = (self.classes, self.threshold)
        self._of_map = (self._drop, self.opacity, self.contours)
        dress(self, "panel")
        self.setFixedHeight(HEIGHT)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 8, 16, 8)
        layout.setSpacing(SPACE_8)
        layout.addWidget(self._empty)
        layout.addWidget(self._strange)
        scales = (self.threshold, self._scale)
        parts = (*self.modes, *self._of_class, self._scale, *self._of_map)
        for widget in parts:
            layout.addWidget(widget, 1 if widget in scales else 0)
        layout.addStretch(0)
        look.changed.connect(self.refresh)
        self.refresh()

    @property
    def class_index(self) -> int | None:
        """Column of the class shown; None where the tissue is too unfamiliar to show one."""
        return max(0, self.classes.currentIndex()) if self._shows_class else None

    @property
    def shows_attention(self) -> bool:
        """Whether the map is that of the slide-level model's attention."""
        return self._has_attention and self._shows_class and self.modes[1].isChecked()

    def show_findings(self, findings: Findings | None, diagnosis: Diagnosis | None) -> None:
        """Offer the classes of the model that was run."""
        mapped = findings is not None and findings.model.input is ModelInput.PATCHES
        strange = strangeness(diagnosis) if diagnosis is not None else None
        self._shows_class = strange is None
        self._has_attention = findings is not None and findings.attention is not None
        self._empty.setVisible(not mapped)
        self._strange.setVisible(mapped and strange is not None)
        self._arrange(mapped=mapped and strange is None)
        t = self._look.t
        if strange is not None:
            throughout = strange.code == "reason.unfamiliar-throughout"
            words = t.reason(strange) if throughout else t("Unlike the training data")
            self._strange.setText(words)
        if findings is None:
            self._empty.setText(t("The heatmap grows here over the tissue while it is read."))
        elif not mapped:
            self._empty.setText(t("This model reads the whole image: there is no heatmap."))
        if findings is not None and mapped:
            self._fill(findings, diagnosis)

    def refresh(self) -> None:
        """Draw the words again."""
        t = self._look.t
        self.classes.setAccessibleName(t("Class that the heatmap shows"))
        self.classes.setToolTip(t("Class that the heatmap shows"))
        self.threshold.setAccessibleName(t("Show from this probability on"))
        self.threshold.setToolTip(t("Show from this probability on"))
        self.modes[0].say(t("Probability"), more=t("Show the probability of a class"))
        self.modes[1].say(t("Attention"), more=t("Show where the slide-level model looked"))
        self.opacity.setAccessibleName(t("Opacity of the heatmap"))
        self.opacity.setToolTip(t("Opacity of the heatmap"))
        self._drop.setPixmap(icon("drop-half", self._look.palette.faint).pixmap(18, 18))
        self.contours.say(t("Contour lines"))

    def _arrange(self, *, mapped: bool) -> None:
        """Show the controls of the map that is chosen; the choice only where there are two."""
        for widget in self.modes:
            widget.setVisible(mapped and self._has_attention)
        for widget in self._of_class:
            widget.setVisible(mapped and not self.shows_attention)
        self._scale.setVisible(mapped and self.shows_attention)
        for widget in self._of_map:
            widget.setVisible(mapped)

    def _turn(self) -> None:
        self._arrange(mapped=True)
        self.changed.emit()

    def _fill(self, findings: Findings, diagnosis: Diagnosis | None) -> None:
        t, card = self._look.t, findings.model
        if card.slide_level is not None:
            looked_for = card.index(card.slide_level.classes[0])
            self._scale.tell_class(card.classes[looked_for].label)
        if card is not self._card:
            self._card, self._chosen_by_hand, self._drawn_for = card, False, -1
        told = diagnosis is not None and diagnosis.status is not Status.CANNOT_SAY
        shares: Mapping[str, float] = diagnosis.fractions if diagnosis and told else {}
        at = max(0, self.classes.currentIndex())
        if not self._chosen_by_hand and diagnosis is not None:
            at = shown_class(findings, diagnosis)
            if at != self._drawn_for:
                self.threshold.setValue(round(shown_threshold(card, at) * 100))
                self._drawn_for = at
        labels = [
            f"{t.of(c.label)} · {percent(shares[c.id], t.language)}" if c.id in shares
            else t.of(c.label)
            for c in card.classes
        ]  # fmt: skip
        if [self.classes.itemText(i) for i in range(self.classes.count())] != labels:
            self.classes.clear()
            self.classes.addItems(labels)
        self.classes.setCurrentIndex(at)

    def _choose(self) -> None:
        self._chosen_by_hand = True
        if self._card is not None:
            self.threshold.setValue(
                round(shown_threshold(self._card, self.classes.currentIndex()) * 100)
            )
        self.changed.emit()
