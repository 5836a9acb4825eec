"""How far a picture is from what a model was fitted on.

The distance of `METHOD` is the larger of two, each 1 at its own limit: the Mahalanobis distance
of the embedding to the nearest class, and the "unfamiliar" logit that the graph gives in column
0. It is the formula of ``training/gate.py``, where the statistics are fitted. `PLAIN` is the
Mahalanobis distance alone, of the whole embedding, and `NONE` says that the model can't tell.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bedside_dx.models.arrays import Arrays
from bedside_dx.models.flaw import Flaw

METHOD, PLAIN, NONE = "mahalanobis-or-unfamiliar-logit", "mahalanobis", "none"
METHODS = (METHOD, PLAIN, NONE)


@dataclass(frozen=True)
class Reference:
    """Statistics of the training data, D numbers in an embedding, K classes or groups.

    Attributes
    ----------
    whiten
        (D - 1, D - 1) float64; ``whiten @ whiten.T`` is the inverse of the covariance. (D, D)
        where the embedding has no logit.
    centres
        (K, D - 1) or (K, D) float64, means after whitening.
    near, far
        Mahalanobis distances that become 0 and 1.
    offset, width
        The logit u of column 0 becomes (u - offset) / width; None where there is none.
    """

    whiten: NDArray[np.float64]
    centres: NDArray[np.float64]
    near: float
    far: float
    offset: float | None = None
    width: float | None = None

    @property
    def embedding_width(self) -> int:
        """Numbers in one embedding."""
        return len(self.whiten) + (self.offset is not None)


def read_reference(arrays: Arrays, classes: int, method: str = METHOD) -> Reference:
    """Take the statistics out of ``reference.npz``.

    With `METHOD` there is a mean for each class; with `PLAIN` for any number of groups.

    Raises
    ------
    Flaw
        A field is missing, has another shape or is not finite.
    """
    whiten = _array(arrays, "whiten", 2)
    mean = _array(arrays, "mean", 2)
    side = len(whiten)
    groups = len(mean) if method == PLAIN else classes
    if whiten.shape != (side, side) or mean.shape != (groups, side):
        raise Flaw("reference.npz: mean and whiten do not fit each other or the classes")
    near, far = (float(_array(arrays, key, 0)) for key in ("near", "far"))
    if far <= near:
        raise Flaw("reference.npz: far must be above near")
    if method == PLAIN:
        return Reference(whiten, mean @ whiten, near, far)
    offset, width = (float(_array(arrays, key, 0)) for key in ("offset", "width"))
    if width <= 0:
        raise Flaw("reference.npz: width must be above 0")
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
    numbers = embedding.astype(np.float64)
    near, far, offset, width = reference.near, reference.far, reference.offset, reference.width
    if offset is None or width is None:
        return (pooled_distance(numbers, reference.centres, reference.whiten) - near) / (far - near)
    nearest = pooled_distance(numbers[:, 1:], reference.centres, reference.whiten)
    return np.maximum((nearest - near) / (far - near), (numbers[:, 0] - offset) / width)


def pooled_distance(
    numbers: NDArray[np.float64], centres: NDArray[np.float64], whiten: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Mahalanobis distance to the nearest of some means, one covariance for all.

    Parameters
    ----------
    numbers
        (n, d).
    centres
        (K, d), after whitening.
    """
    white = numbers @ whiten
    square = (white**2).sum(1)[:, None] - 2 * white @ centres.T + (centres**2).sum(1)
    return np.sqrt(np.maximum(square.min(1), 0))
