"""Tests that come before a dose: no dose without them."""

from dataclasses import replace

import pytest

from bedside_dx.core.dosing import (
    DoseStatus,
    Dpd,
    Hbv,
    Sex,
    Test,
    Wish,
)
from bedside_dx.therapy.dosing import dose
from tests.unit.therapy.dosed_people import MAN, code_of


@pytest.mark.parametrize("drug", ["capecitabine", "fluorouracil", "Xeloda", "5-FU"])
def test_no_fluoropyrimidine_without_dpd(drug: str) -> None:
    found = dose(MAN, Wish(drug))
    assert found.status is DoseStatus.ORDER_FIRST
    assert found.mg is found.exact_mg is found.full_mg is None
    assert [one.test for one in found.order_first] == [Test.DPD]
    assert found.order_first[0].source.identifier == "EMA, 30 April 2020"
    assert not any(choice.mg for one in found.questions for choice in one.choices)


def test_uracil_says_the_dpd_activity() -> None:
    """INCa and HAS: under 16 ng/mL normal, from 150 complete deficiency."""
    wish = Wish("capecitabine", row="capecitabine-1000")
    assert dose(replace(MAN, uracil_ng_ml=15.9), wish).status is DoseStatus.DOSE
    assert dose(replace(MAN, uracil_ng_ml=16), wish).status is DoseStatus.ASKS
    complete = dose(replace(MAN, uracil_ng_ml=150), wish)
    assert complete.status is DoseStatus.NOT_GIVEN
    assert complete.reasons[0].code == "dose.reason.dpd-complete"
    assert code_of(replace(MAN, uracil_ng_ml=150, dpd=Dpd.NORMAL), wish) == "dose.contradicts"


def test_partial_deficiency_needs_a_stated_share() -> None:
    """1,000 mg/m² · 1.8181 m² · 50 % = 909 mg; 900 mg in tablets (−1.0 %)."""
    person = replace(MAN, dpd=Dpd.PARTIAL)
    wish = Wish("capecitabine", row="capecitabine-1000")
    assert dose(person, wish).mg is None
    found = dose(person, replace(wish, percent=50))
    assert found.exact_mg == pytest.approx(909.06, abs=0.01)
    assert found.mg == 900


@pytest.mark.parametrize(
    "drug",
    ["doxorubicin", "epirubicin", "trastuzumab", "pertuzumab", "trastuzumab emtansine"],
)
def test_the_heart_comes_before_anthracyclines_and_anti_her2(drug: str) -> None:
    found = dose(MAN, Wish(drug))
    assert found.status is DoseStatus.ORDER_FIRST
    assert Test.LVEF in [one.test for one in found.order_first]
    assert found.mg is None


def test_a_weak_heart_is_a_persons_decision() -> None:
    """6 mg/kg · 70 kg = 420 mg; 150 mg vials make 450 mg (+7.1 %), more than 5 %: 420 mg stands."""
    weak = replace(MAN, lvef_percent=48)
    wish = Wish("trastuzumab", row="trastuzumab-21")
    assert dose(weak, wish).questions[0].code == "dose.question.lvef"
    found = dose(replace(weak, confirmed=frozenset({"lvef-percent"})), wish)
    assert found.mg == pytest.approx(420)
    assert found.rounded is not None
    assert (found.rounded.mg, found.rounded.within) == (450, False)


def test_pregnancy_is_asked_of_women_up_to_55() -> None:
    woman = replace(MAN, sex=Sex.FEMALE, age=35)
    wish = Wish("osimertinib")
    asked = dose(replace(woman, lvef_percent=60), wish)
    assert asked.status is DoseStatus.ORDER_FIRST
    assert [one.test for one in asked.order_first] == [Test.PREGNANCY]
    not_pregnant = replace(woman, lvef_percent=60, is_pregnant=False)
    assert dose(not_pregnant, wish).mg == 80
    pregnant = dose(replace(not_pregnant, is_pregnant=True), wish)
    assert pregnant.status is DoseStatus.NOT_GIVEN
    assert dose(replace(woman, age=56, lvef_percent=60), wish).mg == 80


def test_hepatitis_b_is_asked_and_does_not_delay() -> None:
    """ASCO 2020 (PMID 32716741): test all, but don't wait."""
    found = dose(replace(MAN, hbv=None), Wish("docetaxel", row="docetaxel-nsclc"))
    assert found.status is DoseStatus.DOSE
    assert [(one.test, one.withholds) for one in found.order_first] == [(Test.HBV, False)]
    assert found.order_first[0].source.identifier == "PMID 32716741"
    chronic = dose(replace(MAN, hbv=Hbv.CHRONIC), Wish("docetaxel", row="docetaxel-nsclc"))
    assert "dose.remark.hbv-chronic" in [one.code for one in chronic.remarks]
    past = dose(replace(MAN, hbv=Hbv.PAST), Wish("docetaxel", row="docetaxel-nsclc"))
    assert "dose.remark.hbv-past" in [one.code for one in past.remarks]


def test_irinotecan_asks_for_ugt1a1() -> None:
    found = dose(MAN, Wish("irinotecan"))
    assert "dose.caution.ugt1a1" in {one.code for one in found.cautions}
