"""Made-up pictures that a network is tried on: nothing of any patient is in them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

HAEMATOXYLIN, EOSIN = np.array([0.65, 0.70, 0.29]), np.array([0.10, 0.95, 0.25])
Floats = NDArray[np.float64]
DRAWN_PX = 128
"""Side at which the pictures are drawn; larger ones repeat it."""


def made_up(side: int, count: int) -> NDArray[np.uint8]:
    """Draw nuclei and ground in the colours of H&E, the same on every machine.

    Returns
    -------
    (count, side, side, 3) uint8. One is plain white and one is noise.
    """
    pictures = [_stained(np.random.default_rng(seed)) for seed in range(count)]
    pictures[-1] = np.full_like(pictures[0], 255)
    pictures[-2] = np.random.default_rng(99).integers(0, 256, pictures[0].shape, np.uint8)
    repeats = -(-side // DRAWN_PX)
    return np.stack([np.tile(p, (repeats, repeats, 1))[:side, :side] for p in pictures])


def _stained(rng: np.random.Generator) -> NDArray[np.uint8]:
    y, x = np.mgrid[:DRAWN_PX, :DRAWN_PX]
    nuclei = np.zeros((DRAWN_PX, DRAWN_PX))
    for _ in range(int(rng.integers(10, 60))):
        centre, radius = rng.uniform(0, DRAWN_PX, 2), rng.uniform(2, 6)
        near = ((y - centre[0]) ** 2 + (x - centre[1]) ** 2) / radius**2
        nuclei = np.maximum(nuclei, np.exp(-near) * rng.uniform(0.6, 1.3))
    wave: Floats = np.sin(x / rng.uniform(4, 20) + rng.uniform(0, 6)) * np.sin(
        y / rng.uniform(4, 20)
    )
    ground: Floats = rng.uniform(0.1, 0.7) * (1 + 0.4 * wave) + rng.normal(0, 0.05, wave.shape)
    density: Floats = nuclei[..., None] * HAEMATOXYLIN + ground.clip(0)[..., None] * EOSIN
    return (245 * np.exp(-density)).clip(0, 255).astype(np.uint8)
