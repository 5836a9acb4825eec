"""What was drawn on a series, laid over it: segments, contours and maps, on any of its planes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bedside_dx.core.errors import ImagingError
from bedside_dx.core.scan import Contours, Kind, Volume, affine_of
from bedside_dx.imaging.dicom.overlaying import contours_on, each_mask, map_values
from bedside_dx.imaging.dicom.reading import volume_affine

if TYPE_CHECKING:
    from bedside_dx.core.marks import Marked, VolumeCard
    from bedside_dx.core.scan import Plane, Series, Study
    from bedside_dx.imaging.dicom.reading import ScanReader

DRAWN = (Kind.SEGMENTATION, Kind.CONTOURS, Kind.VALUES)
MOST_VOXELS = 200_000_000
"""Of a series that a segmentation is laid over: more would not fit the memory."""
NEAR_MM = 0.5
STRAIGHT = 1e-3
"""Voxels by which an index may drift along a whole plane and still count as the same."""
Points = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Overlay:
    """One segment, structure or map, in patient coordinates.

    Attributes
    ----------
    name
        As the file calls it; empty where it does not.
    color
        As the file proposes it; None where it proposes none, and of a map.
    volume
        Of a segment 0 to 255 around where it is drawn, of a map its values in `unit`; None of
        contours.
    contours
        None of all else.
    low, high
        Range of a map's values, which its legend shows.
    outside
        Share of a segment that lies outside the series, 0 to 1.
    """

    kind: Kind
    name: str
    color: tuple[int, int, int] | None = None
    volume: Volume | None = None
    contours: Contours | None = None
    low: float = 0.0
    high: float = 1.0
    outside: float = 0.0

    @property
    def unit(self) -> str:
        """Of a map's values, as its file states it."""
        return self.volume.unit if self.volume is not None else ""


def drawn_in(study: Study) -> tuple[Series, ...]:
    """What was drawn on the images of a study."""
    return tuple(series for series in study.series if series.kind in DRAWN)


def overlays_of(reader: ScanReader, drawn: Series, on: Series) -> tuple[Overlay, ...]:
    """Read what was drawn, to be laid over a series.

    Raises
    ------
    ImagingError
        ``scan.other-frame``: it was drawn in other patient coordinates; ``scan.no-volume``: the
        series does not say where it lies; ``scan.no-memory``; or as `ScanReader.ask`.
    """
    sources = list(dict.fromkeys(frame.source for frame in drawn.frames))
    names_another = drawn.refers_to and on.own_name not in drawn.refers_to
    if names_another and not drawn.frame_of_reference:
        raise ImagingError("scan.other-frame", path=sources[0].path)
    found: list[Overlay] = []
    for source in sources:
        if drawn.kind is Kind.SEGMENTATION:
            grid = grid_of(on)
            for mask in each_mask(reader, source, grid):
                volume = _cropped(mask.values, grid.affine)
                found.append(
                    Overlay(drawn.kind, mask.name, mask.color, volume, outside=mask.outside)
                )
        elif drawn.kind is Kind.CONTOURS:
            found += [
                Overlay(drawn.kind, one.name, one.color, contours=one)
                for one in contours_on(reader, source, grid_of(on))
            ]
        else:
            values = map_values(reader, source)
            if values.frame_of_reference != on.frame_of_reference or not on.frame_of_reference:
                raise ImagingError("scan.other-frame", path=source.path)
            known = values.values[np.isfinite(values.values)]
            low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
            found.append(Overlay(drawn.kind, drawn.description, volume=values, low=low, high=high))
    return tuple(found)


def overlays_of_marks(marked: Marked, volume: Volume, card: VolumeCard) -> tuple[Overlay, ...]:
    """What a network marked, one overlay a class in the card's order; its names are the card's."""
    found: list[Overlay] = []
    for number, (one, mark) in enumerate(zip(card.classes, marked.marks, strict=True), 1):
        first, last = mark.slices or (0, 0)
        affine = volume.affine.copy()
        affine[:3, 3] += first * affine[:3, 2]
        drawn = _cropped(marked.values[first : last + 1] == number, affine)
        found.append(Overlay(Kind.SEGMENTATION, "", one.color, drawn))
    return tuple(found)


def grid_of(series: Series) -> Volume:
    """Voxels of a series without their values: they need not have been read.

    Raises
    ------
    ImagingError
        ``scan.no-volume``, ``scan.no-memory``
    """
    first, path = series.frames[0].plane, series.frames[0].source.path
    if first is None:
        raise ImagingError("scan.no-volume", path=path)
    single = len(series.frames) == 1
    affine = affine_of(first, first.normal) if single else volume_affine(series)
    shape = (len(series.frames), series.rows, series.columns)
    if np.prod(shape, dtype=np.int64) > MOST_VOXELS:
        raise ImagingError("scan.no-memory", path=path)
    nothing = np.broadcast_to(np.int16(0), shape)
    return Volume(nothing, affine, series.unit, series.frame_of_reference)


