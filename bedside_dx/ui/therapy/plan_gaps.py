"""What a plan that is being composed still lacks: each by the field that it is stated in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bedside_dx.app.planning import needs_dpd
from bedside_dx.text.message import mark
from bedside_dx.ui.dates import parse_date

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bedside_dx.ui.therapy.plan_notes import LineNotes, PlanNotes, StepNotes

A_DAY = mark("Not a date yet: write 2026-12-07 or 07/12/2026.")
WEEKS, DAYS = mark("Weeks, 2 to 52."), mark("Days, 1 to 366.")
DPD = mark("Activity of DPD")
LEAST_WEEKS, MOST_WEEKS, MOST_DAYS, MOST_CYCLES = 2, 52, 366, 4000


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is still to be stated.

    Attributes
    ----------
    label
        Sentence: name of its field.
    complaint
        Sentence: what is wrong with what is typed; empty where nothing is typed.
    of, of_fr
        Name of the line or drug that it belongs to, and its French name where it is another.
    """

    label: str
    complaint: str = ""
    of: str = ""
    of_fr: str = ""


def gaps(notes: PlanNotes) -> Mapping[str, Gap]:
    """What is to be stated, by place, in the order of the form."""
    return dict(_gaps(notes))


def _gaps(notes: PlanNotes) -> Iterator[tuple[str, Gap]]:
    if not notes.title.strip():
        yield "title", Gap(mark("Title"))
    if not notes.tumour.strip():
        yield "tumour", Gap(mark("Tumour"))
    if notes.intent is None:
        yield "intent", Gap(mark("Aim"))
    if notes.ecog is None:
        yield "ecog", Gap(mark("Performance status, ECOG"))
    if parse_date(notes.ecog_on) is None:
        yield "ecog-on", Gap(mark("Judged on"), A_DAY, "ECOG")
    for at, question in enumerate(notes.questions):
        if not question.text.strip():
            yield f"questions/{at}/text", Gap(mark("Question about everyday life"))
        if not _is_whole(question.every_weeks, 1, MOST_WEEKS):
            yield f"questions/{at}/every", Gap(mark("Weeks"), mark("Weeks, 1 to 52."))
    if not notes.lines:
        yield "lines", Gap(mark("a line of treatment"))
    for line in notes.lines:
        yield from _line_gaps(line)


def _line_gaps(line: LineNotes) -> Iterator[tuple[str, Gap]]:
    at, name = line.key, line.name.strip()
    if not name:
        yield f"{at}/name", Gap(mark("Name of the line"))
    if not line.steps:
        yield f"{at}/steps", Gap(mark("Drugs"), of=name)
    for step in line.steps:
        yield from _step_gaps(step, f"{at}/{step.key}")
    for number, test in enumerate(line.monitoring):
        if not test.test.strip():
            yield f"{at}/monitoring/{number}/test", Gap(mark("Test"), of=name)
        if test.every_days.strip() and not _is_whole(test.every_days, 1, MOST_DAYS):
            yield f"{at}/monitoring/{number}/every", Gap(mark("Every … days"), DAYS, test.test)
    for number, one in enumerate(line.assessments):
        if not one.method.strip():
            yield (
                f"{at}/assessments/{number}/method",
                Gap(mark("How the response is judged"), of=name),
            )
        if parse_date(one.baseline) is None:
            yield f"{at}/assessments/{number}/baseline", Gap(mark("Baseline images"), A_DAY, name)
        if not _is_whole(one.every_weeks, LEAST_WEEKS, MOST_WEEKS):
            yield f"{at}/assessments/{number}/every", Gap(mark("Every … weeks"), WEEKS, one.method)
    if not line.stopping.strip():
        yield f"{at}/stopping", Gap(mark("a rule to stop"), of=name)


def _step_gaps(step: StepNotes, at: str) -> Iterator[tuple[str, Gap]]:
    drug, french = step.drug.strip(), step.drug_fr
    if step.dose is None:
        if not drug:
            yield f"{at}/drug", Gap(mark("Drug"))
        if not _is_number(step.mg):
            yield f"{at}/mg", Gap(mark("Dose, mg"), mark("Milligrams, above 0."), drug, french)
        if needs_dpd(drug) and not step.dpd:
            yield f"{at}/dpd", Gap(DPD, of=drug)
        if not step.source.strip():
            yield f"{at}/source", Gap(mark("Source of the dose"), of=drug)
    if parse_date(step.start) is None:
        yield f"{at}/start", Gap(mark("Start"), A_DAY, drug, french)
    if not _is_whole(step.cycle_days, 1, MOST_DAYS):
        yield f"{at}/cycle-days", Gap(mark("Cycle, days"), DAYS, drug, french)
    elif not _are_days(step.days, int(step.cycle_days)):
        in_order = mark("Days of the cycle in order, such as 1, 8.")
        yield f"{at}/days", Gap(mark("On days"), in_order, drug, french)
    if not _is_whole(step.cycles, 0, MOST_CYCLES):
        until = mark("A number; 0 until progression or toxicity.")
        yield f"{at}/cycles", Gap(mark("Cycles (0: open)"), until, drug, french)


def _is_whole(text: str, low: int, high: int) -> bool:
    said = text.strip()
    return said.isdecimal() and len(said) < 7 and low <= int(said) <= high


def _is_number(text: str) -> bool:
    try:
        return 0 < float(text.strip().replace(",", ".")) <= 50_000
    except ValueError:
        return False


def _are_days(text: str, most: int) -> bool:
    said = [one.strip() for one in text.replace(";", ",").split(",")]
    if not all(_is_whole(one, 1, most) for one in said):
        return False
    days = [int(one) for one in said]
    return days == sorted(set(days))
