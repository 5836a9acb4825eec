"""What spoils a patch, seen at the model's own scale: blur, and light that was clipped."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bedside_dx.core.patch_state import PatchState

STEPS_PX = (1, 2, 4)
"""Distances over which structure is compared."""
BLUR_FINE, BLUR_COARSE = 0.28, 0.078
"""A patch is blurred below these ratios of squared differences, over 1 px to those over 2 and to
those over 4. What is smooth has 0.25 and 0.0625; no training patch of either organ is below."""
BLURRED_SHARE = 0.5
"""More than this share of the quarters that have a structure is blurred."""
LEAST_STRUCTURE = 9.0
"""Mean squared difference over 4 px from which there is a structure to be sharp."""
LINES = slice(4, None, 5)
"""Rows and columns that are looked at: of 224 the same ones after a quarter turn."""
CLIPPED, STAINED, WASHED_SHARE = 254, 240, 0.10
"""Red and blue from which they are clipped; green below which a pixel is stained; and the share
of clipped ones among the stained from which a patch is overexposed: 0.01 in training patches."""
BLACK, BLACK_SHARE = 40, 0.5
"""Largest channel up to which a pixel is black, and the share of them: 0.01 in training patches."""
LEAST_STAINED = 0.02


def spoilt_patches(patches: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Tell what spoils patches, if anything.

    Parameters
    ----------
    patches
        (n, side, side, 3) uint8.

    Returns
    -------
    (n,) uint8: `PatchState` blurred or exposure, 0 for neither.
    """
    states = np.zeros(len(patches), np.uint8)
    states[is_blurred(patches)] = PatchState.BLURRED
    states[is_badly_exposed(patches)] = PatchState.EXPOSURE
    return states


def is_blurred(patches: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Tell which patches are out of focus at the model's own scale, in most of their quarters.

    Parameters
    ----------
    patches
        (n, side, side, 3) uint8.

    Returns
    -------
    (n,) bool. What has no structure is not called blurred.
    """
    across = patches[:, LINES, :, 1].astype(np.float32)
    down = patches[:, :, LINES, 1].transpose(0, 2, 1).astype(np.float32)
    one, two, four = (
        _energy(across, step) + _energy(down, step).transpose(0, 2, 1) for step in STEPS_PX
    )
    structured = four > 2 * LEAST_STRUCTURE
    smooth = ((one < BLUR_FINE * two) | (one < BLUR_COARSE * four)) & structured
    return smooth.sum((1, 2)) > BLURRED_SHARE * np.maximum(structured.sum((1, 2)), 1)


def _energy(lines: NDArray[np.float32], step: int) -> NDArray[np.float32]:
    """Mean squared difference along lines, (n, lines, length), in each quarter.

    Returns
    -------
    (n, 2, 2) float32.
    """
    middle, half = lines.shape[1] // 2, lines.shape[2] // 2
    quarters = [
        [_mean_square(lines[:, rows, part], step) for part in (slice(half), slice(half, None))]
        for rows in (slice(middle), slice(middle, None))
    ]
    return np.array(quarters, np.float32).transpose(2, 0, 1)


def _mean_square(lines: NDArray[np.float32], step: int) -> NDArray[np.float32]:
    change = lines[:, :, step:] - lines[:, :, :-step]
    return np.einsum("nij,nij->n", change, change) / np.float32(change[0].size)


def is_badly_exposed(patches: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Tell which patches are clipped to white or black, (n,) bool."""
    seen = patches[:, LINES, LINES]
    red, green, blue = (seen[..., i] for i in range(3))
    stained = green < STAINED
    washed = ((red >= CLIPPED) & (blue >= CLIPPED) & stained).mean((1, 2))
    is_washed = washed > WASHED_SHARE * np.maximum(stained.mean((1, 2)), LEAST_STAINED)
    black = (red <= BLACK) & (green <= BLACK) & (blue <= BLACK)
    return is_washed | (black.mean((1, 2)) > BLACK_SHARE)
