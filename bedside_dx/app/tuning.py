"""How a model runs best here: measured once in seconds, kept, and used from then on."""

from __future__ import annotations

import platform
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bedside_dx.core.cores import usable_cores
from bedside_dx.core.errors import BedsideDxError, InferenceError, StoreError
from bedside_dx.core.events import Stage, StageProgress
from bedside_dx.core.model_input import ModelInput
from bedside_dx.core.pace import USUAL, Conditions, Measured, Pace, Tuned
from bedside_dx.core.settings import FP32
from bedside_dx.models import golden, registry, session
from bedside_dx.models.engines import choice
from bedside_dx.store.pace_profile import profile_path, read_profile, write_profile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bedside_dx.core.cancel import Cancel
    from bedside_dx.core.events import Emit
    from bedside_dx.core.settings import Settings
    from bedside_dx.models.package import ModelPackage
    from bedside_dx.models.session import LoadedModel

BATCHES = (1, 4, 8, 16)
"""Patches at a time that are tried on a processor."""
LARGEST_BATCH = 512
"""More at a time than that are not tried on a graphics card."""
ROUNDS, ROUND_S = 2, 0.2
"""Each way is measured so often, in alternation, for so long."""
CLEARLY = 1.1
"""By how much another way must be faster in its worst round than the usual one in its best."""
STILL_GROWING = 1.05
"""A doubled batch that gains less than this ends the search on a graphics card."""


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
    """
    package = registry.find(name)
    path = profile_path()
    kept = _profile_or_nothing(path)
    tuned = _measure(package, settings, emit, cancel)
    write_profile(path, {**kept, package.name: tuned})
    return tuned


def pace_for(package: ModelPackage, settings: Settings) -> Pace:
    """How a model is to run: as asked, and what was left open as measured or else as usual."""
    tuned = current(package, settings.provider)
    if settings.precision == "auto":
        open_choice = settings.engine == "auto" or tuned is None
        if tuned is not None and (open_choice or tuned.best.engine == settings.engine):
            return tuned.best
    precision = FP32 if settings.precision == "auto" else settings.precision
    engine = settings.engine
    if engine == "auto":
        engine = choice.ONNXRUNTIME if precision == FP32 else choice.OPENVINO
    measured = tuned.fastest(engine, precision) if tuned is not None else None
    return measured or replace(
        USUAL,
        engine=engine,
        precision=precision,
        batch=1 if package.card.input is ModelInput.WHOLE_IMAGE else USUAL.batch,
    )


def kept(package: ModelPackage) -> Tuned | None:
    """What was measured of a model here, stale or not."""
    return _profile_or_nothing(profile_path()).get(package.name)


def current(package: ModelPackage, provider: str) -> Tuned | None:
    """What was measured of a model, where it still holds."""
    tuned = kept(package)
    if tuned is None or tuned.conditions != conditions(package, provider):
        return None
    return tuned


def conditions(package: ModelPackage, provider: str) -> Conditions:
    """What a measurement made now would hold for."""
    return Conditions(
        _processor(), usable_cores(), choice.versions(), provider, package.sums_sha256
    )


def _profile_or_nothing(path: Path) -> dict[str, Tuned]:
    """What was measured; a file that is damaged holds nothing that can't be measured again."""
    try:
        return read_profile(path)
    except StoreError:
        return {}


def _measure(package: ModelPackage, settings: Settings, emit: Emit, cancel: Cancel) -> Tuned:
    provider = settings.provider
    usual = _usual(package, provider)
    candidates = list(_candidates(package, usual.pace, provider))
    total = ROUNDS * (1 + len(candidates)) + 1
    emit(StageProgress(Stage.MEASURING, 0, total))
    models = [usual, *_those_that_agree(package, candidates, provider)]
    rates: dict[Pace, list[float]] = {model.pace: [] for model in models}
    for turn in range(ROUNDS):
        for at, model in enumerate(models):
            rates[model.pace].append(throughput(model, package, cancel))
            emit(StageProgress(Stage.MEASURING, turn * len(models) + at + 1, total))
    rates |= _batches_for_a_card(package, usual, cancel)
    rates = _with_second_looks(rates, usual.pace, package)
    best = clearly_fastest(rates, usual.pace)
    emit(StageProgress(Stage.MEASURING, total, total))
    measured = tuple(Measured(pace, round(min(found), 1)) for pace, found in rates.items())
    return Tuned(conditions(package, provider), best, measured)


