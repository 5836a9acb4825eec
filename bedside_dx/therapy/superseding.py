"""A superseded therapy goes behind its successor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.core.remark import Remark
from bedside_dx.therapy.approvals import HERE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bedside_dx.therapy.knowledge import Knowledge
    from bedside_dx.therapy.matching import Match


def behind_successors(
    order: Sequence[tuple[str, ...]],
    kept: Mapping[tuple[str, ...], tuple[Match, list[Match]]],
    knowledge: Knowledge,
) -> tuple[list[tuple[str, ...]], dict[tuple[str, ...], Remark]]:
    """Put each superseded therapy directly behind the last of its successors that is an option."""
    placed = list(order)
    moved: dict[tuple[str, ...], Remark] = {}
    for _ in placed:  # a successor may be superseded itself
        changed = False
        for key in order:
            after = _successors(key, kept, knowledge)
            last = max((placed.index(other) for other in after), default=-1)
            if after:
                moved[key] = _superseded(key, kept, knowledge)
            if last > placed.index(key):
                placed.insert(last, placed.pop(placed.index(key)))
                changed = True
        if not changed:
            break
    return placed, moved


def _successors(
    key: tuple[str, ...],
    kept: Mapping[tuple[str, ...], tuple[Match, list[Match]]],
    knowledge: Knowledge,
) -> list[tuple[str, ...]]:
    ids = {(m.fact.pack, m.fact.id) for m in kept[key][1] if m.tumour in HERE}
    return [
        drugs
        for fact in knowledge.successors.get(key, ())
        if (fact.pack, fact.id) in ids
        for name in fact.superseded_by
        if (drugs := tuple(sorted(d.strip().casefold() for d in name.split("+")))) in kept
        and drugs != key
    ]


def _superseded(
    key: tuple[str, ...],
    kept: Mapping[tuple[str, ...], tuple[Match, list[Match]]],
    knowledge: Knowledge,
) -> Remark:
    ids = {(m.fact.pack, m.fact.id) for m in kept[key][1]}
    facts = [f for f in knowledge.successors[key] if (f.pack, f.id) in ids]
    names = ", ".join(dict.fromkeys(name for fact in facts for name in fact.superseded_by))
    source = ", ".join(dict.fromkeys(fact.superseded_source for fact in facts))
    return Remark("therapy.why-superseded", {"successor": names, "source": source})
