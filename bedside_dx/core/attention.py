"""How the look of a slide-level network is shown: what it passed over is veiled, without colour.

Colour means probability on every map of the program; attention is none. So the tissue stays bare
where the network looked, and fades to white where it did not.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bedside_dx.core.results import Findings

DECADE = 10.0
"""A patch that gets this many times less than an equal share of the look is veiled fully, one that
gets as many times more is bare; between them the scale is logarithmic."""
CLOSE = 0.75
"""Strength from which a patch counts as looked at closely: three times an equal share."""
VEIL = (255, 255, 255)
"""sRGB: the glass around the tissue is white in every theme."""


def attention_raster(findings: Findings) -> NDArray[np.float32]:
    """Lay the strength of the look on the grid.

    Returns
    -------
    (rows, columns) float32, 0 passed over or not shown, 0.5 an equal share, 1 looked at hardest;
    NaN where there is no patch, or no attention at all.
    """
    if findings.attention is None:
        return findings.raster(np.full(len(findings.state), np.nan, np.float32))
    shown = findings.attention > 0
    share = np.where(shown, findings.attention, 1.0) * max(int(shown.sum()), 1)
    strength = (np.log(share) / np.log(DECADE) + 1) / 2
    return findings.raster(np.where(shown, strength.clip(0, 1), 0.0).astype(np.float32))


def veil_rgba(strength: NDArray[np.float32], opacity: float) -> NDArray[np.uint8]:
    """Veil what was passed over.

    Parameters
    ----------
    strength
        As `attention_raster` gives it.
    opacity
        Of the veil where nothing was looked at, 0 to 1.

    Returns
    -------
    (rows, columns, 4) uint8, sRGB and straight alpha.
    """
    passed = np.nan_to_num(1.0 - strength, nan=0.0)
    rgba = np.empty((*strength.shape, 4), np.uint8)
    rgba[..., :3] = VEIL
    rgba[..., 3] = np.rint(passed * opacity * 255)
    return rgba
