"""How fast it is, in ratios that hold on a busy machine: the pipeline, memory, start, the peers.

``make peers`` first, for the rows that compare with other programs. A figure beside its goal is
marked where it falls short.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from statistics import median

from matplotlib.figure import Figure

from bedside_dx.models.engines import choice
from bedside_dx.models.manifest import INT8
from bedside_dx.models.registry import find
from bedside_dx.models.session import load
from bench import (
    _engines,
    _reading,
    _speed_identity,
    _speed_peers,
    _speed_start,
    _speed_verdict,
    viewer,
)
from bench._parts import Part, measured
from bench._speed_memory import Run, run
from bench._speed_pipeline import cost
from bench._speed_slides import has_real_tissue, tissue_slide
from bench.composed_slides import OUT, SHARED

MODEL = "colon-he"
SIDES = (8_192, 16_384, 32_768)
"""Of the slides whose memory and speed are compared; the last has four times the area."""
LARGE = 40_960
PIPELINE_ROUNDS = {16_384: 3, LARGE: 1}
"""How often the pipeline is measured on a slide of that side: the smaller one takes ten seconds, in
which a busy moment of the machine weighs much."""
PEERS_SIDE = 6_144
SMALL = 4_096

Goal = tuple[str, float]
KEYS: dict[str, Goal | None] = {
    "pipeline_efficiency": (">=", 0.97),
    "read_vs_openslide": (">=", 4.0),
    "read_vs_openslide_in_our_order": None,
    "decodes_per_tile": None,
    "read40x_vs_openslide_resize": (">=", 5.5),
    "int8_vs_fp32": None,
    "decisions_same_share": (">=", 0.995),
    "vs_wsinfer_fp32": (">=", 2.2),
    "vs_wsinfer_best": (">=", 6.0),
    "vs_fast_fp32": (">=", 1.0),
    "vs_fast_best": (">=", 1.4),
    "rss_slope": ("<=", 1.1),
    "first_result_share": ("<=", 0.02),
    "stable_verdict_share": ("<=", 0.15),
    "pan_p95_ms": ("<=", 8.0),
    "pan_wall_vs_idle": ("<=", 1.5),
    "pan_4k_p95_ms": None,
    "zoom_idle_p95_ms": None,
    "zoom_4k_p95_ms": None,
    "sharp_after_stop_ms": ("<=", 100.0),
    "start_vs_bare_window": ("<=", 1.5),
    "start_complete_vs_bare_window": None,
    "goldens_passed_share": (">=", 1.0),
    "identical_scores_share": (">=", 1.0),
}
"""What is always written, with the goal where there is one."""


def main() -> dict[str, float | None]:
    """Measure everything, print the table, draw the plot."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parts: dict[str, Part] = {
            "start": _speed_start.measure,
            "results": lambda: _speed_identity.measure(tissue_slide(folder, SMALL), MODEL),
            "pipeline": lambda: _pipeline(folder),
            "memory": lambda: _memory(folder),
            "verdict": lambda: _speed_verdict.measure(SHARED / "data" / MODEL, load(find(MODEL))),
            "reading": lambda: _reading.measure(folder),
            "engines": lambda: _engines.measure(find(MODEL).path),
            "peers": lambda: _speed_peers.measure(tissue_slide(folder, PEERS_SIDE)),
            "viewer": viewer.main,
        }
        found = measured(parts)
    result = {key: found.get(key) for key in KEYS} | found
    result["tissue_is_real"] = float(has_real_tissue())
    _print_table(result)
    return result


def _pipeline(folder: Path) -> dict[str, float | None]:
    """The worse of two slides, and what each patch costs on the larger one."""
    classifier = load(find(MODEL))
    costs = {
        side: [cost(tissue_slide(folder, side), classifier) for _ in range(rounds)]
        for side, rounds in PIPELINE_ROUNDS.items()
    }
    large = costs[LARGE][0]
    efficiency = {side: median(c.efficiency for c in found) for side, found in costs.items()}
    whole = {side: median(c.whole_efficiency for c in found) for side, found in costs.items()}
    return {
        "pipeline_efficiency": min(efficiency.values()),
        **{f"pipeline_efficiency_{side}": value for side, value in efficiency.items()},
        **{f"whole_efficiency_{side}": value for side, value in whole.items()},
        "read_cpu_ms_per_patch": 1000 * large.read,
        "infer_cpu_ms_per_patch": 1000 * large.classify,
        "cpu_ms_per_patch": 1000 * large.stream / large.patches,
    }


def _memory(folder: Path) -> dict[str, float | None]:
    """Peaks in 32 bits and in eight, where that is the way a slide may be read; the worse slope."""
    slides = {side: tissue_slide(folder, side) for side in SIDES}
    full = {side: run(path, MODEL) for side, path in slides.items()}
    _plot(full)
    ways = {"": full}
    if INT8 in choice.precisions(find(MODEL)):
        ways[f"_{INT8}"] = {
            side: run(path, MODEL, choice.OPENVINO, INT8) for side, path in slides.items()
        }
    slopes = {way: runs[SIDES[-1]].rss_mb / runs[SIDES[-2]].rss_mb for way, runs in ways.items()}
    return {
        "rss_slope": max(slopes.values()),
        **{f"rss_slope_of{way or '_fp32'}": slope for way, slope in slopes.items()},
        **{
            f"rss_mb{way}_{side}": one.rss_mb
            for way, runs in ways.items()
            for side, one in runs.items()
        },
        "patches_per_s": full[SIDES[-1]].patches / full[SIDES[-1]].wall_s,
    }


def _plot(runs: Mapping[int, Run]) -> None:
    """Speed, cost and memory over the slide's area."""
    area = [(side / 1000) ** 2 for side in runs]
    rows = {
        "patches a second": [one.patches / one.wall_s for one in runs.values()],
        "CPU ms a patch": [1000 * one.cpu_s / one.patches for one in runs.values()],
        "peak of memory, MB": [one.rss_mb for one in runs.values()],
    }
    figure = Figure(figsize=(12, 3.6), layout="constrained")
    axes = figure.subplots(1, len(rows))
    for axis, (name, values) in zip(axes, rows.items(), strict=True):
        axis.plot(area, values, "o-", color="teal")
        axis.set(ylim=(0, 1.25 * max(values)), title=name, xlabel="slide, million px")
        axis.spines[["top", "right"]].set_visible(False)
    OUT.mkdir(exist_ok=True)
    figure.savefig(OUT / "speed.png", dpi=120)


def _print_table(result: Mapping[str, float | None]) -> None:
    if not result["tissue_is_real"]:
        print("    No sample slide (make samples): measured on a made-up texture, not on tissue.")
    print(f"    {'':<30}{'measured':>10}  {'goal':>9}   on {len(os.sched_getaffinity(0))} cores")
    for key, goal in KEYS.items():
        value = result[key]
        figure = "-" if value is None else f"{value:.4g}"
        wanted = f"{goal[0]} {goal[1]:.4g}" if goal else ""
        print(f"    {key:<30}{figure:>10}  {wanted:>9}   {_judged(value, goal)}")


def _judged(value: float | None, goal: Goal | None) -> str:
    if value is None:
        return "not measured"
    if goal is None:
        return ""
    is_met = value >= goal[1] if goal[0] == ">=" else value <= goal[1]
    return "" if is_met else f"missed by a factor of {max(value / goal[1], goal[1] / value):.2f}"
