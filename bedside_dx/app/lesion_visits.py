"""Lesions measured on scans, put together as the visits of one patient."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from bedside_dx.core.errors import MeasureError
from bedside_dx.core.scan_measures import TargetSum

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bedside_dx.core.measuring import LesionAxes


@dataclass(frozen=True, slots=True)
class MeasuredLesion:
    """One lesion over the visits.

    Attributes
    ----------
    sizes
        What RECIST counts at each day, mm; of a node the short axis.
    """

    name: str
    organ: str
    is_node: bool
    is_target: bool
    sizes: dict[date, float]


@dataclass(frozen=True, slots=True)
class LesionVisits:
    """What was measured of one patient.

    Attributes
    ----------
    days
        Of the examinations, ascending.
    """

    days: tuple[date, ...]
    lesions: tuple[MeasuredLesion, ...]

    @property
    def sums(self) -> tuple[TargetSum, ...]:
        """Target lesions added up, day by day."""
        targets = [one for one in self.lesions if one.is_target]
        sizes = {day: [o.sizes[day] for o in targets if day in o.sizes] for day in self.days}
        return tuple(
            TargetSum(day.isoformat(), sum(found), len(found))
            for day, found in sizes.items()
            if found
        )


def visits_of(measured: Iterable[tuple[str, LesionAxes]]) -> LesionVisits:
    """Put together what was measured at each examination.

    Parameters
    ----------
    measured
        Day of the examination as its files write it (YYYYMMDD), and a lesion.

    Raises
    ------
    MeasureError
        ``measure.no-day``: an examination does not say when it was;
        ``measure.no-name``: a lesion has no name; ``measure.no-short-axis``: of a node it was
        not drawn; ``measure.axes-swapped``: it is the longer one;
        ``measure.twice``: two lesions of one examination have the same name;
        ``measure.changed``: a lesion is called a node, or a target, at one visit only.
    """
    lesions: dict[str, MeasuredLesion] = {}
    for stated, axes in measured:
        day, size = _day(stated), _size(axes)
        name = axes.name.strip()
        known = lesions.setdefault(
            name.casefold(),
            MeasuredLesion(name, axes.organ.strip(), axes.is_node, axes.is_target, {}),
        )
        if (known.is_node, known.is_target) != (axes.is_node, axes.is_target):
            raise MeasureError("measure.changed", lesion=name)
        if day in known.sizes:
            raise MeasureError("measure.twice", lesion=name)
        known.sizes[day] = size
    days = sorted({day for one in lesions.values() for day in one.sizes})
    return LesionVisits(tuple(days), tuple(lesions.values()))


def _day(stated: str) -> date:
    try:
        return date.fromisoformat(stated)
    except ValueError:
        raise MeasureError("measure.no-day") from None


def _size(axes: LesionAxes) -> float:
    if not axes.name.strip():
        raise MeasureError("measure.no-name")
    if axes.is_swapped:
        raise MeasureError("measure.axes-swapped", lesion=axes.name)
    size = axes.counted_mm
    if size is None:
        raise MeasureError("measure.no-short-axis", lesion=axes.name)
    return size
