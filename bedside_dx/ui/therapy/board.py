"""Over the viewer, while the therapy page is open: what follows from what is stated beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from bedside_dx.ui.controls import Button, Words, dress, line, panel, row
from bedside_dx.ui.theme import SPACE_8, SPACE_16, SPACE_24
from bedside_dx.ui.therapy.dose_board import DoseBoard
from bedside_dx.ui.therapy.notes import Section
from bedside_dx.ui.therapy.options_board import OptionsBoard
from bedside_dx.ui.therapy.plan_board import PlanBoard
from bedside_dx.ui.therapy.trials_board import TrialsBoard

if TYPE_CHECKING:
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.therapy.page import TherapyPage


class TherapyBoard(QWidget):
    """The part that the page is at, at the width of the viewer.

    Signals
    -------
    left
        A person wants to see the slide.
    """

    left = Signal()

    def __init__(self, look: Look, page: TherapyPage) -> None:
        super().__init__()
        self._look, self._desk = look, page.desk
        self._title = Words("strong")
        self.back = Button(look, "quiet", "image")
        self.back.clicked.connect(self.left)
        self.options = OptionsBoard(look, page.desk)
        self.dose = DoseBoard(look, page.dose_desk)
        self.dose.wanted.connect(page.plan_dose)
        self.plan = PlanBoard(look, page.plan_desk)
        self.trials = TrialsBoard(look, page.trials_desk)
        self._parts: dict[Section, QWidget] = {
            Section.OPTIONS: self.options,
            Section.DOSE: self.dose,
            Section.PLAN: self.plan,
            Section.TRIALS: self.trials,
        }
        self._stack = QStackedWidget()
        for part in self._parts.values():
            self._stack.addWidget(_scrolling(part))
        dress(self, "panel")
        head = row(self._title)
        head.addStretch(1)
        head.addWidget(self.back)
        head.setContentsMargins(SPACE_24, SPACE_8, SPACE_24, SPACE_8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(line())
        layout.addWidget(self._stack, 1)
        self._desk.turned.connect(self.refresh)
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the part that the page is at."""
        t, section = self._look.t, self._desk.notes.section
        titles = {
            Section.OPTIONS: t("Options: proposed, never prescribed"),
            Section.DOSE: t("Dose: worked out, never prescribed"),
            Section.PLAN: t("Plan: composed by a person"),
            Section.TRIALS: t("Trials"),
        }
        self._title.setText(titles[section])
        self.back.say(t("Show the slide"))
        self._stack.setCurrentIndex(tuple(self._parts).index(section))


def _scrolling(part: QWidget) -> QScrollArea:
    page = panel()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(SPACE_24, SPACE_16, SPACE_24, SPACE_16)
    layout.addWidget(part)
    area = QScrollArea()
    area.setWidget(page)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area
