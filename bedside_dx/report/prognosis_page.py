"""One prognosis model on paper: curves, people, benefits, inputs with their source, limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reportlab.platypus import Flowable, KeepTogether, Spacer, Table

from bedside_dx.core.prognosis import Provenance, Role
from bedside_dx.report.icon_array import IconArray
from bedside_dx.report.survival_plot import SurvivalPlot
from bedside_dx.report.typography import (
    BODY,
    FLUSH,
    GAP,
    HAIRLINE,
    LABEL,
    LEAD,
    SECTION,
    SMALL,
    SMALL_INK,
    WIDTH,
    Command,
    paragraph,
)
from bedside_dx.text.disease_words import (
    assumed_words,
    eligibility_words,
    gain_words,
    interval_words,
    provenance_word,
    regimen_words,
    remark_words,
    sentence_of,
    swept_words,
    validation_words,
    value_words,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bedside_dx.core.prognosis import Given, ModelFacts, Prognosis, WhatIf
    from bedside_dx.text import Texts

PEOPLE = 164.0
"""Width of the people beside the curves, points."""
TALL = 168.0
OVERALL_SURVIVAL = "overall survival"
"""Endpoint of which people are alive or have died, not free of an event."""
MARKS = {Provenance.MEASURED: "●", Provenance.AI_DERIVED: "◐", Provenance.ASSUMED: "○"}
"""Where a value comes from, told apart without colour."""
ROWS: list[Command] = [
    *FLUSH,
    ("TOPPADDING", (0, 0), (-1, -1), 2.2),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 2.8),
    ("RIGHTPADDING", (0, 0), (-2, -1), 8),
    ("LINEBELOW", (0, 0), (-1, -1), 0.4, HAIRLINE),
]


def what_ifs(changes: Sequence[WhatIf], t: Texts) -> list[Flowable]:
    """Every model with curves."""
    return [part for one in changes for part in _what_if(one, t)]


def scores(found: Sequence[Prognosis], t: Texts) -> list[Flowable]:
    """Every model that gives a number."""
    return [part for one in found for part in _score(one, t)]


def _what_if(changes: WhatIf, t: Texts) -> list[Flowable]:
    prognosis, facts = changes.prognosis, changes.prognosis.model
    plot = SurvivalPlot(prognosis, changes.year, t, WIDTH - PEOPLE - GAP, TALL)
    people = IconArray(changes.people, _fates(changes, t), PEOPLE, cell=14.5, size=7.5)
    title = t("{endpoint}, of 100 people", endpoint=_capital(t(facts.endpoint)))
    after = t.plural("After {n} year", "After {n} years", changes.year)
    left = [paragraph(title, LABEL), Spacer(0, 5), plot]
    right = [paragraph(after, LABEL), Spacer(0, 6), people]
    style: list[Command] = [*FLUSH, ("RIGHTPADDING", (0, 0), (0, 0), GAP)]
    pictures = Table([[left, right]], colWidths=[WIDTH - PEOPLE, PEOPLE], style=style)
    said = [paragraph(swept_words(prognosis, t), BODY)] if prognosis.swept else []
    return [
        KeepTogether([*_title(facts, t), pictures, Spacer(0, 4), *said]),
        *_benefits(changes, t),
        *_inputs(prognosis, t),
        *_said(prognosis, t),
    ]


def _score(prognosis: Prognosis, t: Texts) -> list[Flowable]:
    facts, score = prognosis.model, prognosis.score
    if score is None:
        return []
    group = t(facts.groups[score.group])
    words = t("Score {score:decimal}: {group}", score=score.value, group=group)
    return [
        KeepTogether([*_title(facts, t), paragraph(words, LEAD), Spacer(0, 4)]),
        *_inputs(prognosis, t),
        *_said(prognosis, t),
    ]


def _title(facts: ModelFacts, t: Texts) -> list[Flowable]:
    title = t("{title}, version {version}", title=t(facts.title), version=facts.version)
    return [paragraph(title, SECTION)]


def _fates(changes: WhatIf, t: Texts) -> tuple[str, ...]:
    """What each form of a person means; a group that can't be is left out."""
    alive, more, disease, other = changes.people
    curve, facts = changes.prognosis.curve, changes.prognosis.model
    with_regimen = t("{n:count} more with this regimen", n=more)
    if curve is None or not curve.regimen:
        with_regimen = ""
    if facts.endpoint == OVERALL_SURVIVAL:
        anyway = t("{n:count} alive in any case", n=alive)
        of_disease, of_other = (
            t("{n:count} died of the disease", n=disease),
            t("{n:count} died of other causes", n=other),
        )
        all_causes = t("{n:count} died", n=disease)
    else:
        anyway = t("{n:count} without the event in any case", n=alive)
        of_disease, of_other = (
            t("{n:count} with the event because of the disease", n=disease),
            t("{n:count} with the event of other causes", n=other),
        )
        all_causes = t("{n:count} with the event", n=disease)
    if not facts.tells_cause:
        return anyway, with_regimen, all_causes, ""
    return anyway, with_regimen, of_disease, of_other


