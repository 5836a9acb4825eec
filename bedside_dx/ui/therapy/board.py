"""Over the viewer, while the therapy page is open: what follows from what is stated beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.ui.parts import PartsBoard
from bedside_dx.ui.therapy.dose_board import DoseBoard
from bedside_dx.ui.therapy.notes import Section
from bedside_dx.ui.therapy.options_board import OptionsBoard
from bedside_dx.ui.therapy.plan_board import PlanBoard
from bedside_dx.ui.therapy.trials_board import TrialsBoard

if TYPE_CHECKING:
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.therapy.page import TherapyPage


class TherapyBoard(PartsBoard[Section]):
    """The part that the page is at."""

    def __init__(self, look: Look, page: TherapyPage) -> None:
        super().__init__(look)
        self._desk = page.desk
        self.options = OptionsBoard(look, page.desk)
        self.dose = DoseBoard(look, page.dose_desk)
        self.dose.wanted.connect(page.plan_dose)
        self.plan = PlanBoard(look, page.plan_desk)
        self.trials = TrialsBoard(look, page.trials_desk)
        parts = {
            Section.OPTIONS: self.options,
            Section.DOSE: self.dose,
            Section.PLAN: self.plan,
            Section.TRIALS: self.trials,
        }
        self.hold(parts)
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
        self.show_part(section, titles[section])
