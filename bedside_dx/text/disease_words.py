"""The words of a stage and of a prognosis, the same on screen, on paper and in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.core.disease import Site, Stage
from bedside_dx.core.prognosis import Input, Provenance, Role
from bedside_dx.text.messages import MESSAGES
from bedside_dx.text.numbers import decimal, fixed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bedside_dx.core.prognosis import (
        Benefit,
        Curve,
        Given,
        Influence,
        ModelFacts,
        Prognosis,
        Validation,
        WhatIf,
    )
    from bedside_dx.core.remark import Remark
    from bedside_dx.text.catalogue import Texts


NODES = "nodes"
"""A unit that has a plural in every language."""


def site_word(site: Site, t: Texts) -> str:
    """Name of the organ."""
    return {Site.BREAST: t("breast"), Site.COLON: t("colon"), Site.LUNG: t("lung")}[site]


def stage_headline(stage: Stage, t: Texts) -> str:
    """Such as: Stage IIA (breast, TNM 8: T2 N0 M0)."""
    return t(
        "Stage {group} ({site}, TNM {edition}: T{t} N{n} M{m})",
        group=stage.group,
        site=site_word(stage.site, t),
        edition=stage.edition,
        t=stage.t,
        n=stage.n,
        m=stage.m,
    )


def sentence_of(code: str, t: Texts, **values: object) -> str:
    """A sentence by its code."""
    return t(MESSAGES[code].text, **values)


def remark_words(remark: Remark, t: Texts) -> str:
    """A warning in words; sentences among its values are said in this language."""
    values = {
        name: t(value) if isinstance(value, str) and value else value
        for name, value in (remark.values or {}).items()
    }
    return t(MESSAGES[remark.code].text, **values)


def assumed_words(prognosis: Prognosis, t: Texts) -> str:
    """What nobody stated about the person or the tumour; empty where all was stated."""
    return _assumed(prognosis, (Role.FACT,), t)


def eligibility_words(prognosis: Prognosis, t: Texts) -> str:
    """What was taken for granted for the model to be used at all; empty where all was stated."""
    return _assumed(prognosis, (Role.ELIGIBILITY,), t)


def _assumed(prognosis: Prognosis, roles: Sequence[Role], t: Texts) -> str:
    inputs = [prognosis.model.input(key) for key in prognosis.assumed]
    names = [
        f"{t(wanted.label)} = {value_words(wanted, float(wanted.assumed or 0), t)}"
        for wanted in inputs
        if wanted.role in roles
    ]
    return sentence_of("prognosis.assumed", t, names=", ".join(names)) if names else ""


def value_words(wanted: Input, value: float, t: Texts) -> str:
    """A value with its unit, or the words of a choice."""
    if wanted.choices is not None:
        return t(wanted.choices[value])
    if wanted.unit == NODES:
        return t.plural("{n:count} node", "{n:count} nodes", round(value))
    number = decimal(value, t.language)
    return f"{number} {t(wanted.unit)}" if wanted.unit else number


def range_words(wanted: Input, t: Texts) -> str:
    """What an input may be: a range with its unit, or codes with their words."""
    if wanted.choices is not None:
        named = ((f"{code:g}", t(label)) for code, label in wanted.choices.items())
        return ", ".join(code if code == label else f"{code} = {label}" for code, label in named)
    unit = f" {t(wanted.unit)}" if wanted.unit else ""
    low, high = decimal(wanted.low, t.language), decimal(wanted.high, t.language)
    return f"{low}–{high}{unit}"


def slip_words(wanted: Input, t: Texts) -> tuple[str, ...]:
    """Ranges of values that look like another unit, and what is done about them."""
    words: list[str] = []
    for slip in wanted.slips:
        done = t("asked back") if slip.asks else t("pointed out")
        values = {"low": slip.low, "high": slip.high, "unit": t(slip.unit), "done": done}
        words.append(
            t("{low:scale} to {high:scale} with decimals looks like {unit}: {done}", **values)
            if slip.typed
            else t("{low:scale} to {high:scale} looks like {unit}: {done}", **values)
        )
    return tuple(words)


def missing_words(wanted: Input, t: Texts) -> str:
    """What happens where an input is not stated."""
    if wanted.assumed is None:
        return t("needed")
    return t("if not stated: {value}", value=value_words(wanted, wanted.assumed, t))


def provenance_word(provenance: Provenance, t: Texts) -> str:
    """Where a value comes from."""
    return {
        Provenance.MEASURED: t("measured"),
        Provenance.AI_DERIVED: t("AI-derived, confirmed"),
        Provenance.ASSUMED: t("assumed"),
    }[provenance]


def role_word(role: Role, t: Texts) -> str:
    """Heading of the inputs of a role."""
    return {
        Role.FACT: t("Person and tumour"),
        Role.TREATMENT: t("Treatments in question"),
        Role.ELIGIBILITY: t("May the model be used"),
    }[role]


def regimen_words(facts: ModelFacts, regimen: frozenset[str], t: Texts) -> str:
    """Names of the treatments of a regimen, in the model's order."""
    names = [t(treatment.label) for treatment in facts.treatments if treatment.key in regimen]
    return ", ".join(names) if names else t("without further treatment")


