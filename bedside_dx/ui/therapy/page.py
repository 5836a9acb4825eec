"""The inspector's third page: what is stated of the tumour, and what could be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from bedside_dx.app.proposing import propose
from bedside_dx.core.errors import PlanError
from bedside_dx.ui.parts import PartsPage
from bedside_dx.ui.therapy.desk import TherapyDesk
from bedside_dx.ui.therapy.dose_desk import DoseDesk
from bedside_dx.ui.therapy.dose_form import DoseForm
from bedside_dx.ui.therapy.findings_form import FindingsForm
from bedside_dx.ui.therapy.notes import Section
from bedside_dx.ui.therapy.plan_desk import PlanDesk
from bedside_dx.ui.therapy.plan_form import PlanForm
from bedside_dx.ui.therapy.trials_desk import TrialsDesk
from bedside_dx.ui.therapy.trials_form import TrialsForm

if TYPE_CHECKING:
    from collections.abc import Callable

    from bedside_dx.core.dosing import Dose
    from bedside_dx.core.prognosis import WhatIf
    from bedside_dx.core.therapy import Option
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.therapy.desk import Alone
    from bedside_dx.ui.workplace import Workplace

SETTLED_MS = 250
"""Pause after which the report's own picture of the therapy is made again."""


class TherapyPage(PartsPage[Section]):
    """What is stated is here, what follows is on the board."""

    def __init__(
        self, look: Look, workplace: Workplace, alone: Callable[[], Alone] = lambda: (None, {}),
        modelled: Callable[[], WhatIf | None] = lambda: None,
    ) -> None:  # fmt: skip
        super().__init__(look)
        self._workplace = workplace
        self.desk = TherapyDesk(workplace, self, alone)
        self.trials_desk = TrialsDesk(workplace, self.desk, self)
        self.dose_desk = DoseDesk(workplace, self)
        self.plan_desk = PlanDesk(workplace, self, modelled)
        self.findings = FindingsForm(look, self.desk)
        self.dose = DoseForm(look, self.dose_desk)
        self.plan = PlanForm(look, self.plan_desk)
        self.trials = TrialsForm(look, self.trials_desk)
        forms = {
            Section.OPTIONS: self.findings,
            Section.DOSE: self.dose,
            Section.PLAN: self.plan,
            Section.TRIALS: self.trials,
        }
        self.hold(forms, self.desk.turn_to)
        self._settling = QTimer(self, interval=SETTLED_MS, singleShot=True)
        self._settling.timeout.connect(self.settle)
        self.desk.changed.connect(self._settling.start)
        self.plan_desk.changed.connect(self._settling.start)
        self.desk.planned.connect(self._plan_option)
        self.plan.dose_wanted.connect(self._work_out)
        self.desk.turned.connect(self.refresh)
        look.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the part that a person turned to."""
        t = self._look.t
        words = {
            Section.OPTIONS: t("Options"),
            Section.DOSE: t("Dose"),
            Section.PLAN: t("Plan"),
            Section.TRIALS: t("Trials"),
        }
        self.show_part(self.desk.notes.section, words)

    def settle(self) -> None:
        """Give the slide's report the options and the plan on record as they stand."""
        self._settling.stop()
        if (examination := self._workplace.current) is None or not self.desk.packs:
            return
        notes, kept = self.desk.notes, self.plan_desk.notes.kept
        tumour = notes.tumour if self.desk.error is None else ""  # a contradiction gives no options
        examination.plan_error = None
        try:
            found = propose(
                tumour, notes.found, notes.negative, kept, line=notes.line,
                patient=examination.case.patient,
            )  # fmt: skip
        except PlanError as error:  # the patient was changed since: the report's page says it
            examination.plan_error = error
            found = propose(tumour, notes.found, notes.negative, line=notes.line)
        examination.therapy = None if found.is_empty else found

    def plan_dose(self, found: Dose) -> None:
        """Take a dose that was worked out into the plan, and show it there."""
        self.plan_desk.add_dose(found, self.dose_desk.first_mg)
        self.desk.turn_to(Section.PLAN)

    def hold_back(self) -> bool:
        """Whether the window is to stay once more, for a plan that is not recorded; it is shown."""
        if not self.plan_desk.hold_back():
            return False
        self.desk.turn_to(Section.PLAN)
        return True

    def _plan_option(self, option: Option) -> None:
        """Begin a line of the plan with an option, and show it there."""
        self.plan_desk.add_option(option, self.desk.packs, self._look.t)
        self.desk.turn_to(Section.PLAN)

    def _work_out(self) -> None:
        """Go to the dose; the drug is the line's option's where its dose is sourced."""
        drug = self.plan_desk.next_drug(self.dose_desk.drugs)
        if drug and drug != self.dose_desk.notes.drug:
            self.dose_desk.choose(drug)
        self.desk.turn_to(Section.DOSE)
