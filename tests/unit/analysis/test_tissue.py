"""What is tissue and what is not, on real pixels under many lights."""

from pathlib import Path

import numpy as np
import pytest
from array_slide import ArraySlide, real_patches
from numpy.typing import NDArray
from PIL import Image as Pillow

from bedside_dx.analysis.tissue import find_tissue
from bedside_dx.core.cancel import Cancel, CancelledByUser
from bedside_dx.core.errors import SlideError
from bedside_dx.core.geometry import PatchGrid, RegionPx
from bedside_dx.core.results import Image
from bedside_dx.imaging.slide import open_slide
from tests.slides import he_like


def on_glass(tissue: Image, glass: tuple[int, int, int]) -> tuple[Image, NDArray[np.bool_]]:
    """A piece of real tissue in the middle of glass of a colour, and where it is."""
    height, width = tissue.shape[:2]
    rng = np.random.default_rng(0)
    canvas = np.clip(rng.normal(glass, 1.5, (2 * height, 2 * width, 3)), 0, 255).astype(np.uint8)
    truth = np.zeros(canvas.shape[:2], np.bool_)
    inside = slice(height // 2, height // 2 + height), slice(width // 2, width // 2 + width)
    canvas[inside], truth[inside] = tissue, True
    return canvas, truth


def overlap(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float:
    return float((a & b).sum() / (a | b).sum())


def test_a_patch_of_tissue_is_all_tissue(shared: Path) -> None:
    shares = [
        find_tissue(ArraySlide(p, 1.2)).mask.mean() for p in real_patches(shared, "colon-he", 60)
    ]
    assert min(shares) == 1.0


def test_a_region_without_glass_is_not_cut_in_two(samples: Path) -> None:
    region = np.asarray(Pillow.open(samples / "target_image.png").convert("RGB"))
    assert find_tissue(ArraySlide(region, 0.25)).mask.mean() > 0.99


@pytest.mark.parametrize("glass", [(243, 243, 243), (205, 207, 204), (250, 247, 241)])
@pytest.mark.parametrize("light", [1.0, 0.72])
def test_tissue_is_found_under_any_light(
    shared: Path, glass: tuple[int, int, int], light: float
) -> None:
    shade = min(glass) / 245
    for patch in real_patches(shared, "colon-he", 12):
        pixels, inside = on_glass((patch * shade).astype(np.uint8), glass)
        mask = find_tissue(ArraySlide((pixels * light).astype(np.uint8), 1.2)).mask
        stained = inside & (pixels[..., 1] < 0.8 * glass[1])
        assert (mask & stained).sum() > 0.99 * stained.sum()
        assert (mask & ~inside).sum() < 0.03 * inside.sum()


def test_padding_and_ink_are_no_tissue(shared: Path) -> None:
    pixels, truth = on_glass(real_patches(shared, "colon-he", 3)[1], (244, 244, 244))
    truth[:60] = truth[:, :60] = False
    pixels[:60], pixels[:, :60] = 0, 255
    for at, ink in enumerate([(20, 40, 160), (10, 120, 60), (15, 15, 20)]):
        pixels[400:440, 60 + 100 * at : 140 + 100 * at] = ink
    assert overlap(find_tissue(ArraySlide(pixels, 1.2)).mask, truth) > 0.9


def test_blank_glass_holds_no_tissue() -> None:
    rng = np.random.default_rng(0)
    for level in (255, 244, 200):
        glass = np.clip(rng.normal(level, 1.5, (400, 300, 3)), 0, 255).astype(np.uint8)
        assert not find_tissue(ArraySlide(glass, 1.0)).mask.any()


def test_pale_fat_and_mucin_stay_in() -> None:
    rng = np.random.default_rng(1)
    fat = np.full((250, 250, 3), (238, 226, 236), np.float64)
    fat[::12] = fat[:, ::12] = (222, 180, 208)
    pixels, truth = on_glass(rng.normal(fat, 2).clip(0, 255).astype(np.uint8), (244, 244, 244))
    assert overlap(find_tissue(ArraySlide(pixels, 1.0)).mask, truth) > 0.9


def test_a_place_that_cannot_be_read_is_never_background() -> None:
    glass = np.full((1200, 1200, 3), 244, np.uint8)
    slide = ArraySlide(glass, 8.0, broken=lambda region: region.x >= 512 and region.y < 512)
    mask = find_tissue(slide).mask
    assert mask[:512, 512:].all()
    assert not mask[512:].any()
    with pytest.raises(SlideError):
        slide.read(RegionPx(600, 0, 8, 8), slide.size)


def test_shares_of_cells_add_up_to_the_mask() -> None:
    tissue = find_tissue(ArraySlide(he_like(450, 350), 1.0))
    grid = PatchGrid(0.0, 0.0, 50.0, 50.0, 9, 7)
    share = tissue.share(grid)
    assert share.shape == (7, 9)
    blocks = tissue.mask.reshape(7, 50, 9, 50).mean((1, 3))
    np.testing.assert_allclose(share, blocks, atol=1e-5)


def test_it_can_be_cancelled() -> None:
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(CancelledByUser):
        find_tissue(ArraySlide(he_like(300, 300), 1.0), cancel=cancel)


def test_the_whole_polyp_is_covered(shared: Path) -> None:
    """Every crypt of the section lies in the mask; the glass around it does not."""
    path = shared / "data" / "slides" / "colon-polyp-section.tif"
    with open_slide(path, spacing=0.5) as slide:
        tissue = find_tissue(slide)
    dark = tissue.overview.mean(-1) < 170
    glass = np.abs(tissue.overview.astype(int) - 245).max(-1) <= 1
    assert (dark & ~tissue.mask).sum() < 0.01 * dark.sum()
    assert (glass & tissue.mask).sum() < 0.02 * glass.sum()
