"""Step 1 of the ranking: therapies that are no option for a person, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.core.remark import Remark
from bedside_dx.core.therapy import Direction, Exclusion, Finding, Kind, Level, TumourMatch
from bedside_dx.therapy.approvals import HERE, NO_APPROVAL, approval_rank
from bedside_dx.therapy.covering import Fit
from bedside_dx.therapy.weighing import AGAINST, FOR, evidence_of, named, order_of, strength

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bedside_dx.therapy.knowledge import Knowledge
    from bedside_dx.therapy.matching import Match, Person


def exclusion(group: Sequence[Match], person: Person) -> Exclusion | None:
    """Why a therapy is no option, if it is none."""
    speaking = [m for m in group if m.fact.direction in FOR and not m.unmet]
    against = [
        m for m in group
        if m.fact.direction in AGAINST and not m.unmet and not m.open
        and m.tumour is not TumourMatch.OTHER
    ]  # fmt: skip
    resistant = [m for m in against if m.fact.direction is Direction.RESISTANCE]
    beside = [m for m in resistant if _defeats(m, speaking, person)]
    if beside:
        return _excluded("therapy.excluded-resistance", beside, person)
    if resistant and _outweighs(resistant, speaking, person):
        return _excluded("therapy.excluded-resistance", resistant, person)
    if speaking:
        return None
    unmet = [m for m in group if m.fact.direction in FOR and m.unmet and m.tumour in HERE]
    if unmet:
        return _excluded("therapy.excluded-unmet", unmet, person)
    if against:
        return _excluded("therapy.excluded-no-benefit", against, person)
    return None


def _outweighs(resistant: Sequence[Match], speaking: Sequence[Match], person: Person) -> bool:
    """Resistance counts unless better founded evidence of sensitivity stands against it."""
    if not speaking:
        return True
    worst = min(resistant, key=strength)
    best = min(speaking, key=strength)
    if worst.fact.level < best.fact.level:
        return True
    clinical = worst.fact.level <= Level.C
    if clinical and worst.fit < best.fit:  # a particular alteration against the gene at large
        return True
    if worst.fact.level > best.fact.level:
        return False
    if strength(worst)[1:3] != strength(best)[1:3]:
        return strength(worst) < strength(best)
    approved = approval_rank(min(speaking, key=lambda m: order_of(m, person)), person)
    return worst.fact.rating >= best.fact.rating and approved == NO_APPROVAL


def _defeats(resistant: Match, speaking: Sequence[Match], person: Person) -> bool:
    """Whether an alteration undoes what another one of the same gene speaks for.

    A resistant alteration is acquired beside the sensitive one, which stays: C797S beside T790M,
    G1202R beside an ALK fusion. That many more patients were studied with the sensitive one says
    nothing of a patient who has both. Only what was seen in patients counts, and only where
    nothing better founded is known of the resistant alteration itself.
    """
    finding = resistant.finding
    if finding is None or resistant.fit is Fit.ANY or resistant.fact.level > Level.C:
        return False
    gene = finding.biomarker.gene
    if not speaking or any(m.finding is None or m.finding.biomarker.gene != gene for m in speaking):
        return False
    own = [m for m in speaking if m.finding == finding and m.fit is not Fit.ANY]
    return not own or _outweighs([resistant], own, person)


def _excluded(code: str, group: Sequence[Match], person: Person) -> Exclusion:
    best = min(group, key=strength)
    fact = best.fact
    values: dict[str, str | float] = {
        "biomarker": named(best) or fact.tumour_name,
        "level": fact.level.name,
        "need": ", ".join(best.unmet),
        "tumour": fact.tumour_name or person.tumour,
    }
    return Exclusion(fact.therapy, Remark(code, values), evidence_of(group, person))


def broken_findings(
    knowledge: Knowledge, excluded: Mapping[tuple[str, ...], Sequence[Match]]
) -> dict[Finding, Match]:
    """Findings with which a drug fails that works with other alterations of their gene.

    What is known of the gene's alterations in general does not speak for these: T790M is an EGFR
    mutation, and drugs for EGFR mutations fail with it.
    """
    found: dict[Finding, Match] = {}
    for key, group in excluded.items():
        for match in sorted(group, key=strength, reverse=True):
            if (
                match.finding is not None
                and match.fact.direction is Direction.RESISTANCE
                and match.fit is not Fit.ANY
                and match.tumour is not TumourMatch.OTHER
                and not match.unmet
                and not match.open
                and _works_elsewhere(knowledge, match.finding.biomarker.gene, key)
            ):
                found[match.finding] = match
    return found


def _works_elsewhere(knowledge: Knowledge, gene: str, key: tuple[str, ...]) -> bool:
    """Whether a drug is well founded with other alterations of a gene: one that aims at them."""
    facts = knowledge.by_gene.get(gene, ())
    return any(
        fact.key == key
        and fact.direction in FOR
        and any(one.gene == gene and one.kind is not Kind.WILD_TYPE for one in fact.anyof)
        and (fact.level is Level.A or fact.ema or fact.fda)
        for fact in facts
    )


def is_too_general(match: Match, broken: Mapping[Finding, Match]) -> bool:
    """Whether a fact is of a gene at large, and the person's alteration of it is a broken one."""
    return match.fact.direction in FOR and match.fit is Fit.ANY and match.finding in broken


def excluded_general(general: Match, broken: Mapping[Finding, Match], person: Person) -> Exclusion:
    """Say of a therapy that only facts too general speak for it, and what breaks them."""
    assert general.finding is not None
    against = broken[general.finding]
    values: dict[str, str | float] = {
        "biomarker": general.finding.written,
        "gene": general.finding.biomarker.gene,
        "therapy": against.fact.therapy,
    }
    step = Remark("therapy.excluded-general", values)
    return Exclusion(general.fact.therapy, step, evidence_of([against], person))
