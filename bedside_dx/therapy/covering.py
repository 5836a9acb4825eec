"""Whether a fact about a biomarker holds for what was found in a person."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from bedside_dx.core.therapy import Biomarker, Finding, Kind
from bedside_dx.therapy.genes import EXONS, GRADE, SUPPRESSORS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Fit(IntEnum):
    """How particular a fact is about what was found."""

    EXACT = 0
    CLASS = 1
    """About a codon, an exon, or any partner of a fusion."""
    ANY = 2
    """About any mutation of the gene, or about no biomarker at all."""


class State(StrEnum):
    """What is known of a biomarker in one person."""

    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"


_SMALL = (Kind.CHANGE, Kind.CODON, Kind.EXON, Kind.MUTATION)
_TRUNCATING = ("FS", "*", "X")


def cover(  # noqa: PLR0911  (one line a kind)
    fact: Biomarker, found: Biomarker, value: float | None = None
) -> Fit | None:
    """How a fact's biomarker holds for one that was found; None where it does not.

    Parameters
    ----------
    value
        Measured value of a status.
    """
    if fact.gene != found.gene:
        return None
    if fact.kind is Kind.STATUS:
        return _cover_status(fact, found, value)
    if fact.kind is Kind.ANY or fact.kind is Kind.MUTATION:
        return _cover_mutation(fact, found)
    if fact.kind is Kind.FUSION:
        return _cover_fusion(fact, found)
    if fact.kind is Kind.LOSS:
        return _cover_loss(found)
    if fact.kind is Kind.EXON:
        return _cover_exon(fact, found)
    if fact.kind is Kind.CODON:
        return _cover_codon(fact, found)
    return _cover_plain(fact, found)


def _cover_plain(fact: Biomarker, found: Biomarker) -> Fit | None:
    if fact.kind is found.kind and fact.detail == found.detail:
        return Fit.EXACT
    both = {fact.kind, found.kind}
    if fact.gene == "ERBB2" and both == {Kind.AMPLIFICATION, Kind.EXPRESSION}:
        return Fit.EXACT  # HER2 positive is either
    return None


def _cover_status(fact: Biomarker, found: Biomarker, value: float | None) -> Fit | None:
    if found.kind is not Kind.STATUS:
        return None
    reached = found.least if value is None else value
    if fact.gene == GRADE:
        return Fit.EXACT if reached == fact.least else None
    return Fit.EXACT if reached >= fact.least else None


def _cover_mutation(fact: Biomarker, found: Biomarker) -> Fit | None:
    if found.kind is Kind.MUTATION:
        return Fit.EXACT
    if fact.kind is Kind.ANY and found.kind is not Kind.WILD_TYPE:
        return Fit.ANY
    if found.kind in _SMALL or (found.kind is Kind.LOSS and found.gene in SUPPRESSORS):
        return Fit.ANY
    return None


def _cover_fusion(fact: Biomarker, found: Biomarker) -> Fit | None:
    if found.kind is not Kind.FUSION:
        return None
    if fact.detail == found.detail:
        return Fit.EXACT
    return Fit.CLASS if not fact.detail or not found.detail else None


def _cover_loss(found: Biomarker) -> Fit | None:
    if found.kind is Kind.LOSS:
        return Fit.EXACT
    truncated = found.kind is Kind.CHANGE and any(mark in found.detail for mark in _TRUNCATING)
    if found.gene in SUPPRESSORS and (found.kind is Kind.MUTATION or truncated):
        return Fit.CLASS
    return None


def _cover_exon(fact: Biomarker, found: Biomarker) -> Fit | None:
    if found.kind is Kind.EXON:
        if found.exon != fact.exon:
            return None
        if found.detail == fact.detail:
            return Fit.EXACT
        return Fit.CLASS if fact.detail == "mutation" else None
    span = EXONS.get(fact.gene, {}).get(fact.exon)
    if found.kind not in (Kind.CHANGE, Kind.CODON) or span is None or not found.codons:
        return None
    inside = all(span[0] <= codon <= span[1] for codon in found.codons)
    return Fit.CLASS if inside and fact.detail in ("mutation", what_happens(found)) else None


def what_happens(found: Biomarker) -> str:
    """Deletion, insertion, or another change of the protein."""
    if ("INS" in found.detail and "DEL" not in found.detail) or "DUP" in found.detail:
        return "insertion"
    return "deletion" if "DEL" in found.detail else "substitution"


def _cover_codon(fact: Biomarker, found: Biomarker) -> Fit | None:
    if found.kind not in (Kind.CHANGE, Kind.CODON) or len(found.codons) == 0:
        return None
    if found.kind is Kind.CODON and found.codons == fact.codons:
        return Fit.EXACT
    return Fit.CLASS if set(found.codons) <= set(fact.codons) else None


def best_fit(facts: Iterable[Biomarker], found: Sequence[Finding]) -> tuple[Fit, Finding] | None:
    """The most particular fit of any of a fact's biomarkers to any of a person's findings."""
    best: tuple[Fit, Finding] | None = None
    for fact in facts:
        for finding in found:
            fit = _fit(fact, finding)
            if fit is not None and (best is None or fit < best[0]):
                best = fit, finding
    return best


def _fit(fact: Biomarker, finding: Finding) -> Fit | None:
    if fact.kind is Kind.WILD_TYPE:
        absent = not finding.present and finding.biomarker.gene == fact.gene
        return Fit.EXACT if absent and finding.biomarker.kind in (Kind.MUTATION, Kind.ANY) else None
    if not finding.present:
        return None
    return cover(fact, finding.biomarker, finding.value)


def state(wanted: Biomarker, found: Sequence[Finding]) -> State:
    """Whether a biomarker is there, is not there, or was not looked for."""
    if wanted.kind is Kind.WILD_TYPE:
        turned = {State.PRESENT: State.ABSENT, State.ABSENT: State.PRESENT}
        there = state(Biomarker(wanted.gene, Kind.MUTATION), found)
        return turned.get(there, State.UNKNOWN)
    for finding in found:
        if finding.present and cover(wanted, finding.biomarker, finding.value) is not None:
            return State.PRESENT
    return State.ABSENT if any(_rules_out(finding, wanted) for finding in found) else State.UNKNOWN


def _rules_out(finding: Finding, wanted: Biomarker) -> bool:
    other = finding.biomarker
    if other.gene != wanted.gene:
        low, amplified = "HER2-low", wanted.kind is Kind.AMPLIFICATION
        if other.gene == low and wanted.gene == "ERBB2":
            return finding.present and amplified  # it is defined by not being so
        return other.gene == "ERBB2" and wanted.gene == low and finding.present
    if wanted.gene == GRADE:
        return finding.present and other.least != wanted.least
    if wanted.kind is Kind.STATUS:
        measured = finding.value is not None and finding.value < wanted.least
        return measured or (not finding.present and other.least <= wanted.least)
    return not finding.present and cover(other, wanted) is not None
