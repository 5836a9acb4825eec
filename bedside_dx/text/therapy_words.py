"""The words of therapy options, the same on screen, on paper and in a terminal."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from bedside_dx.core.therapy import Authority, TumourMatch
from bedside_dx.text import numbers
from bedside_dx.text.messages import MESSAGES
from bedside_dx.text.pack_notes import NOTES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bedside_dx.core.remark import Remark
    from bedside_dx.core.therapy import PackInfo, Unknown
    from bedside_dx.text.catalogue import Texts


def step_words(step: Remark, t: Texts) -> str:
    """One step in words."""
    values = dict(step.values)
    if not values.get("biomarker", True):
        values["biomarker"] = t("this tumour")
    for name in ("biomarker", "need"):
        if name in values:
            parts = str(values[name]).split(", ")
            values[name] = ", ".join(finding_words(part, t) for part in parts)
    if values.get("note") in NOTES:
        values["note"] = t(str(values["note"]))
    if values.get("lines") == "any":
        values["lines"] = t("any")
    if "day" in values:
        values["day"] = numbers.day(date.fromisoformat(str(values["day"])), t.language)
    if step.code == "therapy.conflict" and values["speaking"] == values["against"]:
        pack, therapy = values["speaking"], values["therapy"]
        return t("{pack} holds evidence for {therapy} and against it", pack=pack, therapy=therapy)
    return t(MESSAGES[step.code].text, **values)


def finding_words(written: str, t: Texts) -> str:
    """A finding as a pack names it, in the reader's language: ``EGFR wild type``."""
    gene, _, state = written.partition(" ")
    if written.startswith("WHO grade "):
        return t("WHO grade {n}", n=written.removeprefix("WHO grade "))
    said = {
        "wild type": t("{gene} wild type", gene=gene),
        "negative": t("{gene} negative", gene=gene),
        "positive": t("{gene} positive", gene=gene),
    }
    return said.get(state, written)


def match_words(match: TumourMatch, t: Texts) -> str:
    """How close a fact's tumour is."""
    return {
        TumourMatch.SAME: t("same"),
        TumourMatch.PARENT: t("wider class"),
        TumourMatch.SUBTYPE: t("subtype"),
        TumourMatch.OTHER: t("another"),
    }[match]


def approval_words(approval: Sequence[Authority], t: Texts) -> str:
    """Who approved it here."""
    names = [
        t("yes, by whom is not stated") if a is Authority.UNSTATED else str(a) for a in approval
    ]
    return ", ".join(names) or "–"


def unknown_words(unknown: Unknown, packs: Sequence[PackInfo], t: Texts) -> str:
    """An input that no pack knows, with what it could have meant."""
    newest = max(pack.evidence_date for pack in packs)
    said = t(
        "“{input}” is not in the knowledge packs ({day:day}).", input=unknown.written, day=newest
    )
    if not unknown.nearest:
        return said
    return said + " " + t("Did you mean: {names}?", names=", ".join(unknown.nearest))


def pack_words(pack: PackInfo, t: Texts, today: date | None = None) -> str:
    """A pack in one line, flagged where its evidence is older than a year, today or that day."""
    line = t(
        "{name} {version}: {facts:count} facts, {tumours:count} tumours,"
        " evidence up to {day:day}, {licence}",
        name=pack.name, version=pack.version, facts=pack.facts, tumours=pack.tumours,
        day=pack.evidence_date, licence=pack.licence,
    )  # fmt: skip
    if not pack.is_old(today or date.today()):  # noqa: DTZ011
        return line
    return line + ". " + t("Older than a year: check for newer evidence.")
