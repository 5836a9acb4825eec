"""A dose for one person: for scripts, the command line and the window."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from bedside_dx.core.dosing import (
    Dpd,
    GfrMethod,
    Hbv,
    Person,
    Sex,
    SurfaceFormula,
    Wish,
)
from bedside_dx.core.errors import SettingsError
from bedside_dx.therapy import dosing
from bedside_dx.therapy.dose_table import dose_table as shipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bedside_dx.core.dosing import Dose, DoseTable

Word = TypeVar("Word", bound=StrEnum)


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


def dose_table() -> DoseTable:
    """Every sourced dose there is."""
    return shipped()


def _word(kind: type[Word], name: str, text: str | None) -> Word | None:
    if text is None:
        return None
    if text not in set(kind):
        raise SettingsError("settings.bad", name=name, value=text, allowed=", ".join(kind))
    return kind(text)
