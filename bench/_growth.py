"""Does a growth forecast beat "no change" on the last visit, and do its intervals hold?

Nested cross-validation over patients, see `bedside_dx.disease.growth.backtest`. Eligible: four
visits or more, the first one counted (INSPIRE's baseline is its first). Floors: `training.growth`.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from bedside_dx.core.course import Quantity
from bedside_dx.disease.growth.backtest import BackTest, back_test
from training.growth import FLOORS, READERS

SHARED = Path(os.environ.get("BEDSIDE_DX_SHARED") or Path(__file__).resolve().parents[2] / "shared")
OUT = Path(__file__).parent / "out"
NAMES = {Quantity.PSA: "ascent2", Quantity.LESION_MM: "inspire"}
GOALS = {Quantity.PSA: (0.97, 0.82, 0.96), Quantity.LESION_MM: (1.00, 0.80, 1.00)}
"""Ratio at most, coverage from and to."""


def measure() -> dict[str, float | None]:
    """Every figure; None where its data is not here."""
    figures: dict[str, float | None] = {}
    tests: dict[Quantity, BackTest] = {}
    for quantity, name in NAMES.items():
        here = (SHARED / "cohorts").is_dir()
        if here:
            tests[quantity] = back_test(
                READERS[quantity](SHARED / "cohorts"), quantity, FLOORS[quantity]
            )
        test = tests.get(quantity)
        figures[f"growth_vs_persistence_{name}"] = test.ratio if test else None
        figures[f"growth_interval_coverage_{name}"] = float(test.covered.mean()) if test else None
    for quantity, test in tests.items():
        _print(quantity, test)
    if tests:
        OUT.mkdir(exist_ok=True)
        _draw(tests)
    return figures


def _print(quantity: Quantity, test: BackTest) -> None:
    ratios = test.bootstrap()
    low, high = np.quantile(ratios, (0.025, 0.975))
    ratio_goal, least, most = GOALS[quantity]
    print(f"  {NAMES[quantity]}: {len(test.ours)} patients, last visit left out, mean |log error|")
    print(f"    no change            {test.no_change.mean():.4f}")
    print(f"    published-style fit  {test.published.mean():.4f}  ratio {test.published_ratio:.3f}")
    print(
        f"    ours                 {test.ours.mean():.4f}  ratio {test.ratio:.3f}"
        f" (goal ≤ {ratio_goal}); paired bootstrap 95 % {low:.3f} to {high:.3f},"
        f" below 1 in {(ratios < 1).mean():.1%}"
    )
    print(f"    90 % interval covers {test.covered.mean():.1%} (goal {least:.0%} to {most:.0%})")
    least_of_all = _without_best(test)
    print(f"    without the patient that it helps most: ratio {least_of_all:.3f}")
    chosen = Counter((tuple(r.weights.tolist()), r.prior.tail) for r in test.recipes)
    for (weights, tail), times in chosen.most_common():
        print(f"    chosen {times:>2} times: no-change, anchored, curve {weights}, tail {tail:g}")


def _without_best(test: BackTest) -> float:
    kept = np.delete(np.arange(len(test.ours)), np.argmax(test.no_change - test.ours))
    return float(test.ours[kept].mean() / test.no_change[kept].mean())


def _draw(tests: dict[Quantity, BackTest]) -> None:
    figure = Figure(figsize=(5.2 * len(tests), 7.2), layout="constrained")
    axes = figure.subplots(2, len(tests), squeeze=False)
    for column, (quantity, test) in enumerate(tests.items()):
        ratios = test.bootstrap()
        top, below = axes[0][column], axes[1][column]
        top.hist(ratios, 60, color="teal", alpha=0.6)
        top.axvline(1, color="0.3", lw=1, ls="--")
        top.axvline(test.ratio, color="k", lw=1.5)
        top.set_title(
            f"{NAMES[quantity]}: {test.ratio:.3f} (goal ≤ {GOALS[quantity][0]}),"
            f" n = {len(test.ours)}"
        )
        top.set_xlabel("error over that of no change, patients drawn again")
        most = float(max(test.ours.max(), test.no_change.max())) * 1.05 + 0.01
        below.plot([0, most], [0, most], color="0.6", lw=1)
        below.plot(test.no_change, test.ours, "o", color="teal", ms=5, alpha=0.7)
        below.set(xlabel="|log error| of no change", ylabel="|log error| of the forecast")
    figure.savefig(OUT / "growth_backtest.png", dpi=110)