def _usual(package: ModelPackage, provider: str) -> LoadedModel:
    one = package.card.input is ModelInput.WHOLE_IMAGE
    return session.load(package, provider=provider, pace=replace(USUAL, batch=1) if one else USUAL)


def _candidates(package: ModelPackage, usual: Pace, provider: str) -> Iterator[Pace]:
    """Other ways to run a model than the usual one."""
    if provider != "cpu":
        return
    batches = (1,) if package.card.input is ModelInput.WHOLE_IMAGE else BATCHES
    engines = [(choice.ONNXRUNTIME, FP32)]
    if choice.has_openvino():
        engines += [(choice.OPENVINO, name) for name in choice.precisions(package)]
    for engine, precision in engines:
        for batch in batches:
            pace = Pace(engine, precision, batch)
            if pace != usual:
                yield pace
    if usable_cores() > 3:
        yield replace(usual, workers=usable_cores() // 2)


def _those_that_agree(
    package: ModelPackage, paces: list[Pace], provider: str
) -> Iterator[LoadedModel]:
    """Models that load so and give their reference results: others are no choice at all."""
    for pace in paces:
        try:
            model = session.load(package, provider=provider, pace=pace)
            if golden.check(package, model).passed:
                yield model
        except BedsideDxError:
            continue


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
    pictures = package.arrays("golden.npz")["patches"].astype(np.uint8)
    batch = np.resize(pictures, (model.pace.batch, *pictures.shape[1:]))
    workers = model.pace.workers or usable_cores()
    together = threading.Barrier(workers)

    def work() -> float:
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

    with ThreadPoolExecutor(workers, thread_name_prefix="tuning") as pool:
        runs = [pool.submit(guarded) for _ in range(workers)]
        faults = [run.exception() for run in runs]
    for fault in faults:
        if fault is not None and not isinstance(fault, threading.BrokenBarrierError):
            raise fault
    return sum(run.result() for run in runs)


def _with_second_looks(
    rates: dict[Pace, list[float]], usual: Pace, package: ModelPackage
) -> dict[Pace, list[float]]:
    """What is left of the rates once patches near a limit were run again as well."""
    best: dict[str, float] = {}
    for pace, found in rates.items():
        best[pace.precision] = max(best.get(pace.precision, 0.0), *found)
    best[FP32] = max(rates[usual])
    return {
        pace: [1 / (1 / rate + _spent_again(package, pace, best)) for rate in found]
        for pace, found in rates.items()
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


def clearly_fastest(rates: dict[Pace, list[float]], usual: Pace) -> Pace:
    """The fastest way, or the usual one where none is faster beyond doubt."""
    base = max(rates[usual])
    sure = {pace: min(found) for pace, found in rates.items() if min(found) > CLEARLY * base}
    return max(sure, key=lambda pace: sure[pace]) if sure else usual


def _batches_for_a_card(
    package: ModelPackage, usual: LoadedModel, cancel: Cancel
) -> dict[Pace, list[float]]:
    """Throughput of ever larger batches, where the model runs on a graphics card."""
    if usual.provider == "CPU" or usual.card.input is ModelInput.WHOLE_IMAGE:
        return {}

    def rate_of(batch: int) -> float:
        pace = replace(usual.pace, batch=batch)
        return throughput(usual.at(pace), package, cancel)

    found = doubled(rate_of, usual.pace.batch * 2, LARGEST_BATCH)
    return {replace(usual.pace, batch=batch): [rate] for batch, rate in found.items()}


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


def _processor() -> str:
    """Name of the processor; Linux tells it in a file only."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
