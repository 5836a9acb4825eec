"""iRECIST: under immunotherapy progression is unconfirmed until a later visit confirms it.

Seymour et al., Lancet Oncol 2017;18:e143-e152. A visit 4 weeks or more after the unconfirmed
progression confirms it where the disease grew on; where the tumour shrinks again instead, the
course goes on and the next progression has to be confirmed anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bedside_dx.core.response import ImmuneResponse, LesionState, Response
from bedside_dx.disease.lesion_sizes import counted_mm, reading_at
from bedside_dx.disease.response import (
    CONFIRMING_DAYS,
    EXACT,
    LEAST_GROWTH_MM,
    LEAST_STABLE_DAYS,
    judge_response,
    new_lesions,
    overall_response,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bedside_dx.core.response import LesionCourse, ResponseCourse, VisitResponse

LATE_DAYS = 56.0
"""Progression should be confirmed within 8 weeks; later it is confirmed, and said to be late."""

IMMUNE = {
    Response.CR: ImmuneResponse.ICR,
    Response.PR: ImmuneResponse.IPR,
    Response.SD: ImmuneResponse.ISD,
    Response.PD: ImmuneResponse.IUPD,
    Response.NE: ImmuneResponse.NE,
    Response.NON_CR_NON_PD: ImmuneResponse.NON_ICR_NON_IUPD,
}
RANKS = (
    ImmuneResponse.ICR, ImmuneResponse.IPR, ImmuneResponse.ISD, ImmuneResponse.NON_ICR_NON_IUPD,
    ImmuneResponse.IUPD, ImmuneResponse.ICPD, ImmuneResponse.NE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A progression that waits for its confirmation.

    Attributes
    ----------
    since
        Day of the iUPD.
    seen
        The visit at which it was seen first: what must be worse.
    """

    since: float
    seen: VisitResponse


@dataclass(frozen=True, slots=True)
class _State:
    """Where a course stands between two visits.

    Attributes
    ----------
    waiting
        None where no progression waits.
    known_new
        New lesions of progressions that were not confirmed: they count no more as new.
    confirmed
        Day of the iUPD that was confirmed; None without.
    """

    waiting: _Waiting | None = None
    known_new: frozenset[str] = frozenset()
    confirmed: float | None = None


def judge_immune_response(course: LesionCourse, *, units_checked: bool = False) -> ResponseCourse:
    """Judge every visit by RECIST 1.1 and by iRECIST.

    Raises
    ------
    CourseError
        See `bedside_dx.disease.lesion_sizes.check_lesions`.
    """
    plain = judge_response(course, units_checked=units_checked)
    visits: list[VisitResponse] = []
    state = _State()
    for visit in plain.visits:
        before = state
        immune, state = _judge(course, visit, before)
        is_first = before.confirmed is None and state.confirmed is not None
        late = is_first and visit.day - (state.confirmed or 0.0) > LATE_DAYS
        visits.append(replace(visit, immune=immune, confirmed_late=late))
    return replace(
        plain,
        visits=tuple(visits),
        immune_best=_best(visits, course.baseline),
        immune_progression_day=state.confirmed,
    )


def _judge(
    course: LesionCourse, visit: VisitResponse, state: _State
) -> tuple[ImmuneResponse, _State]:
    """Judge one visit, and say where the course stands after it."""
    if state.confirmed is not None:
        return ImmuneResponse.ICPD, state
    if state.waiting is None:
        return _judge_freely(course, visit, state)
    if not _is_worse(course, state.waiting.seen, visit):
        return _judge_unworsened(course, visit, state)
    if visit.day - state.waiting.since < CONFIRMING_DAYS:
        return ImmuneResponse.IUPD, state
    return ImmuneResponse.ICPD, replace(state, confirmed=state.waiting.since)


