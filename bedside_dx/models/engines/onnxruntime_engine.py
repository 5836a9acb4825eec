"""ONNX Runtime, with every provider it was built with. The only import of onnxruntime."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

import onnxruntime
from numpy.typing import NDArray

from bedside_dx.core.cancel import Cancel, CancelledByUser
from bedside_dx.core.errors import ModelError
from bedside_dx.models.engines.bound import BoundRuns
from bedside_dx.models.engines.engine import EngineFault, Tensor, first_line

ort: Any = onnxruntime
native: Any = ort.capi.onnxruntime_pybind11_state
"""The library has no types: what comes out of it is given one here, at its door."""

PROVIDERS: Mapping[str, str] = {
    "tensorrt": "TensorrtExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "directml": "DmlExecutionProvider",
    "coreml": "CoreMLExecutionProvider",
    "cpu": "CPUExecutionProvider",
}
AUTO_ORDER = ("cuda", "directml", "coreml", "cpu")
"""TensorRT is not among them: it compiles for minutes before the first result."""

DEVICES = {"tensorrt": "cuda", "cuda": "cuda"}
"""Providers with a memory of their own, and what its buffers are called."""

LABELS = {
    "tensorrt": "TensorRT",
    "cuda": "CUDA",
    "directml": "DirectML",
    "coreml": "Core ML",
    "cpu": "CPU",
}

HEAVY = frozenset({"Conv", "ConvTranspose", "FusedConv", "FusedGemm", "Gemm", "MatMul"})
"""Operators that carry a network's work: these on the processor are a fallback."""

NATIVE_ERRORS: tuple[type[Exception], ...] = (
    native.EngineError,
    native.EPFail,
    native.Fail,
    native.InvalidArgument,
    native.InvalidGraph,
    native.InvalidProtobuf,
    native.ModelLoadCanceled,
    native.ModelLoaded,
    native.ModelRequiresCompilation,
    native.NoModel,
    native.NoSuchFile,
    native.NotImplemented,
    native.RuntimeException,
    RuntimeError,
    ValueError,
    TypeError,
    MemoryError,
    OSError,
)
"""What the library raises; its own kinds derive from Exception directly."""


def version() -> str:
    """Name and version of the engine."""
    return f"onnxruntime {ort.__version__}"


def available() -> tuple[str, ...]:
    """Providers that this build of the engine knows, best first."""
    built_in: set[str] = set(ort.get_available_providers())
    return tuple(name for name, native_name in PROVIDERS.items() if native_name in built_in)


class OnnxRuntimeEngine:
    """One graph on one provider. Safe to run from several threads at once.

    Parameters
    ----------
    graph
        The ONNX file's content.
    provider
        A key of `PROVIDERS`, or ``"auto"``.
    threads
        Threads inside one call; they do not spin while waiting.
    device
        Memory that inputs and outputs are bound to; None takes the provider's own, and binds
        nothing on the processor.

    Raises
    ------
    ModelError
        ``model.provider-unavailable``: the provider is not there, or the engine would have
        used another one.
    EngineFault
        The graph can't be loaded.
    """

    def __init__(
        self, graph: bytes, *, provider: str, threads: int, device: str | None = None
    ) -> None:
        wanted = AUTO_ORDER if provider == "auto" else (provider,)
        self._session, self.provider = _open_first(graph, wanted, threads, asked=provider)
        self.inputs = _tensors(self._session.get_inputs())
        self.outputs = _tensors(self._session.get_outputs())
        device = device or DEVICES.get(self.provider)
        self._bound = BoundRuns(self._session, ort.OrtValue, device) if device else None

    @property
    def name(self) -> str:
        """Engine and version."""
        return version()

    @property
    def label(self) -> str:
        """Name of the provider that really runs, as people write it."""
        return LABELS[self.provider]

    @property
    def wants_full_batches(self) -> bool:
        """True but on the processor: a card looks for kernels for each new number of pictures."""
        return self._bound is not None or self.provider != "cpu"

    def run(
        self, outputs: Sequence[str], feed: Mapping[str, NDArray[Any]], cancel: Cancel
    ) -> list[NDArray[Any]]:
        """Run the graph once; a cancel ends it within a node.

        Raises
        ------
        EngineFault
            The engine failed.
        CancelledByUser
        """
        cancel.raise_if_cancelled()
        options = ort.RunOptions()
        options.log_severity_level = 4
        forget = cancel.on_cancel(lambda: setattr(options, "terminate", True))
        try:
            if self._bound is not None:
                return self._bound.run(outputs, feed, options)
            return list(self._session.run(list(outputs), dict(feed), options))
        except NATIVE_ERRORS as exc:
            if cancel.cancelled:
                raise CancelledByUser from exc
            raise EngineFault(first_line(exc)) from exc
        finally:
            forget()


_OPENING = threading.Lock()
"""Providers load their libraries into the process: one at a time."""


def _open_first(
    graph: bytes, wanted: Sequence[str], threads: int, *, asked: str
) -> tuple[Any, str]:
    """Open the graph on the first provider that works and is really used."""
    built_in = available()
    for provider in wanted:
        if provider not in built_in:
            continue
        session = _open(graph, provider, threads)
        if session is not None:
            return session, provider
    raise ModelError(
        "model.provider-unavailable",
        provider=LABELS.get(asked, asked),
        available=", ".join(LABELS[name] for name in built_in),
    )


def _open(graph: bytes, provider: str, threads: int) -> Any | None:
    """Open the graph, or None where the provider is not really used."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = max(threads, 1)
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.record_ep_graph_assignment_info", "1")
    chain = [PROVIDERS[provider]]
    if provider == "tensorrt":
        chain.append(PROVIDERS["cuda"])
    try:
        with _OPENING:
            session = ort.InferenceSession(graph, options, providers=chain, enable_fallback=0)
    except NATIVE_ERRORS as exc:
        if provider == "cpu":
            raise EngineFault(first_line(exc)) from exc
        return None
    session.disable_fallback()
    return session if _really_runs_on(session, PROVIDERS[provider]) else None


def _really_runs_on(session: Any, native_name: str) -> bool:
    """Tell whether the provider is first in the session and has all the heavy operators."""
    if session.get_providers()[0] != native_name:
        return False
    elsewhere: set[str] = {
        node.op_type
        for part in session.get_provider_graph_assignment_info()
        if part.ep_name != native_name
        for node in part.get_nodes()
    }
    return not elsewhere & HEAVY


def _tensors(arguments: Sequence[Any]) -> dict[str, Tensor]:
    return {
        argument.name: Tensor(
            str(argument.type).removeprefix("tensor(").removesuffix(")"),
            tuple(length if isinstance(length, int) else None for length in argument.shape),
        )
        for argument in arguments
    }
