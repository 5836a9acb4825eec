"""One option, with each step of the ranking as it went and all that speaks against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.core.remark import Remark
from bedside_dx.core.therapy import Direction, Option
from bedside_dx.therapy.approvals import HERE, LATER_LINE, approval_rank, authorities
from bedside_dx.therapy.tiers import amp_tier, escat_tier
from bedside_dx.therapy.weighing import AGAINST, FOR, best_founded, evidence_of, named, strength

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bedside_dx.therapy.matching import Match, Person


def option_of(
    place: int, best: Match, group: Sequence[Match], person: Person, superseded: Remark | None
) -> Option:
    """Make an option of the best of the matches that speak for it, and all of its group."""
    speaking = [m for m in group if m.fact.direction in FOR and not m.unmet]
    founded = best_founded(best, group, person)
    approval = authorities(speaking, person)
    escat = escat_tier(founded)
    needs = tuple(dict.fromkeys((*best.open, *founded.open)))
    why = [*_steps(best, founded, person, place), *_notes(speaking), *_against(group)]
    why += _out_of_reach(best, group, person)
    why += [Remark("therapy.why-needs", {"need": need}) for need in needs]
    if superseded is not None:
        why.append(superseded)
    tier = amp_tier(founded)
    why.append(Remark("therapy.why-tier", {"amp": tier, "escat": escat}))
    return Option(
        therapy=best.fact.therapy,
        direction=Direction.SENSITIVITY,
        level=founded.fact.level,
        tier=tier,
        escat=escat,
        tumour_match=founded.tumour,
        approval=approval,
        evidence=evidence_of(speaking, person),
        why=tuple(why),
        needs=needs,
    )


def _steps(best: Match, founded: Match, person: Person, place: int) -> list[Remark]:
    """Each step of the ranking, as it went for this option."""
    fact, approved = founded.fact, best.fact
    codes = ("ema", "fda", "approved", "later-line", "other-line", "not-approved")
    steps = [
        Remark("therapy.why-place", {"place": place}),
        Remark("therapy.why-biomarker", {"biomarker": named(founded)})
        if founded.finding
        else Remark("therapy.why-no-biomarker"),
        Remark(
            f"therapy.why-{codes[approval_rank(best, person)]}",
            {"lines": approved.ema or approved.fda},
        ),
        Remark("therapy.why-level", {"level": fact.level.name}),
        Remark(
            f"therapy.why-tumour-{founded.tumour.word}", {"tumour": fact.tumour_name or fact.tumour}
        ),
        Remark("therapy.why-rating", {"rating": fact.rating})
        if fact.rating
        else Remark("therapy.why-unrated"),
    ]
    if fact.reviewed is not None:
        steps.append(Remark("therapy.why-date", {"day": fact.reviewed.isoformat()}))
    return steps


def _notes(speaking: Sequence[Match]) -> list[Remark]:
    """What the packs add to the facts about this tumour: conditions of an approval, for one."""
    notes = dict.fromkeys(m.fact.note for m in speaking if m.tumour in HERE and m.fact.note)
    return [Remark("therapy.why-note", {"note": note}) for note in notes]


def _out_of_reach(best: Match, group: Sequence[Match], person: Person) -> list[Remark]:
    """What a stated approval asks for and is not so, where no other approval holds."""
    if approval_rank(best, person) < LATER_LINE:
        return []
    stated = (m for m in group if m.tumour in HERE and (m.fact.ema or m.fact.fda))
    needs = dict.fromkeys(need for m in stated for need in m.unmet)
    return [Remark("therapy.why-beyond-approval", {"need": ", ".join(needs)})] if needs else []


def _against(group: Sequence[Match]) -> list[Remark]:
    """What speaks against an option and did not exclude it."""
    found = [m for m in group if m.fact.direction in (*AGAINST, Direction.ADVERSE) and not m.unmet]
    found.sort(key=strength)
    return [
        Remark(
            f"therapy.why-{m.fact.direction}",
            {
                "biomarker": named(m),
                "level": m.fact.level.name,
                "tumour": m.fact.tumour_name or m.fact.tumour,
                "id": m.fact.source_id,
                "source": m.fact.source,
            },
        )
        for m in found[:3]
    ]
