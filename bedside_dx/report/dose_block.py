"""One dose on paper: how much, how it was worked out, what comes first, and who says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportlab.platypus import Flowable, Spacer, Table

from bedside_dx.report.prognosis_page import sentences
from bedside_dx.report.typography import FLUSH, GAP, SMALL, STEP, WIDTH, Command, paragraph
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
    from bedside_dx.text import Texts


def dose_block(dose: Dose, t: Texts) -> list[Flowable]:
    """The dose, or why there is none, in two columns of small print under its headline."""
    half = (WIDTH - GAP) / 2
    questions = [
        words
        for one in dose.questions
        for words in (
            question_words(one, t),
            *(choice_words(one, choice, dose, t) for choice in one.choices),
        )
    ]
    left = [
        *sentences(t("Why no dose"), [remark_words(one, t) for one in dose.reasons], half),
        *sentences(t("To decide first"), questions, half),
        *sentences(t("Order first"), [test_words(one, t) for one in dose.order_first], half),
        *sentences(t("How it was worked out"), _way(dose, t), half),
    ]
    right = [
        *sentences(t("Note"), [remark_words(one, t) for one in dose.remarks], half),
        *sentences(t("Watch"), [sentence_of(one.code, t) for one in dose.cautions], half),
        *sentences(t("Sources"), [source_words(one, t) for one in dose.sources], half),
    ]
    style: list[Command] = [*FLUSH, ("RIGHTPADDING", (0, 0), (0, 0), GAP)]
    columns = Table([[left, right]], colWidths=[half + GAP, half], style=style)
    setting = [] if dose.row is None else [paragraph(sentence_of(dose.row.setting, t), SMALL)]
    headline = dose_headline(dose, t)
    title = paragraph(headline[:1].upper() + headline[1:], STEP)
    return [title, *setting, Spacer(0, 5), columns, Spacer(0, 6)]


def _way(dose: Dose, t: Texts) -> list[str]:
    """From the sourced amount to the milligrams."""
    if dose.row is None:
        return []
    said = [amount_words(dose.row, t), *(remark_words(one, t) for one in dose.steps)]
    if dose.exact_mg is not None:
        said.append(t("exactly {mg}", mg=mg_words(dose.exact_mg, t)))
    if dose.rounded is not None:
        said.append(rounded_words(dose.rounded, t))
    return said + [reduction_words(one, t) for one in dose.reductions if one.share]
