"""A package's graph as TorchScript, traced operator by operator, and compared with the package.

Runs in a process of its own, see `isolation.sandbox`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bedside_dx.core.calibration import SMALLEST, tempered
from bedside_dx.core.cancel import Cancel
from bedside_dx.core.errors import ModelError
from bedside_dx.models.exporters.operators import operators
from bedside_dx.models.importers.graph import load
from bedside_dx.models.importers.pictures import made_up
from bedside_dx.models.importers.worker import SAME, TRIED
from bedside_dx.models.package import GRAPH, ModelPackage, read_package
from bedside_dx.models.pytorch import load_torch
from bedside_dx.models.session import load as load_session

if TYPE_CHECKING:
    from bedside_dx.isolation.sandbox import Json


def export(path: str, target: str) -> Json:
    """Write the TorchScript of a package.

    It takes (N, 3, S, S) float32 from 0 to 1 and gives numbers whose softmax are the package's
    calibrated probabilities, as WSInfer makes them.

    Returns
    -------
    ``difference``: the largest of a probability from the package's own.

    Raises
    ------
    ModelError
        ``exchange.extra-missing``; ``exchange.no-operator``; ``exchange.outputs-differ``.
    """
    torch = load_torch()
    package = read_package(Path(path))
    side, temperature = package.card.patch_px, package.manifest.temperature
    images = made_up(side, TRIED)
    network = _network(torch, package)

    def answer(pixels: Any) -> Any:
        probabilities = network((pixels * 255).permute(0, 2, 3, 1))
        return probabilities.clamp(min=SMALLEST).log() / temperature

    pixels = torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255
    with torch.no_grad():
        traced = torch.jit.trace(answer, pixels[:2], check_trace=False)
        traced.save(target)
        given = torch.jit.load(target)(pixels).softmax(1).numpy()
    wanted = tempered(load_session(package).outputs(images, Cancel())[0], temperature)
    difference = float(np.abs(given - wanted).max())
    if not difference <= SAME:
        words = f"{difference:.1e}"
        raise ModelError("exchange.outputs-differ", difference=words, allowed=f"{SAME:g}")
    return {"difference": difference}


def _network(torch: Any, package: ModelPackage) -> Callable[[Any], Any]:
    """Make a function from (N, S, S, 3) to probabilities, out of the nodes they need."""
    from onnx import helper, numpy_helper  # noqa: PLC0415  (an extra)

    known = operators(torch)
    graph = load(package.content(GRAPH)).graph
    manifest = package.manifest
    nodes = _needed(graph, manifest.probabilities.name)
    missing = sorted({n.op_type for n in nodes} - set(known) - {"Constant"})
    if missing:
        raise ModelError("exchange.no-operator", name=package.name, operators=", ".join(missing))
    weights = {
        w.name: torch.from_numpy(np.array(numpy_helper.to_array(w))) for w in graph.initializer
    }
    steps: list[tuple[Any, dict[str, Any]]] = [
        (node, {a.name: helper.get_attribute_value(a) for a in node.attribute}) for node in nodes
    ]

    def run(pixels: Any) -> Any:
        values = weights | {manifest.pixels.name: pixels}
        for node, options in steps:
            if node.op_type == "Constant":
                value = torch.from_numpy(np.array(numpy_helper.to_array(options["value"])))
            else:
                inputs = [values[name] if name else None for name in node.input]
                value = known[node.op_type](inputs, options)
            values[node.output[0]] = value
        return values[manifest.probabilities.name]

    return run


def _needed(graph: Any, output: str) -> list[Any]:
    """Nodes that an output is made by, in their order."""
    wanted, kept = {output}, list[Any]()
    for node in reversed(graph.node):
        if wanted & set(node.output):
            kept.append(node)
            wanted |= set(node.input)
    return kept[::-1]
