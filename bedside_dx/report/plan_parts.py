"""The parts of a plan that the board's sheet and the report share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Spacer

from bedside_dx.core.plan import EventKind
from bedside_dx.report.dates import day
from bedside_dx.report.plan_page import bullets, pairs, ruled
from bedside_dx.report.typography import LEAD, SECTION, SMALL_INK, WIDTH, paragraph
from bedside_dx.text.plan_words import (
    change_words,
    delay_words,
    drug_word,
    effect_words,
    intent_word,
    monitoring_words,
    option_words,
    question_words,
    step_dose_words,
    step_schedule_words,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reportlab.platypus import Flowable

    from bedside_dx.core.plan import KeptPlan, Line, PlanEvent
    from bedside_dx.text import Texts

HEADING = ParagraphStyle("line", SECTION, keepWithNext=1)


def plan_head(kept: KeptPlan, t: Texts) -> list[Flowable]:
    """Title, patient, tumour, aim and performance."""
    plan = kept.plan
    born = day(plan.patient.born, t.language) if plan.patient.born else ""
    patient = " · ".join(p for p in (plan.patient.name, born, plan.patient.identifier) if p)
    tumour = ", ".join(p for p in (plan.tumour, plan.stage) if p)
    ecog = t("ECOG {ecog:count}, {day:day}", ecog=plan.ecog, day=plan.ecog_on)
    rows = [
        (t("Patient"), patient or t("Patient not given")),
        (t("Tumour"), tumour),
        (t("Aim"), intent_word(plan.intent, t)),
        (t("Performance"), ecog),
    ]
    if plan.biomarkers:
        rows.insert(2, (t("Biomarkers"), ", ".join(plan.biomarkers)))
    return [paragraph(plan.title, LEAD), Spacer(1, 8), pairs(rows)]


def plan_lines(kept: KeptPlan, events: Sequence[PlanEvent], t: Texts) -> list[Flowable]:
    """Each line: its drugs, then what it rests on and when it stops."""
    flow: list[Flowable] = []
    for line in kept.plan.lines:
        flow.append(paragraph(line.name, HEADING))
        rows = [
            (
                drug_word(step, t),
                step_dose_words(step, t),
                step_schedule_words(step, t),
                day(step.start, t.language),
            )
            for step in line.steps
        ]
        headings = (t("Drug"), t("Dose"), t("Schedule"), t("Start"))
        widths = (WIDTH * 0.21, WIDTH * 0.27, WIDTH * 0.36, WIDTH * 0.16)
        flow += [ruled(headings, rows, widths, SMALL_INK), Spacer(1, 6)]
        flow.append(pairs(_line_facts(line, events, t), value=SMALL_INK))
    return flow


def _line_facts(line: Line, events: Sequence[PlanEvent], t: Texts) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    if line.option is not None:
        rows.append((t("Evidence"), option_words(line.option, t)))
    if line.effect is not None:
        said = effect_words(line.effect, t)
        model = f"{line.effect.model} {line.effect.version}, {line.effect.citation}"
        rows.append((t("Disease model"), f"{said}. {model}"))
    names = {step.key: drug_word(step, t) for step in line.steps}
    changed = [change_words(one, t, names[one.step]) for one in line.dose_changes]
    changed += [delay_words(one, t, names[one.step]) for one in line.delays]
    if changed:
        rows.append((t("Changed"), "; ".join(changed)))
    if line.monitoring:
        said = "; ".join(monitoring_words(one, t) for one in line.monitoring)
        rows.append((t("Monitoring"), said))
    days = [e for e in events if e.kind is EventKind.ASSESSMENT and e.line == line.name]
    if days:
        first = ", ".join(day(one.first, t.language) for one in days[:5])
        methods = ", ".join(dict.fromkeys(one.method for one in line.assessments))
        rows.append((t("Response"), f"{methods} · {first}" + (" …" if len(days) > 5 else "")))
    rows.append((t("Stop if"), "; ".join(line.stopping)))
    sources = dict.fromkeys(one for step in line.steps for one in step.dose.sources)
    rows.append((t("Sources"), " · ".join(sources)))
    return rows


def plan_rest(kept: KeptPlan, t: Texts) -> list[Flowable]:
    """What the patient said, what is asked, and notes."""
    plan = kept.plan
    flow: list[Flowable] = [paragraph(t("The patient's own view"), SECTION)]
    if plan.preferences:
        flow += bullets(plan.preferences, SMALL_INK)
    else:
        flow.append(paragraph(t("Not written down."), SMALL_INK))
    if plan.questions:
        flow.append(paragraph(t("Quality of life"), SECTION))
        flow += bullets([question_words(one, t) for one in plan.questions], SMALL_INK)
    if plan.notes:
        flow.append(paragraph(t("Notes"), SECTION))
        flow += bullets(plan.notes, SMALL_INK)
    return flow
