"""One interface to the engines: pixels in, calibrated probabilities and familiarity out."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bedside_dx.core.calibration import tempered
from bedside_dx.core.errors import InferenceError, ModelError, Phrase
from bedside_dx.core.pace import USUAL, Pace
from bedside_dx.core.ports import Seen, SlideReading
from bedside_dx.core.settings import FP32
from bedside_dx.models.aggregator import (
    Aggregator,
    check_tensor,
    open_aggregator,
)
from bedside_dx.models.engines.choice import more_exact, open_engine
from bedside_dx.models.engines.engine import EngineFault, engine_said
from bedside_dx.models.flaw import Flaw
from bedside_dx.models.gate import Reference, gate_distance, read_reference
from bedside_dx.models.package import GRAPH, MANIFEST, RANGES, REFERENCE, ModelPackage
from bedside_dx.models.second_look import near_a_limit

if TYPE_CHECKING:
    from bedside_dx.core.cancel import Cancel
    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.models.engines.engine import Engine, Tensor
    from bedside_dx.models.manifest import TensorSpec

SUM_TOLERANCE = 1e-3
"""How far from 1 the probabilities of one patch may add up."""

FloatArray = NDArray[np.float32]


def load(
    package: ModelPackage,
    *,
    provider: str = "cpu",
    threads: int = 1,
    pace: Pace = USUAL,
    to_measure: bool = False,
) -> LoadedModel:
    """Load a model on an engine.

    Parameters
    ----------
    provider
        ``"cpu"``, ``"cuda"``, ``"tensorrt"``, ``"directml"``, ``"coreml"`` or ``"auto"``.
    threads
        Threads inside one call of the engine, 1 or more. For throughput keep it at 1 and
        call `classify` from several threads.
    pace
        Engine, precision and patches at a time.
    to_measure
        Leave out what looks again with more bits at a reduced precision: `LoadedModel.outputs`
        needs none of it, and `LoadedModel.classify` is not to be called then.

    Raises
    ------
    ModelError
        ``model.provider-unavailable``, ``model.provider-failed``, ``model.engine-missing``,
        ``model.engine-unfit``, ``model.precision-not-stated``, ``model.precision-unavailable``:
        the machine or the model can't run so, never in another way instead; ``model.damaged``:
        the graph does not load or does not fit the manifest.
    """
    graph, card = package.content(GRAPH), package.card
    arrays = package.arrays(REFERENCE) if card.has_gate else None
    try:
        engine = open_engine(package, graph, provider=provider, threads=threads, pace=pace)
        method = package.manifest.gate.method
        reference = None if arrays is None else read_reference(arrays, len(card.classes), method)
        _check_fit(package, engine, reference)
        aggregator = open_aggregator(package)
    except Flaw as exc:
        raise _damaged(package, exc.phrase) from exc
    except EngineFault as exc:
        raise _damaged(package, engine_said(exc)) from exc
    finer = None if to_measure else more_exact(package, pace)
    exact = load(package, provider="cpu", threads=threads, pace=finer) if finer else None
    return LoadedModel(package, engine, reference, aggregator, pace, exact)


def fingerprint(package: ModelPackage, precision: str) -> str:
    """Hash of the files of a package that a score depends on, and of the precision."""
    hashes = package.hashes
    names = [name for name in (MANIFEST, GRAPH, REFERENCE, RANGES) if name in hashes]
    parts = [f"{name} {hashes[name]}" for name in names]
    if precision != FP32:
        parts.append(precision)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


class LoadedModel:
    """A model loaded on an engine; it fulfils `core.ports.Classifier`. Made by `load`.

    At a reduced precision `exact` is the same model with more bits.
    """

    def __init__(
        self,
        package: ModelPackage,
        engine: Engine,
        reference: Reference | None,
        aggregator: Aggregator | None,
        pace: Pace,
        exact: LoadedModel | None = None,
    ) -> None:
        self._package = package
        self._engine = engine
        self._reference = reference
        self._aggregator = aggregator
        self._pace = pace
        self._exact = exact

    @property
    def card(self) -> ModelCard:
        """What the model says about itself."""
        return self._package.card

    @property
    def pace(self) -> Pace:
        """How it runs."""
        return self._pace

    @property
    def fingerprint(self) -> str:
        """Hash of the files of the package that a score depends on, and of the precision."""
        return fingerprint(self._package, self.pace.precision)

    @property
    def engine(self) -> str:
        """Engine and version, for example ``"onnxruntime 1.31.1"``."""
        return self._engine.name

    @property
    def provider(self) -> str:
        """Provider that really runs and a reduced precision, ``"CPU"`` or ``"CPU BF16"``."""
        return self._engine.label

    def at(self, pace: Pace) -> LoadedModel:
        """Return the same model with other batches; engine and precision stay."""
        same = replace(self._pace, batch=pace.batch, workers=pace.workers)
        return LoadedModel(
            self._package, self._engine, self._reference, self._aggregator, same, self._exact
        )

    def classify(self, patches: NDArray[np.uint8], cancel: Cancel) -> Seen:
        """Run the network, calibrate, and compare with the training data.

        At a reduced precision, patches near a limit of the verdict are run again with more bits.
        See `core.ports.Classifier.classify`.
        """
        seen = self.seen(*self.outputs(patches, cancel))
        reduced = self._package.manifest.precisions.get(self._pace.precision)
        if reduced is None:
            return seen
        assert self._exact is not None, "loaded to be measured only"
        near = near_a_limit(seen.probabilities, seen.unfamiliarity, self.card, reduced.second_look)
        if near.any():
            again = self._exact.classify(patches[near], cancel)
            for value, better in zip(seen, again, strict=True):
                value[near] = better
        return seen

    def seen(self, probabilities: FloatArray, embedding: FloatArray) -> Seen:
        """Calibrate what the graph gave, and compare it with the training data."""
        return Seen(
            tempered(probabilities, self._package.manifest.temperature),
            self._finite(self._unfamiliarity(embedding)),
            embedding,
        )

    def aggregate(self, embedding: NDArray[np.floating], cancel: Cancel) -> SlideReading:
        """Read all patches of a slide together; see `core.ports.Classifier.aggregate`."""
        if self._aggregator is None:
            raise self._failed(Phrase("it has no slide-level network"))
        return self._aggregator.read(embedding, cancel)

    def _unfamiliarity(self, embedding: FloatArray) -> FloatArray:
        """Distance of each patch as a multiple of the limit; 0 for a model without a gate."""
        if self._reference is None:
            return np.zeros(len(embedding), np.float32)
        distance = gate_distance(embedding, self._reference)
        limit = self._package.manifest.gate.patch_threshold
        return np.maximum(distance / limit, 0.0).astype(np.float32)

    def outputs(self, patches: NDArray[np.uint8], cancel: Cancel) -> tuple[FloatArray, FloatArray]:
        """Run the network and return what the graph gives, checked but not calibrated.

        Returns
        -------
        probabilities
            (n, c) float32, rows sum to 1.
        embedding
            (n, D) float32.

        Raises
        ------
        InferenceError
            ``inference.failed``: wrong input, or the engine failed or gave no
            probabilities; ``inference.not-finite``: NaN or infinite numbers came out.
        CancelledByUser
        """
        side = self.card.patch_px
        if patches.dtype != np.uint8 or patches.shape[1:] != (side, side, 3):
            raise self._failed(
                Phrase("it takes {side} × {side} px, three colours, 8 bits", side=side)
            )
        probabilities = np.empty((len(patches), len(self.card.classes)), np.float32)
        embedding = np.empty((len(patches), self._package.manifest.embedding_width), np.float32)
        for at in range(0, len(patches), self.pace.batch):
            cancel.take_rest()
            part = slice(at, at + self.pace.batch)
            probabilities[part], embedding[part] = self._run(patches[part], cancel)
        return probabilities, embedding

    def _run(self, patches: NDArray[np.uint8], cancel: Cancel) -> tuple[FloatArray, FloatArray]:
        manifest = self._package.manifest
        names = (manifest.probabilities.name, manifest.embedding.name)
        full = _filled_up(patches, self._pace.batch) if self._engine.wants_full_batches else patches
        feed = {manifest.pixels.name: np.ascontiguousarray(full)}
        try:
            probabilities, embedding = self._engine.run(names, feed, cancel)
        except EngineFault as exc:
            raise self._failed(engine_said(exc)) from exc
        widths = (len(self.card.classes), manifest.embedding_width)
        for value, width in zip((probabilities, embedding), widths, strict=True):
            if value.shape != (len(full), width) or value.dtype != np.float32:
                raise self._failed(
                    Phrase("its outputs have the shape {shape}", shape=str(value.shape))
                )
        probabilities, embedding = probabilities[: len(patches)], embedding[: len(patches)]
        self._finite(embedding)
        sums = self._finite(probabilities).sum(1)
        if probabilities.min() < -SUM_TOLERANCE or np.abs(sums - 1).max() > SUM_TOLERANCE:
            raise self._failed(Phrase("its outputs are no probabilities"))
        return probabilities, embedding

    def _failed(self, detail: Phrase) -> InferenceError:
        return InferenceError("inference.failed", name=self.card.name, detail=detail)

    def _finite(self, values: FloatArray) -> FloatArray:
        if not np.isfinite(values).all():
            raise InferenceError("inference.not-finite", name=self.card.name)
        return values


def _filled_up(patches: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """Repeat the last patch until there are enough; what comes of the repeated is thrown away."""
    missing = size - len(patches)
    if missing <= 0:
        return patches
    return np.concatenate([patches, np.repeat(patches[-1:], missing, 0)])


def _damaged(package: ModelPackage, detail: Phrase) -> ModelError:
    return ModelError("model.damaged", path=package.path, name=package.name, detail=detail)


def _check_fit(package: ModelPackage, engine: Engine, reference: Reference | None) -> None:
    """Compare the graph's own tensors with the manifest and the reference."""
    manifest = package.manifest
    if list(engine.inputs) != [manifest.pixels.name]:
        raise Flaw("model.onnx has the inputs {names}", names=", ".join(engine.inputs) or "–")
    _check_tensor(manifest.pixels, engine.inputs[manifest.pixels.name])
    for spec in (manifest.probabilities, manifest.embedding):
        if spec.name not in engine.outputs:
            raise Flaw("model.onnx has no output {name}", name=spec.name)
        _check_tensor(spec, engine.outputs[spec.name])
    width = manifest.embedding_width
    if reference is not None and width != reference.embedding_width:
        raise Flaw(
            "reference.npz is for {width} numbers, not {wanted}",
            width=reference.embedding_width,
            wanted=width,
        )


def _check_tensor(spec: TensorSpec, found: Tensor) -> None:
    if found.shape and isinstance(found.shape[0], int):
        raise Flaw(
            "model.onnx: {name} takes {count} images at a time only",
            name=spec.name,
            count=found.shape[0],
        )
    check_tensor(GRAPH, spec, found)
