"""Bubbles and dirt: they bend or block light of all colours alike, stains never do."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from bedside_dx.analysis.section import CROSS, Section
from bedside_dx.analysis.squares import closed, least_around, most_around, strips
from bedside_dx.analysis.tissue import darkest, lightest

RIM_UM = 60.0
"""Widest dark outline of a bubble."""
RIM_DEPTH, RIM_GREY = 0.12, 0.5
"""What an outline absorbs of the clearest channel beyond both its sides, at least; and by how
much more it may absorb of the darkest, as a part of that."""
BUBBLE_UM = 200.0
"""Smallest diameter."""
ROUND = 0.6
"""Part of the ellipse in its bounding box that a bubble fills, at least."""
HOLLOW = 1.5
"""Area inside an outline over that of the outline, at least."""
UNSTAINED = 0.25
"""Difference between the channels' absorbance, as a part of the largest, below which a thing
has no stain."""
UNSTAINED_SHARE = 0.7
"""Part of a piece from which it counts as a whole."""
STAINED_SHARE = 0.5
"""Part of all tissue that must be stained for the rest to be dirt."""


def find_bubbles(section: Section) -> NDArray[np.bool_]:
    """(rows, columns) bool, closed dark outlines without colour, and what they enclose."""
    labels, _ = ndimage.label(closed(_rims(section), 1), CROSS)
    found = np.zeros(section.tissue.shape, np.bool_)
    for number, box in enumerate(ndimage.find_objects(labels), start=1):
        if min(part.stop - part.start for part in box) * section.um < BUBBLE_UM:
            continue
        outline = labels[box] == number
        disc = ndimage.binary_fill_holes(outline)
        ellipse = np.pi / 4 * outline.size
        is_hollow = disc.sum() >= (1 + HOLLOW) * outline.sum()
        if is_hollow and disc.sum() >= ROUND * ellipse:
            found[box] |= disc
    return found


def _rims(section: Section) -> NDArray[np.bool_]:
    """(rows, columns) bool, what is darker than both its sides, in all channels alike."""
    reach = section.px(RIM_UM, least=3) // 2
    found = np.empty_like(section.tissue)
    for rows in strips(len(found)):
        above = min(rows.start, 2 * reach)
        strip = section.rows(rows.start - above, rows.stop + 2 * reach)
        clear = _above(strip.least_absorbance(), reach)
        colour = _above(strip.most_absorbance(), reach) - clear
        rims = (clear > RIM_DEPTH) & (colour < RIM_GREY * clear)
        found[rows] = rims[above:][: rows.stop - rows.start]
    return found


def _above(absorbance: NDArray[np.float32], reach: int) -> NDArray[np.float32]:
    """What is darker than all squares of 2 `reach` + 1 px around it that are lighter."""
    absorbance -= most_around(least_around(absorbance, reach), reach)
    return absorbance


def find_debris(section: Section) -> NDArray[np.bool_]:
    """(rows, columns) bool, separate pieces without any stain beside tissue that has one."""
    grey = _is_unstained(section)
    labels, count = ndimage.label(section.tissue, CROSS)
    if not count:
        return section.tissue
    area, without = np.zeros((2, count + 1), np.int64)
    for rows in strips(len(labels)):
        area += np.bincount(labels[rows].ravel(), minlength=count + 1)
        without += np.bincount(labels[rows][grey[rows]], minlength=count + 1)
    unstained = without / np.maximum(area, 1) > UNSTAINED_SHARE
    unstained[0] = False
    debris = unstained[labels]
    stained = int(section.tissue.sum()) - int(debris.sum())
    return debris if stained >= STAINED_SHARE * section.tissue.sum() else np.zeros_like(debris)


def _is_unstained(section: Section) -> NDArray[np.bool_]:
    found = np.empty_like(section.tissue)
    for rows in strips(len(found)):
        seen = section.part((rows,))
        clear, dark = darkest(seen), lightest(seen)
        found[rows] = dark - clear < UNSTAINED * dark
    return found
