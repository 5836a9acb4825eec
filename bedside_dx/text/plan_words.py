"""The words of a plan, the same on screen, on paper and in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.core.plan import EventKind, Intent
from bedside_dx.core.therapy import TumourMatch
from bedside_dx.text.dosing_words import days_words, mg_words
from bedside_dx.text.numbers import decimal
from bedside_dx.text.therapy_words import match_words

if TYPE_CHECKING:
    from bedside_dx.core.plan import (
        Delay,
        DoseChange,
        Effect,
        Evidence,
        FieldChange,
        Monitoring,
        Option,
        PlanChange,
        PlanEvent,
        Question,
        Step,
    )
    from bedside_dx.text.catalogue import Texts

MOST_FIELDS, MOST_LETTERS = 4, 40
"""Of a change: so many fields are named, with values no longer than this."""


def intent_word(intent: Intent, t: Texts) -> str:
    """What the treatment is for."""
    return {Intent.CURATIVE: t("to cure"), Intent.PALLIATIVE: t("to control and relieve")}[intent]


def route_word(route: str, t: Texts) -> str:
    """How a drug is given; the clinician's own word where it is another."""
    return {"iv": t("into a vein"), "oral": t("by mouth")}.get(route, route)


def drug_word(step: Step, t: Texts) -> str:
    """Name of a step's drug."""
    return step.drug_fr if step.drug_fr and t.language == "fr" else step.drug


def subject_word(event: PlanEvent, t: Texts) -> str:
    """What an event is about."""
    return event.subject_fr if event.subject_fr and t.language == "fr" else event.subject


def step_dose_words(step: Step, t: Texts) -> str:
    """Such as: 400 mg (first 600 mg), twice a day, by mouth; and DPD where it was stated."""
    parts = [mg_words(step.dose.mg, t)]
    if step.dose.first_mg is not None and step.dose.first_mg != step.dose.mg:
        first = mg_words(step.dose.first_mg, t)
        parts = [t("{mg} (first time {first})", mg=parts[0], first=first)]
    if step.times_a_day > 1:
        parts.append(t("{n:count} times a day", n=step.times_a_day))
    if step.route:
        parts.append(route_word(step.route, t))
    if step.dose.dpd:
        state = {"normal": t("normal"), "partial": t("partial")}.get(step.dose.dpd, step.dose.dpd)
        parts.append(t("activity of DPD: {state}", state=state))
    return ", ".join(parts)


def step_schedule_words(step: Step, t: Texts) -> str:
    """Such as: days 1 and 8 every 21 days, 6 cycles."""
    if step.cycle_days == 1:
        every = t("every day")
        if step.cycles:
            return t("{every}, {n:count} days", every=every, n=step.cycles)
        return t("{every}, until progression or toxicity", every=every)
    days = days_words(step.days, t)
    if step.cycles:
        return t(
            "{days} every {length:count} days, {n:count} cycles",
            days=days,
            length=step.cycle_days,
            n=step.cycles,
        )
    return t(
        "{days} every {length:count} days, until progression or toxicity",
        days=days,
        length=step.cycle_days,
    )


def plain_schedule_words(step: Step, t: Texts) -> str:
    """The same for the patient: how often, and for how long."""
    if step.cycle_days == 1:
        often = t("every day")
    elif len(step.days) == 1:
        often = t("every {days:count} days", days=step.cycle_days)
    else:
        days = days_words(step.days, t)
        often = t("{days} of every {length:count} days", days=days, length=step.cycle_days)
    if not step.cycles:
        return t("{often}, as long as it helps and you tolerate it", often=often)
    return t.plural("{often}, {n:count} time", "{often}, {n:count} times", step.cycles, often=often)


def change_words(change: DoseChange, t: Texts, drug: str = "") -> str:
    """A dose changed for toxicity; `drug` is its name to the reader, without it the step's."""
    toxicity = change.toxicity
    if change.grade is not None:
        toxicity = t("{toxicity}, grade {grade:count}", toxicity=toxicity, grade=change.grade)
    if change.percent == 0:
        return t(
            "{step} stopped from cycle {cycle:count}: {why}",
            step=drug or change.step,
            cycle=change.from_cycle,
            why=toxicity,
        )
    return t(
        "{step} from cycle {cycle:count} at {percent}%: {why}",
        step=drug or change.step,
        percent=decimal(change.percent, t.language),
        cycle=change.from_cycle,
        why=toxicity,
    )


