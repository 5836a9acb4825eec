"""Who is refused, what is asked back, what is assumed, and what is only pointed out."""

import pytest

import bedside_dx as bdx
from bedside_dx.core.errors import PrognosisError
from bedside_dx.core.prognosis import Provenance
from bedside_dx.disease.prognosis.registry import MODELS
from bedside_dx.text import texts
from bedside_dx.text.messages import MESSAGES
from tests.unit.disease.people import COLON, MAN, WOMAN


def refused(model: str, values: dict[str, float], **change: object) -> PrognosisError:
    with pytest.raises(PrognosisError) as error:
        bdx.prognosis(model, **{**values, **change})  # pyright: ignore[reportArgumentType]
    text, hint = texts("fr").error(error.value)
    assert text
    assert hint, error.value.code
    assert "{" not in text + hint
    return error.value


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"male": 1}, "prognosis.male"),
        ({"metastatic": 1}, "prognosis.metastatic"),
        ({"invasive": 0}, "prognosis.dcis"),
        ({"operated": 0}, "prognosis.not-operated"),
        ({"neoadjuvant": 1}, "prognosis.neoadjuvant"),
        ({"er": 9}, "prognosis.er-unknown"),
        ({"er": ""}, "prognosis.er-unknown"),
        ({"age": 24}, "prognosis.out-of-range"),
        ({"age": 86}, "prognosis.out-of-range"),
        ({"age": 12}, "prognosis.child"),
        ({"age": 600}, "prognosis.out-of-range-slip"),
        ({"age": 1975}, "prognosis.out-of-range-slip"),
        ({"age": ""}, "prognosis.missing"),
        ({"age": "fifty"}, "prognosis.not-a-number"),
        ({"age": float("nan")}, "prognosis.not-a-number"),
        ({"age": float("inf")}, "prognosis.not-a-number"),
        ({"size": -1}, "prognosis.out-of-range"),
        ({"size": 501}, "prognosis.out-of-range"),
        ({"size": 25000}, "prognosis.out-of-range-slip"),
        ({"size": 2.5}, "prognosis.slip"),
        ({"size": 0.4}, "prognosis.slip"),
        ({"size": 0, "er": 0}, "prognosis.no-size"),
        ({"nodes": 101}, "prognosis.out-of-range"),
        ({"nodes": 1.5}, "prognosis.not-whole"),
        ({"grade": 4}, "prognosis.not-a-choice"),
        ({"her2": 2}, "prognosis.not-a-choice"),
        ({"heart": 400}, "prognosis.out-of-range-slip"),
        ({"regimen": "rx"}, "prognosis.regimen"),
        ({"version": "4.0"}, "prognosis.unknown-version"),
        ({"bmi": 25}, "prognosis.unknown-input"),
        ({"year": 16}, "prognosis.out-of-range-slip"),
        ({"year": 60}, "prognosis.out-of-range-slip"),
        ({"year": 0}, "prognosis.out-of-range"),
    ],
)
def test_predict_breast_refuses(change: dict[str, object], code: str) -> None:
    assert refused("predict-breast", WOMAN, **change).code == code


