"""Two formulas agree, or it asks: clearance and body surface."""

from dataclasses import replace

import pytest

from bedside_dx.core.dosing import (
    DoseStatus,
    Dpd,
    GfrMethod,
    SurfaceFormula,
    Wish,
)
from bedside_dx.therapy.dosing import dose
from tests.unit.therapy.dosed_people import MAN, OLD_WOMAN


def test_the_small_old_woman_is_asked_about() -> None:
    """385 mg by Cockcroft-Gault, 498 by de-indexed CKD-EPI: (74.66 − 52)/52 = 44 % apart."""
    found = dose(OLD_WOMAN, Wish("carboplatin", auc=5))
    assert found.status is DoseStatus.ASKS
    assert found.mg is None
    question = found.questions[0]
    assert question.code == "dose.question.gfr"
    assert question.values["apart"] == pytest.approx(0.436, abs=0.001)
    offered = {one.key: one.mg for one in question.choices}
    assert offered["cockcroft-gault"] == pytest.approx(385)
    assert offered["ckd-epi"] == pytest.approx(498, abs=0.5)
    assert not any(one.taken for one in found.gfrs)


def test_a_person_may_choose_or_measure() -> None:
    """385 mg → 400 mg in vials (+3.9 %). Measured 60 mL/min: 5·85 = 425 → 400 mg is −5.9 %, 450 mg
    +5.9 %: neither within 5 %, so 425 mg stands."""
    chosen = dose(OLD_WOMAN, Wish("carboplatin", auc=5, gfr=GfrMethod.COCKCROFT_GAULT))
    assert (chosen.exact_mg, chosen.mg) == (pytest.approx(385), 400)
    measured = dose(replace(OLD_WOMAN, gfr_ml_min=60), Wish("carboplatin", auc=5))
    assert measured.mg == pytest.approx(425)


def test_estimates_that_agree_are_taken() -> None:
    """Man: Cockcroft-Gault 86.1; CKD-EPI 97.13·1.81812/1.73 = 102.08: 18.6 % apart, no question;
    6·(86.1 + 25) = 666.6 → 650 mg (−2.5 %)."""
    found = dose(MAN, Wish("carboplatin", auc=6))
    assert found.status is DoseStatus.DOSE
    assert found.exact_mg == pytest.approx(666.6)
    assert found.mg == 650
    codes = [one.code for one in found.remarks]
    assert "dose.remark.actual-weight" in codes
    assert "dose.remark.no-floor" in codes


def test_a_creatinine_floor_is_stated_and_said() -> None:
    """Floor 62 µmol/L: 60·50·1.04/62 = 50.32; 5·75.32 = 376.6 mg."""
    wish = Wish("carboplatin", auc=5, gfr=GfrMethod.COCKCROFT_GAULT, creatinine_floor_umol_l=62)
    found = dose(OLD_WOMAN, wish)
    assert found.exact_mg == pytest.approx(376.6, abs=0.1)
    assert "dose.remark.floor" in [one.code for one in found.remarks]


def test_the_renal_function_is_capped_and_said() -> None:
    """30 y, 100 kg, 190 cm, 70 µmol/L: 110·100·1.23/70 = 193.3; counts 125: 5·150 = 750 mg."""
    person = replace(MAN, age=30, weight_kg=100, height_cm=190, creatinine_umol_l=70)
    found = dose(person, Wish("carboplatin", auc=5, gfr=GfrMethod.COCKCROFT_GAULT))
    assert found.exact_mg == pytest.approx(750)
    assert found.gfr_used == 125
    assert "dose.remark.capped" in [one.code for one in found.remarks]


def test_body_surfaces_that_disagree_are_asked_about() -> None:
    """120 kg, 150 cm (confirmed): √5 = 2.2361; .007184·120^.425·150^.725 = 2.0782: 7.6 % apart."""
    person = replace(MAN, height_cm=150, weight_kg=120, confirmed=frozenset({"weight-kg"}))
    wish = Wish("docetaxel", row="docetaxel-nsclc")
    found = dose(person, wish)
    assert found.status is DoseStatus.ASKS
    assert [one.value for one in found.questions[0].choices] == [
        pytest.approx(2.2361, abs=1e-4),
        pytest.approx(2.0782, abs=2e-4),
    ]
    chosen = dose(person, replace(wish, surface=SurfaceFormula.DUBOIS))
    assert chosen.exact_mg == pytest.approx(75 * 2.0782, abs=0.02)
    assert "dose.remark.obese" in [one.code for one in chosen.remarks]
    assert any("ASCO" in source.title for source in chosen.sources)


def test_estimates_that_lead_to_different_reductions_are_asked_about() -> None:
    """80 y, 50 kg, 155 cm, 110 µmol/L: Cockcroft-Gault 60·50·1.04/110 = 28.4 (not given); CKD-EPI
    1.24434/.7 = 1.77763^−1.2 = .50145·.60804·142·1.012 = 43.8·1.46723/1.73 = 37.2 (75 %)."""
    person = replace(OLD_WOMAN, creatinine_umol_l=110, dpd=Dpd.NORMAL)
    found = dose(person, Wish("capecitabine", row="capecitabine-1000"))
    assert found.status is DoseStatus.ASKS
    assert found.questions[0].code == "dose.question.kidney"
