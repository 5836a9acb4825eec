"""From patches to areas: shares of the tissue, evidence of neighbouring patches, key regions."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, special

from bedside_dx.core.heatmap import is_judged
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.results import Findings, KeyRegion

KEY_REGIONS = 6
KEY_DISTANCE = 3
"""Cells between two key regions, at least: they are spread out."""
SQUARE = np.ones((3, 3))
"""Neighbouring patches that are looked at together."""
DOUBT = 0.4
"""A probability counts as 0 below this part of the way to the threshold, and as 1 when as near to
certainty: with a threshold of one half, 20 % is doubt and 80 % is sure."""
MOSTLY_TISSUE = 0.5
"""Share of tissue from which a patch shows what kind of tissue it is."""
OVERLAP = 4
"""Squares that hold much the same patches, as neighbouring ones do, are one chance and not many."""
LEAST_CHANCE = 1e-30
LIKELY = 0.5
"""Probability of some classes together from which a patch helps to tell which of them it is."""


@dataclass(frozen=True, slots=True)
class FalseAlarms:
    """Share of the tissue that a model may take for a class that is not there.

    A slide's own share of scattered alarms is believed between the two.

    Attributes
    ----------
    at_least
        No slide is thought to be freer of false alarms than this.
    at_most
        More than this over the whole slide can't all be false.
    """

    at_least: float
    at_most: float


def area_share(findings: Findings, which: NDArray[np.bool_]) -> float:
    """Share of the planned tissue area that lies in these patches, 0 to 1."""
    total = float(findings.tissue.sum())
    return float(findings.tissue[which].sum()) / total if total else 0.0


def state_share(findings: Findings, state: PatchState) -> float:
    """Share of the tissue area in patches of one state, 0 to 1."""
    return area_share(findings, findings.state == state)


def class_fractions(findings: Findings) -> dict[str, float]:
    """Share of the judged tissue area by class id.

    A patch that holds two kinds of tissue counts for both, but a low probability is doubt and
    no area: 5 % tumour all over is no tumour.
    """
    which = is_judged(findings)
    parts = without_doubt(findings.probabilities[which].astype(np.float64), 0.5)
    parts /= np.maximum(parts.sum(1, keepdims=True), 1e-9)
    areas = findings.tissue[which].astype(np.float64) @ parts
    shares = areas / max(float(areas.sum()), 1e-9)
    return {c.id: float(share) for c, share in zip(findings.model.classes, shares, strict=True)}


def without_doubt(probability: NDArray[np.floating], threshold: float) -> NDArray[np.floating]:
    """Spread probabilities so that doubt becomes 0 and near certainty 1."""
    low, high = DOUBT * threshold, 1 - DOUBT * (1 - threshold)
    return ((probability - low) / (high - low)).clip(0, 1)


def together(findings: Findings, columns: tuple[int, ...]) -> NDArray[np.float32]:
    """(n,) float32, probability of any of some classes; 0 where a patch was not judged."""
    probability = findings.probabilities[:, list(columns)].sum(1)
    return np.where(is_judged(findings), probability, 0).astype(np.float32)


def area_evidence(
    findings: Findings, columns: tuple[int, ...], threshold: float, alarms: FalseAlarms
) -> float:
    """Find how much neighbouring patches speak for some classes, where they do most.

    A model's errors lie scattered, tumour lies together. Over each square of 3 × 3 patches
    the tissue that looks like the classes is added up, and compared with the slide's share of
    it elsewhere: how many squares as full as this one would chance alone bring about, were
    that share all false alarms? A share beyond what can be false counts by itself. Tissue that
    is unfamiliar here and there counts with the rest: strange looks are no reason to overlook
    a tumour. Unfamiliar glass does not.

    Parameters
    ----------
    threshold
        Probability at which one patch counts, as `without_doubt` spreads it.

    Returns
    -------
    -log10 of that number, 0 to 30: 0 where chance explains what is seen, 2 where it would on one
    slide in a hundred.
    """
    alike, counted = likeness(findings, columns, threshold)
    # A share is of what was read: what is still to come is taken for no better and no worse.
    read = np.where(counted & (findings.state != PatchState.PENDING), findings.tissue, 0)
    seen, room = _over_squares(findings, alike), _over_squares(findings, read)
    elsewhere = (float(alike.sum()) - seen) / np.maximum(float(read.sum()) - room, 1)
    return _evidence(findings, alike, counted, alarms, elsewhere)


def likeness(
    findings: Findings, columns: tuple[int, ...], threshold: float
) -> tuple[NDArray[np.floating], NDArray[np.bool_]]:
    """How much of each patch's tissue looks like some classes, and which patches count at all.

    Returns
    -------
    alike
        (n,) float, 0 to 1; 0 where a patch tells nothing or is not read yet.
    counted
        (n,) bool, patches that tell something, or may once they are read.
    """
    telling = is_judged(findings) | (findings.analysed & (findings.tissue >= MOSTLY_TISSUE))
    probability = np.where(telling, findings.probabilities[:, list(columns)].sum(1), 0)
    alike = without_doubt(probability, threshold) * findings.tissue
    return alike, telling | (findings.state == PatchState.PENDING)


def least_evidence(
    findings: Findings,
    alike: NDArray[np.floating],
    counted: NDArray[np.bool_],
    alarms: FalseAlarms,
    most_alike: float,
    most_lost: float,
) -> float:
    """Least that `area_evidence` can come to when the rest of a slide is read.

    What a square shows only grows, and its room only shrinks; so does the whole slide.

    Parameters
    ----------
    alike, counted
        As `likeness` gives them now.
    most_alike, most_lost
        Tissue of the whole slide, in whole patches, that may look like the classes in the end,
        and that may tell nothing in the end.
    """
    tissue = np.where(counted, findings.tissue, 0)
    seen, room = _over_squares(findings, alike), _over_squares(findings, tissue)
    least_area = float(findings.tissue.sum()) - most_lost
    elsewhere = (most_alike - seen) / np.maximum(least_area - room, 1)
    return _evidence(findings, alike, counted, alarms, elsewhere)


def _evidence(
    findings: Findings,
    alike: NDArray[np.floating],
    counted: NDArray[np.bool_],
    alarms: FalseAlarms,
    elsewhere: NDArray[np.float64],
) -> float:
    """-log10 of the number of squares as full as the fullest that chance would bring about."""
    tissue = np.where(counted, findings.tissue, 0)
    if not tissue.any():
        return 0.0
    seen, room = _over_squares(findings, alike), _over_squares(findings, tissue)
    area, whole = float(tissue.sum()), float(alike.sum())
    elsewhere = elsewhere.clip(alarms.at_least, alarms.at_most)
    # A square that shows nothing is not the fullest, and most squares are such.
    full = seen > 0 if whole > 0 else np.ones_like(seen, np.bool_)
    rarest = float(_chance(seen[full], room[full], elsewhere[full]).min())
    by_chance = max(area / OVERLAP, 1) * rarest
    by_chance = min(by_chance, float(_chance(whole, area, alarms.at_most)))
    return max(0.0, -math.log10(max(by_chance, LEAST_CHANCE)))


def _over_squares(findings: Findings, values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Sum over the square of patches around each cell, (rows, columns)."""
    raster = np.nan_to_num(findings.raster(values.astype(np.float32))).astype(np.float64)
    return ndimage.convolve(raster, SQUARE, mode="constant")


