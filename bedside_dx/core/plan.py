"""A therapy plan: what a clinician composed, with the evidence and doses as they stood that day.

Nothing in a plan refers to a pack, a table or a model that may change: everything that it rests on
is copied into it, so that it reads the same in five years.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Intent(StrEnum):
    """What the treatment is for."""

    CURATIVE = "curative"
    PALLIATIVE = "palliative"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One item of evidence as it was cited that day.

    Attributes
    ----------
    source, id
        For example ``"CIViC"`` and ``"EID1592"``.
    pmid
        Empty where there is none.
    """

    source: str
    id: str
    pmid: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """The option that a line was taken from, as it was shown.

    Attributes
    ----------
    packs
        Knowledge packs with their version.
    taken
        The day of the snapshot.
    """

    therapy: str
    taken: date
    direction: str = ""
    level: str = ""
    tier: str = ""
    approval: str = ""
    tumour_match: str = ""
    why: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    packs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedDose:
    """The dose of one administration, with what it was worked out from.

    Attributes
    ----------
    mg
        Of each administration.
    first_mg
        Of the first, where there is a loading dose.
    amount, basis
        As the source gives it: 75 and ``"mg/m2"``; None where a clinician stated the dose.
    row, table
        Of the sourced table; empty where a clinician stated it.
    method
        How it was worked out: body surface, renal function, formulas.
    sources
        As they are cited.
    fits_times
        How often a life's limit allows such a dose, earlier exposure counted; None without one.
    dpd
        Activity of DPD as the clinician stated it, ``"normal"`` or ``"partial"``, where a
        fluoropyrimidine was typed; empty otherwise.
    """

    mg: float
    sources: tuple[str, ...]
    first_mg: float | None = None
    amount: float | None = None
    basis: str = ""
    row: str = ""
    table: str = ""
    method: tuple[str, ...] = ()
    fits_times: int | None = None
    dpd: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One drug of a line over its cycles.

    Attributes
    ----------
    key
        Its name inside the plan.
    days
        Of a cycle, from 1.
    cycles
        0: until progression or toxicity.
    route
        ``"iv"``, ``"oral"`` or what the clinician writes.
    drug_fr
        Its French name, where it is another.
    """

    key: str
    drug: str
    dose: PlannedDose
    start: date
    cycle_days: int
    days: tuple[int, ...] = (1,)
    cycles: int = 0
    times_a_day: int = 1
    route: str = ""
    drug_fr: str = ""


@dataclass(frozen=True, slots=True)
class DoseChange:
    """A dose that is changed for toxicity from some cycle on, in percent of the planned one."""

    step: str
    from_cycle: int
    percent: float
    toxicity: str
    grade: int | None = None


@dataclass(frozen=True, slots=True)
class Delay:
    """Cycles that begin later, from some cycle on."""

    step: str
    from_cycle: int
    days: int
    reason: str


@dataclass(frozen=True, slots=True)
class Monitoring:
    """A test that is repeated: a day before each cycle, or every so many days, or both."""

    test: str
    before_each_cycle: bool = True
    every_days: int | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """Imaging that tells the response.

    Attributes
    ----------
    method
        For example ``"CT, RECIST 1.1"``.
    baseline
        Day of the images that later ones are compared with.
    every_weeks
        From the line's start.
    """

    method: str
    baseline: date
    every_weeks: int


@dataclass(frozen=True, slots=True)
class Effect:
    """What a disease model associates with the line, as it was computed that day.

    Attributes
    ----------
    alive, untreated
        Share free of the event after `year` years, with the line and without, 0 to 1.
    gain, low, high
        Their difference with its 95 % interval, where one is published.
    """

    model: str
    version: str
    citation: str
    endpoint: str
    regimen: str
    year: int
    alive: float
    untreated: float
    gain: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What the patient is asked about everyday life, and how often."""

    text: str
    every_weeks: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line of treatment.

    Attributes
    ----------
    stopping
        Rules to stop it.
    """

    key: str
    name: str
    steps: tuple[Step, ...]
    stopping: tuple[str, ...]
    assessments: tuple[Assessment, ...] = ()
    monitoring: tuple[Monitoring, ...] = ()
    option: Option | None = None
    effect: Effect | None = None
    dose_changes: tuple[DoseChange, ...] = ()
    delays: tuple[Delay, ...] = ()

    def step(self, key: str) -> Step | None:
        """The step of that name."""
        return next((one for one in self.steps if one.key == key), None)


@dataclass(frozen=True, slots=True)
class PlanPatient:
    """Whom the plan is for; empty means: not given."""

    name: str = ""
    identifier: str = ""
    born: date | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A therapy plan.

    Attributes
    ----------
    identifier
        A UUID that stays through all versions.
    ecog
        Performance status, 0 to 4, and the day it was judged.
    preferences
        In the patient's own words.
    questions
        About quality of life.
    """

    identifier: str
    title: str
    patient: PlanPatient
    tumour: str
    intent: Intent
    ecog: int
    ecog_on: date
    lines: tuple[Line, ...]
    stage: str = ""
    biomarkers: tuple[str, ...] = ()
    preferences: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a plan before and after, as JSON; ``""`` is the whole plan."""

    path: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class PlanChange:
    """One version of a plan on record.

    Attributes
    ----------
    number
        From 1, the first being the plan's making.
    when
        With a time zone.
    """

    number: int
    when: datetime
    who: str
    why: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class KeptPlan:
    """A plan with everything that led to it."""

    plan: Plan
    history: tuple[PlanChange, ...]

    @property
    def version(self) -> int:
        """Number of the last change."""
        return self.history[-1].number


class EventKind(StrEnum):
    """What happens on a day of a plan."""

    TREATMENT = "treatment"
    MONITORING = "monitoring"
    ASSESSMENT = "assessment"
    QUESTIONS = "questions"


@dataclass(frozen=True, slots=True)
class PlanEvent:
    """A day, or days one after the other, of a plan.

    Attributes
    ----------
    key
        Unique in the plan, and the same for the same event in every version.
    last
        The last day, included.
    subject
        The drug, the test, the imaging method; empty for questions.
    cycle
        Number of the cycle, from 1; None where there is none.
    mg
        Of one administration.
    """

    kind: EventKind
    key: str
    first: date
    last: date
    line: str
    subject: str
    cycle: int | None = None
    mg: float | None = None
    times_a_day: int = 1
    percent: float = 100.0
    subject_fr: str = ""
