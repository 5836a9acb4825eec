"""Body surface and renal function, by two independent formulas each.

Sources: Mosteller 1987 (N Engl J Med 317:1098); Du Bois 1916 (Arch Intern Med 17:863-71); Cockcroft
and Gault 1976 in SI units; CKD-EPI 2021 (Inker, N Engl J Med 385:1737-1749, coefficients read at
kidney.org/ckd-epi-creatinine-equation-2021); Calvert 1989 (J Clin Oncol), GFR capped at 125 mL/min.
"""

from __future__ import annotations

import math

from bedside_dx.core.dosing import Sex

UMOL_PER_MG_DL = 88.4
"""Creatinine: µmol/L in one mg/dL."""
INDEXED_TO_M2 = 1.73
"""Body surface that CKD-EPI is indexed to."""
MOST_GFR = 125.0
"""mL/min that count in Calvert's formula, however high an estimate is."""
NON_RENAL = 25.0
"""mL/min of carboplatin's clearance that does not pass the kidney."""


def mosteller(height_cm: float, weight_kg: float) -> float:
    """Body surface, m²."""
    return math.sqrt(height_cm * weight_kg / 3600)


def dubois(height_cm: float, weight_kg: float) -> float:
    """Body surface, m²."""
    return 0.007184 * weight_kg**0.425 * height_cm**0.725


def body_mass_index(height_cm: float, weight_kg: float) -> float:
    """Body mass index, kg/m²."""
    return weight_kg / (height_cm / 100) ** 2


def cockcroft_gault(age: float, weight_kg: float, sex: Sex, creatinine_umol_l: float) -> float:
    """Creatinine clearance, mL/min."""
    return (140 - age) * weight_kg * cockcroft_factor(sex) / creatinine_umol_l


def cockcroft_factor(sex: Sex) -> float:
    """Factor of the formula in SI units."""
    return 1.04 if sex is Sex.FEMALE else 1.23


def ckd_epi(age: float, sex: Sex, creatinine_umol_l: float) -> float:
    """Glomerular filtration rate, mL/min per 1.73 m²."""
    kappa, alpha, factor = kidney_constants(sex)
    ratio = creatinine_umol_l / UMOL_PER_MG_DL / kappa
    return 142 * min(ratio, 1) ** alpha * max(ratio, 1) ** -1.2 * 0.9938**age * factor


def kidney_constants(sex: Sex) -> tuple[float, float, float]:
    """κ (mg/dL), α and the last factor of CKD-EPI 2021."""
    return (0.7, -0.241, 1.012) if sex is Sex.FEMALE else (0.9, -0.302, 1.0)


def de_indexed(gfr: float, surface_m2: float) -> float:
    """The rate of this body, mL/min: what a dose needs, and a laboratory does not print."""
    return gfr * surface_m2 / INDEXED_TO_M2


def calvert(auc: float, gfr_ml_min: float) -> float:
    """Carboplatin, mg, for an area under the curve in mg/mL·min."""
    return auc * (min(gfr_ml_min, MOST_GFR) + NON_RENAL)


def disagreement(one: float, other: float) -> float:
    """How far two estimates are apart, relative to the smaller: the stricter way to say it."""
    return abs(one - other) / min(one, other)
