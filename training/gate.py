"""How far a picture is from what the model was fitted on.

The distance is the larger of two, each 1 at its own limit: the Mahalanobis distance of the
embedding to the nearest class, and the "unfamiliar" score that the graph gives in column 0 (a
logit learnt against other pictures, mixed with that distance: see `Mixing`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.covariance import LedoitWolf

Floats = NDArray[np.floating]


MIXED_SHARE, FAR_SHARE = 0.03, 0.01
"""Shares of held-out pictures above the limit of column 0, and of the distance alone, before the
limit is moved outwards."""
STRANGE_SHARE, OUTWARDS = 0.02, 1 / 3
"""Pictures of another laboratory look a little strange, too. So the limit lies this part of the way
from where held-out pictures end to where strange ones begin, of which this share lies inside."""


@dataclass(frozen=True)
class Mixing:
    """How column 0 of the embedding is made in the graph.

    `logit * of_logit + distance * of_distance`, the distance being the Mahalanobis one to the
    nearest of `centres` (K, W) after `whiten` (W, W): pictures that are a little strange to both
    are strange.
    """

    whiten: NDArray[np.float64]
    centres: NDArray[np.float64]
    of_logit: float
    of_distance: float

    def column(self, embedding: Floats) -> NDArray[np.float64]:
        """Column 0 as mixed, from an embedding whose column 0 is the bare logit."""
        x = embedding[:, 1 : 1 + len(self.whiten)]
        centres = self.centres @ np.linalg.inv(self.whiten)
        distance = _nearest(x, centres, self.whiten)
        return embedding[:, 0] * self.of_logit + distance * self.of_distance


def gate_distance(embedding: Floats, reference: Mapping[str, Floats]) -> NDArray[np.float64]:
    """Distance of each embedding to the training data.

    Parameters
    ----------
    embedding : float (N, D)
        As the graph gives it.
    reference : mapping
        `mean` (K, D-1) class means; `whiten` (D-1, D-1) with `whiten @ whiten.T` the inverse of
        the shared covariance; `near` and `far`: Mahalanobis distances that become 0 and 1;
        `offset` and `width`: the score `u` of column 0 becomes (u - offset) / width.

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
    embedding: Floats,
    labels: NDArray[np.integer],
    held_out: Floats,
    strange: Floats,
    width: int,
) -> tuple[Mixing, dict[str, NDArray[np.float32]]]:
    """Statistics of the fitting part, scaled on held-out pictures of the right kind.

    Parameters
    ----------
    embedding, labels : (N, D), (N,)
        Fitting pictures as stored, before column 0 is mixed.
    held_out : (M, D)
        Held-out pictures, likewise.
    strange : (L, D)
        Pictures the model must not feel at home with, made from held-out ones.
    width : int
        Columns after the first that count: those of the middle of the network, which still tell
        textures apart. The head keeps little but the class.

    Returns
    -------
    How column 0 is mixed in the graph, and the arrays of `reference.npz`.
    """
    x = embedding[:, 1 : 1 + width].astype(np.float64)
    mean = np.stack([x[labels == c].mean(0) for c in range(labels.max() + 1)])
    precision = LedoitWolf(assume_centered=True).fit(x - mean[labels]).precision_
    whiten = np.linalg.cholesky((precision + precision.T) / 2)
    distance = _nearest(held_out[:, 1 : 1 + width], mean, whiten)
    near, usual = np.quantile(distance, [0.5, 1 - MIXED_SHARE])
    middle, limit = np.quantile(held_out[:, 0], [0.5, 1 - MIXED_SHARE])
    mixing = Mixing(whiten, mean @ whiten, 1 / (limit - middle), 1 / (usual - near))
    offset, limit = np.quantile(mixing.column(held_out), [0.5, 1 - MIXED_SHARE])
    limit = _outwards(limit, np.quantile(mixing.column(strange), STRANGE_SHARE))
    far = np.quantile(distance, 1 - FAR_SHARE)
    beyond = np.quantile(_nearest(strange[:, 1 : 1 + width], mean, whiten), STRANGE_SHARE)
    rest = embedding.shape[1] - 1 - width
    values = {
        "mean": np.pad(mean, ((0, 0), (0, rest))),
        "whiten": np.pad(whiten, ((0, rest), (0, rest))),
        "near": near,
        "far": _outwards(far, beyond),
        "offset": offset,
        "width": limit - offset,
    }
    return mixing, {name: np.asarray(value, np.float32) for name, value in values.items()}


def _outwards(limit: float, strange: float) -> float:
    return limit + OUTWARDS * max(strange - limit, 0.0)


def _nearest(x: Floats, mean: Floats, whiten: Floats) -> NDArray[np.float64]:
    white, centres = x.astype(np.float64) @ whiten, mean @ whiten
    square = (white**2).sum(1)[:, None] - 2 * white @ centres.T + (centres**2).sum(1)
    return np.sqrt(np.maximum(square.min(1), 0))