def _benefits(changes: WhatIf, t: Texts) -> list[Flowable]:
    """Each treatment alone, and beside those of the regimen before it, in people of 100."""
    facts = changes.prognosis.model
    if not changes.alone:
        return []
    beside = {one.regimen: gain_words(one, t, of_100=False) for one in changes.in_order}
    after = t.plural("after {n} year", "after {n} years", changes.year)
    heading = (
        t("Associated difference {after}, of 100 people", after=after),
        t("Alone, against none"),
        t("Beside those above it"),
    )
    rows = [[paragraph(words, LABEL) for words in heading]]
    for one in changes.alone:
        cells = (regimen_words(facts, one.regimen, t), gain_words(one, t, of_100=False))
        last = beside.get(one.regimen, t("not in this regimen"))
        rows.append([paragraph(words, SMALL_INK) for words in (*cells, last)])
    if changes.together is not None and len(changes.in_order) > 1:
        cells = (
            t("the whole regimen, against none"),
            gain_words(changes.together, t, of_100=False),
            "",
        )
        rows.append([paragraph(words, SMALL_INK) for words in cells])
    table = Table(rows, colWidths=[WIDTH * 0.46, WIDTH * 0.27, WIDTH * 0.27], style=ROWS)
    return [Spacer(0, 8), KeepTogether([table]), Spacer(0, 8)]


def _inputs(prognosis: Prognosis, t: Texts) -> list[Flowable]:
    """What went in, two to a row: value, interval, and where it comes from."""
    facts = prognosis.model
    shown = [
        given
        for given in prognosis.given
        if facts.input(given.key).role is not Role.ELIGIBILITY
        or given.provenance is not Provenance.ASSUMED
    ]
    cells = [_input(given, facts, t) for given in shown]
    cells += [["", ""]] * (len(cells) % 2)
    half = -(-len(cells) // 2)
    rows = [[*cells[at], *cells[half + at]] for at in range(half)]
    name, value = WIDTH * 0.24, WIDTH * 0.26
    table = Table(rows, colWidths=[name, value, name, value], style=ROWS)
    signs = " · ".join(f"{sign} {provenance_word(source, t)}" for source, sign in MARKS.items())
    heading = t("Inputs: {signs}", signs=signs)
    return [KeepTogether([paragraph(heading, LABEL), Spacer(0, 3), table]), Spacer(0, 8)]


def _input(given: Given, facts: ModelFacts, t: Texts) -> list[Flowable | str]:
    wanted = facts.input(given.key)
    value = value_words(wanted, given.value, t)
    interval = interval_words(given, wanted, t)
    words = t("{value} ({interval})", value=value, interval=interval) if interval else value
    return [
        paragraph(t(wanted.label), SMALL),
        paragraph(f"{MARKS[given.provenance]} {words}", SMALL_INK),
    ]


def _said(prognosis: Prognosis, t: Texts) -> list[Flowable]:
    """Warnings and assumptions; uncertainty, limits, how it did elsewhere, and the source."""
    facts = prognosis.model
    said = [remark_words(remark, t) for remark in prognosis.remarks]
    said += [assumed_words(prognosis, t), eligibility_words(prognosis, t)]
    half = (WIDTH - GAP) / 2
    left = [
        *sentences(t("To bear in mind"), [words for words in said if words], half),
        *sentences(t("Uncertainty"), [t(facts.intervals)], half),
    ]
    right = [
        *sentences(t("Limits"), [sentence_of(code, t) for code in facts.limits], half),
        *sentences(t("Tried on"), [validation_words(one, t) for one in facts.validations], half),
        *sentences(t("Source"), [facts.citation, t(facts.licence)], half),
    ]
    style: list[Command] = [*FLUSH, ("RIGHTPADDING", (0, 0), (0, 0), GAP)]
    return [Table([[left, right]], colWidths=[half + GAP, half], style=style), Spacer(0, 8)]


def sentences(title: str, said: Sequence[str], width: float) -> list[Flowable]:
    """A heading and its sentences, each after a dash; nothing where there are none."""
    if not said:
        return []
    rows = [[paragraph("–", SMALL), paragraph(words, SMALL)] for words in said]
    table = Table(rows, colWidths=[9, width - 9], style=FLUSH)
    return [paragraph(title, LABEL), Spacer(0, 2), table, Spacer(0, 6)]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
