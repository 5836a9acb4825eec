"""Figures: areas under curves, balanced accuracy, calibration error, bootstrap intervals."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

Floats = NDArray[np.floating]


def auc(scores: Floats, positive: NDArray[np.bool_]) -> float:
    """Area under the ROC curve; nan where a side is empty."""
    n = int(positive.sum())
    if n in (0, len(positive)):
        return float("nan")
    ranks = rankdata(scores)
    return float((ranks[positive].sum() - n * (n + 1) / 2) / (n * (len(positive) - n)))


def balanced_accuracy(predicted: NDArray[np.integer], labels: NDArray[np.integer]) -> float:
    """Mean recall over the classes present."""
    return float(np.mean([(predicted[labels == c] == c).mean() for c in np.unique(labels)]))


def class_auc(probabilities: Floats, labels: NDArray[np.integer]) -> dict[str, float]:
    """One-vs-rest area for each class, balanced and plain accuracy, log loss."""
    predicted = probabilities.argmax(1)
    named = {
        f"auc_{c}": auc(probabilities[:, c], labels == c) for c in range(probabilities.shape[1])
    }
    rows = np.arange(len(labels))
    loss = float(-np.log(probabilities[rows, labels].clip(1e-7)).mean())
    return {
        **named,
        "balanced_accuracy": balanced_accuracy(predicted, labels),
        "accuracy": float((predicted == labels).mean()),
        "log_loss": loss,
    }


def bootstrap(
    figure: Callable[[NDArray[np.int64]], float],
    units: NDArray[np.str_],
    strata: NDArray[np.integer],
    rounds: int = 500,
    seed: int = 0,
) -> tuple[float, float]:
    """95 % interval of a figure of row numbers, resampling whole units inside each stratum."""
    rng = np.random.default_rng(seed)
    rows = {name: np.flatnonzero(units == name) for name in np.unique(units)}
    per_stratum = [np.unique(units[strata == s]) for s in np.unique(strata)]
    values = []
    for _ in range(rounds):
        names = np.concatenate([rng.choice(s, len(s)) for s in per_stratum])
        values.append(figure(np.concatenate([rows[name] for name in names])))
    low, high = np.nanquantile(values, [0.025, 0.975])
    return float(low), float(high)


def calibration_error(probabilities: Floats, labels: NDArray[np.integer], bins: int = 15) -> float:
    """Top-label calibration error over bins of equal mass, its sampling bias taken off."""
    top = probabilities.max(1)
    right = (probabilities.argmax(1) == labels).astype(float)
    error = 0.0
    for rows in np.array_split(np.argsort(top), bins):
        if len(rows) < 2:
            continue
        accuracy = right[rows].mean()
        gap = (top[rows].mean() - accuracy) ** 2 - accuracy * (1 - accuracy) / (len(rows) - 1)
        error += len(rows) / len(top) * np.sqrt(max(gap, 0.0))
    return float(error)


def reliability(
    probabilities: Floats, labels: NDArray[np.integer], bins: int = 15
) -> dict[str, list]:
    """Mean top probability, share right and number of pictures in bins of equal mass."""
    top, right = probabilities.max(1), probabilities.argmax(1) == labels
    parts = np.array_split(np.argsort(top, kind="stable"), bins)
    return {
        "confidence": [round(float(top[p].mean()), 4) for p in parts],
        "right": [round(float(right[p].mean()), 4) for p in parts],
        "n": [len(p) for p in parts],
    }
