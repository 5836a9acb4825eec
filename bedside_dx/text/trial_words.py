"""The words of a trial's criteria, the same on screen, on paper and in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.core.trials import Fit, Kind
from bedside_dx.text.numbers import decimal

if TYPE_CHECKING:
    from bedside_dx.core.trials import Criterion, Missing
    from bedside_dx.text.catalogue import Texts


def fit_word(fit: Fit, t: Texts) -> str:
    """How a criterion fits."""
    return {Fit.MET: t("met"), Fit.UNMET: t("unmet"), Fit.UNKNOWN: t("unknown")}[fit]


def status_words(status: str, t: Texts) -> str:
    """Whether a trial recruits, as ClinicalTrials.gov says it; another word stays as it is."""
    return {
        "RECRUITING": t("recruiting"),
        "NOT_YET_RECRUITING": t("not yet recruiting"),
        "ACTIVE_NOT_RECRUITING": t("active, not recruiting"),
        "ENROLLING_BY_INVITATION": t("enrolling by invitation"),
        "COMPLETED": t("completed"),
        "SUSPENDED": t("suspended"),
        "TERMINATED": t("terminated"),
        "WITHDRAWN": t("withdrawn"),
        "UNKNOWN": t("unknown status"),
    }.get(status, status)


def phase_words(phase: str, t: Texts) -> str:
    """Its phase; several are joined: "PHASE1, PHASE2" is phase 1/2."""
    parts = [one.strip() for one in phase.split(",") if one.strip() not in ("", "NA")]
    if "EARLY_PHASE1" in parts:
        return t("early phase 1")
    numbers = [one.removeprefix("PHASE") for one in parts]
    if not numbers or not all(one.isdecimal() for one in numbers):
        return ", ".join(parts)
    return t("phase {n}", n="/".join(numbers))


def kind_word(kind: Kind, t: Texts) -> str:
    """What a criterion is about."""
    return {
        Kind.AGE: t("age"),
        Kind.SEX: t("sex"),
        Kind.TUMOUR: t("tumour"),
        Kind.STAGE: t("stage"),
        Kind.ECOG: "ECOG",
        Kind.BIOMARKER: t("biomarker"),
        Kind.PRIOR_LINES: t("prior lines"),
        Kind.TEXT: t("the rest of the text"),
    }[kind]


def criterion_words(one: Criterion, t: Texts) -> str:
    """What is asked for."""
    name = kind_word(one.kind, t)
    if one.kind is Kind.TEXT:
        return t("{name}: a person must read it", name=name)
    if one.any_of:
        sexes = {"female": t("female"), "male": t("male")}
        asked = ", ".join(sexes.get(name, name) for name in one.any_of)
        if one.excludes:
            return t("{name}: none of {asked}", name=name, asked=asked)
        return t("{name}: {asked}", name=name, asked=asked)
    low = "" if one.low is None else decimal(one.low, t.language)
    high = "" if one.high is None else decimal(one.high, t.language)
    if not high:
        return t("{name}: {low} or more", name=name, low=low)
    if not low:
        return t("{name}: {high} or less", name=name, high=high)
    return t("{name}: {low} to {high}", name=name, low=low, high=high)


def missing_words(one: Missing, t: Texts) -> str:
    """What to find out, and how many trials wait for it."""
    name = kind_word(one.kind, t)
    what = f"{name} ({', '.join(one.names)})" if one.names else name
    return t.plural("{what}: {n} trial waits", "{what}: {n} trials wait", one.trials, what=what)
