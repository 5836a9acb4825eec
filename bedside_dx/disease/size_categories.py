"""Which T a tumour's size alone makes, where an edition cuts by size.

Facts of the UICC and AJCC classifications. Size is the largest diameter of the invasive part;
growth into other structures, and further nodules of tumour, can only raise the category.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from bedside_dx.core.disease import Site

CUTS: Mapping[tuple[Site, int], tuple[tuple[float, str], ...]] = {
    (Site.BREAST, 8): (
        (1, "1mi"), (5, "1a"), (10, "1b"), (20, "1c"), (50, "2"), (math.inf, "3"),
    ),
    (Site.BREAST, 7): (
        (1, "1mi"), (5, "1a"), (10, "1b"), (20, "1c"), (50, "2"), (math.inf, "3"),
    ),
    (Site.LUNG, 8): (
        (10, "1a"), (20, "1b"), (30, "1c"), (40, "2a"), (50, "2b"), (70, "3"), (math.inf, "4"),
    ),
    (Site.LUNG, 7): ((20, "1a"), (30, "1b"), (50, "2a"), (70, "2b"), (math.inf, "3")),
}  # fmt: skip
"""Largest size in mm, included, of each category; the colon is staged by depth."""


def t_by_size(site: Site, mm: float, edition: int) -> str | None:
    """Category of T that a size alone makes.

    Parameters
    ----------
    mm
        Largest diameter, 0 or more; may be infinite.

    Returns
    -------
    For example ``"1b"``; None where the edition does not cut this organ's tumours by size.
    """
    cuts = CUTS.get((site, edition))
    return next((t for most, t in cuts if mm <= most), None) if cuts else None
