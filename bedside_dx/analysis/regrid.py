"""A volume on another grid: turned as a network wants it, at its spacing, a slab at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bedside_dx.core.errors import ImagingError

DIRECTIONS = {"L": (0, 1), "R": (0, -1), "P": (1, 1), "A": (1, -1), "S": (2, 1), "I": (2, -1)}
"""Axis of patient coordinates and its way, by the letter of where it leads."""

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Turn:
    """How a volume's array is laid before a network; its own axes stay as they are.

    Attributes
    ----------
    order
        Axis of the array (slice, row, column) for each axis of the network.
    flipped
        Whether it runs the other way.
    """

    order: tuple[int, ...]
    flipped: tuple[bool, ...]

    def view(self, values: NDArray[Any]) -> NDArray[Any]:
        """The same numbers in the network's order; writing into it writes into `values`."""
        turned = values.transpose(self.order)
        return turned[tuple(slice(None, None, -1 if back else 1) for back in self.flipped)]


def turn_of(affine: NDArray[np.float64], axes: str) -> Turn:
    """Find how a volume must be turned, each of its axes by where it leads most.

    Parameters
    ----------
    affine
        As `core.scan.Volume.affine`.
    axes
        As `core.marks.VolumeCard.axes`.

    Raises
    ------
    ImagingError
        ``scan.no-volume``: it lies so askew that two axes lead the same way.
    """
    steps = affine[:3, :3] / np.linalg.norm(affine[:3, :3], axis=0)
    leads = [int(np.argmax(np.abs(steps[:, 2 - axis]))) for axis in range(3)]
    if sorted(leads) != [0, 1, 2]:
        raise ImagingError("scan.no-volume")
    order = [leads.index(DIRECTIONS[letter][0]) for letter in axes]
    ways = [DIRECTIONS[letter][1] for letter in axes]
    back = [steps[leads[axis], 2 - axis] * way < 0 for axis, way in zip(order, ways, strict=True)]
    return Turn(tuple(order), tuple(bool(one) for one in back))


def length_at(count: int, step: float, wanted: float) -> int:
    """Voxels that an axis has at another spacing."""
    return max(1, round(count * step / wanted))


def mixing(count: int, step: float, made: int, wanted: float) -> Matrix:
    """How much of each voxel of an axis goes into each voxel of another spacing.

    Both have the same middle. Between voxels it is linear; where the new ones are larger, all
    that lie under a tent of their width take part, so nothing aliases.

    Returns
    -------
    (made, count) float32, rows sum to 1.
    """
    places = ((np.arange(made) - (made - 1) / 2) * wanted / step + (count - 1) / 2).clip(
        0, count - 1
    )
    reach = max(1.0, wanted / step)
    tent = np.maximum(0.0, 1 - np.abs(places[:, None] - np.arange(count)) / reach)
    return (tent / tent.sum(1, keepdims=True)).astype(np.float32)


class Regridded:
    """A volume's array at another spacing, made plane by plane.

    Parameters
    ----------
    values
        (n0, n1, n2), any kind of number.
    steps
        mm between its voxels along each axis.
    wanted
        mm between those that are asked for.
    """

    def __init__(
        self, values: NDArray[Any], steps: tuple[float, ...], wanted: tuple[float, ...]
    ) -> None:
        self._values = values
        lengths = [length_at(n, s, w) for n, s, w in zip(values.shape, steps, wanted, strict=True)]
        self.shape = (lengths[0], lengths[1], lengths[2])
        self._mix = [
            mixing(n, s, m, w)
            for n, s, m, w in zip(values.shape, steps, lengths, wanted, strict=True)
        ]
        self._flat: dict[int, Matrix] = {}

    def slab(self, start: int, stop: int) -> NDArray[np.float32]:
        """Planes from `start` to before `stop`, (stop - start, rows, columns)."""
        rows = self._mix[0][start:stop]
        needed = np.flatnonzero(rows.any(0))
        self._flat = {at: flat for at, flat in self._flat.items() if at >= needed[0]}
        made = np.zeros((stop - start, *self.shape[1:]), np.float32)
        for at in needed:
            flat = self._flatten(int(at))
            for place in np.flatnonzero(rows[:, at]):
                made[place] += rows[place, at] * flat
        return made

    def _flatten(self, at: int) -> Matrix:
        """One plane of the volume with its rows and columns at the wanted spacing; kept."""
        kept = self._flat.get(at)
        if kept is None:
            plane = np.asarray(self._values[at], np.float32)
            kept = np.asarray(self._mix[1] @ plane @ self._mix[2].T, np.float32)
            self._flat[at] = kept
        return kept
