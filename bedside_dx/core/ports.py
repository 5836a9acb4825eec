"""What one room needs of another without knowing it."""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from bedside_dx.core.events import Cancel
from bedside_dx.core.geometry import RegionPx, SizePx, Spacing
from bedside_dx.core.model_card import ModelCard
from bedside_dx.core.results import Image


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


class Classifier(Protocol):
    """A model loaded on an engine."""

    @property
    def card(self) -> ModelCard:
        """What the model says about itself."""
        ...

    @property
    def engine(self) -> str:
        """Engine and version, for example ``"onnxruntime 1.31.1"``."""
        ...

    @property
    def provider(self) -> str:
        """Provider that really runs, for example ``"CPU"``."""
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
