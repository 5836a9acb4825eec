"""Planes through a volume: axial, coronal and sagittal, thin or as a thick slab."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from bedside_dx.core.scan import Plane, Vector, Volume

AXES = {"axial": 2, "coronal": 1, "sagittal": 0}
"""Axis of patient coordinates that each lies across."""
ALONG: dict[str, tuple[Vector, Vector]] = {
    "axial": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)),
    "coronal": ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0)),
    "sagittal": ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0)),
}
"""Directions of row and column: as a radiologist hangs them, patient's left at the right."""
STRAIGHT = 1e-4
MOST_LAYERS = 64


class Slab(StrEnum):
    """What is shown of a thick slab."""

    MEAN = "mean"
    MAX = "max"
    MIN = "min"


@dataclass(frozen=True)
class Cut:
    """A plane through a volume: (rows, columns) float32, NaN outside, and how it lies."""

    values: NDArray[np.float32]
    plane: Plane


def cut(
    volume: Volume, name: str, at_mm: float, *, thick_mm: float = 0.0, slab: Slab = Slab.MEAN
) -> Cut:
    """Cut a volume across one axis of the patient.

    Parameters
    ----------
    name
        A key of `AXES`.
    at_mm
        Place on that axis, patient coordinates.
    thick_mm
        Of the slab around it; 0 is a single plane, interpolated between voxels.
    """
    rows, columns, origin, spacing = _grid(volume, name, at_mm)
    plane = Plane(origin, *ALONG[name], spacing)
    step = min(volume.spacing)
    layers = min(max(1, round(thick_mm / step)), MOST_LAYERS)
    shifts = (np.arange(layers) - (layers - 1) / 2) * (thick_mm / layers if thick_mm else 0.0)
    normal = np.eye(3)[AXES[name]]
    result: NDArray[Any] | None = None
    known: NDArray[Any] | None = None
    for shift in shifts:
        layer = _layer(volume, plane, np.asarray(origin) + shift * normal, rows, columns)
        there = ~np.isnan(layer)
        if result is None or known is None:
            result, known = layer, there.astype(np.int32)
        elif slab is Slab.MEAN:
            result = np.where(there, np.where(known > 0, result, 0) + layer, result)
            known += there
        else:
            result = (np.fmax if slab is Slab.MAX else np.fmin)(result, layer)
    assert result is not None
    assert known is not None
    # At the ends of a volume a part of the slab holds nothing: the mean is of what is there.
    mean = result / np.maximum(known, 1) if slab is Slab.MEAN else result
    return Cut(mean.astype(np.float32), plane)


def _grid(volume: Volume, name: str, at_mm: float) -> tuple[int, int, Vector, tuple[float, float]]:
    """Size, origin and spacing that hold all of the volume at its own finest spacing."""
    depth, height, width = volume.values.shape
    corners = np.array(
        [[i, j, k] for i in (0, width - 1) for j in (0, height - 1) for k in (0, depth - 1)], float
    )
    mm = volume.to_mm(corners)
    row, column = (np.asarray(direction) for direction in ALONG[name])
    across, down = mm @ row, mm @ column
    steps = np.abs(volume.affine[:3, :3])
    # The voxels' own distance along the direction that each axis of the picture follows.
    by_row = float(volume.spacing[int(np.argmax(np.abs(row) @ steps))])
    by_column = float(volume.spacing[int(np.argmax(np.abs(column) @ steps))])
    columns = round(float(np.ptp(across)) / by_row) + 1
    rows = round(float(np.ptp(down)) / by_column) + 1
    origin = across.min() * row + down.min() * column + at_mm * np.eye(3)[AXES[name]]
    return (
        rows,
        columns,
        (float(origin[0]), float(origin[1]), float(origin[2])),
        (by_column, by_row),
    )


def _layer(
    volume: Volume, plane: Plane, origin: NDArray[np.float64], rows: int, columns: int
) -> NDArray[Any]:
    inverse = np.linalg.inv(volume.affine[:3, :3])
    start = inverse @ (origin - volume.affine[:3, 3])
    down = inverse @ (np.asarray(plane.along_column) * plane.spacing[0])
    across = inverse @ (np.asarray(plane.along_row) * plane.spacing[1])
    # Voxel axes are (slice, row, column), affines (column, row, slice).
    start, down, across = start[::-1], down[::-1], across[::-1]
    straight = _straight(volume, start, down, across, rows, columns)
    if straight is not None:
        return straight
    at = (
        start[:, None, None]
        + down[:, None, None] * np.arange(rows)[None, :, None]
        + across[:, None, None] * np.arange(columns)[None, None, :]
    )
    return ndimage.map_coordinates(
        volume.values, at, output=np.float32, order=1, mode="constant", cval=np.nan
    )


def _straight(
    volume: Volume,
    start: NDArray[np.float64],
    down: NDArray[np.float64],
    across: NDArray[np.float64],
    rows: int,
    columns: int,
) -> NDArray[Any] | None:
    """Read whole rows of voxels where the plane lies along the volume's own axes."""
    row_axis, column_axis = int(np.argmax(np.abs(down))), int(np.argmax(np.abs(across)))
    if row_axis == column_axis:
        return None
    fixed = 3 - row_axis - column_axis
    for vector, axis in ((down, row_axis), (across, column_axis)):
        if np.abs(np.delete(vector, axis)).max() * max(rows, columns) > STRAIGHT * 100:
            return None
        if abs(abs(vector[axis]) - 1) > STRAIGHT:
            return None
    places = [
        start[axis] + np.sign(v[axis]) * np.arange(n)
        for v, axis, n in ((down, row_axis, rows), (across, column_axis, columns))
    ]
    shape = volume.values.shape
    indices = [np.rint(place).astype(int) for place in places]
    for place, index, axis in zip(places, indices, (row_axis, column_axis), strict=True):
        if np.abs(place - index).max() > 0.01 or index.min() < 0 or index.max() >= shape[axis]:
            return None
    at = float(start[fixed])
    if not -0.5 <= at <= shape[fixed] - 0.5:
        return np.full((rows, columns), np.nan, np.float32)
    low = min(max(int(np.floor(at)), 0), shape[fixed] - 1)
    high = min(low + 1, shape[fixed] - 1)
    share = np.float32(min(max(at - low, 0.0), 1.0))

    def sheet(number: int) -> NDArray[Any]:
        taken = np.take(volume.values, number, axis=fixed)
        taken = taken if row_axis < column_axis else taken.T
        return taken[np.ix_(indices[0], indices[1])].astype(np.float32)

    first = sheet(low)
    return first if not share or high == low else first * (1 - share) + sheet(high) * share
