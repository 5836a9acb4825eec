"""OpenVINO on the processor, in 32 bits, BF16 or INT8. The only import of openvino."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from bedside_dx.core.cancel import Cancel, CancelledByUser
from bedside_dx.models.engines.engine import EngineFault, Tensor, first_line
from bedside_dx.models.engines.openvino_int8 import Ranges, quantise, suited_inputs

# The library's converter brings a client with it that reports use to the maker over the network.
# It does without a converter that can't be imported.
cast("dict[str, Any]", sys.modules).setdefault("openvino.tools.ovc", None)

import openvino  # noqa: E402

ov: Any = openvino
"""The library's types are partial: what comes out of it is given one here, at its door."""

HINTS = {"fp32": "f32", "bf16": "bf16"}
"""The library's own names of the precisions it is asked for."""

DTYPES = {"f32": "float", "f16": "float16", "u8": "uint8", "i64": "int64"}
"""Its names of types, as onnxruntime writes them."""


def version() -> str:
    """Name and version of the engine."""
    return f"openvino {ov.__version__.split('-')[0]}"


def precisions() -> frozenset[str]:
    """Precisions that this processor computes in, as the engine sees it."""
    able: set[str] = set(ov.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES"))
    return frozenset({"fp32", *(name.lower() for name in ("BF16", "INT8") if name in able)})


def label(precision: str) -> str:
    """The processor, and the precision where it is not 32 bits."""
    return "CPU" if precision == "fp32" else f"CPU {precision.upper()}"


class OpenVinoEngine:
    """One graph on the processor. Safe to run from several threads at once.

    The graph is compiled for each number of pictures, as it runs faster where lengths are known.

    Parameters
    ----------
    graph
        The ONNX file's content.
    precision
        ``"fp32"``, ``"bf16"`` or ``"int8"``.
    threads
        Threads inside one call.
    batch
        Pictures that a call brings: it is compiled for them before the first one.
    ranges
        What flows between convolutions, where they compute in eight bits.

    Raises
    ------
    EngineFault
        The graph can't be loaded.
    """

    def __init__(
        self,
        graph: bytes,
        *,
        precision: str,
        threads: int,
        batch: int,
        ranges: Ranges | None = None,
    ) -> None:
        self._precision, self._ranges = precision, ranges
        streams = max(os.cpu_count() or 1, 1)
        self._options = {
            "INFERENCE_PRECISION_HINT": HINTS[_beside(precision)],
            "INFERENCE_NUM_THREADS": streams * max(threads, 1),
            "NUM_STREAMS": streams,
            "ENABLE_CPU_PINNING": False,
        }
        self._graph, self._core = graph, ov.Core()
        self._compiled: dict[int, Any] = {}
        self._compiling = threading.Lock()
        self._own = threading.local()
        try:
            model = self._core.read_model(graph)
            self.inputs = {port.any_name: _tensor(port) for port in model.inputs}
            self.outputs = {port.any_name: _tensor(port) for port in model.outputs}
            self._compiled[batch] = self._compile(batch)
        except RuntimeError as exc:
            raise EngineFault(first_line(exc)) from exc

    @property
    def name(self) -> str:
        """Engine and version."""
        return version()

    @property
    def label(self) -> str:
        """The processor, and the precision where it is not 32 bits."""
        return label(self._precision)

    @property
    def wants_full_batches(self) -> bool:
        """True: compiling for another number of pictures takes longer than to run a full batch."""
        return True

    def run(
        self, outputs: Sequence[str], feed: Mapping[str, NDArray[Any]], cancel: Cancel
    ) -> list[NDArray[Any]]:
        """Run the graph once; see `engine.Engine.run`."""
        cancel.raise_if_cancelled()
        try:
            request = self._request(len(next(iter(feed.values()))))
        except RuntimeError as exc:
            raise EngineFault(first_line(exc)) from exc
        forget = cancel.on_cancel(request.cancel)
        try:
            # Not copied: they are not touched before the request is through.
            request.start_async(dict(feed), share_inputs=True)
            request.wait()
            cancel.raise_if_cancelled()
            return [np.array(request.get_tensor(name).data) for name in outputs]
        except RuntimeError as exc:
            if cancel.cancelled:
                raise CancelledByUser from exc
            raise EngineFault(first_line(exc)) from exc
        finally:
            forget()

    def _request(self, size: int) -> Any:
        """Return this thread's own request for that many pictures."""
        own: dict[int, Any] = self._own.__dict__.setdefault("requests", {})
        if size not in own:
            with self._compiling:
                if size not in self._compiled:
                    self._compiled[size] = self._compile(size)
            own[size] = self._compiled[size].create_infer_request()
        return own[size]

    def _compile(self, size: int) -> Any:
        model = self._core.read_model(self._graph)
        model.reshape(
            {
                port: [size, *(d if d.is_dynamic else d.get_length() for d in list(shape)[1:])]
                for port in model.inputs
                for shape in (port.partial_shape,)
            }
        )
        if self._ranges is not None:
            quantise(model, ov.opset13, self._ranges)
        return self._core.compile_model(model, "CPU", self._options)


def _beside(precision: str) -> str:
    """Precision of what is not computed in eight bits: BF16 where the processor can."""
    if precision != "int8":
        return precision
    return "bf16" if "bf16" in precisions() else "fp32"


def ranges_of(graph: bytes, input_name: str, pictures: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Least and largest value of what convolutions are fed that eight bits suit, over pictures.

    Parameters
    ----------
    pictures
        (n, …), what the graph takes.
    """
    model = ov.Core().read_model(graph)
    sources = suited_inputs(model)
    model.add_outputs(list(sources.values()))
    options = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": 1}
    request = ov.Core().compile_model(model, "CPU", options).create_infer_request()
    least = dict.fromkeys(sources, np.inf)
    largest = dict.fromkeys(sources, -np.inf)
    for picture in pictures:
        request.infer({input_name: picture[None]})
        for name in sources:
            values = request.get_tensor(name).data
            least[name] = min(least[name], float(values.min()))
            largest[name] = max(largest[name], float(values.max()))
    return {name: np.array([least[name], largest[name]], np.float32) for name in sources}


def _tensor(port: Any) -> Tensor:
    kind: str = port.element_type.get_type_name()
    return Tensor(
        DTYPES.get(kind, kind),
        tuple(None if d.is_dynamic else int(d.get_length()) for d in port.partial_shape),
    )
