"""The growth recipes that ship: `python -m training.growth [--shared ../shared]`.

Needs nothing but the program's own environment. Two open cohorts, one a quantity; what is written
(means, a covariance, weights) is ours, the cohorts stay where they are:

- psa: tumgr's sampleData (68 patients of a prostate trial, most likely PSA), R package tumgr.
- lesion-mm: the sums of diameters of INSPIRE (pembrolizumab; Bratman 2020), percent of baseline.
  A factor on all values of a patient changes nothing, so percent teach about millimetres.
"""

import argparse
import csv
from collections import defaultdict
from pathlib import Path

import numpy as np

from bedside_dx.core.course import Course, Quantity
from bedside_dx.disease.growth.backtest import BackTest, back_test, eligible
from bedside_dx.disease.growth.forecasting import Floor, Recipe
from bedside_dx.disease.growth.learning import learn_recipe

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "bedside_dx/disease/growth/recipes.toml"
DAYS_A_WEEK = 7.0

FLOORS = {Quantity.PSA: Floor(0.01, 0.0), Quantity.LESION_MM: Floor(0.0, 0.05)}
"""PSA: what assays can tell from nothing, ng/mL. Lesions: 5 % of baseline."""

COHORTS = {
    Quantity.PSA: (
        "tumgr sampleData: most likely PSA of a prostate trial",
        "tumgr sampleData : très probablement le PSA d’un essai sur la prostate",
    ),
    Quantity.LESION_MM: (
        "INSPIRE: sums of diameters under pembrolizumab",
        "INSPIRE : sommes de diamètres sous pembrolizumab",
    ),
}


def read_psa(cohorts: Path) -> list[Course]:
    """Courses of tumgr's sample data, days in order."""
    rows: dict[str, list[tuple[float, float]]] = defaultdict(list)
    with (cohorts / "tumgr_sampleData.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            rows[row["name"]].append((float(row["date"]), float(row["size"])))
    return [_course(name, pairs) for name, pairs in rows.items()]


def read_lesions(cohorts: Path) -> list[Course]:
    """Courses of INSPIRE, percent of baseline; baseline itself is day 0."""
    rows: dict[str, list[tuple[float, float]]] = defaultdict(list)
    with (cohorts / "inspire_tumour_size_ctdna.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["size_change"] != "NA":
                day = float(row["time"]) * DAYS_A_WEEK
                rows[row["id"]].append((day, 100 + float(row["size_change"])))
    return [_course(name, [(0.0, 100.0), *pairs]) for name, pairs in rows.items()]


READERS = {Quantity.PSA: read_psa, Quantity.LESION_MM: read_lesions}


def _course(name: str, pairs: list[tuple[float, float]]) -> Course:
    days, values = np.array(sorted(pairs)).T
    return Course(name, days, values)


def toml_of(quantity: Quantity, recipe: Recipe, test: BackTest, visits: int) -> str:
    """One table of the file."""
    prior, floor = recipe.prior, recipe.floor
    covariance = ", ".join(_numbers(row.tolist()) for row in prior.covariance)
    return f"""[{quantity.value}]
weights = {_numbers(recipe.weights.tolist())}  # no-change, anchored, curve
reach = {recipe.reach:.4f}
reach_no_change = {recipe.reach_no_change:.4f}
usual_gap = {recipe.usual_gap:.1f}  # days

[{quantity.value}.prior]  # log g per day, log d per day, logit phi
mean = {_numbers(prior.mean.tolist())}
covariance = [{covariance}]
noise = {prior.noise:.5f}  # log units
tail = {prior.tail:.1f}

[{quantity.value}.floor]
absolute = {floor.absolute}
of_first = {floor.of_first}

[{quantity.value}.provenance]
cohort.en = "{COHORTS[quantity][0]}"
cohort.fr = "{COHORTS[quantity][1]}"
patients = {len(test.ours)}
visits = {visits}
against_no_change = {test.ratio:.3f}
coverage = {test.covered.mean():.3f}
"""


def _numbers(values: list[float]) -> str:
    return "[" + ", ".join(f"{value:.5g}" for value in values) + "]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    cohorts = parser.parse_args().shared / "cohorts"
    parts = ["# Written by `python -m training.growth`; do not edit.\n"]
    for quantity, read in READERS.items():
        courses, floor = read(cohorts), FLOORS[quantity]
        test = back_test(courses, quantity, floor)
        patients = eligible(courses)
        recipe = learn_recipe(patients, floor)
        parts.append(toml_of(quantity, recipe, test, sum(len(c) for c in patients)))
        print(quantity.value, f"ratio {test.ratio:.3f} coverage {test.covered.mean():.3f}")
    OUT.write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
