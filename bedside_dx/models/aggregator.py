"""A package's second network: all patches of a slide in, one word on the slide out.

It always runs on the processor: a slide of 100 000 patches takes it a second, and moving their
embeddings to a graphics card would take longer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bedside_dx.core.errors import InferenceError, Phrase
from bedside_dx.core.ports import SlideReading
from bedside_dx.models.engines.engine import EngineFault, engine_said
from bedside_dx.models.flaw import Flaw
from bedside_dx.models.package import AGGREGATOR, ModelPackage

if TYPE_CHECKING:
    from bedside_dx.core.cancel import Cancel
    from bedside_dx.models.engines.engine import Engine, Tensor
    from bedside_dx.models.manifest import AggregatorSpec, TensorSpec

SUM_TOLERANCE = 1e-3
"""How far from 1 the attention of a slide may add up, and a probability may be beyond 0 or 1."""


class Aggregator:
    """The slide-level network of one package. Made by `open_aggregator`."""

    def __init__(self, name: str, spec: AggregatorSpec, engine: Engine) -> None:
        self._name, self._spec, self._engine = name, spec, engine

    def read(self, embedding: NDArray[np.floating], cancel: Cancel) -> SlideReading:
        """Read all patches together; see `core.ports.Classifier.aggregate`."""
        spec, width = self._spec, self._spec.embedding.shape[1]
        if embedding.ndim != 2 or embedding.shape[1] != width or not len(embedding):
            raise self._failed(
                Phrase("the slide-level network takes {width} numbers a patch", width=width)
            )
        feed = {spec.embedding.name: np.ascontiguousarray(embedding, np.float32)}
        names = (spec.probabilities.name, spec.attention.name)
        try:
            probabilities, attention = self._engine.run(names, feed, cancel)
        except EngineFault as exc:
            raise self._failed(engine_said(exc)) from exc
        return self._checked(probabilities, attention, len(embedding))

    def _checked(
        self, probabilities: NDArray[np.float32], attention: NDArray[np.float32], patches: int
    ) -> SlideReading:
        shapes = (probabilities.shape, attention.shape)
        if shapes != ((1, len(self._spec.classes)), (patches,)):
            raise self._failed(
                Phrase("its slide-level outputs have the shapes {shapes}", shapes=str(shapes))
            )
        if not (np.isfinite(probabilities).all() and np.isfinite(attention).all()):
            raise InferenceError("inference.not-finite", name=self._name)
        beyond = np.abs(probabilities - 0.5).max() - 0.5
        unsummed = abs(float(attention.sum(dtype=np.float64)) - 1)
        if max(float(beyond), unsummed, -float(attention.min())) > SUM_TOLERANCE:
            raise self._failed(Phrase("its slide-level outputs are no probabilities"))
        return SlideReading(probabilities[0].clip(0, 1), attention.clip(0, 1))

    def _failed(self, detail: Phrase) -> InferenceError:
        return InferenceError("inference.failed", name=self._name, detail=detail)


def open_aggregator(package: ModelPackage) -> Aggregator | None:
    """Load the slide-level network of a package; None where it has none.

    Raises
    ------
    Flaw
        Its tensors are not what the manifest says.
    EngineFault
        The graph does not load.
    """
    from bedside_dx.models.engines.onnxruntime_engine import OnnxRuntimeEngine  # noqa: PLC0415

    spec = package.manifest.aggregator
    if spec is None:
        return None
    engine = OnnxRuntimeEngine(package.content(AGGREGATOR), provider="cpu", threads=1)
    if list(engine.inputs) != [spec.embedding.name]:
        names = ", ".join(engine.inputs) or "–"
        raise Flaw("{file} has the inputs {names}", file=AGGREGATOR, names=names)
    check_tensor(AGGREGATOR, spec.embedding, engine.inputs[spec.embedding.name])
    for output in (spec.probabilities, spec.attention):
        if output.name not in engine.outputs:
            raise Flaw("{file} has no output {name}", file=AGGREGATOR, name=output.name)
        check_tensor(AGGREGATOR, output, engine.outputs[output.name])
    return Aggregator(package.name, spec, engine)


def check_tensor(file: str, spec: TensorSpec, found: Tensor) -> None:
    """Compare a graph's own tensor with what the manifest says of it.

    Raises
    ------
    Flaw
        They differ.
    """
    dtype = {"float": "float32"}.get(found.dtype, found.dtype)
    fits = len(found.shape) == len(spec.shape) and all(
        actual is None if isinstance(declared, str) else actual in (None, declared)
        for declared, actual in zip(spec.shape, found.shape, strict=True)
    )
    if dtype != spec.dtype or not fits:
        shape = " × ".join("N" if length is None else str(length) for length in found.shape)
        raise Flaw(
            "{file}: {name} is {found}, not what the manifest says",
            file=file,
            name=spec.name,
            found=f"{dtype} {shape}",
        )
