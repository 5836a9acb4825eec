"""Do stage and prognosis give what was published, and how soon after a change?

Reads the reference rows and cohorts beside the checkout; what they do not hold is None.
"""

from __future__ import annotations

import csv
import json
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from bedside_dx.app.prognosing import what_if
from bedside_dx.core.disease import Site
from bedside_dx.core.prognosis import Entry
from bedside_dx.disease.prognosis.cox import fitted
from bedside_dx.disease.prognosis.table import compute_rows
from bedside_dx.disease.staging import stage_group
from bedside_dx.disease.validation import fit_cox, harrell_c, observed_over_expected
from bench import _growth

SHARED = Path(os.environ.get("BEDSIDE_DX_SHARED") or Path(__file__).resolve().parents[2] / "shared")
REFERENCE, COHORTS = SHARED / "reference", SHARED / "cohorts"
WOMAN = {
    "age": 50, "screen": 0, "size": 20, "grade": 2, "nodes": 2, "er": 1, "her2": 0, "ki67": 1,
    "pr": 1, "gen": 3, "horm": 1, "traz": 1, "bis": 1, "radio": 1, "heart": 4, "smoker": 1,
}  # fmt: skip
"""The first worked example: every treatment comes into question."""
CHANGES = 40
ROMAN = {"0": "0", "1": "I", "2": "II", "3": "III", "4": "IV"}


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def errors_of(key: str, name: str, names: Mapping[str, str], version: str | None = None) -> float:
    """Largest difference from the published code over every row; none may be refused."""
    rows = rows_of(REFERENCE / name)
    results = compute_rows(key, rows, version)
    if any(result.error for result in results):
        raise ValueError(f"{name}: a reference row was refused")
    return max(
        abs(result.numbers[ours] - float(row[theirs]))
        for result, row in zip(results, rows, strict=True)
        for ours, theirs in names.items()
    )


def breast_error() -> float:
    """Percentage points, all versions."""
    names = {"os_pct": "os_pct"}
    return max(
        errors_of("predict-breast", "predict_breast_v3_reference.csv", names),
        errors_of("predict-breast", "predict_breast_v22_reference.csv", names, "2.2"),
    )


def prostate_error() -> float:
    """Shares, at 1, 10 and 15 years."""
    names = {"y1_pc_cum": "stata_y1_pc_cum", "y1_npc_cum": "stata_y1_npc_cum"}
    names |= {
        f"y{year}_{kind}_cum": f"y{year}_{kind}_cum" for year in (10, 15) for kind in ("pc", "npc")
    }
    return errors_of("predict-prostate", "predict_prostate_reference.csv", names)


def german() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Years until recurrence or death, whether it came, and our risk at five years: GBSG."""
    rows = rows_of(COHORTS / "survival_gbsg.csv")
    years = np.array([float(row["rfstime"]) for row in rows]) / 365.25
    event = np.array([row["status"] == "1" for row in rows]) & (years <= 5)
    stated = [
        {"age": 50, "size": row["size"], "nodes": row["nodes"], "grade": row["grade"], "year": 5}
        for row in rows
    ]
    results = compute_rows("breast-recurrence", stated)
    risk = 1 - np.array([result.numbers["recurrence_free_pct"] for result in results]) / 100
    return np.minimum(years, 5), event, risk


def stages_matched() -> tuple[int, int]:
    """Rows of the SEER file with a group, and how many of them come out the same."""
    rows = rows_of(REFERENCE / "tnm7_stage_groups_seer.csv")
    rows = [row for row in rows if not row["stage"].startswith(("JUMP", "88", "99"))]
    same = sum(
        stage_group(Site(row["site"]), row["t"], row["n"], row["m"], 7).group
        == ROMAN[row["stage"][0]] + row["stage"][1:]
        for row in rows
    )
    return len(rows), same


def what_if_ms() -> float:
    """One change of an input: judged again, all regimens with their intervals, and all the rest.

    The quickest of them: what else runs on the machine is not counted.
    """
    taken: list[float] = []
    stated = {key: Entry(float(value)) for key, value in WOMAN.items()}
    ranges = {"age": (40.0, 60.0), "size": (10.0, 40.0), "nodes": (0.0, 9.0)}
    for change in range(CHANGES):
        start = time.perf_counter()
        changed = {**stated, "size": Entry(10.0 + change)}
        what_if("predict-breast", "3.2", changed, "rhcb", ranges=ranges)
        taken.append(1000 * (time.perf_counter() - start))
    return min(taken)


def table(rows: Sequence[tuple[str, float, float]]) -> None:
    """Print published values beside ours."""
    print(f"    {'':<44}{'published':>12}{'ours':>12}{'difference':>12}")
    for name, published, ours in rows:
        print(f"    {name:<44}{published:>12.5f}{ours:>12.5f}{ours - published:>12.1e}")


def main() -> dict[str, float | None]:
    """Measure, and print what is published beside it."""
    numbers: dict[str, float | None] = {"what_if_ms": what_if_ms(), **_growth.measure()}
    if not REFERENCE.is_dir():
        return numbers | dict.fromkeys(
            (
                "predict_breast_max_error",
                "predict_prostate_max_error",
                "gbsg_harrell_c",
                "gbsg_slope_error",
            )
        )
    published = json.loads((REFERENCE / "validation_reference.json").read_text())
    beside = published["rotterdam_to_gbsg_rfs5"]["reproduced_R"]
    years, event, risk = german()
    slope = float(fit_cox(np.log(-np.log1p(-risk))[:, None], years, event).coefficients[0])
    c = harrell_c(years, event, risk)
    known, same = stages_matched()
    rows = [
        (f"{model} OS at {year} y, {regimen}", value, _survival(model, regimen, year))
        for model, regimen, values in (
            ("3.2", "s", (93.488778, 83.143121, 72.950337)),
            ("3.2", "rhcb", (97.340036, 92.535981, 86.567289)),
        )
        for year, value in zip((5, 10, 15), values, strict=True)
    ]
    coefficients = published["rotterdam_to_gbsg_rfs5"]["published_numbers"]["coef"]
    ours = fitted("rotterdam").coefficients
    rows += [
        (f"Rotterdam {k}", v, float(o))
        for (k, v), o in zip(coefficients.items(), ours, strict=True)
    ]
    rows += [
        ("GBSG concordance", beside["harrell_val"], c),
        (
            "GBSG observed over expected",
            beside["OE"],
            observed_over_expected(years, event, risk, 5),
        ),
        ("GBSG calibration slope", beside["slope"], slope),
        ("stage groups, TNM 7 (SEER)", known, same),
    ]
    table(rows)
    return numbers | {
        "predict_breast_max_error": breast_error(),
        "predict_prostate_max_error": prostate_error(),
        "gbsg_harrell_c": c,
        "gbsg_slope_error": abs(slope - beside["slope"]),
        "stage_rows_wrong": known - same,
    }


def _survival(version: str, regimen: str, year: int) -> float:
    row = {**WOMAN, "version": version, "regimen": regimen, "year": year}
    return compute_rows("predict-breast", [row])[0].numbers["os_pct"]
