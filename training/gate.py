"""How far a picture is from what the model was fitted on.

The distance is the larger of two, each 1 at its own limit: the Mahalanobis distance of the
embedding to the nearest class, and the "unfamiliar" logit that the graph gives in column 0.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from sklearn.covariance import LedoitWolf

Floats = NDArray[np.floating]


def gate_distance(embedding: Floats, reference: Mapping[str, Floats]) -> NDArray[np.float64]:
    """Distance of each embedding to the training data.

    Parameters
    ----------
    embedding : float (N, D)
        As the graph gives it.
    reference : mapping
        `mean` (K, D-1) class means; `whiten` (D-1, D-1) with `whiten @ whiten.T` the inverse of
        the shared covariance; `near` and `far`: Mahalanobis distances that become 0 and 1;
        `offset` and `width`: the logit `u` of column 0 becomes (u - offset) / width.

    Returns
    -------
    float (N,): the larger of the two; above the manifest's `patch_threshold` is unfamiliar.
    """
    white = embedding[:, 1:].astype(np.float64) @ reference["whiten"]
    centres = reference["mean"] @ reference["whiten"]
    square = (white**2).sum(1)[:, None] - 2 * white @ centres.T + (centres**2).sum(1)
    nearest = np.sqrt(np.maximum(square.min(1), 0))
    away = (nearest - reference["near"]) / (reference["far"] - reference["near"])
    unlike = (embedding[:, 0] - reference["offset"]) / reference["width"]
    return np.maximum(away, unlike)


def fit_reference(
    embedding: Floats, labels: NDArray[np.integer], held_out: Floats, share: float
) -> dict[str, NDArray[np.float32]]:
    """Statistics of the fitting part, scaled on held-out pictures of the right kind.

    Parameters
    ----------
    embedding, labels : (N, D), (N,)
        Fitting pictures; a label of -1 counts towards the covariance of the nearest class.
    held_out : (M, D)
        Validation pictures: `share` of them may lie above 1 by each of the two parts.
    """
    x = embedding[:, 1:].astype(np.float64)
    mean = np.stack([x[labels == c].mean(0) for c in range(labels.max() + 1)])
    precision = LedoitWolf(assume_centered=True).fit(x - mean[labels]).precision_
    whiten = np.linalg.cholesky((precision + precision.T) / 2)
    plain = {"mean": mean, "whiten": whiten, "near": np.array(0.0), "far": np.array(1.0),
             "offset": np.array(1e9), "width": np.array(1.0)}  # fmt: skip
    distance = gate_distance(held_out, plain)
    near, far = np.quantile(distance, [0.5, 1 - share])
    offset, limit = np.quantile(held_out[:, 0], [0.5, 1 - share])
    values = {**plain, "near": near, "far": far, "offset": offset, "width": limit - offset}
    return {name: np.asarray(value, np.float32) for name, value in values.items()}
