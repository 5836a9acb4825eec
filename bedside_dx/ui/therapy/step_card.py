"""One drug of a line: its dose, its calendar, and what toxicity changed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from bedside_dx.app.planning import DPD_ALLOWS, needs_dpd
from bedside_dx.core.plan import Delay, DoseChange
from bedside_dx.text.dosing_words import mg_words
from bedside_dx.text.plan_words import change_words, delay_words
from bedside_dx.ui.controls import Button, Words, dress, row
from bedside_dx.ui.theme import SPACE_8, SPACE_12
from bedside_dx.ui.therapy.toxicity_form import ToxicityForm
from bedside_dx.ui.therapy.typed import TypedChoice, TypedField

if TYPE_CHECKING:
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.therapy.plan_desk import PlanDesk
    from bedside_dx.ui.therapy.plan_notes import LineNotes, StepNotes

TYPED = ("drug", "mg", "source", "route")
CALENDAR = ("start", "cycle_days", "days", "cycles")


class StepCard(QWidget):
    """What is stated of a step.

    Signals
    -------
    removed
        A person takes the drug out.
    """

    removed = Signal()

    def __init__(self, look: Look, desk: PlanDesk, line: LineNotes, step: StepNotes) -> None:
        super().__init__()
        self._look, self._desk, self._line, self.step = look, desk, line, step
        self._title, self._dose = Words("strong", wrap=True), Words("soft", wrap=True)
        self.remove = Button(look, "icon", "trash")
        self.remove.clicked.connect(self.removed)
        self.fields = {
            name: self._make_field(name)
            for name in (*(TYPED if step.dose is None else ()), *CALENDAR)
        }
        self.dpd = TypedChoice(look, dict.fromkeys(DPD_ALLOWS, ""), step.dpd or None)
        self.dpd.chosen.connect(partial(self._state, "dpd"))
        self._why_dpd = Words("warning", wrap=True)
        self._changes: list[tuple[Words, Button, str]] = []
        self.fold = Button(look, "fold", "caret-right")
        self.fold.setCheckable(True)
        self.fold.clicked.connect(self._unfold)
        self.toxicity = ToxicityForm(look)
        self.toxicity.hide()
        self.toxicity.changed.connect(self._change)
        self.toxicity.delayed.connect(self._delay)
        self._lay_out()
        self.refresh()

    def refresh(self) -> None:
        """Show the words, and what is wrong at each field."""
        t, step = self._look.t, self.step
        french = step.drug_fr if t.language == "fr" else ""
        self._title.setText(french or step.drug or t("A drug"))
        self._dose.setVisible(step.dose is not None)
        if step.dose is not None:
            self._dose.setText(mg_words(float(step.dose["mg"]), t))
        self.remove.say(t("Take {drug} out", drug=self._title.text()))
        names = {
            "drug": (t("Drug"), ""), "mg": (t("Dose, mg"), ""),
            "source": (t("Source of the dose"), ""),
            "route": (t("How it is given"), t("into a vein")),
            "start": (t("Start"), t("YYYY-MM-DD")), "cycle_days": (t("Cycle, days"), "21"),
            "days": (t("On days"), "1, 8"), "cycles": (t("Cycles (0: open)"), "6"),
        }  # fmt: skip
        at = f"{self._line.key}/{step.key}"
        for name, shown in self.fields.items():
            label, hint = names[name]
            gap = self._desk.complaint(f"{at}/{name.replace('_', '-')}", t)
            shown.say(label, gap, hint=hint)
            said = t("{label}: {value}", label=self._title.text(), value=label)
            shown.field.setAccessibleName(said)
        self._ask_dpd()
        self.fold.say(t("Toxicity: change the dose or delay"))
        for words, button, said in self._changes:
            words.setText(said)
            button.say(t("Take this change out"))

    # --- inside ------------------------------------------------------------------------

    def _make_field(self, name: str) -> TypedField:
        made = TypedField(str(getattr(self.step, name)))
        made.edited.connect(partial(self._state, name))
        return made

    def _ask_dpd(self) -> None:
        """Ask for DPD activity where the drug that is typed needs it."""
        t, step = self._look.t, self.step
        is_asked = step.dose is None and needs_dpd(step.drug)
        self.dpd.setVisible(is_asked)
        self._why_dpd.setVisible(is_asked and not step.dpd)
        names = {"normal": t("normal"), "partial": t("partial")}
        self.dpd.say(t("Activity of DPD"), names)
        self._why_dpd.setText(t("Order it first: without it this drug is not planned."))

    def _state(self, name: str, text: str) -> None:
        setattr(self.step, name, text)
        self._desk.soon()

    def _unfold(self) -> None:
        is_open = self.fold.isChecked()
        self.fold.use_icon("caret-down" if is_open else "caret-right")
        self.toxicity.setVisible(is_open)

    def _change(self, change: object) -> None:
        assert isinstance(change, dict)
        self._line.dose_changes.append({"step": self.step.key, **change})
        self._desk.turn()

    def _delay(self, delay: object) -> None:
        assert isinstance(delay, dict)
        self._line.delays.append({"step": self.step.key, **delay})
        self._desk.turn()

    def _undo(self, kept: list[dict[str, object]], one: dict[str, object]) -> None:
        kept.remove(one)
        self._desk.turn()

    def _changed_rows(self, layout: QVBoxLayout) -> None:
        t, key = self._look.t, self.step.key
        french = self.step.drug_fr if t.language == "fr" else ""
        name = french or self.step.drug
        for one in self._line.dose_changes:
            if one["step"] == key:
                said = change_words(DoseChange(**one), t, name)
                self._add_change(layout, said, self._line.dose_changes, one)
        for one in self._line.delays:
            if one["step"] == key:
                said = delay_words(Delay(**one), t, name)
                self._add_change(layout, said, self._line.delays, one)

    def _add_change(
        self, layout: QVBoxLayout, said: str, kept: list[dict[str, object]], one: dict[str, object]
    ) -> None:
        words, button = Words(wrap=True), Button(self._look, "icon", "trash")
        button.clicked.connect(partial(self._undo, kept, one))
        shown = row(words, button)
        shown.setStretch(0, 1)
        layout.addLayout(shown)
        self._changes.append((words, button, said))

    def _lay_out(self) -> None:
        dress(self, "well")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_12, SPACE_12, SPACE_12, SPACE_12)
        layout.setSpacing(SPACE_8)
        head = row(self._title, self.remove)
        head.setStretch(0, 1)
        layout.addLayout(head)
        layout.addWidget(self._dose)
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE_8)
        grid.setVerticalSpacing(SPACE_8)
        for at, shown in enumerate(self.fields.values()):
            grid.addWidget(shown, at // 2, at % 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        layout.addLayout(grid)
        layout.addWidget(self.dpd)
        layout.addWidget(self._why_dpd)
        self._changed_rows(layout)
        layout.addWidget(self.fold)
        layout.addWidget(self.toxicity)
