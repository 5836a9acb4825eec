"""A foreign network for volumes between ours: tried in a process of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from bedside_dx.core.cancel import Cancel
from bedside_dx.core.errors import ModelError
from bedside_dx.models.engines.engine import EngineFault
from bedside_dx.models.importers import graph as foreign

if TYPE_CHECKING:
    from bedside_dx.isolation.sandbox import Json

INNER, TAKEN, GIVEN = "network/", "volume", "probabilities"
FLOAT = 1


def wrap(path: str, folder: str, settings: dict[str, Json]) -> Json:
    """Put scaling before a graph and an activation behind it, try it, and keep a reference.

    Leaves ``model.onnx`` and ``golden.npz`` in the folder.

    Parameters
    ----------
    settings
        Of `monai_volume.VolumeDraft`: ``window``, ``channels``, ``low``, ``high``, ``low_to``,
        ``high_to``, ``is_cut``, ``activation``.

    Raises
    ------
    ModelError
        ``exchange.graph-refused``.
    """
    model = foreign.load(Path(path).read_bytes())
    _wrapped(model, cast("dict[str, Any]", settings))
    content = model.SerializeToString()
    sides = tuple(cast("list[int]", settings["window"]))
    low, high = cast("float", settings["low"]), cast("float", settings["high"])
    rng = np.random.default_rng(1)
    coarse = rng.uniform(low, high, tuple(-(-side // 8) for side in sides))
    volume = np.kron(coarse, np.ones((8, 8, 8)))[tuple(slice(side) for side in sides)]
    volume = (volume + rng.normal(0, (high - low) / 20, sides)).round().astype(np.int16)
    said = _run(content, volume.astype(np.float32)[None, None])
    if said.shape != (1, settings["channels"], *sides):
        raise foreign.refused(f"its output has the shape {said.shape}")
    if not np.isfinite(said).all():
        raise foreign.refused("its outputs are no numbers (NaN)")
    if said.min() < -1e-3 or said.max() > 1 + 1e-3:
        raise ModelError("exchange.no-probabilities")
    place = Path(folder)
    (place / "model.onnx").write_bytes(content)
    np.savez_compressed(
        place / "golden.npz", volume=volume, probabilities=said[0].astype(np.float16)
    )
    return {}


def _run(content: bytes, volume: Any) -> Any:
    from bedside_dx.models.engines import onnxruntime_engine as ort  # noqa: PLC0415

    try:
        engine = ort.OnnxRuntimeEngine(content, provider="cpu", threads=1)
        return engine.run((GIVEN,), {TAKEN: volume}, Cancel())[0]
    except EngineFault as exc:
        if "Alloc" in str(exc):
            raise ModelError("exchange.too-large") from exc
        raise foreign.refused(str(exc)) from exc


def _wrapped(model: Any, settings: dict[str, Any]) -> None:
    """Change a graph in place: one window of values of the scan in, probabilities out."""
    from onnx import compose, helper, numpy_helper  # noqa: PLC0415  (an extra)

    graph = model.graph
    weights = {w.name for w in graph.initializer}
    inputs = [value for value in graph.input if value.name not in weights]
    if len(inputs) != 1 or len(graph.output) != 1:
        raise foreign.refused("it has several inputs or outputs")
    if inputs[0].type.tensor_type.elem_type != FLOAT or len(_shape(inputs[0])) != 5:
        raise foreign.refused("its input is no volume of 32-bit numbers")
    taken, given = INNER + inputs[0].name, INNER + graph.output[0].name
    del graph.value_info[:]
    compose.add_prefix_graph(graph, INNER, inplace=True)
    kept = [value for value in graph.input if value.name != taken]
    factor = (settings["high_to"] - settings["low_to"]) / (settings["high"] - settings["low"])
    numbers = {
        "front/factor": factor,
        "front/offset": settings["low_to"] - settings["low"] * factor,
        "front/low": settings["low"],
        "front/high": settings["high"],
    }
    graph.initializer.extend(
        numpy_helper.from_array(np.array(value, np.float32), name)
        for name, value in numbers.items()
    )
    front = [
        helper.make_node("Mul", ["front/cut", "front/factor"], ["front/scaled"]),
        helper.make_node("Add", ["front/scaled", "front/offset"], [taken]),
    ]
    cut = ("Clip", [TAKEN, "front/low", "front/high"]) if settings["is_cut"] else (
        "Identity", [TAKEN])  # fmt: skip
    front.insert(0, helper.make_node(*cut, ["front/cut"]))
    kind = {"softmax": "Softmax", "sigmoid": "Sigmoid"}.get(settings["activation"], "Identity")
    axis: dict[str, Any] = {"axis": 1} if kind == "Softmax" else {}
    nodes = [*front, *graph.node, helper.make_node(kind, [given], [GIVEN], **axis)]
    del graph.node[:], graph.input[:], graph.output[:]
    graph.node.extend(nodes)
    sides = list(settings["window"])
    value = helper.make_tensor_value_info
    graph.input.append(value(TAKEN, FLOAT, [1, 1, *sides]))
    graph.input.extend(kept)
    graph.output.append(value(GIVEN, FLOAT, [1, settings["channels"], *sides]))
    model.ClearField("doc_string")


def _shape(value: Any) -> list[Any]:
    return list(value.type.tensor_type.shape.dim)
