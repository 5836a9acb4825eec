"""No verdict without a scale that can be true."""

from pathlib import Path

import numpy as np
import pytest
from array_slide import COLON, ArraySlide, card

from bedside_dx.analysis.scale import check_scale
from bedside_dx.core.errors import ScaleError
from bedside_dx.core.geometry import Spacing, SpacingSource
from bedside_dx.core.model_card import Role
from bedside_dx.text import texts

PIXELS = np.zeros((8, 8, 3), np.uint8)


@pytest.mark.parametrize(
    ("um_per_px", "code", "named"),
    [
        (None, "slide.no-scale", "--spacing"),
        (0.0, "slide.absurd-scale", "--spacing"),
        (254.0, "slide.absurd-scale", "--spacing"),
        (float("nan"), "slide.absurd-scale", "--spacing"),
        (2.0, "slide.too-coarse", "higher magnification"),
    ],
)
def test_refusals_name_the_way_out(um_per_px: float | None, code: str, named: str) -> None:
    with pytest.raises(ScaleError) as refusal:
        check_scale(ArraySlide(PIXELS, um_per_px), COLON)
    assert refusal.value.code == code
    assert refusal.value.path == Path("array.tif")
    message, hint = texts("en").error(refusal.value)
    assert "array.tif" in message
    assert named in hint


def test_an_overview_is_too_coarse_not_absurd() -> None:
    slide = ArraySlide(PIXELS)
    slide.spacing = Spacing(28.974, SpacingSource.FILE, "dicom.PixelSpacing")
    with pytest.raises(ScaleError) as refusal:
        check_scale(slide, COLON)
    assert refusal.value.code == "slide.too-coarse"
    message, hint = texts("en").error(refusal.value)
    assert "28.97 µm per pixel" in message
    assert "full-resolution level" in hint


def test_beyond_an_overview_a_statement_is_absurd() -> None:
    slide = ArraySlide(PIXELS)
    slide.spacing = Spacing(264.6, SpacingSource.FILE, "dicom.PixelSpacing")
    with pytest.raises(ScaleError) as refusal:
        check_scale(slide, COLON)
    assert refusal.value.code == "slide.absurd-scale"


def test_what_is_needed_is_what_is_taken() -> None:
    coarsest = COLON.coarsest_um_px
    assert coarsest is not None
    assert check_scale(ArraySlide(PIXELS, coarsest), COLON) is not None
    with pytest.raises(ScaleError) as refusal:
        check_scale(ArraySlide(PIXELS, coarsest * 1.001), COLON)
    assert refusal.value.values["needed"] == coarsest


def test_finer_slides_and_slightly_coarser_ones_are_taken() -> None:
    for um_per_px in (0.25, 1.0, 1.2):
        spacing = check_scale(ArraySlide(PIXELS, um_per_px), COLON)
        assert isinstance(spacing, Spacing)
        assert spacing.um_per_px == um_per_px


def test_whole_images_need_no_scale() -> None:
    brain = card(Role.BENIGN, Role.TUMOUR, whole=True)
    assert check_scale(ArraySlide(PIXELS, None), brain) is None
    assert check_scale(ArraySlide(PIXELS, 0.0), brain) is None
