"""ONNX Runtime, with every provider it was built with. The only import of onnxruntime."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from bedside_dx.core.cancel import Cancel, CancelledByUser
from bedside_dx.core.errors import ModelError, Phrase
from bedside_dx.models.engines.bound import BoundRuns
from bedside_dx.models.engines.card_options import card_options, fixed_lengths, kept_folders
from bedside_dx.models.engines.engine import EngineFault, Tensor, engine_said, first_line
from bedside_dx.models.engines.nvidia_libraries import load_libraries, missing_library

# From 1.29 on the library's own builds report use, models' names and a number of this machine to
# the maker over the network, as soon as they are imported. It reads this while it is.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime

ort: Any = onnxruntime
native: Any = ort.capi.onnxruntime_pybind11_state
"""The library has no types: what comes out of it is given one here, at its door."""

ort.disable_telemetry_events()  # Windows' own tracing does not read the variable

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
"""Providers with a memory of their own (NVIDIA's), and what its buffers are called."""

HELPERS = {"tensorrt": ("cuda",)}
"""Providers that take light operators which another one leaves over."""

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


Run = Callable[[Sequence[str], Mapping[str, NDArray[Any]], Any], list[NDArray[Any]]]
"""Takes names of outputs, inputs by name and options of the run."""


class OnnxRuntimeEngine:
    """One graph on one provider. Safe to run from several threads at once.

    TensorRT has a session for each number of pictures, as it compiles with all lengths known.

    Parameters
    ----------
    graph
        The ONNX file's content.
    provider
        A key of `PROVIDERS`, or ``"auto"``.
    threads
        Threads inside one call; they do not spin while waiting.
    batch
        Pictures that a call brings; None where that is not known, or other lengths are free, too.
    device
        Memory that inputs and outputs are bound to; None takes the provider's own, and binds
        nothing on the processor.

    Raises
    ------
    ModelError
        ``model.provider-unavailable``: the engine was not built with the provider;
        ``model.provider-failed``: the provider finds no card, lacks a library, refuses an option
        or would have left work to another one. None is ever used in its place.
    EngineFault
        The graph can't be loaded.
    """

    def __init__(
        self,
        graph: bytes,
        *,
        provider: str,
        threads: int,
        batch: int | None = None,
        device: str | None = None,
    ) -> None:
        self._graph, self._threads = graph, threads
        size = batch if provider == "tensorrt" else None
        self._is_fixed = size is not None
        wanted = AUTO_ORDER if provider == "auto" else (provider,)
        session, self.provider = _open_first(graph, wanted, threads, size, asked=provider)
        self._device = device or DEVICES.get(self.provider)
        self._runs = {size: self._run_of(session)}
        self._opening = threading.Lock()
        declared = _as_declared(graph) if self._is_fixed else session
        self.inputs = _tensors(declared.get_inputs())
        self.outputs = _tensors(declared.get_outputs())

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
        return self._device is not None or self.provider != "cpu"

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
        run = self._run_at(len(next(iter(feed.values()))) if self._is_fixed else None)
        options = ort.RunOptions()
        options.log_severity_level = 4
        forget = cancel.on_cancel(lambda: setattr(options, "terminate", True))
        try:
            return run(outputs, feed, options)
        except NATIVE_ERRORS as exc:
            if cancel.cancelled:
                raise CancelledByUser from exc
            raise EngineFault(first_line(exc)) from exc
        finally:
            forget()

    def _run_at(self, size: int | None) -> Run:
        with self._opening:
            if size not in self._runs:
                session = _open(self._graph, self.provider, self._threads, size)
                self._runs[size] = self._run_of(session)
            return self._runs[size]

    def _run_of(self, session: Any) -> Run:
        if self._device is not None:
            return BoundRuns(session, ort.OrtValue, self._device).run
        return lambda outputs, feed, options: list(session.run(list(outputs), dict(feed), options))


class _Refused(EngineFault):
    """A provider does not run here, and why."""

    def __init__(self, why: Phrase) -> None:
        super().__init__(why)
        self.why = why


_OPENING = threading.Lock()
"""Providers load their libraries into the process: one at a time."""


def _open_first(
    graph: bytes, wanted: Sequence[str], threads: int, size: int | None, *, asked: str
) -> tuple[Any, str]:
    """Open the graph on the first provider that works and is really used."""
    built_in = available()
    for provider in wanted:
        if provider not in built_in:
            continue
        try:
            return _open(graph, provider, threads, size), provider
        except _Refused as refused:
            if provider == asked:
                raise ModelError(
                    "model.provider-failed", provider=LABELS[provider], detail=refused.why
                ) from refused
    raise ModelError(
        "model.provider-unavailable",
        provider=LABELS.get(asked, asked),
        available=", ".join(LABELS[name] for name in built_in),
    )


def _open(graph: bytes, provider: str, threads: int, size: int | None) -> Any:
    """Open the graph; `size` is the only number of pictures that it takes, None leaves it free.

    Raises
    ------
    _Refused
        The provider does not start, or is not really used.
    EngineFault
        The graph can't be loaded, on the processor either.
    """
    options = _options(threads)
    if size is not None:
        shapes = [argument.shape for argument in _as_declared(graph).get_inputs()]
        for name, length in fixed_lengths(shapes, size).items():
            options.add_free_dimension_override_by_name(name, length)
    kept = kept_folders(graph, size) if provider == "tensorrt" else None
    chain = {
        PROVIDERS[name]: card_options(name, kept) for name in (provider, *HELPERS.get(provider, ()))
    }
    try:
        with _OPENING:
            if provider in DEVICES:
                ort.set_default_logger_severity(4)
                load_libraries(getattr(ort, "preload_dlls", None))
            session = ort.InferenceSession(
                graph, options, providers=list(chain.items()), enable_fallback=0
            )
    except NATIVE_ERRORS as exc:
        if provider == "cpu":
            raise EngineFault(first_line(exc)) from exc
        _as_declared(graph)
        raise _Refused(_lacking(provider) or engine_said(exc)) from exc
    session.disable_fallback()
    if session.get_providers()[0] != PROVIDERS[provider]:
        raise _Refused(_lacking(provider) or Phrase("the engine left it out"))
    if _heavy_elsewhere(session, PROVIDERS[provider]):
        raise _Refused(Phrase("it can't run every layer of this network"))
    return session


def _options(threads: int) -> Any:
    options = ort.SessionOptions()
    options.intra_op_num_threads = max(threads, 1)
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.record_ep_graph_assignment_info", "1")
    return options


def _as_declared(graph: bytes) -> Any:
    """Load the graph to see what it takes and gives, its free lengths left free."""
    options = _options(threads=1)
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    try:
        return ort.InferenceSession(graph, options, providers=[PROVIDERS["cpu"]])
    except NATIVE_ERRORS as exc:
        raise EngineFault(first_line(exc)) from exc


def _lacking(provider: str) -> Phrase | None:
    """Say which library a provider lacks, where it is that."""
    library = missing_library(Path(native.__file__).parent, provider)
    return Phrase("the library {library} can't be loaded", library=library) if library else None


def _heavy_elsewhere(session: Any, native_name: str) -> bool:
    """Tell whether another provider has some of the heavy operators."""
    elsewhere: set[str] = {
        node.op_type
        for part in session.get_provider_graph_assignment_info()
        if part.ep_name != native_name
        for node in part.get_nodes()
    }
    return bool(elsewhere & HEAVY)


def _tensors(arguments: Sequence[Any]) -> dict[str, Tensor]:
    return {
        argument.name: Tensor(
            str(argument.type).removeprefix("tensor(").removesuffix(")"),
            tuple(length if isinstance(length, int) else None for length in argument.shape),
        )
        for argument in arguments
    }
