"""Trials of the kept packs held against the patient in front."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from bedside_dx.app.advising import tumour_line
from bedside_dx.app.trialling import find_trials, keep_trials, kept_packs
from bedside_dx.core.errors import BedsideDxError
from bedside_dx.core.trials import Candidate
from bedside_dx.ui.dates import years_between

if TYPE_CHECKING:
    from pathlib import Path

    from bedside_dx.core.dosing import Sex
    from bedside_dx.core.trials import Matches
    from bedside_dx.text import Texts
    from bedside_dx.ui.examination import Examination
    from bedside_dx.ui.therapy.desk import TherapyDesk
    from bedside_dx.ui.workplace import Workplace


@dataclass(eq=False)
class TrialNotes:
    """What trials ask and the options do not; None or empty: not stated."""

    sex: Sex | None = None
    ecog: int | None = None
    stage: str = ""
    prior_lines: int | None = None


class TrialsDesk(QObject):
    """What is stated for trials, and how each trial fits.

    Signals
    -------
    changed
        How the trials fit is known, or that they can't be read.
    """

    changed = Signal()

    def __init__(self, workplace: Workplace, therapy: TherapyDesk, parent: QObject) -> None:
        super().__init__(parent)
        self._workplace, self.therapy = workplace, therapy
        self._notes: dict[Examination | None, TrialNotes] = {}
        self._number = 0
        self.found: Matches | None = None
        self.error: BedsideDxError | None = None
        self.is_busy = False
        therapy.changed.connect(self.match)

    @property
    def notes(self) -> TrialNotes:
        """What is stated of the patient in front."""
        return self._notes.setdefault(self._workplace.current, TrialNotes())

    @property
    def age(self) -> int | None:
        """From the day of birth, where it is stated."""
        current = self._workplace.current
        born = current.case.patient.born if current is not None else None
        return None if born is None else years_between(born, date.today())  # noqa: DTZ011

    @property
    def candidate(self) -> Candidate:
        """What is known of the person, as trials ask for it."""
        notes, stated, answer = self.notes, self.therapy.notes, self.therapy.answer
        tumours = tumour_line(answer.tumour) if answer is not None and answer.tumour else ()
        return Candidate(
            age=self.age, sex=notes.sex, tumours=tumours, stage=notes.stage, ecog=notes.ecog,
            alterations=tuple(stated.found), negatives=tuple(stated.negative),
            prior_lines=notes.prior_lines,
        )  # fmt: skip

    def bring(self, path: Path, t: Texts) -> None:
        """Keep a pack or an export, away from the window, then match again."""
        self.is_busy, self.error = True, None
        self.changed.emit()

        def kept(_place: Path) -> None:
            self.is_busy = False
            self.match()

        self._workplace.in_background(lambda: keep_trials(path, t), kept, self._refuse)

    def match(self) -> None:
        """Hold every trial against the patient; the latest question wins."""
        packs, candidate = kept_packs(), self.candidate
        self._number += 1
        number = self._number
        if not packs:
            self.found = None
            self.changed.emit()
            return

        def take(found: Matches) -> None:
            if number == self._number:
                self.found, self.error = found, None
                self.changed.emit()

        self._workplace.in_background(lambda: find_trials(candidate, packs), take, self._refuse)

    def _refuse(self, error: BedsideDxError) -> None:
        self.is_busy, self.error = False, error
        self.changed.emit()