def _chance(
    seen: NDArray[np.float64] | float,
    room: NDArray[np.float64] | float,
    share: NDArray[np.float64] | float,
) -> NDArray[np.float64]:
    """Binomial chance of at least `seen` among `room`; neither need be whole."""
    seen = np.maximum(seen, 1e-3)
    room = np.maximum(room, seen)
    return np.asarray(special.betainc(seen, room - seen + 1, share), np.float64)


def kind_shares(findings: Findings, columns: tuple[int, ...]) -> NDArray[np.float64]:
    """How the probability of some classes is split among them, where it is highest.

    Returns
    -------
    (len(columns),) float64, sum 1.
    """
    likely = together(findings, columns)
    seen = likely >= min(LIKELY, float(likely.max()))
    among = findings.probabilities[seen][:, list(columns)].astype(np.float64)
    among = np.nan_to_num(among) / np.maximum(np.nan_to_num(among).sum(1, keepdims=True), 1e-9)
    weights = findings.tissue[seen].astype(np.float64)
    return (weights @ among) / weights.sum()


def kind_evidence(
    findings: Findings, columns: tuple[int, ...], own: int
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Tissue of each patch that speaks for one of some classes, and for the others of them.

    Returns
    -------
    own, others
        (n,) float each, 0 to 1; 0 where a patch shows none of them, or is not read yet.
    """
    likely = together(findings, columns)
    share = findings.probabilities[:, own] / np.maximum(likely, 1e-9)
    weight = np.where(likely >= LIKELY, findings.tissue, 0)
    share = np.where(weight > 0, share, 0).clip(0, 1)
    return weight * share, weight * (1 - share)


def key_regions(findings: Findings, columns: tuple[int, ...]) -> tuple[KeyRegion, ...]:
    """Places that speak most for some classes: up to six, spread out, most telling first."""
    judged = is_judged(findings)
    likely = together(findings, columns) * np.sqrt(findings.tissue)
    around = _over_squares(findings, likely)[findings.cells[:, 1], findings.cells[:, 0]]
    telling = likely + (around - likely) / 32
    order = np.argsort(-np.where(judged, telling, -1), kind="stable")[: int(judged.sum())]
    chosen: list[int] = []
    for patch in order[: KEY_REGIONS * 50]:
        gaps = np.abs(findings.cells[chosen] - findings.cells[patch]).max(1)
        if (gaps >= KEY_DISTANCE).all():
            chosen.append(int(patch))
        if len(chosen) == KEY_REGIONS:
            break
    return tuple(_key_region(findings, patch, columns) for patch in chosen)


def _key_region(findings: Findings, patch: int, columns: tuple[int, ...]) -> KeyRegion:
    kind = max(columns, key=lambda column: float(findings.probabilities[patch, column]))
    return KeyRegion(
        findings.grid.region(int(findings.cells[patch, 0]), int(findings.cells[patch, 1])),
        findings.model.classes[kind].id,
        float(findings.probabilities[patch, kind]),
    )
