"""How busy the main job keeps a graphics card: patches/s beside inference alone, time per slide.

Without a card every figure is None, and it is said.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from bedside_dx.analysis.patches import plan_patches
from bedside_dx.analysis.quality import assess_quality
from bedside_dx.analysis.stream import stream_findings
from bedside_dx.analysis.tissue import find_tissue
from bedside_dx.app import tuning
from bedside_dx.core.cancel import Cancel
from bedside_dx.core.pace import USUAL
from bedside_dx.models import session
from bedside_dx.models.engines import onnxruntime_engine
from bedside_dx.models.registry import find
from bench._compose import compose, load_library
from bench.composed_slides import SHARED

MODEL, PATCHES = "colon-he", 4000
CARDS = ("tensorrt", "cuda")
FIGURES = ("gpu_patches_per_s", "gpu_share_of_inference_only", "gpu_slide_s", "gpu_batch")


def main() -> dict[str, float | None]:
    """Measure inference alone at the card's best batch, then a whole composed slide."""
    card = next((name for name in CARDS if name in onnxruntime_engine.available()), None)
    data = SHARED / "data" / MODEL
    if card is None or not data.is_dir():
        print("    no graphics card that onnxruntime can use here (or no data): nothing measured")
        return dict.fromkeys(FIGURES)
    package, cancel = find(MODEL), Cancel()
    model = session.load(package, provider=card)
    rates = tuning.doubled(
        lambda batch: tuning.throughput(
            model.at(replace(USUAL, batch=batch)), package, cancel, seconds=2
        ),
        USUAL.batch,
        tuning.LARGEST_BATCH,
    )
    batch = max(rates, key=lambda one: rates[one])
    slide = compose(
        load_library(data, "test"), np.random.default_rng(5),
        tissue=PATCHES, carcinoma=0.1, adenoma=0.2,
    )  # fmt: skip
    began = time.perf_counter()
    tissue = find_tissue(slide)
    plan = plan_patches(tissue, assess_quality(slide, tissue), model.card, slide)
    reading = time.perf_counter()
    stream_findings(
        slide, plan, model.at(replace(USUAL, batch=batch)), threads=0, emit=lambda _: None,
        cancel=cancel,
    )  # fmt: skip
    ended = time.perf_counter()
    rate = len(plan.cells) / (ended - reading)
    return {
        "gpu_patches_per_s": rate,
        "gpu_share_of_inference_only": rate / rates[batch],
        "gpu_slide_s": ended - began,
        "gpu_batch": batch,
    }
