"""A plan while it is composed, as a person types it. No Qt in here, and nothing is chosen."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from bedside_dx.app.planning import needs_dpd
from bedside_dx.core.plan import Intent
from bedside_dx.core.strict import plain
from bedside_dx.ui.dates import parse_date

if TYPE_CHECKING:
    from pathlib import Path

    from bedside_dx.core.case import Patient
    from bedside_dx.core.errors import BedsideDxError
    from bedside_dx.core.plan import KeptPlan, Line, Plan, Step

Table = dict[str, Any]

RECORD = "record"
"""Name of the part that is no line."""
OF_A_PLAN = (
    "identifier", "title", "tumour", "stage", "intent", "ecog", "ecog_on", "biomarkers",
    "preferences", "notes", "questions", "lines",
)  # fmt: skip


@dataclass(eq=False)
class StepNotes:
    """One drug of a line.

    Attributes
    ----------
    dose
        As it was worked out or recorded; None where the clinician types it.
    cycles
        0: until progression or toxicity.
    """

    key: str
    drug: str = ""
    drug_fr: str = ""
    dose: Table | None = None
    mg: str = ""
    source: str = ""
    dpd: str = ""
    start: str = ""
    cycle_days: str = ""
    days: str = "1"
    cycles: str = ""
    times_a_day: int = 1
    route: str = ""

    def table(self) -> Table:
        """As plain values; what can't be read stays text, and is refused by its place."""
        stated = {"mg": _number(self.mg), "sources": [self.source] if self.source.strip() else []}
        if needs_dpd(self.drug):
            stated["dpd"] = self.dpd
        return {
            "key": self.key,
            "drug": self.drug.strip(),
            "drug_fr": self.drug_fr,
            "dose": self.dose or stated,
            "start": _day(self.start),
            "cycle_days": _whole(self.cycle_days),
            "days": [_whole(one) for one in self.days.replace(";", ",").split(",")],
            "cycles": _whole(self.cycles),
            "times_a_day": self.times_a_day,
            "route": self.route.strip(),
        }


@dataclass(eq=False)
class MonitoringNotes:
    """A test that is repeated."""

    test: str = ""
    before_each_cycle: bool = True
    every_days: str = ""

    def table(self) -> Table:
        """As plain values."""
        every = _whole(self.every_days) if self.every_days.strip() else None
        return {
            "test": self.test.strip(),
            "before_each_cycle": self.before_each_cycle,
            "every_days": every,
        }


@dataclass(eq=False)
class AssessmentNotes:
    """Imaging that tells the response."""

    method: str = ""
    baseline: str = ""
    every_weeks: str = ""

    def table(self) -> Table:
        """As plain values."""
        return {
            "method": self.method.strip(),
            "baseline": _day(self.baseline),
            "every_weeks": _whole(self.every_weeks),
        }


@dataclass(eq=False)
class QuestionNotes:
    """A question about everyday life."""

    text: str = ""
    every_weeks: str = ""

    def table(self) -> Table:
        """As plain values."""
        return {"text": self.text.strip(), "every_weeks": _whole(self.every_weeks)}


@dataclass(eq=False)
class LineNotes:
    """One line of treatment.

    Attributes
    ----------
    stopping
        One rule a line.
    option, effect
        Copied when they were taken; never typed.
    dose_changes, delays
        As `core.plan` has them.
    """

    key: str
    name: str = ""
    steps: list[StepNotes] = field(default_factory=list[StepNotes])
    stopping: str = ""
    monitoring: list[MonitoringNotes] = field(default_factory=list[MonitoringNotes])
    assessments: list[AssessmentNotes] = field(default_factory=list[AssessmentNotes])
    option: Table | None = None
    effect: Table | None = None
    dose_changes: list[Table] = field(default_factory=list[Table])
    delays: list[Table] = field(default_factory=list[Table])

    def table(self) -> Table:
        """As plain values."""
        return {
            "key": self.key,
            "name": self.name.strip(),
            "steps": [one.table() for one in self.steps],
            "stopping": _lines(self.stopping),
            "monitoring": [one.table() for one in self.monitoring],
            "assessments": [one.table() for one in self.assessments],
            "option": self.option,
            "effect": self.effect,
            "dose_changes": sorted(self.dose_changes, key=lambda one: one["from_cycle"]),
            "delays": self.delays,
        }


