"""Opening a graph on the engine and in the precision that were chosen; never on another."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

from bedside_dx.core.errors import ModelError
from bedside_dx.core.pace import USUAL, Pace
from bedside_dx.core.settings import FP32, PROVIDERS
from bedside_dx.models.manifest import BF16, INT8
from bedside_dx.models.package import RANGES

if TYPE_CHECKING:
    from bedside_dx.models.engines.engine import Engine
    from bedside_dx.models.package import ModelPackage

ONNXRUNTIME, OPENVINO = "onnxruntime", "openvino"
TOGETHER = 4
"""Patches that are looked at again in BF16 together: of 64 about so many are."""


def has_openvino() -> bool:
    """Whether the optional engine is installed; it is not loaded to find out."""
    return importlib.util.find_spec(OPENVINO) is not None


def versions() -> tuple[str, ...]:
    """Names and versions of the engines that are installed."""
    # Importing an engine takes as long as everything else at start: only who asks pays.
    from bedside_dx.models.engines import onnxruntime_engine  # noqa: PLC0415

    names = [onnxruntime_engine.version()]
    if has_openvino():
        from bedside_dx.models.engines import openvino_engine  # noqa: PLC0415

        names.append(openvino_engine.version())
    return tuple(names)


def abilities() -> tuple[str, ...]:
    """Precisions that this processor computes in with the engines that are installed."""
    if not has_openvino():
        return (FP32,)
    from bedside_dx.models.engines import openvino_engine  # noqa: PLC0415

    return tuple(sorted(openvino_engine.precisions()))


def precisions(package: ModelPackage) -> tuple[str, ...]:
    """Precisions that a package states and this machine computes in, the full one first."""
    stated = package.manifest.precisions
    if not stated or not has_openvino():
        return (FP32,)
    from bedside_dx.models.engines import openvino_engine  # noqa: PLC0415

    able = openvino_engine.precisions()
    return (FP32, *(name for name in stated if name in able))


def ways(package: ModelPackage) -> tuple[tuple[str, str], ...]:
    """Engines and precisions in which a model can run on this processor, the usual one first."""
    usual = (ONNXRUNTIME, FP32)
    if not has_openvino():
        return (usual,)
    return (usual, *((OPENVINO, name) for name in precisions(package)))


def names_on_processor(engine: str, precision: str) -> tuple[str, str]:
    """What an engine says on this processor of itself and of where it runs; see `engine.Engine`."""
    if engine == OPENVINO:
        from bedside_dx.models.engines import openvino_engine  # noqa: PLC0415

        return openvino_engine.version(), openvino_engine.label(precision)
    from bedside_dx.models.engines import onnxruntime_engine  # noqa: PLC0415

    return onnxruntime_engine.version(), onnxruntime_engine.LABELS["cpu"]


def more_exact(package: ModelPackage, pace: Pace) -> Pace | None:
    """How patches that a reduced precision is not trusted with are looked at; None in 32 bits.

    What eight bits leave open BF16 settles for the most part, at a fifth of the price of 32.
    """
    if pace.precision == FP32:
        return None
    if pace.precision == INT8 and BF16 in precisions(package):
        return Pace(OPENVINO, BF16, TOGETHER)
    return USUAL


def open_engine(
    package: ModelPackage, graph: bytes, *, provider: str, threads: int, pace: Pace
) -> Engine:
    """Open a graph.

    Raises
    ------
    ModelError
        ``model.provider-unavailable``, ``model.provider-failed``, ``model.engine-missing``,
        ``model.precision-not-stated``, ``model.precision-unavailable``,
        ``model.engine-unfit``.
    EngineFault
        The graph can't be loaded.
    """
    if provider not in PROVIDERS:
        raise ModelError(
            "model.provider-unavailable", provider=provider, available=", ".join(PROVIDERS)
        )
    _check_stated(package, pace.precision)
    if pace.engine == OPENVINO:
        return _open_openvino(package, graph, provider, threads, pace)
    if pace.precision != FP32:
        raise ModelError("model.engine-unfit", engine=ONNXRUNTIME, asked=pace.precision.upper())
    from bedside_dx.models.engines import onnxruntime_engine  # noqa: PLC0415

    return onnxruntime_engine.OnnxRuntimeEngine(
        graph, provider=provider, threads=threads, batch=pace.batch
    )


def _open_openvino(
    package: ModelPackage, graph: bytes, provider: str, threads: int, pace: Pace
) -> Engine:
    if not has_openvino():
        raise ModelError("model.engine-missing", engine="OpenVINO", extra=OPENVINO)
    if provider not in ("cpu", "auto"):
        raise ModelError("model.engine-unfit", engine="OpenVINO", asked=provider)
    from bedside_dx.models.engines import openvino_engine  # noqa: PLC0415

    if pace.precision not in openvino_engine.precisions():
        raise ModelError("model.precision-unavailable", precision=pace.precision.upper())
    return openvino_engine.OpenVinoEngine(
        graph,
        precision=pace.precision,
        threads=threads,
        batch=pace.batch,
        ranges=package.arrays(RANGES) if pace.precision == INT8 else None,
    )


def _check_stated(package: ModelPackage, precision: str) -> None:
    """Refuse a precision whose agreement with 32 bits was not measured, or was too small."""
    if precision != FP32 and precision not in package.manifest.precisions:
        raise ModelError(
            "model.precision-not-stated", name=package.name, precision=precision.upper()
        )
