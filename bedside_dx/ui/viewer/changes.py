"""Where on the screen a raster differs from the one before: only that is drawn again."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect

from bedside_dx.core.geometry import PatchGrid
from bedside_dx.ui.viewer.overlay import Raster
from bedside_dx.ui.viewer.view import View

BLOCK_PX = 32
"""Side of the squares of the screen that are drawn again as a whole, screen px."""

MOST_CELLS = 2000
"""Changed cells in view from which all that is seen is drawn again at once."""

Change = tuple[Raster | None, Raster | None]
"""A raster before and after; None where there is none."""


def changed_places(changes: list[Change], grid: PatchGrid, view: View) -> list[QRect] | None:
    """Rectangles of the screen that look different; None where all of it may.

    Parameters
    ----------
    grid
        What cells are drawn on from now on.
    """
    rasters = [raster for change in changes for raster in change if raster is not None]
    if any(raster.grid != grid for raster in rasters):
        return None
    changed = np.zeros((grid.rows, grid.columns), bool)
    for before, after in changes:
        changed |= _differing(before, after, grid)
    if not changed.any():
        return []
    seen = QRect(0, 0, view.width, view.height)
    part = rasters[0].part_in(view, seen)
    left, top = max(part.left(), 0), max(part.top(), 0)
    rows, columns = np.nonzero(changed[top : part.bottom() + 1, left : part.right() + 1])
    if len(rows) > MOST_CELLS:
        return None
    cells = zip((columns + left).tolist(), (rows + top).tolist(), strict=True)
    return list(_runs(_touched((rasters[0].place(QRect(c - 1, r - 1, 3, 3), view)
                                .toAlignedRect() & seen for c, r in cells), seen)))  # fmt: skip


def _differing(before: Raster | None, after: Raster | None, grid: PatchGrid) -> NDArray[np.bool_]:
    """(rows, columns) bool, cells whose colour is another one."""
    bare = np.zeros((grid.rows, grid.columns), np.uint32)
    old = bare if before is None else before.colors
    new = bare if after is None else after.colors
    return old != new


def _touched(places: Iterator[QRect], seen: QRect) -> NDArray[np.bool_]:
    """Blocks of the screen, (down, across) bool, that these rectangles touch."""
    blocks = np.zeros((seen.height() // BLOCK_PX + 1, seen.width() // BLOCK_PX + 1), bool)
    for place in places:
        if not place.isEmpty():
            blocks[
                place.top() // BLOCK_PX : place.bottom() // BLOCK_PX + 1,
                place.left() // BLOCK_PX : place.right() // BLOCK_PX + 1,
            ] = True
    return blocks


def _runs(blocks: NDArray[np.bool_]) -> Iterator[QRect]:
    """Touched blocks that stand side by side, as one rectangle each."""
    padded = np.pad(blocks, ((0, 0), (1, 1))).astype(np.int8)
    edges = np.diff(padded, axis=1)
    starts, ends = np.argwhere(edges == 1), np.argwhere(edges == -1)
    for (row, start), (_, end) in zip(starts.tolist(), ends.tolist(), strict=True):
        yield QRect(start * BLOCK_PX, row * BLOCK_PX, (end - start) * BLOCK_PX, BLOCK_PX)
