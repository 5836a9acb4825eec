"""What is left out because it is spoilt, what is said to have spoilt it, and what must stay in."""

from pathlib import Path

import numpy as np
import pytest
from array_slide import ArraySlide, real_patches
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageFilter

from bedside_dx.analysis import squares
from bedside_dx.analysis.patch_quality import is_badly_exposed, is_blurred, spoilt_patches
from bedside_dx.analysis.quality import QualityMap, assess_quality
from bedside_dx.analysis.tissue import TissueMask, find_tissue
from bedside_dx.core.geometry import PatchGrid
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.results import Image
from bench._defects import PENS, bubble, dust, exposure, fold, pen

UM = 1.2


@pytest.fixture(scope="module")
def section(shared_folder: Path) -> Image:
    """Six by six patches of one stain on glass, 1.6 mm of tissue."""
    with_means = [(p.mean(), p) for p in real_patches(shared_folder, "colon-he", 120)]
    alike = [p for _, p in sorted(with_means, key=lambda pair: pair[0])][40:76]
    rows = [np.hstack(alike[at : at + 6]) for at in range(0, 36, 6)]
    glass = np.full((1344 + 400, 1344 + 400, 3), 243, np.uint8)
    glass[200:-200, 200:-200] = np.vstack(rows)
    return glass


def judged(pixels: Image, um: float | None = UM) -> tuple[TissueMask, QualityMap]:
    slide = ArraySlide(pixels, um)
    tissue = find_tissue(slide)
    return tissue, assess_quality(slide, tissue)


@pytest.fixture(scope="module")
def sound(section: Image) -> tuple[TissueMask, QualityMap]:
    """What is found on the section as it is."""
    return judged(section)


def on_overview(mask: NDArray[np.bool_], tissue: TissueMask) -> NDArray[np.bool_]:
    shape = tissue.mask.shape[::-1]
    return np.asarray(Pillow.fromarray(mask).resize(shape, Pillow.Resampling.NEAREST))


def test_real_patches_are_sound_and_blurred_ones_are_told(shared: Path) -> None:
    for name in ("colon-he", "lung-he"):
        sharp = np.stack(real_patches(shared, name, 150))
        soft = np.stack(
            [np.asarray(Pillow.fromarray(p).filter(ImageFilter.GaussianBlur(4))) for p in sharp]
        )
        assert (spoilt_patches(sharp) > 0).mean() <= 0.005
        assert (spoilt_patches(soft) == PatchState.BLURRED).mean() >= 0.95
        turned = np.rot90(soft, axes=(1, 2))
        np.testing.assert_array_equal(spoilt_patches(turned), spoilt_patches(soft))


def test_clipped_patches_are_told(shared: Path) -> None:
    sound = np.stack(real_patches(shared, "colon-he", 60)).astype(np.float32)
    for gain in (0.12, 2.5):
        clipped = np.clip(sound * gain, 0, 255).astype(np.uint8)
        assert is_badly_exposed(clipped).mean() > 0.9


@pytest.mark.parametrize("grey", [0, 120, 240, 255])
def test_blank_patches_are_not_called_blurred(grey: int) -> None:
    assert not is_blurred(np.full((2, 224, 224, 3), grey, np.uint8)).any()


def test_sound_tissue_is_left_in(sound: tuple[TissueMask, QualityMap]) -> None:
    tissue, quality = sound
    assert (quality.kind > 0).mean() < 0.002
    np.testing.assert_array_equal(quality.tissue, tissue.mask | (quality.tissue & ~tissue.mask))


def restained(pixels: Image, haematoxylin: float, eosin: float) -> Image:
    """The same tissue with so many times as much of each stain; glass stays as it is."""
    stains = np.array([[0.65, 0.70, 0.29], [0.07, 0.99, 0.11]])
    stains = np.vstack([stains, np.cross(*stains)])
    stains /= np.linalg.norm(stains, axis=1, keepdims=True)
    change = np.linalg.inv(stains) @ np.diag([haematoxylin, eosin, 1.0]) @ stains
    absorbance = -np.log10((pixels.astype(np.float32) + 1) / 244)
    light = 244 * 10 ** -(absorbance @ change.astype(np.float32)) - 1
    light = np.where(absorbance.mean(-1, keepdims=True) < 0.03, pixels, light)
    return np.clip(np.rint(light), 0, 255).astype(np.uint8)


@pytest.mark.parametrize(("haematoxylin", "eosin"), [(1, 1.3), (1, 1.6), (1, 2.0), (1.6, 1.6)])
def test_strongly_stained_tissue_is_not_taken_for_ink(
    section: Image, sound: tuple[TissueMask, QualityMap], haematoxylin: float, eosin: float
) -> None:
    tissue, _ = sound
    _, quality = judged(restained(section, haematoxylin, eosin))
    assert (quality.kind[tissue.mask] > 0).mean() < 0.01
    assert quality.tissue[tissue.mask].mean() > 0.99


