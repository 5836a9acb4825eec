"""The deciding slice of a scan with the places that speak for the class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image as Pictures

from bedside_dx.core.heatmap import OPACITY
from bedside_dx.core.occlusion import FAINTEST, ORANGE

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from bedside_dx.core.results import Image, Report
    from bedside_dx.text import Texts

ENLARGED = 2


def write_occlusion(report: Report, path: Path, t: Texts) -> None:
    """Write the slice as `occlusion_picture` draws it."""
    del t  # no words in it
    assert report.occlusion is not None
    occlusion_picture(*report.occlusion).save(path, format="png")


def occlusion_picture(picture: Image, fall: NDArray[np.float32]) -> Pictures.Image:
    """Draw a slice, orange where covering it lowers the probability, strongest at the most.

    Parameters
    ----------
    picture, fall
        As `core.results.Report.occlusion`.
    """
    side = picture.shape[0] * ENLARGED
    base = Pictures.fromarray(picture).resize((side, side), Pictures.Resampling.BICUBIC)
    strength = np.clip(fall, 0, None) / max(float(fall.max()), FAINTEST)
    veil = Pictures.fromarray((strength * 255).astype(np.uint8)).resize(
        (side, side), Pictures.Resampling.BICUBIC
    )
    share = np.asarray(veil, np.float64)[..., None] / 255 * OPACITY
    mixed = np.asarray(base, np.float64) * (1 - share) + np.array(ORANGE, np.float64) * share
    return Pictures.fromarray(mixed.round().astype(np.uint8))
