"""What the packs say for the patient in front; page and board listen to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from bedside_dx.app.advising import (
    modelled_treatment,
    options,
    packs_in_use,
    seen_tumour,
    tumour_names,
)
from bedside_dx.core.errors import BedsideDxError
from bedside_dx.core.therapy import TumourMatch
from bedside_dx.ui.therapy.notes import TherapyNotes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bedside_dx.app.advising import SeenTumour
    from bedside_dx.core.prognosis import Benefit, ModelFacts
    from bedside_dx.core.therapy import Option, Options, PackInfo
    from bedside_dx.ui.examination import Examination
    from bedside_dx.ui.therapy.notes import Section
    from bedside_dx.ui.workplace import Workplace

    Alone = tuple[ModelFacts | None, Mapping[frozenset[str], Benefit]]
    """The prognosis model in front, and what it associates with each treatment alone."""


class TherapyDesk(QObject):
    """Notes of the patient in front, and the options that follow.

    Signals
    -------
    changed
        What follows from the notes is known.
    turned
        Another patient or part: the forms are to be filled again.
    planned
        `Option` that a person takes into the plan.
    """

    changed = Signal()
    turned = Signal()
    planned = Signal(object)

    def __init__(
        self, workplace: Workplace, parent: QObject, alone: Callable[[], Alone] = lambda: (None, {})
    ) -> None:
        super().__init__(parent)
        self._workplace, self._alone = workplace, alone
        self._notes: dict[Examination | None, TherapyNotes] = {}
        self.packs: tuple[PackInfo, ...] = ()
        self.answer: Options | None = None
        self.error: BedsideDxError | None = None
        self._pace = QTimer(self, interval=0, singleShot=True)
        self._pace.timeout.connect(self.compute)
        workplace.switched.connect(self._turn)
        workplace.changed.connect(self.soon)
        workplace.in_background(packs_in_use, self._take, self._refuse)

    # --- what is known -----------------------------------------------------------------

    @property
    def notes(self) -> TherapyNotes:
        """What is stated of the patient in front; without a slide it stays apart."""
        return self._notes.setdefault(self._workplace.current, TherapyNotes())

    @property
    def is_calm(self) -> bool:
        """Whether the packs are read and all that was stated has been worked out."""
        return not self._pace.isActive() and (bool(self.packs) or self.error is not None)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of tumours, to complete what is typed."""
        return tumour_names() if self.packs else ()

    @property
    def seen(self) -> SeenTumour | None:
        """The tumour that a model saw, until it is used."""
        current = self._workplace.current
        if current is None or current.report is None or not self.packs:
            return None
        found = seen_tumour(current.report)
        stated = self.answer.tumour if self.answer is not None else ""
        return None if found is None or found.code == stated else found

    def benefit(self, option: Option) -> tuple[ModelFacts, Benefit] | None:
        """What the disease page's model associates with an option alone, where it says any."""
        facts, alone = self._alone()
        key = modelled_treatment(option.therapy, facts.key) if facts is not None else ""
        found = alone.get(frozenset({key}))
        return (facts, found) if facts is not None and found is not None else None

    @property
    def shown(self) -> tuple[Option, ...]:
        """Options that pass the filters, in their order."""
        if self.answer is None:
            return ()
        notes = self.notes
        return tuple(
            one
            for one in self.answer.options
            if (one.approval or not notes.only_approved)
            and (one.tumour_match is TumourMatch.SAME or not notes.only_this_tumour)
        )

    # --- what a person states ----------------------------------------------------------

    def turn_to(self, section: Section) -> None:
        """Go to another part of the page."""
        self.notes.section = section
        self.turned.emit()

    def state_tumour(self, written: str) -> None:
        """State the tumour."""
        self.notes.tumour = written.strip()
        self.soon()

    def add(self, finding: str, *, is_found: bool) -> None:
        """State a finding, or that it was looked for and is not there."""
        where = self.notes.found if is_found else self.notes.negative
        if (finding := finding.strip()) and finding not in where:
            where.append(finding)
            self.soon()

    def remove(self, finding: str, *, is_found: bool) -> None:
        """Take a finding back."""
        where = self.notes.found if is_found else self.notes.negative
        if finding in where:
            where.remove(finding)
            self.soon()

    def mean(self, written: str, name: str) -> None:
        """Take one of the nearest names instead of what was written."""
        notes = self.notes
        if notes.tumour == written:
            notes.tumour = name
        for where in (notes.found, notes.negative):
            where[:] = [name if one == written else one for one in where]
        self.soon()

    def choose_line(self, line: int) -> None:
        """State the line of therapy; 0 for not stated."""
        self.notes.line = line
        self.soon()

    def soon(self) -> None:
        """Work it out with the next turn of the loop."""
        self._pace.start()

    # --- what follows ------------------------------------------------------------------

    def compute(self) -> None:
        """Work out what the packs say, and tell it."""
        self._pace.stop()
        if not self.packs:
            return
        notes = self.notes
        self.answer, self.error = None, None
        if notes.tumour:
            try:
                self.answer = options(notes.tumour, notes.found, notes.negative, line=notes.line)
            except BedsideDxError as error:
                self.error = error
        self.changed.emit()

    def _take(self, packs: tuple[PackInfo, ...]) -> None:
        self.packs = packs
        self.turned.emit()
        self.compute()

    def _refuse(self, error: BedsideDxError) -> None:
        self.error = error
        self.changed.emit()

    def _turn(self) -> None:
        self.turned.emit()
        self.compute()
