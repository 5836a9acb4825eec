"""Eight bits where a network does its work: convolutions, with ranges that a package states.

No second graph is kept: weights are rounded per channel to what they are, and what flows between
convolutions to the range it was seen in on fitting pictures.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

CONVOLUTIONS = ("Convolution", "GroupConvolution")
LEVELS, WEIGHT_LEVELS = 256, 255
SMALLEST = 1e-6
FEWEST = 8
"""Channels below which eight bits save nothing, and cost what the pixels' own levels tell."""

Ranges = Mapping[str, NDArray[np.generic]]
"""Least and largest value, by the name of the tensor in the ONNX graph."""


def convolution_inputs(model: Any) -> dict[str, Any]:
    """What convolutions are fed, by its name in the ONNX graph."""
    sources = (_fed(node) for node in _convolutions(model))
    return {name: source for source in sources if (name := _name(source))}


def suited_inputs(model: Any) -> dict[str, Any]:
    """Those of them that eight bits suit: all but what convolutions over the pixels are fed."""
    bare = {_name(_fed(node)) for node in _convolutions(model) if _is_bare(node)}
    return {name: source for name, source in convolution_inputs(model).items() if name not in bare}


def quantise(model: Any, opset: Any, ranges: Ranges) -> None:
    """Round weights and inputs of the convolutions whose range is stated.

    Raises
    ------
    RuntimeError
        A range is stated for nothing in this graph.
    """
    if missing := set(ranges) - set(convolution_inputs(model)):
        raise RuntimeError(f"no convolution is fed {min(missing)}")
    rounded: dict[str, Any] = {}
    for node in _convolutions(model):
        source = _fed(node)
        name = _name(source)
        if name not in ranges:
            continue
        if name not in rounded:
            low, high = _symmetric(*(float(v) for v in ranges[name].astype(np.float64)))
            rounded[name] = _rounded(opset, source, np.float32(low), np.float32(high), LEVELS)
        node.input(0).replace_source_output(rounded[name])
        weights = node.input(1).get_source_output()
        limit = _largest_by_channel(weights, grouped=node.get_type_name() == "GroupConvolution")
        node.input(1).replace_source_output(_rounded(opset, weights, -limit, limit, WEIGHT_LEVELS))


def _is_bare(node: Any) -> bool:
    """Whether it adds up few channels, as the first convolution of a network does."""
    is_grouped = node.get_type_name() == "GroupConvolution"
    return not is_grouped and node.input(1).get_shape()[1] < FEWEST


def _convolutions(model: Any) -> list[Any]:
    return [node for node in model.get_ordered_ops() if node.get_type_name() in CONVOLUTIONS]


def _fed(node: Any) -> Any:
    return node.input(0).get_source_output()


def _name(source: Any) -> str:
    names: set[str] = source.get_names()
    return min(names) if names else ""


def _symmetric(low: float, high: float) -> tuple[float, float]:
    """From zero on where nothing is negative, else as far below as above."""
    if low >= 0:
        return 0.0, max(high, SMALLEST)
    reach = max(-low, high, SMALLEST)
    return -reach * LEVELS / (LEVELS - 2), reach


def _rounded(opset: Any, source: Any, low: Any, high: Any, levels: int) -> Any:
    bounds = [opset.constant(np.asarray(value, np.float32)) for value in (low, high, low, high)]
    return opset.fake_quantize(source, *bounds, levels).output(0)


def _largest_by_channel(weights: Any, *, grouped: bool) -> NDArray[np.float32]:
    """Largest magnitude of each output channel's weights, shaped to be laid over them."""
    node = weights.get_node()
    while node.get_type_name() != "Constant":
        node = node.input(0).get_source_output().get_node()
    shape = [int(length) for length in weights.get_shape()]
    values = node.get_data().astype(np.float32).reshape(shape)
    axes = tuple(range(2 if grouped else 1, values.ndim))
    return np.abs(values).max(axes, keepdims=True).clip(SMALLEST)
