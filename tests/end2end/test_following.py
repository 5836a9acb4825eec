"""`response` and `course` as a person at a terminal meets them."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

import bedside_dx as bdx
from bedside_dx.cli import main

Run = Callable[..., SimpleNamespace]
HEADING = "id,lesion,day,organ,node,target,long_mm,short_mm,slice_mm,state\n"
GOOD = HEADING + (
    "P1,L1,0,liver,no,yes,30,20,5,\nP1,L1,56,liver,no,yes,18,12,5,\nP1,L1,112,liver,no,yes,26,,5,\n"
    "P1,N1,0,neck,yes,yes,25,18,5,\nP1,N1,56,neck,yes,yes,20,9,5,\nP1,N1,112,neck,yes,yes,20,9,5,\n"
    "P1,X,0,bone,no,no,,,,present\nP1,X,56,bone,no,no,,,,present\nP1,X,112,bone,no,no,,,,present\n"
)
SIZES = (
    "id;day;value\nA;0;42\nA;58;35,5\nA;121;31\nA;183;30\nA;244;33\nB;0;80\nB;60;20\n"
    "C;0;50\nC;x;50\nC;60;-3\nC;70;49\nC;130;62\nC;130;63\nC;190;79\nD;0;0\nD;50;12\n"
)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """The command in this process: its exit code and what it printed."""

    def once(*words: object) -> SimpleNamespace:
        code = main(["--language", "en", *map(str, words)])
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err + printed.out
        return SimpleNamespace(returncode=code, stdout=printed.out, stderr=printed.err)

    return once


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "table.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_response_of_a_table(run: Run, tmp_path: Path) -> None:
    result = run("response", "--input", written(tmp_path, GOOD), "--irecist", "--json")
    assert result.returncode == 0, result.stderr
    (patient,) = json.loads(result.stdout)["patients"]
    assert [(v["sum_mm"], v["overall"], v["immune"]) for v in patient["visits"]] == [
        (27.0, "PR", "iPR"), (35.0, "PD", "iUPD"),
    ]  # fmt: skip
    assert (patient["best"], patient["best_confirmed"]) == ("PR", "SD")


def test_dates_and_semicolons_will_do(run: Run, tmp_path: Path) -> None:
    dated = GOOD
    for day, date in (("0", "2026-01-05"), ("56", "2026-03-02"), ("112", "2026-04-27")):
        dated = dated.replace(f",{day},", f",{date},")
    plain, other = (
        json.loads(run("response", "--json", "--input", written(tmp_path, text)).stdout)["patients"]
        for text in (GOOD, dated.replace(",", ";"))
    )
    assert plain == other


def test_one_bad_patient_does_not_lose_the_others(run: Run, tmp_path: Path) -> None:
    text = GOOD + "P2,A,0,lung,no,yes,4.2,,,\nP2,A,60,lung,no,yes,40,,,\n"
    for language, word in (("en", "cm"), ("fr", "est-ce en cm")):
        result = run("--language", language, "response", "--input", written(tmp_path, text))
        assert result.returncode == 0
        assert "PD" in result.stdout
        assert word in result.stderr


def test_a_row_that_can_not_be_read_is_a_lesion_not_assessed(run: Run, tmp_path: Path) -> None:
    text = GOOD.replace("P1,L1,56,liver,no,yes,18", "P1,L1,56,liver,no,yes,-18")
    document = json.loads(run("response", "--json", "--input", written(tmp_path, text)).stdout)
    assert [v["overall"] for v in document["patients"][0]["visits"]] == ["NE", "SD"]
    assert [(b["line"], b["code"]) for b in document["bad_rows"]] == [(3, "course.negative")]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("P,A,60,lung,no,yes,20,,,\nP,A,0,lung,no,yes,20,,,\n", "recist.not-in-order"),
        ("P,A,0,lung,no,yes,20,,,\nP,A,0,lung,no,yes,20,,,\n", "recist.same-day"),
        ("P,A,0,lung,no,yes,20,,,\nP,A,60,liver,no,yes,20,,,\n", "recist.contradicts"),
        ("P,A,0,lung,no,yes,20,,,\nP,A,60,,no,yes,20,,,\n", "course.no-organ"),
        ("P,A,0,lung,no,yes,20,,,\nP,,60,lung,no,yes,20,,,\n", "course.no-lesion"),
        ("P,A,0,lung,no,yes,20,,,\nP,A,soon,lung,no,yes,20,,,\n", "course.bad-day"),
        ("P,A,0,lung,no,yes,20,,,\nP,A,2026-01-05,lung,no,yes,20,,,\n", "course.bad-day"),
        ("P,A,0,lung,no,yes,20,,,\nP,A,60,lung,perhaps,yes,20,,,\n", "course.bad-choice"),
        ("P,A,0,lung,no,yes,20,,,\nP,A,60,lung,no,yes,20,5,,,,\n", "course.crowded"),
        # A new lesion that can't be read must not pass for none.
        ("P,A,0,lung,no,yes,20,,,\nP,A,60,lung,no,yes,20,,,\nP,B,60,brain,no,no,x,,,\n", "course.not-a-number"),
        ("P,A,0,lung,no,yes,20,,,\n", "recist.one-visit"),
    ],
)  # fmt: skip
def test_rows_that_contradict_refuse_their_patient(
    run: Run, tmp_path: Path, rows: str, code: str
) -> None:
    result = run("response", "--json", "--input", written(tmp_path, HEADING + rows))
    assert result.returncode == 3
    assert [r["code"] for r in json.loads(result.stdout)["refused"]] == [code]


@pytest.mark.parametrize("verb", ["response", "course"])
@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "\0\0", "id,day\nA,3\n"])
def test_what_is_no_such_table_is_refused(run: Run, tmp_path: Path, verb: str, text: str) -> None:
    result = run(verb, "--input", written(tmp_path, text))
    assert result.returncode == 3
    assert result.stderr.strip()
    assert run(verb, "--input", tmp_path / "none.csv").returncode == 3


def test_course_of_a_table_with_its_plot(run: Run, tmp_path: Path) -> None:
    plot = tmp_path / "courses.png"
    result = run("course", "--input", written(tmp_path, SIZES), "--json", "--plot", plot)
    assert result.returncode == 0, result.stderr
    document = json.loads(result.stdout)
    a, b, c = document["patients"]
    assert (a["patient"], a["visits"], a["is_no_change"]) == ("A", 5, False)
    assert a["low"][-1] < a["values"][-1] < a["high"][-1]
    assert a["no_change"] == pytest.approx(33)
    assert (b["is_no_change"], b["values"][-1]) == (True, pytest.approx(20))
    assert c["visits"] == 4
    assert [r["code"] for r in document["bad_rows"]] == [
        "course.bad-day",
        "course.negative",
        "course.same-day",
    ]
    assert [r["code"] for r in document["refused"]] == ["course.starts-at-zero"]
    with Image.open(plot) as picture:
        assert picture.size[0] > 1000
        assert len(np.unique(np.asarray(picture.convert("RGB")).reshape(-1, 3), axis=0)) > 100


def test_course_says_what_it_rests_on_in_both_languages(run: Run, tmp_path: Path) -> None:
    path = written(tmp_path, SIZES)
    english, french = (
        run("--language", x, "course", "--input", path, "--quantity", "psa") for x in ("en", "fr")
    )
    assert "56 patients" in english.stderr
    assert "PSA of a prostate trial" in english.stderr
    assert "très probablement le PSA" in french.stderr
    assert "fewer than three visits" in english.stdout
    assert "moins de trois visites" in french.stdout


@pytest.mark.parametrize("days", ["0", "-3", "4000", "nan"])
def test_a_horizon_beyond_the_data_is_refused(run: Run, tmp_path: Path, days: str) -> None:
    result = run("course", "--input", written(tmp_path, SIZES), f"--ahead={days}")
    assert result.returncode == 2
    assert "320 days" in result.stderr


def test_a_plot_that_can_not_be_written_is_said(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    result = run(
        "course", "--input", written(tmp_path, SIZES), "--plot", tmp_path / "file" / "p.png"
    )
    assert result.returncode == 5
    assert "could not be written" in result.stderr


def test_both_are_there_in_python(tmp_path: Path) -> None:
    judged = bdx.response(written(tmp_path, GOOD)).judged
    assert [one.best.value for one in judged] == ["PR"]
    found = bdx.course(written(tmp_path, SIZES), "lesion-mm", ahead_days=84)
    assert found.outlooks[0].learned == found.provenance
    with pytest.raises(bdx.BedsideDxError):
        bdx.course(tmp_path / "table.csv", "mood")
