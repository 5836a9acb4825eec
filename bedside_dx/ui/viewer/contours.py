"""Lines around the cells of a grid whose value reaches a limit."""

from __future__ import annotations

from typing import Any

import contourpy
import numpy as np
from numpy.typing import NDArray

from bedside_dx.core.geometry import PatchGrid

Polyline = NDArray[np.float64]
"""(n, 2) float64, x and y in px of level 0; closed where the last point is the first."""

FINER = 3
"""Points that each cell is split into, across and down: corners are cut by half of one."""


def trace(raster: NDArray[Any], grid: PatchGrid, limit: float = 0.5) -> list[Polyline]:
    """Trace the border of what reaches a limit.

    The lines run along the cells' edges, so that they enclose what a heatmap of the same
    raster colours: a line through the cells' middles would make a diamond of a single one.

    Parameters
    ----------
    raster
        (rows, columns), bool or float; NaN counts as nothing.
    limit
        Least value of a cell that is enclosed.
    """
    inside = np.nan_to_num(raster.astype(np.float64), nan=-np.inf) >= limit
    points = inside.repeat(FINER, 0).repeat(FINER, 1)
    lines = contourpy.contour_generator(z=np.pad(points, 1).astype(np.float64)).lines(0.5)
    margin = (grid.side - grid.step) / 2
    corner = np.array([grid.x0, grid.y0]) + margin
    return [corner + (_bends(np.asarray(line)) - 0.5) / FINER * grid.step for line in lines]


def _bends(line: Polyline) -> Polyline:
    """Leave out the points that lie on a straight way from one neighbour to the next."""
    steps = np.diff(line, axis=0)
    turns = np.any(np.abs(np.diff(steps, axis=0)) > 1e-9, axis=1)
    return line[np.concatenate([[True], turns, [True]])]
