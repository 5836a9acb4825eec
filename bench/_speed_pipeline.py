"""What the main job costs beyond reading and classifying, in processor time.

The ratio is taken with one worker, like with like: two workers share caches and cores, which costs
processor time that is not the pipeline's. Reading alone and classifying alone are measured on a
part of the patches before and after the whole job, so that a machine that slows down meanwhile
slows down both.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bedside_dx.analysis.patches import PatchPlan, plan_patches
from bedside_dx.analysis.quality import assess_quality
from bedside_dx.analysis.tissue import find_tissue
from bedside_dx.app.pipeline import diagnose
from bedside_dx.app.resuming import Resuming
from bedside_dx.core.cancel import Cancel
from bedside_dx.core.case import Case
from bedside_dx.core.events import Event, Stage, StageProgress
from bedside_dx.core.geometry import SizePx
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.ports import Classifier, PixelSource, Seen
from bedside_dx.core.settings import Settings
from bedside_dx.imaging.slide import open_slide

BATCH, SAMPLE = 8, 160
"""Patches of a batch, and those that are read and classified alone before and after."""


@dataclass(frozen=True)
class Cost:
    """Processor seconds.

    Attributes
    ----------
    read, classify
        Of one patch, alone.
    patches, early
        How many there are, and how many were looked at while it was planned what to read.
    stream, whole
        From the plan to the last patch, and of the whole examination.
    """

    read: float
    classify: float
    patches: int
    early: int
    stream: float
    whole: float

    @property
    def efficiency(self) -> float:
        """Share of what the patches took, from the plan on, that is reading and classifying."""
        return (self.patches - self.early) * (self.read + self.classify) / self.stream

    @property
    def whole_efficiency(self) -> float:
        """The same of the whole examination: finding the tissue and concluding count."""
        return self.patches * (self.read + self.classify) / self.whole


def cost(path: Path, classifier: Classifier) -> Cost:
    """Measure one slide."""
    with open_slide(path, probe=False) as slide:
        tissue = find_tissue(slide)
        plan = plan_patches(tissue, assess_quality(slide, tissue), classifier.card, slide)
        pending = np.flatnonzero(plan.state == PatchState.PENDING)
        some = pending[:: max(1, len(pending) // SAMPLE)]
        _alone(slide, plan, some[:BATCH], classifier)
        before = _alone(slide, plan, some[::2], classifier)
        early, stream, whole = _examined(path, classifier)
        after = _alone(slide, plan, some[1::2], classifier)
    read, classify = ((a + b) / 2 for a, b in zip(before, after, strict=True))
    return Cost(read, classify, len(pending), early, stream, whole)


def _alone(
    slide: PixelSource, plan: PatchPlan, patches: NDArray[np.int64], classifier: Classifier
) -> tuple[float, float]:
    """Processor seconds of a patch to read and to classify."""
    side = classifier.card.patch_px
    start = time.process_time()
    pixels = [slide.read(plan.region(int(patch)), SizePx(side, side)) for patch in patches]
    read = time.process_time() - start
    batches = [np.stack(pixels[at : at + BATCH]) for at in range(0, len(pixels), BATCH)]
    start = time.process_time()
    for batch in batches:
        classifier.classify(batch, Cancel())
    classify = time.process_time() - start
    return read / len(patches), classify / len(patches)


class Counting:
    """A model that counts the patches it is given."""

    def __init__(self, model: Classifier) -> None:
        self._model, self.patches = model, 0
        self.card, self.engine, self.provider = model.card, model.engine, model.provider
        self.fingerprint, self.pace = model.fingerprint, model.pace
        self.aggregate = model.aggregate

    def classify(self, patches: NDArray[np.uint8], cancel: Cancel) -> Seen:
        """What the model says of them."""
        self.patches += len(patches)
        return self._model.classify(patches, cancel)


def _examined(path: Path, classifier: Classifier) -> tuple[int, float, float]:
    """Patches looked at before the plan, processor seconds after it, and of the whole.

    With a journal, as the program has.
    """
    marks: dict[Stage, float] = {}
    counting, early = Counting(classifier), 0

    def emit(event: Event) -> None:
        nonlocal early
        if isinstance(event, StageProgress) and (event.stage, event.done) != (Stage.TISSUE, 0):
            if event.stage is Stage.TISSUE:
                early = counting.patches
            marks.setdefault(event.stage, time.process_time())

    with (
        tempfile.TemporaryDirectory() as folder,
        Resuming(folder=Path(folder)) as resuming,
        open_slide(path, probe=False) as slide,
    ):
        start = time.process_time()
        settings = Settings(threads=1)
        diagnose(
            Case(), slide, counting, settings=settings, emit=emit, cancel=Cancel(),
            resuming=resuming,
        )  # fmt: skip
        whole = time.process_time() - start
    return early, marks[Stage.CONCLUDING] - marks[Stage.TISSUE], whole
