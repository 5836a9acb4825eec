"""The Stein-Fojo curves fitted to one patient, and the choice among them.

Stein et al., Oncologist 2008;13:1046-1054; the choice is that of the published program (Wilkerson,
tumgr): least squares of the size as a share of the first one, **the first visit being day 1**;
among the curves with every parameter significant the one of the smallest AIC.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import least_squares
from scipy.stats import t as student

from bedside_dx.core.course import Curve, CurveFit, Excluded, Floats, GrowthFit

if TYPE_CHECKING:
    from bedside_dx.core.course import Course

LEVEL = 0.05
"""p below which a parameter is significant."""

LEAST_CHANGE = 0.20
"""Share by which two visits must differ to be a course at all."""

NOTHING = 1e-6
"""Share of the largest value below which the first one is none to measure the others by."""

ZERO = 1e-9
"""A rate per day or a share below this lies on its bound."""

MOST_EXPONENT = 200.0
"""Keeps a trial step of the fit finite."""

TINY = float(np.finfo(np.float64).tiny)


@dataclass(frozen=True, slots=True)
class _Shape:
    """One curve: its parameters, where fits start, and its value and slopes by parameter."""

    names: tuple[str, ...]
    starts: tuple[tuple[float, ...], ...]
    at: Callable[[Floats, Floats], Floats]
    slopes: Callable[[Floats, Floats], Floats]


def _grown(rate: float, days: Floats) -> Floats:
    return np.exp(np.minimum(rate * days, MOST_EXPONENT))


def _gd(p: Floats, t: Floats) -> Floats:
    return np.exp(-p[1] * t) + _grown(p[0], t) - 1


def _gd_slopes(p: Floats, t: Floats) -> Floats:
    return np.stack([t * _grown(p[0], t), -t * np.exp(-p[1] * t)], axis=1)


def _dx(p: Floats, t: Floats) -> Floats:
    return np.exp(-p[0] * t)


def _dx_slopes(p: Floats, t: Floats) -> Floats:
    return (-t * np.exp(-p[0] * t))[:, None]


def _gx(p: Floats, t: Floats) -> Floats:
    return _grown(p[0], t)


def _gx_slopes(p: Floats, t: Floats) -> Floats:
    return (t * _grown(p[0], t))[:, None]


def _gdphi(p: Floats, t: Floats) -> Floats:
    return p[2] * np.exp(-p[1] * t) + (1 - p[2]) * _grown(p[0], t)


def _gdphi_slopes(p: Floats, t: Floats) -> Floats:
    grown, decayed = _grown(p[0], t), np.exp(-p[1] * t)
    return np.stack([(1 - p[2]) * t * grown, -p[2] * t * decayed, decayed - grown], axis=1)


SHAPES: dict[Curve, _Shape] = {
    Curve.GD: _Shape(("g", "d"), tuple(product((0.0005, 0.01), (0.005, 0.03))), _gd, _gd_slopes),
    Curve.DX: _Shape(("d",), ((0.01,),), _dx, _dx_slopes),
    Curve.GX: _Shape(("g",), ((0.005,),), _gx, _gx_slopes),
    Curve.GDPHI: _Shape(
        ("g", "d", "phi"),
        tuple(product((0.001, 0.01), (0.005, 0.03), (0.5, 0.9))),
        _gdphi,
        _gdphi_slopes,
    ),
}


def curve_at(fit: CurveFit, days: Floats) -> Floats:
    """Size as a share of the first one.

    Parameters
    ----------
    days
        Counted as the fit counts them: the first visit is day 1.
    """
    shape = SHAPES[fit.curve]
    return shape.at(np.array([fit.parameters[name] for name in shape.names]), days)


def nadir_of(fit: CurveFit) -> float:
    """Days at which a curve is lowest: ln(d/g) / (d + g), 0 where it only grows.

    Infinite where it only decays.
    """
    g, d = fit.parameters.get("g", 0.0), fit.parameters.get("d", 0.0)
    if fit.curve is Curve.GDPHI:
        phi = fit.parameters["phi"]
        decay, growth = phi * d, (1 - phi) * g
    else:
        decay, growth = d, g
    if decay <= growth:
        return 0.0
    return float(np.log(decay / growth) / (d + g)) if growth > 0 else float("inf")


def fit_course(course: Course, level: float = LEVEL) -> GrowthFit:
    """Fit every curve to one patient and choose among them.

    Parameters
    ----------
    level
        p below which a parameter is significant, 0 to 1.
    """
    excluded = _excluded(course)
    if excluded is not None:
        return GrowthFit((), None, excluded, None)
    days = course.days - course.days[0] + 1
    shares = course.values / course.values[0]
    fits = tuple(
        _fit(curve, days, shares) for curve, shape in SHAPES.items() if len(days) > len(shape.names)
    )
    good = [fit for fit in fits if fit.is_significant(level)]
    if not good:
        return GrowthFit(fits, None, Excluded.NOT_FIT, None)
    chosen = min(good, key=lambda fit: fit.aic)
    return GrowthFit(fits, chosen, None, nadir_of(chosen))


def _excluded(course: Course) -> Excluded | None:
    values = course.values
    if len(values) < 2:
        return Excluded.ONE_VISIT
    if values[0] <= NOTHING * values.max() or (len(values) > 2 and np.ptp(values) == 0):
        return Excluded.ALL_ALIKE
    if len(values) == 2 and abs(values[1] / values[0] - 1) < LEAST_CHANGE:
        return Excluded.TWO_ALIKE
    return None


def _fit(curve: Curve, days: Floats, shares: Floats) -> CurveFit:
    """Fit one curve from several starts: the least sum of squares within the bounds."""
    shape = SHAPES[curve]
    high = [1.0 if name == "phi" else np.inf for name in shape.names]
    best = min(
        (
            least_squares(
                lambda p: shape.at(p, days) - shares,
                start,
                jac=lambda p: shape.slopes(p, days),  # pyright: ignore[reportArgumentType]
                bounds=(0.0, high),
                x_scale=np.array(start),
                xtol=1e-12,
                ftol=1e-12,
                gtol=1e-12,
            )
            for start in shape.starts
        ),
        key=lambda result: float(result.cost),
    )
    found = np.where(best.x < ZERO, 0.0, best.x)
    return _described(curve, found, days, shares)


def _described(curve: Curve, found: Floats, days: Floats, shares: Floats) -> CurveFit:
    shape, n = SHAPES[curve], len(days)
    squares = max(float(np.sum((shape.at(found, days) - shares) ** 2)), TINY)
    free = n - len(found)
    slopes = shape.slopes(found, days)
    try:
        spread = np.diag(np.linalg.inv(slopes.T @ slopes)) * squares / free
    except np.linalg.LinAlgError:
        spread = np.full(len(found), np.nan)
    errors = np.sqrt(np.where(spread > 0, spread, np.nan))
    p_values = 2 * np.asarray(student.sf(np.abs(found / errors), free))
    aic = n * np.log(2 * np.pi * squares / n) + n + 2 * (len(found) + 1)
    return CurveFit(
        curve,
        dict(zip(shape.names, found.tolist(), strict=True)),
        dict(zip(shape.names, errors.tolist(), strict=True)),
        dict(zip(shape.names, p_values.tolist(), strict=True)),
        squares,
        float(aic),
    )
