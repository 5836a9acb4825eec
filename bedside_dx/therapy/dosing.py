"""A dose for one person from one sourced row, or why there is none.

The order: what is stated is plausible, the tests that come first are there, nothing forbids the
drug, a person has chosen the row, two independent formulas agree; only then there is a dose.
"""

from __future__ import annotations

import math
from dataclasses import replace
from difflib import get_close_matches

from bedside_dx.core.dosing import (
    Basis,
    Choice,
    Dose,
    DoseRow,
    DoseStatus,
    DoseTable,
    Drug,
    Estimate,
    GfrMethod,
    Organ,
    Person,
    Question,
    Reduction,
    Test,
    Wish,
)
from bedside_dx.core.errors import DoseError, Phrase
from bedside_dx.core.remark import Remark
from bedside_dx.text.message import mark
from bedside_dx.therapy import judging
from bedside_dx.therapy.body import MOST_GFR, calvert
from bedside_dx.therapy.cumulative import exposure
from bedside_dx.therapy.dose_table import dose_table
from bedside_dx.therapy.estimates import GFRS_AGREE, SURFACES_AGREE, Estimates, estimates
from bedside_dx.therapy.readiness import Readiness, readiness
from bedside_dx.therapy.rounding import rounded
from bedside_dx.therapy.working import body_steps, dose_steps

OBESE = 30.0
"""kg/m²."""
LOW_CREATININE = 62.0
"""µmol/L (0.7 mg/dL) below which an estimate is likely to be too high, and it is said."""
RESTS_ON = {
    "dose.remark.obese": "obesity",
    "dose.remark.equivalence": "equivalence",
    "dose.question.lvef": "lvef-50",
    "dose.question.dpd-partial": "dpd",
    "dose.remark.capped": "carboplatin-cap",
}
"""Source of the table by code of what is said."""


def dose(person: Person, wish: Wish, table: DoseTable | None = None) -> Dose:
    """Work out one administration.

    Parameters
    ----------
    table
        The one that ships, without.

    Raises
    ------
    DoseError
        What is stated can't be right, contradicts itself or is missing; the drug or row is unknown.
    """
    known = table or dose_table()
    found = _dose(person, wish, known)
    codes = {one.code for one in (*found.remarks, *found.questions, *found.reasons)}
    keys = {key for code, key in RESTS_ON.items() if code in codes}
    keys |= (
        {"uracil"} if person.uracil_ng_ml is not None and Test.DPD in found.drug.tests else set()
    )
    return replace(found, resting_on=tuple(known.sources[key] for key in sorted(keys)))


def _dose(person: Person, wish: Wish, known: DoseTable) -> Dose:
    drug = find_drug(known, wish.drug)
    _judge(person, wish)
    ready = readiness(drug, person, wish)
    blank = Dose(
        drug, None, DoseStatus.DOSE, known.version, percent=wish.percent or 100,
        order_first=ready.order_first, remarks=ready.remarks, cautions=drug.cautions,
    )  # fmt: skip
    withheld = _withheld(blank, ready)
    if withheld is not None:
        return withheld
    if not wish.row and len(drug.rows) > 1:
        return _which_row(blank, person, wish, known)
    return _of_row(blank, _row(drug, wish.row), person, wish, known)


def find_drug(table: DoseTable, name: str) -> Drug:
    """A drug by any of its names.

    Raises
    ------
    DoseError
        ``dose.unknown-drug`` with the nearest names.
    """
    asked = " ".join(name.casefold().split())
    names = {
        one.casefold(): drug
        for drug in table.drugs
        for one in (drug.key, *drug.aliases, *drug.name.values())
    }
    if asked in names:
        return names[asked]
    near = get_close_matches(asked, names, 3, 0.6)
    raise DoseError(
        "dose.unknown-drug", name=name.strip() or "–", made=table.made.isoformat(),
        near=", ".join(dict.fromkeys(names[one].key for one in near)) or "–",
    )  # fmt: skip


def _row(drug: Drug, key: str) -> DoseRow:
    if not key and len(drug.rows) == 1:
        return drug.rows[0]
    found = next((row for row in drug.rows if row.key == key), None)
    if found is None:
        raise DoseError("dose.unknown-row", row=key, known=", ".join(r.key for r in drug.rows))
    return found


def _judge(person: Person, wish: Wish) -> None:
    """What is stated can be so; what is wrong is said before what is missing."""
    judging.judge(person)
    for wanted, value in (
        (judging.AUC, wish.auc),
        (judging.PERCENT, wish.percent),
        (judging.FLOOR, wish.creatinine_floor_umol_l),
    ):
        if value is not None:
            judging.check(wanted, value, person.confirmed)
    judging.needed(judging.AGE, person.age)


def _withheld(blank: Dose, ready: Readiness) -> Dose | None:
    """What forbids comes before what is missing, and that before what must be decided."""
    if ready.reasons:
        return replace(blank, status=DoseStatus.NOT_GIVEN, reasons=ready.reasons)
    if ready.is_withheld:
        return replace(blank, status=DoseStatus.ORDER_FIRST)
    if ready.questions:
        return replace(blank, status=DoseStatus.ASKS, questions=ready.questions)
    return None


