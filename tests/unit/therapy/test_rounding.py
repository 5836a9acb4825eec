"""Whole units: the nearest, and never more than the row's."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bedside_dx.core.dosing import (
    Basis,
    DoseStatus,
    Dpd,
    Person,
    Sex,
    Wish,
)
from bedside_dx.core.errors import DoseError
from bedside_dx.therapy.dose_table import dose_table
from bedside_dx.therapy.dosing import dose
from bedside_dx.therapy.rounding import rounded


@given(
    st.floats(5, 3000),
    st.lists(
        st.sampled_from([2.5, 10, 20, 50, 80, 100, 150, 420, 500]),
        min_size=1,
        max_size=3,
        unique=True,
    ),
)
@example(711.0, [420, 500])
def test_rounding_takes_the_nearest_whole_units(mg: float, sizes: list[float]) -> None:
    found = rounded(mg, sizes, 0.05)
    assert found.mg == pytest.approx(sum(size * count for size, count in found.counts))
    assert found.within is (abs(found.mg / mg - 1) <= 0.05 + 1e-9)
    assert abs(found.mg - mg) <= max(min(sizes) / 2, min(sizes) - mg) + 1e-6


@given(
    st.sampled_from(sorted(row.key for row in dose_table().rows)),
    st.floats(18, 110), st.floats(120, 230), st.floats(30, 300), st.floats(20, 2000),
    st.sampled_from([*Sex, None]), st.sampled_from([*Dpd, None]), st.floats(5, 90),
)  # fmt: skip
def test_a_shown_dose_is_never_more_than_the_rows(
    key: str, age: float, height: float, weight: float, creatinine: float, sex: Sex | None,
    dpd: Dpd | None, lvef: float,
) -> None:  # fmt: skip
    """Whatever is stated: refused, asked back, or a dose within the row's and the rounding."""
    row = next(row for row in dose_table().rows if row.key == key)
    person = Person(
        age=age, sex=sex, height_cm=height, weight_kg=weight, creatinine_umol_l=creatinine,
        bilirubin_umol_l=10, dpd=dpd, lvef_percent=lvef, is_pregnant=False,
    )  # fmt: skip
    try:
        found = dose(person, Wish(row.drug, row=key, auc=5))
    except DoseError:
        return
    if found.status is not DoseStatus.DOSE:
        assert found.mg is None
        return
    most = {
        Basis.M2: (row.amount or 0) * max(one.value for one in found.surfaces or [])
        if found.surfaces
        else 0,
        Basis.KG: (row.amount or 0) * weight,
        Basis.FLAT: row.amount or 0,
        Basis.AUC: 750,
    }[row.basis]
    assert found.mg is not None
    assert 0 < found.mg <= most * 1.05 + 1e-6
