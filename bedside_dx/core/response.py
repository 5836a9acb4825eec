"""Lesions over time and what RECIST says of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class LesionState(StrEnum):
    """What was found of a lesion at one visit."""

    MEASURED = "measured"
    """Its axes were measured."""
    GONE = "gone"
    """It is no longer there."""
    TOO_SMALL = "too-small"
    """It is there and can't be measured: 5 mm by convention."""
    NOT_ASSESSED = "not-assessed"
    """It was not looked at, or could not be seen."""
    PRESENT = "present"
    """It is there, unmeasured and not unequivocally worse (not for targets)."""
    PROGRESSION = "progression"
    """It is unequivocally worse than at its best (not for targets)."""
    FURTHER = "further"
    """It is worse again than when its progression was first seen (not for targets)."""
    EQUIVOCAL = "equivocal"
    """It may be a new lesion; it does not count until it is certain."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One lesion at one visit.

    Attributes
    ----------
    long_mm, short_mm
        Longest diameter and the axis at right angles to it; None where not measured.
    """

    state: LesionState
    long_mm: float | None = None
    short_mm: float | None = None


@dataclass(frozen=True, slots=True)
class Lesion:
    """A lesion and its readings.

    Attributes
    ----------
    is_node
        A lymph node is measured by its short axis, everything else by its longest diameter.
    slice_mm
        Thickness of the scan's slices; None where unknown: taken as 5 mm or less.
    readings
        By day. A visit without an entry is a visit at which it was not assessed. A lesion
        whose first entry lies after baseline is a new lesion.
    """

    name: str
    organ: str
    is_node: bool
    is_target: bool
    readings: Mapping[float, Reading]
    slice_mm: float | None = None


@dataclass(frozen=True, slots=True)
class LesionCourse:
    """All lesions of one patient.

    Attributes
    ----------
    days
        Of the visits, increasing; the first is baseline.
    markers_normal
        By day, whether the tumour markers were normal; empty where none are followed.
    """

    patient: str
    days: tuple[float, ...]
    lesions: tuple[Lesion, ...]
    markers_normal: Mapping[float, bool]

    @property
    def baseline(self) -> float:
        """Day of the first visit."""
        return self.days[0]

    def is_new(self, lesion: Lesion) -> bool:
        """Whether a lesion was not there at baseline."""
        return self.baseline not in lesion.readings


class Response(StrEnum):
    """RECIST 1.1."""

    CR = "CR"
    PR = "PR"
    SD = "SD"
    PD = "PD"
    NE = "NE"
    NON_CR_NON_PD = "non-CR/non-PD"
    """Of non-target lesions, and overall where there are no others."""


class ImmuneResponse(StrEnum):
    """iRECIST: progression is unconfirmed (iUPD) until a later visit confirms it (iCPD)."""

    ICR = "iCR"
    IPR = "iPR"
    ISD = "iSD"
    IUPD = "iUPD"
    ICPD = "iCPD"
    NE = "NE"
    NON_ICR_NON_IUPD = "non-iCR/non-iUPD"


@dataclass(frozen=True, slots=True)
class VisitResponse:
    """What one visit after baseline says.

    Attributes
    ----------
    sum_mm
        Of the targets; None where one was not assessed or there are none.
    nadir_mm
        Smallest sum before this visit, baseline included; None without targets.
    from_baseline, from_nadir
        Change of the sum as a share: -0.3 is 30 % smaller. None without a sum, or from 0 mm.
    target, non_target
        None where there are no such lesions.
    new_lesions
        Names of the lesions that were not there at baseline and are certain by now.
    immune
        iRECIST, where it was asked for.
    confirmed_late
        iRECIST: progression was confirmed more than 8 weeks after it was first seen.
    """

    day: float
    sum_mm: float | None
    nadir_mm: float | None
    from_baseline: float | None
    from_nadir: float | None
    target: Response | None
    non_target: Response | None
    new_lesions: tuple[str, ...]
    overall: Response
    immune: ImmuneResponse | None = None
    confirmed_late: bool = False


@dataclass(frozen=True, slots=True)
class ResponseCourse:
    """What all visits of a patient say.

    Attributes
    ----------
    baseline_mm
        Sum of the targets at baseline; None without targets.
    best
        Best overall response up to progression, unconfirmed.
    best_confirmed
        The same where CR and PR count only with a confirmation at least 4 weeks later.
    progression_day
        Of the first PD; None without.
    immune_best, immune_progression_day
        The same by iRECIST: iUPD does not end it, iCPD does, dated back to the iUPD it
        confirms. None where iRECIST was not asked for.
    """

    patient: str
    baseline_day: float
    baseline_mm: float | None
    visits: tuple[VisitResponse, ...]
    best: Response
    best_confirmed: Response
    progression_day: float | None
    immune_best: ImmuneResponse | None = None
    immune_progression_day: float | None = None