@pytest.mark.parametrize(
    ("model", "values", "change", "code"),
    [
        ("predict-prostate", MAN, {"female": 1}, "prognosis.female"),
        ("predict-prostate", MAN, {"metastatic": 1}, "prognosis.metastatic"),
        ("predict-prostate", MAN, {"psa": 0.0065}, "prognosis.slip"),
        ("predict-prostate", MAN, {"psa": 6500}, "prognosis.out-of-range-slip"),
        ("predict-prostate", MAN, {"ppc_pct": 0.42}, "prognosis.slip"),
        ("predict-prostate", MAN, {"age": 10}, "prognosis.child"),
        ("predict-prostate", MAN, {"primary_rx": 2}, "prognosis.not-a-choice"),
        ("npi", {"size": 20, "nodes": 0, "grade": 9}, {}, "prognosis.not-a-choice"),
        ("npi", {"size": 20, "nodes": 0}, {}, "prognosis.missing"),
        ("cts5", {"age": 60, "size": 20, "nodes": 0, "grade": 2}, {"er": 0}, "prognosis.cts5-er"),
        ("cts5", {"age": 60, "size": 20, "nodes": 0, "grade": 2}, {"postmenopausal": 0},
         "prognosis.cts5-menopause"),
        ("cts5", {"age": 60, "size": 20, "nodes": 0, "grade": 2}, {"endocrine_5y": 0},
         "prognosis.cts5-endocrine"),
        ("cts5", {"age": 60, "size": 20, "nodes": 0, "grade": 2}, {"recurrence_free": 0},
         "prognosis.cts5-recurrence"),
        ("albi", {"bilirubin": 0.9, "albumin": 40}, {}, "prognosis.slip"),
        ("albi", {"bilirubin": 17, "albumin": 4.0}, {}, "prognosis.out-of-range-slip"),
        ("albi", {"bilirubin": 17, "albumin": 40}, {"age": 9}, "prognosis.child"),
        ("breast-recurrence", WOMAN | {}, {}, "prognosis.unknown-input"),
        ("colon-adjuvant", COLON, {"nodes": 0}, "prognosis.out-of-range"),
        ("colon-adjuvant", COLON, {"metastatic": 1}, "prognosis.metastatic"),
        ("unheard-of", WOMAN, {}, "prognosis.unknown-model"),
    ],
)  # fmt: skip
def test_the_others_refuse(
    model: str, values: dict[str, float], change: dict[str, object], code: str
) -> None:
    assert refused(model, values, **change).code == code


def test_a_slip_is_asked_back_and_computed_once_it_is_confirmed() -> None:
    error = refused("predict-breast", WOMAN, size=2.5)
    assert error.values["instead"] == 25
    meant = bdx.prognosis("predict-breast", confirmed=["size"], **{**WOMAN, "size": 2.5})
    assert next(g.value for g in meant.given if g.key == "size") == 2.5


def test_what_a_model_saw_counts_once_a_person_has_confirmed_it() -> None:
    error = refused("predict-breast", WOMAN, ai_derived=["size", "grade"])
    assert error.code == "prognosis.unconfirmed"
    found = bdx.prognosis(
        "predict-breast", ai_derived=["size", "grade"], confirmed=["size", "grade"], **WOMAN
    )
    seen = {g.key for g in found.given if g.provenance is Provenance.AI_DERIVED}
    assert seen == {"size", "grade"}
    assert found.os_pct == bdx.prognosis("predict-breast", **WOMAN).os_pct


def test_missing_fields_follow_the_published_rule_and_are_listed() -> None:
    few = {key: WOMAN[key] for key in ("age", "size", "nodes", "er")}
    found = bdx.prognosis("predict-breast", regimen="s", **few)
    assert {"grade", "screen", "her2", "ki67", "pr"} <= set(found.assumed)
    known = bdx.prognosis(
        "predict-breast", regimen="s", **few, grade=9, screen=2, her2=9, ki67=9, pr=9
    )
    assert found.os_pct == known.os_pct
    assert found.assumed == known.assumed


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"age": 39}, "prognosis.young"),
        ({"age": 76}, "prognosis.old"),
        ({"er": 0, "her2": 0, "horm": 0, "traz": 0}, "prognosis.er-her2-negative"),
        ({}, "prognosis.baseline-2017"),
        ({"size": 3}, "prognosis.small"),
        ({"heart": 0}, "prognosis.no-heart-dose"),
    ],
)
def test_what_is_pointed_out(change: dict[str, float], code: str) -> None:
    found = bdx.prognosis("predict-breast", **{**WOMAN, **change})
    assert code in {remark.code for remark in found.remarks}
    assert found.os_pct > 0


def test_every_code_of_every_model_has_its_words() -> None:
    for model in MODELS:
        facts = model.facts
        for code in (*facts.refusals, *facts.warnings, *facts.limits):
            assert code in MESSAGES
        assert facts.citation
        assert "prognosis.limit.association" in facts.limits


def test_predict_breast_says_how_it_did_on_metabric() -> None:
    for model in MODELS:
        if model.facts.key == "predict-breast":
            said = " ".join(MESSAGES[code].text for code in model.facts.limits)
            assert all(figure in said for figure in ("0.742", "0.701", "1.64", "1.52", "0.948"))
