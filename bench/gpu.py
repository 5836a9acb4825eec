"""How busy the main job keeps a graphics card: patches/s beside inference alone, time per slide.

The slide is prepared as the program does it: the first patches are looked at while its tissue is
found and judged, and only what is left to read then counts for the patches a second. Without a
card every figure is None, and it is said.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from bedside_dx.analysis.first_look import MOST
from bedside_dx.analysis.stream import stream_findings
from bedside_dx.app import tuning
from bedside_dx.app.preparing import prepare
from bedside_dx.core.cancel import Cancel
from bedside_dx.core.pace import USUAL
from bedside_dx.core.settings import Settings
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
    paced, settings = model.at(replace(USUAL, batch=batch)), Settings()
    began = time.perf_counter()
    _, plan, known = prepare(
        slide, paced, most=MOST, settings=settings, emit=lambda _: None, cancel=cancel
    )
    reading = time.perf_counter()
    stream_findings(
        slide, plan, paced, threads=settings.threads, emit=lambda _: None, cancel=cancel,
        known=known,
    )  # fmt: skip
    ended = time.perf_counter()
    left = len(plan.cells) - sum(len(scores.patches) for scores in known)
    rate = left / (ended - reading)
    return {
        "gpu_patches_per_s": rate,
        "gpu_share_of_inference_only": rate / rates[batch],
        "gpu_slide_s": ended - began,
        "gpu_batch": batch,
    }
