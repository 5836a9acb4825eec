"""A foreign graph between ours: uint8 pixels in front, probabilities and embedding behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from bedside_dx.models.importers.graph import (
    LEAST_OPSET,
    RESIZE_OPSET,
    Survey,
    description_of_image,
    refused,
    survey,
)

INNER = "network/"
"""Put before every name of the foreign graph, so that none can clash with ours."""
IMAGES, PROBABILITIES, EMBEDDING = "patches", "probabilities", "embedding"


@dataclass(frozen=True)
class Wrap:
    """How pixels become the network's input, and its output probabilities.

    Attributes
    ----------
    patch_px, network_px
        Side of the patch, and of what the network takes; in between it is resized.
    mean, std
        One number or three, of pixels from 0 to `full`.
    full
        1.0 or 255.0.
    activation
        ``"softmax"``, ``"sigmoid"`` or ``"none"``.
    single
        The network has one output p: the classes are 1 - p and p.
    """

    patch_px: int
    network_px: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    full: float
    activation: str
    single: bool
    output: str = ""


def wrapped(model: Any, wrap: Wrap, *, has_description: bool = True) -> Any:
    """Build the package's graph; its embedding's width is left open.

    Parameters
    ----------
    has_description
        Whether the embedding is the network's own description of an image, where one is
        found; else it is what the network gives.

    Raises
    ------
    ModelError
        ``exchange.graph-refused``, or as `graph.survey`.
    """
    from onnx import compose  # noqa: PLC0415  (an extra)

    model = _modern_enough(model, resizes=wrap.patch_px != wrap.network_px)
    found = survey(model, wrap.output)
    if found.side is not None and found.side != wrap.network_px:
        raise refused(f"it takes {found.side} px, not {wrap.network_px} px")
    if len(wrap.mean) not in {1, found.channels} or len(wrap.std) not in {1, found.channels}:
        raise refused(f"it takes {found.channels} colours: mean and std need as many numbers")
    graph = model.graph
    output = INNER + (wrap.output or found.outputs[0])
    del graph.value_info[:]
    compose.add_prefix_graph(graph, INNER, inplace=True)
    builder = _Builder(graph)
    description = description_of_image(graph, output) if has_description else ""
    front = builder.front(wrap, found)
    builder.back(wrap, output, description)
    inner = list(graph.node)
    del graph.node[:]
    graph.node.extend([*front, *inner, *builder.nodes])
    graph.initializer.extend(builder.weights)
    _declare(graph, wrap)
    model.ClearField("doc_string")
    return model


def set_width(model: Any, width: int) -> None:
    """Declare how many numbers the embedding has, once it is known."""
    dimension = model.graph.output[1].type.tensor_type.shape.dim[1]
    dimension.dim_value = width


def _modern_enough(model: Any, *, resizes: bool) -> Any:
    from onnx import version_converter  # noqa: PLC0415  (an extra)

    version = max((o.version for o in model.opset_import if o.domain in {"", "ai.onnx"}), default=0)
    if version >= (RESIZE_OPSET if resizes else LEAST_OPSET):
        return model
    try:
        return version_converter.convert_version(model, RESIZE_OPSET)
    except Exception as exc:
        raise refused(f"operator set {version} can't be brought to {RESIZE_OPSET}") from exc


class _Builder:
    """Nodes and weights round a graph."""

    def __init__(self, graph: Any) -> None:
        self.nodes: list[Any] = []
        self.weights: list[Any] = []
        self._graph = graph

    def _add(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        from onnx import helper  # noqa: PLC0415  (an extra)

        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def _weight(self, name: str, value: Any) -> str:
        from onnx import numpy_helper  # noqa: PLC0415  (an extra)

        self.weights.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def front(self, wrap: Wrap, found: Survey) -> list[Any]:
        """Make the nodes from uint8 pixels to the network's input."""
        x = self._add("Cast", [IMAGES], "front/float", to=1)
        x = self._add("Transpose", [x], "front/planes", perm=[0, 3, 1, 2])
        if wrap.patch_px != wrap.network_px:
            # Sizes, not scales: 27 of 19 px is 26 px by a scale in single precision.
            sizes = self._weight("front/sizes", np.full(2, wrap.network_px, np.int64))
            # Smoothed when it shrinks, as Pillow and torchvision do.
            x = self._add("Resize", [x, "", "", sizes], "front/resized", mode="linear",
                          antialias=1, exclude_outside=1, axes=[2, 3],
                          coordinate_transformation_mode="half_pixel")  # fmt: skip
        if found.channels == 1:
            grey = self._weight("front/grey", np.full((1, 3, 1, 1), 1 / 3, np.float32))
            x = self._add("Conv", [x, grey], "front/one", kernel_shape=[1, 1])
        factor, offset = _normalisation(wrap)
        x = self._add("Mul", [x, self._weight("front/factor", factor)], "front/scaled")
        x = self._add("Add", [x, self._weight("front/offset", offset)], "front/normal")
        if found.channels_last:
            x = self._add("Transpose", [x], "front/last", perm=[0, 2, 3, 1])
        self._add("Cast", [x], INNER + found.input, to=found.element)
        made, self.nodes = self.nodes, []
        return made

    def back(self, wrap: Wrap, output: str, description: str) -> None:
        """Make the nodes from the network's output to probabilities and embedding."""
        flat = self._add("Flatten", [output], "back/flat", axis=1)
        logits = self._add("Cast", [flat], "back/logits", to=1)
        kind = {"softmax": "Softmax", "sigmoid": "Sigmoid"}.get(wrap.activation, "Identity")
        axis = {"axis": 1} if kind == "Softmax" else {}
        if wrap.single:
            p = self._add(kind, [logits], "back/p", **axis)
            one = self._weight("back/one", np.ones((1, 1), np.float32))
            rest = self._add("Sub", [one, p], "back/rest")
            self._add("Concat", [rest, p], PROBABILITIES, axis=1)
        else:
            self._add(kind, [logits], PROBABILITIES, **axis)
        if not description:
            self._add("Identity", [logits], EMBEDDING)
            return
        pooled = self._pooled(description)
        flat = self._add("Flatten", [pooled], "back/description", axis=1)
        self._add("Cast", [flat], EMBEDDING, to=1)

    def _pooled(self, description: str) -> str:
        """Average over places where the last layer is a convolution."""
        for node in self._graph.node:
            if description in node.input and node.op_type == "Conv":
                return self._add("GlobalAveragePool", [description], "back/pooled")
        return description


def _normalisation(wrap: Wrap) -> tuple[Any, Any]:
    """Factor and offset of (x / 255 * full - mean) / std, as (1, C, 1, 1) float32."""
    mean, std = (np.asarray(v, np.float64).reshape(1, -1, 1, 1) for v in (wrap.mean, wrap.std))
    factor = wrap.full / 255 / std
    return factor.astype(np.float32), (-mean / std).astype(np.float32)


def _declare(graph: Any, wrap: Wrap) -> None:
    """Say what goes in and comes out: any number of images."""
    from onnx import helper  # noqa: PLC0415  (an extra)

    side, float32, uint8 = wrap.patch_px, 1, 2
    weights = {w.name for w in graph.initializer}
    kept = [value for value in graph.input if value.name in weights]
    del graph.input[:]
    del graph.output[:]
    graph.input.append(helper.make_tensor_value_info(IMAGES, uint8, ["N", side, side, 3]))
    graph.input.extend(kept)
    for name, width in ((PROBABILITIES, "C"), (EMBEDDING, "D")):
        graph.output.append(helper.make_tensor_value_info(name, float32, ["N", width]))
