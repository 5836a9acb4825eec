"""How a dose was worked out, a step a sentence: each formula with the numbers that went in."""

from __future__ import annotations

from bedside_dx.core.dosing import (
    Basis,
    DoseRow,
    GfrMethod,
    Organ,
    Person,
    Reduction,
    Sex,
    SurfaceFormula,
    Wish,
)
from bedside_dx.core.remark import Remark
from bedside_dx.therapy.body import MOST_GFR, UMOL_PER_MG_DL, cockcroft_factor, kidney_constants
from bedside_dx.therapy.estimates import GFRS_AGREE, SURFACES_AGREE, Estimates


def body_steps(
    row: DoseRow, person: Person, body: Estimates, *, kidney: bool
) -> tuple[Remark, ...]:
    """The formulas that a row needs, with their numbers, and whether two of them agree.

    Parameters
    ----------
    kidney
        Whether the drug is reduced by the renal function, whatever the row is multiplied by.
    """
    steps: list[Remark] = []
    if row.basis is Basis.M2:
        steps += _surface_steps(person, body)
    if row.basis is Basis.AUC or kidney:
        steps += _gfr_steps(person, body)
    return tuple(steps)


def dose_steps(
    row: DoseRow, person: Person, wish: Wish, body: Estimates, full: float,
    reductions: tuple[Reduction, ...],
) -> tuple[Remark, ...]:  # fmt: skip
    """From the sourced amount to the exact dose.

    Parameters
    ----------
    full
        mg before any reduction.
    """
    steps, mg = [_amount_step(row, person, wish, body, full)], full
    for one in reductions:
        mg *= one.share
        measured = (
            body.gfrs[body.gfr] if one.organ is Organ.KIDNEY else person.bilirubin_umol_l or 0
        )
        code = "dose.step.kidney" if one.organ is Organ.KIDNEY else "dose.step.liver"
        steps.append(Remark(code, {"measured": measured, "share": one.share, "mg": mg}))
    if wish.percent is not None and wish.percent != 100:
        mg *= wish.percent / 100
        steps.append(Remark("dose.step.percent", {"share": wish.percent / 100, "mg": mg}))
    return tuple(steps)


def _surface_steps(person: Person, body: Estimates) -> list[Remark]:
    size = {"height": person.height_cm or 0, "weight": person.weight_kg or 0}
    steps = [
        Remark(f"dose.step.{formula}", {**size, "surface": surface})
        for formula, surface in body.surfaces.items()
    ]
    agreed = body.surfaces_apart <= SURFACES_AGREE and body.surface is SurfaceFormula.MOSTELLER
    if agreed:
        values = {"apart": body.surfaces_apart, "most": SURFACES_AGREE}
        steps.append(Remark("dose.step.surfaces-agree", values))
    return steps


def _gfr_steps(person: Person, body: Estimates) -> list[Remark]:
    steps: list[Remark] = []
    if GfrMethod.MEASURED in body.gfrs:
        steps.append(Remark("dose.step.measured", {"gfr": body.gfrs[GfrMethod.MEASURED]}))
    if person.age is None or person.sex is None or body.creatinine is None:
        return steps
    if (gfr := body.gfrs.get(GfrMethod.COCKCROFT_GAULT)) is not None:
        values = {
            "age": person.age, "weight": person.weight_kg or 0, "gfr": gfr,
            "factor": cockcroft_factor(person.sex), "creatinine": body.creatinine,
        }  # fmt: skip
        steps.append(Remark("dose.step.cockcroft-gault", values))
    if (gfr := body.gfrs.get(GfrMethod.CKD_EPI)) is not None and body.gfr_indexed is not None:
        steps += _ckd_epi_steps(person.age, person.sex, body, gfr, body.gfr_indexed)
    if body.gfrs_apart and body.gfrs_apart <= GFRS_AGREE and body.gfr is GfrMethod.COCKCROFT_GAULT:
        values = {"apart": body.gfrs_apart, "most": GFRS_AGREE}
        steps.append(Remark("dose.step.gfrs-agree", values))
    return steps


def _ckd_epi_steps(
    age: float, sex: Sex, body: Estimates, gfr: float, indexed: float
) -> tuple[Remark, Remark]:
    kappa, alpha, factor = kidney_constants(sex)
    formula = {"age": age, "alpha": -alpha, "factor": factor, "indexed": indexed}
    here = {
        "creatinine": (body.creatinine or 0) / UMOL_PER_MG_DL, "kappa": kappa,
        "surface": body.surfaces[body.surface], "gfr": gfr,
    }  # fmt: skip
    return Remark("dose.step.ckd-epi", formula), Remark("dose.step.de-indexed", here)


def _amount_step(row: DoseRow, person: Person, wish: Wish, body: Estimates, full: float) -> Remark:
    amount = row.first_amount if wish.is_first and row.first_amount is not None else row.amount
    values = {"amount": amount or 0, "mg": full}
    match row.basis:
        case Basis.FLAT:
            return Remark("dose.step.flat", values)
        case Basis.KG:
            return Remark("dose.step.kg", {**values, "weight": person.weight_kg or 0})
        case Basis.M2:
            return Remark("dose.step.m2", {**values, "surface": body.surfaces[body.surface]})
        case Basis.AUC:
            gfr = min(body.gfrs[body.gfr], MOST_GFR)
            return Remark("dose.step.calvert", {"auc": wish.auc or 0, "gfr": gfr, "mg": full})
