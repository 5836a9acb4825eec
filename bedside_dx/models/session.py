"""One interface to the engines: pixels in, calibrated probabilities and familiarity out."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bedside_dx.core.errors import InferenceError, ModelError
from bedside_dx.core.ports import Seen
from bedside_dx.core.settings import PROVIDERS
from bedside_dx.models.flaw import Flaw
from bedside_dx.models.gate import METHOD, Reference, gate_distance, read_reference
from bedside_dx.models.package import GRAPH, MANIFEST, REFERENCE, ModelPackage

if TYPE_CHECKING:
    from bedside_dx.core.events import Cancel
    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.models.engines.onnxruntime_engine import OnnxRuntimeEngine, Tensor
    from bedside_dx.models.manifest import TensorSpec

BATCH = 8
"""Patches in one native call: larger batches gain nothing on a processor."""

SUM_TOLERANCE = 1e-3
"""How far from 1 the probabilities of one patch may add up."""

SMALLEST = 1e-7
"""Probabilities are kept above it before the temperature, as in calibration."""

FloatArray = NDArray[np.float32]


def load(package: ModelPackage, *, provider: str = "cpu", threads: int = 1) -> LoadedModel:
    """Load a model on an engine.

    Parameters
    ----------
    provider
        ``"cpu"``, ``"cuda"``, ``"tensorrt"``, ``"directml"``, ``"coreml"`` or ``"auto"``.
    threads
        Threads inside one call of the engine, 1 or more. For throughput keep it at 1 and
        call `classify` from several threads.

    Raises
    ------
    ModelError
        ``model.provider-unavailable``: the machine can't run it there, never another
        provider instead; ``model.damaged``: the graph does not load or does not fit the
        manifest.
    """
    # Importing the engine takes as long as everything else at start: only who runs pays.
    from bedside_dx.models.engines import onnxruntime_engine  # noqa: PLC0415

    if provider not in PROVIDERS:
        raise ModelError(
            "model.provider-unavailable", provider=provider, available=", ".join(PROVIDERS)
        )
    graph, arrays = package.content(GRAPH), package.arrays(REFERENCE)
    try:
        engine = onnxruntime_engine.OnnxRuntimeEngine(graph, provider=provider, threads=threads)
        reference = read_reference(arrays, len(package.card.classes))
        _check_fit(package, engine, reference)
    except (Flaw, onnxruntime_engine.EngineFault) as exc:
        raise ModelError(
            "model.damaged", path=package.path, name=package.name, detail=str(exc)
        ) from exc
    return LoadedModel(package, engine, reference, onnxruntime_engine.version())


class LoadedModel:
    """A model loaded on an engine; it fulfils `core.ports.Classifier`. Made by `load`."""

    def __init__(
        self, package: ModelPackage, engine: OnnxRuntimeEngine, reference: Reference, name: str
    ) -> None:
        self._package = package
        self._engine = engine
        self._reference = reference
        self._engine_name = name

    @property
    def card(self) -> ModelCard:
        """What the model says about itself."""
        return self._package.card

    @property
    def fingerprint(self) -> str:
        """Hash of the files of the package that a score depends on."""
        hashes = self._package.hashes
        parts = [f"{name} {hashes[name]}" for name in (MANIFEST, GRAPH, REFERENCE)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    @property
    def engine(self) -> str:
        """Engine and version, for example ``"onnxruntime 1.31.1"``."""
        return self._engine_name

    @property
    def provider(self) -> str:
        """Provider that really runs, for example ``"CPU"``."""
        return self._engine.provider_label

    def classify(self, patches: NDArray[np.uint8], cancel: Cancel) -> Seen:
        """Run the network, calibrate, and compare with the training data.

        See `core.ports.Classifier.classify`.
        """
        probabilities, embedding = self.outputs(patches, cancel)
        manifest = self._package.manifest
        distance = gate_distance(embedding, self._reference)
        unfamiliarity = np.maximum(distance / manifest.gate.patch_threshold, 0.0)
        return Seen(
            tempered(probabilities, manifest.temperature),
            self._finite(unfamiliarity.astype(np.float32)),
            embedding,
        )

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
            raise self._failed(f"it takes {side} × {side} px, three colours, 8 bits")
        probabilities = np.empty((len(patches), len(self.card.classes)), np.float32)
        embedding = np.empty((len(patches), self._reference.embedding_width), np.float32)
        for at in range(0, len(patches), BATCH):
            part = slice(at, at + BATCH)
            probabilities[part], embedding[part] = self._run(patches[part], cancel)
        return probabilities, embedding

    def _run(self, patches: NDArray[np.uint8], cancel: Cancel) -> tuple[FloatArray, FloatArray]:
        from bedside_dx.models.engines.onnxruntime_engine import EngineFault  # noqa: PLC0415

        manifest = self._package.manifest
        names = (manifest.probabilities.name, manifest.embedding.name)
        feed = {manifest.pixels.name: np.ascontiguousarray(patches)}
        try:
            probabilities, embedding = self._engine.run(names, feed, cancel)
        except EngineFault as exc:
            raise self._failed(str(exc)) from exc
        widths = (len(self.card.classes), self._reference.embedding_width)
        for value, width in zip((probabilities, embedding), widths, strict=True):
            if value.shape != (len(patches), width) or value.dtype != np.float32:
                raise self._failed(f"its outputs have the shape {value.shape}")
        self._finite(embedding)
        sums = self._finite(probabilities).sum(1)
        if probabilities.min() < -SUM_TOLERANCE or np.abs(sums - 1).max() > SUM_TOLERANCE:
            raise self._failed("its outputs are no probabilities")
        return probabilities, embedding

    def _failed(self, detail: str) -> InferenceError:
        return InferenceError("inference.failed", name=self.card.name, detail=detail)

    def _finite(self, values: FloatArray) -> FloatArray:
        if not np.isfinite(values).all():
            raise InferenceError("inference.not-finite", name=self.card.name)
        return values


def tempered(probabilities: FloatArray, temperature: float) -> FloatArray:
    """Calibrate probabilities: p^(1/T), each row made to sum to 1.

    Parameters
    ----------
    probabilities
        (n, c), rows sum to 1.
    temperature
        Above 1 makes the model less sure of itself, below 1 more.
    """
    power = probabilities.astype(np.float64).clip(SMALLEST) ** (1.0 / temperature)
    return (power / power.sum(1, keepdims=True)).astype(np.float32)


def _check_fit(package: ModelPackage, engine: OnnxRuntimeEngine, reference: Reference) -> None:
    """Compare the graph's own tensors with the manifest and the reference."""
    manifest = package.manifest
    if manifest.gate.method != METHOD:
        raise Flaw(f"manifest.toml: gate.method must be {METHOD}, not {manifest.gate.method}")
    if list(engine.inputs) != [manifest.pixels.name]:
        raise Flaw(f"model.onnx has the inputs {', '.join(engine.inputs) or 'none'}")
    _check_tensor(manifest.pixels, engine.inputs[manifest.pixels.name])
    for spec in (manifest.probabilities, manifest.embedding):
        if spec.name not in engine.outputs:
            raise Flaw(f"model.onnx has no output {spec.name}")
        _check_tensor(spec, engine.outputs[spec.name])
    width = manifest.embedding.shape[1]
    if width != reference.embedding_width:
        raise Flaw(f"reference.npz is for {reference.embedding_width} numbers, not {width}")


def _check_tensor(spec: TensorSpec, found: Tensor) -> None:
    dtype = {"float": "float32"}.get(found.dtype, found.dtype)
    fits = len(found.shape) == len(spec.shape) and all(
        isinstance(declared, str) or actual in (None, declared)
        for declared, actual in zip(spec.shape, found.shape, strict=True)
    )
    if dtype != spec.dtype or not fits:
        shape = " × ".join("N" if length is None else str(length) for length in found.shape)
        raise Flaw(f"model.onnx: {spec.name} is {dtype} {shape}, not what the manifest says")
    if isinstance(found.shape[0], int):
        raise Flaw(f"model.onnx: {spec.name} takes {found.shape[0]} images at a time only")
