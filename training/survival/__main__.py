"""Fit the Cox models that ship: `python -m training.survival --cohorts ../shared/cohorts`.

What is written are the project's own numbers: coefficients, baseline, bootstrap replicates of
both (for intervals) and how the model did. No row of a cohort goes with them.
"""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd

from training.survival import cohorts
from training.survival.cohorts import EVENT
from training.survival.measures import Fit, Quality, fit, fit_again, judge, ranking

OUT = Path(__file__).parents[2] / "bedside_dx" / "disease" / "prognosis" / "fitted"
REPLICATES = 200
COLON_YEARS = 7


def main() -> None:
    """Fit both and write them."""
    parser = argparse.ArgumentParser(prog="python -m training.survival", description=__doc__)
    parser.add_argument("--cohorts", type=Path, required=True)
    parser.add_argument("--replicates", type=int, default=REPLICATES)
    options = parser.parse_args()
    OUT.mkdir(exist_ok=True)
    people, others = cohorts.rotterdam(options.cohorts), cohorts.gbsg(options.cohorts)
    made = fit(people, cohorts.HORIZON)
    replicates, optimism = bootstrap(people, cohorts.HORIZON, options.replicates)
    low, high = external_c(made, others, options.replicates)
    write("rotterdam", made, replicates, {
        "development": {"people": len(people), "events": int(people[EVENT].sum())}
        | asdict(judge(made, people, 5)),
        "optimism": optimism,
        "external": {"people": len(others), "events": int(others[EVENT].sum()),
                     "c_low": low, "c_high": high} | asdict(judge(made, others, 5)),
    })  # fmt: skip
    people = cohorts.colon(options.cohorts)
    made = fit(people, COLON_YEARS)
    replicates, optimism = bootstrap(people, COLON_YEARS, options.replicates)
    write("colon", made, replicates, {
        "development": {"people": len(people), "events": int(people[EVENT].sum())}
        | asdict(judge(made, people, 5)),
        "optimism": optimism,
    })  # fmt: skip


def bootstrap(people: pd.DataFrame, years: int, times: int) -> tuple[list[Fit], dict]:
    """Fits on people drawn again, and how much better each is on those than on all (Harrell)."""
    draw = np.random.default_rng(1)
    fits, gaps = [], []
    for _ in range(times):
        again = people.iloc[draw.integers(0, len(people), len(people))].reset_index(drop=True)
        fitted = fit_again(again, years)
        fits.append(fitted)
        gaps.append(np.subtract(ranking(fitted, again), ranking(fitted, people)))
    c, slope = np.mean(gaps, axis=0)
    return fits, {"replicates": times, "c": float(c), "slope": float(slope)}


def external_c(made: Fit, people: pd.DataFrame, times: int) -> tuple[float, float]:
    """95 % bootstrap interval of the concordance."""
    draw = np.random.default_rng(2)
    found = [
        ranking(made, people.iloc[draw.integers(0, len(people), len(people))])[0]
        for _ in range(times)
    ]
    low, high = np.percentile(found, (2.5, 97.5))
    return float(low), float(high)


def write(name: str, made: Fit, replicates: list[Fit], quality: dict[str, Quality | dict]) -> None:
    """Write the numbers of one model."""
    document = {
        "terms": list(made.terms),
        "coefficients": [round(float(x), 8) for x in made.coefficients],
        "standard_errors": [round(float(x), 6) for x in made.errors],
        "baseline_hazard": [round(float(x), 8) for x in made.hazard],
        "replicates": {
            "coefficients": [[round(float(x), 4) for x in r.coefficients] for r in replicates],
            "baseline_hazard": [[round(float(x), 5) for x in r.hazard] for r in replicates],
        },
        "quality": quality,
    }
    text = json.dumps(document, indent=1)
    (OUT / f"{name}.json").write_text(_joined(text) + "\n", encoding="utf-8")
    print(name, json.dumps(quality, indent=1))


def _joined(text: str) -> str:
    """Put each row of numbers on one line."""
    return re.sub(r"\[([-\d.,\s]+)\]", lambda row: f"[{' '.join(row[1].split())}]", text)


if __name__ == "__main__":
    main()
