"""A dose at a terminal and from Python, in both languages."""

import json

import pytest

import bedside_dx as bdx
from bedside_dx.cli import main
from bedside_dx.cli.exit_codes import Exit

OLD_WOMAN = [
    "--age",
    "80",
    "--sex",
    "female",
    "--height-cm",
    "155",
    "--weight-kg",
    "50",
    "--creatinine-umol-l",
    "60",
]
MAN = [
    "--age",
    "60",
    "--sex",
    "male",
    "--height-cm",
    "170",
    "--weight-kg",
    "70",
    "--creatinine-umol-l",
    "80",
]


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict]:
    code = main(["dose", *words, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_two_formulas_that_disagree_give_no_dose(capsys: pytest.CaptureFixture[str]) -> None:
    code, found = said(capsys, "carboplatin", "--auc", "5", *OLD_WOMAN)
    assert code == Exit.CANNOT_SAY
    assert (found["status"], found["dose_mg"]) == ("asks", None)
    offered = {one["key"]: one["dose_mg"] for one in found["questions"][0]["choices"]}
    assert round(offered["cockcroft-gault"]) == 385
    assert round(offered["ckd-epi"]) == 498
    method = ["--gfr-method", "cockcroft-gault"]
    code, found = said(capsys, "carboplatin", "--auc", "5", *OLD_WOMAN, *method)
    assert code == Exit.DONE
    assert (found["exact_mg"], found["dose_mg"]) == (385, 400)


def test_each_step_is_said_with_its_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    """CG (140 - 60) · 70 · 1.04 / 80 = 72.8; CKD-EPI 72.71 · 1.818 / 1.73 = 76.4; 489 · 0.8 = 391.

    A dose that is not shown has no step with milligrams.
    """
    words = ["--age", "60", "--sex", "female", "--height-cm", "170", "--weight-kg", "70",
             "--creatinine-umol-l", "80", "--auc", "5", "--percent", "80"]  # fmt: skip
    code, found = said(capsys, "carboplatin", *words)
    assert code == Exit.DONE
    steps = {one["code"].removeprefix("dose.step."): one["text"] for one in found["steps"]}
    assert list(steps) == [
        "cockcroft-gault", "ckd-epi", "de-indexed", "gfrs-agree", "calvert", "percent",
    ]  # fmt: skip
    assert "(140 − 60) × 70 × 1.04 / 80 = 72.8 mL/min" in steps["cockcroft-gault"]
    assert "76.4" in steps["de-indexed"]
    assert steps["calvert"] == "Calvert: 5 × (72.8 + 25) = 489 mg"
    assert steps["percent"].endswith("× 80% = 391.2 mg")
    _, found = said(capsys, "epirubicin", "--row", "epirubicin-fec100", "--age", "60", "--sex",
                    "female", "--height-cm", "170", "--weight-kg", "70", "--bilirubin-umol-l",
                    "9", "--lvef-percent", "60", "--earlier", "epirubicin=850")  # fmt: skip
    assert found["status"] == "not-given"
    assert [one["code"] for one in found["steps"]] == [
        "dose.step.mosteller", "dose.step.dubois", "dose.step.surfaces-agree",
    ]  # fmt: skip


def test_dpd_comes_before_a_fluoropyrimidine(capsys: pytest.CaptureFixture[str]) -> None:
    code, found = said(capsys, "capécitabine", *MAN)
    assert code == Exit.CANNOT_SAY
    assert found["dose_mg"] is None
    assert found["order_first"][0]["test"] == "dpd"
    row = ["--row", "capecitabine-1250", "--dpd", "normal"]
    code, found = said(capsys, "capécitabine", *MAN, *row)
    assert code == Exit.DONE
    assert found["dose_mg"] == 2250  # 1,250 · 1.81812 = 2,272.7
    assert found["row"]["times_a_day"] == 2
    assert all(source["title"] for source in found["sources"])


def test_pounds_are_asked_back_in_french(capsys: pytest.CaptureFixture[str]) -> None:
    words = [w if w != "70" else "154" for w in MAN]
    assert main(["--language", "fr", "dose", "carboplatine", "--auc", "5", *words]) == Exit.REFUSED
    error = capsys.readouterr().err
    assert "livres" in error
    assert "Rien n’a été converti" in error


def test_earlier_anthracyclines_at_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    words = [*MAN, "--lvef-percent", "60", "--bilirubin-umol-l", "9", "--row", "doxorubicin-ac"]
    code, found = said(capsys, "doxorubicin", *words, "--earlier", "epirubicin=650")
    assert code == Exit.CANNOT_SAY  # 650 · 0.8 + 60 = 580 > 550
    assert found["reasons"][0]["code"] == "dose.reason.cumulative"
    assert main(["dose", "doxorubicin", *words, "--earlier", "lots"]) == Exit.USAGE


def test_every_dose_is_listed_with_its_source(capsys: pytest.CaptureFixture[str]) -> None:
    code, found = said(capsys, "list")
    assert code == Exit.DONE
    assert {row["source"] for row in found["rows"]} <= set(found["sources"])
    assert main(["dose", "list"]) == Exit.DONE
    assert f"{len(found['rows'])} doses" in capsys.readouterr().out


def test_an_unknown_drug_is_a_matter_of_the_command() -> None:
    assert main(["dose", "capecitabin", *MAN]) == Exit.USAGE


def test_from_python() -> None:
    found = bdx.dose(
        "carboplatin", auc=5, age=60, sex="female", height_cm=170, weight_kg=70,
        creatinine_umol_l=80, is_pregnant=False,
    )  # fmt: skip
    assert found.exact_mg == pytest.approx(5 * (72.8 + 25))
    with pytest.raises(bdx.BedsideDxError):
        bdx.dose("carboplatin", auc=5, age=60, sex="x")