@dataclass(eq=False)
class PlanNotes:
    """A plan as it is typed, and where it is kept.

    Attributes
    ----------
    part
        Key of the line that the form shows; empty: the plan as a whole; or `RECORD`.
    kept
        The plan as it lies on disk; None before the first version.
    is_changed
        Whether what was typed is another plan than that; it would be lost with the window.
    who, why
        Of the next version, as typed.
    kinds, language, folder
        Of the files to write; None or empty: all kinds, the window's language, the case's folder.
    """

    identifier: str = field(default_factory=lambda: str(uuid.uuid4()))
    title: str = ""
    tumour: str = ""
    stage: str = ""
    intent: Intent | None = None
    ecog: int | None = None
    ecog_on: str = ""
    biomarkers: str = ""
    preferences: str = ""
    notes: str = ""
    questions: list[QuestionNotes] = field(default_factory=list[QuestionNotes])
    lines: list[LineNotes] = field(default_factory=list[LineNotes])
    part: str = ""
    who: str = ""
    why: str = ""
    path: Path | None = None
    kept: KeptPlan | None = None
    error: BedsideDxError | None = None
    kinds: set[str] | None = None
    language: str = ""
    folder: str = ""
    written: tuple[Path, ...] = ()
    looked_for: bool = False
    is_changed: bool = False

    @property
    def line(self) -> LineNotes | None:
        """The line that the form shows."""
        return next((one for one in self.lines if one.key == self.part), None)

    @property
    def is_blank(self) -> bool:
        """Whether nothing was stated."""
        texts = (self.title, self.tumour, self.stage, self.preferences, self.notes)
        return not any(texts) and not self.lines and self.kept is None

    def add_line(self) -> LineNotes:
        """One more line, empty; the form turns to it."""
        known = {one.key for one in self.lines}
        key = next(f"line-{n}" for n in range(1, len(known) + 2) if f"line-{n}" not in known)
        line = LineNotes(key)
        self.lines.append(line)
        self.part = key
        return line

    def step_key(self, drug: str) -> str:
        """A name for a step that no other one has."""
        known = {step.key for line in self.lines for step in line.steps}
        plain_name = "-".join(drug.replace("/", " ").split()).casefold() or "drug"
        names = (plain_name, *(f"{plain_name}-{n}" for n in range(2, len(known) + 3)))
        return next(one for one in names if one not in known)

    def table(self, patient: Patient) -> Table:
        """As plain values, for `app.planning.compose`."""
        return {
            "identifier": self.identifier,
            "title": self.title.strip(),
            "patient": {
                "name": patient.name,
                "identifier": patient.identifier,
                "born": patient.born.isoformat() if patient.born else None,
            },
            "tumour": self.tumour.strip(),
            "stage": self.stage.strip(),
            "intent": str(self.intent) if self.intent is not None else "",
            "ecog": self.ecog,
            "ecog_on": _day(self.ecog_on),
            "biomarkers": _lines(self.biomarkers),
            "preferences": _lines(self.preferences),
            "questions": [one.table() for one in self.questions],
            "notes": _lines(self.notes),
            "lines": [one.table() for one in self.lines],
        }

    def follow(self, kept: KeptPlan, path: Path) -> None:
        """Take a plan as it lies on disk; what was typed beside it goes."""
        typed = _typed(kept.plan)
        for name in OF_A_PLAN:
            setattr(self, name, getattr(typed, name))
        self.path, self.kept, self.looked_for = path, kept, True
        self.why, self.written = "", ()
        if self.part != RECORD and self.line is None:
            self.part = ""


def _typed(plan: Plan) -> PlanNotes:
    return PlanNotes(
        identifier=plan.identifier,
        title=plan.title,
        tumour=plan.tumour,
        stage=plan.stage,
        intent=plan.intent,
        ecog=plan.ecog,
        ecog_on=plan.ecog_on.isoformat(),
        biomarkers="\n".join(plan.biomarkers),
        preferences="\n".join(plan.preferences),
        notes="\n".join(plan.notes),
        questions=[QuestionNotes(one.text, str(one.every_weeks)) for one in plan.questions],
        lines=[_typed_line(one) for one in plan.lines],
    )


def _typed_line(line: Line) -> LineNotes:
    return LineNotes(
        key=line.key,
        name=line.name,
        steps=[_typed_step(one) for one in line.steps],
        stopping="\n".join(line.stopping),
        monitoring=[
            MonitoringNotes(one.test, one.before_each_cycle, str(one.every_days or ""))
            for one in line.monitoring
        ],
        assessments=[
            AssessmentNotes(one.method, one.baseline.isoformat(), str(one.every_weeks))
            for one in line.assessments
        ],
        option=cast("Table | None", plain(line.option)),
        effect=cast("Table | None", plain(line.effect)),
        dose_changes=[cast("Table", plain(one)) for one in line.dose_changes],
        delays=[cast("Table", plain(one)) for one in line.delays],
    )


def _typed_step(step: Step) -> StepNotes:
    return StepNotes(
        key=step.key,
        drug=step.drug,
        drug_fr=step.drug_fr,
        dose=cast("Table", plain(step.dose)),
        start=step.start.isoformat(),
        cycle_days=str(step.cycle_days),
        days=", ".join(map(str, step.days)),
        cycles=str(step.cycles),
        times_a_day=step.times_a_day,
        route=step.route,
    )


def _lines(text: str) -> list[str]:
    return [one.strip() for one in text.splitlines() if one.strip()]


def _day(text: str) -> str:
    day = parse_date(text)
    return day.isoformat() if day is not None else text.strip()


def _whole(text: str) -> int | str:
    said = text.strip()
    return int(said) if said.isdecimal() and len(said) < 7 else said


def _number(text: str) -> float | str:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return text.strip()
