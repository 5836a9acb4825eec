"""Two people that the tests of doses share, and the code with which a dose is refused."""

import pytest

from bedside_dx.core.dosing import (
    Hbv,
    Person,
    Sex,
    Wish,
)
from bedside_dx.core.errors import DoseError
from bedside_dx.therapy.dosing import dose

MAN = Person(
    age=60,
    sex=Sex.MALE,
    height_cm=170,
    weight_kg=70,
    creatinine_umol_l=80,
    hbv=Hbv.NEGATIVE,
    bilirubin_umol_l=10,
)


OLD_WOMAN = Person(age=80, sex=Sex.FEMALE, height_cm=155, weight_kg=50, creatinine_umol_l=60)


def code_of(person: Person, wish: Wish) -> str:
    with pytest.raises(DoseError) as caught:
        dose(person, wish)
    return caught.value.code
