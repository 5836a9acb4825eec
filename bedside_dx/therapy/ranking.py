"""The order of options: lexicographic, step by step, without a hidden score.

1 exclusions, resistance included (`excluding`); 2 a regulator's approval in this tumour and line
(`approvals`), EMA first, one for later lines after the others where the line was not stated;
3 level A to E; 4 same tumour, then a related class, then any other; 5 rating; 6 date (`weighing`).
Last, a superseded therapy goes behind its successor (`superseding`).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from bedside_dx.core.remark import Remark
from bedside_dx.core.therapy import Options
from bedside_dx.therapy.approvals import HERE, overruled
from bedside_dx.therapy.covering import Fit
from bedside_dx.therapy.excluding import (
    broken_findings,
    excluded_general,
    exclusion,
    is_too_general,
)
from bedside_dx.therapy.explaining import option_of
from bedside_dx.therapy.matching import matches
from bedside_dx.therapy.order_first import tests_to_order
from bedside_dx.therapy.superseding import behind_successors
from bedside_dx.therapy.weighing import AGAINST, FOR, order_of, placing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bedside_dx.core.therapy import Unknown
    from bedside_dx.therapy.knowledge import Knowledge
    from bedside_dx.therapy.matching import Match, Person


def rank_options(knowledge: Knowledge, person: Person, unknown: Sequence[Unknown] = ()) -> Options:
    """Options for one person, best founded first, and what is excluded, with every step."""
    grouped = _groups(knowledge, person)
    excluded = {key: why for key, group in grouped.items() if (why := exclusion(group, person))}
    broken = broken_findings(knowledge, {key: grouped[key] for key in excluded})
    kept: dict[tuple[str, ...], tuple[Match, list[Match]]] = {}
    for key, whole in grouped.items():
        if key in excluded:
            continue
        group = [m for m in whole if not is_too_general(m, broken)]
        speaking = [m for m in group if m.fact.direction in FOR and not m.unmet]
        if len(group) < len(whole) and not speaking:
            general = next(m for m in whole if is_too_general(m, broken))
            excluded[key] = excluded_general(general, broken, person)
            continue
        if speaking:
            kept[key] = (min(speaking, key=lambda m: order_of(m, person)), group)
    order = sorted(kept, key=lambda key: (placing(*kept[key], person), key))
    order, moved = behind_successors(order, kept, knowledge)
    options = [
        option_of(at, kept[key][0], kept[key][1], person, moved.get(key))
        for at, key in enumerate(order, 1)
    ]
    return Options(
        tumour=person.tumour,
        tumour_name=knowledge.tree.name(person.tumour),
        options=tuple(options),
        excluded=tuple(sorted(excluded.values(), key=lambda e: e.therapy.casefold())),
        order_first=tests_to_order(knowledge, person),
        unknown=tuple(unknown),
        packs=tuple(pack.info for pack in knowledge.packs),
        conflicts=_conflicts(grouped),
    )


def _groups(knowledge: Knowledge, person: Person) -> dict[tuple[str, ...], list[Match]]:
    """What is known of each therapy that is about a person, approvals as far as they reach."""
    found: dict[tuple[str, ...], list[Match]] = defaultdict(list)
    for match in matches(knowledge, person):
        found[match.fact.key].append(match)
    return {key: overruled(group, person) for key, group in found.items()}


def _disagree(one: Match, other: Match) -> bool:
    """Whether two facts are about the same finding; a gene at large is not one of its changes."""
    return one.finding == other.finding and (one.fit is Fit.ANY) == (other.fit is Fit.ANY)


def _conflicts(grouped: Mapping[tuple[str, ...], Sequence[Match]]) -> tuple[Remark, ...]:
    """Therapies of which one pack says that they work and another that they do not, here."""
    steps: list[Remark] = []
    for group in grouped.values():
        here = [m for m in group if m.tumour in HERE and not m.unmet]
        speaking = [m for m in here if m.fact.direction in FOR]
        refusing = [m for m in here if m.fact.direction in AGAINST]
        pairs = [(one, other) for one in speaking for other in refusing if _disagree(one, other)]
        for_ = {one.fact.pack for one, _ in pairs}
        against = {other.fact.pack for _, other in pairs}
        if for_ and against:
            steps.append(
                Remark(
                    "therapy.conflict",
                    {
                        "therapy": group[0].fact.therapy,
                        "speaking": ", ".join(sorted(for_)),
                        "against": ", ".join(sorted(against)),
                    },
                )
            )
    return tuple(steps)
