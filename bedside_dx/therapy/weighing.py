"""Which of two facts is the better founded: steps 2 to 6 of the ranking, and strength alone."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from bedside_dx.core.therapy import Direction, Evidence, Kind
from bedside_dx.therapy.approvals import NO_APPROVAL, approval_rank
from bedside_dx.therapy.tiers import is_of_this_tumour

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bedside_dx.therapy.matching import Match, Person

FOR = (Direction.SENSITIVITY,)
AGAINST = (Direction.RESISTANCE, Direction.NO_BENEFIT)


def order_of(match: Match, person: Person) -> tuple[float, ...]:
    """Steps 2 to 6 as numbers, the smaller the better."""
    fact = match.fact
    reviewed = fact.reviewed or date.min
    return (
        approval_rank(match, person), fact.level, match.tumour.rank, -fact.rating,
        -reviewed.toordinal(), len(match.open), match.fit,
    )  # fmt: skip


def placing(best: Match, group: Sequence[Match], person: Person) -> tuple[float, ...]:
    """Make the key that options are sorted by: the best approval, then the best founded fact."""
    founded = best_founded(best, group, person)
    return (approval_rank(best, person), *order_of(founded, person)[1:])


def best_founded(best: Match, group: Sequence[Match], person: Person) -> Match:
    """The best founded fact of an option about this tumour.

    One fact may state the approval and another be the better founded: the approval of the one does
    not take the level of the other away.
    """
    if approval_rank(best, person) == NO_APPROVAL:
        return best
    here = [
        m for m in group
        if m.fact.direction in FOR and not m.unmet and is_of_this_tumour(m.fact, m.tumour)
    ]  # fmt: skip
    return min(here, key=lambda m: order_of(m, person)[1:])


def strength(match: Match) -> tuple[int, int, int, int]:
    """How well founded a fact is, whatever any regulator says, the smaller the better."""
    return (match.fact.level, match.tumour.rank, match.fit, -match.fact.rating)


def evidence_of(group: Sequence[Match], person: Person) -> tuple[Evidence, ...]:
    """Sources of a group, the best founded first, each once."""
    ordered = sorted(
        group, key=lambda m: (m.fact.level, m.tumour.rank, -m.fact.rating, order_of(m, person))
    )
    rows = (Evidence(m.fact.source, m.fact.source_id, m.fact.pmid) for m in ordered)
    return tuple(dict.fromkeys(rows))


def named(match: Match) -> str:
    """The finding as it was written; the wild type as such, where a gene was looked for in vain."""
    if match.finding is None:
        return ""
    only_gene = match.finding.biomarker.kind is Kind.ANY and not match.finding.present
    if not only_gene:
        return match.finding.written
    return f"{match.finding.biomarker.gene} {Kind.WILD_TYPE}"
