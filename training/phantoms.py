"""Made-up chest CT volumes with round nodules: geometry with noise, no patient in it.

What a volume network is proved on: places, sizes and counts are known to the voxel.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

SPACING_MM = 2.0
AIR, LUNG, SOFT, BONE = -1000.0, -850.0, 40.0, 500.0
"""Hounsfield units."""
RADII_MM = (3.5, 13.0)


@dataclass(frozen=True)
class Phantom:
    """A volume in Hounsfield units and what in it is nodule, both (slices, rows, columns).

    Rows run to the back, columns to the patient's left, slices to the head.
    """

    values: NDArray[np.float32]
    nodules: NDArray[np.bool_]


def make_phantom(
    seed: int, shape: tuple[int, int, int] = (64, 80, 96), nodules: int | None = None
) -> Phantom:
    """Make one chest: body, lungs, spine, ribs, vessels, and nodules within the lungs.

    Parameters
    ----------
    shape
        Voxels of `SPACING_MM`.
    nodules
        How many; a random number from 0 to 5 without.
    """
    rng = np.random.default_rng(seed)
    grid = np.stack(np.meshgrid(*(np.linspace(-1, 1, n) for n in shape), indexing="ij"))
    body = (grid[1] / 0.88) ** 2 + (grid[2] / 0.92) ** 2 < 1
    values = np.where(body, SOFT + rng.normal(0, 15), AIR).astype(np.float32)
    lungs = _lungs(grid, rng)
    values[lungs] = LUNG + rng.normal(0, 40)
    _skeleton(values, grid, body & ~lungs, rng)
    _vessels(values, lungs, rng)
    marked = np.zeros(shape, bool)
    inside = np.argwhere(ndimage.binary_erosion(lungs, iterations=3))
    count = int(rng.integers(0, 6)) if nodules is None else nodules
    for _ in range(count):
        marked |= _ellipsoid(shape, inside[rng.integers(len(inside))], rng)
    marked &= lungs
    values[marked] = rng.normal(20, 40)
    blurred = ndimage.gaussian_filter(values, rng.uniform(0.35, 0.8))
    noise = ndimage.gaussian_filter(rng.normal(0, 1, shape), rng.uniform(0.3, 0.7))
    noise *= rng.uniform(10, 45) / noise.std()
    return Phantom((blurred + noise).astype(np.float32), marked)


def _lungs(grid: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.bool_]:
    lungs = np.zeros(grid.shape[1:], bool)
    for side in (-1, 1):
        middle = side * rng.uniform(0.42, 0.48)
        across = ((grid[2] - middle) / rng.uniform(0.30, 0.36)) ** 2
        deep = (grid[1] / rng.uniform(0.58, 0.68)) ** 2
        tall = (grid[0] / rng.uniform(0.95, 1.4)) ** 2
        lungs |= across + deep + tall < 1
    return lungs


def _skeleton(
    values: NDArray[np.float32],
    grid: NDArray[np.float64],
    free: NDArray[np.bool_],
    rng: np.random.Generator,
) -> None:
    spine = ((grid[1] - 0.62) / 0.14) ** 2 + (grid[2] / 0.11) ** 2 < 1
    ring = np.abs((grid[1] / 0.80) ** 2 + (grid[2] / 0.85) ** 2 - 1) < 0.05
    ribs = ring & (np.sin(grid[0] * 14 + grid[1] * 3 + rng.uniform(0, 6)) > 0.5)
    values[(spine | ribs) & free] = BONE + rng.normal(0, 80)


def _vessels(
    values: NDArray[np.float32], lungs: NDArray[np.bool_], rng: np.random.Generator
) -> None:
    """Tubes that wander and grow thin, so that roundness alone tells a nodule."""
    inside = np.argwhere(lungs)
    drawn = np.zeros(lungs.shape, np.float32)
    for _ in range(int(rng.integers(10, 22))):
        at = inside[rng.integers(len(inside))].astype(float)
        way = rng.normal(0, 1, 3)
        radius = rng.uniform(0.6, 2.2)
        for _ in range(int(rng.integers(15, 60))):
            way = way / np.linalg.norm(way) + rng.normal(0, 0.12, 3)
            at += way / np.linalg.norm(way)
            radius *= 0.985
            low = np.maximum(np.floor(at - radius - 1).astype(int), 0)
            high = np.minimum(np.ceil(at + radius + 2).astype(int), lungs.shape)
            if (high <= low).any():
                break
            box = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
            places = np.stack(np.meshgrid(*map(np.arange, low, high), indexing="ij"))
            near = ((places - at[:, None, None, None]) ** 2).sum(0) <= radius**2
            drawn[box][near] = 1
    values[(drawn > 0) & lungs] = rng.normal(30, 25)


def _ellipsoid(
    shape: tuple[int, int, int], centre: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.bool_]:
    radius = rng.uniform(*RADII_MM) / SPACING_MM
    axes = radius * rng.uniform(0.85, 1.15, 3)
    places = np.stack(np.meshgrid(*(np.arange(n) for n in shape), indexing="ij"))
    scaled = (places - centre[:, None, None, None]) / axes[:, None, None, None]
    return (scaled**2).sum(0) <= 1
