"""How trials fit one person. Nothing is hidden: what is unknown is unknown, not unmet."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date

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
from bedside_dx.therapy.tumour_names import any_kind_of

OLD_DAYS = 366
"""From so many days on a pack is called old."""
GENES = {"HER2": "ERBB2", "HER-2": "ERBB2", "MSI-H": "MSI", "MSI-HIGH": "MSI", "DMMR": "MSI"}
"""Other names of a biomarker."""
ANY = ("MUTATION", "MUTATED", "POSITIVE", "ALTERATION", "REARRANGEMENT", "FUSION")
"""Words that ask for any alteration of a gene, or name its kind."""


def match_trials(candidate: Candidate, packs: Sequence[TrialPack], today: date) -> Matches:
    """Judge every trial of the packs.

    Those without an unmet criterion come first, by how little is still missing; then those with
    unmet ones, by how many. Every trial is there.
    """
    matches = [
        Match(trial, pack.name, _judged(trial, candidate))
        for pack in packs
        for trial in pack.trials
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


def _judged(trial: Trial, candidate: Candidate) -> tuple[Judged, ...]:
    return tuple(Judged(one, judge(one, candidate)) for one in trial.criteria)


def judge(criterion: Criterion, candidate: Candidate) -> Fit:
    """How one criterion fits."""
    found = JUDGES[criterion.kind](criterion, candidate)
    if found is None:
        return Fit.UNKNOWN
    return Fit.MET if found is not criterion.excludes else Fit.UNMET


def _age(criterion: Criterion, candidate: Candidate) -> bool | None:
    return _between(criterion, candidate.age)


def _ecog(criterion: Criterion, candidate: Candidate) -> bool | None:
    return _between(criterion, candidate.ecog)


def _lines(criterion: Criterion, candidate: Candidate) -> bool | None:
    return _between(criterion, candidate.prior_lines)


def _between(criterion: Criterion, value: float | None) -> bool | None:
    if value is None:
        return None
    low = criterion.low is None or criterion.low <= value
    return low and (criterion.high is None or value <= criterion.high)


def _sex(criterion: Criterion, candidate: Candidate) -> bool | None:
    return None if candidate.sex is None else str(candidate.sex) in criterion.any_of


def _tumour(criterion: Criterion, candidate: Candidate) -> bool | None:
    if not candidate.tumours:
        return None
    return any_kind_of(candidate.tumours, criterion.any_of)


def _stage(criterion: Criterion, candidate: Candidate) -> bool | None:
    """IIIA is a III; a III may be a IIIA."""
    stage = candidate.stage.upper().removeprefix("STAGE").strip()
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


def _biomarker(criterion: Criterion, candidate: Candidate) -> bool | None:
    found = [_has(one, candidate) for one in criterion.any_of]
    if any(found):
        return True
    return None if None in found else False


def _has(wanted: str, candidate: Candidate) -> bool | None:
    gene, what = _marker(wanted)
    there = [_marker(one) for one in candidate.alterations]
    if any(_is(one, (gene, what)) for one in there):
        return True
    absent = [_marker(one) for one in candidate.negatives]
    if (gene, "") in absent or (gene, what) in absent:
        return False
    return None


def _is(found: tuple[str, str], wanted: tuple[str, str]) -> bool:
    if found[0] != wanted[0]:
        return False
    if found[1] == wanted[1] or not wanted[1]:
        return True
    is_mutation = re.fullmatch(r"[A-Z]\d+([A-Z*]|FS.*)|EXON .*|.*DEL.*|.*INS.*", found[1])
    return wanted[1] == "MUTATION" and is_mutation is not None


def _marker(text: str) -> tuple[str, str]:
    """Gene and alteration: "HER2-positive" is ERBB2 with anything, "p.T790M" is T790M."""
    words = re.sub(r"[\s_]+", " ", text.upper().replace("P.", "")).strip()
    gene, _, what = words.partition(" ")
    for ending in ANY:
        gene = gene.removesuffix(f"-{ending}")
    gene = GENES.get(gene, gene)
    what = what.removesuffix("S").replace("MUTATED", "MUTATION").replace("MUTANT", "MUTATION")
    if what in ("POSITIVE", "ALTERATION"):
        what = ""
    return gene, "FUSION" if what == "REARRANGEMENT" else what


def _text(criterion: Criterion, candidate: Candidate) -> None:
    """A person must read it."""


JUDGES: Mapping[Kind, Callable[[Criterion, Candidate], bool | None]] = {
    Kind.AGE: _age,
    Kind.SEX: _sex,
    Kind.TUMOUR: _tumour,
    Kind.STAGE: _stage,
    Kind.ECOG: _ecog,
    Kind.BIOMARKER: _biomarker,
    Kind.PRIOR_LINES: _lines,
    Kind.TEXT: _text,
}
