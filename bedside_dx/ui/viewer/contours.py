"""Lines around the cells of a grid whose value lies above a limit."""

from __future__ import annotations

from typing import Any

import contourpy
import numpy as np
from numpy.typing import NDArray

from bedside_dx.core.geometry import PatchGrid

Polyline = NDArray[np.float64]
"""(n, 2) float64, x and y in px of level 0; closed where the last point is the first."""


def trace(raster: NDArray[Any], grid: PatchGrid, limit: float = 0.5) -> list[Polyline]:
    """Trace where a raster crosses a limit.

    Parameters
    ----------
    raster
        (rows, columns), bool or float; NaN counts as nothing.
    limit
        Value on the line.

    Returns
    -------
    Closed lines through the cells' middles, as a person would draw them.
    """
    values = np.pad(np.nan_to_num(raster.astype(np.float64)), 1)
    lines = contourpy.contour_generator(z=values).lines(limit)
    corner = np.array([grid.x0, grid.y0]) + grid.side / 2 - grid.step
    return [corner + np.asarray(line, np.float64) * grid.step for line in lines]
