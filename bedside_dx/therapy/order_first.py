"""Tests whose results would change the list: "order this first"."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from bedside_dx.core.remark import Remark
from bedside_dx.core.therapy import Direction, Fact, Kind, Level, OrderFirst
from bedside_dx.therapy.covering import State, state
from bedside_dx.therapy.matching import needed
from bedside_dx.therapy.tiers import is_of_this_tumour

if TYPE_CHECKING:
    from bedside_dx.therapy.knowledge import Knowledge
    from bedside_dx.therapy.matching import Person

MOST = 12
_ANY = (Kind.MUTATION, Kind.ANY)
_SMALL = (Kind.CHANGE, Kind.CODON, Kind.EXON)
_NAMES = {
    "ERBB2": "HER2", "MSI": "MSI/MMR", "TMB": "TMB", "HRD": "HRD", "HR": "HR (ER, PR)",
    "HER2-low": "HER2",
}  # fmt: skip


def tests_to_order(knowledge: Knowledge, person: Person) -> tuple[OrderFirst, ...]:
    """Tests not done that well founded facts for this tumour ask for, the weightiest first.

    Counted are facts of level A or approved, in this tumour or a class that holds it.
    """
    waiting: dict[str, list[Fact]] = defaultdict(list)
    for fact in knowledge.facts:
        if not fact.tumour or not (fact.level is Level.A or fact.ema or fact.fda or fact.approved):
            continue
        if not is_of_this_tumour(fact, knowledge.tree.match(person.tumour, fact.tumour)):
            continue
        if fact.direction not in (Direction.SENSITIVITY, Direction.RESISTANCE):
            continue
        for test in _missing(knowledge, fact, person):
            waiting[test].append(fact)
    unsaid = _unsaid(knowledge, person)
    waiting |= unsaid
    order = sorted(
        waiting,
        key=lambda test: (test not in unsaid, _weight(knowledge, waiting[test], person), test),
    )
    return tuple(
        OrderFirst(test, _why(waiting[test], is_found=test in unsaid)) for test in order[:MOST]
    )


def _unsaid(knowledge: Knowledge, person: Person) -> dict[str, list[Fact]]:
    """Genes that are mutated, and nobody said how: facts about particular mutations wait for it."""
    found: dict[str, list[Fact]] = {}
    genes = {f.biomarker.gene for f in person.found if f.present and f.biomarker.kind in _ANY}
    known = {f.biomarker.gene for f in person.found if f.present and f.biomarker.kind in _SMALL}
    for gene in sorted(genes - known):
        facts = [
            fact for fact in knowledge.by_gene.get(gene, ())
            if any(one.gene == gene and one.kind in _SMALL for one in fact.anyof)
            and (fact.level is Level.A or fact.ema or fact.fda)
            and is_of_this_tumour(fact, knowledge.tree.match(person.tumour, fact.tumour))
        ]  # fmt: skip
        if facts:
            found[_name(gene)] = facts
    return found


def _missing(knowledge: Knowledge, fact: Fact, person: Person) -> list[str]:
    """Tests that decide whether a fact holds, where nothing else rules it out."""
    states = {one: state(one, person.found) for one in fact.anyof if one.kind is not Kind.NONE}
    needs = {need: needed(knowledge, need, person.found) for need in fact.requires}
    if State.ABSENT in needs.values():
        return []
    if states and State.PRESENT not in states.values() and State.UNKNOWN not in states.values():
        return []
    tests: list[str] = []
    if states and State.PRESENT not in states.values():
        tests += [_name(one.gene) for one, known in states.items() if known is State.UNKNOWN]
        touched = {f.biomarker.gene for f in person.found if f.present}
        if all(one.gene in touched for one in states):
            return []  # something else of this gene was found: it was looked at
    for need, known in needs.items():
        reading = knowledge.read(need)
        if known is State.UNKNOWN and reading is not None:
            tests += [_name(one.gene) for one in reading.biomarkers]
    return list(dict.fromkeys(tests))


def _name(gene: str) -> str:
    return _NAMES.get(gene, gene)


def _weight(knowledge: Knowledge, facts: list[Fact], person: Person) -> tuple[int, int, int, int]:
    """Opens an approved option here, by EMA first; then how close, and how many."""
    approved = min(0 if f.ema else 1 if f.fda else 2 if f.approved else 3 for f in facts)
    close = min(knowledge.tree.match(person.tumour, f.tumour).rank for f in facts)
    return (close, approved, min(f.level for f in facts), -len(facts))


def _why(facts: list[Fact], *, is_found: bool = False) -> Remark:
    opening = [f for f in facts if f.direction is Direction.SENSITIVITY]
    chosen = sorted(opening or facts, key=lambda f: (not f.ema, not (f.fda or f.approved), f.level))
    names = ", ".join(list(dict.fromkeys(fact.therapy for fact in chosen))[:4])
    level = min(fact.level for fact in chosen).name
    code = "therapy.order-opens" if opening else "therapy.order-excludes"
    code = "therapy.order-specifies" if is_found else code
    return Remark(code, {"therapies": names, "level": level})
