"""Colours of a probability over tissue: the same on screen and in the report.

The scale is viridis (S. van der Walt and N. Smith, 2015, CC0): perceptually uniform and
safe for colour-blind readers; its greens and yellows are hues that H&E does not have.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ANCHORS = np.array(
    [
        [68, 1, 84], [71, 44, 122], [59, 81, 139], [44, 113, 142], [33, 144, 141],
        [39, 173, 129], [92, 200, 99], [170, 220, 50], [253, 231, 37],
    ],
    dtype=np.float64,
)  # fmt: skip
"""Nine equidistant colours of viridis, sRGB; between them it is linear to within 2/255."""

OPACITY = 0.55
"""Of coloured cells: the tissue stays readable through them."""


def color_scale(values: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Map values of 0 to 1 to colours.

    Returns
    -------
    values.shape + (3,) uint8, sRGB.
    """
    position = np.clip(np.nan_to_num(values), 0.0, 1.0) * (len(ANCHORS) - 1)
    low = np.minimum(position.astype(np.int64), len(ANCHORS) - 2)
    share = (position - low)[..., None]
    return np.rint(ANCHORS[low] * (1 - share) + ANCHORS[low + 1] * share).astype(np.uint8)


def heatmap_rgba(probability: NDArray[np.floating], threshold: float) -> NDArray[np.uint8]:
    """Colour a raster of probabilities, transparent below the threshold and where unknown.

    Parameters
    ----------
    probability
        (rows, columns), 0 to 1, NaN where nothing is known.
    threshold
        Probability below which nothing is drawn.

    Returns
    -------
    (rows, columns, 4) uint8, sRGB and straight alpha.
    """
    shown = np.nan_to_num(probability) >= max(threshold, 1e-6)
    alpha = np.where(shown, round(OPACITY * 255), 0).astype(np.uint8)
    return np.concatenate([color_scale(probability), alpha[..., None]], axis=-1)
