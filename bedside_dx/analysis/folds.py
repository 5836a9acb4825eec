"""Folds: a band of tissue that lies over itself absorbs twice what its surroundings do.

A dense tumour is dark, too, but not in the colour of what surrounds it: it has more nuclei.
Only what is the surroundings' own colour, about twice, long and narrow, is called a fold.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from bedside_dx.analysis.section import CROSS, Section
from bedside_dx.analysis.squares import closed, strips

AROUND_UM = 2000.0
"""Side of the window whose mean is the surroundings."""
DARKER, LEAST_DENSITY = 1.45, 0.35
"""Density of a fold over that of its surroundings, and at least."""
TWICE, COLOUR = (1.45, 2.9), 0.045
"""How many times the absorbance of its flanks a fold has, and how far its colour may be from
theirs: the largest difference between the channels' parts of the whole."""
ALONG = 0.65
"""Part of its outline along which it is so, at least, and which borders tissue."""
BESIDE_PX = (2.0, 4.0)
"""Distances from it between which its flanks lie: a fold ends sharply."""
UNEVEN = 3.0
"""Largest over mean width of a band, at most."""
WIDTHS_UM, LONGEST_UM = (20.0, 400.0), 250.0
LONG = 3.0
"""Length over width, at least."""
NARROWEST_PX, NEAR_PX = 2.0, 3.0


def find_folds(section: Section) -> NDArray[np.bool_]:
    """(rows, columns) bool."""
    tissue = section.tissue
    dark = tissue & _is_darker(section)
    dark = closed(dark, 1) & tissue
    labels, _ = ndimage.label(section.opened(dark, NARROWEST_PX * section.um), CROSS)
    found = np.zeros(tissue.shape, np.bool_)
    for number, box in enumerate(ndimage.find_objects(labels), start=1):
        if max(part.stop - part.start for part in box) * section.um < LONGEST_UM:
            continue
        wide = _widened(box, section.px(WIDTHS_UM[1] / 2), tissue.shape)
        part = labels[wide] == number
        if _is_band(part, section.um) and _is_doubled(part, section, wide, dark[wide]):
            found[wide] |= part
    return found


def _is_darker(section: Section) -> NDArray[np.bool_]:
    """Places that are clearly denser than what surrounds them."""
    tissue, window = section.tissue, section.px(AROUND_UM)
    weight = tissue.astype(np.float32)
    ndimage.uniform_filter(weight, window, output=weight, mode="constant")
    density = np.empty_like(weight)
    for rows in strips(len(density)):
        seen = section.part((rows,))
        density[rows] = (seen[..., 0] + seen[..., 1] + seen[..., 2]) / np.float32(3)
    around = np.where(tissue, density, 0)
    ndimage.uniform_filter(around, window, output=around, mode="constant")
    around /= np.maximum(weight, 1e-3, out=weight)
    around *= DARKER
    np.maximum(around, LEAST_DENSITY, out=around)
    return ndimage.gaussian_filter(density, 1.0, output=weight) > around


def _widened(box: tuple[slice, ...], by: int, shape: tuple[int, ...]) -> tuple[slice, ...]:
    return tuple(
        slice(max(part.start - by, 0), min(part.stop + by, end))
        for part, end in zip(box, shape, strict=True)
    )


def _is_band(part: NDArray[np.bool_], um: float) -> bool:
    """Whether a shape is long, narrow and of even width.

    The mean distance to a band's edge is a quarter of its width, the largest is half of it.
    """
    depth = ndimage.distance_transform_edt(np.pad(part, 1))[1:-1, 1:-1]
    width = 4 * float(depth[part].mean()) - 1
    length = float(part.sum()) / max(width, 1)
    is_narrow = WIDTHS_UM[0] <= width * um <= WIDTHS_UM[1]
    is_even = 2 * float(depth.max()) <= UNEVEN * width
    return is_narrow and is_even and length * um >= LONGEST_UM and length >= LONG * width


def _is_doubled(
    part: NDArray[np.bool_], section: Section, box: tuple[slice, ...], dark: NDArray[np.bool_]
) -> bool:
    """Whether a shape has the colour of its flanks, about twice, along most of its outline."""
    far = ndimage.distance_transform_edt(~part)
    ring = (far >= BESIDE_PX[0]) & (far < BESIDE_PX[1])
    flanks = ring & section.tissue[box] & ~(dark & ~part)
    if flanks.sum() < ALONG * ring.sum():
        return False
    seen = section.part(box)
    inside, outside = _mean_near(seen, part)[flanks], _mean_near(seen, flanks)[flanks]
    whole, flank = inside.sum(-1), np.maximum(outside.sum(-1), 1e-3)
    times = whole / flank
    colour = np.abs(inside / np.maximum(whole, 1e-3)[:, None] - outside / flank[:, None]).max(-1)
    alike = (times >= TWICE[0]) & (times <= TWICE[1]) & (colour <= COLOUR)
    return float(alike.mean()) >= ALONG


def _mean_near(seen: NDArray[np.float32], where: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Mean of each channel over the nearest part of a mask, (rows, columns, 3)."""
    sigma = (NEAR_PX, NEAR_PX, 0)
    sums = ndimage.gaussian_filter(np.where(where[..., None], seen, 0), sigma)
    weight = ndimage.gaussian_filter(where.astype(np.float32), NEAR_PX)[..., None]
    return (sums / np.maximum(weight, 1e-4)).astype(np.float32)
