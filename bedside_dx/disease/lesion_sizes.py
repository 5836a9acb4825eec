"""What a lesion counts in a sum of diameters, and what may be a target at all (RECIST 1.1)."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from bedside_dx.core.errors import CourseError, Phrase
from bedside_dx.core.response import LesionState

if TYPE_CHECKING:
    from bedside_dx.core.response import Lesion, LesionCourse, Reading

TOO_SMALL_MM = 5.0
"""What a lesion counts that is there and too small to measure."""

LEAST_MM, LEAST_NODE_MM, NORMAL_NODE_MM = 10.0, 15.0, 10.0
"""Smallest target, smallest target node, and the short axis below which a node is normal."""

USUAL_SLICE_MM = 5.0
"""Slices up to here need no larger targets."""

MOST_TARGETS, MOST_PER_ORGAN = 5, 2
NODES = Phrase("lymph nodes")
"""All nodes together count as one organ."""

LARGEST_MM = 400.0
"""No lesion is longer; a larger number is another unit."""

SLIP_LOW, SLIP_HIGH = 9.5, 10.5
"""Ratio to the last visit at which cm and mm may have been mixed up."""

OF_NON_TARGETS = (
    LesionState.PRESENT, LesionState.PROGRESSION, LesionState.FURTHER, LesionState.EQUIVOCAL,
)  # fmt: skip


def reading_at(lesion: Lesion, day: float) -> Reading | None:
    """What was found at a visit; None where it was not assessed."""
    reading = lesion.readings.get(day)
    return None if reading is None or reading.state is LesionState.NOT_ASSESSED else reading


def counted_mm(lesion: Lesion, reading: Reading | None) -> float | None:
    """What a lesion adds to the sum, mm; None where it has no size.

    A node counts its short axis even when it is of normal size again.
    """
    if reading is None:
        return None
    match reading.state:
        case LesionState.GONE:
            return 0.0
        case LesionState.TOO_SMALL:
            return TOO_SMALL_MM
        case LesionState.MEASURED:
            return reading.short_mm if lesion.is_node else reading.long_mm
        case _:
            return None


def is_cleared(lesion: Lesion, reading: Reading) -> bool:
    """Whether nothing pathological is left: gone, or a node below 10 mm."""
    size = counted_mm(lesion, reading)
    if size is None:
        return False
    return size < NORMAL_NODE_MM if lesion.is_node else size == 0


def least_target_mm(lesion: Lesion) -> float:
    """Smallest size at which a lesion may be a target: with thick slices, two of them."""
    if lesion.is_node:
        return LEAST_NODE_MM
    if lesion.slice_mm is None or lesion.slice_mm <= USUAL_SLICE_MM:
        return LEAST_MM
    return 2 * lesion.slice_mm


def check_lesions(course: LesionCourse, *, units_checked: bool = False) -> None:
    """Refuse what RECIST 1.1 can't be applied to.

    Parameters
    ----------
    units_checked
        A person has confirmed sizes that look like a slip between cm and mm.

    Raises
    ------
    CourseError
        ``recist.days-out-of-order``, ``recist.one-visit``, ``recist.no-lesions``,
        ``recist.too-many-targets``, ``recist.too-many-in-organ``, ``recist.target-after-baseline``,
        ``recist.target-state``, ``recist.no-baseline``, ``recist.not-measurable``,
        ``recist.in-cm``, ``recist.negative``, ``recist.too-large``, ``recist.no-axis``,
        ``recist.axes-swapped``, ``recist.unit-slip``, ``recist.bad-slice``.
    """
    if any(later <= earlier for earlier, later in pairwise(course.days)):
        raise CourseError("recist.days-out-of-order", patient=course.patient)
    if len(course.days) < 2:
        raise CourseError("recist.one-visit", patient=course.patient)
    if not any(not course.is_new(lesion) for lesion in course.lesions):
        raise CourseError("recist.no-lesions", patient=course.patient)
    for lesion in course.lesions:
        _check_readings(lesion)
    targets = [lesion for lesion in course.lesions if lesion.is_target]
    for lesion in targets:
        _check_target(lesion, course)
    if not units_checked:
        for lesion in course.lesions:
            _check_units(lesion)
    if len(targets) > MOST_TARGETS:
        raise CourseError(
            "recist.too-many-targets", patient=course.patient, n=len(targets), most=MOST_TARGETS
        )
    organs = (NODES if lesion.is_node else lesion.organ for lesion in targets)
    for organ, n in Counter(organs).items():
        if n > MOST_PER_ORGAN:
            raise CourseError(
                "recist.too-many-in-organ",
                patient=course.patient, organ=organ, n=n, most=MOST_PER_ORGAN,
            )  # fmt: skip


def _check_readings(lesion: Lesion) -> None:
    if lesion.slice_mm is not None and not 0 < lesion.slice_mm <= 50:
        raise CourseError("recist.bad-slice", lesion=lesion.name, mm=lesion.slice_mm)
    for reading in lesion.readings.values():
        for size in (reading.long_mm, reading.short_mm):
            if size is not None and not size >= 0:  # NaN as well
                raise CourseError("recist.negative", lesion=lesion.name, mm=size)
            if size is not None and size > LARGEST_MM:
                raise CourseError("recist.too-large", lesion=lesion.name, mm=size)
        if reading.state is LesionState.MEASURED:
            _check_axes(lesion, reading)


def _check_axes(lesion: Lesion, reading: Reading) -> None:
    if counted_mm(lesion, reading) is None:
        axis = "short_mm" if lesion.is_node else "long_mm"
        raise CourseError("recist.no-axis", lesion=lesion.name, axis=axis)
    long, short = reading.long_mm, reading.short_mm
    if long is not None and short is not None and short > long:
        raise CourseError("recist.axes-swapped", lesion=lesion.name, short=short)


def _check_target(lesion: Lesion, course: LesionCourse) -> None:
    if course.is_new(lesion):
        raise CourseError("recist.target-after-baseline", lesion=lesion.name)
    state = next((r.state for r in lesion.readings.values() if r.state in OF_NON_TARGETS), None)
    if state is not None:
        raise CourseError("recist.target-state", lesion=lesion.name, state=state.value)
    first = lesion.readings[course.baseline]
    size = counted_mm(lesion, first) if first.state is LesionState.MEASURED else None
    if size is None:
        raise CourseError("recist.no-baseline", lesion=lesion.name)
    least = least_target_mm(lesion)
    if size < least:
        code = (
            "recist.in-cm" if size * 10 >= least and size < least / 2 else "recist.not-measurable"
        )
        raise CourseError(code, lesion=lesion.name, mm=size, least=least)


def _check_units(lesion: Lesion) -> None:
    """Ask back where a size is ten times that of the visit before, or a tenth of it."""
    sizes = [counted_mm(lesion, lesion.readings[day]) for day in sorted(lesion.readings)]
    known = [size for size in sizes if size is not None]
    for before, after in pairwise(known):
        small, large = min(before, after), max(before, after)
        if small > 0 and SLIP_LOW <= large / small <= SLIP_HIGH:
            raise CourseError("recist.unit-slip", lesion=lesion.name, before=before, after=after)
