"""What is worked out from the notes on one patient; page and board listen to it."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from bedside_dx.app.offering import confirmed_entry, offers
from bedside_dx.app.prognosing import (
    all_facts,
    entries_of,
    model_facts,
    prognosis_of,
    stage,
    standing_of,
    what_if,
)
from bedside_dx.core.disease_picture import DiseasePicture
from bedside_dx.core.errors import PrognosisError, StagingError
from bedside_dx.core.prognosis import Entry, Role, Standing
from bedside_dx.ui.disease.courses import Courses
from bedside_dx.ui.disease.measured_lesions import add_visits
from bedside_dx.ui.disease.notes import DiseaseNotes, Followed, Section, question
from bedside_dx.ui.disease.treatment_plan import plan_of

if TYPE_CHECKING:
    from bedside_dx.app.lesion_visits import LesionVisits
    from bedside_dx.core.disease import Stage
    from bedside_dx.core.disease_picture import Offer
    from bedside_dx.core.errors import BedsideDxError
    from bedside_dx.core.prognosis import Benefit, Input, ModelFacts, Prognosis, WhatIf
    from bedside_dx.core.results import Report
    from bedside_dx.ui.examination import Examination
    from bedside_dx.ui.workplace import Workplace

MOST_WAIT_MS = 120
"""Longest pause between two computations while somebody types or drags, on a slow machine."""
SETTLED_MS = 250
"""Pause after which the report's own picture of the disease is made again."""
T, LESION = "t", "lesion-mm"
"""Names of the offers that are no inputs of a prognosis model."""
AGE_YEARS = 10.0
"""Either way, for "what would change this most"; other numbers go from half to twice."""