@pytest.mark.parametrize(
    ("defect", "least"),
    [
        (pen("black", 1.0), 0.8),
        (pen("blue", 1.0), 0.4),
        (pen("green", 1.0), 0.6),
        (pen("red", 1.0), 0.6),
        (fold(150), 0.3),
        (bubble(450), 0.7),
        (exposure(0.15), 0.8),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_what_spoils_a_section_is_found_and_named(section: Image, defect, least: float) -> None:
    pixels, mask = defect.spoil(section, UM, np.random.default_rng(1))
    tissue, quality = judged(pixels)
    covered = on_overview(mask, tissue) & on_overview(section.min(-1) < 225, tissue)
    assert (quality.kind == defect.state)[covered].mean() >= least


def test_dust_beside_the_tissue_is_no_tissue(section: Image) -> None:
    pixels, mask = dust(180).spoil(section, UM, np.random.default_rng(0))
    tissue, quality = judged(pixels)
    spots = on_overview(mask, tissue)
    assert spots.any()
    assert (quality.kind[spots] == PatchState.DEBRIS).mean() > 0.8
    assert (quality.kind[~spots] == PatchState.DEBRIS).mean() < 0.01


@pytest.mark.parametrize(
    "defect",
    [*(pen(colour, 0.8) for colour in PENS), fold(150), exposure(2.0)],
    ids=lambda defect: defect.name,
)
def test_nothing_is_lost_where_there_is_only_glass(defect) -> None:
    """A defect on bare glass hides no tissue, whatever it is; dirt is all that may be named."""
    rng = np.random.default_rng(5)
    glass = np.clip(rng.normal(242, 1.2, (600, 600, 1)), 0, 255).repeat(3, 2).astype(np.uint8)
    pixels, _ = defect.spoil(glass, 4.0, rng)
    _, quality = judged(pixels, 4.0)
    lost = quality.kind[quality.tissue]
    assert not np.isin(lost, [PatchState.INK, PatchState.FOLD, PatchState.ARTEFACT]).any()


@pytest.mark.parametrize("defect", [pen("green", 1.0), fold(150)])
def test_a_quarter_turn_changes_nothing(section: Image, defect) -> None:
    pixels, _ = defect.spoil(section, UM, np.random.default_rng(4))
    _, upright = judged(pixels)
    _, turned = judged(np.ascontiguousarray(np.rot90(pixels)))
    differing = np.rot90(upright.kind) != turned.kind
    assert differing.mean() < 0.01


@pytest.mark.parametrize(
    "defect", [pen("red", 1.0), fold(150), bubble(450), dust(180)], ids=lambda defect: defect.name
)
def test_how_wide_the_strips_are_makes_no_difference(
    section: Image, defect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Strips keep memory small; what crosses their edges is found all the same."""
    pixels, _ = defect.spoil(section, UM, np.random.default_rng(1))
    tissue, quality = judged(pixels)
    assert (quality.kind == defect.state).any()
    for rows in (10_000, 37):
        monkeypatch.setattr(squares, "STRIP", rows)
        other_tissue, other = judged(pixels)
        np.testing.assert_array_equal(other_tissue.mask, tissue.mask)
        np.testing.assert_array_equal(other_tissue.density, tissue.density)
        np.testing.assert_array_equal(other.kind, quality.kind)


def test_ink_over_tissue_spoils_its_cells_only(section: Image) -> None:
    pixels = section.copy()
    pixels[650:1094, 650:1094] = (15, 110, 60)
    tissue, quality = judged(pixels)
    grid = PatchGrid(200.0, 200.0, 224.0, 224.0, 6, 6)
    states = quality.states(tissue, grid)
    expected = np.zeros((6, 6), np.uint8)
    expected[2:4, 2:4] = PatchState.INK
    np.testing.assert_array_equal(states, expected)
    # What the ink covers is tissue that is lost, not background.
    assert (tissue.mean(quality.tissue, grid)[2:4, 2:4] > 0.9).all()


def test_without_a_scale_nothing_is_called_spoilt(section: Image) -> None:
    _, quality = judged(section[:600, :600], None)
    assert not quality.kind.any()


def test_what_cannot_be_decoded_is_called_nothing_else(section: Image) -> None:
    """It is planned as tissue, and found unreadable when it is read."""
    slide = ArraySlide(section, UM, broken=lambda region: region.y < 400)
    tissue = find_tissue(slide)
    quality = assess_quality(slide, tissue)
    assert tissue.unread.any()
    assert not quality.kind[tissue.unread].any()
    assert quality.tissue[tissue.unread].all()
