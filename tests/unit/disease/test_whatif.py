"""What each treatment and each input would change."""

import numpy as np
import pytest

from bedside_dx.app.prognosing import what_if
from bedside_dx.core.errors import PrognosisError
from bedside_dx.core.prognosis import Entry, Given, Provenance
from bedside_dx.disease import whatif
from bedside_dx.disease.prognosis.computing import benefits, curves, in_order
from bedside_dx.disease.prognosis.registry import model_of
from tests.unit.disease.people import COLON, MAN, WOMAN, YOUNGER, person

MODEL = model_of("predict-breast")


def test_every_regimen_that_comes_into_question_has_a_curve() -> None:
    woman = person("predict-breast", WOMAN)
    found = whatif.every_curve(MODEL, woman.values)
    assert len(found) == 2**4 * 3  # five or ten years of endocrine therapy, or none
    assert len({curve.regimen for curve in found}) == len(found)
    assert not any({"h", "h10"} <= curve.regimen for curve in found)
    quiet = person("predict-breast", {**WOMAN, "gen": 0, "traz": 0})
    assert len(whatif.every_curve(MODEL, quiet.values)) == 2**2 * 3


def test_a_curve_does_not_depend_on_those_computed_beside_it() -> None:
    woman = person("predict-breast", WOMAN).values
    for curve in whatif.every_curve(MODEL, woman):
        (alone,) = curves(MODEL, woman, [curve.regimen])
        assert alone.alive == pytest.approx(curve.alive, abs=1e-14)
        if alone.low is not None:
            assert alone.low == pytest.approx(curve.low, abs=1e-14)


def test_benefits_add_up_in_order_to_what_all_do_together() -> None:
    woman = person("predict-breast", WOMAN).values
    regimen = frozenset({"r", "h", "c", "b"})
    steps = benefits(MODEL, woman, in_order(MODEL, regimen), (10,))
    (together,) = benefits(MODEL, woman, [(frozenset(), regimen)], (10,))
    assert [sorted(step.regimen) for step in steps] == [["r"], ["h"], ["c"], ["b"]]
    assert sum(step.gain for step in steps) == pytest.approx(together.gain)
    assert together.gain == pytest.approx((92.535981 - 83.143121) / 100, abs=1e-8)


def test_one_treatment_has_exactly_the_interval_of_its_published_effect() -> None:
    woman = {**WOMAN, "radio": 0}
    values = person("predict-breast", woman).values
    alone = benefits(MODEL, values, whatif.alone(MODEL, values), (10,))
    chemo = next(one for one in alone if one.regimen == {"c"})
    hazard = _breast_hazard(woman)
    effect = [
        _alive(hazard, woman, log_hr) - _alive(hazard, woman, None)
        for log_hr in (-0.579, -0.446, -0.313)
    ]
    assert (chemo.high, chemo.gain, chemo.low) == pytest.approx(effect, abs=1e-9)


def _breast_hazard(woman: dict[str, float]) -> np.ndarray:
    from bedside_dx.disease.prognosis import predict_breast_v3 as v3

    columns = {k: np.array([v]) for k, v in person("predict-breast", woman).values.items()}
    return v3.POSITIVE_HAZARD * np.exp(v3.disease_index(columns, "3.2")[0])


def _alive(hazard: np.ndarray, woman: dict[str, float], log_hr: float | None) -> float:
    from bedside_dx.disease.prognosis import predict_breast_v3 as v3

    columns = {k: np.array([v]) for k, v in person("predict-breast", woman).values.items()}
    other = v3.OTHER_HAZARD * np.exp(v3.other_index(columns, "3.2")[0])
    ours = hazard * (1 if log_hr is None else np.exp(log_hr))
    more = other * (1 if log_hr is None else 1.2)
    return float(np.exp(-ours[:10].sum()) * np.exp(-more[:10].sum()))


