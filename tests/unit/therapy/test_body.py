"""Body surface, renal function and Calvert, against numbers worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside_dx.core.dosing import Sex
from bedside_dx.therapy.body import (
    calvert,
    ckd_epi,
    cockcroft_gault,
    de_indexed,
    disagreement,
    dubois,
    mosteller,
)


def test_body_surface_of_170_cm_and_70_kg() -> None:
    """√(170·70/3600) = √3.30556 = 1.8181; .007184·70^.425·170^.725 = .007184·6.0832·41.4057 = 1.8095."""
    assert mosteller(170, 70) == pytest.approx(1.818, abs=5e-4)
    assert dubois(170, 70) == pytest.approx(1.810, abs=5e-4)


def test_a_woman_of_60_years_70_kg_80_umol() -> None:
    """Cockcroft-Gault: (140−60)·70·1.04/80 = 72.8 mL/min.

    CKD-EPI: 80/88.4 = .90498 mg/dL; /.7 = 1.29282; ^−1.2 = .73473; .9938^60 = .68857;
    142·.73473·.68857·1.012 = 72.70 mL/min per 1.73 m².
    """
    assert cockcroft_gault(60, 70, Sex.FEMALE, 80) == pytest.approx(72.8)
    assert ckd_epi(60, Sex.FEMALE, 80) == pytest.approx(72.7, abs=0.05)


def test_a_man_of_60_years() -> None:
    """Cockcroft-Gault: 80·70·1.23/80 = 86.1. CKD-EPI: .90498/.9 = 1.00553; ^−1.2 = .99340;
    142·.99340·.68857 = 97.13."""
    assert cockcroft_gault(60, 70, Sex.MALE, 80) == pytest.approx(86.1)
    assert ckd_epi(60, Sex.MALE, 80) == pytest.approx(97.13, abs=0.02)


def test_low_creatinine_takes_the_other_slope() -> None:
    """Woman, 40 y, 50 µmol/L: .56561/.7 = .80801; ^−.241 = 1.05272; .9938^40 = .77977;
    142·1.05272·.77977·1.012 = 117.97."""
    assert ckd_epi(40, Sex.FEMALE, 50) == pytest.approx(117.97, abs=0.02)


def test_the_small_old_woman() -> None:
    """80 y, 50 kg, 155 cm, 60 µmol/L, AUC 5.

    Cockcroft-Gault 60·50·1.04/60 = 52 → 5·77 = 385 mg. Body surface √(155·50/3600) = 1.46723.
    CKD-EPI: .67873/.7 = .96962; ^−.241 = 1.00746; .9938^80 = .60804; 142·1.00746·.60804·1.012
    = 88.03; ·1.46723/1.73 = 74.66 → 5·99.66 = 498 mg. Without de-indexing 5·113.03 = 565 mg.
    """
    surface = mosteller(155, 50)
    clearance = cockcroft_gault(80, 50, Sex.FEMALE, 60)
    indexed = ckd_epi(80, Sex.FEMALE, 60)
    assert calvert(5, clearance) == pytest.approx(385)
    assert calvert(5, de_indexed(indexed, surface)) == pytest.approx(498, abs=0.5)
    assert calvert(5, indexed) == pytest.approx(565, abs=0.5)


def test_calvert_counts_no_more_than_125() -> None:
    """6·(125 + 25) = 900 mg, whether the estimate is 125 or 180."""
    assert calvert(6, 125) == calvert(6, 180) == 900


def test_disagreement_is_relative_to_the_smaller() -> None:
    """(60 − 50)/50 = .2."""
    assert disagreement(50, 60) == disagreement(60, 50) == pytest.approx(0.2)


@given(st.floats(120, 230), st.floats(30, 300))
def test_more_weight_is_more_surface(height: float, weight: float) -> None:
    for formula in (mosteller, dubois):
        assert formula(height, weight + 1) > formula(height, weight) > 0.8


@given(st.floats(18, 109), st.floats(20, 1999), st.sampled_from(Sex))
def test_more_creatinine_or_age_is_less_renal_function(
    age: float, creatinine: float, sex: Sex
) -> None:
    assert ckd_epi(age, sex, creatinine + 1) < ckd_epi(age, sex, creatinine)
    assert ckd_epi(age + 1, sex, creatinine) < ckd_epi(age, sex, creatinine)
    assert cockcroft_gault(age + 1, 70, sex, creatinine) < cockcroft_gault(age, 70, sex, creatinine)
