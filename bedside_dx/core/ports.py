"""What one room needs of another without knowing it."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from bedside_dx.core.cancel import Cancel
from bedside_dx.core.geometry import RegionPx, SizePx, Spacing
from bedside_dx.core.model_card import ModelCard
from bedside_dx.core.pace import Pace
from bedside_dx.core.results import EarlyCall, Image


class PixelSource(Protocol):
    """A slide or an image, as analysis and the viewer see it. Safe to call from any thread."""

    @property
    def size(self) -> SizePx:
        """Size of level 0."""
        ...

    @property
    def downsamples(self) -> tuple[float, ...]:
        """px of level 0 per px of each stored level, finest (1.0) first."""
        ...

    @property
    def spacing(self) -> Spacing | None:
        """Scale of level 0, or None when it is not known."""
        ...

    def read(self, region: RegionPx, size: SizePx) -> Image:
        """Pixels of a region of level 0, resampled to `size`.

        Reads from the nearest finer stored level and filters down, so nothing aliases.
        What lies outside the image, and transparent padding, is white.

        Returns
        -------
        (height, width, 3) uint8, sRGB.

        Raises
        ------
        SlideError
            The region can't be decoded, after reopening and trying once more.
        """
        ...


class Seen(NamedTuple):
    """What a model saw in n patches.

    Attributes
    ----------
    probabilities
        (n, c) float32, calibrated, rows sum to 1.
    unfamiliarity
        (n,) float32, above 1 means unlike the training data.
    embedding
        (n, D) float32, the network's own description of each patch.
    """

    probabilities: NDArray[np.float32]
    unfamiliarity: NDArray[np.float32]
    embedding: NDArray[np.float32]


class SlideReading(NamedTuple):
    """What a slide-level network says of n patches together.

    Attributes
    ----------
    probabilities
        (c,) float32, calibrated, of the classes of `core.model_card.SlideLevel`.
    attention
        (n,) float32, not negative, sum 1.
    """

    probabilities: NDArray[np.float32]
    attention: NDArray[np.float32]


class Scores(NamedTuple):
    """What became of n patches, as a journal keeps it.

    Attributes
    ----------
    patches
        (n,) int64, places in the plan.
    state
        (n,) uint8, `core.patch_state.PatchState`: analysed, blurred or badly exposed.
    probabilities
        (n, c) float32, NaN where not analysed.
    unfamiliarity
        (n,) float32, NaN where not analysed.
    embedding
        (n, D) float16; None where none is kept.
    """

    patches: NDArray[np.int64]
    state: NDArray[np.uint8]
    probabilities: NDArray[np.float32]
    unfamiliarity: NDArray[np.float32]
    embedding: NDArray[np.float16] | None = None


class ScoreJournal(Protocol):
    """Keeps what was read, so that an interrupted reading goes on where it stopped.

    Safe to call from any thread. A journal that can't write any more never raises: the
    analysis goes on, and `fault` says so.
    """

    @property
    def kept(self) -> Scores:
        """What an earlier run had read; empty for a new journal."""
        ...

    @property
    def early(self) -> EarlyCall | None:
        """The call that an earlier run had made, if it had."""
        ...

    @property
    def kept_on(self) -> date:
        """Day on which the last of it was kept."""
        ...

    @property
    def fault(self) -> str:
        """Why nothing is kept any more: a `NotResumable.cause`; empty while all is well."""
        ...

    def record(self, scores: Scores) -> None:
        """Keep what became of some patches."""
        ...

    def record_early(self, call: EarlyCall) -> None:
        """Keep that the verdict was settled."""
        ...

    def flush(self) -> None:
        """Bring to the disk what was recorded, at most about once a second."""
        ...


class Classifier(Protocol):
    """A model loaded on an engine."""

    @property
    def card(self) -> ModelCard:
        """What the model says about itself."""
        ...

    @property
    def fingerprint(self) -> str:
        """Hash of all a score depends on: weights, calibration, gate, classes, precision."""
        ...

    @property
    def pace(self) -> Pace:
        """How it runs: engine, precision, patches at a time, workers."""
        ...

    @property
    def engine(self) -> str:
        """Engine and version, for example ``"onnxruntime 1.31.1"``."""
        ...

    @property
    def provider(self) -> str:
        """Provider that really runs and a reduced precision, ``"CPU"`` or ``"CPU BF16"``."""
        ...

    def classify(self, patches: NDArray[np.uint8], cancel: Cancel) -> Seen:
        """Run the network. Safe to call from several threads at once.

        Parameters
        ----------
        patches
            (n, patch_px, patch_px, 3) uint8, sRGB.

        Raises
        ------
        InferenceError
            The engine failed, or what it returned is not finite.
        CancelledByUser
        """
        ...

    def aggregate(self, embedding: NDArray[np.floating], cancel: Cancel) -> SlideReading:
        """Read all patches of a slide together; only where `card.slide_level` is there.

        Parameters
        ----------
        embedding
            (n, D) of the judged patches, n at least 1, in any order.

        Raises
        ------
        InferenceError
            The engine failed, or what it returned is no probability.
        CancelledByUser
        """
        ...