def test_ten_years_of_endocrine_therapy_differ_from_five_after_year_ten_only() -> None:
    woman = person("predict-breast", WOMAN).values
    five, ten = curves(MODEL, woman, [frozenset({"h"}), frozenset({"h10"})])
    assert ten.alive[:10] == pytest.approx(five.alive[:10], abs=1e-14)
    assert (ten.alive[10:] > five.alive[10:]).all()


def test_what_would_change_it_most_stands_first() -> None:
    woman = person("predict-breast", WOMAN).values
    found = whatif.influences(MODEL, woman, frozenset(), 10, {"nodes": (0, 9), "size": (18, 22)})
    assert found[0].key == "nodes"
    assert [one.swing for one in found] == sorted((one.swing for one in found), reverse=True)
    nodes = found[0]
    assert nodes.at_low > nodes.at_high
    assert nodes.least <= nodes.at_high
    assert {one.key for one in found} >= {"nodes", "size", "grade", "er", "her2", "smoker"}
    assert not {one.key for one in found} & {"radio", "horm", "male", "metastatic"}


def test_the_uncertainty_of_inputs_goes_through_the_model() -> None:
    woman = person("predict-breast", WOMAN)
    given = [
        Given(g.key, g.value, Provenance.AI_DERIVED, 15, 26) if g.key == "size" else g
        for g in woman.given
    ]
    hull = whatif.swept(MODEL, given, frozenset())
    (best, worst) = (
        curves(MODEL, {**woman.values, "size": size}, [frozenset()])[0].alive for size in (15, 26)
    )
    assert [low for low, _ in hull] == pytest.approx(worst)
    assert [high for _, high in hull] == pytest.approx(best)
    assert whatif.swept(MODEL, woman.given, frozenset()) == ()
    wider = [
        Given(g.key, g.value, Provenance.AI_DERIVED, 1, 3) if g.key == "grade" else g for g in given
    ]
    both = whatif.swept(MODEL, wider, frozenset())
    assert all(a[0] < b[0] and a[1] > b[1] for a, b in zip(both, hull, strict=True))


@pytest.mark.parametrize("values", [WOMAN, YOUNGER])
def test_a_hundred_people_are_a_hundred(values: dict[str, float]) -> None:
    woman = person("predict-breast", values).values
    none, all_ = curves(MODEL, woman, [frozenset(), frozenset({"r", "c", "t"})])
    for year in range(1, 16):
        counts = whatif.icon_counts(all_, none, year)
        assert sum(counts) == 100
        assert min(counts) >= 0
        assert abs(counts[0] - 100 * none.at(year)) < 1


def test_models_of_other_organs_answer_the_same_questions() -> None:
    for key, values, regimens in (("predict-prostate", MAN, 3), ("colon-adjuvant", COLON, 3)):
        model = model_of(key)
        one = person(key, values).values
        assert len(whatif.every_curve(model, one)) == regimens
        year = model.facts.horizons[0]
        assert len(benefits(model, one, whatif.alone(model, one), (year,))) == 2
        assert whatif.influences(model, one, frozenset(), year)


def test_the_window_gets_everything_of_one_person_at_once() -> None:
    entries = {key: Entry(float(value)) for key, value in WOMAN.items()}
    entries["size"] = Entry(20.0, Provenance.AI_DERIVED, confirmed=True, low=15, high=26)
    found = what_if("predict-breast", "3.2", entries, "rhc")
    assert found.year == 10
    assert found.prognosis.survival(10) == found.prognosis.os_pct
    assert {one.key for one in found.influences} >= {"size", "grade"}
    assert len(found.prognosis.swept) == 15
    assert len(found.curves) == 48
    assert sum(found.people) == 100
    assert found.together is not None
    assert found.together.gain == pytest.approx(sum(one.gain for one in found.in_order))


def test_a_score_has_no_what_if() -> None:
    with pytest.raises(PrognosisError) as refused:
        what_if("npi", None, {"size": Entry(20), "nodes": Entry(0), "grade": Entry(2)})
    assert refused.value.code == "prognosis.no-curve"
