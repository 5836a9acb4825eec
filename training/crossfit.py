"""Pictures of `train` as seen by models that were not fitted on their cluster.

A few held-out clusters are easier or harder than the rest: limits taken from them alone miss
their rate elsewhere. So where a recipe says so the fitting part is cut once more, a model is
fitted without each piece, and calibration and class sets rest on most of `train` (cross-conformal
prediction: V. Vovk, Annals of Mathematics and Artificial Intelligence 74, 2015).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from training.choose import blend
from training.data import Partition, Samples
from training.fit import fine_tune, predict, prepare
from training.network import Network
from training.recipes import Recipe

PIECES = 3
"""Pieces of the fitting part; each is about as large as what was kept out of it."""


@dataclass(frozen=True)
class HeldOut:
    """Raw probabilities of pictures that took no part in fitting.

    Attributes
    ----------
    probabilities : float (N, C)
        Before any temperature.
    labels : int64 (N,)
    groups : str (N,)
        Source picture.
    """

    probabilities: NDArray[np.float32]
    labels: NDArray[np.int64]
    groups: NDArray[np.str_]


def folds(
    part: Partition, labels: NDArray[np.int64], count: int, seed: int
) -> list[NDArray[np.bool_]]:
    """Cut the fitting part into `count` pieces of whole clusters, classes shared out evenly.

    Returns
    -------
    One mask (N,) a piece; together they are `part.fit`.
    """
    names = np.unique(part.cluster[part.fit])
    counts = np.zeros((len(names), labels.max() + 1))
    np.add.at(counts, (np.searchsorted(names, part.cluster[part.fit]), labels[part.fit]), 1)
    share = counts / counts.sum(0)
    rng = np.random.default_rng(seed + 1)
    best, chosen = np.inf, np.zeros(len(names), int)
    for _ in range(20000):
        piece = rng.integers(count, size=len(names))
        error = max(np.abs(share[piece == k].sum(0) - 1 / count).max() for k in range(count))
        if error < best:
            best, chosen = error, piece
    return [part.fit & np.isin(part.cluster, names[chosen == k]) for k in range(count)]


def held_out(
    recipe: Recipe, train: Samples, part: Partition, other: NDArray[np.uint8], work: Path,
    chosen: tuple[int, float],
) -> HeldOut:  # fmt: skip
    """Fit one model without each piece, and let each look at what it has not seen.

    Parameters
    ----------
    chosen : (int, float)
        Last epoch before a refit and blend, the same for all as for the model itself. Its own
        first fitting, in `work`, has left out the validation and gate check pictures: they are
        looked at by it.
    """
    looks = [_look(train, ~part.fit, work, chosen)]
    cut = folds(part, train.labels, PIECES, recipe.seed)[: recipe.folds]
    for number, piece in enumerate(cut, start=1):
        folder = work / f"fold-{number}"
        draws = prepare(recipe, train.take(~piece), other)
        fine_tune(recipe, draws, train.take(piece), folder, chosen[0])
        looks.append(_look(train, piece, folder, chosen))
    columns = zip(*((x.probabilities, x.labels, x.groups) for x in looks), strict=True)
    return HeldOut(*(np.concatenate(column) for column in columns))


def _look(
    train: Samples, piece: NDArray[np.bool_], folder: Path, chosen: tuple[int, float]
) -> HeldOut:
    """Probabilities of one piece, kept in the folder of the weights."""
    seen = folder / f"held-out-{chosen[0]}-{chosen[1]:g}.npy"
    if not seen.exists():
        network = Network(train.labels.max() + 1).to(memory_format=torch.channels_last)
        network.load_state_dict(blend(folder, *chosen))
        np.save(seen, predict(network, train.images[piece])["probabilities"])
    return HeldOut(np.load(seen), train.labels[piece], train.groups[piece])
