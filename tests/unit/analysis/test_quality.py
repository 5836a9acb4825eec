"""What is left out because it is spoilt, and what must not be."""

from pathlib import Path

import numpy as np
from array_slide import ArraySlide, real_patches
from PIL import Image as Pillow
from PIL import ImageFilter

from bedside_dx.analysis.quality import assess_quality, is_blurred
from bedside_dx.analysis.tissue import find_tissue
from bedside_dx.core.geometry import PatchGrid


def test_real_patches_are_in_focus_and_blurred_ones_are_told(shared: Path) -> None:
    for name in ("colon-he", "lung-he"):
        sharp = np.stack(real_patches(shared, name, 150))
        soft = np.stack(
            [np.asarray(Pillow.fromarray(p).filter(ImageFilter.GaussianBlur(4))) for p in sharp]
        )
        assert is_blurred(sharp).mean() <= 0.005
        assert is_blurred(soft).mean() >= 0.95


def test_blank_patches_are_not_called_blurred() -> None:
    assert not is_blurred(np.full((2, 224, 224, 3), 240, np.uint8)).any()


def test_ink_over_tissue_spoils_its_cells_only(shared: Path) -> None:
    patch = real_patches(shared, "colon-he", 3)[1]
    pixels = np.tile(patch, (4, 4, 1))
    pixels[:224, :224] = (15, 110, 60)
    slide = ArraySlide(pixels, 1.2)
    tissue = find_tissue(slide)
    grid = PatchGrid(0.0, 0.0, 224.0, 224.0, 4, 4)
    spoilt = assess_quality(slide, tissue).spoilt(tissue, grid)
    assert not spoilt.ravel()[1:].any()
