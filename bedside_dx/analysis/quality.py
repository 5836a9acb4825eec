"""Which places can't carry a verdict: ink, saturation and darkness on the slide, blur in a patch.

A first, conservative version: it only leaves out what is plainly spoilt.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from bedside_dx.analysis.tissue import BLACK, TissueMask, is_pen, lightest
from bedside_dx.core.geometry import PatchGrid
from bedside_dx.core.ports import PixelSource

INK_REACH_UM, INK_REACH_PX = 10.0, 1
"""Ink bleeds: this far around it the colours are not the tissue's own."""
SATURATED = 1.35
"""Mean optical density from which nothing of the structure is left (folds, overstaining)."""
SPOILT_SHARE = 0.5
"""A cell is left out when this share of its tissue is spoilt."""
BLUR_STEP_PX = 4
BLUR_RATIO = 0.078
"""A patch is blurred below this ratio of squared differences over 1 px to those over 4 px. A
structure that is smooth over 4 px has (1/4)² = 0.0625; patches in focus have 0.09 and more."""


@dataclass(frozen=True)
class QualityMap:
    """Spoilt places on the raster of a tissue mask.

    Attributes
    ----------
    artefact
        (rows, columns) bool, tissue under ink, or too dark to show any structure.
    """

    artefact: NDArray[np.bool_]

    def spoilt(self, tissue: TissueMask, grid: PatchGrid) -> NDArray[np.bool_]:
        """(grid.rows, grid.columns) bool, cells most of whose tissue is spoilt."""
        part = tissue.mean(self.artefact, grid)
        whole = tissue.mean(tissue.mask | self.artefact, grid)
        return part > SPOILT_SHARE * np.maximum(whole, 1e-6)


def assess_quality(slide: PixelSource, tissue: TissueMask) -> QualityMap:
    """Find ink and saturation on the overview that the tissue was found on."""
    near = ndimage.binary_dilation(tissue.mask, iterations=2)
    ink = ndimage.binary_opening(is_pen(tissue.overview), iterations=1)
    ink = ndimage.binary_dilation(ink, iterations=_reach(slide, tissue)) & near
    dark = (tissue.density > SATURATED) & (lightest(tissue.overview) > BLACK)
    return QualityMap(ink | ndimage.binary_opening(dark, iterations=1))


def _reach(slide: PixelSource, tissue: TissueMask) -> int:
    if slide.spacing is None:
        return INK_REACH_PX
    return max(1, round(INK_REACH_UM / (slide.spacing.um_per_px * tissue.downsample)))


def is_blurred(patches: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Tell which patches are out of focus at the model's own scale.

    Parameters
    ----------
    patches
        (n, side, side, 3) uint8.

    Returns
    -------
    (n,) bool. A patch without structure is not called blurred.
    """
    green = patches[:, ::4, :, 1].astype(np.float32)
    fine = np.diff(green, axis=2)
    coarse = green[:, :, BLUR_STEP_PX:] - green[:, :, :-BLUR_STEP_PX]
    fine_energy = np.einsum("nij,nij->n", fine, fine) / fine[0].size
    coarse_energy = np.einsum("nij,nij->n", coarse, coarse) / coarse[0].size
    return (fine_energy < BLUR_RATIO * coarse_energy) & (coarse_energy > 9.0)
