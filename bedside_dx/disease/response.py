"""RECIST 1.1 by its exact rules.

Eisenhauer et al., Eur J Cancer 2009;45:228-247. Sums are those of the targets' diameters, the
nadir is the smallest sum on study with baseline included, and PD wins over everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bedside_dx.core.response import LesionState, Response, ResponseCourse, VisitResponse
from bedside_dx.disease.lesion_sizes import (
    check_lesions,
    counted_mm,
    is_cleared,
    reading_at,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bedside_dx.core.response import Lesion, LesionCourse, Reading

SMALLER, LARGER, LEAST_GROWTH_MM = 0.30, 0.20, 5.0
"""PR: this share below baseline. PD: this share above the nadir, and so many mm."""

EXACT = 1e-9
"""Sums of decimals that differ by less are equal (30 % of 33.3 is 9.99)."""

CONFIRMING_DAYS = 28.0
"""CR and PR are confirmed no earlier than 4 weeks after."""

LEAST_STABLE_DAYS = 42.0
"""SD counts as a best response from so long after baseline on."""

WORSE = (LesionState.PROGRESSION, LesionState.FURTHER)


def judge_sum(
    baseline_mm: float, nadir_mm: float, current_mm: float, *, is_cleared: bool
) -> Response:
    """Response of the targets where all of them were assessed.

    Parameters
    ----------
    nadir_mm
        Smallest sum before, baseline included.
    is_cleared
        Every target is gone and every target node below 10 mm short axis.
    """
    if has_grown(nadir_mm, current_mm):
        return Response.PD
    if is_cleared:
        return Response.CR
    if current_mm <= (1 - SMALLER) * baseline_mm + EXACT:
        return Response.PR
    return Response.SD


def has_grown(nadir_mm: float, current_mm: float) -> bool:
    """Whether a sum is 20 % **and** 5 mm above the nadir."""
    growth = current_mm - nadir_mm
    return growth >= LARGER * nadir_mm - EXACT and growth >= LEAST_GROWTH_MM - EXACT


def overall_response(
    target: Response | None, non_target: Response | None, *, has_new: bool
) -> Response:
    """Response of a visit from its parts; None where there are no such lesions."""
    if has_new or Response.PD in (target, non_target):
        return Response.PD
    if target is None:
        return non_target or Response.NE
    if target is Response.CR and non_target not in (None, Response.CR):
        return Response.PR
    return target


@dataclass(frozen=True, slots=True)
class _SoFar:
    """What later visits are compared with."""

    baseline_mm: float | None
    nadir_mm: float | None
    was_cleared: bool = False


def judge_response(course: LesionCourse, *, units_checked: bool = False) -> ResponseCourse:
    """Judge every visit of a patient, and all of them together.

    Raises
    ------
    CourseError
        See `bedside_dx.disease.lesion_sizes.check_lesions`.
    """
    check_lesions(course, units_checked=units_checked)
    targets = [lesion for lesion in course.lesions if lesion.is_target]
    baseline = _sum(targets, course.baseline)
    so_far = _SoFar(baseline, baseline)
    visits: list[VisitResponse] = []
    for day in course.days[1:]:
        visit = _judge_visit(course, targets, day, so_far)
        visits.append(visit)
        if visit.sum_mm is not None and so_far.nadir_mm is not None:
            cleared = so_far.was_cleared or visit.target is Response.CR
            so_far = _SoFar(baseline, min(so_far.nadir_mm, visit.sum_mm), was_cleared=cleared)
    return ResponseCourse(
        patient=course.patient,
        baseline_day=course.baseline,
        baseline_mm=baseline,
        visits=tuple(visits),
        best=best_response(visits, course.baseline),
        best_confirmed=best_response(visits, course.baseline, confirmed=True),
        progression_day=next((v.day for v in visits if v.overall is Response.PD), None),
    )


def _judge_visit(
    course: LesionCourse, targets: Sequence[Lesion], day: float, so_far: _SoFar
) -> VisitResponse:
    total = _sum(targets, day)
    target = _target_response(targets, day, so_far) if targets else None
    non_target = _non_target_response(course, day)
    new = new_lesions(course, day)
    return VisitResponse(
        day=day,
        sum_mm=total,
        nadir_mm=so_far.nadir_mm,
        from_baseline=_change(so_far.baseline_mm, total),
        from_nadir=_change(so_far.nadir_mm, total),
        target=target,
        non_target=non_target,
        new_lesions=new,
        overall=overall_response(target, non_target, has_new=bool(new)),
    )


def _sum(targets: Sequence[Lesion], day: float) -> float | None:
    """Sum of diameters, mm; None without targets or where one was not assessed."""
    sizes = [counted_mm(lesion, reading_at(lesion, day)) for lesion in targets]
    known = [size for size in sizes if size is not None]
    return sum(sorted(known)) if known and len(known) == len(sizes) else None


def _target_response(targets: Sequence[Lesion], day: float, so_far: _SoFar) -> Response:
    assert so_far.baseline_mm is not None
    assert so_far.nadir_mm is not None
    readings = [(lesion, reading_at(lesion, day)) for lesion in targets]
    seen = [(lesion, reading) for lesion, reading in readings if reading is not None]
    current = sum(sorted(counted_mm(lesion, reading) or 0.0 for lesion, reading in seen))
    if so_far.was_cleared and any(_is_back(lesion, reading) for lesion, reading in seen):
        return Response.PD
    if len(seen) < len(readings):
        # What was seen may show progression whatever the others are.
        return Response.PD if has_grown(so_far.nadir_mm, current) else Response.NE
    cleared = all(is_cleared(lesion, reading) for lesion, reading in seen)
    return judge_sum(so_far.baseline_mm, so_far.nadir_mm, current, is_cleared=cleared)


def _is_back(lesion: Lesion, reading: Reading) -> bool:
    """Whether a lesion reappeared after complete response; nodes have to grow by the sum."""
    return not lesion.is_node and not is_cleared(lesion, reading)


def _non_target_response(course: LesionCourse, day: float) -> Response | None:
    lesions = [x for x in course.lesions if not x.is_target and not course.is_new(x)]
    marker = course.markers_normal.get(day)
    if not lesions and not course.markers_normal:
        return None
    readings = [(lesion, reading_at(lesion, day)) for lesion in lesions]
    if any(reading is not None and reading.state in WORSE for _, reading in readings):
        return Response.PD
    if any(reading is None for _, reading in readings):
        return Response.NE
    if course.markers_normal and marker is None:
        return Response.NE
    gone = all(is_cleared(lesion, reading) for lesion, reading in readings if reading is not None)
    return Response.CR if gone and marker is not False else Response.NON_CR_NON_PD


def new_lesions(course: LesionCourse, day: float) -> tuple[str, ...]:
    """Names of the certain lesions that were not there at baseline, up to a visit.

    One that was equivocal at first counts from the visit at which it is certain.
    """
    uncounted = (LesionState.EQUIVOCAL, LesionState.NOT_ASSESSED, LesionState.GONE)
    return tuple(
        lesion.name
        for lesion in course.lesions
        if course.is_new(lesion)
        and any(at <= day and r.state not in uncounted for at, r in lesion.readings.items())
    )


def _change(before: float | None, now: float | None) -> float | None:
    return None if not before or now is None else now / before - 1


# ---------------------------------------------------------------- best overall response

RANKS = (Response.CR, Response.PR, Response.SD, Response.NON_CR_NON_PD, Response.PD, Response.NE)


def best_response(
    visits: Sequence[VisitResponse], baseline_day: float, *, confirmed: bool = False
) -> Response:
    """Best overall response until progression.

    SD and non-CR/non-PD count from 6 weeks after baseline on.

    Parameters
    ----------
    confirmed
        CR counts where the next assessed visits are CR until one at least 4 weeks later; PR
        where a later visit before progression, at least 4 weeks on, is PR or CR. An unconfirmed
        one is SD where it comes 6 weeks after baseline or later, else NE.
    """
    until = _until_progression(visits)
    claims = [
        _claim(until, at, baseline_day, confirmed=confirmed and v.overall in RANKS[:2])
        for at, v in enumerate(until)
    ]
    return min(claims, key=RANKS.index, default=Response.NE)


def _until_progression(visits: Sequence[VisitResponse]) -> Sequence[VisitResponse]:
    ends = [at for at, v in enumerate(visits) if v.overall is Response.PD]
    return visits[: ends[0] + 1] if ends else visits


def _claim(
    visits: Sequence[VisitResponse], at: int, baseline_day: float, *, confirmed: bool
) -> Response:
    """What one visit can claim as the best response."""
    here, later = visits[at], visits[at + 1 :]
    is_lasting = here.day - baseline_day >= LEAST_STABLE_DAYS
    if here.overall in (Response.SD, Response.NON_CR_NON_PD):
        return here.overall if is_lasting else Response.NE
    if not confirmed:
        return here.overall
    if here.overall is Response.CR and _is_upheld(here, later, (Response.CR,), (Response.NE,)):
        return Response.CR
    between = (Response.SD, Response.NE)
    if _is_upheld(here, later, (Response.PR, Response.CR), between):
        return Response.PR
    return Response.SD if is_lasting else Response.NE


def _is_upheld(
    here: VisitResponse,
    later: Sequence[VisitResponse],
    upholding: tuple[Response, ...],
    between: tuple[Response, ...],
) -> bool:
    """Whether a visit at least 4 weeks on says the same, with nothing against it before."""
    for visit in later:
        if visit.overall in upholding and visit.day - here.day >= CONFIRMING_DAYS:
            return True
        if visit.overall not in upholding + between:
            return False
    return False
