"""A dose as lines: for a terminal, and for what a person copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.text.disease_words import remark_words, sentence_of
from bedside_dx.text.dosing_words import (
    amount_words,
    choice_words,
    dose_headline,
    mg_words,
    question_words,
    reduction_words,
    rounded_words,
    source_words,
    test_words,
)

if TYPE_CHECKING:
    from bedside_dx.core.dosing import Dose
    from bedside_dx.text.catalogue import Texts


def dose_lines(dose: Dose, t: Texts) -> list[str]:
    """The dose, how it was worked out, what to order and to watch, and every source."""
    lines = [dose_headline(dose, t)]
    lines += [f"  {remark_words(reason, t)}" for reason in dose.reasons]
    for question in dose.questions:
        lines.append(f"  {question_words(question, t)}")
        lines += [f"    {choice_words(question, one, dose, t)}" for one in question.choices]
    if dose.row is not None:
        lines.append(f"  {sentence_of(dose.row.setting, t)} · {amount_words(dose.row, t)}")
    if dose.exact_mg is not None:
        lines.append("  " + t("exactly {mg}", mg=mg_words(dose.exact_mg, t)))
    if dose.rounded is not None:
        lines.append(f"  {rounded_words(dose.rounded, t)}")
    lines += [f"  {reduction_words(one, t)}" for one in dose.reductions if one.share]
    lines += _section(t("How it was worked out"), [remark_words(one, t) for one in dose.steps])
    lines += _section(t("Order first"), [test_words(one, t) for one in dose.order_first])
    lines += _section(t("Note"), [remark_words(one, t) for one in dose.remarks])
    lines += _section(t("Watch"), [sentence_of(one.code, t) for one in dose.cautions])
    lines += _section(t("Sources"), [source_words(one, t) for one in dose.sources])
    closing = t("A person decides and prescribes. Research use only. Not a medical device.")
    return [*lines, "", closing]


def _section(heading: str, lines: list[str]) -> list[str]:
    return ["", heading, *(f"  {line}" for line in lines)] if lines else []
