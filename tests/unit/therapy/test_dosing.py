"""Doses: shown from a sourced row only, reduced by organs, by a life's sum and by what is possible."""

from dataclasses import replace

import pytest

from bedside_dx.core.dosing import (
    Basis,
    DoseStatus,
    Dpd,
    GfrMethod,
    Person,
    Wish,
)
from bedside_dx.core.errors import DoseError
from bedside_dx.therapy.dosing import dose
from tests.unit.therapy.dosed_people import MAN, code_of


def test_a_dose_per_square_metre_in_vials() -> None:
    """75·1.81812 = 136.36 mg docetaxel; vials 20, 80, 160: 140 mg = 80 + 3·20 (+2.7 %)."""
    found = dose(MAN, Wish("docetaxel", row="docetaxel-nsclc"))
    assert found.exact_mg == pytest.approx(136.36, abs=0.01)
    assert found.rounded is not None
    assert found.rounded.counts == ((80, 1), (20, 3))
    assert found.mg == 140


def test_a_loading_dose_per_kilogram() -> None:
    """8·70 = 560 mg; four vials of 150 mg make 600 mg (+7.1 %): 560 mg stands."""
    wish = Wish("trastuzumab", row="trastuzumab-21", is_first=True)
    found = dose(replace(MAN, lvef_percent=60), wish)
    assert found.mg == pytest.approx(560)
    assert found.row is not None
    assert found.row.basis is Basis.KG


def test_a_flat_dose_needs_no_body() -> None:
    """Two vials of 100 mg."""
    found = dose(Person(age=70), Wish("pembrolizumab", row="pembrolizumab-21"))
    assert found.status is DoseStatus.DOSE
    assert found.mg == 200


def test_nothing_is_chosen_where_there_are_several_rows() -> None:
    found = dose(MAN, Wish("docetaxel"))
    assert found.status is DoseStatus.ASKS
    assert [one.key for one in found.questions[0].choices] == [
        "docetaxel-tac",
        "docetaxel-nsclc",
        "docetaxel-cisplatin",
    ]
    assert found.mg is None


@pytest.mark.parametrize(
    ("creatinine", "share"),
    [
        # Man of 60, 70 kg: 80·70·1.23/C = 6888/C mL/min.
        (135, 1.0),  # 51.0
        (140, 0.75),  # 49.2
        (225, 0.75),  # 30.6
        (235, 0.0),  # 29.3: contraindicated
    ],
)
def test_capecitabine_follows_the_clearance(creatinine: float, share: float) -> None:
    person = replace(MAN, creatinine_umol_l=creatinine, dpd=Dpd.NORMAL)
    wish = Wish("capecitabine", row="capecitabine-1250", gfr=GfrMethod.COCKCROFT_GAULT)
    found = dose(person, wish)
    if share == 0:
        assert found.status is DoseStatus.NOT_GIVEN
        assert found.reasons[0].code == "dose.reason.kidney"
    else:
        assert found.exact_mg == pytest.approx(1250 * 1.81812 * share, abs=0.1)


def test_pemetrexed_stops_below_45() -> None:
    """6888/160 = 43.05 mL/min."""
    wish = Wish("pemetrexed", row="pemetrexed-maintenance", gfr=GfrMethod.COCKCROFT_GAULT)
    assert dose(replace(MAN, creatinine_umol_l=160), wish).status is DoseStatus.NOT_GIVEN


@pytest.mark.parametrize(
    ("bilirubin", "share"), [(20, 1.0), (30, 0.5), (51, 0.5), (60, 0.25), (90, 0.0)]
)
def test_doxorubicin_follows_bilirubin(bilirubin: float, share: float) -> None:
    """1.2, 3 and 5 mg/dL are 20.5, 51.3 and 85.5 µmol/L; 60·1.81812 = 109.09 mg."""
    person = replace(MAN, lvef_percent=60, bilirubin_umol_l=bilirubin)
    found = dose(person, Wish("doxorubicin", row="doxorubicin-ac"))
    if share == 0:
        assert found.status is DoseStatus.NOT_GIVEN
    else:
        assert found.exact_mg == pytest.approx(109.09 * share, abs=0.01)


def test_a_dose_that_depends_on_an_organ_needs_its_number() -> None:
    person = replace(MAN, lvef_percent=60, bilirubin_umol_l=None)
    for drug, row in (
        ("doxorubicin", "doxorubicin-ac"),
        ("docetaxel", "docetaxel-nsclc"),
        ("paclitaxel", "paclitaxel-gemcitabine"),
    ):
        assert code_of(person, Wish(drug, row=row)) == "dose.missing"
    no_kidney = replace(MAN, creatinine_umol_l=None)
    assert code_of(no_kidney, Wish("oxaliplatin", row="oxaliplatin-adjuvant")) == "dose.missing"


HEART = replace(MAN, lvef_percent=60, bilirubin_umol_l=10)


def test_earlier_anthracyclines_count_by_equivalence() -> None:
    """450 mg/m² epirubicin · 0.8 = 360 doxorubicin; 550 − 360 = 190: 60 mg/m² fits 3 times, of 4."""
    person = replace(HEART, earlier_mg_m2={"epirubicin": 450})
    found = dose(person, Wish("doxorubicin", row="doxorubicin-ac"))
    assert found.status is DoseStatus.DOSE
    said = {one.code: one.values for one in found.remarks}
    assert said["dose.remark.cumulative"] == {
        "earlier": pytest.approx(360), "limit": 550, "mg_m2": pytest.approx(60), "times": 3,
    }  # fmt: skip
    assert "dose.remark.too-many-cycles" in said
    assert any(source.identifier == "PMID 30703192" for source in found.sources)


