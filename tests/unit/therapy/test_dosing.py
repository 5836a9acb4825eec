"""Doses: shown from a sourced row only, never before the tests that come first."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bedside_dx.core.dosing import (
    Basis,
    DoseStatus,
    Dpd,
    GfrMethod,
    Hbv,
    Person,
    Sex,
    SurfaceFormula,
    Test,
    Wish,
)
from bedside_dx.core.errors import DoseError
from bedside_dx.text.messages import MESSAGES
from bedside_dx.therapy.dose_table import dose_table, read_table
from bedside_dx.therapy.dosing import dose
from bedside_dx.therapy.rounding import rounded

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


# ---------------------------------------------------------------- what comes first


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


# ---------------------------------------------------------------- two formulas agree, or it asks


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


# ---------------------------------------------------------------- per m², per kg, flat


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


# ---------------------------------------------------------------- kidney, liver, a life's sum


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


def test_estimates_that_lead_to_different_reductions_are_asked_about() -> None:
    """80 y, 50 kg, 155 cm, 110 µmol/L: Cockcroft-Gault 60·50·1.04/110 = 28.4 (not given); CKD-EPI
    1.24434/.7 = 1.77763^−1.2 = .50145·.60804·142·1.012 = 43.8·1.46723/1.73 = 37.2 (75 %)."""
    person = replace(OLD_WOMAN, creatinine_umol_l=110, dpd=Dpd.NORMAL)
    found = dose(person, Wish("capecitabine", row="capecitabine-1000"))
    assert found.status is DoseStatus.ASKS
    assert found.questions[0].code == "dose.question.kidney"


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


# ---------------------------------------------------------------- what is stated must be possible


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


# ---------------------------------------------------------------- the table


def test_every_row_has_a_source_that_was_read() -> None:
    table = dose_table()
    assert len(table.rows) >= 40
    for row in table.rows:
        assert row.source.title
        assert row.source.place
        assert row.source.kind in {"label", "paper", "guideline"}
        assert row.setting in MESSAGES
    for drug in table.drugs:
        assert all(one.code in MESSAGES for one in drug.cautions)
        assert all(test.value for test in drug.tests)


def test_every_source_is_used() -> None:
    table = dose_table()
    used = {row.source.key for row in table.rows} | {
        "obesity",
        "lvef-50",
        "uracil",
        "doxorubicin-400",
    }
    for drug in table.drugs:
        used |= {source.key for source in drug.tests.values()}
        used |= {one.source.key for one in (*drug.reductions, *drug.cautions)}
        used |= {drug.limit.source.key} if drug.limit else set()
        used |= {drug.units_source.key} if drug.units_source else set()
    assert set(table.sources) - used == {"equivalence"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            'source = "doxorubicin" },\n  { key = "doxorubicin-tac"',
            'source = "none" },\n  { key = "doxorubicin-tac"',
        ),
        ("schema_version = 1", "schema_version = 9"),
        ("share = 0.5", "share = 1.5"),
        ("amount = 175, ", ""),
        ('group = "taxane"', 'group = "taxane"\nwish = 1'),
        ("days = [1, 8, 15]", "days = [1, 8, 29]"),
        ('key = "oxaliplatin-metastatic"', 'key = "oxaliplatin-adjuvant"'),
    ],
)
def test_a_broken_table_gives_no_dose(old: str, new: str) -> None:
    from importlib.resources import files

    text = files("bedside_dx.therapy").joinpath("doses.toml").read_text("utf-8")
    assert old in text
    with pytest.raises(DoseError) as caught:
        read_table(text.replace(old, new, 1))
    assert caught.value.code == "dose.table"


# ---------------------------------------------------------------- rounding


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


def test_irinotecan_asks_for_ugt1a1() -> None:
    found = dose(MAN, Wish("irinotecan"))
    assert "dose.caution.ugt1a1" in {one.code for one in found.cautions}
