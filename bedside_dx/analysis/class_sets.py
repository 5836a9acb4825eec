"""Which classes can't be ruled out: class-conditional split-conformal sets."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bedside_dx.core.model_card import ModelCard


def class_sets(
    probabilities: NDArray[np.floating], card: ModelCard, coverage: float
) -> NDArray[np.bool_] | None:
    """Classes that belong to the set of each picture.

    Parameters
    ----------
    probabilities
        (n, c), calibrated.
    coverage
        How often the set shall hold the right class; the next higher level of the model's
        limits is taken, its highest at most.

    Returns
    -------
    (n, c) bool, a row may be empty (no class is likely enough) or hold several; None where the
    model came without limits.
    """
    if card.sets is None:
        return None
    at = card.sets.at(coverage)
    least = np.array([card.sets.least[c.id][at] for c in card.classes])
    return np.asarray(probabilities) >= least


def class_set(
    probabilities: NDArray[np.floating], card: ModelCard, coverage: float
) -> tuple[str, ...] | None:
    """Ids of the classes in the set of one picture, likeliest first; None without limits.

    Parameters
    ----------
    probabilities
        (c,), calibrated.
    coverage
        As for `class_sets`.
    """
    sets = class_sets(probabilities[None], card, coverage)
    if sets is None:
        return None
    order = np.argsort(-probabilities, kind="stable")
    return tuple(card.classes[int(i)].id for i in order if sets[0, i])
