"""What two independent formulas make of one body, and whether they agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bedside_dx.core.dosing import GfrMethod, Person, SurfaceFormula, Wish
from bedside_dx.therapy.body import (
    body_mass_index,
    ckd_epi,
    cockcroft_gault,
    de_indexed,
    disagreement,
    dubois,
    mosteller,
)

SURFACES_AGREE, GFRS_AGREE = 0.05, 0.20
"""How far two formulas may be apart, relative to the smaller, before a person decides."""


@dataclass(frozen=True)
class Estimates:
    """What the formulas make of a person; empty where something for them is not stated.

    Attributes
    ----------
    surfaces
        m².
    gfrs
        mL/min of this body, a measured one first.
    gfr_indexed
        What CKD-EPI gives before it is turned to this body, mL/min per 1.73 m².
    bmi
        kg/m².
    creatinine
        µmol/L as it counts: the floor where one was asked for.
    surface, gfr
        Which one is taken: as asked for, else Mosteller, and a measurement before an estimate.
    """

    surfaces: Mapping[SurfaceFormula, float]
    gfrs: Mapping[GfrMethod, float]
    gfr_indexed: float | None
    bmi: float | None
    creatinine: float | None
    surface: SurfaceFormula
    gfr: GfrMethod

    @property
    def surfaces_apart(self) -> float:
        """How far the two body surfaces are apart, relative to the smaller."""
        return _apart(*self.surfaces.values())

    @property
    def gfrs_apart(self) -> float:
        """How far the two estimates of the renal function are apart; 0 where one was measured."""
        return 0.0 if GfrMethod.MEASURED in self.gfrs else _apart(*self.gfrs.values())


def estimates(person: Person, wish: Wish) -> Estimates:
    """Work out body surface and renal function by every formula there is enough for."""
    height, weight = person.height_cm, person.weight_kg
    surface = wish.surface or SurfaceFormula.MOSTELLER
    surfaces: dict[SurfaceFormula, float] = {}
    bmi = None
    if height is not None and weight is not None:
        surfaces[SurfaceFormula.MOSTELLER] = mosteller(height, weight)
        surfaces[SurfaceFormula.DUBOIS] = dubois(height, weight)
        bmi = body_mass_index(height, weight)
    creatinine = _counted(person, wish)
    gfrs: dict[GfrMethod, float] = {}
    indexed = None
    if person.gfr_ml_min is not None:
        gfrs[GfrMethod.MEASURED] = person.gfr_ml_min
    if person.age is not None and person.sex is not None and creatinine is not None:
        if weight is not None:
            gfrs[GfrMethod.COCKCROFT_GAULT] = cockcroft_gault(
                person.age, weight, person.sex, creatinine
            )
        if surfaces:
            indexed = ckd_epi(person.age, person.sex, creatinine)
            gfrs[GfrMethod.CKD_EPI] = de_indexed(indexed, surfaces[surface])
    usual = GfrMethod.MEASURED if GfrMethod.MEASURED in gfrs else GfrMethod.COCKCROFT_GAULT
    return Estimates(surfaces, gfrs, indexed, bmi, creatinine, surface, wish.gfr or usual)


def _counted(person: Person, wish: Wish) -> float | None:
    """Creatinine as it counts."""
    if person.creatinine_umol_l is None or wish.creatinine_floor_umol_l is None:
        return person.creatinine_umol_l
    return max(person.creatinine_umol_l, wish.creatinine_floor_umol_l)


def _apart(*found: float) -> float:
    return disagreement(*found) if len(found) == 2 else 0.0
