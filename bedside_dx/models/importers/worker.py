"""What is done with a foreign graph in a process of its own: look, wrap, try.

Targets of `isolation.sandbox`. They take and give what JSON can hold; arrays travel as files.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from bedside_dx.core.cancel import Cancel
from bedside_dx.core.errors import ModelError
from bedside_dx.models.engines.engine import EngineFault
from bedside_dx.models.importers import graph as foreign
from bedside_dx.models.importers.pictures import made_up
from bedside_dx.models.importers.wrapping import (
    EMBEDDING,
    IMAGES,
    PROBABILITIES,
    Wrap,
    set_width,
    wrapped,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bedside_dx.isolation.sandbox import Json
    from bedside_dx.models.engines.engine import Engine

TRIED = 16
"""Pictures that a network is tried on."""
GOLDEN = 4
"""How many of them become the package's reference results."""
SAME = 1e-4
"""Largest difference of a probability between two ways to the same result."""
SUM_TOLERANCE = 1e-3
WIDEST = 8192
"""Numbers that an embedding may have; what is wider is a map, not a description."""
MOST_CLASSES = 1000
"""Classes that a package may have: more numbers than that mark pixels."""
AT_ONCE = 8


def look(path: str, output: str) -> Json:
    """Say what a graph takes: side, number of outputs, and how it ends."""
    found = foreign.survey(foreign.load(Path(path).read_bytes()), output)
    return {"side": found.side, "ends_in": found.ends_in}


def wrap(path: str, folder: str, settings: dict[str, Json], reference: str) -> Json:
    """Wrap a graph, try it, and leave ``model.onnx`` and ``golden.npz`` in a folder.

    Parameters
    ----------
    settings
        Fields of `Wrap`, and ``classes``: how many there must be.
    reference
        ``.npz`` with the ``images`` and ``probabilities`` of the network before it was
        converted; empty where it was not.

    Returns
    -------
    ``width`` of the embedding and ``difference`` from the reference (None without one).
    """
    values = dict(settings)
    classes = cast("int", values.pop("classes"))
    for name in ("mean", "std"):
        values[name] = tuple(cast("list[float]", values[name]))  # pyright: ignore[reportArgumentType]
    wanted = Wrap(**cast("dict[str, Any]", values))
    content = Path(path).read_bytes()
    if foreign.survey(foreign.load(content), wanted.output).ends_in and wanted.activation != "none":
        raise ModelError("exchange.already-probabilities")
    images = made_up(wanted.patch_px, TRIED)
    model, engine = _ready(content, wanted)
    probabilities, embedding = _run(engine, images)
    if embedding.shape[1] > WIDEST:
        model, engine = _ready(content, wanted, has_description=False)
        probabilities, embedding = _run(engine, images)
    _check(wanted, classes, probabilities)
    difference = _compare(engine, reference) if reference else None
    _check_alone(engine, images, probabilities)
    set_width(model, embedding.shape[1])
    place = Path(folder)
    (place / "model.onnx").write_bytes(model.SerializeToString())
    np.savez_compressed(
        place / "golden.npz",
        patches=images[:GOLDEN],
        probabilities=probabilities[:GOLDEN],
        embedding=embedding[:GOLDEN],
    )
    return {"width": embedding.shape[1], "difference": difference}


def _ready(content: bytes, wanted: Wrap, *, has_description: bool = True) -> tuple[Any, Engine]:
    model = wrapped(foreign.load(content), wanted, has_description=has_description)
    return model, _engine(model.SerializeToString())


def _engine(content: bytes) -> Engine:
    from bedside_dx.models.engines import onnxruntime_engine as ort  # noqa: PLC0415

    try:
        return ort.OnnxRuntimeEngine(content, provider="cpu", threads=1)
    except EngineFault as exc:
        raise foreign.refused(str(exc)) from exc


def _run(engine: Engine, images: Any, at_once: int = AT_ONCE) -> tuple[Any, Any]:
    """Probabilities (n, C) and embedding (n, D) as the graph gives them."""
    parts: list[list[Any]] = []
    for at in range(0, len(images), at_once):
        part = np.ascontiguousarray(images[at : at + at_once])
        try:
            parts.append(engine.run((PROBABILITIES, EMBEDDING), {IMAGES: part}, Cancel()))
        except EngineFault as exc:
            if "Alloc" in str(exc):
                raise ModelError("exchange.too-large") from exc
            if len(part) > 1:
                _tell_batch_from_fault(engine, part, exc)
            raise foreign.refused(str(exc)) from exc
        if any(value.ndim != 2 or len(value) != len(part) for value in parts[-1]):
            raise ModelError("exchange.fixed-batch")
    probabilities, embedding = (np.concatenate(values) for values in zip(*parts, strict=True))
    return probabilities, embedding


def _tell_batch_from_fault(engine: Engine, part: Any, fault: Exception) -> None:
    """Say so where one image alone is no fault: the number of images is built in."""
    try:
        engine.run((PROBABILITIES, EMBEDDING), {IMAGES: part[:1]}, Cancel())
    except type(fault):
        return
    raise ModelError("exchange.fixed-batch") from fault


def _check(wanted: Wrap, classes: int, seen: NDArray[np.float32]) -> None:
    """See that what comes out are probabilities of the classes."""
    if seen.shape[1] > MOST_CLASSES:
        raise ModelError("exchange.not-a-classifier")
    if seen.shape[1] != classes:
        given = seen.shape[1] // 2 if wanted.single else seen.shape[1]
        raise ModelError("exchange.other-classes", given=given, stated=classes - wanted.single)
    if not np.isfinite(seen).all():
        raise foreign.refused("its outputs are no numbers (NaN)")
    if seen.min() < -SUM_TOLERANCE or np.abs(seen.sum(1) - 1).max() > SUM_TOLERANCE:
        raise ModelError("exchange.no-probabilities")


def _check_alone(engine: Engine, images: Any, seen: NDArray[np.float32]) -> None:
    """See that an image gets the same answer on its own."""
    alone = _run(engine, images, 1)[0]
    if np.abs(alone - seen).max() > SAME:
        raise ModelError("exchange.fixed-batch")


def _compare(engine: Engine, reference: str) -> float:
    with np.load(reference, allow_pickle=False) as arrays:
        images, before = arrays["images"], arrays["probabilities"]
    after = _run(engine, images)[0]
    if after.shape != before.shape:
        raise ModelError("exchange.outputs-differ", difference="∞", allowed=f"{SAME:g}")
    difference = float(np.abs(after - before).max())
    if not difference <= SAME:
        raise ModelError(
            "exchange.outputs-differ", difference=f"{difference:.1e}", allowed=f"{SAME:g}"
        )
    return difference
