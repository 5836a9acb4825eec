"""Where there is tissue: found on a low level, without a network.

Tissue absorbs light. The optical density is taken against the slide's own background, found as
the brightest flat neutral colour, so that grey and dark scans are read like white ones; where no
background is seen the whole image may be tissue. Otsu's threshold is only believed between a
floor (pale fat and mucin stay in) and a ceiling (a slide that is all tissue is not cut in two).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from bedside_dx.analysis.squares import strips
from bedside_dx.core.cancel import Cancel
from bedside_dx.core.errors import SlideError
from bedside_dx.core.geometry import PatchGrid, RegionPx, SizePx
from bedside_dx.core.ports import PixelSource
from bedside_dx.core.results import Image

OVERVIEW_UM = 8.0
"""µm per px of the overview that the mask is found on, within the two limits that follow."""
LONGEST_PX, SHORTEST_PX = 2048, 1024
"""Limits of the overview's longer side; small images are not shrunk below the second."""
BLOCK_PX, BLOCK_STORED_PX = 512, 2048
"""Side of the squares the overview is read in, in its own px and in those of the stored level:
bounds memory, what one failure loses, and how long a cancel waits."""
UNREAD = 128
"""8-bit grey shown where the overview could not be decoded."""
DENSITY_FLOOR, DENSITY_CEILING = 0.035, 0.10
"""Optical density (mean of the channels) between which Otsu's threshold is believed."""
WHITE, BLACK = 250, 12
"""8-bit values from which on, and up to which, all channels together are padding."""
SPECK_UM, SPECK_PX = 60.0, 3
"""Pieces smaller than a square of this side are dust (in px where there is no scale)."""


@dataclass(frozen=True)
class TissueMask:
    """Tissue on a low-resolution raster of the whole slide.

    Attributes
    ----------
    mask
        (rows, columns) bool, True where there is tissue or where nothing could be read.
    overview
        (rows, columns, 3) uint8, the pixels it was found on.
    density
        (rows, columns) float32, optical density against the background, 0 where none.
    light
        (3,) float32, colour of the glass, 8-bit values.
    unread
        (rows, columns) bool, where the overview could not be decoded.
    downsample
        px of level 0 per px of the raster.
    """

    mask: NDArray[np.bool_]
    overview: Image
    density: NDArray[np.float32]
    light: NDArray[np.float32]
    unread: NDArray[np.bool_]
    downsample: float

    def share(self, grid: PatchGrid) -> NDArray[np.float32]:
        """Share of each grid cell that is tissue, (rows, columns), 0 to 1."""
        return self.mean(self.mask, grid)

    def mean(
        self, values: NDArray[np.bool_] | NDArray[np.float32], grid: PatchGrid
    ) -> NDArray[np.float32]:
        """Mean over each grid cell of values given on the raster, nothing beyond its edge.

        Returns
        -------
        (grid.rows, grid.columns) float32.
        """
        margin = (grid.side - grid.step) / 2
        across = _edges(grid.x0 + margin, grid.step, grid.columns, self.downsample)
        down = _edges(grid.y0 + margin, grid.step, grid.rows, self.downsample)
        columns = np.empty((len(values), len(across)))
        # All sums at once would be eight times what they are of.
        for rows in strips(len(values)):
            columns[rows] = _sums_up_to(across, values[rows])
        corner = _sums_up_to(down, columns.T).T
        inside = corner[1:, 1:] - corner[:-1, 1:] - corner[1:, :-1] + corner[:-1, :-1]
        return np.clip(inside / (grid.step / self.downsample) ** 2, 0, 1).astype(np.float32)


def _edges(start: float, step: float, cells: int, downsample: float) -> NDArray[np.float64]:
    return (start + step * np.arange(cells + 1, dtype=np.float64)) / downsample


def _sums_up_to(
    edges: NDArray[np.float64], values: NDArray[np.bool_] | NDArray[np.floating]
) -> NDArray[np.float64]:
    """Sum of what lies before each edge in a row, (rows, edges); of what an edge cuts, its part."""
    length = values.shape[1]
    sums = np.zeros((len(values), length + 2))
    np.cumsum(values, 1, dtype=np.float64, out=sums[:, 1:-1])
    sums[:, -1] = sums[:, -2]
    at = np.clip(edges, 0, length)
    whole = at.astype(np.int64)
    part = at - whole
    return sums[:, whole] * (1 - part) + sums[:, whole + 1] * part


