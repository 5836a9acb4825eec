"""Places on the slide that show something best."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bedside_dx.core.geometry import RegionPx
    from bedside_dx.core.results import Findings


def densest(findings: Findings, which: NDArray[np.bool_]) -> RegionPx | None:
    """Place where patches of some kind lie closest together; None if there are none.

    Parameters
    ----------
    which
        (n,) bool.
    """
    if not which.any():
        return None
    area = np.where(which, findings.tissue, 0).astype(np.float32)
    raster = np.pad(np.nan_to_num(findings.raster(area)), 1)
    rows, columns = findings.grid.rows, findings.grid.columns
    shifts = [(y, x) for y in range(3) for x in range(3)]
    around = np.sum([raster[y : y + rows, x : x + columns] for y, x in shifts], axis=0)
    at_patch = around[findings.cells[:, 1], findings.cells[:, 0]]
    patch = int(np.where(which, at_patch, -1).argmax())
    return findings.grid.region(int(findings.cells[patch, 0]), int(findings.cells[patch, 1]))
