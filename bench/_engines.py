"""What reduced precisions gain on this processor, and whether the decisions stay the same.

Processor seconds of the same patches, in alternation; second looks in 32 bits are counted in.
"""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from bedside_dx.core.cancel import Cancel
from bedside_dx.core.pace import USUAL, Pace
from bedside_dx.models import session
from bedside_dx.models.engines import choice
from bedside_dx.models.package import ModelPackage, read_package
from bench.composed_slides import SHARED
from training.precision import agreement, pictures

ROUNDS, PATCHES, BATCH = 3, 64, 4
REDUCED = ("bf16", "int8")


def measure(folder: Path) -> dict[str, float | None]:
    """Speed and agreement of a package's reduced precisions.

    Returns
    -------
    ``bf16_vs_fp32``, ``int8_vs_fp32``: patches per processor second against onnxruntime in 32
    bits, None where the package does not state the precision or the processor lacks it;
    ``openvino_fp32_vs_fp32``; ``best_precision_speedup``; ``decisions_same_share``: of the
    fastest reduced precision, on the test pictures, None without one or without them.
    """
    package = read_package(folder)
    able = choice.precisions(package)
    paces = {"fp32": USUAL, "openvino_fp32": Pace("openvino", "fp32", BATCH)}
    paces |= {name: Pace("openvino", name, BATCH) for name in REDUCED if name in able}
    if not choice.has_openvino():
        del paces["openvino_fp32"]
    models = {name: session.load(package, pace=pace) for name, pace in paces.items()}
    patches = _patches(package)
    seconds: dict[str, list[float]] = {name: [] for name in models}
    for model in models.values():
        model.classify(patches[: 2 * BATCH], Cancel())
    for _ in range(ROUNDS):
        for name, model in models.items():
            seconds[name].append(-time.process_time())
            model.classify(patches, Cancel())
            seconds[name][-1] += time.process_time()
    gains = {name: median(seconds["fp32"]) / median(seconds[name]) for name in models}
    best = max((name for name in REDUCED if name in models), key=gains.__getitem__, default=None)
    return {
        **{f"{name}_vs_fp32": gains.get(name) for name in (*REDUCED, "openvino_fp32")},
        "best_precision_speedup": max(gains.values()),
        "decisions_same_share": _same(package, best),
    }


def _patches(package: ModelPackage) -> NDArray[np.uint8]:
    """Test pictures where they are, as they need second looks as often as real ones; else made."""
    if (SHARED / "data" / package.name).is_dir():
        cuts = pictures(package, SHARED / "data", "test", PATCHES)
        return np.concatenate([cut.patches for cut in cuts])
    made = package.arrays("golden.npz")["patches"].astype(np.uint8)
    return np.resize(made, (PATCHES, *made.shape[1:]))


def _same(package: ModelPackage, precision: str | None) -> float | None:
    if precision is None or not (SHARED / "data" / package.name).is_dir():
        return None
    cuts = pictures(package, SHARED / "data", "test")
    return agreement(package, precision, cuts, threads=2).same
