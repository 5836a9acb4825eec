"""AMP and ESCAT tiers, provisional: a tumour board confirms every one.

AMP/ASCO/CAP 2017 (PMID 27993330); ESCAT (PMID 30137196). The map from CIViC's levels is ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.core.therapy import Kind, Level, TumourMatch
from bedside_dx.therapy.tumours import ROOT

if TYPE_CHECKING:
    from bedside_dx.core.therapy import Fact
    from bedside_dx.therapy.matching import Match

WELL_RATED = 4


def is_of_this_tumour(fact: Fact, tumour: TumourMatch) -> bool:
    """Whether a fact is about a person's tumour, or was approved whatever the tumour.

    A trial in solid tumours of all kinds is no trial of this one.
    """
    if fact.tumour == ROOT and not (fact.ema or fact.fda or fact.approved):
        return False
    return tumour in (TumourMatch.SAME, TumourMatch.PARENT)


def amp_tier(match: Match) -> str:
    """Tier by AMP, ASCO and CAP."""
    level, here = match.fact.level, is_of_this_tumour(match.fact, match.tumour)
    if level is Level.A:
        return "I-A" if here else "II-C"
    if level is Level.B:
        return "I-B" if here and match.fact.rating >= WELL_RATED else "II-C"
    return "III" if level is Level.E else "II-D"


def escat_tier(match: Match) -> str:
    """Tier by ESMO's scale: only where the level and the tumour allow one; else none.

    I-A and I-B are told apart by the design of a trial, which no pack states: both are "I".
    """
    if match.fact.anyof[0].kind is Kind.NONE:
        return "–"
    here = is_of_this_tumour(match.fact, match.tumour)
    if match.fact.level is Level.A:
        return "I" if here else "III-A"
    if match.fact.level is Level.B:
        return "II" if here else "III-A"
    return "IV" if match.fact.level in (Level.C, Level.D) else "–"