def survival_words(curve: Curve, year: int, t: Texts) -> str:
    """Such as: 83 of 100 (81 to 85)."""
    of_hundred = fixed(100 * curve.at(year), t.language, 1)
    if curve.low is None or curve.high is None:
        return t("{count} of 100", count=of_hundred)
    ends = [fixed(100 * float(side[year - 1]), t.language, 1) for side in (curve.low, curve.high)]
    return t("{count} of 100 ({low} to {high})", count=of_hundred, low=ends[0], high=ends[1])


def gain_words(benefit: Benefit, t: Texts, *, of_100: bool = True) -> str:
    """Such as: +4.1 of 100 (+2.3 to +6.0); a table whose heading says so needs no "of 100"."""
    gain = _signed(benefit.gain, t)
    gain = t("{gain} of 100", gain=gain) if of_100 else gain
    if benefit.low is None or benefit.high is None:
        return gain
    low, high = _signed(benefit.low, t), _signed(benefit.high, t)
    return t("{gain} ({low} to {high})", gain=gain, low=low, high=high)


def interval_words(given: Given, wanted: Input, t: Texts) -> str:
    """The interval that an input was stated with; empty without."""
    if given.low is None or given.high is None:
        return ""
    low, high = decimal(given.low, t.language), decimal(given.high, t.language)
    return t("{low} to {high}", low=low, high=high) if wanted.choices is None else ""


def benefit_words(facts: ModelFacts, benefit: Benefit, t: Texts) -> str:
    """What a treatment is associated with, in people of 100."""
    gain = _signed(benefit.gain, t)
    name = regimen_words(facts, benefit.regimen, t)
    if benefit.low is None or benefit.high is None:
        return t("{name}: {gain} of 100", name=name, gain=gain)
    low, high = _signed(benefit.low, t), _signed(benefit.high, t)
    return t("{name}: {gain} of 100 ({low} to {high})", name=name, gain=gain, low=low, high=high)


def influence_words(facts: ModelFacts, influence: Influence, t: Texts) -> str:
    """What an input would change over its range, in people of 100."""
    wanted = facts.input(influence.key)
    ends = [value_words(wanted, value, t) for value in (influence.low, influence.high)]
    shares = [fixed(100 * one, t.language, 1) for one in (influence.at_low, influence.at_high)]
    return t(
        "{name}: {at_low} of 100 with {low}, {at_high} with {high}",
        name=t(wanted.label),
        low=ends[0],
        high=ends[1],
        at_low=shares[0],
        at_high=shares[1],
    )


def people_words(changes: WhatIf, t: Texts) -> str:
    """What becomes of 100 people, in one sentence."""
    alive, more, disease, other = changes.people
    count = {"year": changes.year, "alive": alive, "more": more, "disease": disease, "other": other}
    if changes.prognosis.model.tells_cause:
        return t(
            "Of 100 people like this, after {year} years: {alive} without the event in any case,"
            " {more} more with this regimen; {disease} had it because of the disease, {other} of"
            " other causes",
            **count,
        )
    return t(
        "Of 100 people like this, after {year} years: {alive} without the event in any case,"
        " {more} more with this regimen; {disease} had it",
        **count,
    )


def _signed(share: float, t: Texts) -> str:
    """A difference in people of 100, with its sign."""
    number = fixed(100 * abs(share), t.language, 1)
    return f"{'−' if share < 0 else '+'}{number}"


def swept_words(prognosis: Prognosis, t: Texts) -> str:
    """How far the share moves over the stated intervals of the inputs, at the last horizon."""
    year = prognosis.model.horizons[-1]
    low, high = (fixed(100 * end, t.language, 1) for end in prognosis.swept[year - 1])
    return t(
        "Over the stated intervals of the inputs: {low} to {high} of 100 after {year} years",
        low=low,
        high=high,
        year=year,
    )


def validation_words(validation: Validation, t: Texts) -> str:
    """One line: whom it was tried on, and the figures."""
    figures: list[str] = []
    if validation.c is not None:
        c = fixed(validation.c, t.language, 3)
        if validation.c_interval is not None:
            low, high = (fixed(end, t.language, 2) for end in validation.c_interval)
            c = f"{c} ({low}–{high})"
        figures.append(t("concordance {c}", c=c))
    if validation.oe is not None:
        oe = fixed(validation.oe, t.language, 3)
        figures.append(t("observed over expected {oe}", oe=oe))
    if validation.slope is not None:
        slope = fixed(validation.slope, t.language, 3)
        figures.append(t("calibration slope {slope}", slope=slope))
    people = t("{people:count} people", people=validation.patients)
    source = f" [{t(validation.source)}]" if validation.source else ""
    cohort, said = t(validation.cohort), ", ".join(figures)
    return t(
        "{cohort} ({people}): {figures}{source}",
        cohort=cohort,
        people=people,
        figures=said,
        source=source,
    )
