"""A labelled image is brought to the model's scale, and all of it is seen."""

from pathlib import Path

import numpy as np
import pytest
import tiny_model
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside_dx.analysis.images import MOST_PX, cut_image
from bedside_dx.core.errors import SlideError
from bedside_dx.core.evaluation import Fit
from bedside_dx.core.geometry import RegionPx, SizePx
from bedside_dx.core.model_card import ModelCard
from bedside_dx.core.results import Image
from bedside_dx.models.package import read_package


class Ramp:
    """An image whose red is the column and whose green is the row, in eighths."""

    downsamples = (1.0,)
    spacing = None

    def __init__(self, width: int, height: int) -> None:
        self.size = SizePx(width, height)
        self.read_size: SizePx | None = None

    def read(self, region: RegionPx, size: SizePx) -> Image:
        assert region == RegionPx(0, 0, self.size.width, self.size.height)
        self.read_size = size
        y, x = np.mgrid[0 : size.height, 0 : size.width]
        return np.stack([x // 8, y // 8, 0 * x], -1).astype(np.uint8)


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> ModelCard:
    """Patches of 32 px at 1 µm/px."""
    return read_package(tiny_model.write(tmp_path_factory.mktemp("m") / "tiny")).card


@pytest.fixture(scope="module")
def whole_image_card(tmp_path_factory: pytest.TempPathFactory) -> ModelCard:
    manifest = tiny_model.manifest(input="whole-image", modality="MR", spacing_um_px=None)
    folder: Path = tmp_path_factory.mktemp("m") / "tiny"
    return read_package(tiny_model.write(folder, manifest=manifest)).card


@pytest.mark.parametrize(
    ("size", "spacing", "fit", "read", "patches", "mirrored"),
    [
        ((32, 32), None, Fit.AS_IS, (32, 32), 1, False),
        ((32, 32), 1.0, Fit.AS_IS, (32, 32), 1, False),
        ((32, 32), 1.005, Fit.AS_IS, (32, 32), 1, False),
        ((64, 64), 0.5, Fit.RESAMPLED, (32, 32), 1, False),
        ((64, 64), 1.0, Fit.AS_IS, (64, 64), 4, False),
        ((65, 33), 1.0, Fit.AS_IS, (65, 33), 6, False),
        ((32, 32), 0.5, Fit.RESAMPLED, (16, 16), 1, True),
        ((128, 32), 0.5, Fit.RESAMPLED, (64, 16), 2, True),
        ((80, 80), None, Fit.RESIZED, (32, 32), 1, False),
        ((20, 20), None, Fit.RESIZED, (32, 32), 1, False),
        ((160, 80), None, Fit.RESIZED, (64, 32), 2, False),
        ((64, 32), None, Fit.AS_IS, (64, 32), 2, False),
        ((1, 1), 0.05, Fit.RESAMPLED, (1, 1), 1, True),
    ],
)
def test_each_way_to_the_models_scale(
    card: ModelCard,
    size: tuple[int, int],
    spacing: float | None,
    fit: Fit,
    read: tuple[int, int],
    patches: int,
    mirrored: bool,
) -> None:
    source = Ramp(*size)
    cut = cut_image(source, card, spacing)
    assert source.read_size == SizePx(*read)
    assert (cut.fit, len(cut.patches), cut.mirrored) == (fit, patches, mirrored)
    assert cut.patches.shape[1:] == (32, 32, 3)
    assert len(cut.cells) == patches


@settings(max_examples=30)
@given(width=st.integers(32, 140), height=st.integers(32, 140))
def test_the_patches_show_all_of_the_image(card: ModelCard, width: int, height: int) -> None:
    cut = cut_image(Ramp(width, height), card, 1.0)
    seen = {tuple(pixel) for pixel in cut.patches[..., :2].reshape(-1, 2)}
    y, x = np.mgrid[0:height, 0:width]
    assert seen == set(zip((x // 8).ravel().tolist(), (y // 8).ravel().tolist(), strict=True))
    assert len({tuple(cell) for cell in cut.cells.tolist()}) == len(cut.patches)


def test_a_small_image_is_continued_by_its_mirror_image(card: ModelCard) -> None:
    cut = cut_image(Ramp(32, 32), card, 0.5)  # 16 px at the model's scale, in the middle
    row = cut.patches[0, 16, :, 0]
    assert row[8:24].tolist() == [0] * 8 + [1] * 8
    assert row[:8].tolist() == [0] * 8
    assert row[24:].tolist() == [1] * 8


@pytest.mark.parametrize(("spacing", "coarse"), [(1.2, False), (1.3, True), (9.0, True)])
def test_what_is_too_coarse_for_the_model_is_told(
    card: ModelCard, spacing: float, coarse: bool
) -> None:
    assert cut_image(Ramp(32, 32), card, spacing).too_coarse is coarse


def test_a_slide_is_not_taken_for_an_image(card: ModelCard) -> None:
    side = int(MOST_PX**0.5) + 1
    with pytest.raises(SlideError, check=lambda e: e.code == "slide.too-large"):
        cut_image(Ramp(side, side), card, 1.0)


@pytest.mark.parametrize(
    ("size", "fit"), [((32, 32), Fit.AS_IS), ((48, 20), Fit.RESIZED), ((512, 512), Fit.RESIZED)]
)
def test_a_whole_image_is_squeezed_to_the_square(
    whole_image_card: ModelCard, size: tuple[int, int], fit: Fit
) -> None:
    source = Ramp(*size)
    cut = cut_image(source, whole_image_card, 0.7)
    assert source.read_size == SizePx(32, 32)
    assert (len(cut.patches), cut.fit, cut.too_coarse) == (1, fit, False)
