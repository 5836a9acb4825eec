"""Lengths that a scale bar may have."""

from __future__ import annotations

import math


def scale_bar_um(longest_um: float) -> float:
    """Longest of 1, 2, 5, 10, 20, 50 … µm that is not longer than `longest_um`."""
    decade = 10.0 ** math.floor(math.log10(longest_um))
    return decade * max(step for step in (1, 2, 5) if step * decade <= longest_um * (1 + 1e-9))
