"""Our side of the comparison: ``python -m bench._speed_ours SLIDE MODEL.onnx [PACE …]``.

PACE is engine, precision and batch. Prints patches, processor seconds of reading and classifying
(all threads; loading and finding the tissue left out), and the share of patches near enough to a
limit to be looked at again.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bedside_dx.analysis.patches import PatchPlan, plan_patches
from bedside_dx.analysis.quality import assess_quality
from bedside_dx.analysis.stream import stream_findings
from bedside_dx.analysis.tissue import find_tissue
from bedside_dx.core.cancel import Cancel
from bedside_dx.core.geometry import SizePx
from bedside_dx.core.pace import USUAL, Pace
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.ports import PixelSource
from bedside_dx.core.settings import FP32
from bedside_dx.imaging.slide import open_slide
from bedside_dx.models import golden, session
from bedside_dx.models.second_look import near_a_limit
from bench._speed_network import imported, stated

FITTING = 1024
"""Patches, spread over the slide, that margins are taken from, at most."""


def main(path: Path, network: Path, pace: Pace) -> None:
    with tempfile.TemporaryDirectory() as home, open_slide(path, probe=False) as slide:
        package = imported(network, Path(home))
        tissue = find_tissue(slide)
        plan = plan_patches(tissue, assess_quality(slide, tissue), package.card, slide)
        if pace.precision != FP32:
            package = stated(package, _some(slide, plan, package.card.patch_px))
        model = session.load(package, pace=pace)
        if not golden.check(package, model).passed:
            sys.exit("the network does not give its reference results")
        start = time.process_time()
        found = stream_findings(slide, plan, model, threads=1, emit=lambda _: None, cancel=Cancel())
        seconds = time.process_time() - start
    read = found.analysed
    again = 0.0
    if pace.precision != FP32:
        margin = package.manifest.precisions[pace.precision].second_look
        p, distance = found.probabilities[read], found.unfamiliarity[read]
        again = near_a_limit(p, distance, package.card, margin).mean()
    print(json.dumps({"patches": int(read.sum()), "cpu_s": seconds, "again": float(again)}))


def _some(slide: PixelSource, plan: PatchPlan, side: int) -> NDArray[np.uint8]:
    pending = np.flatnonzero(plan.state == PatchState.PENDING)
    step = max(1, len(pending) // FITTING)
    size = SizePx(side, side)
    return np.stack([slide.read(plan.region(int(p)), size) for p in pending[::step][:FITTING]])


def asked(words: list[str]) -> Pace:
    """Pace by engine, precision and batch; the usual one without them."""
    return Pace(words[0], words[1], int(words[2])) if words else USUAL


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), asked(sys.argv[3:]))