def _judge_freely(
    course: LesionCourse, visit: VisitResponse, state: _State
) -> tuple[ImmuneResponse, _State]:
    """Judge a visit while no progression waits for its confirmation."""
    now = _without(visit, state.known_new, still_there=_new_is_there(course, visit.day))
    if now is Response.PD:
        return ImmuneResponse.IUPD, replace(state, waiting=_Waiting(visit.day, visit))
    return IMMUNE[now], state


def _judge_unworsened(
    course: LesionCourse, visit: VisitResponse, state: _State
) -> tuple[ImmuneResponse, _State]:
    """Judge a visit that did not confirm: progression stands unconfirmed, or it is better again.

    A new lesion that is still there keeps it standing unless the targets respond.
    """
    still_there = _new_is_there(course, visit.day)
    now = _without(visit, frozenset(visit.new_lesions), still_there=still_there)
    if now is Response.NE:
        return ImmuneResponse.NE, state
    if now is Response.PD or (still_there and visit.target not in (Response.CR, Response.PR)):
        return ImmuneResponse.IUPD, state
    return IMMUNE[now], _State(known_new=frozenset(visit.new_lesions))


def _without(visit: VisitResponse, known: frozenset[str], *, still_there: bool) -> Response:
    """Response of a visit where new lesions that are known already do not make it PD."""
    new = bool(set(visit.new_lesions) - known)
    response = overall_response(visit.target, visit.non_target, has_new=new)
    return Response.PR if response is Response.CR and still_there else response


def _is_worse(course: LesionCourse, before: VisitResponse, now: VisitResponse) -> bool:
    """Whether the disease grew on from an unconfirmed progression."""
    return (
        bool(set(now.new_lesions) - set(before.new_lesions))
        or _growth_of_new(course, before.day, now.day) >= LEAST_GROWTH_MM - EXACT
        or _is_further(course, now.day)
        or (now.non_target is Response.PD and before.non_target is not Response.PD)
        or _targets_are_worse(before, now)
    )


def _targets_are_worse(before: VisitResponse, now: VisitResponse) -> bool:
    """Whether the targets progressed at the second visit alone, or by 5 mm more."""
    if now.target is not Response.PD:
        return False
    if before.target is not Response.PD:
        return True
    if now.sum_mm is None or before.sum_mm is None:
        return False
    return now.sum_mm - before.sum_mm >= LEAST_GROWTH_MM - EXACT


def _new_is_there(course: LesionCourse, day: float) -> bool:
    """Whether a certain new lesion was seen at a visit or up to it and not found gone since."""
    certain = new_lesions(course, day)
    latest = (
        max((at, r.state) for at, r in lesion.readings.items() if at <= day)[1]
        for lesion in course.lesions
        if lesion.name in certain
    )
    return any(state is not LesionState.GONE for state in latest)


def _growth_of_new(course: LesionCourse, before: float, now: float) -> float:
    """Growth of the new lesions that have a size at both visits, mm.

    They are never added to the targets' sum.
    """
    growth = 0.0
    for lesion in course.lesions:
        if course.is_new(lesion):
            first = counted_mm(lesion, reading_at(lesion, before))
            second = counted_mm(lesion, reading_at(lesion, now))
            if first is not None and second is not None:
                growth += second - first
    return growth


def _is_further(course: LesionCourse, day: float) -> bool:
    readings = (reading_at(lesion, day) for lesion in course.lesions)
    return any(r is not None and r.state is LesionState.FURTHER for r in readings)


def _best(visits: Sequence[VisitResponse], baseline_day: float) -> ImmuneResponse:
    """Best response until confirmed progression; an iUPD before does not end it."""
    claims: list[ImmuneResponse] = []
    for visit in visits:
        assert visit.immune is not None
        stable = visit.immune in (ImmuneResponse.ISD, ImmuneResponse.NON_ICR_NON_IUPD)
        early = stable and visit.day - baseline_day < LEAST_STABLE_DAYS
        claims.append(ImmuneResponse.NE if early else visit.immune)
        if visit.immune is ImmuneResponse.ICPD:
            break
    return min(claims, key=RANKS.index, default=ImmuneResponse.NE)
