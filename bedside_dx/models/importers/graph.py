"""A foreign ONNX graph: what it takes and gives, and where its description of an image is.

The only import of onnx. It runs in a process of its own, see `importers.worker`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bedside_dx.core.errors import ModelError
from bedside_dx.models.flaw import Flaw
from bedside_dx.models.onnx_file import check_onnx

LEAST_OPSET, RESIZE_OPSET = 7, 18
"""Operator sets from which constants broadcast, and from which a resize can be smooth."""

ACTIVATIONS = {"Softmax": "none", "Sigmoid": "none"}
PASSED_THROUGH = frozenset({
    "Softmax", "LogSoftmax", "Sigmoid", "Identity", "Flatten", "Reshape", "Squeeze", "Unsqueeze",
    "Cast", "Add", "Sub", "Mul", "Div", "Dropout", "GlobalAveragePool", "ReduceMean",
    "AveragePool",
})  # fmt: skip
"""Operators between the last layer with weights and the output."""
HEADS = frozenset({"Gemm", "MatMul", "Conv"})
FLOATS = {1: "FLOAT", 10: "FLOAT16", 11: "DOUBLE"}
MOST_STEPS = 32

Graph = Any
"""An onnx.GraphProto: the library's types say no more than this."""


@dataclass(frozen=True)
class Survey:
    """What a graph declares.

    Attributes
    ----------
    element
        Type number of its input's numbers, see `FLOATS`.
    channels
        3, or 1 for a grey picture.
    channels_last
        Whether its input is N, H, W, C.
    side
        Side of its square input in px; None where it takes any.
    ends_in
        ``"Softmax"`` or ``"Sigmoid"`` where the chosen output comes from one; else empty.
    """

    input: str
    element: int
    channels: int
    channels_last: bool
    side: int | None
    outputs: tuple[str, ...]
    ends_in: str


def load(content: bytes) -> Any:
    """Parse a graph after it was walked, and hold it to the standard.

    Raises
    ------
    ModelError
        ``exchange.extra-missing``: the package onnx is not installed;
        ``exchange.graph-refused``.
    """
    try:
        import onnx as library  # noqa: PLC0415  (an extra)
    except ImportError as exc:
        raise ModelError("exchange.extra-missing", extra="exchange") from exc
    onnx: Any = library
    try:
        check_onnx(content, "model.onnx")
        model: Any = onnx.load_from_string(content)
        onnx.checker.check_model(model)
    except Flaw as exc:
        raise refused(exc.phrase) from exc
    except Exception as exc:
        raise refused(str(exc).strip().splitlines()[0][:160]) from exc
    return model


def survey(model: Any, output: str = "") -> Survey:
    """Say what a graph takes and gives.

    Raises
    ------
    ModelError
        ``exchange.not-a-classifier``, ``exchange.which-output``, ``exchange.graph-refused``.
    """
    graph = model.graph
    weights = {w.name for w in graph.initializer}
    inputs = [value for value in graph.input if value.name not in weights]
    outputs = tuple(value.name for value in graph.output)
    if len(inputs) != 1:
        raise ModelError("exchange.not-a-classifier")
    if (output and output not in outputs) or (not output and len(outputs) != 1):
        raise ModelError("exchange.which-output", outputs=", ".join(outputs))
    kind = inputs[0].type.tensor_type
    shape = [_length(d) for d in kind.shape.dim]
    if len(shape) != 4:
        raise ModelError("exchange.not-a-classifier")
    if kind.elem_type not in FLOATS:
        raise refused("its input is not made of floating-point numbers")
    channels, last, side = _layout(shape[1:])
    name = output or outputs[0]
    return Survey(
        inputs[0].name, kind.elem_type, channels, last, side, outputs, _ends_in(graph, name)
    )


def _length(dimension: Any) -> int | None:
    known = dimension.WhichOneof("value") == "dim_value" and dimension.dim_value > 0
    return int(dimension.dim_value) if known else None


def _layout(rest: Sequence[int | None]) -> tuple[int, bool, int | None]:
    """Channels, whether they come last, and the side."""
    first, last = rest[0] in {1, 3}, rest[2] in {1, 3}
    if first == last:
        raise refused("it does not declare three colours")
    sides = rest[1:] if first else rest[:2]
    if sides[0] != sides[1]:
        raise refused("its input is not square")
    channels = rest[0] if first else rest[2]
    assert channels is not None
    return channels, last, sides[0]


def _ends_in(graph: Graph, name: str) -> str:
    makers = makers_of(graph)
    for _ in range(MOST_STEPS):
        node = makers.get(name)
        if node is None:
            return ""
        if node.op_type in ACTIVATIONS:
            return str(node.op_type)
        if node.op_type not in {"Identity", "Flatten", "Reshape", "Squeeze", "Cast"}:
            return ""
        name = node.input[0]
    return ""


def makers_of(graph: Graph) -> dict[str, Any]:
    """Node by the value it makes."""
    return {name: node for node in graph.node for name in node.output}


def description_of_image(graph: Graph, output: str) -> str:
    """Name of the value that goes into the last layer with weights; empty where none is found.

    It is the network's own description of an image, from which the last layer makes classes.
    """
    makers, weights = makers_of(graph), {w.name for w in graph.initializer}
    name = output
    for _ in range(MOST_STEPS):
        node = makers.get(name)
        if node is None:
            return ""
        moving = [i for i in node.input if i and not _is_fixed(i, makers, weights)]
        if node.op_type in HEADS:
            return moving[0] if len(moving) == 1 and _makes_classes(node) else ""
        if node.op_type not in PASSED_THROUGH or len(moving) != 1:
            return ""
        name = moving[0]
    return ""


def _makes_classes(node: Any) -> bool:
    """A layer that looks at one place at a time: all but a convolution wider than 1 × 1."""
    sizes = [list(a.ints) for a in node.attribute if a.name == "kernel_shape"]
    return node.op_type != "Conv" or bool(sizes and set(sizes[0]) == {1})


def _is_fixed(name: str, makers: dict[str, Any], weights: set[str], depth: int = 8) -> bool:
    """Tell whether a value is the same for every image."""
    if name in weights:
        return True
    node = makers.get(name)
    if node is None or depth == 0:
        return False
    return all(_is_fixed(i, makers, weights, depth - 1) for i in _named(node))


def _named(node: Any) -> Iterator[str]:
    return (name for name in node.input if name)


def refused(detail: str) -> ModelError:
    """Make the error of a graph that can't be used."""
    return ModelError("exchange.graph-refused", detail=detail)
