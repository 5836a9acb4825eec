"""What the main job costs beyond reading and classifying: processor time, alternating runs.

The ratio is taken with one worker, like with like: two workers share caches and cores, which
costs processor time that is not the pipeline's. Speed is taken with all of them.
"""

from __future__ import annotations

import time
from statistics import median

import numpy as np

from bedside_dx.analysis.patches import PatchPlan, plan_patches
from bedside_dx.analysis.quality import assess_quality
from bedside_dx.analysis.stream import stream_findings
from bedside_dx.analysis.tissue import find_tissue
from bedside_dx.core.events import Cancel, Event, FindingsGrew
from bedside_dx.core.geometry import SizePx
from bedside_dx.core.ports import Classifier, PixelSource
from bedside_dx.models.registry import find
from bedside_dx.models.session import load
from bench._compose import compose, load_library
from bench.composed_slides import SHARED

PATCHES, ROUNDS, BATCH = 400, 3, 8


def main() -> dict[str, float | None]:
    """Time reading alone, classifying alone and the whole, one after the other, three times."""
    data = SHARED / "data" / "colon-he"
    if not data.is_dir():
        return {"pipeline_efficiency": None}
    library = load_library(data, "test")
    rng = np.random.default_rng(5)
    slide = compose(library, rng, tissue=PATCHES, carcinoma=0.1, adenoma=0.2)
    classifier = load(find("colon-he"))
    tissue_s = -time.process_time()
    tissue = find_tissue(slide)
    plan = plan_patches(tissue, assess_quality(slide, tissue), classifier.card, slide)
    tissue_s += time.process_time()
    read, infer, full, first, wall = [], [], [], [], []
    for _ in range(ROUNDS):
        pixels, seconds = _read_all(slide, plan, classifier.card.patch_px)
        read.append(seconds)
        infer.append(_classify_all(pixels, classifier))
        full.append(_stream(slide, plan, classifier, threads=1)[0])
        _, lasted, to_first = _stream(slide, plan, classifier, threads=0)
        wall.append(lasted)
        first.append(to_first)
    count = len(plan.cells)
    return {
        "patches": count,
        "pipeline_efficiency": (median(read) + median(infer)) / median(full),
        "cpu_ms_per_patch": 1000 * median(full) / count,
        "read_cpu_ms_per_patch": 1000 * median(read) / count,
        "infer_cpu_ms_per_patch": 1000 * median(infer) / count,
        "tissue_and_plan_cpu_share": tissue_s / (tissue_s + median(full)),
        "patches_per_s": count / median(wall),
        "first_result_s": median(first),
    }


def _read_all(slide: PixelSource, plan: PatchPlan, side: int) -> tuple[list[np.ndarray], float]:
    start = time.process_time()
    pixels = [slide.read(plan.region(i), SizePx(side, side)) for i in range(len(plan.cells))]
    return pixels, time.process_time() - start


def _classify_all(pixels: list[np.ndarray], classifier: Classifier) -> float:
    batches = [np.stack(pixels[at : at + BATCH]) for at in range(0, len(pixels), BATCH)]
    start = time.process_time()
    for batch in batches:
        classifier.classify(batch, Cancel())
    return time.process_time() - start


def _stream(
    slide: PixelSource, plan: PatchPlan, classifier: Classifier, *, threads: int
) -> tuple[float, float, float]:
    """Processor seconds, wall seconds, and seconds to the first findings."""
    begun, first = time.perf_counter(), [float("nan")]

    def emit(event: Event) -> None:
        if isinstance(event, FindingsGrew) and np.isnan(first[0]):
            first[0] = time.perf_counter() - begun

    start = time.process_time()
    stream_findings(slide, plan, classifier, threads=threads, emit=emit, cancel=Cancel())
    return time.process_time() - start, time.perf_counter() - begun, first[0]
