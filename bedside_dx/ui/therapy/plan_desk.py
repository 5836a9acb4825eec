"""The plan of the patient in front: composed, recorded, written out."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from bedside_dx.app.plan_draft import effect_table, line_days, option_table, step_table
from bedside_dx.app.planning import (
    compose,
    export_plan,
    open_plan,
    plan_events,
    plan_remarks,
    record_plan,
)
from bedside_dx.core.case import Patient
from bedside_dx.core.errors import PlanError
from bedside_dx.ui.case_folder import folder_of
from bedside_dx.ui.therapy.plan_gaps import gaps
from bedside_dx.ui.therapy.plan_notes import PlanNotes, StepNotes

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping, Sequence
    from pathlib import Path

    from bedside_dx.core.dosing import Dose
    from bedside_dx.core.errors import BedsideDxError
    from bedside_dx.core.plan import KeptPlan, Plan, PlanEvent
    from bedside_dx.core.prognosis import WhatIf
    from bedside_dx.core.remark import Remark
    from bedside_dx.core.therapy import Option, PackInfo
    from bedside_dx.text import Texts
    from bedside_dx.ui.examination import Examination
    from bedside_dx.ui.therapy.plan_gaps import Gap
    from bedside_dx.ui.therapy.plan_notes import LineNotes, Table
    from bedside_dx.ui.workplace import Workplace

Outcome = TypeVar("Outcome")
PLAN_FILE = "plan.json"


class PlanDesk(QObject):
    """Notes of the plan, and what follows from them.

    Signals
    -------
    changed
        Something was stated, and what follows from it is known.
    turned
        Another patient, part or item: the form is to be filled again.
    """

    changed = Signal()
    turned = Signal()

    def __init__(
        self, workplace: Workplace, parent: QObject,
        modelled: Callable[[], WhatIf | None] = lambda: None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._workplace, self._modelled = workplace, modelled
        self._notes: dict[Examination | None, PlanNotes] = {}
        self.gaps: Mapping[str, Gap] = {}
        self.plan: Plan | None = None
        self.error: BedsideDxError | None = None
        self.events: tuple[PlanEvent, ...] = ()
        self.remarks: tuple[Remark, ...] = ()
        self.is_busy = self.is_leaving = False
        self._seen_patient = Patient()
        self._pace = QTimer(self, interval=0, singleShot=True)
        self._pace.timeout.connect(self.compute)
        workplace.switched.connect(self.turn)
        workplace.changed.connect(self._follow)
        self.turn()

    # --- what is known -----------------------------------------------------------------

    @property
    def notes(self) -> PlanNotes:
        """The plan of the patient in front; one without a slide stays apart."""
        current = self._workplace.current
        if current not in self._notes:
            self._notes[current] = PlanNotes()
        return self._notes[current]

    @property
    def folder(self) -> Path:
        """Folder of the case."""
        return folder_of(self._workplace.current)

    @property
    def patient(self) -> Patient:
        """Whom the plan is for."""
        current, kept = self._workplace.current, self.notes.kept
        stated = current.case.patient if current is not None else Patient()
        if kept is not None and not (stated.name or stated.identifier):
            known = kept.plan.patient
            return Patient(identifier=known.identifier, name=known.name, born=known.born)
        return stated

    @property
    def is_changed(self) -> bool:
        """Whether the plan is another one than that on disk."""
        kept = self.notes.kept
        return kept is None or self.plan != kept.plan

    @property
    def is_calm(self) -> bool:
        """Whether nothing is on its way."""
        return not (self._pace.isActive() or self.is_busy)

    @property
    def holds_unrecorded(self) -> bool:
        """Whether a plan of any patient was typed and not recorded."""
        return any(notes.is_changed for notes in self._notes.values())

    @property
    def modelled(self) -> WhatIf | None:
        """What a disease model says of the treatments that are looked at, where it says any."""
        changes = self._modelled()
        return changes if changes is not None and changes.together is not None else None

    def next_drug(self, known: Container[str]) -> str:
        """A drug of the line's option that is not among its steps and has a sourced dose."""
        line = self.notes.line
        if line is None or line.option is None:
            return ""
        given = {step.drug for step in line.steps}
        named = [one.strip().casefold() for one in str(line.option["therapy"]).split("+")]
        return next((one for one in named if one in known and one not in given), "")

    def complaint(self, place: str, t: Texts) -> str:
        """What is wrong with what is typed at a place; empty for nothing."""
        gap = self.gaps.get(place)
        return t(gap.complaint) if gap is not None and gap.complaint else ""

    # --- composing ---------------------------------------------------------------------

    def turn_to(self, part: str) -> None:
        """Show a line by its key, the plan as a whole, or how it is recorded."""
        self.notes.part = part
        self.turn()

    def add_line(self) -> LineNotes:
        """Begin one more line."""
        line = self.notes.add_line()
        self.turn()
        return line

    def add_option(self, option: Option, packs: Sequence[PackInfo], t: Texts) -> None:
        """Begin a line from an option; its evidence is copied as it is shown today."""
        line = self.notes.add_line()
        line.name = option.therapy
        line.option = option_table(option, packs, t)
        self.turn()

    def add_dose(self, found: Dose, first_mg: float | None) -> None:
        """Add a dose that was worked out, to the line that the form shows or to the last."""
        notes = self.notes
        line = notes.line or (notes.lines[-1] if notes.lines else notes.add_line())
        line.steps.append(_step_of(notes.step_key(found.drug.key), step_table(found, first_mg)))
        notes.part = line.key
        self.turn()

    def add_typed_drug(self, line: LineNotes) -> None:
        """Add a drug whose dose the clinician types, with its source."""
        line.steps.append(StepNotes(self.notes.step_key("typed")))
        self.turn()

    def take_effect(self, line: LineNotes) -> None:
        """Copy what the disease model says now beside a line."""
        if (changes := self.modelled) is not None:
            line.effect = effect_table(changes)
            self.turn()

    def remove_line(self, line: LineNotes) -> None:
        """Take a line out."""
        self.notes.lines.remove(line)
        self.notes.part = ""
        self.turn()

    def start_over(self) -> None:
        """Forget what was typed: back to what is on disk, or to nothing."""
        notes = self.notes
        if notes.kept is not None and notes.path is not None:
            notes.follow(notes.kept, notes.path)
        else:
            self._notes[self._workplace.current] = PlanNotes(looked_for=True)
        self.turn()

    def soon(self) -> None:
        """Compute with the next turn of the loop."""
        self._pace.start()

    # --- what follows ------------------------------------------------------------------

    def compute(self) -> None:
        """Work out what the notes give, and tell it."""
        self._pace.stop()
        self.is_leaving = False
        notes = self.notes
        self.gaps = gaps(notes)
        self.plan, self.error, self.remarks = None, None, ()
        self._seen_patient = self.patient
        draft = notes.table(self._seen_patient)
        if not self.gaps:
            try:
                self.plan = compose(draft)
            except PlanError as error:
                self.error = error
        if self.plan is not None:
            self.events, self.remarks = plan_events(self.plan), plan_remarks(self.plan)
        else:
            found = [event for line in notes.lines for event in line_days(line.table())]
            self.events = tuple(sorted(found, key=lambda one: (one.first, one.kind, one.key)))
        notes.is_changed = not notes.is_blank and self.is_changed
        self.changed.emit()

    def hold_back(self) -> bool:
        """Whether the window is to stay once more: what was typed is not recorded yet.

        It is told; asked again before anything else was typed, the window may close.
        """
        if self.is_leaving or not self.holds_unrecorded:
            return False
        self.is_leaving = True
        self.changed.emit()
        return True

    def turn(self) -> None:
        """Work out what the notes give, and have the form filled again."""
        self.compute()
        self.turned.emit()
        self._look_for_plan()

    # --- on disk -----------------------------------------------------------------------

    def record(self) -> None:
        """Write the next version; the plan on disk stays as it was until all of it is there."""
        notes, plan = self.notes, self.plan
        if plan is None or self.is_busy:
            return
        path = notes.path or self.folder / PLAN_FILE
        who, why = notes.who, notes.why
        before = notes.kept.version if notes.kept is not None else 0

        patient = self.patient
        stated = notes.table(patient)

        def keep(kept: KeptPlan) -> None:
            if notes.table(patient) == stated:
                notes.follow(kept, path)
            else:  # what was typed meanwhile stays, as a change of this version
                notes.kept, notes.path, notes.why = kept, path, ""
            self.turn()

        self._in_background(notes, lambda: record_plan(path, plan, who, why, before), keep)

    def open(self, path: Path) -> None:
        """Open a plan that was recorded."""
        notes, patient = self.notes, self.patient
        notes.looked_for = True

        def keep(kept: KeptPlan) -> None:
            notes.follow(kept, path)
            self.turn()

        self._in_background(notes, lambda: _opened(path, patient), keep)

    def export(self, kinds: Sequence[str], folder: Path, language: str) -> None:
        """Write files made of the plan as it is on record."""
        notes, path = self.notes, self.notes.path
        if path is None or self.is_busy:
            return

        def keep(files: tuple[Path, ...]) -> None:
            notes.written = files
            self.compute()

        self._in_background(notes, lambda: export_plan(path, folder, kinds, language), keep)

    # --- inside ------------------------------------------------------------------------

    def _follow(self) -> None:
        """Follow the patient's name and number, which are stated on the report's page."""
        if self.patient != self._seen_patient:
            self.soon()

    def _look_for_plan(self) -> None:
        """Open the case's plan where one lies in its folder."""
        notes = self.notes
        if notes.looked_for or not notes.is_blank or self._workplace.current is None:
            return
        notes.looked_for = True
        path, patient = self.folder / PLAN_FILE, self.patient

        def keep(kept: KeptPlan | None) -> None:
            if kept is not None and notes.is_blank:
                notes.follow(kept, path)
            self.turn()

        self._in_background(notes, lambda: _opened(path, patient) if path.is_file() else None, keep)

    def _in_background(
        self, notes: PlanNotes, work: Callable[[], Outcome], keep: Callable[[Outcome], None]
    ) -> None:
        self.is_busy, notes.error = True, None

        def done(outcome: Outcome) -> None:
            self.is_busy = False
            keep(outcome)

        def fail(error: BedsideDxError) -> None:
            self.is_busy = False
            notes.error = error
            self.compute()

        self._workplace.in_background(work, done, fail)
        self.changed.emit()


def _opened(path: Path, patient: Patient) -> KeptPlan:
    """A plan of this patient, as far as identifiers say; raises as `open_plan`."""
    kept = open_plan(path)
    known = kept.plan.patient.identifier
    if known and patient.identifier and known != patient.identifier:
        raise PlanError("plan.other-patient", path=path)
    return kept


def _step_of(key: str, table: Table) -> StepNotes:
    """A step as it is typed on, from a dose's plain values."""
    return StepNotes(
        key,
        drug=table["drug"],
        drug_fr=table["drug_fr"],
        dose=table["dose"],
        cycle_days=str(table.get("cycle_days", "")),
        days=", ".join(map(str, table["days"])),
        cycles=str(table["cycles"]),
        times_a_day=table["times_a_day"],
        route=table["route"],
    )
