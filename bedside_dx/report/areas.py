"""The area a verdict is about: its patches merged into outlines with holes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from bedside_dx.core.heatmap import is_judged, shown_class
from bedside_dx.core.model_input import ModelInput
from bedside_dx.core.verdict import Status

if TYPE_CHECKING:
    from bedside_dx.core.geometry import PatchGrid
    from bedside_dx.core.results import Findings, Report

Corner = tuple[int, int]
"""Column and row of a corner of the grid: corner (0, 0) is the top left of cell (0, 0)."""

Ring = list[Corner]
"""Corners of a closed outline, the first not repeated at the end."""

NO_CALL = -1


@dataclass(frozen=True)
class Area:
    """One connected region of cells of one class.

    Attributes
    ----------
    outline, holes
        In corners of the grid.
    first_cell
        Column and row of its topmost, then leftmost cell: it names the region.
    cells
        Number of cells.
    probability
        Mean over its patches, 0 to 1.
    """

    outline: Ring
    holes: tuple[Ring, ...]
    first_cell: Corner
    cells: int
    probability: float


def calls(findings: Findings) -> NDArray[np.int16]:
    """Likeliest class of each patch.

    The verdict's area fractions count otherwise: there a patch may hold two kinds of tissue.

    Returns
    -------
    (n,) int16, column of the class; `NO_CALL` where a patch was not analysed or is unlike
    the training data.
    """
    known = np.nan_to_num(findings.probabilities, nan=-1.0)
    likeliest = known.argmax(axis=1) if len(known) else np.empty(0, np.int64)
    return np.where(is_judged(findings), likeliest, NO_CALL).astype(np.int16)


def judged_mm2(findings: Findings) -> float | None:
    """Area that the fractions are of: tissue that was analysed and is familiar, mm²."""
    return tissue_mm2(findings, is_judged(findings))


def tissue_mm2(findings: Findings, which: NDArray[np.bool_]) -> float | None:
    """Tissue in some patches, mm²; None without a scale."""
    if findings.cell_mm2 is None:
        return None
    return float(findings.tissue[which].sum(dtype=np.float64)) * findings.cell_mm2


def verdict_areas(report: Report) -> tuple[Area, ...]:
    """Regions of the class that the verdict names, largest first.

    Empty where the verdict names no abnormal class, and for whole images: they have no map.
    """
    diagnosis, findings = report.diagnosis, report.findings
    names_a_class = diagnosis.status in {Status.PRESENT, Status.SUSPICIOUS}
    if not names_a_class or report.model.input is ModelInput.WHOLE_IMAGE:
        return ()
    column = shown_class(findings, diagnosis)
    return areas_of(findings, calls(findings) == column, findings.probabilities[:, column])


def areas_of(
    findings: Findings, inside: NDArray[np.bool_], probability: NDArray[np.float32]
) -> tuple[Area, ...]:
    """Merge the cells of chosen patches into connected regions, largest first.

    Parameters
    ----------
    inside
        (n,) bool.
    probability
        (n,) float32, averaged over each region.
    """
    mask = np.nan_to_num(findings.raster(inside.astype(np.float32))) > 0.5
    values = np.nan_to_num(findings.raster(probability))
    labels = np.asarray(ndimage.label(mask)[0], dtype=np.int32)
    areas = [
        _area(labels, values, label, (box[0], box[1]))
        for label, box in enumerate(ndimage.find_objects(labels), start=1)
    ]
    return tuple(sorted(areas, key=lambda area: (-area.cells, area.first_cell)))


def corner_px(grid: PatchGrid, corner: Corner) -> tuple[float, float]:
    """Where a corner of the grid's cells lies, px of level 0."""
    margin = (grid.side - grid.step) / 2
    return grid.x0 + margin + corner[0] * grid.step, grid.y0 + margin + corner[1] * grid.step


def _area(
    labels: NDArray[np.int32],
    values: NDArray[np.float32],
    label: int,
    box: tuple[slice, slice],
) -> Area:
    mask = labels[box] == label
    top, left = box[0].start, box[1].start
    rings = [[(x + left, y + top) for x, y in ring] for ring in outlines(mask)]
    outer = max(rings, key=_signed_area)
    row, column = np.argwhere(mask)[0]
    return Area(
        outline=outer,
        holes=tuple(ring for ring in rings if ring is not outer),
        first_cell=(int(column) + left, int(row) + top),
        cells=int(mask.sum()),
        probability=float(values[box][mask].mean()),
    )


def outlines(mask: NDArray[np.bool_]) -> list[Ring]:
    """Outlines of one 4-connected region: the outer one clockwise, its holes the other way.

    Where two cells of the region touch at a corner only, the outline passes on to the
    other cell: so a hole that touches the outside there stays a hole, and no ring crosses
    or touches itself.
    """
    steps = _boundary_steps(mask)
    rings: list[Ring] = []
    while steps:
        start = next(iter(steps))
        ring, at, came = [start], start, (0, 0)
        while True:
            after = _leave(steps, at, came)
            came = (after[0] - at[0], after[1] - at[1])
            if after == start:
                break
            ring.append(after)
            at = after
        rings.append(_without_straight_corners(ring))
    return rings


def _boundary_steps(mask: NDArray[np.bool_]) -> dict[Corner, list[Corner]]:
    """Unit steps along the boundary, with the region on the right-hand side."""
    padded = np.pad(mask, 1)
    inner = padded[1:-1, 1:-1]
    steps: defaultdict[Corner, list[Corner]] = defaultdict(list)
    sides = (
        (padded[:-2, 1:-1], (0, 0), (1, 0)),
        (padded[1:-1, 2:], (1, 0), (1, 1)),
        (padded[2:, 1:-1], (1, 1), (0, 1)),
        (padded[1:-1, :-2], (0, 1), (0, 0)),
    )
    for neighbour, a, b in sides:
        for row, column in np.argwhere(inner & ~neighbour).tolist():
            steps[column + a[0], row + a[1]].append((column + b[0], row + b[1]))
    return dict(steps)


def _leave(steps: dict[Corner, list[Corner]], at: Corner, came: Corner) -> Corner:
    """Take the step that leaves a corner; of two, the one that turns left."""
    choices = steps[at]
    left = (at[0] + came[1], at[1] - came[0])
    after = left if len(choices) > 1 and left in choices else choices[0]
    choices.remove(after)
    if not choices:
        del steps[at]
    return after


def _without_straight_corners(ring: Ring) -> Ring:
    kept: Ring = []
    for i, (x, y) in enumerate(ring):
        (x0, y0), (x1, y1) = ring[i - 1], ring[(i + 1) % len(ring)]
        if not (x0 == x == x1 or y0 == y == y1):
            kept.append((x, y))
    return kept


def _signed_area(ring: Ring) -> float:
    corners = np.array(ring, dtype=np.float64)
    x, y = corners[:, 0], corners[:, 1]
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y) / 2)
