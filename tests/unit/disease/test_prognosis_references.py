"""Every reference row of the published code, and the scores' published examples."""

import csv
from pathlib import Path

import numpy as np
import pytest

import bedside_dx as bdx
from bedside_dx.disease.prognosis.table import compute_rows
from tests.unit.disease.people import WOMAN, YOUNGER

BREAST, PROSTATE = 1e-6, 1e-7
"""Percentage points; shares."""


def rows_of(shared: Path, name: str) -> list[dict[str, str]]:
    with (shared / "reference" / name).open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("name", "version", "count"),
    [
        ("predict_breast_v3_reference.csv", None, 2100),
        ("predict_breast_v22_reference.csv", "2.2", 3045),
    ],
)
def test_every_row_of_predict_breast(
    shared: Path, name: str, version: str | None, count: int
) -> None:
    rows = rows_of(shared, name)
    results = compute_rows("predict-breast", rows, version)
    assert len(results) == count
    assert [r.error for r in results if r.error] == []
    errors = [
        abs(result.numbers["os_pct"] - float(row["os_pct"]))
        for result, row in zip(results, rows, strict=True)
    ]
    assert max(errors) < BREAST


def test_every_row_of_predict_prostate(shared: Path) -> None:
    rows = rows_of(shared, "predict_prostate_reference.csv")
    results = compute_rows("predict-prostate", rows)
    assert len(results) == 200
    for column in results[0].numbers:
        published = column if column in rows[0] else f"stata_{column}"
        errors = [
            abs(result.numbers[column] - float(row[published]))
            for result, row in zip(results, rows, strict=True)
        ]
        assert max(errors) < PROSTATE, column


@pytest.mark.parametrize(("score", "model"), [("NPI", "npi"), ("CTS5", "cts5"), ("ALBI", "albi")])
def test_every_row_of_the_scores(shared: Path, score: str, model: str) -> None:
    rows = [row for row in rows_of(shared, "scores_reference.csv") if row["score"] == score]
    assert len(rows) >= 5
    groups = {"EPG": "excellent", "GPG": "good", "MPG1": "moderate 1", "MPG2": "moderate 2",
              "PPG": "poor", "VPG": "very poor"}  # fmt: skip
    for row in rows:
        stated = dict(pair.split("=") for pair in row["inputs"].split(";"))
        (result,) = compute_rows(model, [stated])
        assert result.error is None
        assert result.numbers["score"] == pytest.approx(float(row["value"]), abs=1e-6)
        assert result.group == groups.get(row["group"], row["group"])


@pytest.mark.parametrize(
    ("values", "regimen", "expected"),
    [
        (WOMAN, "s", (93.488778, 83.143121, 72.950337)),
        (WOMAN, "rhcb", (97.340036, 92.535981, 86.567289)),
        (YOUNGER, "s", (52.858555, 37.210780, 30.859149)),
        (YOUNGER, "rct", (78.886739, 68.892557, 63.590922)),
    ],
)
def test_the_worked_examples_through_the_python_interface(
    values: dict[str, float], regimen: str, expected: tuple[float, ...]
) -> None:
    found = bdx.prognosis("predict-breast", version="3.2", regimen=regimen, **values)
    assert [found.survival(year) for year in (5, 10, 15)] == pytest.approx(expected, abs=1e-6)
    assert bdx.prognosis("predict-breast", regimen=regimen, year=10, **values).os_pct == (
        pytest.approx(expected[1], abs=1e-6)
    )


def test_letters_count_only_where_their_flag_is_set() -> None:
    quiet = {
        **WOMAN,
        "radio": 0,
        "horm": 0,
        "gen": 0,
        "traz": 0,
        "bis": 0,
        "version": "3.2",
        "year": 10,
    }
    (none, all_) = compute_rows(
        "predict-breast", [{**quiet, "regimen": "s"}, {**quiet, "regimen": "rh10ctb"}]
    )
    assert none.numbers == all_.numbers


def test_heart_dose_counts_with_radiotherapy_only() -> None:
    """The published R code adds it either way; regimen r without radiotherapy must equal s."""
    row = {**WOMAN, "radio": 0, "heart": 4, "year": 15}
    surgery, radio = compute_rows(
        "predict-breast", [{**row, "regimen": "s"}, {**row, "regimen": "r"}]
    )
    assert surgery.numbers == radio.numbers
    given = compute_rows("predict-breast", [{**row, "radio": 1, "regimen": "r"}])[0]
    assert given.numbers["os_pct"] > surgery.numbers["os_pct"]


def test_what_cannot_help_changes_nothing_and_is_no_error() -> None:
    row = {**WOMAN, "er": 0, "her2": 0, "year": 10, "radio": 0}
    surgery, both = compute_rows(
        "predict-breast", [{**row, "regimen": "s"}, {**row, "regimen": "ht"}]
    )
    assert both.error is None
    assert surgery.numbers == both.numbers


def test_the_order_of_rows_changes_no_row(shared: Path) -> None:
    rows = rows_of(shared, "predict_breast_v3_reference.csv")[::7]
    mixed = np.random.default_rng(3).permutation(len(rows))
    straight = compute_rows("predict-breast", rows)
    shuffled = compute_rows("predict-breast", [rows[at] for at in mixed])
    for place, at in enumerate(mixed):
        assert shuffled[place].numbers == pytest.approx(straight[at].numbers, abs=1e-12)
