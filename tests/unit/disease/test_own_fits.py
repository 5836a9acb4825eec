"""The Cox models that were fitted here: the stored numbers against the cohorts and McLernon 2023."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from bedside_dx.disease.prognosis.cox import fitted
from bedside_dx.disease.prognosis.registry import model_of
from bedside_dx.disease.prognosis.table import compute_rows
from bedside_dx.disease.validation import (
    fit_cox,
    harrell_c,
    kaplan_meier,
    observed_over_expected,
)

YEAR = 365.25


@pytest.fixture
def published(shared: Path) -> dict[str, dict[str, object]]:
    file = shared / "reference" / "validation_reference.json"
    return json.loads(file.read_text())["rotterdam_to_gbsg_rfs5"]


@pytest.fixture
def german(shared: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Time in years censored at five, event, and predicted risk at five years."""
    with (shared / "cohorts" / "survival_gbsg.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    time = np.array([float(row["rfstime"]) for row in rows]) / YEAR
    event = np.array([row["status"] == "1" for row in rows]) & (time <= 5)
    stated = [{"age": 50, **{k: row[k] for k in ("size", "nodes", "grade")}, "year": 5,
               "confirmed": "size"} for row in rows]  # fmt: skip
    results = compute_rows("breast-recurrence", stated)
    assert [r.error for r in results if r.error] == []
    free = np.array([r.numbers["recurrence_free_pct"] for r in results]) / 100
    return np.minimum(time, 5), event, 1 - free


def test_the_coefficients_are_those_published(published: dict[str, dict[str, object]]) -> None:
    coefficients = list(published["published_numbers"]["coef"].values())  # type: ignore[attr-defined]
    assert fitted("rotterdam").coefficients == pytest.approx(coefficients, abs=1e-5)
    s0 = published["reproduced_R"]["S0_5"]
    assert np.exp(-fitted("rotterdam").hazard[4]) == pytest.approx(s0, abs=1e-6)


def test_the_external_validation_comes_out_again(
    german: tuple[np.ndarray, np.ndarray, np.ndarray], published: dict[str, dict[str, object]]
) -> None:
    time, event, risk = german
    numbers = published["reproduced_R"]
    index = np.log(-np.log1p(-risk))
    assert harrell_c(time, event, risk) == pytest.approx(numbers["harrell_val"], abs=1e-6)
    assert 1 - kaplan_meier(time, event, 5) == pytest.approx(numbers["obs5"], abs=1e-6)
    assert observed_over_expected(time, event, risk, 5) == pytest.approx(numbers["OE"], abs=1e-5)
    slope = fit_cox(index[:, None], time, event)
    assert slope.coefficients[0] == pytest.approx(numbers["slope"], abs=1e-5)
    assert slope.errors[0] == pytest.approx(numbers["slope_se"], abs=1e-5)
    assert risk[:6] == pytest.approx(numbers["risk_first6_gbsg"], abs=1e-5)


def test_what_is_shown_beside_the_model_is_what_was_measured(
    german: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    time, event, risk = german
    shown = model_of("breast-recurrence").facts.validations[0]
    assert shown.patients == len(time)
    assert shown.c == pytest.approx(harrell_c(time, event, risk), abs=1e-9)
    assert shown.c_interval is not None
    assert shown.c_interval[0] < shown.c < shown.c_interval[1]


def test_another_library_fits_the_same(shared: Path) -> None:
    """The veteran trial as R fits it: `fit_cox` against numbers that are not ours."""
    reference = json.loads((shared / "reference" / "validation_reference.json").read_text())
    with (shared / "cohorts" / "survival_veteran.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    kinds = ("smallcell", "adeno", "large")
    terms = np.array(
        [
            [float(row["trt"]), *(float(row["celltype"] == kind) for kind in kinds),
             *(float(row[k]) for k in ("karno", "diagtime", "age", "prior"))]
            for row in rows
        ]
    )  # fmt: skip
    time = np.array([float(row["time"]) for row in rows])
    event = np.array([row["status"] == "1" for row in rows])
    published = dict(reference["veteran_cox"])
    c = published.pop("C")
    found = fit_cox(terms, time, event).coefficients
    assert found == pytest.approx(list(published.values()), abs=1e-6)
    assert harrell_c(time, event, terms @ found) == pytest.approx(c, abs=1e-6)


def test_no_row_of_a_cohort_is_in_the_stored_fits() -> None:
    for name, terms in (("rotterdam", 5), ("colon", 9)):
        stored = fitted(name)
        assert stored.coefficients.shape == (terms,)
        assert stored.coefficients_again.shape == (200, terms)
        assert stored.hazard_again.shape == (200, len(stored.hazard))
