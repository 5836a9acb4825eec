"""Which way a model is run: as asked, what was left open as measured here, else as usual."""

from __future__ import annotations

import platform
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bedside_dx.core.cores import usable_cores
from bedside_dx.core.errors import StoreError
from bedside_dx.core.model_input import ModelInput
from bedside_dx.core.pace import USUAL, Conditions, Way
from bedside_dx.core.settings import AUTO, FP32
from bedside_dx.models import registry
from bedside_dx.models.engines import choice
from bedside_dx.store.pace_profile import profile_path, read_profile

if TYPE_CHECKING:
    from bedside_dx.core.pace import Pace, Tuned
    from bedside_dx.core.settings import Settings
    from bedside_dx.models.package import ModelPackage


def pace_for(package: ModelPackage, settings: Settings) -> Pace:
    """How a model is to run: as asked, and what was left open as measured or else as usual."""
    tuned = current(package, settings.provider)
    measured = tuned.fastest(settings.engine, settings.precision) if tuned is not None else None
    if measured is not None:
        return measured
    precision = FP32 if settings.precision == AUTO else settings.precision
    engine = settings.engine
    if engine == AUTO:
        engine = choice.ONNXRUNTIME if precision == FP32 else choice.OPENVINO
    return replace(usual(package), engine=engine, precision=precision)


def ways(settings: Settings) -> dict[str, Way]:
    """How each installed model is run with these settings, by name."""
    return {package.name: _way(package, settings) for package in registry.installed()}


def _way(package: ModelPackage, settings: Settings) -> Way:
    pace, tuned = pace_for(package, settings), current(package, settings.provider)
    return Way(pace, tuned.rate(pace) if tuned is not None else 0.0)


def usual(package: ModelPackage) -> Pace:
    """The way that is safe on every machine."""
    return replace(USUAL, batch=1) if package.card.input is ModelInput.WHOLE_IMAGE else USUAL


def kept(package: ModelPackage, provider: str) -> Tuned | None:
    """What was measured of a model here, stale or not."""
    try:
        return read_profile(profile_path()).get((package.name, provider))
    except StoreError:
        # A profile that is damaged holds nothing that can't be measured again.
        return None


def current(package: ModelPackage, provider: str) -> Tuned | None:
    """What was measured of a model, where it still holds."""
    tuned = kept(package, provider)
    if tuned is None or tuned.conditions != conditions(package, provider):
        return None
    return tuned


def unmeasured(settings: Settings) -> tuple[str, ...]:
    """Names of the installed models of which no measurement holds, by name."""
    found = registry.installed()
    return tuple(p.name for p in found if current(p, settings.provider) is None)


def conditions(package: ModelPackage, provider: str) -> Conditions:
    """What a measurement made now would hold for."""
    engines = (*choice.versions(), *choice.abilities())
    return Conditions(_processor(), usable_cores(), engines, provider, package.sums_sha256)


def _processor() -> str:
    """Name of the processor; Linux tells it in a file only."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
