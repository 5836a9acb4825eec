"""The deciding slice of a scan with the places that speak for the class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image as Pictures

from bedside_dx.core.heatmap import OPACITY
from bedside_dx.core.occlusion import FAINTEST, ORANGE

if TYPE_CHECKING:
    from pathlib import Path

    from bedside_dx.core.results import Report
    from bedside_dx.text import Texts

ENLARGED = 2


def write_occlusion(report: Report, path: Path, t: Texts) -> None:
    """Write the slice, orange where covering it lowers the probability, strongest at the most."""
    del t  # no words in it
    assert report.occlusion is not None
    picture, fall = report.occlusion
    side = picture.shape[0] * ENLARGED
    base = Pictures.fromarray(picture).resize((side, side), Pictures.Resampling.BICUBIC)
    strength = np.clip(fall, 0, None) / max(float(fall.max()), FAINTEST)
    veil = Pictures.fromarray((strength * 255).astype(np.uint8)).resize(
        (side, side), Pictures.Resampling.BICUBIC
    )
    share = np.asarray(veil, np.float64)[..., None] / 255 * OPACITY
    mixed = np.asarray(base, np.float64) * (1 - share) + np.array(ORANGE, np.float64) * share
    Pictures.fromarray(mixed.round().astype(np.uint8)).save(path, format="png")
