"""How far a picture is from what a model was fitted on.

The distance is the larger of two, each 1 at its own limit: the Mahalanobis distance of the
embedding to the nearest class, and the "unfamiliar" logit that the graph gives in column 0.
It is the formula of ``training/gate.py``, where the statistics are fitted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bedside_dx.models.arrays import Arrays
from bedside_dx.models.flaw import Flaw

METHOD = "mahalanobis-or-unfamiliar-logit"


@dataclass(frozen=True)
class Reference:
    """Statistics of the training data, D numbers in an embedding, K classes.

    Attributes
    ----------
    whiten
        (D - 1, D - 1) float64; ``whiten @ whiten.T`` is the inverse of the covariance.
    centres
        (K, D - 1) float64, class means after whitening.
    near, far
        Mahalanobis distances that become 0 and 1.
    offset, width
        The logit u of column 0 becomes (u - offset) / width.
    """

    whiten: NDArray[np.float64]
    centres: NDArray[np.float64]
    near: float
    far: float
    offset: float
    width: float

    @property
    def embedding_width(self) -> int:
        """Numbers in one embedding."""
        return len(self.whiten) + 1


def read_reference(arrays: Arrays, classes: int) -> Reference:
    """Take the statistics out of ``reference.npz``.

    Raises
    ------
    Flaw
        A field is missing, has another shape or is not finite.
    """
    whiten = _array(arrays, "whiten", 2)
    mean = _array(arrays, "mean", 2)
    side = len(whiten)
    if whiten.shape != (side, side) or mean.shape != (classes, side):
        raise Flaw("reference.npz: mean and whiten do not fit each other or the classes")
    near, far, offset, width = (
        float(_array(arrays, key, 0)) for key in ("near", "far", "offset", "width")
    )
    if far <= near or width <= 0:
        raise Flaw("reference.npz: far must be above near, and width above 0")
    return Reference(whiten, mean @ whiten, near, far, offset, width)


def _array(arrays: Arrays, key: str, dimensions: int) -> NDArray[np.float64]:
    if key not in arrays:
        raise Flaw("reference.npz: {key} is missing", key=key)
    value = arrays[key]
    if value.dtype.kind != "f" or value.ndim != dimensions or not value.size:
        raise Flaw("reference.npz: {key} has another shape or kind", key=key)
    if not np.isfinite(value.astype(np.float64)).all():
        raise Flaw("reference.npz: {key} is not finite", key=key)
    return value.astype(np.float64)


def gate_distance(embedding: NDArray[np.float32], reference: Reference) -> NDArray[np.float64]:
    """Distance of each embedding to the training data.

    Parameters
    ----------
    embedding
        (n, D) float32, as the graph gives it.

    Returns
    -------
    (n,) float64; negative well inside the training data.
    """
    white = embedding[:, 1:].astype(np.float64) @ reference.whiten
    square = (
        (white**2).sum(1)[:, None] - 2 * white @ reference.centres.T + (reference.centres**2).sum(1)
    )
    nearest = np.sqrt(np.maximum(square.min(1), 0))
    away = (nearest - reference.near) / (reference.far - reference.near)
    unlike = (embedding[:, 0].astype(np.float64) - reference.offset) / reference.width
    return np.maximum(away, unlike)
