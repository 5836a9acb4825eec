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
    levels = card.sets.levels
    at = min(int(np.searchsorted(levels, coverage - 1e-9)), len(levels) - 1)
    least = np.array([card.sets.least[c.id][at] for c in card.classes])
    return np.asarray(probabilities) >= least
