"""A prognosis, and what a model says of itself, as lines and as plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from bedside_dx.core.prognosis import Role
from bedside_dx.text.disease_words import (
    assumed_words,
    benefit_words,
    eligibility_words,
    influence_words,
    missing_words,
    people_words,
    provenance_word,
    range_words,
    regimen_words,
    remark_words,
    role_word,
    sentence_of,
    slip_words,
    survival_words,
    swept_words,
    validation_words,
    value_words,
)

if TYPE_CHECKING:
    from bedside_dx.core.prognosis import Curve, ModelFacts, Prognosis, WhatIf
    from bedside_dx.text import Texts


def model_lines(facts: ModelFacts, t: Texts) -> list[str]:
    """A model's inputs, ranges, rules, figures and limits."""
    lines = [
        f"{t(facts.title)} {facts.version} · {t(facts.endpoint)}",
        f"{facts.citation} · {t(facts.licence)}",
    ]
    for role in Role:
        inputs = [wanted for wanted in facts.inputs if wanted.role is role]
        if not inputs:
            continue
        lines += ["", role_word(role, t)]
        for wanted in inputs:
            allowed = t("{label}: {allowed}", label=t(wanted.label), allowed=range_words(wanted, t))
            lines.append(f"  {wanted.key:<14}{allowed}")
            lines.append(f"  {'':<14}{missing_words(wanted, t)}")
            lines += [f"  {'':<14}{words}" for words in slip_words(wanted, t)]
    for heading, sentences in _sections(facts, t):
        if sentences:
            lines += ["", heading, *(f"  {sentence}" for sentence in sentences)]
    return lines


def _sections(facts: ModelFacts, t: Texts) -> tuple[tuple[str, list[str]], ...]:
    refusals = [sentence_of(code, t, model=t(facts.title)) for code in facts.refusals]
    return (
        (t("Treatments"), [f"{one.key:<14}{t(one.label)}" for one in facts.treatments]),
        (t("Groups"), [t(group) for group in facts.groups]),
        (t("Refused"), refusals),
        (t("Pointed out"), [sentence_of(code, t) for code in facts.warnings]),
        (t("Intervals"), [t(facts.intervals)]),
        (t("Tried on"), [validation_words(one, t) for one in facts.validations]),
        (t("Limits"), [sentence_of(code, t) for code in facts.limits]),
    )


def prognosis_lines(prognosis: Prognosis, t: Texts) -> list[str]:
    """What a model says of one person, with all that went in."""
    facts = prognosis.model
    lines = [f"{t(facts.title)} {facts.version} · {t(facts.endpoint)}"]
    if prognosis.score is not None:
        group = t(facts.groups[prognosis.score.group])
        lines.append(t("Score {score:decimal}: {group}", score=prognosis.score.value, group=group))
    for curve in filter(None, (prognosis.untreated, prognosis.curve)):
        lines += _curve_lines(facts, curve, t)
        if not prognosis.curve or not prognosis.curve.regimen:
            break
    for year in facts.horizons:
        gains = [one for one in prognosis.benefits if one.year == year]
        if gains:
            lines.append(
                t(
                    "Associated with each treatment, beside those before it, at {year} years",
                    year=year,
                )
            )
            lines += [f"  {benefit_words(facts, one, t)}" for one in gains]
    lines += [swept_words(prognosis, t)] if prognosis.swept else []
    lines += ["", t("Inputs"), *_given_lines(prognosis, t), ""]
    said = [remark_words(remark, t) for remark in prognosis.remarks]
    said += [assumed_words(prognosis, t), eligibility_words(prognosis, t)]
    lines += [f"! {sentence}" for sentence in said if sentence]
    lines += [t(facts.intervals), *(sentence_of(code, t) for code in facts.limits)]
    return [*lines, facts.citation, t("Research use only. Not a medical device.")]


def _curve_lines(facts: ModelFacts, curve: Curve, t: Texts) -> list[str]:
    lines = [regimen_words(facts, curve.regimen, t)]
    for year in facts.horizons:
        people = survival_words(curve, year, t)
        said = t.plural(
            "after {n} year: {people}", "after {n} years: {people}", year, people=people
        )
        lines.append(f"  {said}")
    return lines


def _given_lines(prognosis: Prognosis, t: Texts) -> list[str]:
    lines: list[str] = []
    for one in prognosis.given:
        wanted = prognosis.model.input(one.key)
        value, source = value_words(wanted, one.value, t), provenance_word(one.provenance, t)
        said = t("{label}: {value} ({source})", label=t(wanted.label), value=value, source=source)
        lines.append(f"  {said}")
    return lines


def model_document(facts: ModelFacts, t: Texts) -> dict[str, object]:
    """What a model says of itself, as plain values."""
    return {
        "name": facts.key,
        "version": facts.version,
        "title": t(facts.title),
        "endpoint": t(facts.endpoint),
        "citation": facts.citation,
        "licence": t(facts.licence),
        "inputs": [
            {
                "name": wanted.key,
                "label": t(wanted.label),
                "unit": t(wanted.unit) if wanted.unit else "",
                "low": None if wanted.choices else wanted.low,
                "high": None if wanted.choices else wanted.high,
                "choices": {
                    f"{code:g}": t(label) for code, label in (wanted.choices or {}).items()
                },
                "assumed": wanted.assumed,
                "role": str(wanted.role),
            }
            for wanted in facts.inputs
        ],
        "treatments": {one.key: t(one.label) for one in facts.treatments},
        "horizons": list(facts.horizons),
        "refusals": list(facts.refusals),
        "warnings": list(facts.warnings),
        "intervals": t(facts.intervals),
        "tried_on": [validation_words(one, t) for one in facts.validations],
        "limits": [sentence_of(code, t) for code in facts.limits],
    }


def prognosis_values(prognosis: Prognosis, t: Texts) -> dict[str, object]:
    """What a model says of one person, as plain values; shares are 0 to 1."""
    from bedside_dx.app.documents import benefit_document, curve_document, prognosis_document

    values = prognosis_document(prognosis, t)
    return {
        **values,
        "inputs": _by_key(values["inputs"]),
        "curve": curve_document(prognosis.curve),
        "untreated": curve_document(prognosis.untreated),
        "benefits": [benefit_document(one) for one in prognosis.benefits],
        "swept": [list(ends) for ends in prognosis.swept],
        "assumed": list(prognosis.assumed),
    }


def _by_key(inputs: object) -> dict[str, object]:
    rows = cast("list[dict[str, object]]", inputs)
    return {str(row["key"]): {name: row[name] for name in row if name != "key"} for row in rows}


def what_if_lines(changes: WhatIf, t: Texts) -> list[str]:
    """A prognosis, then what each treatment and each input would change."""
    facts, year = changes.prognosis.model, changes.year
    lines = prognosis_lines(changes.prognosis, t)
    lines += ["", t("Associated with each treatment alone, at {year} years", year=year)]
    lines += [f"  {benefit_words(facts, one, t)}" for one in changes.alone]
    lines += ["", t("What would change this most, at {year} years", year=year)]
    for one in changes.influences:
        lines.append(f"  {influence_words(facts, one, t)}")
    return [*lines, "", people_words(changes, t)]


def what_if_values(changes: WhatIf, t: Texts) -> dict[str, object]:
    """The same with what would change it, and every regimen's curve."""
    from bedside_dx.app.documents import curve_document, what_if_document

    return {
        **what_if_document(changes, t),
        **prognosis_values(changes.prognosis, t),
        "curves": [curve_document(curve) for curve in changes.curves],
    }
