"""Places of a slide that were exposed too long or too short: nothing of the colours is left."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from bedside_dx.analysis.section import CROSS, Section

CLIPPED, FAINT = 252, 252
"""8-bit values from which red and blue are clipped, and below which green is not yet."""
LEAST_UM = 150.0
"""Side of the smallest square that is called overexposed."""
RECTANGULAR = 0.85
"""Part of its bounding box that a place fills which was exposed otherwise than its
surroundings: scanners expose by the frame or the stripe, nobody draws so."""


def find_washed_out(section: Section) -> NDArray[np.bool_]:
    """(rows, columns) bool, where red and blue are clipped and some green is still missing.

    Where the glass itself is that bright, only what is plainly stained counts.
    """
    red, green, blue = (section.pixels[..., i] for i in range(3))
    faint = FAINT if section.light.max() < CLIPPED - 2 else 235
    washed = (red >= CLIPPED) & (blue >= CLIPPED) & (green < faint)
    lasting = section.opened(ndimage.binary_closing(washed, CROSS, iterations=2), LEAST_UM / 3)
    labels, count = ndimage.label(lasting, CROSS)
    if not count:
        return lasting
    large = np.bincount(labels.ravel()) >= section.px(LEAST_UM) ** 2
    return large[labels] & lasting


def is_frame(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(rows, columns) bool, those connected parts of a mask that are upright rectangles."""
    labels, count = ndimage.label(mask, CROSS)
    frames = np.zeros(count + 1, np.bool_)
    for number, box in enumerate(ndimage.find_objects(labels), start=1):
        part = labels[box] == number
        frames[number] = min(part.shape) >= 8 and part.mean() >= RECTANGULAR
    return frames[labels]
