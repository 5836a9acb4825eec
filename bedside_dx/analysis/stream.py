"""Reading and classifying, in identical threads that each do both: nothing waits in between."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bedside_dx.analysis.aggregate import without_doubt
from bedside_dx.analysis.confidence import conclude
from bedside_dx.analysis.order import ReadingOrder
from bedside_dx.analysis.patch_quality import spoilt_patches
from bedside_dx.analysis.patches import PatchPlan
from bedside_dx.analysis.sequential import SequentialTest
from bedside_dx.core.cancel import Cancel
from bedside_dx.core.cores import usable_cores
from bedside_dx.core.errors import SlideError
from bedside_dx.core.events import Emit, FindingsGrew, NotResumable, Resumed, Stage, StageProgress
from bedside_dx.core.geometry import SizePx
from bedside_dx.core.model_card import ModelCard, Role
from bedside_dx.core.model_input import ModelInput
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.ports import Classifier, PixelSource, ScoreJournal, Scores, Seen
from bedside_dx.core.results import Diagnosis, Findings
from bedside_dx.core.rules import DEFAULT_RULES, Rules
from bedside_dx.core.settings import FP32

FIRST_EVENT_S, EVENT_INTERVAL_S = 0.05, 0.25
"""Who waits sees the first findings as soon as there are any; the next ones in a steady beat."""
EVENT_COST_SHARE = 0.02
"""Snapshots never take more than this share of the time, however large the slide."""
NEAR_COST_SHARE = 0.05
"""The same where a verdict is nearly settled, which is soon over."""
STINT = 64
"""Patches that a worker takes at a time, at most, where some are looked at twice: the second looks
of so many go through the network together, which takes a tenth off all of it. That is a third of a
second, and fewer at the beginning and towards the end."""
MOST_HALF = 65504.0
"""Largest number of half precision."""


def stream_findings(
    slide: PixelSource,
    plan: PatchPlan,
    classifier: Classifier,
    *,
    rules: Rules = DEFAULT_RULES,
    threads: int,
    emit: Emit,
    cancel: Cancel,
    test: SequentialTest | None = None,
    journal: ScoreJournal | None = None,
    known: Sequence[Scores] = (),
    most: int | None = None,
) -> Findings:
    """Read every planned patch and run the model on it.

    A patch that can't be read becomes `PatchState.UNREADABLE`, never background. After
    `Cancel.stop_here` the rest stays pending.

    Parameters
    ----------
    rules
        Limits of the verdict so far.
    test
        Tells when the verdict so far is settled; its call is kept in it.
    journal
        What it holds is taken as read, and what is read is recorded in it.
    known
        What was found of some patches before, from the same pixels; it is taken as read, too.
    most
        Patches to read, at most; None means all.
    threads
        Number of workers; 0 means as many as were measured to be best for the model, or one
        for each processor core. A graphics card takes few of them at a time: the others read.

    Raises
    ------
    InferenceError
        The model failed; no findings are kept.
    CancelledByUser
    """
    count = threads or classifier.pace.workers or usable_cores()
    work = _Work(slide, plan, classifier, cancel, journal, most, count)
    test = test or SequentialTest(plan, rules)
    if journal is not None and work.done:
        test.call = journal.early
        emit(Resumed(work.done / work.total, journal.kept_on))
    for scores in known:
        work.take_in(scores)
    with ThreadPoolExecutor(count, thread_name_prefix="patches") as pool:
        workers = {pool.submit(work.run) for _ in range(count)}
        try:
            _watch(work, workers, rules, test, emit)
        finally:
            work.stop.set()
    return work.findings


def _watch(
    work: _Work, workers: set[Future[None]], rules: Rules, test: SequentialTest, emit: Emit
) -> None:
    """Tell what the workers have done until they are through; raise what one of them raised."""
    interval, reported = FIRST_EVENT_S, 0
    while workers:
        finished, workers = wait(workers, timeout=interval, return_when=FIRST_COMPLETED)
        for worker in finished:
            worker.result()
        work.keep(emit)
        done = work.done
        if done == reported:
            continue
        reported = done
        emit(StageProgress(Stage.PATCHES, done, work.total))
        if workers and done:
            start = time.thread_time()
            snapshot = work.snapshot()
            so_far = conclude(snapshot, rules, is_final=False)
            work.settle(test, snapshot, so_far)
            emit(FindingsGrew(snapshot, replace(so_far, early=test.call)))
            cost = time.thread_time() - start
            share = NEAR_COST_SHARE if test.lacks_sample else EVENT_COST_SHARE
            interval = max(EVENT_INTERVAL_S, cost / share)


def analysed(patches: NDArray[np.int64], seen: Seen) -> Scores:
    """What a model saw in some patches, as their scores."""
    state = np.full(len(patches), PatchState.ANALYSED, np.uint8)
    half = seen.embedding.clip(-MOST_HALF, MOST_HALF).astype(np.float16)
    return Scores(patches, state, seen.probabilities, seen.unfamiliarity, half)


def _part(scores: Scores, which: NDArray[np.bool_]) -> Scores:
    return Scores(
        scores.patches[which],
        scores.state[which],
        scores.probabilities[which],
        scores.unfamiliarity[which],
        None if scores.embedding is None else scores.embedding[which],
    )


def _room_for_embeddings(card: ModelCard, count: int) -> NDArray[np.float16] | None:
    """Half precision, as 100 000 patches take 38 MB then, and only where they are read later."""
    if card.slide_level is None:
        return None
    return np.zeros((count, card.slide_level.width), np.float16)


class _Work:
    """Arrays that the workers fill, and the order in which they take their patches."""

    def __init__(
        self,
        slide: PixelSource,
        plan: PatchPlan,
        classifier: Classifier,
        cancel: Cancel,
        journal: ScoreJournal | None,
        most: int | None,
        workers: int,
    ) -> None:
        self._workers = workers
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
            embedding=_room_for_embeddings(card, count),
        )
        self._order = ReadingOrder(plan)
        self._tumour = list(card.of_role(Role.TUMOUR))
        self._lock = threading.Lock()
        self.stop = threading.Event()
        pending = int((plan.state == PatchState.PENDING).sum())
        self.total = pending if most is None else min(most, pending)
        self._left = self.total
        self.done = 0
        self._journal, self._told = journal, False
        if journal is not None:
            self._take_over(journal.kept)
            if journal.early is not None:
                self._order.read_the_rest()

    def run(self) -> None:
        """Take patches, read them and classify them, until none is left or enough is read."""
        side, size = self._classifier.card.patch_px, self._classifier.pace.batch
        longest = size if self._classifier.pace.precision == FP32 else max(STINT, size)
        pixels = np.empty((longest, side, side, 3), np.uint8)
        stint = size
        while self._goes_on():
            with self._lock:
                # Who takes much of what is left lets the others wait for him in the end.
                count = min(stint, max(size, self._left // (2 * self._workers)), self._left)
                patches = self._order.take(count)
                self._left -= len(patches)
            if not len(patches):
                return
            stint = min(2 * stint, longest)
            readable = self._read(patches, pixels)
            if len(readable):
                self._classify(readable, pixels)
                self._record(readable)
            with self._lock:
                self._learn(readable)
                self.done += len(patches)

    def _goes_on(self) -> bool:
        """Rest where that was asked; then tell whether reading is to go on."""
        self._cancel.take_rest()
        self._cancel.raise_if_cancelled()
        return not (self.stop.is_set() or self._cancel.is_enough)

    def take_in(self, known: Scores) -> None:
        """Fill in what was found just before, where an earlier run has not done so."""
        fresh = self.findings.state[known.patches] == PatchState.PENDING
        self._take_over(_part(known, fresh))
        self._record(known.patches[fresh])

    def _take_over(self, kept: Scores) -> None:
        """Fill in what an earlier run had read."""
        self._fill(kept)
        self._order.skip(kept.patches)
        self.done += len(kept.patches)
        self._left -= len(kept.patches)
        self._learn(kept.patches)

    def _read(self, patches: NDArray[np.int64], pixels: NDArray[np.uint8]) -> NDArray[np.int64]:
        """Fill `pixels` from the front; return which patches they are."""
        size = SizePx(pixels.shape[2], pixels.shape[1])
        readable: list[int] = []
        for patch in patches:
            self._cancel.take_rest()
            self._cancel.raise_if_cancelled()
            try:
                pixels[len(readable)] = self._slide.read(self._plan.region(patch), size)
            except SlideError:
                self.findings.state[patch] = PatchState.UNREADABLE
            else:
                readable.append(patch)
        return np.array(readable, np.int64)

    def _classify(self, patches: NDArray[np.int64], pixels: NDArray[np.uint8]) -> None:
        seen = pixels[: len(patches)]
        if self._classifier.card.input is ModelInput.PATCHES:
            size = self._classifier.pace.batch
            parts = [spoilt_patches(seen[at : at + size]) for at in range(0, len(seen), size)]
            spoilt = np.concatenate(parts)
            if spoilt.any():
                fine = spoilt == 0
                self.findings.state[patches[~fine]] = spoilt[~fine]
                patches, seen = patches[fine], seen[fine]
                if not len(patches):
                    return
        self._fill(analysed(patches, self._classifier.classify(seen, self._cancel)))

    def _fill(self, scores: Scores) -> None:
        self.findings.probabilities[scores.patches] = scores.probabilities
        self.findings.unfamiliarity[scores.patches] = scores.unfamiliarity
        if self.findings.embedding is not None and scores.embedding is not None:
            self.findings.embedding[scores.patches] = scores.embedding
        # The state comes last: whoever sees a patch analysed finds its numbers in place.
        self.findings.state[scores.patches] = scores.state

    def _record(self, patches: NDArray[np.int64]) -> None:
        """Keep what became of patches. What could not be read is not kept: it is tried again."""
        if self._journal is not None:
            now = self.findings
            self._journal.record(
                Scores(
                    patches,
                    now.state[patches],
                    now.probabilities[patches],
                    now.unfamiliarity[patches],
                    None if now.embedding is None else now.embedding[patches],
                )
            )

    def _learn(self, patches: NDArray[np.int64]) -> None:
        """Let the order know where tumour seems to lie."""
        now = self.findings
        shown = np.nan_to_num(now.probabilities[patches][:, self._tumour].sum(1))
        alike = without_doubt(shown, now.model.rules.tumour_probability) * now.tissue[patches]
        self._order.learn(patches, alike)

    def keep(self, emit: Emit) -> None:
        """Bring what was read to the disk; say so once when that is no longer possible."""
        if self._journal is None:
            return
        self._journal.flush()
        if self._journal.fault and not self._told:
            self._told = True
            emit(NotResumable(self._journal.fault))

    def settle(self, test: SequentialTest, snapshot: Findings, so_far: Diagnosis) -> None:
        """Ask whether the verdict is settled; from then on the rest is read block by block."""
        if test.call is not None:
            return
        call = test.look(snapshot, so_far)
        with self._lock:
            self._order.draw(on=test.may_settle, only=test.lacks_sample)
            if call is not None:
                self._order.read_the_rest()
        if call is not None and self._journal is not None:
            self._journal.record_early(call)

    def snapshot(self) -> Findings:
        """Copies of the arrays as they are now, but for the embeddings: nobody shows them."""
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
