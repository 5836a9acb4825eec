"""Where the model looks, and in which order."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bedside_dx.analysis.quality import QualityMap
from bedside_dx.analysis.tissue import TissueMask
from bedside_dx.core.geometry import PatchGrid, RegionPx, SizePx
from bedside_dx.core.model_card import ModelCard
from bedside_dx.core.model_input import ModelInput
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.ports import PixelSource

LEAST_TISSUE = 0.05
"""Share of tissue from which a cell is looked at."""
COARSEST_BLOCK = 16
"""Cells along the side of the blocks that the first patches are taken from, one each."""


@dataclass(frozen=True)
class PatchPlan:
    """What to read, most informative first; n patches.

    Attributes
    ----------
    cells
        (n, 2) int32, column and row on the grid.
    tissue
        (n,) float32, share of each cell that is tissue, 0 to 1.
    state
        (n,) uint8, `PatchState`: pending, or what spoils it where nothing needs to be read.
    cell_mm2
        Area of a cell; None without a scale.
    whole
        Region to read instead of the cells' squares, for whole-image models.
    """

    grid: PatchGrid
    cells: NDArray[np.int32]
    tissue: NDArray[np.float32]
    state: NDArray[np.uint8]
    cell_mm2: float | None
    whole: RegionPx | None = None

    def region(self, patch: int) -> RegionPx:
        """Region of level 0 that a patch shows."""
        return self.whole or self.grid.region(int(self.cells[patch, 0]), int(self.cells[patch, 1]))


def plan_patches(
    tissue: TissueMask, quality: QualityMap, card: ModelCard, slide: PixelSource
) -> PatchPlan:
    """Lay the model's grid over the slide and order the cells that hold tissue.

    Neighbouring patches touch or overlap a little, so that the last ones end at the image's
    edge. Every cell that holds tissue is in the plan exactly once.
    """
    if card.input is ModelInput.WHOLE_IMAGE:
        return plan_whole_image(slide)
    if card.spacing_um_px is None or slide.spacing is None:
        raise ValueError("a patch model needs the scale of both sides: call check_scale first")
    grid = lay_grid(slide.size, card.patch_px * card.spacing_um_px / slide.spacing.um_per_px)
    share = tissue.mean(quality.tissue, grid)
    rows, columns = np.nonzero(share >= LEAST_TISSUE)
    cells = np.stack([columns, rows], 1).astype(np.int32)
    order = informative_order(cells, tissue.mean(tissue.density, grid)[rows, columns])
    state = quality.states(tissue, grid)[rows, columns]
    side_mm = grid.step * slide.spacing.um_per_px / 1000
    return PatchPlan(grid, cells[order], share[rows, columns][order], state[order], side_mm**2)


def plan_whole_image(slide: PixelSource) -> PatchPlan:
    """One patch: the whole image, squeezed to the model's square as in its training."""
    size = slide.size
    side = float(max(size.width, size.height))
    return PatchPlan(
        grid=PatchGrid(0.0, 0.0, side, side, 1, 1),
        cells=np.zeros((1, 2), np.int32),
        tissue=np.ones(1, np.float32),
        state=np.full(1, PatchState.PENDING, np.uint8),
        cell_mm2=None,
        whole=RegionPx(0, 0, size.width, size.height),
    )


def lay_grid(size: SizePx, side: float) -> PatchGrid:
    """Cover an image with squares that overlap just enough to end at its edges.

    Parameters
    ----------
    side
        Side of a patch in px of level 0.
    """
    columns, rows = (max(1, math.ceil(extent / side)) for extent in (size.width, size.height))
    steps = [
        (extent - side) / (cells - 1)
        for extent, cells in ((size.width, columns), (size.height, rows))
        if cells > 1
    ]
    step = max(steps, default=side)
    return PatchGrid(
        x0=(size.width - (columns - 1) * step - side) / 2,
        y0=(size.height - (rows - 1) * step - side) / 2,
        step=step,
        side=side,
        columns=columns,
        rows=rows,
    )


def informative_order(
    cells: NDArray[np.int32], cellularity: NDArray[np.float32]
) -> NDArray[np.int64]:
    """Order cells so that any first part of them shows the whole slide, darkest places first.

    Of each block of 16 × 16 cells the darkest comes first, then of each block of 8 × 8 the
    darkest that is left, down to single cells.

    Parameters
    ----------
    cells
        (n, 2) int32, column and row.
    cellularity
        (n,) float32, higher is more worth looking at.

    Returns
    -------
    (n,) int64, a permutation.
    """
    by_darkness = np.argsort(-cellularity, kind="stable")
    left = by_darkness
    parts: list[NDArray[np.int64]] = []
    block = COARSEST_BLOCK
    while block > 1 and len(left):
        at = cells[left] // block
        key = at[:, 1].astype(np.int64) * (cells[:, 0].max() // block + 1) + at[:, 0]
        first = np.sort(np.unique(key, return_index=True)[1])
        parts.append(left[first])
        left = np.delete(left, first)
        block //= 2
    scattered = np.argsort(_bit_reversed(cells[left]), kind="stable")
    return np.concatenate([*parts, left[scattered]])


def _bit_reversed(cells: NDArray[np.int32]) -> NDArray[np.int64]:
    """Interleave the bits of column and row, lowest first: neighbours end up far apart."""
    key = np.zeros(len(cells), np.int64)
    for bit in range(16):
        for axis in (0, 1):
            key = (key << 1) | ((cells[:, axis] >> bit) & 1)
    return key
