"""A network that reads volumes, loaded on an engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bedside_dx.core.cancel import Cancel
from bedside_dx.core.errors import InferenceError, ModelError, Phrase
from bedside_dx.models.engines.engine import EngineFault, engine_said
from bedside_dx.models.volumes.package import damaged

if TYPE_CHECKING:
    from bedside_dx.models.engines.engine import Engine
    from bedside_dx.models.volumes.package import VolumePackage

TOLERANCE = 5e-3
"""Largest difference of a probability from the reference results."""
SLACK = 1e-3
"""How far beyond 0 and 1 a probability may lie."""


class VolumeNetwork:
    """Made by `load_volume_network`; runs one window at a time."""

    def __init__(self, package: VolumePackage, engine: Engine, fixed: tuple[int, ...]) -> None:
        self.package = package
        self._engine = engine
        self._fixed = fixed

    @property
    def engine(self) -> str:
        """Engine and version."""
        return self._engine.name

    @property
    def provider(self) -> str:
        """Where it really runs."""
        return self._engine.label

    def run(self, window: NDArray[np.float32], cancel: Cancel) -> NDArray[np.float32]:
        """Read one window.

        Parameters
        ----------
        window
            (1, 1, d, h, w); what a graph of one size needs beyond is filled up and cut off.

        Returns
        -------
        (1, channels, d, h, w) probabilities.

        Raises
        ------
        InferenceError
            ``inference.failed``, ``inference.not-finite``.
        CancelledByUser
        """
        card, sides = self.package.card, window.shape[2:]
        taken, given = self.package.tensors
        missing = [max(0, want - have) for want, have in zip(self._fixed, sides, strict=True)]
        if any(missing):
            window = np.pad(
                window,
                ((0, 0), (0, 0), *((0, more) for more in missing)),
                constant_values=card.fill,
            )
        try:
            (said,) = self._engine.run((given,), {taken: window}, cancel)
        except EngineFault as exc:
            raise self._failed(engine_said(exc)) from exc
        if said.shape != (1, card.channels, *window.shape[2:]) or said.dtype != np.float32:
            raise self._failed(Phrase("its outputs have the shape {shape}", shape=str(said.shape)))
        if not np.isfinite(said).all():
            raise InferenceError("inference.not-finite", name=card.name)
        if said.min() < -SLACK or said.max() > 1 + SLACK:
            raise self._failed(Phrase("its outputs are no probabilities"))
        return said[:, :, : sides[0], : sides[1], : sides[2]]

    def check(self) -> float:
        """Run the reference volume; the largest difference of a probability.

        Raises
        ------
        ModelError
            ``model.golden-mismatch``; ``model.damaged``: there is no fitting reference.
        InferenceError
        """
        package, arrays = self.package, self.package.golden
        volume, wanted = arrays.get("volume"), arrays.get("probabilities")
        if volume is None or wanted is None or volume.ndim != 3:
            raise damaged(package, Phrase("golden.npz: {key} is missing", key="volume"))
        said = self.run(volume.astype(np.float32)[None, None], Cancel())[0]
        if said.shape != wanted.shape:
            raise damaged(package, Phrase("golden.npz: {key} is missing", key="probabilities"))
        difference = float(np.abs(said - wanted.astype(np.float32)).max())
        if difference > TOLERANCE:
            raise ModelError("model.golden-mismatch", path=package.path, name=package.card.name)
        return difference

    def _failed(self, detail: Phrase) -> InferenceError:
        return InferenceError("inference.failed", name=self.package.card.name, detail=detail)


def load_volume_network(
    package: VolumePackage, *, provider: str = "cpu", threads: int = 2
) -> VolumeNetwork:
    """Load a network, see that it takes what its manifest says, and run its reference volume.

    Raises
    ------
    ModelError
        ``model.damaged``, ``model.provider-unavailable``, ``model.provider-failed``,
        ``model.golden-mismatch``.
    InferenceError
    """
    # Importing an engine takes as long as everything else at start: only who asks pays.
    from bedside_dx.models.engines.onnxruntime_engine import OnnxRuntimeEngine  # noqa: PLC0415

    try:
        engine = OnnxRuntimeEngine(package.graph, provider=provider, threads=threads)
    except EngineFault as exc:
        raise damaged(package, engine_said(exc)) from exc
    taken, given = package.tensors
    if list(engine.inputs) != [taken] or given not in engine.outputs:
        raise damaged(package, Phrase("model.onnx has no output {name}", name=given))
    shape = engine.inputs[taken].shape
    wrong = Phrase("model.onnx takes the shape {shape}", shape=str(shape))
    if len(shape) != 5 or shape[1] not in (1, None):
        raise damaged(package, wrong)
    fixed = tuple(side or 0 for side in shape[2:])
    windows = package.card.window
    if any(side and side != window for side, window in zip(fixed, windows, strict=True)):
        raise damaged(package, wrong)
    network = VolumeNetwork(package, engine, fixed)
    network.check()
    return network
