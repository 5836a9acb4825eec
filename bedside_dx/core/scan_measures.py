"""What a person measured by hand on a scan, as a report tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bedside_dx.core.kept_marks import KeptMark

if TYPE_CHECKING:
    from bedside_dx.core.errors import MeasureError


@dataclass(frozen=True, slots=True)
class HandMeasure:
    """One measure and where it was made.

    Attributes
    ----------
    kept
        The measure itself.
    modality
        Of the series, as its files state it.
    series_number
        Which of the study's series, from 1, as the list beside the viewer has them; None where
        the series is not in the study that is open.
    slice_number, slices
        Which image of the series, from 1, and of how many; None on a cut.
    """

    kept: KeptMark
    modality: str = ""
    series_number: int | None = None
    slice_number: int | None = None
    slices: int | None = None


@dataclass(frozen=True, slots=True)
class TargetSum:
    """Sum of the target lesions' diameters at one examination.

    Attributes
    ----------
    day
        YYYY-MM-DD.
    mm
        Long axes, of nodes the short ones.
    lesions
        How many were added up.
    """

    day: str
    mm: float
    lesions: int


@dataclass(frozen=True, slots=True)
class ScanMeasures:
    """All measures of one examination, and the sums of all examinations of the person.

    Attributes
    ----------
    day
        Of the examination, as its files write it; empty where they do not say.
    sums
        Ascending; empty where the lesions can't be followed as they were measured.
    why_no_sums
        Why they can't be; None where they can, and where there are no lesions.
    """

    day: str
    measures: tuple[HandMeasure, ...]
    sums: tuple[TargetSum, ...] = ()
    why_no_sums: MeasureError | None = None
