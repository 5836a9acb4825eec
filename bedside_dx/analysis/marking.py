"""Probabilities on a network's grid become marked voxels of the series, with their volume."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bedside_dx.analysis.regrid import Regridded, mixing, turn_of
from bedside_dx.analysis.sliding import read_windows
from bedside_dx.core.marks import Mark, Marked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bedside_dx.analysis.sliding import Run
    from bedside_dx.core.marks import VolumeCard
    from bedside_dx.core.scan import Volume

MARKED_FROM = 0.5
"""Probability from which a voxel counts, for networks without a channel for "none"."""


def mark_volume(
    volume: Volume,
    card: VolumeCard,
    run: Run,
    on_window: Callable[[int, int], None] | None = None,
) -> Marked:
    """Read a volume window by window and mark its own voxels.

    Returns
    -------
    Each voxel of the volume by the likeliest class, interpolated between the network's voxels.

    Raises
    ------
    ImagingError
        ``scan.no-volume``: it lies too askew.
    """
    turn = turn_of(volume.affine, card.axes)
    steps = tuple(volume.spacing[2 - axis] for axis in turn.order)
    seen = turn.view(volume.values)
    grid = Regridded(seen, steps, card.spacing_mm)
    values = np.zeros(volume.values.shape, np.uint8)
    laid = turn.view(values)
    peaks = np.zeros(card.channels, np.float32)
    planes = _peaked(read_windows(grid, card, run, on_window), peaks)
    for at, plane in enumerate(_back(planes, grid.shape, seen.shape, steps, card)):
        laid[at] = _classes(plane, card)
    return Marked(values, _marks(values, volume, card, peaks))


def _peaked(
    planes: Iterator[NDArray[np.float32]], peaks: NDArray[np.float32]
) -> Iterator[NDArray[np.float32]]:
    for plane in planes:
        np.maximum(peaks, plane.max((1, 2)), out=peaks)
        yield plane


def _back(
    planes: Iterator[NDArray[np.float32]],
    made: tuple[int, ...],
    wanted: tuple[int, ...],
    steps: tuple[float, ...],
    card: VolumeCard,
) -> Iterator[NDArray[np.float32]]:
    """Planes of the network's grid as planes of the volume's, a few in memory at a time."""
    deep, down, across = (
        mixing(m, network, n, step)
        for m, network, n, step in zip(made, card.spacing_mm, wanted, steps, strict=True)
    )
    kept: dict[int, NDArray[np.float32]] = {}
    read = 0
    for share in deep:
        needed = np.flatnonzero(share)
        while read <= needed[-1]:
            kept[read], read = next(planes), read + 1
        kept = {at: plane for at, plane in kept.items() if at >= needed[0]}
        mixed = np.zeros((card.channels, *made[1:]), np.float32)
        for at in needed:
            mixed += share[at] * kept[int(at)]
        yield np.asarray(down @ mixed @ across.T, np.float32)
    for _ in planes:  # what the volume ends before
        pass


def _classes(plane: NDArray[np.float32], card: VolumeCard) -> NDArray[np.uint8]:
    """Number of the likeliest class of each pixel; 0 where none of them is."""
    channels = [c.channel for c in card.classes]
    marked = plane[channels]
    best = marked.argmax(0)
    top = np.take_along_axis(marked, best[None], 0)[0]
    others = [at for at in range(card.channels) if at not in channels]
    is_there = top > plane[others].max(0) if card.has_background and others else top >= MARKED_FROM
    return np.where(is_there, best + 1, 0).astype(np.uint8)


def _marks(
    values: NDArray[np.uint8], volume: Volume, card: VolumeCard, peaks: NDArray[np.float32]
) -> tuple[Mark, ...]:
    voxel_ml = abs(float(np.linalg.det(volume.affine[:3, :3]))) / 1000
    marks: list[Mark] = []
    for number, one in enumerate(card.classes, 1):
        counts = np.array([np.count_nonzero(part == number) for part in values])
        there = np.flatnonzero(counts)
        slices = (int(there[0]), int(there[-1])) if len(there) else None
        voxels = int(counts.sum())
        marks.append(Mark(one.id, voxels, voxels * voxel_ml, slices, float(peaks[one.channel])))
    return tuple(marks)
