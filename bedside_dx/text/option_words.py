"""Why an option is one for this patient, how sure that is, and what speaks against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.core.therapy import Level
from bedside_dx.text.therapy_words import step_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bedside_dx.core.therapy import Evidence, Option
    from bedside_dx.text.catalogue import Texts

WHY = frozenset(
    {
        "biomarker",
        "no-biomarker",
        "ema",
        "fda",
        "approved",
        "later-line",
        "other-line",
        "not-approved",
        "needs",
        "note",
    }
)
AGAINST = frozenset({"resistance", "no-benefit", "adverse", "superseded", "beyond-approval"})
ELSEWHERE = frozenset({"place", "tier", "level"})
"""Said beside the option's name."""


def why_words(option: Option, t: Texts) -> list[str]:
    """What makes it an option for this patient."""
    return said(option, WHY, t)


def sure_words(option: Option, t: Texts) -> list[str]:
    """How well it is founded: level, tumour, rating, date."""
    codes = {_kind(step.code) for step in option.why} - WHY - AGAINST - ELSEWHERE
    return [level_words(option.level, t), *said(option, codes, t)]


def against_words(option: Option, t: Texts) -> list[str]:
    """What speaks against it and did not exclude it."""
    sentences = {
        "resistance": t("Resistance with {biomarker}, level {level}, {tumour} ({source} {id})"),
        "no-benefit": t("No benefit with {biomarker}, level {level}, {tumour} ({source} {id})"),
        "adverse": t("More harm with {biomarker}, level {level}, {tumour} ({source} {id})"),
    }
    found: list[str] = []
    for step in option.why:
        sentence = sentences.get(_kind(step.code))
        if sentence is not None:
            values = {**step.values, "biomarker": step.values["biomarker"] or t("this tumour")}
            found.append(sentence.format_map(values))
        elif _kind(step.code) in AGAINST:
            found.append(step_words(step, t))
    return found


def no_approval_words(option: Option, t: Texts) -> str:
    """Why there is no approval here: another line, a condition that is not met, or none known."""
    kinds = {_kind(step.code) for step in option.why}
    if "beyond-approval" in kinds:
        return t("Outside its approval")
    return t("Approved for another line") if "other-line" in kinds else t("No approval known here")


def level_words(level: Level, t: Texts) -> str:
    """A level with what CIViC means by it."""
    meaning = {
        Level.A: t("proven or agreed upon"),
        Level.B: t("studies of patients"),
        Level.C: t("case reports"),
        Level.D: t("laboratory"),
        Level.E: t("inferred"),
    }[level]
    return t("Level {level}: {meaning}", level=level.name, meaning=meaning)


def evidence_words(rows: Iterable[Evidence]) -> list[str]:
    """Where each can be looked up: source, number and PMID."""
    return [
        " ".join(filter(None, (one.source, one.id, one.pmid and f"PMID\u00a0{one.pmid}")))
        for one in rows
    ]


def said(option: Option, kinds: Iterable[str], t: Texts) -> list[str]:
    """Steps of some kinds in words, in their order."""
    return [step_words(step, t) for step in option.why if _kind(step.code) in kinds]


def _kind(code: str) -> str:
    return code.removeprefix("therapy.why-")
