"""Segmentations, contours and maps laid over a volume, in its frame of reference or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from bedside_dx.core.errors import ImagingError
from bedside_dx.core.scan import Contours, Mask, Plane, Volume, affine_of
from bedside_dx.imaging.dicom.grouping import plane_of
from bedside_dx.imaging.dicom.reading import as_array

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bedside_dx.core.scan import Source
    from bedside_dx.imaging.dicom.reading import ScanReader


def masks_on(reader: ScanReader, source: Source, volume: Volume) -> tuple[Mask, ...]:
    """All segments of a DICOM SEG at once; see `each_mask`."""
    return tuple(each_mask(reader, source, volume))


def each_mask(reader: ScanReader, source: Source, volume: Volume) -> Iterator[Mask]:
    """Segments of a DICOM SEG on the voxels of a volume, each voxel by the nearest drawn one.

    One after the other: each is as large as the volume.

    Raises
    ------
    ImagingError
        ``scan.other-frame``: it was drawn in other coordinates; ``scan.damaged``: it does not
        say where it lies; or as `ScanReader.ask`.
    """
    answer = reader.ask("drawn:read_stack", source)
    head = cast("dict[str, Any]", answer.value)
    _check_frame(head["frame"], volume, source)
    frames, planes = as_array(answer).astype(np.float32) / head["full"], _planes(head, source)
    for number, name, color in head["segments"]:
        which = [at for at, of in enumerate(head["of"]) if of == number]
        values = np.zeros(volume.values.shape, np.float32)
        drawn = landed = 0
        for at in which:
            drawn += int((frames[at] > 0).sum())
            landed += _lay(frames[at], planes[at], volume, values)
        outside = max(0.0, 1 - landed / drawn) if drawn else 0.0
        yield Mask(name, tuple(color) if color else None, values, outside)


def contours_on(reader: ScanReader, source: Source, volume: Volume) -> tuple[Contours, ...]:
    """Structures of an RTSTRUCT in a volume's patient coordinates.

    Raises
    ------
    ImagingError
        ``scan.other-frame`` where none was drawn in them; or as `ScanReader.ask`.
    """
    stated = cast("list[Any]", reader.ask("drawn:read_contours", source).value)
    same = [s for s in stated if s[0] == volume.frame_of_reference or not s[0]]
    if stated and not same:
        raise ImagingError("scan.other-frame", path=source.path)
    return tuple(
        Contours(
            name,
            (color[0], color[1], color[2]) if len(color) == 3 else None,
            tuple(np.reshape(np.asarray(line, np.float64), (-1, 3)) for line in lines),
            tuple(is_open),
        )
        for _, name, color, lines, is_open in same
    )


def map_values(reader: ScanReader, source: Source) -> Volume:
    """A parametric map as a volume of its own, in the unit that it states.

    Raises
    ------
    ImagingError
        ``scan.no-volume``: it does not say where it lies; or as `ScanReader.ask`.
    """
    answer = reader.ask("drawn:read_stack", source)
    head = cast("dict[str, Any]", answer.value)
    planes = _planes(head, source)
    slope, intercept, unit = head["map"]
    order = np.argsort([plane.depth for plane in planes])
    values = as_array(answer)[order].astype(np.float32) * np.float32(slope) + np.float32(intercept)
    first, last = planes[int(order[0])], planes[int(order[-1])]
    steps = max(len(planes) - 1, 1)
    step = np.subtract(last.origin, first.origin) / steps if len(planes) > 1 else first.normal
    return Volume(values, affine_of(first, step), unit, head["frame"])


def _check_frame(frame: str, volume: Volume, source: Source) -> None:
    if frame != volume.frame_of_reference:
        raise ImagingError("scan.other-frame", path=source.path)


def _planes(head: dict[str, Any], source: Source) -> Sequence[Plane]:
    planes = [plane_of(place) for place in head["places"]]
    if not planes or any(plane is None for plane in planes):
        raise ImagingError("scan.damaged", path=source.path)
    return cast("list[Plane]", planes)


def _lay(
    drawn: NDArray[np.float32], plane: Plane, volume: Volume, values: NDArray[np.float32]
) -> int:
    """Lay one drawn image on the slice that it belongs to; drawn pixels that found a place."""
    rows, columns = np.nonzero(drawn)
    if not len(rows):
        return 0
    across = np.asarray(plane.along_row) * plane.spacing[1]
    down = np.asarray(plane.along_column) * plane.spacing[0]
    mm = np.asarray(plane.origin) + columns[:, None] * across + rows[:, None] * down
    at = np.rint(volume.to_indices(mm)).astype(int)
    size = np.array(values.shape)[::-1]
    inside = ((at >= 0) & (at < size)).all(1)
    # A drawing coarser than the volume covers several voxels, so voxels ask for their pixel.
    slices = np.unique(at[inside, 2])
    affine = np.stack([across, down], 1)
    solve = np.linalg.pinv(affine)
    grid = np.indices(values.shape[1:]).reshape(2, -1)[::-1]
    for number in slices:
        places = volume.to_mm(np.vstack([grid, np.full(grid.shape[1], number)]).T.astype(float))
        found = np.rint((places - np.asarray(plane.origin)) @ solve.T).astype(int)
        ok = (found >= 0).all(1) & (found[:, 0] < drawn.shape[1]) & (found[:, 1] < drawn.shape[0])
        taken = np.zeros(grid.shape[1], np.float32)
        taken[ok] = drawn[found[ok, 1], found[ok, 0]]
        np.maximum(values[number], taken.reshape(values.shape[1:]), out=values[number])
    return int(inside.sum())
