"""PREDICT Breast 3.2 on METABRIC: the figures that stand in its limits come out again."""

import csv
from pathlib import Path

import numpy as np
import pytest

from bedside_dx.disease.prognosis.computing import risks_of
from bedside_dx.disease.prognosis.registry import model_of
from bedside_dx.disease.validation import harrell_c, observed_over_expected

STATE = {"Positive": 1.0, "Negative": 0.0}
Women = tuple[list[dict[str, float]], np.ndarray, np.ndarray]


@pytest.fixture
def women(shared: Path) -> Women:
    """Inputs, years of follow-up, and whether they died; grade worked back from the NPI.

    One is left out whose cause of death is not known, one who is younger than the model allows.
    """
    with (shared / "cohorts" / "metabric_clinical_1904.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    people, years, dead = [], [], []
    for row in rows:
        size, nodes = float(row["tumor_size"] or "nan"), float(row["lymph_nodes_examined_positive"])
        points = 1 + (nodes > 0) + (nodes > 3)
        grade = float(row["nottingham_prognostic_index"]) - 0.002 * size - points
        age = float(row["age_at_diagnosis"])
        known = np.isfinite(grade) and round(grade) in (1, 2, 3) and row["death_from_cancer"]
        if not known or age < 25:
            continue
        people.append({
            "age": age, "size": size, "nodes": nodes, "grade": float(round(grade)), "screen": 2.0,
            "er": STATE[row["er_status"]], "her2": STATE[row["her2_status"]],
            "pr": STATE[row["pr_status"]], "ki67": 9.0, "smoker": 0.0, "heart": 0.0, "bis": 0.0,
            "gen": 2 * float(row["chemotherapy"]), "horm": float(row["hormone_therapy"]),
            "radio": float(row["radio_therapy"]), "traz": 0.0,
        })  # fmt: skip
        years.append(float(row["overall_survival_months"]) / 12)
        dead.append(row["overall_survival"] == "0")
    return people, np.array(years), np.array(dead)


@pytest.mark.parametrize(("year", "c", "oe"), [(5, 0.742174, 1.6422), (10, 0.700593, 1.5206)])
def test_metabric(women: Women, year: int, c: float, oe: float) -> None:
    people, years, dead = women
    assert len(people) == 1828
    regimens = [frozenset({"r", "h", "c"})] * len(people)
    risk = 1 - risks_of(model_of("predict-breast"), people, regimens).alive[:, year - 1]
    time, event = np.minimum(years, year), dead & (years <= year)
    assert harrell_c(time, event, risk) == pytest.approx(c, abs=1e-4)
    assert observed_over_expected(time, event, risk, year) == pytest.approx(oe, abs=2e-3)
