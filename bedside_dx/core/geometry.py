"""Sizes, regions and scale. Units are in the names: px of level 0 and µm never mix.

Pixel coordinates are those of level 0 (the finest), x to the right, y down, origin at
the top left corner of the image.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PLAUSIBLE_UM_PER_PX = (0.05, 10.0)
"""Finest and coarsest spacing in µm/px that a microscope slide at level 0 can have."""

OVERVIEW_UP_TO_UM_PER_PX = 200.0
"""Coarsest spacing in µm/px that the overview of a slide states; beyond it nothing is true."""

MAX_CONTRADICTION = 0.05
"""Most that an entered spacing may differ from a true-looking one of the file, as its share."""


@dataclass(frozen=True, slots=True)
class SizePx:
    """Width and height in pixels."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class RegionPx:
    """A rectangle in pixels of level 0."""

    x: int
    y: int
    width: int
    height: int


class SpacingSource(StrEnum):
    """Where a spacing was learned: it is shown beside the number, always."""

    FILE = "file"
    USER = "user"
    DERIVED = "derived"


@dataclass(frozen=True, slots=True)
class Spacing:
    """Width of one level-0 pixel, with its provenance.

    Attributes
    ----------
    um_per_px
        µm per pixel of level 0, the mean of both axes.
    source
        Who said so: the file, the user, or derived from other fields of the file.
    detail
        The field it came from, for example ``"aperio.MPP"`` or ``"tiff.XResolution"``.
    """

    um_per_px: float
    source: SpacingSource
    detail: str = ""


def is_plausible(um_per_px: float) -> bool:
    """Tell whether a spacing can be a microscope's (see `PLAUSIBLE_UM_PER_PX`)."""
    low, high = PLAUSIBLE_UM_PER_PX
    return low <= um_per_px <= high


def is_overview(spacing: Spacing) -> bool:
    """Tell whether a file states the spacing of an overview: true, but too coarse to read."""
    is_coarse = PLAUSIBLE_UM_PER_PX[1] < spacing.um_per_px <= OVERVIEW_UP_TO_UM_PER_PX
    return spacing.source is SpacingSource.FILE and is_coarse


def contradicts(own: Spacing, um_per_px: float) -> bool:
    """Tell whether a number speaks against what a file states and what can be true."""
    stated = own.um_per_px
    states = own.source is SpacingSource.FILE and (is_plausible(stated) or is_overview(own))
    return states and abs(um_per_px - stated) > MAX_CONTRADICTION * stated


@dataclass(frozen=True)
class PatchGrid:
    """A regular grid of square patches laid over level 0.

    Attributes
    ----------
    x0, y0
        Top left corner of cell (0, 0), px of level 0.
    step
        Distance between neighbouring patches, px of level 0 (need not be whole).
    side
        Side of the square that a patch covers, px of level 0.
    columns, rows
        Number of cells.
    """

    x0: float
    y0: float
    step: float
    side: float
    columns: int
    rows: int

    def corners(self, cells: NDArray[np.int32]) -> NDArray[np.float64]:
        """Top left corners of cells.

        Parameters
        ----------
        cells
            (n, 2) int32, column and row of each patch.

        Returns
        -------
        (n, 2) float64, x and y in px of level 0.
        """
        return cells.astype("float64") * self.step + (self.x0, self.y0)

    def region(self, column: int, row: int) -> RegionPx:
        """Square of level 0 that one patch covers, rounded to whole pixels."""
        side = round(self.side)
        return RegionPx(
            round(self.x0 + column * self.step), round(self.y0 + row * self.step), side, side
        )

    def cell_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Column and row of the patch whose cell holds a level-0 point, or None."""
        margin = (self.side - self.step) / 2
        column = int((x - self.x0 - margin) // self.step)
        row = int((y - self.y0 - margin) // self.step)
        inside = 0 <= column < self.columns and 0 <= row < self.rows
        return (column, row) if inside else None
