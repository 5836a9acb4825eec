"""A quantity of one patient over time, and where it may go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Quantity(StrEnum):
    """What is followed; each has priors of its own."""

    PSA = "psa"
    """Prostate-specific antigen, ng/mL. RECIST does not apply to it."""
    LESION_MM = "lesion-mm"
    """A diameter or a sum of diameters, mm."""


@dataclass(frozen=True, slots=True)
class Course:
    """One quantity of one patient.

    Attributes
    ----------
    days
        (n,) increasing.
    values
        (n,) 0 or more, in the quantity's unit.
    seen
        Those of `days` whose value a model of this program saw and a person confirmed.
    """

    patient: str
    days: Floats
    values: Floats
    seen: tuple[float, ...] = ()

    def __len__(self) -> int:
        """Count the visits."""
        return len(self.days)

    def until(self, visits: int) -> Course:
        """The first visits alone."""
        kept = self.days[:visits]
        seen = tuple(day for day in self.seen if day in kept)
        return Course(self.patient, kept, self.values[:visits], seen)


class Curve(StrEnum):
    """The Stein-Fojo family, sizes as a share of the first one."""

    GD = "gd"
    """exp(-d t) + exp(g t) - 1: decay and growth."""
    DX = "dx"
    """exp(-d t): decay alone."""
    GX = "gx"
    """exp(g t): growth alone."""
    GDPHI = "gdphi"
    """phi exp(-d t) + (1 - phi) exp(g t): growth of the share that does not respond."""


class Excluded(StrEnum):
    """Why no curve was chosen for a patient."""

    ONE_VISIT = "only 1 eval"
    TWO_ALIKE = "2 evals not 20% diff"
    """Two visits that differ by less than 20 %."""
    ALL_ALIKE = "error data"
    """One value repeated, or nothing at the first and last visit."""
    NOT_FIT = "not fit"
    """No curve with every parameter significant."""


@dataclass(frozen=True, slots=True)
class CurveFit:
    """One curve fitted to one patient by least squares.

    Attributes
    ----------
    parameters
        By name: ``g`` and ``d`` per day, ``phi`` from 0 to 1.
    std_errors, p_values
        By the same names; NaN where the curve is not determined by the data.
    squares
        Sum of squared residuals, as shares of the first size.
    aic
        Akaike's criterion; the smallest is chosen among curves that are significant.
    """

    curve: Curve
    parameters: dict[str, float]
    std_errors: dict[str, float]
    p_values: dict[str, float]
    squares: float
    aic: float

    @property
    def reported_growth(self) -> float | None:
        """Growth rate as the published program's table gives it; None for a curve without.

        Under gdphi that is not g but g times the root of the share that grows.
        """
        g = self.parameters.get("g")
        if g is None or self.curve is not Curve.GDPHI:
            return g
        return g * (1 - self.parameters["phi"]) ** 0.5

    def is_significant(self, level: float) -> bool:
        """Whether every parameter differs from 0."""
        return all(p < level for p in self.p_values.values())  # False for NaN


@dataclass(frozen=True, slots=True)
class GrowthFit:
    """Every curve that could be fitted to one patient, and the one chosen.

    Attributes
    ----------
    chosen
        None where `excluded` says why.
    nadir_day
        Days after the first visit at which the chosen curve is lowest; None without a curve.
    """

    fits: tuple[CurveFit, ...]
    chosen: CurveFit | None
    excluded: Excluded | None
    nadir_day: float | None


@dataclass(frozen=True, slots=True)
class Learned:
    """What forecasts were learned from, and how they did on patients they had not seen.

    Attributes
    ----------
    cohort
        What was measured, where it is from, by language.
    patients, visits
        Eligible: four visits or more, the first one counted.
    against_no_change
        Mean |log error| of the last visit over that of "no change", nested cross-validation.
    coverage
        Share of last visits inside the 90 % interval, likewise.
    """

    cohort: Mapping[str, str]
    patients: int
    visits: int
    against_no_change: float
    coverage: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """Where a quantity may go.

    Attributes
    ----------
    days, values, low, high
        (n,) the forecast with its 90 % predictive interval.
    no_change
        The last value, floored as the forecast is: the line to compare with.
    floor
        Smallest value that counts for this patient, in the quantity's unit.
    weights
        How the forecast was put together: ``no-change``, ``anchored``, ``curve``; they add to 1.
    is_fallback
        Fewer than three visits: the forecast is "no change" itself.
    learned
        What it rests on; None where the caller did not say.
    """

    course: Course
    quantity: Quantity
    fit: GrowthFit
    days: Floats
    values: Floats
    low: Floats
    high: Floats
    no_change: float
    floor: float
    weights: dict[str, float]
    is_fallback: bool
    learned: Learned | None = None
