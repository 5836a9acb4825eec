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


def together(series: Series, number: int, thick_mm: float) -> range:
    """Slices that a slab around one of them takes together."""
    each = series.between or 1.0
    half = min(round(thick_mm / each), THICKEST) // 2
    return range(max(0, number - half), min(len(series.frames), number + half + 1))


def merge_slices(
    stack: SliceStack, number: int, thick_mm: float, slab: Slab
) -> NDArray[Any] | None:
    """Slices of a slab in one; None before the first of them."""
    there = [stack.slice(at) for at in together(stack.series, number, thick_mm)]
    known = [values for values in there if values is not None]
    if not known or known[0].ndim == 3:
        return known[0] if known else None
    if slab is Slab.MEAN:
        return np.asarray(np.mean(known, axis=0, dtype=np.float32))
    merged = known[0].copy()
    for values in known[1:]:
        (np.maximum if slab is Slab.MAX else np.minimum)(merged, values, out=merged)
    return merged
