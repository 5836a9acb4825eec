"""Whole pictures used for checks only: cut into patches at the model's spacing."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from openslide import ImageSlide, OpenSlide, open_slide

from training.data import OPTICAL_DENSITY

Image = NDArray[np.uint8]


def tissue_patches(path: Path, spacing: float, wanted: float, size: int) -> Image:
    """Patches (N, size, size, 3) of at least a third of tissue, at `wanted` µm/px.

    Parameters
    ----------
    spacing : float
        Spacing of the picture as stored, µm/px.
    """
    with open_slide(str(path)) as slide:
        return _cut(slide, wanted / spacing, size)


def _cut(slide: OpenSlide | ImageSlide, ratio: float, size: int) -> Image:
    width, height = slide.dimensions
    step = round(size * ratio)
    out = []
    for y in range(0, max(height - step, 0) + 1, step):
        for x in range(0, max(width - step, 0) + 1, step):
            region = slide.read_region((x, y), 0, (step, step)).convert("RGB")
            kind = cv2.INTER_AREA if ratio > 1 else cv2.INTER_LINEAR
            patch = cv2.resize(np.asarray(region), (size, size), interpolation=kind)
            if (OPTICAL_DENSITY[patch[::4, ::4]].sum(2) > 0.35).mean() > 1 / 3:
                out.append(patch)
    return np.stack(out)
