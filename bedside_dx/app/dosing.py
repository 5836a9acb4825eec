"""A dose for one person: for scripts, the command line and the window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from bedside_dx.core.dosing import (
    Basis,
    Dpd,
    GfrMethod,
    Hbv,
    Organ,
    Person,
    Sex,
    SurfaceFormula,
    Test,
    Wish,
)
from bedside_dx.core.errors import SettingsError
from bedside_dx.core.prognosis import Input
from bedside_dx.text.message import mark
from bedside_dx.therapy import dosing, judging
from bedside_dx.therapy.dose_table import dose_table as shipped
from bedside_dx.therapy.readiness import may_be_pregnant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bedside_dx.core.dosing import Dose, DoseTable, Drug

Word = TypeVar("Word", bound=StrEnum)

NO_YES: Mapping[float, str] = MappingProxyType({0.0: mark("no"), 1.0: mark("yes")})
SEX = Input("sex", mark("Sex"), choices={0.0: mark("female"), 1.0: mark("male")})
DPD = Input("dpd", mark("Activity of DPD"), choices={
    0.0: mark("normal"), 1.0: mark("partial deficiency"), 2.0: mark("complete deficiency"),
})  # fmt: skip
HBV = Input("hbv", mark("Hepatitis B"), choices={
    0.0: mark("negative"), 1.0: mark("chronic (HBsAg positive)"),
    2.0: mark("past (only anti-HBc positive)"),
})  # fmt: skip
PREGNANT = Input("is-pregnant", mark("Pregnant"), choices=NO_YES)
RADIATION = Input("had-heart-radiation", mark("The heart was irradiated"), choices=NO_YES)
HAD_EARLIER = Input("had-earlier", mark("Anthracycline given earlier"), choices=NO_YES)
"""Of the choices, the code counts the words of `Sex`, `Dpd` and `Hbv` in their order."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that a dose depends on, and whether there is none without it."""

    wanted: Input
    needed: bool


def dose(
    drug: str,
    *,
    row: str = "",
    age: float | None = None,
    sex: str | None = None,
    height_cm: float | None = None,
    weight_kg: float | None = None,
    creatinine_umol_l: float | None = None,
    gfr_ml_min: float | None = None,
    bilirubin_umol_l: float | None = None,
    dpd: str | None = None,
    uracil_ng_ml: float | None = None,
    lvef_percent: float | None = None,
    hbv: str | None = None,
    is_pregnant: bool | None = None,
    had_heart_radiation: bool = False,
    earlier: Mapping[str, float] | None = None,
    auc: float | None = None,
    is_first: bool = False,
    percent: float | None = None,
    surface: str | None = None,
    gfr: str | None = None,
    creatinine_floor_umol_l: float | None = None,
    round_within: float = 0.05,
    confirmed: Iterable[str] = (),
) -> Dose:
    """Work out one administration of a drug for one adult.

    Parameters
    ----------
    drug
        International or brand name.
    row
        Which sourced dose, where the table has several.
    sex
        ``"female"`` or ``"male"``.
    dpd
        ``"normal"``, ``"partial"`` or ``"complete"`` (deficiency).
    hbv
        ``"negative"``, ``"chronic"`` or ``"past"``.
    earlier
        Anthracyclines given earlier, mg/m² by name.
    surface, gfr
        The formula to take where two disagree: ``"mosteller"`` or ``"dubois"``;
        ``"cockcroft-gault"``, ``"ckd-epi"`` or ``"measured"``.
    confirmed
        Names of inputs that look like another unit and are right.

    Raises
    ------
    DoseError
        What is stated can't be right, or is missing; its code says why.
    SettingsError
        ``settings.bad``: a word that is none of those above.
    """
    person = Person(
        age=age,
        sex=_word(Sex, "sex", sex),
        height_cm=height_cm,
        weight_kg=weight_kg,
        creatinine_umol_l=creatinine_umol_l,
        gfr_ml_min=gfr_ml_min,
        bilirubin_umol_l=bilirubin_umol_l,
        dpd=_word(Dpd, "dpd", dpd),
        uracil_ng_ml=uracil_ng_ml,
        lvef_percent=lvef_percent,
        hbv=_word(Hbv, "hbv", hbv),
        is_pregnant=is_pregnant,
        had_heart_radiation=had_heart_radiation,
        earlier_mg_m2=earlier,
        confirmed=frozenset(confirmed),
    )
    wish = Wish(
        drug=drug,
        row=row,
        auc=auc,
        is_first=is_first,
        percent=percent,
        surface=_word(SurfaceFormula, "surface", surface),
        gfr=_word(GfrMethod, "gfr", gfr),
        creatinine_floor_umol_l=creatinine_floor_umol_l,
        round_within=round_within,
    )
    return dosing.dose(person, wish)


