"""Planes through the slices of a series that is being looked at, thin or as a slab."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bedside_dx.imaging.dicom.reading import volume_affine
from bedside_dx.imaging.planes import AXES, Cut, Slab, cut

if TYPE_CHECKING:
    from bedside_dx.app.stacking import SliceStack
    from bedside_dx.core.scan import Series

__all__ = ["AXES", "Cut", "Slab", "cut_plane", "merge_slices", "range_along", "together"]

THICKEST = 64
"""Slices that a slab of a series' own planes takes together, at most."""

SLIVER_MM = 1e-3
"""Less of a slice than that is rounding."""


def range_along(series: Series, name: str) -> tuple[float, float, float]:
    """First and last place of a plane's axis, and the step between two, mm.

    Parameters
    ----------
    series
        One that makes a volume.
    name
        A key of `imaging.planes.AXES`.
    """
    affine, axis = volume_affine(series), AXES[name]
    ends = np.array([series.columns - 1, series.rows - 1, len(series.frames) - 1], float)
    corners = np.array([[i, j, k] for i in (0, 1) for j in (0, 1) for k in (0, 1)]) * ends
    places = corners @ affine[:3, :3].T[:, axis] + affine[axis, 3]
    along = np.abs(affine[axis, :3])
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    return float(places.min()), float(places.max()), float(spacing[int(np.argmax(along))])


def cut_plane(stack: SliceStack, name: str, number: int, thick_mm: float, slab: Slab) -> Cut | None:
    """Cut across an axis of the patient at one of its steps; None before the first slice."""
    volume = stack.volume()
    if volume is None:
        return None
    low, _, step = range_along(stack.series, name)
    return cut(volume, name, low + number * step, thick_mm=thick_mm, slab=slab)


def together(series: Series, number: int, thick_mm: float) -> dict[int, float]:
    """Slices that a slab around one of them takes together, and the share of each in it.

    A slice stands for half the way to its neighbours; the share is what of that lies within the
    slab, so that a mean is of as many mm as are said. Slices whose places are not known are
    taken alone.
    """
    planes = [frame.plane for frame in series.frames]
    middle = planes[number]
    if not thick_mm or middle is None or any(plane is None for plane in planes):
        return {number: 1.0}
    depths = np.array([plane.origin for plane in planes if plane]) @ middle.normal
    depths -= depths[number]
    if len(depths) < 2 or (np.diff(depths) < 0).any():
        return {number: 1.0}  # they lie across each other
    halves = (depths[1:] + depths[:-1]) / 2
    ends = 2 * depths[0] - halves[0], 2 * depths[-1] - halves[-1]
    low, high = np.append(ends[0], halves), np.append(halves, ends[1])
    inside = np.minimum(high, thick_mm / 2) - np.maximum(low, -thick_mm / 2)
    within = [int(at) for at in np.flatnonzero(inside > SLIVER_MM)]
    nearest = sorted(within, key=lambda at: abs(at - number))[:THICKEST]
    shares = {at: float(inside[at]) for at in sorted(nearest)}
    return shares or {number: 1.0}


def merge_slices(
    stack: SliceStack, number: int, thick_mm: float, slab: Slab
) -> NDArray[Any] | None:
    """Slices of a slab in one; None before the first of them."""
    shares = together(stack.series, number, thick_mm)
    there = {at: values for at in shares if (values := stack.slice(at)) is not None}
    known = list(there.values())
    if not known or known[0].ndim == 3:
        return stack.slice(number) if known else None
    if slab is Slab.MEAN:
        mean, whole = np.zeros(known[0].shape, np.float32), sum(shares[at] for at in there)
        for at, values in there.items():
            mean += values * np.float32(shares[at] / whole)
        return mean
    merged = known[0].copy()
    for values in known[1:]:
        (np.maximum if slab is Slab.MAX else np.minimum)(merged, values, out=merged)
    return merged