def _cropped(values: NDArray[Any], affine: NDArray[np.float64]) -> Volume:
    """The part of a segment (values 0 to 1) that is drawn, in bytes: most of a volume is empty."""
    used = [np.flatnonzero(values.any(axis=axes)) for axes in ((1, 2), (0, 2), (0, 1))]
    if not len(used[0]):
        return Volume(np.zeros((1, 1, 1), np.uint8), affine)
    (k, k1), (j, j1), (i, i1) = ((int(one[0]), int(one[-1]) + 1) for one in used)
    moved = affine.copy()
    moved[:3, 3] = affine[:3, :3] @ (i, j, k) + affine[:3, 3]
    part = values[k:k1, j:j1, i:i1]
    if part.dtype == np.bool_:
        return Volume(part.astype(np.uint8) * np.uint8(255), moved)
    return Volume(np.rint(part * 255).astype(np.uint8), moved)


def crosses(volume: Volume, plane: Plane) -> bool:
    """Whether a plane comes through a volume at all; told by its corners, before any voxel."""
    sides = np.array(volume.values.shape[::-1])
    corners = np.array([[i, j, k] for i in (0, 1) for j in (0, 1) for k in (0, 1)]) * sides - 0.5
    apart = (volume.to_mm(corners) - np.asarray(plane.origin)) @ plane.normal
    return bool(apart.min() <= 0 <= apart.max())


def values_on(volume: Volume, plane: Plane, size: tuple[int, int]) -> NDArray[np.float32]:
    """Values of the nearest voxels on a plane's pixels; (rows, columns), NaN outside.

    Parameters
    ----------
    size
        Rows and columns of the plane.
    """
    inverse = np.linalg.inv(volume.affine[:3, :3])
    start = (inverse @ (np.asarray(plane.origin) - volume.affine[:3, 3]))[::-1]
    down = (inverse @ np.asarray(plane.along_column) * plane.spacing[0])[::-1]
    across = (inverse @ np.asarray(plane.along_row) * plane.spacing[1])[::-1]
    rows, columns = np.arange(size[0])[:, None], np.arange(size[1])[None, :]
    places: list[NDArray[np.intp]] = []
    inside = np.ones((1, 1), np.bool_)
    for axis, limit in enumerate(volume.values.shape):
        at: NDArray[np.float64] = np.full((1, 1), start[axis])
        # A plane along the voxels' own axes needs one index a row and one a column.
        if abs(down[axis]) * size[0] > STRAIGHT:
            at = at + down[axis] * rows
        if abs(across[axis]) * size[1] > STRAIGHT:
            at = at + across[axis] * columns
        nearest = np.rint(at).astype(np.intp)
        inside = inside & (nearest >= 0) & (nearest < limit)
        places.append(nearest.clip(0, limit - 1))
    found = np.broadcast_to(volume.values[tuple(places)], size)
    return np.where(inside, found, np.float32(np.nan)).astype(np.float32)


def border_of(mask: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Pixels of a segment that touch what is outside it, by a side; at the plane's edge all do."""
    inside = mask >= 127.5  # what is not a number is not
    core = np.zeros_like(inside)
    core[1:-1, 1:-1] = inside[:-2, 1:-1] & inside[2:, 1:-1] & inside[1:-1, :-2] & inside[1:-1, 2:]
    return inside & ~core


def lines_on(contours: Contours, plane: Plane, near_mm: float = NEAR_MM) -> list[Points]:
    """Lines of a structure on a plane, each (n, 3) mm.

    Along the drawn contours these are the contours themselves, within `near_mm`; across them,
    the pieces of the plane's line through each closed contour that lie inside it.
    """
    found: list[Points] = []
    for line, is_open in zip(contours.lines, contours.is_open, strict=True):
        apart = (line - np.asarray(plane.origin)) @ plane.normal
        if (np.abs(apart) <= near_mm).all():
            found.append(line if is_open else np.vstack([line, line[:1]]))
        elif not is_open and apart.min() < 0 < apart.max():
            found += _pieces(line, apart, plane)
    return found


def _pieces(line: Points, apart: NDArray[np.float64], plane: Plane) -> list[Points]:
    """Where a plane cuts a closed contour, taken two by two along the cut."""
    after, next_apart = np.roll(line, -1, 0), np.roll(apart, -1)
    crosses = np.flatnonzero((apart < 0) != (next_apart < 0))
    share = (apart[crosses] / (apart[crosses] - next_apart[crosses]))[:, None]
    points = line[crosses] + share * (after[crosses] - line[crosses])
    way = np.array([np.asarray(plane.along_row), np.asarray(plane.along_column)])
    flat = points @ way.T
    order = np.argsort(flat[:, int(np.argmax(np.ptp(flat, axis=0)))])
    return [points[order[at : at + 2]] for at in range(0, len(order) - 1, 2)]
