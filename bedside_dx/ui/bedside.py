"""Bedside mode: the verdict card full screen, for ten seconds and one free hand in a dim ward."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from bedside_dx.text.mark_words import mark_words, marks_sentence
from bedside_dx.ui.controls import Button, Words, dress, line, panel
from bedside_dx.ui.patient_bar import patient_facts, state_words
from bedside_dx.ui.theme import SPACE_8, SPACE_16, SPACE_32
from bedside_dx.ui.verdict_card import BEDSIDE_CARD, VerdictCard

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent, QShowEvent

    from bedside_dx.text import Texts
    from bedside_dx.ui.examination import Examination
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.workplace import Workplace

CARD_WIDTH = 1440
BESIDE_PICTURES = 500
"""Height of all that stands above and below the pictures, px."""
LOW_BELOW = 790
"""Height below which the card takes less of it, px."""
LEAST_PICTURE, LARGEST_PICTURE = 76, 200


class BedsideView(QWidget):
    """The card of the slide in front, large, with the patient above it.

    Signals
    -------
    left
        A person wants the whole window again.
    place_chosen
        `RegionPx` of the reason that was touched.
    privacy_wanted
        A person asks for the privacy screen.
    """

    left = Signal()
    place_chosen = Signal(object)
    privacy_wanted = Signal()

    def __init__(self, look: Look, workplace: Workplace) -> None:
        super().__init__()
        self._look, self._workplace = look, workplace
        self._patient = Words("bedside-strong", wrap=True)
        self._badge = Words("bedside-badge")
        self._empty = Words("bedside-soft", wrap=True)
        self.card = VerdictCard(look, workplace, BEDSIDE_CARD)
        self.leave = Button(look, "touch", "arrow-left")
        self.hide_all = Button(look, "touch", "prohibit")
        self.card.place_chosen.connect(self.place_chosen)
        self.leave.clicked.connect(self.left)
        self.hide_all.clicked.connect(self.privacy_wanted)
        dress(self, "panel")
        self._lay_out()
        workplace.changed.connect(self.refresh)
        look.changed.connect(self.refresh)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.card.take_less_height(low=self.height() < LOW_BELOW)
        room = (self.height() - BESIDE_PICTURES) // 3
        for reason in self.card.reasons:
            reason.set_side(min(max(room, LEAST_PICTURE), LARGEST_PICTURE))

    def refresh(self) -> None:
        """Show the verdict of the slide in front."""
        t, examination = self._look.t, self._workplace.current
        patient = examination.case.patient if examination else None
        if patient is not None and patient.is_identified:
            facts = patient_facts(patient, self._look.language, t)
            self._patient.setText(" · ".join(part for part in (patient.name, facts) if part))
        else:
            self._patient.setText(t("No patient: two identifiers are missing"))
        self._badge.setText(t("RESEARCH USE"))
        self.leave.say(t("Back"), keys="F11")
        self.hide_all.say(t("Hide"), keys="F9")
        findings = examination.findings if examination else None
        diagnosis = examination.diagnosis if examination else None
        known = findings is not None and diagnosis is not None
        self.card.setVisible(known)
        self.card.foot.setVisible(known)
        self._empty.setVisible(not known)
        self._empty.setText(_empty_words(examination, t))
        busy = examination is not None and examination.is_busy
        if findings is not None and diagnosis is not None and self.isVisible():
            count = len(findings.cells)
            self.card.show_diagnosis(diagnosis, findings.model, is_running=busy, pictures=count)

    def _lay_out(self) -> None:
        page = panel()
        column = QVBoxLayout(page)
        column.setContentsMargins(SPACE_32, SPACE_8, SPACE_32, SPACE_8)
        column.addStretch(1)
        column.addWidget(self._empty)
        column.addWidget(self.card)
        column.addStretch(2)
        page.setMaximumWidth(CARD_WIDTH)
        area = QScrollArea()
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        head = QHBoxLayout()
        head.setContentsMargins(SPACE_32, SPACE_16, SPACE_32, SPACE_16)
        head.addWidget(self._patient, 1)
        head.addWidget(self._badge, 0, Qt.AlignmentFlag.AlignVCenter)
        foot = QHBoxLayout()
        foot.setContentsMargins(SPACE_32, SPACE_16, SPACE_32, SPACE_16)
        foot.setSpacing(SPACE_16)
        foot.addWidget(self.leave)
        foot.addWidget(self.card.foot, 100)
        foot.addStretch(1)
        foot.addWidget(self.hide_all)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(line())
        layout.addWidget(area, 1)
        layout.addWidget(line())
        layout.addLayout(foot)


def _empty_words(examination: Examination | None, t: Texts) -> str:
    """What stands where there is no verdict."""
    if examination is None:
        return t("No slide is open.")
    marked = examination.marked
    if marked is None:
        return t("No verdict yet: {state}", state=state_words(examination, t))
    pairs = zip(marked.card.classes, marked.marked.marks, strict=True)
    return "\n".join([marks_sentence(t), *(mark_words(one, mark, t) for one, mark in pairs)])
