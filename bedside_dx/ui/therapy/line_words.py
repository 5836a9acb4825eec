"""What a line of the plan says, whole or still being typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from bedside_dx.core.plan import Delay, DoseChange, Effect, Monitoring, Option, Step
from bedside_dx.core.strict import Misfit, build
from bedside_dx.text.dosing_words import mg_words
from bedside_dx.text.plan_words import (
    change_words,
    delay_words,
    drug_word,
    monitoring_words,
    option_words,
    step_dose_words,
    step_schedule_words,
)
from bedside_dx.ui.dates import parse_date

if TYPE_CHECKING:
    from bedside_dx.text import Texts
    from bedside_dx.ui.therapy.plan_notes import (
        AssessmentNotes,
        LineNotes,
        MonitoringNotes,
        StepNotes,
    )


def line_words(notes: LineNotes, t: Texts) -> list[tuple[str, str]]:
    """Drugs, changes, evidence, tests, images and rules: what it is, and a sentence."""
    names = {one.key: _name(one, t) for one in notes.steps}
    said = [(t("Drugs"), step_words(one, t)) for one in notes.steps]
    said += [
        (t("Changed"), change_words(build(DoseChange, one), t, names.get(one["step"], "")))
        for one in notes.dose_changes
    ]
    said += [
        (t("Changed"), delay_words(build(Delay, one), t, names.get(one["step"], "")))
        for one in notes.delays
    ]
    if notes.option is not None:
        said.append((t("Evidence"), option_words(build(Option, notes.option), t)))
    said += [
        (t("Monitoring"), _monitoring_words(one, t)) for one in notes.monitoring if one.test.strip()
    ]
    said += [
        (t("Response"), _assessment_words(one, t))
        for one in notes.assessments
        if one.method.strip()
    ]
    rules = [one.strip() for one in notes.stopping.splitlines() if one.strip()]
    return said + [(t("Stop if"), rule) for rule in rules]


def step_words(notes: StepNotes, t: Texts) -> str:
    """A drug with its dose, schedule and start, as far as they are stated."""
    try:
        step = build(Step, notes.table())
    except Misfit:
        mg = mg_words(float(notes.dose["mg"]), t) if notes.dose is not None else ""
        return " ".join(one for one in (_name(notes, t), mg) if one)
    return t(
        "{drug} {dose} · {schedule} · from {day:day}",
        drug=drug_word(step, t),
        dose=step_dose_words(step, t),
        schedule=step_schedule_words(step, t),
        day=step.start,
    )


def effect_of(notes: LineNotes) -> Effect | None:
    """The modelled effect that was copied beside a line."""
    return cast("Effect | None", notes.effect and build(Effect, notes.effect))


def _name(notes: StepNotes, t: Texts) -> str:
    french = notes.drug_fr if t.language == "fr" else ""
    return french or notes.drug.strip() or "…"


def _monitoring_words(one: MonitoringNotes, t: Texts) -> str:
    try:
        return monitoring_words(build(Monitoring, one.table()), t)
    except Misfit:
        return one.test.strip()


def _assessment_words(one: AssessmentNotes, t: Texts) -> str:
    baseline = parse_date(one.baseline)
    if baseline is None or not one.every_weeks.strip():
        return one.method.strip()
    return t(
        "{method}, baseline {day:day}, every {weeks} weeks",
        method=one.method.strip(),
        day=baseline,
        weeks=one.every_weeks.strip(),
    )