class DiseaseDesk(QObject):
    """Notes of the slide in front, and what they give.

    Signals
    -------
    changed
        Something was stated, and what follows from it is known.
    weighed
        What each treatment alone is associated with is known: a frame later, so that none is long.
    turned
        Another patient, section or model: forms are to be filled again.
    """

    changed = Signal()
    turned = Signal()
    weighed = Signal()

    def __init__(self, workplace: Workplace, parent: QObject) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._asked: dict[str, Entry] = {}
        self._notes: dict[Examination | None, DiseaseNotes] = {}
        self.models: tuple[ModelFacts, ...] = all_facts()
        self.standing = Standing((), {})
        self.error: BedsideDxError | None = None
        self.changes: WhatIf | None = None
        self.found: Prognosis | None = None
        self.alone: dict[frozenset[str], Benefit] = {}
        self.stage: Stage | None = None
        self.stage_error: StagingError | None = None
        self.courses = Courses(workplace, self)
        self._alone_of: object = None
        inputs = (wanted.key for facts in self.models for wanted in facts.inputs)
        self._offered_keys = frozenset({*inputs, T, LESION})
        self._offers_of: tuple[Report, int] | None = None
        self._offers: dict[str, Offer] = {}
        self._pace = QTimer(self, singleShot=True)
        self._pace.timeout.connect(self.compute)
        self._settling = QTimer(self, interval=SETTLED_MS, singleShot=True)
        self._settling.timeout.connect(self.settle)
        self.took_ms = 0.0
        self._weighing = QTimer(self, interval=0, singleShot=True)
        self._weighing.timeout.connect(self._weigh)
        self.courses.changed.connect(self._tell_course)
        workplace.switched.connect(self._turn)
        workplace.changed.connect(self._follow)
        self._turn()

    # --- what is known -----------------------------------------------------------------

    @property
    def notes(self) -> DiseaseNotes:
        """What is stated of the patient in front; what is stated without a slide stays apart."""
        return self._notes.setdefault(self._workplace.current, DiseaseNotes())

    @property
    def is_calm(self) -> bool:
        """Whether all that was stated has been worked out."""
        return not (self._pace.isActive() or self._weighing.isActive() or self.courses.is_busy)

    @property
    def facts(self) -> ModelFacts | None:
        """The model that is looked at."""
        notes = self.notes
        return model_facts(notes.model, notes.version) if notes.model else None

    @property
    def year(self) -> int:
        """Year that is looked at; the model's middle horizon at first."""
        facts = self.facts
        if facts is None or not facts.horizons:
            return 0
        middle = facts.horizons[len(facts.horizons) // 2]
        return min(self.notes.years.get(facts.key, middle), facts.longest)

    @property
    def given(self) -> frozenset[str]:
        """Treatments that are looked at."""
        return self.notes.given.get(self.notes.model, frozenset())

    def offer_for(self, key: str) -> Offer | None:
        """What the slide in front gives for an input; None where it gives nothing."""
        examination = self._workplace.current
        if examination is None or examination.report is None:
            return None
        asked = (examination.report, self.notes.edition)
        before = self._offers_of
        if before is None or before[0] is not asked[0] or before[1] != asked[1]:
            self._offers_of = asked
            self._offers = {
                o.key: o for o in offers(asked[0], self._offered_keys, edition=asked[1])
            }
        return self._offers.get(key)

    def entry(self, wanted: Input) -> Entry | None:
        """What is stated for an input and can be read."""
        facts, text = self.facts, self.notes.texts.get(question(wanted), "").strip()
        return self._entry_of(facts, wanted, text)[0] if facts is not None and text else None

    def stated_entries(self) -> dict[str, Entry]:
        """What is stated for the model in front."""
        return self._entries(self.facts)[0] if self.facts is not None else {}

    # --- what a person states ----------------------------------------------------------

    def turn_to(self, section: Section) -> None:
        """Go to another part of the page."""
        self.notes.section = section
        self._turn()

    def choose(self, facts: ModelFacts) -> None:
        """Look at another model; what was stated for both stays."""
        self.notes.model, self.notes.version = facts.key, facts.version
        self._turn()

    def state(self, wanted: Input, text: str) -> None:
        """State an input as typed."""
        self.notes.state(wanted, text)
        self.soon()

    def clear(self) -> None:
        """Forget what was stated for the model in front."""
        if (facts := self.facts) is not None:
            for wanted in facts.inputs:
                self.notes.state(wanted, "")
            self.notes.given.pop(facts.key, None)
            self.notes.asked.pop(facts.key, None)
            self._turn()

    def confirm(self, wanted: Input) -> None:
        """Confirm an unusual value."""
        self.notes.confirmed.add(question(wanted))
        self.soon()

    def take(self, wanted: Input, offer: Offer) -> None:
        """Confirm what a model of this program saw, and use it."""
        self.notes.take(wanted, offer, f"{offer.value:g}")
        self._turn()

    def give(self, regimen: frozenset[str]) -> None:
        """Look at other treatments."""
        self.notes.given[self.notes.model] = regimen
        self.soon()

    def look_at(self, year: int) -> None:
        """Look at another year."""
        self.notes.years[self.notes.model] = year
        self.soon()

    def keep(self, *, in_report: bool) -> None:
        """Keep the model in front in the report, or out of it."""
        left_out = self.notes.left_out
        (left_out.discard if in_report else left_out.add)(self.notes.model)
        self.soon()

    def take_lesions(self, visits: LesionVisits) -> None:
        """Take lesions that were measured on scans, as a person has confirmed, and turn to them.

        Raises
        ------
        CourseError
            As `add_visits`.
        """
        notes = self.notes
        add_visits(notes.courses[Followed.LESIONS], visits)
        notes.section, notes.followed = Section.COURSE, Followed.LESIONS
        self._turn()
        self.courses.filled.emit()
        self.courses.judge()

    def soon(self) -> None:
        """Compute with the next turn of the loop; where that took long, a little later."""
        if not self._pace.isActive():
            self._pace.start(round(min(max(self.took_ms - 16, 0), MOST_WAIT_MS)))

    # --- what follows ------------------------------------------------------------------

    def compute(self) -> None:
        """Work out what the notes give, and tell it."""
        self._pace.stop()
        begun = time.perf_counter()
        self._work_out_stage()
        self._work_out_prognosis()
        self.changed.emit()
        self.took_ms = 1000 * (time.perf_counter() - begun)
        self._settling.start()

    def settle(self) -> None:
        """Give the slide's report the picture of the disease as it stands."""
        if self._pace.isActive():
            self.compute()
        self._settling.stop()
        if (examination := self._workplace.current) is not None:
            picture = self.picture()
            examination.disease = None if picture.is_empty else picture

    def picture(self) -> DiseasePicture:
        """What belongs to the report: every model that was asked and still answers."""
        notes = self.notes
        what_ifs: list[WhatIf] = []
        scores: list[Prognosis] = []
        for key, version in notes.asked.items():
            if key in notes.left_out:
                continue
            facts = model_facts(key, version)
            with suppress(PrognosisError):
                if facts.horizons:
                    what_ifs.append(self._what_if(facts, self._entries(facts)[0]))
                else:
                    scores.append(prognosis_of(key, version, self._entries(facts)[0], None))
        followed = self.courses.for_report(notes)
        return DiseasePicture(self.stage, tuple(what_ifs), tuple(scores), *followed)

    # --- inside ------------------------------------------------------------------------

    def _turn(self) -> None:
        current = self._workplace.current
        self.notes.follow_report(current.report if current else None)
        self.courses.show(self.notes)
        self.compute()
        self.turned.emit()

    def _follow(self) -> None:
        """Let go of what came from findings that were made again."""
        current = self._workplace.current
        report = current.report if current else None
        if report is not self.notes.offered:
            self._turn()

    def _tell_course(self) -> None:
        self.changed.emit()
        self._settling.start()

    def _work_out_stage(self) -> None:
        notes = self.notes
        self.stage, self.stage_error = None, None
        t, n, m = (notes.categories.get(letter, "").strip() for letter in "tnm")
        if notes.site is None or not (t and n and m):
            return
        try:
            self.stage = stage(notes.site.value, t, n, m, notes.edition)
        except StagingError as error:
            self.stage_error = error

    def _work_out_prognosis(self) -> None:
        facts = self.facts
        self.changes = self.found = self.error = None
        if facts is None:
            self.standing = Standing((), {})
            return
        entries, unread = self._entries(facts)
        known = standing_of(facts.key, facts.version, entries)
        missing = tuple(key for key in known.missing if key not in unread)
        self.standing = replace(known, missing=missing, flaws={**known.flaws, **unread})
        if not self.standing.is_complete:
            return
        try:
            if facts.horizons:
                self.changes = self._what_if(facts, entries)
                self._asked = entries
                self.found = self.changes.prognosis
                self._weighing.start()
            else:
                self.found = prognosis_of(facts.key, facts.version, entries, None)
        except PrognosisError as error:
            self.error = error
            return
        self.notes.asked[facts.key] = facts.version

    def _entries(self, facts: ModelFacts) -> tuple[dict[str, Entry], dict[str, PrognosisError]]:
        entries: dict[str, Entry] = {}
        unread: dict[str, PrognosisError] = {}
        for wanted in facts.inputs:
            text = self.notes.texts.get(question(wanted), "").strip()
            if not text:
                continue
            entry, error = self._entry_of(facts, wanted, text)
            if error is not None:
                unread[wanted.key] = error
            elif entry is not None:
                entries[wanted.key] = entry
        return entries, unread

    def _entry_of(
        self, facts: ModelFacts, wanted: Input, text: str
    ) -> tuple[Entry | None, PrognosisError | None]:
        notes = self.notes
        if (offer := notes.taken.get(question(wanted))) is not None:
            return confirmed_entry(offer, wanted), None
        try:
            read = entries_of(facts.key, facts.version, {wanted.key: text})
        except PrognosisError as error:
            return None, error
        entry = read.get(wanted.key)
        if entry is None:
            return None, None
        return replace(entry, confirmed=question(wanted) in notes.confirmed), None

    def _what_if(self, facts: ModelFacts, stated: dict[str, Entry]) -> WhatIf:
        """With the treatments that are looked at; only these are stated as in question."""
        plan = plan_of(facts)
        given = self.notes.given.get(facts.key, frozenset())
        entries = stated | plan.flags(given, stated)
        year = min(self.notes.years.get(facts.key, self._middle(facts)), facts.longest)
        return what_if(
            facts.key, facts.version, entries, plan.regimen(given), year=year,
            ranges=_ranges(facts, entries),
        )  # fmt: skip

    def _middle(self, facts: ModelFacts) -> int:
        return facts.horizons[len(facts.horizons) // 2]

    def _weigh(self) -> None:
        """Work out what each treatment alone is associated with, and tell it.

        Of what the curves were made from: what was stated since may have to be refused first.
        """
        facts = self.facts
        if facts is not None and self.changes is not None:
            self._work_out_alone(facts, self._asked)
            self.weighed.emit()

    def _work_out_alone(self, facts: ModelFacts, entries: dict[str, Entry]) -> None:
        """Each treatment alone, looked at or not; the same until a fact changes."""
        plan = plan_of(facts)
        asked = entries | plan.flags(plan.all_keys, entries)
        if (facts.key, facts.version, self.year, asked) == self._alone_of:
            return
        self._alone_of = (facts.key, facts.version, self.year, asked)
        regimen = plan.regimen(frozenset())
        changes = what_if(facts.key, facts.version, asked, regimen, year=self.year)
        self.alone = {one.regimen: one for one in changes.alone}


def _ranges(facts: ModelFacts, entries: dict[str, Entry]) -> dict[str, tuple[float, float]]:
    """From where to where numbers go that were stated without an interval."""
    ranges: dict[str, tuple[float, float]] = {}
    for wanted in facts.inputs:
        entry = entries.get(wanted.key)
        if wanted.choices is not None or wanted.role is not Role.FACT or entry is None:
            continue
        if entry.low is None and entry.value > 0:
            value, is_age = entry.value, wanted.unit == "years"
            low, high = (value - AGE_YEARS, value + AGE_YEARS) if is_age else (value / 2, 2 * value)
            ranges[wanted.key] = (max(low, wanted.low), min(high, wanted.high))
    return ranges
