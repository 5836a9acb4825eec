"""The therapy on paper: options with their evidence, doses and the plan; never prescribed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, KeepTogether, PageBreak, Spacer, Table

from bedside_dx.core.therapy import Authority
from bedside_dx.report.dates import day
from bedside_dx.report.dose_block import dose_block
from bedside_dx.report.plan_page import pairs, ruled
from bedside_dx.report.plan_parts import plan_head, plan_lines
from bedside_dx.report.plan_timeline import PlanTimeline
from bedside_dx.report.prognosis_page import sentences
from bedside_dx.report.signing import decision
from bedside_dx.report.typography import (
    ACCENT,
    BODY,
    FAINT,
    FLUSH,
    GAP,
    HAIRLINE,
    LABEL,
    SECTION,
    SMALL,
    SMALL_INK,
    STEP,
    WIDTH,
    Command,
    paragraph,
)
from bedside_dx.text.disease_words import remark_words
from bedside_dx.text.option_words import (
    against_words,
    evidence_words,
    no_approval_words,
    sure_words,
    why_words,
)
from bedside_dx.text.plan_words import question_words, version_words
from bedside_dx.text.therapy_words import (
    approval_words,
    match_words,
    pack_words,
    step_words,
    unknown_words,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bedside_dx.core.plan import Plan
    from bedside_dx.core.results import Report
    from bedside_dx.core.therapy import Evidence, Option, Options
    from bedside_dx.core.therapy_picture import Asked, TherapyPicture
    from bedside_dx.text import Texts

MOST_CARDS = 8
"""Options with their reasons; those after them are rows of a table, none is left out."""
MOST_ITEMS = 6
"""Items of evidence that are named; report.json has them all."""
NUMBER = ParagraphStyle("number", STEP, textColor=FAINT)
CARD, QUESTION = 0.3, 62.0


def therapy(report: Report, t: Texts) -> list[Flowable]:
    """Pages of the therapy, the break after them included; nothing where nothing is proposed."""
    picture = report.therapy
    if picture is None or picture.is_empty:
        return []
    note = t(
        "Proposed from published evidence as it stood on {day:day}, never prescribed. Tiers are"
        " provisional: the tumour board confirms each of them. What no knowledge pack holds is"
        " unknown, and never means that there is no option.",
        day=picture.taken,
    )
    return [
        paragraph(t("Therapy"), SECTION),
        paragraph(note, SMALL),
        Spacer(0, 8),
        *_options(picture, t),
        *_doses(picture, t),
        *_plan(picture, t),
        decision(t),
        PageBreak(),
    ]


# ---------------------------------------------------------------- options


def _options(picture: TherapyPicture, t: Texts) -> list[Flowable]:
    found, asked = picture.options, picture.asked
    if found is None or asked is None:
        return []
    return [
        pairs(_asked(asked, found, t), value=BODY),
        *_unknown(found, t),
        *_order_first(found, t),
        *_cards(found, t),
        *_further(found.options[MOST_CARDS:], t),
        *_excluded(found, t),
        *sentences(
            t("Evidence for and against"), [step_words(one, t) for one in found.conflicts], WIDTH
        ),
        *sentences(
            t("Knowledge used"), [pack_words(one, t, picture.taken) for one in found.packs], WIDTH
        ),
    ]


def _asked(asked: Asked, found: Options, t: Texts) -> list[tuple[str, str]]:
    tumour = f"{found.tumour_name} ({found.tumour})" if found.tumour else asked.tumour
    rows = [
        (t("Tumour"), tumour),
        (t("Found"), ", ".join(asked.alterations) or t("nothing stated")),
    ]
    if asked.negatives:
        rows.append((t("Not found"), ", ".join(asked.negatives)))
    line = str(asked.line) if asked.line else t("not stated")
    return [*rows, (t("Line of therapy"), line)]


def _unknown(found: Options, t: Texts) -> list[Flowable]:
    said = [unknown_words(one, found.packs, t) for one in found.unknown]
    return [Spacer(0, 4), *sentences(t("Not known to the packs"), said, WIDTH)] if said else []


def _order_first(found: Options, t: Texts) -> list[Flowable]:
    """Tests that would change the list, beside a line of the accent."""
    if not found.order_first:
        return []
    rows = [
        [paragraph(one.test, SMALL_INK), paragraph(step_words(one.why, t), SMALL)]
        for one in found.order_first
    ]
    within: list[Command] = [*FLUSH, ("BOTTOMPADDING", (0, 0), (-1, -1), 2)]
    inside = Table(rows, colWidths=[110, WIDTH - 122], style=within)
    style: list[Command] = [
        *FLUSH,
        ("LEFTPADDING", (0, 0), (0, 0), 10),
        ("LINEBEFORE", (0, 0), (0, -1), 2.2, ACCENT),
    ]
    cell = [paragraph(t("Order this first: the result would change the list"), LABEL),
            Spacer(0, 3), inside]  # fmt: skip
    return [Spacer(0, 6), Table([[cell]], colWidths=[WIDTH], style=style), Spacer(0, 4)]


def _cards(found: Options, t: Texts) -> list[Flowable]:
    if not found.options:
        if not found.tumour:
            return []
        none = t("No option for this tumour and these findings is known to the packs of this day.")
        return [paragraph(t("Options"), SECTION), paragraph(none, BODY), Spacer(0, 6)]
    cards = [_card(at, one, t) for at, one in enumerate(found.options[:MOST_CARDS], start=1)]
    heading = paragraph(t("Options, the best founded first"), SECTION)
    return [KeepTogether([heading, cards[0]]), *cards[1:], Spacer(0, 6)]


def _card(place: int, option: Option, t: Texts) -> Flowable:
    """Name and standing on the left; why, how sure, against and evidence on the right."""
    standing = [
        paragraph(option.therapy, STEP),
        Spacer(0, 1),
        paragraph(_approved(option, t), SMALL_INK),
        paragraph(
            t("AMP {amp}, ESCAT {escat} (provisional)", amp=option.tier, escat=option.escat), SMALL
        ),
    ]
    against = against_words(option, t) or [t("Nothing known to the packs")]
    rows = [
        [paragraph(question, LABEL), paragraph(". ".join(said) + ".", SMALL_INK)]
        for question, said in (
            (t("Why"), why_words(option, t)),
            (t("How sure"), sure_words(option, t)),
            (t("Against"), against),
            (t("Evidence"), _items(option.evidence, t)),
        )
    ]
    left, right = WIDTH * CARD - 16, WIDTH * (1 - CARD)
    within: list[Command] = [*FLUSH, ("BOTTOMPADDING", (0, 0), (-1, -2), 2)]
    reasons = Table(rows, colWidths=[QUESTION, right - QUESTION], style=within)
    style: list[Command] = [
        *FLUSH,
        ("RIGHTPADDING", (1, 0), (1, 0), 10),
        ("TOPPADDING", (0, 0), (-1, -1), 5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
        ("LINEABOVE", (0, 0), (-1, 0), 0.6, HAIRLINE),
    ]
    number = paragraph(str(place), NUMBER)
    return Table([[number, standing, reasons]], colWidths=[16, left, right], style=style)


def _approved(option: Option, t: Texts) -> str:
    if not option.approval:
        return no_approval_words(option, t)
    if option.approval == (Authority.UNSTATED,):
        return t("Approved; by whom is not stated")
    return t("Approved: {by}", by=approval_words(option.approval, t))


def _items(rows: Sequence[Evidence], t: Texts) -> list[str]:
    named = "; ".join(evidence_words(rows[:MOST_ITEMS]))
    if len(rows) > MOST_ITEMS:
        more = len(rows) - MOST_ITEMS
        named += "; " + t("{n:count} more in report.json", n=more)
    return [named]


def _further(options: Sequence[Option], t: Texts) -> list[Flowable]:
    if not options:
        return []
    rows = [
        (
            str(place), one.therapy, f"{one.level.name} · {one.tier}",
            match_words(one.tumour_match, t), approval_words(one.approval, t),
            "; ".join(evidence_words(one.evidence[:1])),
        )
        for place, one in enumerate(options, start=MOST_CARDS + 1)
    ]  # fmt: skip
    head = ("", t("Therapy"), t("Level and tier"), t("Tumour"), t("Approval"), t("Evidence"))
    widths = [WIDTH * part for part in (0.04, 0.26, 0.13, 0.13, 0.16, 0.28)]
    title = paragraph(t("Further options"), LABEL)
    return [Spacer(0, 4), title, Spacer(0, 3), ruled(head, rows, widths, SMALL_INK), Spacer(0, 8)]


def _excluded(found: Options, t: Texts) -> list[Flowable]:
    if not found.excluded:
        return []
    rows = [
        (one.therapy, step_words(one.reason, t), "; ".join(evidence_words(one.evidence[:2])))
        for one in found.excluded
    ]
    head = (t("Excluded"), t("Reason"), t("Evidence"))
    widths = (WIDTH * 0.24, WIDTH * 0.46, WIDTH * 0.3)
    return [Spacer(0, 6), ruled(head, rows, widths, SMALL_INK), Spacer(0, 10)]


# ---------------------------------------------------------------- doses and plan


def _doses(picture: TherapyPicture, t: Texts) -> list[Flowable]:
    if not picture.doses:
        return []
    first, *others = [dose_block(one, t) for one in picture.doses]
    heading = paragraph(t("Doses worked out"), SECTION)
    return [KeepTogether([heading, *first]), *(KeepTogether(one) for one in others)]


def _plan(picture: TherapyPicture, t: Texts) -> list[Flowable]:
    kept = picture.plan
    if kept is None:
        return []
    last = version_words(kept.history[-1], t)
    title = paragraph(t("Plan, as a clinician composed it"), SECTION)
    line = PlanTimeline(picture.events, t, WIDTH) if picture.events else Spacer(0, 0)
    said = [remark_words(one, t) for one in picture.remarks]
    until = max((one.last for one in picture.events), default=kept.plan.ecog_on)
    days = t("Days written out until {day}", day=day(until, t.language))
    return [
        KeepTogether([title, *plan_head(kept, t), paragraph(last, SMALL)]),
        Spacer(0, 10),
        KeepTogether([paragraph(days, LABEL), Spacer(0, 4), line]),
        *plan_lines(kept, picture.events, t),
        *([Spacer(0, 6), *sentences(t("Note"), said, WIDTH)] if said else []),
        Spacer(0, 8),
        _own_view(kept.plan, t),
    ]


def _own_view(plan: Plan, t: Texts) -> Flowable:
    """What the patient said, what is asked, and notes: side by side."""
    third = (WIDTH - 2 * GAP) / 3
    own = plan.preferences or (t("Not written down."),)
    columns = [
        sentences(t("The patient's own view"), own, third),
        sentences(t("Quality of life"), [question_words(one, t) for one in plan.questions], third),
        sentences(t("Notes"), plan.notes, third),
    ]
    style: list[Command] = [*FLUSH, ("RIGHTPADDING", (0, 0), (1, 0), GAP)]
    return Table([columns], colWidths=[third + GAP, third + GAP, third], style=style)