def converted(key: str, mg_dl: float, confirmed: Iterable[str] = ()) -> float:
    """Creatinine or bilirubin in µmol/L of what a person says to be in mg/dL.

    Parameters
    ----------
    key
        ``"creatinine-umol-l"`` or ``"bilirubin-umol-l"``.

    Raises
    ------
    DoseError
        It looks like another unit, or can't be right.
    """
    wanted, factor = judging.MG_DL[key]
    judging.check(wanted, mg_dl, frozenset(confirmed))
    return mg_dl * factor


def in_mg_dl(wanted: Input) -> Input:
    """The same input as laboratories state it in mg/dL; itself where they do not."""
    return judging.MG_DL[wanted.key][0] if wanted.key in judging.MG_DL else wanted


def asked_of(drug: Drug, row: str, sex: str | None, age: float | None) -> tuple[Asked, ...]:
    """What a drug's doses ask about a person, in the order of a form; of one row where it is named.

    Parameters
    ----------
    sex, age
        As far as they are stated: whether pregnancy matters follows from them.
    """
    rows = [one for one in drug.rows if one.key == row] or list(drug.rows)
    bases = {one.basis for one in rows}
    organs = {one.organ for one in drug.reductions}
    kidney = Basis.AUC in bases or Organ.KIDNEY in organs
    size = bases != {Basis.FLAT} or kidney
    person = Person(age=age, sex=_word(Sex, "sex", sex))
    asks_pregnancy = Test.PREGNANCY in drug.tests and may_be_pregnant(person)
    found = [
        Asked(judging.AGE, needed=True),
        Asked(SEX, needed=kidney or asks_pregnancy),
        Asked(judging.HEIGHT, needed=Basis.M2 in bases or kidney) if size else None,
        Asked(judging.WEIGHT, needed=True) if size else None,
        Asked(judging.CREATININE, needed=True) if kidney else None,
        Asked(judging.GFR, needed=False) if kidney else None,
        Asked(judging.BILIRUBIN, needed=True) if Organ.LIVER in organs else None,
        Asked(judging.AUC, needed=True) if Basis.AUC in bases else None,
        Asked(judging.URACIL, needed=False) if Test.DPD in drug.tests else None,
        Asked(DPD, needed=True) if Test.DPD in drug.tests else None,
        Asked(judging.LVEF, needed=True) if Test.LVEF in drug.tests else None,
        Asked(PREGNANT, needed=True) if asks_pregnancy else None,
        Asked(HBV, needed=False) if Test.HBV in drug.tests else None,
        Asked(RADIATION, needed=False) if drug.limit is not None else None,
        Asked(HAD_EARLIER, needed=False) if drug.limit is not None else None,
        Asked(judging.PERCENT, needed=False),
        Asked(judging.FLOOR, needed=False) if Basis.AUC in bases else None,
    ]
    return tuple(one for one in found if one is not None)


def dose_table() -> DoseTable:
    """Every sourced dose there is."""
    return shipped()


def _word(kind: type[Word], name: str, text: str | None) -> Word | None:
    if text is None:
        return None
    if text not in set(kind):
        raise SettingsError("settings.bad", name=name, value=text, allowed=", ".join(kind))
    return kind(text)