def _which_row(blank: Dose, person: Person, wish: Wish, table: DoseTable) -> Dose:
    """Nothing is chosen: every row is offered with what it would come to."""
    choices: list[Choice] = []
    for row in blank.drug.rows:
        try:
            mg = _of_row(blank, row, person, wish, table).mg
        except DoseError:
            mg = None
        choices.append(Choice(row.key, row.amount, mg))
    question = Question("dose.question.row", {}, tuple(choices))
    return replace(blank, status=DoseStatus.ASKS, questions=(question,))


# ---------------------------------------------------------------- one row


def _of_row(blank: Dose, row: DoseRow, person: Person, wish: Wish, table: DoseTable) -> Dose:
    drug, body = blank.drug, estimates(person, wish)
    full = _full_mg(row, person, wish, body)
    reductions, asked = _reductions(drug, person, wish, body)
    share = math.prod(one.share for one in reductions) * blank.percent / 100
    kidney = any(one.organ is Organ.KIDNEY for one in drug.reductions)
    result = replace(
        blank, row=row, full_mg=full, exact_mg=full * share, reductions=reductions, bmi=body.bmi,
        auc=wish.auc if row.basis is Basis.AUC else None,
        surfaces=_surfaces(body) if row.basis is Basis.M2 else (),
        gfrs=_gfrs(body) if kidney or row.basis is Basis.AUC else (),
        gfr_used=min(body.gfrs[body.gfr], MOST_GFR) if row.basis is Basis.AUC else None,
        steps=body_steps(row, person, body, kidney=kidney),
        remarks=(*_remarks(row, wish, body), *blank.remarks),
    )  # fmt: skip
    questions = (*asked, *_disagreements(row, wish, body))
    if questions:
        return _without_dose(result, DoseStatus.ASKS, questions=questions)
    if share == 0:
        reasons = tuple(_organ_reason(one) for one in reductions if one.share == 0)
        return _without_dose(result, DoseStatus.NOT_GIVEN, reasons=reasons)
    within = _within_limit(result, person, table)
    if within.exact_mg is None:
        return within
    steps = dose_steps(row, person, wish, body, full, reductions)
    return _rounded(replace(within, steps=(*within.steps, *steps)), wish)


def _without_dose(
    result: Dose, status: DoseStatus, *, questions: tuple[Question, ...] = (),
    reasons: tuple[Remark, ...] = (),
) -> Dose:  # fmt: skip
    def undecided(estimates: tuple[Estimate, ...]) -> tuple[Estimate, ...]:
        return tuple(replace(one, taken=False) for one in estimates)

    return replace(
        result, status=status, exact_mg=None, full_mg=None, gfr_used=None, questions=questions,
        reasons=reasons, surfaces=undecided(result.surfaces), gfrs=undecided(result.gfrs),
    )  # fmt: skip


def _full_mg(row: DoseRow, person: Person, wish: Wish, body: Estimates) -> float:
    amount = row.first_amount if wish.is_first and row.first_amount is not None else row.amount
    match row.basis:
        case Basis.FLAT:
            return float(amount or 0)
        case Basis.KG:
            return (amount or 0) * judging.needed(judging.WEIGHT, person.weight_kg)
        case Basis.M2:
            _need_size(person)
            return (amount or 0) * body.surfaces[body.surface]
        case Basis.AUC:
            auc = judging.needed(judging.AUC, wish.auc)
            _need_gfr(person, body.gfr)
            return calvert(auc, body.gfrs[body.gfr])


def _need_size(person: Person) -> None:
    judging.needed(judging.HEIGHT, person.height_cm)
    judging.needed(judging.WEIGHT, person.weight_kg)


def _need_gfr(person: Person, method: GfrMethod) -> None:
    """What an estimate takes; the second formula needs the height, and there is always a second."""
    if method is GfrMethod.MEASURED:
        judging.needed(judging.GFR, person.gfr_ml_min)
        return
    _need_size(person)
    judging.needed(judging.CREATININE, person.creatinine_umol_l)
    if person.sex is None:
        raise DoseError("dose.missing", name=Phrase(mark("Sex")), key="sex")


def _reductions(
    drug: Drug, person: Person, wish: Wish, body: Estimates
) -> tuple[tuple[Reduction, ...], tuple[Question, ...]]:
    """Reductions that apply, and a question where two estimates of the kidney lead to two."""
    found: list[Reduction] = []
    liver = [one for one in drug.reductions if one.organ is Organ.LIVER]
    if liver:
        bilirubin = judging.needed(judging.BILIRUBIN, person.bilirubin_umol_l)
        found += [one for one in liver if one.applies(bilirubin)]
    kidney = [one for one in drug.reductions if one.organ is Organ.KIDNEY]
    if not kidney:
        return tuple(found), ()
    _need_gfr(person, body.gfr)
    found += [one for one in kidney if one.applies(body.gfrs[body.gfr])]
    shares = {
        math.prod(r.share for r in kidney if r.applies(value)) for value in body.gfrs.values()
    }
    if wish.gfr is not None or len(shares) == 1 or body.gfrs_apart <= GFRS_AGREE:
        return tuple(found), ()
    choices = tuple(Choice(str(one), value, None) for one, value in body.gfrs.items())
    return tuple(found), (Question("dose.question.kidney", {"apart": body.gfrs_apart}, choices),)


