"""How trials fit one person. Nothing is hidden: what is unknown is unknown, not unmet."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bedside_dx.core.therapy import Finding, TumourMatch
from bedside_dx.core.trials import (
    Candidate,
    Criterion,
    Fit,
    Judged,
    Kind,
    Match,
    Matches,
    Missing,
    Trial,
    TrialPack,
)
from bedside_dx.therapy.covering import State
from bedside_dx.therapy.knowledge import Knowledge
from bedside_dx.therapy.matching import needed, read_findings
from bedside_dx.therapy.tumours import TumourTree

OLD_DAYS = 366
"""From so many days on a pack is called old."""


@dataclass(frozen=True)
class _Person:
    """A candidate, and what the packs make of the tumours and biomarkers that are stated."""

    candidate: Candidate
    knowledge: Knowledge
    found: tuple[Finding, ...]


def match_trials(
    candidate: Candidate, packs: Sequence[TrialPack], today: date, knowledge: Knowledge
) -> Matches:
    """Judge every trial of the packs.

    Those without an unmet criterion come first, by how little is still missing; then those with
    unmet ones, by how many. Every trial is there.

    Parameters
    ----------
    knowledge
        Reads the names of tumours and biomarkers.

    Raises
    ------
    TherapyError
        ``therapy.contradiction``
    """
    person = _person(candidate, knowledge)
    matches = [
        Match(trial, pack.name, _judged(trial, person)) for pack in packs for trial in pack.trials
    ]
    ordered = sorted(matches, key=_rank)
    old = tuple(pack.name for pack in packs if (today - pack.made).days >= OLD_DAYS)
    return Matches(tuple(ordered), _missing(ordered), tuple(packs), old)


def _rank(match: Match) -> tuple[int, int, str]:
    return len(match.of(Fit.UNMET)), len(match.of(Fit.UNKNOWN)), match.trial.id


def _missing(matches: Sequence[Match]) -> tuple[Missing, ...]:
    """What would settle the most trials that are still open, first."""
    waiting: dict[tuple[Kind, tuple[str, ...]], int] = {}
    for match in matches:
        if match.of(Fit.UNMET):
            continue
        for one in match.of(Fit.UNKNOWN):
            names = one.any_of if one.kind is Kind.BIOMARKER else ()
            waiting[one.kind, names] = waiting.get((one.kind, names), 0) + 1
    found = [Missing(kind, names, count) for (kind, names), count in waiting.items()]
    return tuple(sorted(found, key=lambda one: (-one.trials, one.kind, one.names)))


def _person(candidate: Candidate, knowledge: Knowledge) -> _Person:
    found, _ = read_findings(knowledge, candidate.alterations, candidate.negatives)
    return _Person(candidate, knowledge, found)


def _judged(trial: Trial, person: _Person) -> tuple[Judged, ...]:
    return tuple(Judged(one, _judge(one, person)) for one in trial.criteria)


def judge(criterion: Criterion, candidate: Candidate, knowledge: Knowledge) -> Fit:
    """How one criterion fits; raises as `match_trials`."""
    return _judge(criterion, _person(candidate, knowledge))


def _judge(criterion: Criterion, person: _Person) -> Fit:
    found = JUDGES[criterion.kind](criterion, person)
    if found is None:
        return Fit.UNKNOWN
    return Fit.MET if found is not criterion.excludes else Fit.UNMET


def _age(criterion: Criterion, person: _Person) -> bool | None:
    return _between(criterion, person.candidate.age)


def _ecog(criterion: Criterion, person: _Person) -> bool | None:
    return _between(criterion, person.candidate.ecog)


def _lines(criterion: Criterion, person: _Person) -> bool | None:
    return _between(criterion, person.candidate.prior_lines)


def _between(criterion: Criterion, value: float | None) -> bool | None:
    if value is None:
        return None
    low = criterion.low is None or criterion.low <= value
    return low and (criterion.high is None or value <= criterion.high)


def _sex(criterion: Criterion, person: _Person) -> bool | None:
    sex = person.candidate.sex
    return None if sex is None else str(sex) in criterion.any_of


def _tumour(criterion: Criterion, person: _Person) -> bool | None:
    """Unknown where a name is in no pack, or where the trial's tumour is the narrower one."""
    names = person.candidate.tumours
    if not names:
        return None
    tree = person.knowledge.tree
    found = [_is_kind_of(tree, name, other) for name in names for other in criterion.any_of]
    if any(found):
        return True
    return None if not found or None in found else False


def _is_kind_of(tree: TumourTree, name: str, other: str) -> bool | None:
    if _plain(name) == _plain(other):
        return True
    one, two = tree.find(name), tree.find(other)
    if one is None or two is None:
        return None
    match = tree.match(one.code, two.code)
    if match is TumourMatch.SUBTYPE:
        return None
    return match is not TumourMatch.OTHER


def _stage(criterion: Criterion, person: _Person) -> bool | None:
    """IIIA is a III; a III may be a IIIA."""
    stage = person.candidate.stage.upper().removeprefix("STAGE").strip()
    if not stage:
        return None
    wanted = [one.upper() for one in criterion.any_of]
    if any(stage == one or _group(stage) == one for one in wanted):
        return True
    return None if any(_group(one) == stage for one in wanted) else False


def _group(stage: str) -> str:
    """The stage without its letter: IIIA is III."""
    found = re.match(r"(IV|I{1,3}|0)", stage)
    return found.group(0) if found else stage


def _biomarker(criterion: Criterion, person: _Person) -> bool | None:
    found = [_has(one, person) for one in criterion.any_of]
    if any(found):
        return True
    return None if None in found else False


def _has(wanted: str, person: _Person) -> bool | None:
    if _plain(wanted) in map(_plain, person.candidate.alterations):
        return True
    known = needed(person.knowledge, wanted, person.found)
    return None if known is State.UNKNOWN else known is State.PRESENT


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _text(criterion: Criterion, person: _Person) -> None:
    """A person must read it."""


JUDGES: Mapping[Kind, Callable[[Criterion, _Person], bool | None]] = {
    Kind.AGE: _age,
    Kind.SEX: _sex,
    Kind.TUMOUR: _tumour,
    Kind.STAGE: _stage,
    Kind.ECOG: _ecog,
    Kind.BIOMARKER: _biomarker,
    Kind.PRIOR_LINES: _lines,
    Kind.TEXT: _text,
}
