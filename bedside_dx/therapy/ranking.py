"""The order of options: lexicographic, step by step, without a hidden score.

1 exclusions, resistance included; 2 a regulator's approval in this tumour and line, EMA first, one
for later lines after the others where the line was not stated;
3 level A to E; 4 same tumour, then a related class, then any other; 5 rating; 6 date. Last, a
superseded therapy goes behind its successor.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from bedside_dx.core.remark import Remark
from bedside_dx.core.therapy import (
    Authority,
    Direction,
    Evidence,
    Exclusion,
    Finding,
    Kind,
    Level,
    Option,
    Options,
    TumourMatch,
    Unknown,
)
from bedside_dx.therapy.covering import Fit
from bedside_dx.therapy.matching import Match, Person, matches
from bedside_dx.therapy.order_first import tests_to_order
from bedside_dx.therapy.tiers import amp_tier, escat_tier, is_of_this_tumour

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bedside_dx.therapy.knowledge import Knowledge

_HERE = (TumourMatch.SAME, TumourMatch.PARENT)
_LATER_LINE, _NO_APPROVAL = 3, 5
_FOR = (Direction.SENSITIVITY,)
_AGAINST = (Direction.RESISTANCE, Direction.NO_BENEFIT)


def rank_options(knowledge: Knowledge, person: Person, unknown: Sequence[Unknown] = ()) -> Options:
    """Options for one person, best founded first, and what is excluded, with every step."""
    grouped: dict[tuple[str, ...], list[Match]] = defaultdict(list)
    for match in matches(knowledge, person):
        grouped[match.fact.key].append(match)
    grouped = defaultdict(list, {key: _overruled(group, person) for key, group in grouped.items()})
    excluded = {key: why for key, group in grouped.items() if (why := _exclusion(group, person))}
    broken = _broken(knowledge, {key: grouped[key] for key in excluded})
    kept: dict[tuple[str, ...], tuple[Match, list[Match]]] = {}
    for key, whole in grouped.items():
        if key in excluded:
            continue
        group = [m for m in whole if not _is_too_general(m, broken)]
        speaking = [m for m in group if m.fact.direction in _FOR and not m.unmet]
        if len(group) < len(whole) and not speaking:
            general = next(m for m in whole if _is_too_general(m, broken))
            excluded[key] = _excluded_general(general, broken, person)
            continue
        if speaking:
            kept[key] = (min(speaking, key=lambda m: _order(m, person)), group)
    order = sorted(kept, key=lambda key: (_placing(*kept[key], person), key))
    order, moved = _behind_successors(order, kept, knowledge)
    options = [
        _option(at, kept[key][0], kept[key][1], person, moved.get(key))
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


# ------------------------------------------------------------------ 1 exclusions


def _exclusion(group: Sequence[Match], person: Person) -> Exclusion | None:
    """Why a therapy is no option, if it is none."""
    speaking = [m for m in group if m.fact.direction in _FOR and not m.unmet]
    against = [
        m for m in group
        if m.fact.direction in _AGAINST and not m.unmet and not m.open
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
    unmet = [m for m in group if m.fact.direction in _FOR and m.unmet and m.tumour in _HERE]
    if unmet:
        return _excluded("therapy.excluded-unmet", unmet, person)
    if against:
        return _excluded("therapy.excluded-no-benefit", against, person)
    return None


def _outweighs(resistant: Sequence[Match], speaking: Sequence[Match], person: Person) -> bool:
    """Resistance counts unless better founded evidence of sensitivity stands against it."""
    if not speaking:
        return True
    worst = min(resistant, key=_strength)
    best = min(speaking, key=_strength)
    if worst.fact.level < best.fact.level:
        return True
    clinical = worst.fact.level <= Level.C
    if clinical and worst.fit < best.fit:  # a particular alteration against the gene at large
        return True
    if worst.fact.level > best.fact.level:
        return False
    if _strength(worst)[1:3] != _strength(best)[1:3]:
        return _strength(worst) < _strength(best)
    approved = _approval_rank(min(speaking, key=lambda m: _order(m, person)), person)
    return worst.fact.rating >= best.fact.rating and approved == _NO_APPROVAL


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


def _strength(match: Match) -> tuple[int, int, int, int]:
    return (match.fact.level, match.tumour.rank, match.fit, -match.fact.rating)


def _named(match: Match) -> str:
    """The finding as it was written; the wild type as such, where a gene was looked for in vain."""
    if match.finding is None:
        return ""
    only_gene = match.finding.biomarker.kind is Kind.ANY and not match.finding.present
    if not only_gene:
        return match.finding.written
    return f"{match.finding.biomarker.gene} {Kind.WILD_TYPE}"


def _excluded(code: str, group: Sequence[Match], person: Person) -> Exclusion:
    best = min(group, key=_strength)
    fact = best.fact
    values: dict[str, str | float] = {
        "biomarker": _named(best) or fact.tumour_name,
        "level": fact.level.name,
        "need": ", ".join(best.unmet),
        "tumour": fact.tumour_name or person.tumour,
    }
    return Exclusion(fact.therapy, Remark(code, values), _evidence(group, person))


def _broken(
    knowledge: Knowledge, excluded: Mapping[tuple[str, ...], Sequence[Match]]
) -> dict[Finding, Match]:
    """Findings with which a drug fails that works with other alterations of their gene.

    What is known of the gene's alterations in general does not speak for these: T790M is an EGFR
    mutation, and drugs for EGFR mutations fail with it.
    """
    found: dict[Finding, Match] = {}
    for key, group in excluded.items():
        for match in sorted(group, key=_strength, reverse=True):
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
        and fact.direction in _FOR
        and any(one.gene == gene and one.kind is not Kind.WILD_TYPE for one in fact.anyof)
        and (fact.level is Level.A or fact.ema or fact.fda)
        for fact in facts
    )


def _is_too_general(match: Match, broken: Mapping[Finding, Match]) -> bool:
    return match.fact.direction in _FOR and match.fit is Fit.ANY and match.finding in broken


def _excluded_general(general: Match, broken: Mapping[Finding, Match], person: Person) -> Exclusion:
    assert general.finding is not None
    against = broken[general.finding]
    values: dict[str, str | float] = {
        "biomarker": general.finding.written,
        "gene": general.finding.biomarker.gene,
        "therapy": against.fact.therapy,
    }
    step = Remark("therapy.excluded-general", values)
    return Exclusion(general.fact.therapy, step, _evidence([against], person))


# ------------------------------------------------------------------ 2 to 6 the order


def _order(match: Match, person: Person) -> tuple[float, ...]:
    """Steps 2 to 6 as numbers, the smaller the better."""
    fact = match.fact
    reviewed = fact.reviewed or date.min
    return (
        _approval_rank(match, person), fact.level, match.tumour.rank, -fact.rating,
        -reviewed.toordinal(), len(match.open), match.fit,
    )  # fmt: skip


def _placing(best: Match, group: Sequence[Match], person: Person) -> tuple[float, ...]:
    founded = _founded(best, group, person)
    return (_approval_rank(best, person), *_order(founded, person)[1:])


def _founded(best: Match, group: Sequence[Match], person: Person) -> Match:
    """The best founded fact of an option about this tumour.

    One fact may state the approval and another be the better founded: the approval of the one does
    not take the level of the other away.
    """
    if _approval_rank(best, person) == _NO_APPROVAL:
        return best
    here = [
        m for m in group
        if m.fact.direction in _FOR and not m.unmet and is_of_this_tumour(m.fact, m.tumour)
    ]  # fmt: skip
    return min(here, key=lambda m: _order(m, person)[1:])


def _overruled(group: Sequence[Match], person: Person) -> list[Match]:
    """Take an approval by nobody in particular for none where the stated ones don't reach here.

    A pack that says only "approved" knows neither line nor conditions. Where another says by whom,
    for which line and under which conditions, and none of these is so in a person, that stands.
    """
    stated = [m for m in group if m.tumour in _HERE and (m.fact.ema or m.fact.fda)]
    if any(not m.unmet and _approval_rank(m, person) < _LATER_LINE for m in stated):
        return list(group)
    genes = {one.gene for m in stated for one in m.fact.anyof}
    return [
        replace(m, fact=replace(m.fact, approved=False))
        if m.fact.approved and any(one.gene in genes for one in m.fact.anyof)
        else m
        for m in group
    ]


def _approval_rank(match: Match, person: Person) -> int:
    """0 EMA, 1 FDA, 2 by whom is not said, 3 later line, 4 another line, 5 not here.

    3 is where a person's line was not stated and the approval is for later lines only.
    """
    fact = match.fact
    if match.tumour not in _HERE:
        return _NO_APPROVAL
    if _in_line(fact.ema, person.line):
        return 0
    if _in_line(fact.fda, person.line):
        return 1
    if fact.approved:
        return 2
    if not fact.ema and not fact.fda:
        return _NO_APPROVAL
    return _LATER_LINE + (person.line > 0)


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


def _behind_successors(
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
    ids = {(m.fact.pack, m.fact.id) for m in kept[key][1] if m.tumour in _HERE}
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


# ------------------------------------------------------------------ one option


def _option(
    place: int, best: Match, group: Sequence[Match], person: Person, superseded: Remark | None
) -> Option:
    speaking = [m for m in group if m.fact.direction in _FOR and not m.unmet]
    founded = _founded(best, group, person)
    approval = _authorities(speaking, person)
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
        evidence=_evidence(speaking, person),
        why=tuple(why),
        needs=needs,
    )


def _may_reach(lines: str, line: int) -> bool:
    """Whether there is an approval that covers a line, or may where the line was not stated."""
    return bool(lines) if line == 0 else _in_line(lines, line)


def _authorities(speaking: Sequence[Match], person: Person) -> tuple[Authority, ...]:
    here = [m for m in speaking if m.tumour in _HERE]
    found: list[Authority] = []
    if any(_may_reach(m.fact.ema, person.line) for m in here):
        found.append(Authority.EMA)
    if any(_may_reach(m.fact.fda, person.line) for m in here):
        found.append(Authority.FDA)
    if not found and any(m.fact.approved for m in here):
        found.append(Authority.UNSTATED)
    return tuple(found)


def _steps(best: Match, founded: Match, person: Person, place: int) -> list[Remark]:
    """Each step of the ranking, as it went for this option."""
    fact, approved = founded.fact, best.fact
    codes = ("ema", "fda", "approved", "later-line", "other-line", "not-approved")
    steps = [
        Remark("therapy.why-place", {"place": place}),
        Remark("therapy.why-biomarker", {"biomarker": _named(founded)})
        if founded.finding
        else Remark("therapy.why-no-biomarker"),
        Remark(
            f"therapy.why-{codes[_approval_rank(best, person)]}",
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
    notes = dict.fromkeys(m.fact.note for m in speaking if m.tumour in _HERE and m.fact.note)
    return [Remark("therapy.why-note", {"note": note}) for note in notes]


def _out_of_reach(best: Match, group: Sequence[Match], person: Person) -> list[Remark]:
    """What a stated approval asks for and is not so, where no other approval holds."""
    if _approval_rank(best, person) < _LATER_LINE:
        return []
    stated = (m for m in group if m.tumour in _HERE and (m.fact.ema or m.fact.fda))
    needs = dict.fromkeys(need for m in stated for need in m.unmet)
    return [Remark("therapy.why-beyond-approval", {"need": ", ".join(needs)})] if needs else []


def _against(group: Sequence[Match]) -> list[Remark]:
    """What speaks against an option and did not exclude it."""
    found = [m for m in group if m.fact.direction in (*_AGAINST, Direction.ADVERSE) and not m.unmet]
    found.sort(key=_strength)
    return [
        Remark(
            f"therapy.why-{m.fact.direction}",
            {
                "biomarker": _named(m),
                "level": m.fact.level.name,
                "tumour": m.fact.tumour_name or m.fact.tumour,
                "id": m.fact.source_id,
                "source": m.fact.source,
            },
        )
        for m in found[:3]
    ]


def _evidence(group: Sequence[Match], person: Person) -> tuple[Evidence, ...]:
    ordered = sorted(
        group, key=lambda m: (m.fact.level, m.tumour.rank, -m.fact.rating, _order(m, person))
    )
    rows = (Evidence(m.fact.source, m.fact.source_id, m.fact.pmid) for m in ordered)
    return tuple(dict.fromkeys(rows))


def _disagree(one: Match, other: Match) -> bool:
    """Whether two facts are about the same finding; a gene at large is not one of its changes."""
    return one.finding == other.finding and (one.fit is Fit.ANY) == (other.fit is Fit.ANY)


def _conflicts(grouped: Mapping[tuple[str, ...], Sequence[Match]]) -> tuple[Remark, ...]:
    """Therapies of which one pack says that they work and another that they do not, here."""
    steps: list[Remark] = []
    for group in grouped.values():
        here = [m for m in group if m.tumour in _HERE and not m.unmet]
        speaking = [m for m in here if m.fact.direction in _FOR]
        refusing = [m for m in here if m.fact.direction in _AGAINST]
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
