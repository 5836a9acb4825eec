"""Reference results: whether this machine computes what the training machine computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bedside_dx.core.cancel import Cancel
from bedside_dx.core.errors import ModelError, Phrase
from bedside_dx.models.package import GOLDEN, ModelPackage

if TYPE_CHECKING:
    from bedside_dx.models.arrays import Arrays
    from bedside_dx.models.session import LoadedModel

TOLERANCE = 5e-3
"""Largest difference of a probability that any package may allow. Processors differ by about
1e-6, graphics cards that shorten floats by about 1e-3."""

EMBEDDING_TOLERANCE = 2e-2
"""Largest difference of an embedding, as a share of the largest reference value."""


@dataclass(frozen=True)
class GoldenResult:
    """How well the reference results were met.

    Attributes
    ----------
    images
        Reference images run.
    max_difference
        Largest difference of a probability, 0 to 1.
    embedding_difference
        Largest difference of an embedding, as a share of the largest reference value.
    tolerance, embedding_tolerance
        What the package allows of them, at the precision that was run.
    """

    images: int
    max_difference: float
    embedding_difference: float
    tolerance: float = TOLERANCE
    embedding_tolerance: float = EMBEDDING_TOLERANCE

    @property
    def passed(self) -> bool:
        """Whether the model may be used on this machine."""
        return (
            self.max_difference <= self.tolerance
            and self.embedding_difference <= self.embedding_tolerance
        )


def check(package: ModelPackage, model: LoadedModel, cancel: Cancel | None = None) -> GoldenResult:
    """Run the reference images of a package.

    Raises
    ------
    ModelError
        ``model.damaged``: ``golden.npz`` does not fit the manifest.
    InferenceError
        The engine failed.
    """
    arrays = _arrays(package)
    patches = arrays["patches"].astype(np.uint8)
    probabilities, embedding = model.outputs(patches, cancel or Cancel())
    wanted = arrays["probabilities"].astype(np.float64)
    allowed = _allowed(package, arrays, model.pace.precision)
    whole = _whole_differences(package, model, arrays, cancel or Cancel())
    return GoldenResult(
        images=len(patches),
        max_difference=max(float(np.abs(probabilities - wanted).max()), whole[0]),
        embedding_difference=max(_relative(embedding, arrays["embedding"]), whole[1]),
        tolerance=allowed[0],
        embedding_tolerance=allowed[1],
    )


def _allowed(package: ModelPackage, arrays: Arrays, precision: str) -> tuple[float, float]:
    """Largest differences of a probability and of an embedding at a precision."""
    reduced = package.manifest.precisions.get(precision)
    if reduced is None:
        return min(float(arrays.get("tolerance", TOLERANCE)), TOLERANCE), EMBEDDING_TOLERANCE
    return reduced.tolerance, reduced.embedding_tolerance


def _whole_differences(
    package: ModelPackage, model: LoadedModel, arrays: Arrays, cancel: Cancel
) -> tuple[float, float]:
    """Differences of the slide-level network: of a probability, and of the attention's share."""
    if package.manifest.aggregator is None:
        return 0.0, 0.0
    reading = model.aggregate(arrays["bag"].astype(np.float32), cancel)
    wanted = arrays["bag_probabilities"].astype(np.float64)[0]
    difference = float(np.abs(reading.probabilities - wanted).max())
    return difference, _relative(reading.attention, arrays["attention"])


def _relative(found: NDArray[np.floating], wanted: NDArray[np.generic]) -> float:
    """Largest difference as a share of the largest value wanted."""
    expected = wanted.astype(np.float64)
    return float(np.abs(found - expected).max() / max(float(np.abs(expected).max()), 1e-9))


def _arrays(package: ModelPackage) -> Arrays:
    """Arrays of ``golden.npz``, their shapes checked."""
    arrays = package.arrays(GOLDEN)
    card, width = package.card, package.manifest.embedding.shape[1]
    count = len(arrays["patches"]) if "patches" in arrays else 0
    expected: dict[str, tuple[str, tuple[int | str, ...]]] = {
        "patches": ("u", (count, card.patch_px, card.patch_px, 3)),
        "probabilities": ("f", (count, len(card.classes))),
        "embedding": ("f", (count, width)),
    }
    if package.manifest.aggregator is not None:
        bag = len(arrays["bag"]) if "bag" in arrays and arrays["bag"].ndim else 0
        count = min(count, bag)
        expected["bag"] = ("f", (bag, width))
        expected["bag_probabilities"] = ("f", (1, len(package.manifest.aggregator.classes)))
        expected["attention"] = ("f", (bag,))
    for key, (kind, shape) in expected.items():
        array = arrays.get(key)
        if not count or array is None or array.dtype.kind != kind or array.shape != shape:
            detail = Phrase("golden.npz: {key} is missing or has another shape", key=key)
            raise ModelError("model.damaged", path=package.path, name=package.name, detail=detail)
    return arrays
