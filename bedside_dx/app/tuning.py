"""How a model runs best here: measured once in seconds, kept, and used from then on.

Each way is run in turn with the usual one, so that a slow moment of the machine meets both; no
more than these two are loaded at a time. What can't be chosen any more is not measured further.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from bedside_dx.app import pacing
from bedside_dx.core.cores import usable_cores
from bedside_dx.core.errors import BedsideDxError, InferenceError
from bedside_dx.core.events import Stage, StageProgress
from bedside_dx.core.memory import give_back
from bedside_dx.core.model_input import ModelInput
from bedside_dx.core.pace import CLEARLY, Measured, Pace, Tuned
from bedside_dx.core.settings import FP32
from bedside_dx.models import golden, registry, session
from bedside_dx.models.engines import choice
from bedside_dx.store.pace_profile import keep_measured, profile_path

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bedside_dx.core.cancel import Cancel
    from bedside_dx.core.events import Emit
    from bedside_dx.core.settings import Settings
    from bedside_dx.models.package import ModelPackage
    from bedside_dx.models.session import LoadedModel

BATCHES = (1, 4, 8)
"""Patches at a time that are tried on a processor: more were never faster there."""
FIRST_BATCH = 4
"""What an engine and a precision are tried with first: on processors it is never far from best."""
LARGEST_BATCH = 512
"""More at a time than that are not tried on a graphics card."""
ROUNDS, ROUND_S = 2, 0.15
"""Each way that may be chosen is measured so often for so long, between runs of the usual one."""
STILL_GROWING = 1.05
"""A doubled batch that gains less than this ends the search on a graphics card."""
MOST_STEPS = 8
"""Ways to run a model that are tried at most, for the progress that is shown."""


def tune(name: str, settings: Settings, emit: Emit, cancel: Cancel) -> Tuned:
    """Measure how a model runs best on this machine, and keep it.

    Only ways that give the model's reference results take part, and only precisions that its
    package states.

    Raises
    ------
    ModelError
        The model can't be used, see `choosing.load_model`.
    InferenceError
        It failed in its usual way.
    StoreError
        What was measured can't be kept.
    CancelledByUser
        Nothing was kept.
    """
    package = registry.find(name)
    cores = usable_cores()
    with ThreadPoolExecutor(cores, thread_name_prefix="tuning") as pool:
        tuned = _Trials(package, settings.provider, pool, cores, emit, cancel).all()
    keep_measured(profile_path(), package.name, tuned)
    return tuned


class _Trials:
    """Tries the ways to run one model, each beside the usual one."""

    def __init__(
        self,
        package: ModelPackage,
        provider: str,
        pool: ThreadPoolExecutor,
        cores: int,
        emit: Emit,
        cancel: Cancel,
    ) -> None:
        self._package, self._provider, self._cancel = package, provider, cancel
        self._pool, self._cores, self._emit, self._step = pool, cores, emit, 0
        self._tell()
        self._usual = self._loaded(pacing.usual(package))
        self._usual_rates = [self._rate(self._usual, warm_up=True)]
        self._ratios: dict[Pace, list[float]] = {self._usual.pace: [1.0]}

    def all(self) -> Tuned:
        """Measure, and say what came out."""
        if self._usual.provider == "CPU":
            self._on_a_processor()
        else:
            self._on_a_card()
        self._step = MOST_STEPS
        tuned = self._tuned()
        self._tell()
        return tuned

    def _on_a_processor(self) -> None:
        """The usual engine's batches; each other engine and precision; more of the best."""
        self._look_about(self._usual.pace)
        for engine, precision in choice.ways(self._package)[1:]:
            self._try(Pace(engine, precision, min(FIRST_BATCH, self._batches[-1])))
        best = self._tuned().best
        if best.engine != self._usual.pace.engine:
            self._look_about(best)
        if self._cores > 3:
            # Two to a core share its arithmetic, so half of them may be as fast or faster.
            self._try(replace(self._tuned().best, workers=self._cores // 2))

    def _on_a_card(self) -> None:
        """Ever larger batches."""
        if self._usual.card.input is ModelInput.WHOLE_IMAGE:
            return

        def rate_of(batch: int) -> float:
            return self._beside(self._usual.at(replace(self._usual.pace, batch=batch)))

        doubled(rate_of, self._usual.pace.batch * 2, LARGEST_BATCH)

    @property
    def _batches(self) -> tuple[int, ...]:
        return (1,) if self._package.card.input is ModelInput.WHOLE_IMAGE else BATCHES

    def _look_about(self, start: Pace) -> None:
        """Try smaller batches as long as they are faster, else larger ones."""
        batches, at = self._batches, self._batches.index(start.batch)
        for ways in (batches[:at][::-1], batches[at + 1 :]):
            last, gained = self._worst(start), False
            for batch in ways:
                ratio = self._try(replace(start, batch=batch), at_least=last)
                if ratio <= last:
                    break
                last, gained = ratio, True
            if gained:
                return

    def _try(self, pace: Pace, at_least: float = CLEARLY) -> float:
        """Measure a way; 0 where it does not load or give the reference results: no choice then.

        A round that is not better than `at_least` ends it: the worst round is what counts.
        """
        usual = self._usual.pace
        self._cancel.raise_if_cancelled()
        ratio = 0.0
        try:
            if (pace.engine, pace.precision) == (usual.engine, usual.precision):
                ratio = self._beside(self._usual.at(pace), at_least)
            else:
                other = self._loaded(pace)
                if golden.check(self._package, other, self._cancel).passed:
                    ratio = self._beside(other, at_least)
                del other
                give_back()
        except BedsideDxError:
            pass
        self._step = min(self._step + 1, MOST_STEPS - 1)
        self._tell()
        return ratio

    def _beside(self, other: LoadedModel, at_least: float = 0.0) -> float:
        """Measure a way in turn with the usual one; its worst round as a multiple of that."""
        # The first call takes longer: it makes room.
        self._rate(other, seconds=0.0)
        ratios, usual = in_turn(
            lambda: self._rate(self._usual), lambda: self._rate(other), at_least
        )
        self._usual_rates += usual
        self._ratios[other.pace] = ratios
        return min(ratios)

    def _rate(
        self, model: LoadedModel, *, seconds: float = ROUND_S, warm_up: bool = False
    ) -> float:
        workers = model.pace.workers or self._cores
        return _throughput_in(
            self._pool, workers, model, self._package, self._cancel, seconds, warm_up=warm_up
        )

    def _worst(self, pace: Pace) -> float:
        return min(self._ratios[pace])

    def _loaded(self, pace: Pace) -> LoadedModel:
        return session.load(self._package, provider=self._provider, pace=pace, to_measure=True)

    def _tuned(self) -> Tuned:
        """What was found until now, second looks counted in."""
        usual = median(self._usual_rates)
        rates = {pace: usual * min(ratios) for pace, ratios in self._ratios.items()}
        rates = with_second_looks(rates, self._usual.pace, self._package)
        return Tuned(
            pacing.conditions(self._package, self._provider),
            tuple(Measured(pace, round(rate, 1)) for pace, rate in rates.items()),
        )

    def _tell(self) -> None:
        self._emit(StageProgress(Stage.MEASURING, self._step, MOST_STEPS))


def in_turn(
    usual: Callable[[], float], other: Callable[[], float], at_least: float
) -> tuple[list[float], list[float]]:
    """Measure two ways in turn, the usual one first and last.

    A machine may be slow for a moment. So each round of the other is compared with the faster of
    the two usual ones around it: only where both were slowed and it was not does it gain by that.

    Parameters
    ----------
    at_least
        Multiple of the usual way; a round that is not better is the last.

    Returns
    -------
    The other's rounds, as multiples of the usual way; and the usual way's own.
    """
    ratios: list[float] = []
    base = [usual()]
    for _ in range(ROUNDS):
        found = other()
        base.append(usual())
        ratios.append(found / max(base[-2:]))
        if ratios[-1] <= at_least:
            break
    return ratios, base


def throughput(
    model: LoadedModel, package: ModelPackage, cancel: Cancel, seconds: float = ROUND_S
) -> float:
    """Patches a second of the network alone, with all its workers at it.

    Raises
    ------
    InferenceError
        The engine failed, also for want of memory.
    CancelledByUser
    """
    workers = model.pace.workers or usable_cores()
    with ThreadPoolExecutor(workers, thread_name_prefix="tuning") as pool:
        return _throughput_in(pool, workers, model, package, cancel, seconds, warm_up=True)


def _throughput_in(
    pool: ThreadPoolExecutor,
    workers: int,
    model: LoadedModel,
    package: ModelPackage,
    cancel: Cancel,
    seconds: float,
    *,
    warm_up: bool,
) -> float:
    """The same in threads that stay: engines keep something for each.

    Parameters
    ----------
    workers
        Of the pool's threads, at most as many as it has: they wait for each other.
    warm_up
        Run it once before the time is taken.
    """
    pictures = package.arrays("golden.npz")["patches"].astype(np.uint8)
    batch = np.resize(pictures, (model.pace.batch, *pictures.shape[1:]))
    together = threading.Barrier(workers)

    def work() -> float:
        if warm_up:
            model.outputs(batch, cancel)
        together.wait()
        started, done = time.perf_counter(), 0
        while (passed := time.perf_counter() - started) < seconds or not done:
            model.outputs(batch, cancel)
            done += len(batch)
        return done / max(passed, 1e-9)

    def guarded() -> float:
        try:
            return work()
        except BaseException:
            together.abort()
            raise

    runs = [pool.submit(guarded) for _ in range(workers)]
    faults = [run.exception() for run in runs]
    for fault in faults:
        if fault is not None and not isinstance(fault, threading.BrokenBarrierError):
            raise fault
    return sum(run.result() for run in runs)


def with_second_looks(
    rates: Mapping[Pace, float], usual: Pace, package: ModelPackage
) -> dict[Pace, float]:
    """What is left of the rates once patches near a limit were run again as well."""
    best: dict[str, float] = {}
    for pace, rate in rates.items():
        best[pace.precision] = max(best.get(pace.precision, 0.0), rate)
    best[FP32] = rates[usual]
    return {
        pace: 1 / (1 / rate + _spent_again(package, pace, best)) for pace, rate in rates.items()
    }


def _spent_again(package: ModelPackage, pace: Pace, rates: Mapping[str, float]) -> float:
    """Seconds a patch of looking again, from the shares that the package states.

    A patch that is near to a limit in BF16 is so in eight bits too: each share is one of all.
    """
    seconds = 0.0
    finer = choice.more_exact(package, pace)
    while finer is not None:
        rate = rates.get(finer.precision, rates[FP32])
        seconds += package.manifest.precisions[pace.precision].looked_again / rate
        pace, finer = finer, choice.more_exact(package, finer)
    return seconds


def doubled(rate_of: Callable[[int], float], start: int, most: int) -> dict[int, float]:
    """Double the batch until throughput grows no more or the card's memory is full.

    Parameters
    ----------
    rate_of
        Patches a second at a batch; raises `InferenceError` where it does not fit.

    Returns
    -------
    Throughput by batch, of those that fitted.
    """
    rates: dict[int, float] = {}
    batch = start
    while batch <= most:
        try:
            rates[batch] = rate_of(batch)
        except InferenceError:
            break
        last = list(rates.values())[-2:]
        if any(after < STILL_GROWING * before for before, after in pairwise(last)):
            break
        batch *= 2
    return rates
