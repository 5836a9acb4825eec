"""A regulator's approval, as far as it reaches a person: in which tumour, for which line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bedside_dx.core.therapy import Authority, TumourMatch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bedside_dx.therapy.matching import Match, Person

HERE = (TumourMatch.SAME, TumourMatch.PARENT)
"""A fact is about a person's tumour, or about a class that holds it."""
LATER_LINE, NO_APPROVAL = 3, 5
"""Ranks of an approval from which on none holds; see `approval_rank`."""


def approval_rank(match: Match, person: Person) -> int:
    """0 EMA, 1 FDA, 2 by whom is not said, 3 later line, 4 another line, 5 not here.

    3 is where a person's line was not stated and the approval is for later lines only.
    """
    fact = match.fact
    if match.tumour not in HERE:
        return NO_APPROVAL
    if _in_line(fact.ema, person.line):
        return 0
    if _in_line(fact.fda, person.line):
        return 1
    if fact.approved:
        return 2
    if not fact.ema and not fact.fda:
        return NO_APPROVAL
    return LATER_LINE + (person.line > 0)


def _in_line(lines: str, line: int) -> bool:
    """Whether an approval covers a line of therapy.

    Where the line was not stated (0) it may be the first, so that one for later lines does not.
    """
    if not lines:
        return False
    if lines == "any":
        return True
    least = int(lines.rstrip("+"))
    if line == 0:
        return least == 1
    return line >= least if lines.endswith("+") else line == least


def _may_reach(lines: str, line: int) -> bool:
    """Whether there is an approval that covers a line, or may where the line was not stated."""
    return bool(lines) if line == 0 else _in_line(lines, line)


def overruled(group: Sequence[Match], person: Person) -> list[Match]:
    """Take an approval by nobody in particular for none where the stated ones don't reach here.

    A pack that says only "approved" knows neither line nor conditions. Where another says by whom,
    for which line and under which conditions, and none of these is so in a person, that stands.
    """
    stated = [m for m in group if m.tumour in HERE and (m.fact.ema or m.fact.fda)]
    if any(not m.unmet and approval_rank(m, person) < LATER_LINE for m in stated):
        return list(group)
    genes = {one.gene for m in stated for one in m.fact.anyof}
    return [
        replace(m, fact=replace(m.fact, approved=False))
        if m.fact.approved and any(one.gene in genes for one in m.fact.anyof)
        else m
        for m in group
    ]


def authorities(speaking: Sequence[Match], person: Person) -> tuple[Authority, ...]:
    """Who has approved a therapy for a person's tumour and, as far as is known, line."""
    here = [m for m in speaking if m.tumour in HERE]
    found: list[Authority] = []
    if any(_may_reach(m.fact.ema, person.line) for m in here):
        found.append(Authority.EMA)
    if any(_may_reach(m.fact.fda, person.line) for m in here):
        found.append(Authority.FDA)
    if not found and any(m.fact.approved for m in here):
        found.append(Authority.UNSTATED)
    return tuple(found)
