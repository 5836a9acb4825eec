"""Places of a slide that were exposed too long or too short: nothing of the colours is left."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from bedside_dx.analysis.section import CROSS, Section
from bedside_dx.analysis.squares import closed

CLIPPED = 252
"""8-bit value from which a channel is clipped."""
STAINED, STAINED_ON_WHITE = 252, 235
"""Values of green below which something absorbs light; where glass itself is clipped, plainly."""
STAINED_SHARE = 0.10
"""Part of an overexposed place in which green still shows something: padding is all white."""
LEAST_UM = 150.0
"""Side of the smallest square that is called overexposed."""
RECTANGULAR = 0.85
"""Part of its bounding box that a place fills which was exposed otherwise than its
surroundings: scanners expose by the frame or the stripe, nobody draws so."""


def find_washed_out(section: Section) -> NDArray[np.bool_]:
    """(rows, columns) bool, where red and blue are clipped, but not all that is there is white.

    Where the glass itself is that bright, only what is plainly stained counts.
    """
    red, green, blue = (section.pixels[..., i] for i in range(3))
    clipped = (red >= CLIPPED) & (blue >= CLIPPED)
    if section.light.max() < CLIPPED - 2:
        place, stained = clipped, clipped & (green < STAINED)
    else:
        place = stained = clipped & (green < STAINED_ON_WHITE)
    lasting = section.opened(closed(place, 2), LEAST_UM / 3)
    if not lasting.any():
        return lasting
    labels, count = ndimage.label(lasting, CROSS)
    area = np.bincount(labels.ravel())
    share = np.bincount(labels[stained], minlength=count + 1) / np.maximum(area, 1)
    counts = (area >= section.px(LEAST_UM) ** 2) & (share >= STAINED_SHARE)
    return counts[labels] & lasting


def is_frame(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(rows, columns) bool, those connected parts of a mask that are upright rectangles."""
    labels, count = ndimage.label(mask, CROSS)
    frames = np.zeros(count + 1, np.bool_)
    for number, box in enumerate(ndimage.find_objects(labels), start=1):
        part = labels[box] == number
        frames[number] = min(part.shape) >= 8 and part.mean() >= RECTANGULAR
    return frames[labels]
