"""Reference statistics of a site's own familiar images, for a model that came without."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bedside_dx.core.errors import ModelError
from bedside_dx.models.gate import pooled_distance

LEAST = 100
"""Images from which statistics mean something."""
SHARE = 0.99
"""Share of held-out familiar images that stays below the limit."""

Arrays = dict[str, NDArray[np.float32]]


def fit_familiarity(embedding: NDArray[np.float32], least: int = LEAST) -> Arrays:
    """Fit on one half, set the limit on the other.

    Parameters
    ----------
    embedding
        (n, D), one row for each familiar image.

    Returns
    -------
    Arrays of ``reference.npz`` for the method ``"mahalanobis"``.

    Raises
    ------
    ModelError
        ``exchange.too-few-familiar``: fewer than `least`, or all alike.
    """
    count = len(embedding)
    if count < least:
        raise ModelError("exchange.too-few-familiar", count=count, least=least)
    order = np.random.default_rng(0).permutation(count)
    fit, held = (embedding[part].astype(np.float64) for part in np.array_split(order, 2))
    mean = fit.mean(0)
    covariance = shrunk_covariance(fit - mean)
    values, vectors = np.linalg.eigh(covariance)
    if values.max() <= 0:
        raise ModelError("exchange.too-few-familiar", count=1, least=least)
    whiten = vectors / np.sqrt(np.maximum(values, values.max() * 1e-9))
    distance = pooled_distance(held, mean[None] @ whiten, whiten)
    near, far = float(np.median(distance)), float(np.quantile(distance, SHARE, method="higher"))
    arrays = {"mean": mean[None], "whiten": whiten, "near": near, "far": max(far, near * 1.001)}
    return {name: np.asarray(value, np.float32) for name, value in arrays.items()}


def shrunk_covariance(centred: NDArray[np.float64]) -> NDArray[np.float64]:
    """Covariance drawn towards a sphere as far as the few images ask for (Ledoit and Wolf 2004).

    Parameters
    ----------
    centred
        (n, D), with the mean taken off.
    """
    count, width = centred.shape
    sample = centred.T @ centred / count
    mu = float(np.trace(sample)) / width
    spread = float((sample**2).sum()) - width * mu**2
    noise = float(((centred**2).sum(1) ** 2).mean()) - float((sample**2).sum())
    shrinkage = 1.0 if spread <= 0 else min(max(noise / count / spread, 0.0), 1.0)
    return (1 - shrinkage) * sample + shrinkage * mu * np.eye(width)
