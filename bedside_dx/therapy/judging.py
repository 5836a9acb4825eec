"""Whether what is stated of a person can be so: asked back where it looks like another unit.

Nothing is ever converted, but for what a person says to be in mg/dL.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from bedside_dx.core.dosing import Person
from bedside_dx.core.errors import DoseError, Phrase
from bedside_dx.core.prognosis import Input, Slip
from bedside_dx.text.message import mark
from bedside_dx.therapy.body import body_mass_index

ADULT = 18
"""Years."""
KG_PER_POUND = 0.45359237
LEAST_BMI, MOST_BMI = 14.0, 38.0
"""kg/m² beyond which height and weight are asked back: 70 kg typed in pounds is a BMI of 53."""

AGE = Input("age", mark("Age"), mark("years"), ADULT, 110,
            slips=(Slip(1900, 2100, mark("a year of birth"), 0),))  # fmt: skip
HEIGHT = Input(
    "height-cm", mark("Height"), "cm", 120, 230,
    slips=(Slip(1.2, 2.3, "m", 100), Slip(47, 91, mark("inches"), 2.54)),
)  # fmt: skip
WEIGHT = Input("weight-kg", mark("Weight"), "kg", 30, 300)
CREATININE = Input(
    "creatinine-umol-l", mark("Creatinine in serum"), "µmol/L", 20, 2000,
    slips=(Slip(0.2, 2.9, "mg/dL", 88.4), Slip(2.9, 19.999, "mg/L", 8.84),
           Slip(20, 25, "mg/L", 8.84)),
)  # fmt: skip
GFR = Input("gfr-ml-min", mark("Measured glomerular filtration rate"), "mL/min", 5, 250,
            slips=(Slip(0.1, 4.9, "mL/s", 60),))  # fmt: skip
BILIRUBIN = Input(
    "bilirubin-umol-l", mark("Bilirubin in serum"), "µmol/L", 2, 1000,
    slips=(Slip(0.05, 1.999, "mg/dL", 17.1), Slip(2, 2.9, "mg/dL", 17.1)),
)  # fmt: skip
URACIL = Input("uracil-ng-ml", mark("Uracil in plasma"), "ng/mL", 0.5, 2000)
LVEF = Input("lvef-percent", mark("Left ventricular ejection fraction"), "%", 5, 90,
             slips=(Slip(0.05, 0.9, mark("a share of 1"), 100),))  # fmt: skip
AUC = Input("auc", mark("Area under the curve to aim at"), "mg/mL·min", 1, 8)
PERCENT = Input("percent", mark("Percent of the dose"), "%", 10, 100,
                slips=(Slip(0.1, 1, mark("a share of 1"), 100),))  # fmt: skip
FLOOR = Input("creatinine-floor-umol-l", mark("Creatinine floor"), "µmol/L", 40, 110,
              slips=(Slip(0.4, 1.3, "mg/dL", 88.4),))  # fmt: skip
CREATININE_MG_DL = Input(
    "creatinine-mg-dl", CREATININE.label, "mg/dL", 0.23, 22.6,
    slips=(Slip(22.601, 2000, "µmol/L", 1 / 88.4), Slip(4, 22.6, "mg/L", 0.1)),
)  # fmt: skip
BILIRUBIN_MG_DL = Input(
    "bilirubin-mg-dl", BILIRUBIN.label, "mg/dL", 0.12, 58,
    slips=(Slip(58.001, 1000, "µmol/L", 1 / 17.1), Slip(3, 58, "µmol/L", 1 / 17.1)),
)  # fmt: skip
EARLIER = Input("earlier", mark("Anthracycline given earlier"), "mg/m²", 0, 3000)

MG_DL = {CREATININE.key: (CREATININE_MG_DL, 88.4), BILIRUBIN.key: (BILIRUBIN_MG_DL, 17.1)}
"""What laboratories also state in mg/dL, and µmol/L in one of it."""


@dataclass(frozen=True)
class _Stated:
    """An input and what is stated for it."""

    wanted: Input
    value: float | None


def judge(person: Person) -> None:
    """Look at everything that is stated; what is missing is left to whoever needs it.

    Raises
    ------
    DoseError
        ``dose.not-a-number``, ``dose.child``, ``dose.out-of-range``,
        ``dose.out-of-range-slip``, ``dose.slip`` or ``dose.proportions``.
    """
    for one in (
        _Stated(AGE, person.age),
        _Stated(HEIGHT, person.height_cm),
        _Stated(WEIGHT, person.weight_kg),
        _Stated(CREATININE, person.creatinine_umol_l),
        _Stated(GFR, person.gfr_ml_min),
        _Stated(BILIRUBIN, person.bilirubin_umol_l),
        _Stated(URACIL, person.uracil_ng_ml),
        _Stated(LVEF, person.lvef_percent),
        *(_Stated(EARLIER, mg) for mg in (person.earlier_mg_m2 or {}).values()),
    ):
        if one.value is not None:
            check(one.wanted, one.value, person.confirmed)
    _proportions(person)


def check(wanted: Input, value: float, confirmed: frozenset[str] = frozenset()) -> None:
    """Look at one number; raises as `judge`."""
    name, key = Phrase(wanted.label), wanted.key
    if not math.isfinite(value):
        raise DoseError("dose.not-a-number", name=name, key=key, value=str(value))
    slip = next((one for one in wanted.slips if one.suspects(value)), None)
    if not wanted.allows(value):
        if wanted is AGE and 0 <= value < ADULT:
            raise DoseError("dose.child", value=value)
        raise DoseError(
            "dose.out-of-range-slip" if slip else "dose.out-of-range", name=name, key=key,
            value=value, low=wanted.low, high=wanted.high, unit=Phrase(wanted.unit),
            other=Phrase(slip.unit) if slip else "",
        )  # fmt: skip
    if slip is not None and key not in confirmed:
        raise DoseError(
            "dose.slip", name=name, key=key, value=value, unit=Phrase(wanted.unit),
            other=Phrase(slip.unit), instead=value * slip.factor,
        )  # fmt: skip


def needed(wanted: Input, value: float | None) -> float:
    """A number without which nothing can be worked out.

    Raises
    ------
    DoseError
        ``dose.missing``.
    """
    if value is None:
        raise DoseError("dose.missing", name=Phrase(wanted.label), key=wanted.key)
    return value


def _proportions(person: Person) -> None:
    height, weight = person.height_cm, person.weight_kg
    if height is None or weight is None or WEIGHT.key in person.confirmed:
        return
    bmi = body_mass_index(height, weight)
    if LEAST_BMI <= bmi <= MOST_BMI:
        return
    raise DoseError(
        "dose.pounds" if bmi > MOST_BMI else "dose.proportions",
        key=WEIGHT.key, value=weight, height=height, bmi=bmi, instead=weight * KG_PER_POUND,
    )  # fmt: skip
