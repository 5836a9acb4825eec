"""The patch a person clicked: its pixels, what the model saw in it, and how familiar it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from bedside_dx.app.patch_sets import patch_set
from bedside_dx.core.heatmap import is_judged
from bedside_dx.core.model_input import ModelInput
from bedside_dx.core.patch_state import PatchState
from bedside_dx.text.numbers import percent
from bedside_dx.text.words import set_words
from bedside_dx.ui.controls import Button, Words, line, row
from bedside_dx.ui.picture import Picture
from bedside_dx.ui.share_bar import ShareBar
from bedside_dx.ui.theme import SPACE_4, SPACE_12, SPACE_16, SPACE_24

if TYPE_CHECKING:
    from bedside_dx.core.results import Findings, Image
    from bedside_dx.text import Texts
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.workplace import Workplace

PICTURE_PX = 448
MOST_CLASSES = 6


class PatchSection(QWidget):
    """Scores of one patch beside its picture.

    Signals
    -------
    closed
        A person is done with it.
    """

    closed = Signal()

    def __init__(self, look: Look, workplace: Workplace) -> None:
        super().__init__()
        self._look, self._workplace = look, workplace
        self._cell: tuple[int, int] | None = None
        self._asked: object = None
        self._heading = Words("heading")
        self._close = Button(look, "icon", "x")
        self._close.clicked.connect(self.close_patch)
        self._picture = Picture(look, 112)
        self._bars = [(Words(), ShareBar(look), Words("soft")) for _ in range(MOST_CLASSES)]
        self._classes = Words("soft", wrap=True)
        self._state = Words("soft", wrap=True)
        self._place = Words("caption", wrap=True)
        self._lay_out()
        workplace.changed.connect(self.refresh)
        look.changed.connect(self.refresh)
        self.hide()

    @property
    def cell(self) -> tuple[int, int] | None:
        """Column and row of the patch shown."""
        return self._cell

    def show_patch(self, column: int, row_: int) -> None:
        """Show the patch of a cell."""
        self._cell = (column, row_)
        self._asked = None
        self.refresh()

    def close_patch(self) -> None:
        """Put the patch away."""
        self._cell = None
        self.hide()
        self.closed.emit()

    def refresh(self) -> None:
        """Draw the scores again; they may have come in meanwhile."""
        examination = self._workplace.current
        findings = examination.findings if examination else None
        if self._cell is None or findings is None:
            self.hide()
            return
        column, row_ = self._cell
        hits = np.flatnonzero((findings.cells == (column, row_)).all(axis=1))
        t = self._look.t
        whole = findings.model.input is ModelInput.WHOLE_IMAGE
        self._heading.setText(t("Image") if whole else t("Patch"))
        self._place.setVisible(not whole)
        self._close.say(t("Close the patch"))
        self._show_scores(findings, int(hits[0]) if hits.size else None)
        self._show_place(findings, column, row_)
        self._ask_for_pixels(findings, column, row_)
        self.show()

    def _show_scores(self, findings: Findings, at: int | None) -> None:
        t = self._look.t
        read = at is not None and bool(findings.state[at] == PatchState.ANALYSED)
        classes = findings.model.classes
        for number, widgets in enumerate(self._bars):
            for widget in widgets:
                widget.setVisible(read and number < len(classes))
            if read and number < len(classes):
                label, bar, value = widgets
                share = float(findings.probabilities[at, number])
                label.setText(t.of(classes[number].label))
                bar.show_share(share)
                value.setText(percent(share, t.language))
                bar.setAccessibleName(f"{label.text()} {value.text()}")
        self._state.setText(_state_words(findings, at, t))
        classes = self._set_words(findings, at) if at is not None and read else ""
        self._classes.setText(classes)
        self._classes.setVisible(bool(classes))

    def _set_words(self, findings: Findings, at: int) -> str:
        """Classes that can't be ruled out for this patch, where its scores mean something."""
        card, examination = findings.model, self._workplace.current
        report = examination.report if examination else None
        rules = report.rules if report else self._workplace.settings.rules
        classes = patch_set(findings, at, rules)
        if classes is None or card.sets is None or not is_judged(findings)[at]:
            return ""
        return set_words(
            classes, card.sets.levels[card.sets.at(rules.coverage)], card, self._look.t
        )

    def _show_place(self, findings: Findings, column: int, row_: int) -> None:
        t, region = self._look.t, findings.grid.region(column, row_)
        examination = self._workplace.current
        scale = examination.scale if examination else None
        if scale is None:
            words = t("At {x:count}, {y:count} px", x=region.x, y=region.y)
        else:
            um = scale.um_per_px
            words = t(
                "At {x:length}, {y:length} · side {side:length}",
                x=region.x * um,
                y=region.y * um,
                side=region.width * um,
            )
        self._place.setText(words)

    def _ask_for_pixels(self, findings: Findings, column: int, row_: int) -> None:
        examination = self._workplace.current
        of = examination.slide or examination.report if examination else None
        key = (of, column, row_)
        if key == self._asked:
            return
        self._asked = key

        def receive(pixels: Image | None) -> None:
            if self._asked == key:
                self._picture.show_pixels(pixels, unreadable=pixels is None)

        self._workplace.read_picture(findings.grid.region(column, row_), PICTURE_PX, receive)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(line())
        inner = QVBoxLayout()
        inner.setContentsMargins(SPACE_24, 4, SPACE_16, SPACE_12)
        inner.setSpacing(SPACE_4)
        head = row(self._heading, self._close)
        head.setStretch(0, 1)
        inner.addLayout(head)
        body = row(self._picture, spacing=SPACE_16)
        body.setAlignment(self._picture, Qt.AlignmentFlag.AlignTop)
        scores = QGridLayout()
        scores.setHorizontalSpacing(8)
        scores.setVerticalSpacing(4)
        scores.setColumnStretch(0, 1)
        for number, (label, bar, value) in enumerate(self._bars):
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            scores.addWidget(label, 2 * number, 0)
            scores.addWidget(value, 2 * number, 1)
            scores.addWidget(bar, 2 * number + 1, 0, 1, 2)
        scores.addWidget(self._classes, 2 * MOST_CLASSES, 0, 1, 2)
        scores.addWidget(self._state, 2 * MOST_CLASSES + 1, 0, 1, 2)
        scores.setRowStretch(2 * MOST_CLASSES + 2, 1)
        body.addLayout(scores, 1)
        inner.addLayout(body)
        inner.addWidget(self._place)
        layout.addLayout(inner)


