"""A volume read window by window: overlapping, blended, a slab in memory at a time.

Where it is known how far an answer depends on its neighbours (the receptive field), what lies
nearer than that to a cut is never used: the result is that of reading the whole volume at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from bedside_dx.analysis.regrid import Regridded
    from bedside_dx.core.marks import VolumeCard

Run = Callable[[NDArray[np.float32]], NDArray[np.float32]]
"""(1, 1, d, h, w) values to (1, channels, d, h, w) probabilities."""


@dataclass(frozen=True)
class Axis:
    """Windows along one axis, in order.

    Attributes
    ----------
    weights
        By window, (size,) float32: how much its answers count along the axis.
    total
        (length,) float32, sum of the weights at each place; above 0 everywhere.
    """

    size: int
    starts: tuple[int, ...]
    weights: tuple[NDArray[np.float32], ...]
    total: NDArray[np.float32]


def lay_out(length: int, window: int, overlap: int, field: int | None) -> Axis:
    """Place windows along an axis.

    Parameters
    ----------
    field
        As `core.marks.VolumeCard.field`; an odd number below or at the overlap.
    """
    size = min(window, length)
    last, step = length - size, max(1, window - overlap)
    starts = [*range(0, last, step), last]
    margin = (field or 1) // 2
    weights: list[NDArray[np.float32]] = []
    total = np.zeros(length, np.float32)
    for start in starts:
        weight = np.ones(size, np.float32)
        slope = _slope(overlap, margin)[:size]
        if start > 0:
            weight[: len(slope)] = np.minimum(weight[: len(slope)], slope)
        if start < last:
            weight[-len(slope) :] = np.minimum(weight[-len(slope) :], slope[::-1])
        weights.append(weight)
        total[start : start + size] += weight
    return Axis(size, tuple(starts), tuple(weights), total)


def _slope(overlap: int, margin: int) -> NDArray[np.float32]:
    """Weights from a cut inwards: nothing as far as the cut reaches, then rising to 1."""
    rising = max(1, overlap - 2 * margin)
    ramp = (np.arange(rising) + 1) / (rising + 1)
    return np.concatenate([np.zeros(margin), ramp]).astype(np.float32)


def read_windows(
    grid: Regridded,
    card: VolumeCard,
    run: Run,
    on_window: Callable[[int, int], None] | None = None,
) -> Iterator[NDArray[np.float32]]:
    """Planes of probabilities from the first to the last, (channels, rows, columns) each.

    Besides the volume itself no more is in memory than one row of windows.

    Parameters
    ----------
    run
        The network.
    on_window
        Called with the number of windows read, and that of all.
    """
    axes = [
        lay_out(length, window, overlap, card.field)
        for length, window, overlap in zip(grid.shape, card.window, card.overlap, strict=True)
    ]
    deep, down, across = axes
    total, done = int(np.prod([len(axis.starts) for axis in axes])), 0
    share = down.total[:, None] * across.total
    sums = np.zeros((card.channels, deep.size, *grid.shape[1:]), np.float32)
    for at, start in enumerate(deep.starts):
        slab = grid.slab(start, start + deep.size)
        for y, rows in zip(down.starts, down.weights, strict=True):
            for x, columns in zip(across.starts, across.weights, strict=True):
                box = (slice(None), slice(y, y + down.size), slice(x, x + across.size))
                said = run(np.ascontiguousarray(slab[box])[None, None])[0]
                weight = deep.weights[at][:, None, None] * rows[:, None] * columns
                sums[(slice(None), *box)] += said * weight
                done += 1
                if on_window:
                    on_window(done, total)
        is_last = at + 1 == len(deep.starts)
        ready = deep.size if is_last else deep.starts[at + 1] - start
        for plane in range(ready):
            yield sums[:, plane] / (deep.total[start + plane] * share)
        sums[:, : deep.size - ready] = sums[:, ready:].copy()
        sums[:, deep.size - ready :] = 0
