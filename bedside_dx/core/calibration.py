"""How sure a model may be: its temperature, and what goes with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bedside_dx.core.evaluation import IndexFacts
from bedside_dx.core.model_card import ReliabilityBin, SetLimits

SMALLEST = 1e-7
"""Probabilities are kept above it before the temperature, so that each has a logarithm."""


@dataclass(frozen=True)
class Calibration:
    """What a site's own labelled images say of a model's probabilities.

    Attributes
    ----------
    temperature
        See `tempered`.
    sets
        Limits of class sets.
    abstain_below
        Top probability below which nothing is said, 0 to 1.
    error
        Calibration error of the top class on images that the temperature was not fitted on.
    reliability
        Of the same images.
    images
        Images that were read, of both halves.
    index
        The table that lists them.
    """

    temperature: float
    sets: SetLimits
    abstain_below: float
    error: float
    reliability: tuple[ReliabilityBin, ...]
    images: int
    index: IndexFacts


def tempered(probabilities: NDArray[np.floating], temperature: float) -> NDArray[np.float32]:
    """Calibrate probabilities: p^(1/T), each row made to sum to 1.

    Parameters
    ----------
    probabilities
        (n, c), rows sum to 1.
    temperature
        Above 1 makes the model less sure of itself, below 1 more.
    """
    power = probabilities.astype(np.float64).clip(SMALLEST) ** (1.0 / temperature)
    return (power / power.sum(1, keepdims=True)).astype(np.float32)
