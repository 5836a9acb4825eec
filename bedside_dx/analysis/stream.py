"""Reading and classifying, in identical threads that each do both: nothing waits in between."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

import numpy as np
from numpy.typing import NDArray

from bedside_dx.analysis.confidence import conclude
from bedside_dx.analysis.patch_quality import spoilt_patches
from bedside_dx.analysis.patches import PatchPlan
from bedside_dx.core.errors import SlideError
from bedside_dx.core.events import Cancel, Emit, FindingsGrew, Stage, StageProgress
from bedside_dx.core.geometry import SizePx
from bedside_dx.core.model_card import ModelInput
from bedside_dx.core.ports import Classifier, PixelSource
from bedside_dx.core.results import Findings, PatchState
from bedside_dx.core.rules import DEFAULT_RULES, Rules

BATCH = 8
"""Patches at a time in each thread: small batches are faster on a processor."""
EVENT_INTERVAL_S = 0.25
EVENT_COST_SHARE = 0.02
"""Snapshots never take more than this share of the time, however large the slide."""


def stream_findings(
    slide: PixelSource,
    plan: PatchPlan,
    classifier: Classifier,
    *,
    rules: Rules = DEFAULT_RULES,
    threads: int,
    emit: Emit,
    cancel: Cancel,
) -> Findings:
    """Read every planned patch and run the model on it.

    A patch that can't be read becomes `PatchState.UNREADABLE`, never background.

    Parameters
    ----------
    rules
        Limits of the verdict so far.
    threads
        Number of workers; 0 means one for each processor core.

    Raises
    ------
    InferenceError
        The model failed; no findings are kept.
    CancelledByUser
    """
    work = _Work(slide, plan, classifier, cancel)
    count = threads or _cores()
    with ThreadPoolExecutor(count, thread_name_prefix="patches") as pool:
        workers = {pool.submit(work.run) for _ in range(count)}
        try:
            _watch(work, workers, rules, emit)
        finally:
            work.stop.set()
    return work.findings


def _cores() -> int:
    """Processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _watch(work: _Work, workers: set[Future[None]], rules: Rules, emit: Emit) -> None:
    """Tell what the workers have done until they are through; raise what one of them raised."""
    interval, reported = EVENT_INTERVAL_S, 0
    while workers:
        finished, workers = wait(workers, timeout=interval, return_when=FIRST_COMPLETED)
        for worker in finished:
            worker.result()
        done = work.done
        if done == reported:
            continue
        reported = done
        emit(StageProgress(Stage.PATCHES, done, work.total))
        if workers and done:
            start = time.thread_time()
            snapshot = work.snapshot()
            emit(FindingsGrew(snapshot, conclude(snapshot, rules, is_final=False)))
            cost = time.thread_time() - start
            interval = max(EVENT_INTERVAL_S, cost / EVENT_COST_SHARE)


class _Work:
    """Arrays that the workers fill, and the queue they take their patches from."""

    def __init__(
        self, slide: PixelSource, plan: PatchPlan, classifier: Classifier, cancel: Cancel
    ) -> None:
        self._slide, self._plan, self._classifier, self._cancel = slide, plan, classifier, cancel
        card = classifier.card
        count, classes = len(plan.cells), len(card.classes)
        self.findings = Findings(
            model=card,
            grid=plan.grid,
            cells=plan.cells,
            state=plan.state.copy(),
            probabilities=np.full((count, classes), np.nan, np.float32),
            unfamiliarity=np.full(count, np.nan, np.float32),
            tissue=plan.tissue,
            cell_mm2=plan.cell_mm2,
        )
        self._queue = np.flatnonzero(plan.state == PatchState.PENDING)
        self._taken = 0
        self._lock = threading.Lock()
        self.stop = threading.Event()
        self.done = 0

    @property
    def total(self) -> int:
        """Number of patches to read."""
        return len(self._queue)

    def run(self) -> None:
        """Take patches, read them and classify them, until none is left."""
        side = self._classifier.card.patch_px
        pixels = np.empty((BATCH, side, side, 3), np.uint8)
        while not self.stop.is_set():
            self._cancel.raise_if_cancelled()
            with self._lock:
                batch = self._queue[self._taken : self._taken + BATCH]
                self._taken += len(batch)
            if not len(batch):
                return
            self._classify(self._read(batch, pixels), pixels)
            with self._lock:
                self.done += len(batch)

    def _read(self, batch: NDArray[np.int64], pixels: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Fill `pixels` from the front; return which patches they are."""
        size = SizePx(pixels.shape[2], pixels.shape[1])
        readable: list[int] = []
        for patch in batch:
            self._cancel.raise_if_cancelled()
            try:
                pixels[len(readable)] = self._slide.read(self._plan.region(patch), size)
            except SlideError:
                self.findings.state[patch] = PatchState.UNREADABLE
            else:
                readable.append(patch)
        return np.array(readable, np.int64)

    def _classify(self, patches: NDArray[np.int64], pixels: NDArray[np.uint8]) -> None:
        if not len(patches):
            return
        seen = pixels[: len(patches)]
        if self._classifier.card.input is ModelInput.PATCHES:
            spoilt = spoilt_patches(seen)
            if spoilt.any():
                fine = spoilt == 0
                self.findings.state[patches[~fine]] = spoilt[~fine]
                patches, seen = patches[fine], seen[fine]
                if not len(patches):
                    return
        probabilities, unfamiliarity, _ = self._classifier.classify(seen, self._cancel)
        self.findings.probabilities[patches] = probabilities
        self.findings.unfamiliarity[patches] = unfamiliarity
        # The state comes last: whoever sees a patch analysed finds its numbers in place.
        self.findings.state[patches] = PatchState.ANALYSED

    def snapshot(self) -> Findings:
        """Copies of the arrays as they are now."""
        now = self.findings
        state = now.state.copy()
        return Findings(
            model=now.model,
            grid=now.grid,
            cells=now.cells,
            state=state,
            probabilities=now.probabilities.copy(),
            unfamiliarity=now.unfamiliarity.copy(),
            tissue=now.tissue,
            cell_mm2=now.cell_mm2,
        )