def _state_words(findings: Findings, at: int | None, t: Texts) -> str:
    if at is None:
        return t("No tissue here: this place was not analysed.")
    state = PatchState(int(findings.state[at]))
    if state is PatchState.ANALYSED:
        return _familiarity(float(findings.unfamiliarity[at]), t)
    return {
        PatchState.PENDING: t("Not read yet."),
        PatchState.UNREADABLE: t("Unreadable: it could not be decoded and is left out."),
        PatchState.BLURRED: t("Out of focus: left out of the verdict."),
        PatchState.ARTEFACT: t("Too thick or too dark to show structure: left out of the verdict."),
        PatchState.INK: t("Under ink: left out of the verdict."),
        PatchState.FOLD: t("The tissue is folded here: left out of the verdict."),
        PatchState.BUBBLE: t("Under an air bubble: left out of the verdict."),
        PatchState.EXPOSURE: t("Over- or underexposed: left out of the verdict."),
        PatchState.DEBRIS: t("Dirt, not tissue: left out of the verdict."),
    }[state]


def _familiarity(distance: float, t: Texts) -> str:
    if distance > 1:
        times = round(distance, 1)
        return t(
            "Unfamiliar: {times:decimal} times as far from the training data as the limit.",
            times=times,
        )
    return t(
        "Familiar: as far from the training data as {share:percent} of the limit.", share=distance
    )
