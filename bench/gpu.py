"""How busy the main job keeps a graphics card: patches/s beside inference alone, time per slide.

The slide is a pyramid of JPEG tiles and is read as the program reads it: the first patches are
looked at while its tissue is found, the way of reading is chosen, and only what is left to read
then counts for the patches a second and for the time that the card waits. Without a card every
figure is None, and it is said.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bedside_dx.analysis.first_look import MOST
from bedside_dx.analysis.stream import stream_findings
from bedside_dx.app import tuning
from bedside_dx.app.preparing import prepare
from bedside_dx.app.way_of_reading import choose_way, may_be_shrunk
from bedside_dx.core.cancel import Cancel
from bedside_dx.core.errors import ModelError
from bedside_dx.core.pace import USUAL
from bedside_dx.core.settings import Settings
from bedside_dx.imaging.slide import open_slide
from bedside_dx.models import session
from bedside_dx.models.engines import onnxruntime_engine
from bedside_dx.models.package import ModelPackage
from bedside_dx.models.registry import find
from bedside_dx.models.session import LoadedModel
from bench._card_time import Timed, waiting_share
from bench._speed_slides import tissue_slide

MODEL = "colon-he"
SIDE = 81_920
"""Of the slide, px: 18,000 patches of `MODEL`, so that a fast card takes some seconds."""
CARDS = ("tensorrt", "cuda")
FIGURES = (
    "gpu_patches_per_s", "gpu_share_of_inference_only", "gpu_waits_share", "gpu_slide_s",
    "gpu_batch",
)  # fmt: skip


def main(
    cards: Sequence[str] = CARDS, *, side: int = SIDE, seconds: float = 2.0
) -> dict[str, float | None]:
    """Measure inference alone at the card's best batch, then a whole slide.

    Parameters
    ----------
    cards
        Providers, the one to measure first; the next is taken where one does not run.
    side
        Of the slide, px.
    seconds
        For each batch of inference alone.
    """
    package = find(MODEL)
    model = _on_one_of(cards, package)
    if model is None:
        print("    no graphics card that onnxruntime can use here: nothing measured")
        return dict.fromkeys(FIGURES)
    with tempfile.TemporaryDirectory() as home:
        return dict(_measure(model, package, tissue_slide(Path(home), side), seconds))


def _on_one_of(cards: Sequence[str], package: ModelPackage) -> LoadedModel | None:
    """The model on the first provider that runs; a build with a provider need not have a card."""
    for name in cards:
        if name not in onnxruntime_engine.available():
            continue
        try:
            return session.load(package, provider=name)
        except ModelError as error:
            print(f"    {name}: {error.values.get('detail', error.code)}")
    return None


def _measure(
    model: LoadedModel, package: ModelPackage, path: Path, seconds: float
) -> dict[str, float]:
    cancel, settings = Cancel(), Settings()
    rates = tuning.doubled(
        lambda batch: tuning.throughput(
            model.at(replace(USUAL, batch=batch)), package, cancel, seconds=seconds
        ),
        USUAL.batch,
        tuning.LARGEST_BATCH,
    )
    batch = max(rates, key=lambda one: rates[one])
    timed = Timed(model.at(replace(USUAL, batch=batch)))
    began = time.perf_counter()
    with open_slide(path, probe=False) as slide:
        most = batch if may_be_shrunk(slide, timed.card) else MOST
        _, plan, known = prepare(
            slide, timed, most=most, settings=settings, emit=lambda _: None, cancel=cancel
        )
        way = choose_way(slide, plan, timed, cancel)
        seen = [*known, *way.known] if way.reading.shrink == 1 else way.known
        reading = time.perf_counter()
        found = stream_findings(
            way.source, plan, timed, threads=settings.threads, emit=lambda _: None, cancel=cancel,
            known=seen,
        )  # fmt: skip
    ended = time.perf_counter()
    read = int(found.analysed.sum()) - sum(len(scores.patches) for scores in seen)
    rate = read / (ended - reading)
    return {
        "gpu_patches_per_s": rate,
        "gpu_share_of_inference_only": rate / rates[batch],
        "gpu_waits_share": waiting_share(timed.spans, reading, ended),
        "gpu_slide_s": ended - began,
        "gpu_batch": batch,
    }
