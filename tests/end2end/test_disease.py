"""Stage and prognosis at a terminal: tables in and out, one person, both languages."""

import csv
import json
from pathlib import Path

import pytest

from bedside_dx.cli import main
from bedside_dx.cli.exit_codes import Exit

HEADING = (
    "version,case,age,screen,size,grade,nodes,er,her2,ki67,pr,gen,horm,traz,bis,radio,heart,smoker,"
    "regimen,year"
)
GOOD = "3.2,a,50,0,20,2,2,1,0,1,1,3,1,1,1,1,4,1,s,10"


def table(folder: Path, *lines: str, heading: str = HEADING) -> Path:
    path = folder / "cases.csv"
    path.write_text("\n".join((heading, *lines)) + "\n", encoding="utf-8")
    return path


def compute(*words: object) -> list[dict[str, str]]:
    """Run the verb on a table and read what it wrote."""
    assert main(["prognosis", *map(str, words)]) == Exit.DONE
    output = Path(str(words[list(words).index("--output") + 1]))
    with output.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_bad_row_is_reported_without_losing_the_others(tmp_path: Path) -> None:
    cases = table(
        tmp_path,
        GOOD,
        GOOD.replace("3.2,a,50", "3.2,b,12"),
        GOOD.replace(",1,0,1,1,3", ",9,0,1,1,3"),
        GOOD.replace("a,50", "d,fifty"),
        GOOD.replace("3.2,a", "9.9,e"),
        GOOD.replace(",s,10", ",s,120"),
        GOOD + ",7",
        "3.1,h,50",
        GOOD.replace("3.2", "3.1"),
    )
    rows = compute("predict-breast", "--input", cases, "--output", tmp_path / "out.csv")
    assert [bool(row["os_pct"]) for row in rows] == [True, *[False] * 7, True]
    assert [bool(row["error"]) for row in rows] == [False, *[True] * 7, False]
    assert float(rows[0]["os_pct"]) == pytest.approx(83.143121, abs=1e-6)
    assert "adults" in rows[1]["error"]
    assert "months" in rows[5]["error"]
    assert rows[0]["case"] == "a"
    assert "baseline-2017" in rows[0]["warnings"]


def test_order_and_columns_of_ones_own_are_kept(tmp_path: Path) -> None:
    lines = [f"{GOOD.replace(',a,', f',{n},')},note {n}" for n in (3, 1, 2)]
    cases = table(tmp_path, *lines, heading=f"{HEADING},note")
    rows = compute("predict-breast", "--input", cases, "--output", tmp_path / "out.csv")
    assert [row["case"] for row in rows] == ["3", "1", "2"]
    assert [row["note"] for row in rows] == ["note 3", "note 1", "note 2"]


def test_a_spreadsheet_with_semicolons_and_decimal_commas(tmp_path: Path) -> None:
    heading = "age;size;grade;nodes"
    cases = table(tmp_path, "55;12,0;1;0", heading=heading)
    out = tmp_path / "out.csv"
    assert main(["prognosis", "cts5", "--input", str(cases), "--output", str(out)]) == Exit.DONE
    with out.open(newline="", encoding="utf-8") as file:
        (row,) = csv.DictReader(file, delimiter=";")
    assert float(row["score"]) == pytest.approx(2.254616, abs=1e-6)