def delay_words(delay: Delay, t: Texts, drug: str = "") -> str:
    """Cycles that begin later; `drug` as for `change_words`."""
    return t.plural(
        "{step} from cycle {cycle:count} {n:count} day later: {why}",
        "{step} from cycle {cycle:count} {n:count} days later: {why}",
        delay.days,
        step=drug or delay.step,
        cycle=delay.from_cycle,
        why=delay.reason,
    )


def monitoring_words(one: Monitoring, t: Texts) -> str:
    """A test and how often."""
    said: list[str] = []
    if one.before_each_cycle:
        said.append(t("before each cycle"))
    if one.every_days is not None:
        said.append(t("every {days:count} days", days=one.every_days))
    return f"{one.test} ({', '.join(said)})" if said else one.test


def question_words(one: Question, t: Texts) -> str:
    """A question about everyday life and how often."""
    often = t.plural("every week", "every {n:count} weeks", one.every_weeks)
    return f"{one.text} ({often})"


def effect_words(effect: Effect, t: Texts) -> str:
    """What a disease model associates with a line: never what it causes."""
    values = {
        "with_line": f"{effect.alive * 100:.0f}",
        "without": f"{effect.untreated * 100:.0f}",
        "year": effect.year,
        "gain": decimal(effect.gain * 100, t.language, 1),
    }
    said = t(
        "Associated: {with_line} of 100 instead of {without} after {year:count} years"
        " (difference {gain} points)",
        **values,
    )
    if effect.low is None or effect.high is None:
        return said
    low, high = (decimal(one * 100, t.language, 1) for one in (effect.low, effect.high))
    return t("{said} (95%: {low} to {high})", said=said, low=low, high=high)


def option_words(option: Option, t: Texts) -> str:
    """The evidence of a line as it stood when the plan was made."""
    known = [
        t("level {level}", level=option.level) if option.level else "",
        t("tier {tier}", tier=option.tier) if option.tier else "",
        option.approval,
        _match_words(option.tumour_match, t),
        *(_cited(one) for one in option.evidence),
    ]
    said = ", ".join(part for part in known if part)
    return t("{therapy}: {said} (as of {day:day})", therapy=option.therapy, said=said or "–",
             day=option.taken)  # fmt: skip


def _match_words(kept: str, t: Texts) -> str:
    """How close the evidence's tumour is; what another program wrote stays as it is."""
    known = next((one for one in TumourMatch if one.word == kept), None)
    return kept if known is None else t("tumour: {match}", match=match_words(known, t))


def _cited(evidence: Evidence) -> str:
    """Source, number and PMID, whichever are there."""
    pmid = f"PMID {evidence.pmid}" if evidence.pmid else ""
    return " ".join(part for part in (evidence.source, evidence.id, pmid) if part)


def event_words(event: PlanEvent, t: Texts) -> str:
    """What happens on a day."""
    if event.kind is EventKind.QUESTIONS:
        return t("Questions about everyday life")
    if event.kind is EventKind.MONITORING:
        return t("Test: {test}", test=event.subject)
    if event.kind is EventKind.ASSESSMENT:
        if event.cycle == 0:
            return t("Baseline images: {method}", method=event.subject)
        return t("Response assessment: {method}", method=event.subject)
    dose = "" if event.mg is None else mg_words(event.mg, t)
    if event.times_a_day > 1:
        dose = t("{mg}, {n:count} times a day", mg=dose, n=event.times_a_day)
    if event.cycle is None:
        return t("{drug} {dose}", drug=subject_word(event, t), dose=dose)
    return t(
        "{drug} {dose}, cycle {cycle:count}",
        drug=subject_word(event, t),
        dose=dose,
        cycle=event.cycle,
    )


def version_words(change: PlanChange, t: Texts) -> str:
    """One change on record."""
    return t(
        "version {n:count}, {when}, {who}: {why}",
        n=change.number,
        when=f"{change.when:%Y-%m-%d %H:%M}",
        who=change.who,
        why=change.why,
    )


def changed_words(change: PlanChange, t: Texts) -> str:
    """Which fields a change touched, by their path, with their values where these are short."""
    fields = [one for one in change.fields if one.path]
    said = [_field_words(one) for one in fields[:MOST_FIELDS]]
    if len(fields) > MOST_FIELDS:
        said.append(t("and {n:count} more", n=len(fields) - MOST_FIELDS))
    return ", ".join(said)


def _field_words(one: FieldChange) -> str:
    values = (one.before, one.after)
    if any(isinstance(value, list | dict) or len(str(value)) > MOST_LETTERS for value in values):
        return one.path
    before, after = ("–" if value in (None, "") else str(value) for value in values)
    return f"{one.path}: {before} → {after}"