def find_tissue(
    slide: PixelSource, *, cancel: Cancel | None = None, coarser: float = 1.0
) -> TissueMask:
    """Find the tissue of a slide or image.

    White, transparent and black padding, glass and pen are no tissue. A region that can't be
    decoded counts as tissue, so that it is later reported as unreadable and never as background.

    Parameters
    ----------
    coarser
        How many times coarser the overview is than the one that verdicts rest on.

    Raises
    ------
    CancelledByUser
    """
    downsample = _overview_downsample(slide) * coarser
    overview, failed = _read_overview(slide, downsample, cancel or Cancel())
    flat = _flat_neutral(overview)
    light = _light(overview, flat & ~is_padding(overview))
    density = optical_density(overview, light)
    near = _is_near(overview, light) & flat
    mask = _is_tissue(overview, density, near | is_padding(overview))
    mask = _tidy(mask, _speck_px(slide, downsample)) | failed
    overview[failed] = UNREAD
    density[~mask] = 0
    return TissueMask(mask, overview, density, light, failed, downsample)


def _overview_downsample(slide: PixelSource) -> float:
    longest = max(slide.size.width, slide.size.height)
    um_per_px = slide.spacing.um_per_px if slide.spacing else None
    wanted = longest * um_per_px / OVERVIEW_UM if um_per_px else LONGEST_PX / 2
    return max(1.0, longest / min(max(wanted, SHORTEST_PX), LONGEST_PX))


def _read_overview(
    slide: PixelSource, downsample: float, cancel: Cancel
) -> tuple[Image, NDArray[np.bool_]]:
    height = max(1, math.ceil(slide.size.height / downsample))
    width = max(1, math.ceil(slide.size.width / downsample))
    overview = np.full((height, width, 3), 255, np.uint8)
    failed = np.zeros((height, width), np.bool_)
    stored = max((d for d in slide.downsamples if d <= downsample), default=1.0)
    side = max(16, min(BLOCK_PX, int(BLOCK_STORED_PX * stored / downsample)))
    for y in range(0, height, side):
        for x in range(0, width, side):
            cancel.raise_if_cancelled()
            rows, columns = min(side, height - y), min(side, width - x)
            block = slice(y, y + rows), slice(x, x + columns)
            region = RegionPx(
                round(x * downsample),
                round(y * downsample),
                round(columns * downsample),
                round(rows * downsample),
            )
            try:
                overview[block] = slide.read(region, SizePx(columns, rows))
            except SlideError:
                failed[block] = True
    return overview, failed