def test_the_reference_tables_as_they_are(shared: Path, tmp_path: Path) -> None:
    for name, words in (
        ("predict_breast_v3_reference.csv", ["predict-breast"]),
        ("predict_breast_v22_reference.csv", ["predict-breast", "--version", "2.2"]),
    ):
        source = shared / "reference" / name
        rows = compute(*words, "--input", source, "--output", tmp_path / name)
        with source.open(newline="") as file:
            published = list(csv.DictReader(file))
        assert len(rows) == len(published)
        assert not any(row["error"] for row in rows)
        for row, expected in zip(rows, published, strict=True):
            assert row["case"] == expected["case"]
            assert abs(float(row["os_pct"]) - float(expected["os_pct"])) < 1e-6


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", Exit.REFUSED),
        (b"\0\1\2", Exit.REFUSED),
        (b"age,size\n", Exit.REFUSED),
        (b"age,age\n1,2\n", Exit.REFUSED),
        (b"a,b\n1,2\n", Exit.REFUSED),
        (b"age,size,nodes,er,year\n,,,,\nx,y,z,w,v\n", Exit.REFUSED),
    ],
)
def test_a_table_that_is_none_is_refused(
    tmp_path: Path, content: bytes, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = tmp_path / "cases.csv"
    cases.write_bytes(content)
    out = tmp_path / "out.csv"
    assert (
        main(["prognosis", "predict-breast", "--input", str(cases), "--output", str(out)]) == code
    )
    assert "Traceback" not in capsys.readouterr().err


def test_a_table_never_overwrites_itself(tmp_path: Path) -> None:
    cases = table(tmp_path, GOOD)
    before = cases.read_bytes()
    assert main(["prognosis", "predict-breast", "--input", str(cases), "--output", str(cases)]) == 3
    assert cases.read_bytes() == before
    assert main(["prognosis", "predict-breast", "--input", str(tmp_path / "no.csv"),
                 "--output", str(tmp_path / "o.csv")]) == Exit.REFUSED  # fmt: skip


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_model_is_listed_and_shown(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prognosis", "list", "--json", "--language", language]) == Exit.DONE
    models = json.loads(capsys.readouterr().out)["models"]
    assert len(models) == 9
    for model in models:
        words = ["prognosis", "show", model["name"], "--version", model["version"]]
        assert main([*words, "--language", language]) == Exit.DONE
        said = capsys.readouterr().out
        assert model["citation"] in said
        assert all(one["label"] in said for one in model["inputs"])
        assert all(limit in said for limit in model["limits"])
        assert "{" not in said


@pytest.mark.parametrize("language", ["en", "fr"])
def test_one_person_at_a_terminal(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["prognosis", "predict-breast", "--language", language, "--regimen", "rhc"]
    stated = {"age": 50, "size": "20(15-26)", "grade": 2, "nodes": 2, "er": 1, "radio": 1,
              "heart": 4, "horm": 1, "gen": 3}  # fmt: skip
    for name, value in stated.items():
        words += ["--set", f"{name}={value}"]
    assert main([*words, "--ai", "size"]) == Exit.REFUSED
    assert capsys.readouterr().out == ""
    confirmed = [*words, "--ai", "size", "--confirm", "size"]
    assert main(confirmed) == Exit.DONE
    assert "PREDICT Breast 3.2" in capsys.readouterr().out
    assert main([*confirmed, "--what-if"]) == Exit.DONE
    said = capsys.readouterr().out
    assert "100" in said
    assert "{" not in said
    assert main([*confirmed, "--what-if", "--json"]) == Exit.DONE
    assert sum(json.loads(capsys.readouterr().out)["people"]) == 100
    assert main([*confirmed, "--json"]) == Exit.DONE
    document = json.loads(capsys.readouterr().out)
    assert document["inputs"]["size"]["provenance"] == "ai-derived"
    assert document["curve"]["low"][9] < document["curve"]["event_free"][9]
    assert document["untreated"]["low"] is None
    assert len(document["swept"]) == 15
    assert "her2" in document["assumed"]


def test_usage_is_told_from_refusal() -> None:
    assert main(["prognosis", "predict-breast"]) == Exit.USAGE
    assert main(["prognosis", "nothing", "--set", "age=3"]) == Exit.USAGE
    assert main(["prognosis", "show", "nothing"]) == Exit.USAGE
    assert main(["prognosis", "npi", "--set", "bmi=3"]) == Exit.USAGE
    assert main(["prognosis", "npi", "--set", "size=30"]) == Exit.REFUSED


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_stage_at_a_terminal(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["stage", "breast", "--t", "pT2", "--n", "N1mi", "--m", "M0", "--language", language]
    assert main(words) == Exit.DONE
    assert "IIB" in capsys.readouterr().out
    assert main([*words, "--json", "--edition", "7"]) == Exit.DONE
    found = json.loads(capsys.readouterr().out)
    assert (found["group"], found["edition"], found["n"]) == ("IIB", 7, "1mi")
    assert main(["stage", "lung", "--t", "TX", "--n", "N0", "--m", "M0"]) == Exit.REFUSED
