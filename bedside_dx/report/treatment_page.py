"""treatment.pdf: what is planned, in plain words: no numbers of survival, nothing promised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportlab.platypus import Spacer

from bedside_dx.core.plan import EventKind
from bedside_dx.report.dates import day
from bedside_dx.report.patient_style import HEADING, LARGE, TITLE, section
from bedside_dx.report.plan_page import bound_plan, ruled
from bedside_dx.report.typography import WIDTH, paragraph
from bedside_dx.text.plan_words import (
    drug_word,
    intent_word,
    plain_schedule_words,
    route_word,
    subject_word,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from reportlab.platypus import Flowable

    from bedside_dx.core.plan import KeptPlan, PlanEvent
    from bedside_dx.text import Texts

MOST_DAYS = 24
"""Rows of the calendar; the .ics file has all days."""


def write_treatment_page(kept: KeptPlan, events: Sequence[PlanEvent], path: Path, t: Texts) -> None:
    """Write treatment.pdf.

    Raises
    ------
    OSError
        The file could not be written.
    """
    path.write_bytes(treatment_page(kept, events, t))


def treatment_page(kept: KeptPlan, events: Sequence[PlanEvent], t: Texts) -> bytes:
    """The document."""
    return bound_plan(kept, t("Your treatment"), t, lambda: treatment(kept, events, t))


def treatment(kept: KeptPlan, events: Sequence[PlanEvent], t: Texts) -> list[Flowable]:
    """What is proposed, when to call, what was said to matter, and the days."""
    return [*_treatment(kept, t), *_call(t), *_questions(kept, t), *_days(events, t)]


def _treatment(kept: KeptPlan, t: Texts) -> list[Flowable]:
    plan = kept.plan
    said = t(
        "This is what your team proposes. Tumour: {tumour}. The aim is {aim}.",
        tumour=plan.tumour,
        aim=intent_word(plan.intent, t),
    )
    lines: list[str] = []
    for line in plan.lines:
        for step in line.steps:
            route = route_word(step.route, t)
            name = drug_word(step, t)
            drug = f"{name} ({route})" if route else name
            schedule = plain_schedule_words(step, t)
            lines.append(t("{drug}: {schedule}", drug=drug, schedule=schedule))
    return [
        paragraph(t("Your treatment, day by day"), TITLE),
        Spacer(1, 8),
        paragraph(said, LARGE),
        Spacer(1, 4),
        paragraph(t("Nothing is decided without you. You can ask and change your mind."), LARGE),
        *section(t("What you would be given"), lines),
    ]


def _days(events: Sequence[PlanEvent], t: Texts) -> list[Flowable]:
    by_day: dict[tuple[date, date], list[PlanEvent]] = {}
    for event in events:
        by_day.setdefault((event.first, event.last), []).append(event)
    rows = [
        (_when(first, last, t), _what(together, t)) for (first, last), together in by_day.items()
    ]
    flow: list[Flowable] = [
        paragraph(t("Your days"), HEADING),
        ruled((t("When"), t("What")), rows[:MOST_DAYS], (WIDTH * 0.34, WIDTH * 0.66), LARGE, LARGE),
    ]
    if len(rows) > MOST_DAYS:
        more = t.plural(
            "{n:count} more day is in the calendar file.",
            "{n:count} more days are in the calendar file.",
            len(rows) - MOST_DAYS,
        )
        flow += [Spacer(1, 4), paragraph(more, LARGE)]
    return flow


def _when(first: date, last: date, t: Texts) -> str:
    begins, ends = day(first, t.language), day(last, t.language)
    return begins if first == last else t("{first} to {last}", first=begins, last=ends)


def _what(events: Sequence[PlanEvent], t: Texts) -> str:
    """One sentence a kind, treatment first; drugs of one day together."""
    said: list[str] = []
    for kind in EventKind:
        subjects = dict.fromkeys(subject_word(one, t) for one in events if one.kind is kind)
        if not subjects:
            continue
        names = ", ".join(subjects)
        said.append(
            {
                EventKind.TREATMENT: t("treatment: {drug}", drug=names),
                EventKind.MONITORING: t("test: {test}", test=names),
                EventKind.ASSESSMENT: t("images: {method}", method=names),
                EventKind.QUESTIONS: t("we ask how you are doing"),
            }[kind]
        )
    return " · ".join(said)


def _questions(kept: KeptPlan, t: Texts) -> list[Flowable]:
    plan = kept.plan
    return [
        *section(t("What you told us matters to you"), plan.preferences),
        *section(t("What we will ask you"), [one.text for one in plan.questions]),
    ]


def _call(t: Texts) -> list[Flowable]:
    return [
        *section(
            t("Call your team at once"),
            [
                t("fever of 38 °C or more, or shivering"),
                t("bleeding that does not stop"),
                t("short of breath, or pain in the chest"),
                t("vomiting or diarrhoea that does not stop"),
            ],
        ),
        Spacer(1, 8),
        paragraph(t("Telephone, day and night: ______________________________"), LARGE),
    ]