def optical_density(overview: Image, light: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean of the channels' log10 absorbance against the light, never negative.

    Returns
    -------
    (rows, columns) float32.
    """
    absorbance = absorbance_table(light)
    density = np.empty(overview.shape[:2], np.float32)
    for rows in strips(len(density)):
        density[rows] = _mean(absorbance[overview[rows, :, i], i] for i in range(3))
    return density


def absorbance_table(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """(256, 3) float32, log10 absorbance of each 8-bit value and channel, never negative."""
    values = np.arange(256, dtype=np.float32)[:, None]
    return np.maximum(-np.log10((values + 1) / (light + 1)), 0)


def is_padding(overview: Image) -> NDArray[np.bool_]:
    """(rows, columns) bool, pixels that no light path explains: pure white or pure black."""
    return (darkest(overview) >= WHITE) | (lightest(overview) <= BLACK)


def _flat_neutral(overview: Image) -> NDArray[np.bool_]:
    """Pixels of glass: no colour, no texture around them, and not dark."""
    grey = _mean(_channels(overview))
    colour = lightest(overview).astype(np.int16) - darkest(overview)
    mean = ndimage.uniform_filter(grey, 5)
    variance = ndimage.uniform_filter(grey**2, 5) - mean**2
    return (colour <= 16) & (variance <= 16.0) & (grey >= 120)


def _light(overview: Image, glass: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Colour of the glass; where too little is seen of it, that of a white one."""
    if glass.mean() < 0.002:
        return np.full(3, 245, np.float32)
    seen = overview[glass].astype(np.float32)
    grey = _mean(seen[:, i] for i in range(3))
    return np.median(seen[grey >= np.median(grey)], axis=0)


def _is_near(overview: Image, light: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Pixels that differ from the light by less than 8 in every channel."""
    near = np.ones(overview.shape[:2], np.bool_)
    for channel, value in zip(_channels(overview), light, strict=True):
        near &= np.abs(channel - value) < 8
    return near


def _is_tissue(
    overview: Image, density: NDArray[np.float32], background: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    threshold = float(np.clip(_otsu(density), DENSITY_FLOOR, DENSITY_CEILING))
    smooth = ndimage.gaussian_filter(density, 1.0)
    seed = (smooth > threshold) & ~background
    faint = (smooth > DENSITY_FLOOR) & ~background
    grown = ndimage.binary_propagation(seed, mask=faint)
    return grown & ~is_pen(overview) & ~is_padding(overview)


def lightest(pixels: NDArray[Any]) -> NDArray[Any]:
    """Largest of three channels; numpy's own maximum over a short axis is twenty times slower."""
    return np.maximum(np.maximum(pixels[..., 0], pixels[..., 1]), pixels[..., 2])


def darkest(pixels: NDArray[Any]) -> NDArray[Any]:
    """Smallest of three channels."""
    return np.minimum(np.minimum(pixels[..., 0], pixels[..., 1]), pixels[..., 2])


def _channels(overview: Image) -> Iterator[NDArray[np.float32]]:
    """One after the other: three at once are most of the memory that all this takes."""
    return (overview[..., i].astype(np.float32) for i in range(3))


def _mean(channels: Iterable[NDArray[np.float32]]) -> NDArray[np.float32]:
    left = iter(channels)
    total = next(left).copy()
    for channel in left:
        total += channel
    total /= np.float32(3)
    return total


def is_pen(overview: Image) -> NDArray[np.bool_]:
    """(rows, columns) bool, colours that H&E can't have: green, blue and black ink.

    Haematoxylin and eosin let least green through, ink of these colours lets more green
    through than red. Red ink is too near to eosin to be told by its colour.
    """
    found = np.empty(overview.shape[:2], np.bool_)
    for rows in strips(len(found)):
        strip = overview[rows]
        red, green = (strip[..., i].astype(np.int16) for i in (0, 1))
        lit = lightest(strip).astype(np.int16)
        depth = lit - darkest(strip)
        coloured = (green - red > 25) & (depth > 0.35 * lit)
        found[rows] = coloured | (lit < 55) & (depth < 20)
    return found


def _otsu(values: NDArray[np.float32]) -> float:
    """Threshold that parts values in two with the largest variance between the parts."""
    counts, edges = np.histogram(np.clip(values, 0, 1), 256, (0, 1))
    centres = (edges[1:] + edges[:-1]) / 2
    below = counts.cumsum()
    above = below[-1] - below
    total = (counts * centres).cumsum()
    valid = (below > 0) & (above > 0)
    if not valid.any():
        return DENSITY_FLOOR
    mean_below = total[valid] / below[valid]
    mean_above = (total[-1] - total[valid]) / above[valid]
    between = below[valid] * above[valid] * (mean_above - mean_below) ** 2
    return float(centres[valid][between.argmax()])


def _speck_px(slide: PixelSource, downsample: float) -> int:
    if slide.spacing is None:
        return SPECK_PX
    side = round(SPECK_UM / (slide.spacing.um_per_px * downsample))
    largest = min(slide.size.width, slide.size.height) / downsample / 8
    return max(SPECK_PX, min(side, int(largest)))


def _tidy(mask: NDArray[np.bool_], speck: int) -> NDArray[np.bool_]:
    """Close hairline gaps, drop dust, fill holes no larger than dust."""
    mask = ndimage.binary_closing(np.pad(mask, 2, mode="edge"), iterations=2)[2:-2, 2:-2]
    mask = _without_small(mask, speck**2)
    return ~_without_small(~mask, (4 * speck) ** 2)


def _without_small(mask: NDArray[np.bool_], area: int) -> NDArray[np.bool_]:
    labels, count = ndimage.label(mask)
    if not count:
        return mask
    sizes = np.zeros(count + 1, np.int64)
    for rows in strips(len(labels)):
        sizes += np.bincount(labels[rows].ravel(), minlength=count + 1)
    return (sizes >= area)[labels] & mask
