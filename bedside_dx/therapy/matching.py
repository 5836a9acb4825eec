"""Which facts hold for one person, and how closely; what is unknown, and contradictions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bedside_dx.core.errors import TherapyError
from bedside_dx.core.therapy import (
    Biomarker,
    Fact,
    Finding,
    Kind,
    TumourMatch,
    Unknown,
)
from bedside_dx.therapy.biomarkers import apart, findings
from bedside_dx.therapy.covering import Fit, State, best_fit, cover, state
from bedside_dx.therapy.genes import GRADE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bedside_dx.therapy.knowledge import Knowledge


@dataclass(frozen=True)
class Person:
    """What is known of one person, in its normal form."""

    tumour: str
    found: tuple[Finding, ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Match:
    """A fact that is about one of a person's findings.

    Attributes
    ----------
    unmet, open
        What it needs besides and is not so, or was not looked for.
    """

    fact: Fact
    fit: Fit
    tumour: TumourMatch
    finding: Finding | None
    unmet: tuple[str, ...]
    open: tuple[str, ...]


def read_findings(
    knowledge: Knowledge, present: Iterable[str], negative: Iterable[str]
) -> tuple[tuple[Finding, ...], tuple[Unknown, ...]]:
    """Findings in their normal form, and those that no pack knows.

    Raises
    ------
    TherapyError
        ``therapy.contradiction``
    """
    found: list[Finding] = []
    unknown: list[Unknown] = []
    stated = [(part, False) for written in present for part in apart(written)]
    stated += [(part, True) for written in negative for part in apart(written)]
    for written, is_negative in stated:
        reading = knowledge.read(written)
        read = findings(reading, written, negative=is_negative) if reading else ()
        if not read or not all(_known(knowledge, finding) for finding in read):
            unknown.append(Unknown(written, knowledge.nearest(written)))
        found += read
    found = _receptors_together(found)
    _refuse_contradictions(found)
    return tuple(found), tuple(unknown)


def _receptors_together(found: list[Finding]) -> list[Finding]:
    """Hormone receptors are there where one of the two is: ER+ PR- is no contradiction.

    Without the progesterone receptor the other may still be there: alone it says nothing.
    """
    receptors = [one for one in found if one.biomarker.gene == "HR"]
    kinds = {(_receptor(one.written), one.present) for one in receptors}
    if ("PR", True) in kinds and ("PR", False) in kinds:
        return found
    if ("ER", True) in kinds and ("ER", False) in kinds:
        return found
    there = any(present for _, present in kinds)
    only_pr = {kind for kind, _ in kinds} == {"PR"}
    return [
        one for one in found
        if one.biomarker.gene != "HR" or one.present or _receptor(one.written) == "HR"
        or not (there or only_pr)
    ]  # fmt: skip


def _receptor(written: str) -> str:
    """Which receptor is meant: ER, PR, or HR for both together."""
    start = written.strip().upper()
    if start.startswith(("PR", "PGR", "RP")):
        return "PR"
    return "ER" if start.startswith(("ER", "RE+", "RE ", "RE-", "RO", "ESTRO", "OESTRO")) else "HR"


def _known(knowledge: Knowledge, finding: Finding) -> bool:
    """Whether any fact is about a finding; of negative ones, about the gene."""
    if finding.biomarker.gene in ("HER2-low", "HR", GRADE):
        return True
    facts = knowledge.by_gene.get(finding.biomarker.gene, ())
    if not finding.present or finding.biomarker.kind is Kind.STATUS:
        return bool(facts)
    return any(best_fit(fact.anyof, [finding]) for fact in facts)


def _refuse_contradictions(found: Sequence[Finding]) -> None:
    for at, one in enumerate(found):
        for other in found[at + 1 :]:
            if _contradict(one, other) or _contradict(other, one):
                raise TherapyError("therapy.contradiction", one=one.written, other=other.written)


def _contradict(one: Finding, other: Finding) -> bool:
    """Whether the first is there and the second says that it is not."""
    there, absent = one.biomarker, other.biomarker
    if there.gene == "HER2-low" and absent.gene == "ERBB2":
        return one.present and other.present and absent.kind is Kind.AMPLIFICATION
    if there.gene != absent.gene:
        return False
    if there.kind is Kind.STATUS and None not in (one.value, other.value):
        return one.value != other.value
    if not one.present or other.present:
        return False
    if there.kind is Kind.STATUS:
        reached = there.least if one.value is None else one.value
        return reached >= absent.least
    return cover(absent, there) is not None


def matches(knowledge: Knowledge, person: Person) -> list[Match]:
    """Facts about a person's findings, in whatever tumour, and those of the tumour as such."""
    genes = {finding.biomarker.gene for finding in person.found} | {""}
    seen: set[tuple[str, str]] = set()
    found: list[Match] = []
    for gene in sorted(genes):
        for fact in knowledge.by_gene.get(gene, ()):
            if (fact.pack, fact.id) in seen:
                continue
            seen.add((fact.pack, fact.id))
            match = _match(knowledge, person, fact)
            if match is not None:
                found.append(match)
    return found


def _match(knowledge: Knowledge, person: Person, fact: Fact) -> Match | None:
    tumour = knowledge.tree.match(person.tumour, fact.tumour) if fact.tumour else TumourMatch.OTHER
    if fact.anyof[0].kind is Kind.NONE:
        if tumour not in (TumourMatch.SAME, TumourMatch.PARENT):
            return None
        fitted: tuple[Fit, Finding | None] | None = (Fit.ANY, None)
    else:
        fitted = best_fit(fact.anyof, person.found)
    if fitted is None:
        return None
    states = {need: needed(knowledge, need, person.found) for need in fact.requires}
    return Match(
        fact,
        fitted[0],
        tumour,
        fitted[1],
        tuple(need for need, known in states.items() if known is State.ABSENT),
        tuple(need for need, known in states.items() if known is State.UNKNOWN),
    )


def needed(knowledge: Knowledge, need: str, found: Sequence[Finding]) -> State:
    """Whether what a fact needs besides is so in a person."""
    reading = knowledge.read(need)
    if reading is None:
        return State.UNKNOWN
    states = {state(one, found) for one in reading.biomarkers}
    if not reading.present:
        turned = {State.PRESENT: State.ABSENT, State.ABSENT: State.PRESENT}
        states = {turned.get(one, State.UNKNOWN) for one in states}
        if State.ABSENT in states:
            return State.ABSENT
        return State.UNKNOWN if State.UNKNOWN in states else State.PRESENT
    if State.PRESENT in states:
        return State.PRESENT
    return State.UNKNOWN if State.UNKNOWN in states else State.ABSENT


def about(fact: Fact) -> Biomarker:
    """The biomarker that a fact names first."""
    return fact.anyof[0]
