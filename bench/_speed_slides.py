"""The slides that speed is measured on: real tissue where there is some, made on every machine.

What a slide repeats is a square of the sample slide, mirrored so that it has no seams. Every tile
is stored once and decoded as often as it is laid: a decoder can't tell it from a scan of that size.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bedside_dx.core.geometry import RegionPx, SizePx
from bedside_dx.imaging.slide import open_slide
from tests.slides import he_like, write_repeated

SAMPLE = Path(__file__).resolve().parent.parent / "samples" / "cmu_small_region.svs"
TILE, SQUARE = 256, 2048
UM_PER_PX = 0.5
GLASS_SHARE = 0.2
"""Of the slide's area, in its corners."""


def tissue_slide(folder: Path, side: int) -> Path:
    """A pyramid of `side` px square with tissue in a disc, 0.5 µm/px, JPEG tiles of 256 px."""
    tiles = side / TILE
    radius = tiles * ((1 - GLASS_SHARE) / np.pi) ** 0.5

    def is_glass(column: int, row: int) -> bool:
        return float(np.hypot(column - tiles / 2, row - tiles / 2)) > radius

    path = folder / f"tissue-{side}.tif"
    return write_repeated(path, texture(), side=side, tile=TILE, um_per_px=UM_PER_PX, hole=is_glass)


def has_real_tissue() -> bool:
    """Whether the sample slide is there; a made-up texture is measured on where it is not."""
    return SAMPLE.is_file()


def texture() -> NDArray[np.uint8]:
    """(4096, 4096, 3) uint8, a square of tissue and its mirror images."""
    if has_real_tissue():
        with open_slide(SAMPLE, probe=False) as slide:
            x, y = (slide.size.width - SQUARE) // 2, (slide.size.height - SQUARE) // 2
            square = slide.read(RegionPx(x, y, SQUARE, SQUARE), SizePx(SQUARE, SQUARE))
    else:
        square = he_like(SQUARE, SQUARE)
    half = np.concatenate([square, square[:, ::-1]], 1)
    return np.concatenate([half, half[::-1]], 0)