def _disagreements(row: DoseRow, wish: Wish, body: Estimates) -> tuple[Question, ...]:
    if row.basis is Basis.M2 and wish.surface is None and body.surfaces_apart > SURFACES_AGREE:
        choices = tuple(
            Choice(str(one), value, (row.amount or 0) * value)
            for one, value in body.surfaces.items()
        )
        return (Question("dose.question.surface", {"apart": body.surfaces_apart}, choices),)
    if row.basis is Basis.AUC and wish.gfr is None and body.gfrs_apart > GFRS_AGREE:
        choices = tuple(
            Choice(str(one), value, calvert(wish.auc or 0, value))
            for one, value in body.gfrs.items()
        )
        return (Question("dose.question.gfr", {"apart": body.gfrs_apart}, choices),)
    return ()


def _organ_reason(one: Reduction) -> Remark:
    code = "dose.reason.kidney" if one.organ is Organ.KIDNEY else "dose.reason.liver"
    return Remark(code, {"limit": one.up_to if one.organ is Organ.KIDNEY else one.above})


def _within_limit(result: Dose, person: Person, table: DoseTable) -> Dose:
    """Hold an anthracycline against what a life may hold."""
    had, row = exposure(result.drug, person, table), result.row
    if had is None or row is None or not result.full_mg or result.exact_mg is None:
        return result
    mg_m2 = (row.amount or 0) * result.exact_mg / result.full_mg
    values = {"earlier": had.earlier, "limit": had.limit, "mg_m2": mg_m2}
    if had.earlier + mg_m2 > had.limit:
        reasons = (Remark("dose.reason.cumulative", values),)
        return _without_dose(result, DoseStatus.NOT_GIVEN, reasons=reasons)
    left = {**values, "times": had.times(mg_m2)}
    said = [Remark("dose.remark.cumulative", left)]
    if person.earlier_mg_m2 is None:
        said.append(Remark("dose.remark.no-earlier"))
    elif person.earlier_mg_m2:
        said.append(Remark("dose.remark.equivalence"))
    if row.cycles > had.times(mg_m2):
        said.append(Remark("dose.remark.too-many-cycles", {"cycles": row.cycles, **left}))
    return replace(result, remarks=(*result.remarks, *said))


def _rounded(result: Dose, wish: Wish) -> Dose:
    if result.exact_mg is None:
        return result
    if not result.drug.units:
        return replace(result, remarks=(*result.remarks, Remark("dose.remark.no-units")))
    found = rounded(result.exact_mg, result.drug.units, wish.round_within)
    said = () if found.within else (Remark("dose.remark.not-rounded", {"change": found.change}),)
    return replace(result, rounded=found, remarks=(*result.remarks, *said))


# ---------------------------------------------------------------- how it was worked out


def _surfaces(body: Estimates) -> tuple[Estimate, ...]:
    return tuple(Estimate(str(k), v, "m²", k is body.surface) for k, v in body.surfaces.items())


def _gfrs(body: Estimates) -> tuple[Estimate, ...]:
    return tuple(Estimate(str(k), v, "mL/min", k is body.gfr) for k, v in body.gfrs.items())


def _remarks(row: DoseRow, wish: Wish, body: Estimates) -> tuple[Remark, ...]:
    said: list[Remark] = []
    if row.basis is not Basis.FLAT:
        said.append(Remark("dose.remark.actual-weight"))
    if body.bmi is not None and body.bmi >= OBESE and row.basis is not Basis.FLAT:
        said.append(Remark("dose.remark.obese", {"bmi": body.bmi}))
    if row.basis is Basis.AUC:
        said += _gfr_remarks(wish, body)
    if wish.is_first and row.first_amount is not None:
        said.append(Remark("dose.remark.loading"))
    return tuple(said)


def _gfr_remarks(wish: Wish, body: Estimates) -> list[Remark]:
    said: list[Remark] = []
    if body.gfr is not GfrMethod.MEASURED and body.creatinine is not None:
        floor = wish.creatinine_floor_umol_l
        said.append(
            Remark("dose.remark.no-floor")
            if floor is None
            else Remark("dose.remark.floor", {"floor": floor, "counted": body.creatinine})
        )
        if body.creatinine < LOW_CREATININE:
            said.append(Remark("dose.remark.low-creatinine", {"creatinine": body.creatinine}))
    if body.gfrs[body.gfr] > MOST_GFR:
        values = {"gfr": body.gfrs[body.gfr], "most": MOST_GFR}
        said.append(Remark("dose.remark.capped", values))
    return said