def test_the_limit_is_not_passed() -> None:
    """100 mg/m² mitoxantrone · 10.5 = 1,050; and 500 mg/m² doxorubicin + 60 > 550."""
    for earlier in ({"mitoxantrone": 100.0}, {"doxorubicin": 500.0}):
        person = replace(HEART, earlier_mg_m2=earlier)
        found = dose(person, Wish("doxorubicin", row="doxorubicin-ac"))
        assert found.status is DoseStatus.NOT_GIVEN
        assert found.mg is None
    exactly = replace(HEART, earlier_mg_m2={"doxorubicin": 490.0})
    assert dose(exactly, Wish("doxorubicin", row="doxorubicin-ac")).mg is not None


def test_a_heart_that_was_irradiated_has_a_lower_limit() -> None:
    """400 instead of 550: 350 + 60 is too much."""
    person = replace(HEART, earlier_mg_m2={"doxorubicin": 350.0}, had_heart_radiation=True)
    found = dose(person, Wish("doxorubicin", row="doxorubicin-ac"))
    assert found.status is DoseStatus.NOT_GIVEN


def test_an_anthracycline_without_a_ratio_is_not_guessed() -> None:
    person = replace(HEART, earlier_mg_m2={"idarubicin": 30.0})
    assert code_of(person, Wish("epirubicin")) == "dose.unknown-earlier"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"weight_kg": 154}, "dose.pounds"),  # 70 kg in pounds
        ({"height_cm": 67}, "dose.out-of-range-slip"),  # inches
        ({"height_cm": 1.7}, "dose.out-of-range-slip"),  # metres
        ({"creatinine_umol_l": 0.9}, "dose.out-of-range-slip"),  # mg/dL
        ({"creatinine_umol_l": 9}, "dose.out-of-range-slip"),  # mg/L
        ({"creatinine_umol_l": 22}, "dose.slip"),
        ({"bilirubin_umol_l": 0.6}, "dose.out-of-range-slip"),  # mg/dL
        ({"lvef_percent": 0.6}, "dose.out-of-range-slip"),  # a share
        ({"gfr_ml_min": 1.4}, "dose.out-of-range-slip"),  # mL/s
        ({"age": 1961}, "dose.out-of-range-slip"),  # a year of birth
        ({"age": 12}, "dose.child"),
        ({"age": None}, "dose.missing"),
        ({"weight_kg": float("nan")}, "dose.not-a-number"),
        ({"weight_kg": -70}, "dose.out-of-range"),
        ({"height_cm": 200, "weight_kg": 45}, "dose.proportions"),
    ],
)
def test_other_units_are_asked_back(change: dict[str, float], code: str) -> None:
    assert code_of(replace(MAN, **change), Wish("carboplatin", auc=5)) == code


def test_what_is_confirmed_counts() -> None:
    person = replace(MAN, weight_kg=154, confirmed=frozenset({"weight-kg"}))
    wish = Wish("carboplatin", auc=5, gfr=GfrMethod.CKD_EPI)
    assert dose(person, wish).status is DoseStatus.DOSE


@pytest.mark.parametrize(
    "wish", [Wish("carboplatin", auc=50), Wish("carboplatin", auc=5, percent=0.8)]
)
def test_wishes_are_judged_too(wish: Wish) -> None:
    assert code_of(MAN, wish).startswith("dose.out-of-range")


def test_an_unknown_drug_is_not_in_this_table() -> None:
    with pytest.raises(DoseError) as caught:
        dose(MAN, Wish("capecitabin"))
    assert caught.value.code == "dose.unknown-drug"
    assert "capecitabine" in str(caught.value.values["near"])


def test_docetaxel_is_not_given_with_bilirubin_above_the_upper_limit() -> None:
    """1.2 mg/dL is 1.2 x 17.1 = 20.5 µmol/L; its label's boxed warning says not above."""
    wish = Wish("docetaxel", row="docetaxel-nsclc")
    assert dose(replace(MAN, bilirubin_umol_l=20), wish).status is DoseStatus.DOSE
    withheld = dose(replace(MAN, bilirubin_umol_l=21), wish)
    assert (withheld.status, withheld.mg) == (DoseStatus.NOT_GIVEN, None)
    assert [one.code for one in withheld.reasons] == ["dose.reason.liver"]


@pytest.mark.parametrize(
    ("bilirubin", "mg_m2"), [(25, 175), (26, 115), (40, 115), (41, 100), (70, 100), (71, 70)]
)
def test_paclitaxel_is_lowered_with_bilirubin(bilirubin: float, mg_m2: float) -> None:
    """Of 175 mg/m² 115, 100 and 70 are left; times 1.81812 m² that is 209.1, 181.8 and 127.3 mg."""
    wish = Wish("paclitaxel")
    found = dose(replace(MAN, bilirubin_umol_l=bilirubin), wish)
    assert found.exact_mg == pytest.approx(mg_m2 * 1.818119, abs=0.01)
    assert dose(replace(MAN, bilirubin_umol_l=201), wish).mg is None
