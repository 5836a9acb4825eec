"""rcp.pdf: one page for the multidisciplinary meeting, with room to decide and to sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportlab.platypus import KeepInFrame, Spacer

from bedside_dx.core.plan import EventKind
from bedside_dx.report.dates import day
from bedside_dx.report.fonts import REGULAR, SEMIBOLD, width_of
from bedside_dx.report.pictures import draw_line
from bedside_dx.report.plan_page import bound_plan, bullets, pairs, ruled
from bedside_dx.report.typography import (
    BOTTOM,
    HAIRLINE,
    INK,
    LEAD,
    MARGIN,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    SECTION,
    SMALL_INK,
    TOP,
    WIDTH,
    paragraph,
)
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
    from pathlib import Path

    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Flowable

    from bedside_dx.core.plan import KeptPlan, Line, PlanEvent
    from bedside_dx.text import Texts

DECISION = 104.0
"""Height of what is filled in by hand, from the foot of the page."""


def write_board_sheet(kept: KeptPlan, events: Sequence[PlanEvent], path: Path, t: Texts) -> None:
    """Write rcp.pdf: exactly one page.

    Raises
    ------
    OSError
        The file could not be written.
    """
    path.write_bytes(board_sheet(kept, events, t))


def board_sheet(kept: KeptPlan, events: Sequence[PlanEvent], t: Texts) -> bytes:
    """The document; what would not fit is set smaller, never cut."""
    bottom = BOTTOM + DECISION

    def story() -> list[Flowable]:
        content = [*_head(kept, t), *_lines(kept, events, t), *_rest(kept, t)]
        height = PAGE_HEIGHT - TOP - bottom - 2
        return [KeepInFrame(WIDTH, height, content, mode="shrink")]

    def decision(canvas: Canvas) -> None:
        _draw_decision(canvas, t)

    kind = t("Multidisciplinary meeting")
    return bound_plan(kept, kind, t, story, bottom=bottom, extra=decision)


def _head(kept: KeptPlan, t: Texts) -> list[Flowable]:
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


def _lines(kept: KeptPlan, events: Sequence[PlanEvent], t: Texts) -> list[Flowable]:
    flow: list[Flowable] = []
    for line in kept.plan.lines:
        flow.append(paragraph(line.name, SECTION))
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


def _rest(kept: KeptPlan, t: Texts) -> list[Flowable]:
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


def _draw_decision(canvas: Canvas, t: Texts) -> None:
    """Boxes to tick and lines to sign."""
    y = BOTTOM + DECISION - 18
    canvas.setStrokeColor(HAIRLINE)
    canvas.setLineWidth(0.6)
    canvas.line(MARGIN, y + 12, PAGE_WIDTH - MARGIN, y + 12)
    draw_line(canvas, t("Decision"), MARGIN, y - 6, SEMIBOLD, 10)
    x = MARGIN + 82
    for words in (t("as proposed"), t("changed"), t("not now")):
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(0.9)
        canvas.rect(x, y - 8, 9, 9, stroke=1, fill=0)
        draw_line(canvas, words, x + 14, y - 6, REGULAR, 8.5)
        x += 14 + width_of(words, REGULAR, 8.5) + 18
    third = (WIDTH - 28) / 3
    _to_fill(canvas, t("Changes"), MARGIN, y - 30, WIDTH)
    for at, words in enumerate((t("Date"), t("Name"), t("Signature"))):
        _to_fill(canvas, words, MARGIN + at * (third + 14), y - 56, third)


def _to_fill(canvas: Canvas, words: str, x: float, y: float, width: float) -> None:
    draw_line(canvas, words, x, y, REGULAR, 7.5, soft=True)
    begin = x + width_of(words, REGULAR, 7.5) + 6
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(0.5)
    canvas.line(begin, y - 2, x + width, y - 2)
