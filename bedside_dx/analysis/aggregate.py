"""From patches to areas: shares of the tissue, evidence in neighbouring patches, key regions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from bedside_dx.core.heatmap import is_judged
from bedside_dx.core.results import Findings, KeyRegion, PatchState

LOG_ODDS_RANGE = (-3.0, 4.0)
"""One patch can't say more than this, for or against: networks are too sure of themselves."""
NOT_READ = -0.75
"""What a neighbour without tissue, or not read yet, says: a little against."""
KEY_REGIONS = 6
KEY_DISTANCE = 3
"""Cells between two key regions, at least: they are spread out."""


def area_share(findings: Findings, which: NDArray[np.bool_]) -> float:
    """Share of the planned tissue area that lies in these patches, 0 to 1."""
    total = float(findings.tissue.sum())
    return float(findings.tissue[which].sum()) / total if total else 0.0


def state_share(findings: Findings, state: PatchState) -> float:
    """Share of the tissue area in patches of one state, 0 to 1."""
    return area_share(findings, findings.state == state)


def class_fractions(findings: Findings) -> dict[str, float]:
    """Share of the judged tissue area by class id; each patch counts for its likeliest class.

    The hard count is meant: a patch's probability of 5 % for tumour is doubt, not 5 % tumour.
    """
    which = is_judged(findings)
    likeliest = findings.probabilities[which].argmax(1) if which.any() else np.empty(0, np.int64)
    areas = np.bincount(
        likeliest, weights=findings.tissue[which], minlength=len(findings.model.classes)
    )
    total = areas.sum()
    shares = areas / total if total else areas
    return {c.id: float(share) for c, share in zip(findings.model.classes, shares, strict=True)}


def log_odds(findings: Findings, columns: tuple[int, ...], threshold: float) -> NDArray[np.float32]:
    """Log odds of some classes together, 0 where their probability is at the threshold.

    Returns
    -------
    (n,) float32, within `LOG_ODDS_RANGE`; NaN where not judged.
    """
    probability = findings.probabilities[:, list(columns)].sum(1).clip(1e-6, 1 - 1e-6)
    odds = np.log(probability / (1 - probability)) - np.log(threshold / (1 - threshold))
    return np.where(is_judged(findings), odds.clip(*LOG_ODDS_RANGE), np.nan).astype(np.float32)


def area_evidence(findings: Findings, columns: tuple[int, ...], threshold: float) -> float:
    """Find how much neighbouring patches together speak for some classes, where they do most.

    A model's errors lie scattered, tumour lies together: one sure patch between three that
    see none adds up to nothing.

    Returns
    -------
    Largest sum of `log_odds` over a square of 2 × 2 neighbouring patches.
    """
    odds = log_odds(findings, columns, threshold) * np.sqrt(findings.tissue)
    raster = np.nan_to_num(np.pad(findings.raster(odds), 1, constant_values=np.nan), nan=NOT_READ)
    squares = raster[1:, 1:] + raster[:-1, 1:] + raster[1:, :-1] + raster[:-1, :-1]
    return float(squares.max())


def key_regions(findings: Findings, columns: tuple[int, ...]) -> tuple[KeyRegion, ...]:
    """Places that speak most for some classes: up to six, spread out, most telling first."""
    which = np.flatnonzero(is_judged(findings))
    if not len(which) or not columns:
        return ()
    probabilities = findings.probabilities[:, list(columns)]
    together = probabilities.sum(1) * np.sqrt(findings.tissue)
    neighbourhood = _with_neighbours(findings, np.where(is_judged(findings), together, np.nan))
    order = which[np.argsort(-neighbourhood[which], kind="stable")]
    chosen: list[int] = []
    for patch in order[: KEY_REGIONS * 50]:
        gaps = np.abs(findings.cells[chosen] - findings.cells[patch]).max(1, initial=0)
        if len(chosen) < KEY_REGIONS and (not chosen or gaps.min() >= KEY_DISTANCE):
            chosen.append(int(patch))
    return tuple(
        KeyRegion(
            findings.grid.region(int(findings.cells[patch, 0]), int(findings.cells[patch, 1])),
            findings.model.classes[columns[int(probabilities[patch].argmax())]].id,
            float(probabilities[patch].max()),
        )
        for patch in chosen
    )


def _with_neighbours(findings: Findings, values: NDArray[np.floating]) -> NDArray[np.float32]:
    """Value of each patch, with a quarter of the mean of its eight neighbours added."""
    raster = np.nan_to_num(findings.raster(values.astype(np.float32)))
    weights = np.full((3, 3), 1 / 32, np.float32)
    weights[1, 1] = 1
    smooth = ndimage.convolve(raster, weights, mode="constant")
    return smooth[findings.cells[:, 1], findings.cells[:, 0]]


def kind_shares(
    findings: Findings, columns: tuple[int, ...], threshold: float
) -> NDArray[np.float64]:
    """How the probability of some classes is split among them, where they are seen.

    Returns
    -------
    (len(columns),) float64, sum 1.
    """
    odds = np.nan_to_num(log_odds(findings, columns, threshold), nan=-np.inf)
    seen = odds > min(0.0, float(odds.max()) - 1e-6)
    among = findings.probabilities[seen][:, list(columns)].astype(np.float64)
    among /= np.maximum(among.sum(1, keepdims=True), 1e-9)
    weights = findings.tissue[seen].astype(np.float64)
    return (weights @ among) / weights.sum()
