"""The scale contract: read or stated, with who said so; never guessed."""

import math
from pathlib import Path

import pytest
from PIL import Image

from bedside_dx.core.errors import ScaleError
from bedside_dx.core.geometry import Spacing, SpacingSource, is_overview, is_plausible
from bedside_dx.imaging.slide import open_slide
from bedside_dx.text import texts
from tests.slides import he_like, write_slide, write_svs

IMAGE = he_like(300, 300)

FILE, DERIVED = SpacingSource.FILE, SpacingSource.DERIVED


def spacing_of(path: Path, spacing: float | None = None) -> Spacing | None:
    with open_slide(path, spacing=spacing, probe=False) as slide:
        return slide.spacing


def test_a_scanner_states_it(tmp_path: Path) -> None:
    path = write_svs(tmp_path / "a.svs", IMAGE, mpp="0.4990")
    assert spacing_of(path) == Spacing(0.499, FILE, "aperio.MPP")


@pytest.mark.parametrize(("mpp", "entered"), [("0.2528", 0.5), ("0.499", 0.25), ("28.97", 0.5)])
def test_a_statement_that_can_be_true_is_not_overruled(
    tmp_path: Path, mpp: str, entered: float
) -> None:
    path = write_svs(tmp_path / "a.svs", IMAGE, mpp=mpp)
    with pytest.raises(ScaleError) as caught:
        spacing_of(path, entered)
    assert caught.value.code == "slide.scale-contradicts"
    what, hint = texts("en").error(caught.value)
    assert what == f"a.svs says {mpp} µm per pixel, {entered} was entered."
    assert "Leave the scale out" in hint


def test_the_user_may_be_more_exact_than_the_file(tmp_path: Path) -> None:
    path = write_svs(tmp_path / "a.svs", IMAGE, mpp="0.50")
    entered = Spacing(0.499, SpacingSource.USER, "aperio.MPP: 0.5 µm/px")
    assert spacing_of(path, 0.499) == entered


def test_the_user_wins_over_what_is_derived_and_both_are_named(tmp_path: Path) -> None:
    path = write_slide(tmp_path / "a.tif", IMAGE, um_per_px=0.26)
    entered = Spacing(0.5, SpacingSource.USER, "tiff.XResolution: 0.26 µm/px")
    assert spacing_of(path, 0.5) == entered
    with open_slide(path, spacing=0.5, probe=False) as slide:
        assert slide.own_spacing is not None
        assert slide.own_spacing.um_per_px == pytest.approx(0.26, rel=1e-4)


@pytest.mark.parametrize("stated", ["0", "-0.5", "nan", "1e9", "inf"])
def test_an_absurd_statement_is_not_taken_for_a_missing_one(tmp_path: Path, stated: str) -> None:
    path = write_svs(tmp_path / "a.svs", IMAGE, mpp=stated)
    spacing = spacing_of(path)
    assert spacing is not None
    assert spacing.source is FILE
    assert not is_plausible(spacing.um_per_px)
    corrected = spacing_of(path, 0.5)
    assert corrected is not None
    assert (corrected.um_per_px, corrected.source) == (0.5, SpacingSource.USER)


def test_what_is_no_number_is_absurd(tmp_path: Path) -> None:
    spacing = spacing_of(write_svs(tmp_path / "a.svs", IMAGE, mpp="twenty"))
    assert spacing is not None
    assert math.isnan(spacing.um_per_px)


def test_magnification_is_no_scale(tmp_path: Path) -> None:
    """The file says AppMag = 20; 20x is 0.4 to 0.6 µm/px, depending on who built it."""
    assert spacing_of(write_svs(tmp_path / "a.svs", IMAGE, mpp=None)) is None


@pytest.mark.parametrize("unit", ["cm", "inch"])
def test_a_resolution_in_units_is_derived(tmp_path: Path, unit: str) -> None:
    path = write_slide(tmp_path / "a.tif", IMAGE, um_per_px=0.5, unit=unit)
    spacing = spacing_of(path)
    assert spacing is not None
    assert spacing.um_per_px == pytest.approx(0.5, rel=1e-4)
    assert (spacing.source, spacing.detail) == (DERIVED, "tiff.XResolution")


@pytest.mark.parametrize("dpi", [72, 96, 300, 1200])
def test_a_resolution_for_the_printer_is_no_scale(tmp_path: Path, dpi: int) -> None:
    for name in ("a.png", "a.jpg", "a.tif"):
        Image.fromarray(IMAGE).save(tmp_path / name, dpi=(dpi, dpi))
        assert spacing_of(tmp_path / name) is None
    assert spacing_of(write_slide(tmp_path / "t.tif", IMAGE, um_per_px=25_400 / dpi)) is None


def test_a_plain_picture_may_carry_a_microscopes_resolution(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.fromarray(IMAGE).save(path, dpi=(50_800, 50_800))
    spacing = spacing_of(path)
    assert spacing is not None
    assert spacing.um_per_px == pytest.approx(0.5, rel=1e-3)
    assert (spacing.source, spacing.detail) == (DERIVED, "png.XResolution")


def test_without_any_it_is_none(tmp_path: Path) -> None:
    Image.fromarray(IMAGE).save(tmp_path / "a.png")
    assert spacing_of(tmp_path / "a.png") is None
    assert spacing_of(write_slide(tmp_path / "a.tif", IMAGE)) is None
    assert spacing_of(tmp_path / "a.png", 0.25) == Spacing(0.25, SpacingSource.USER)


def ome(x: str, y: str, unit: str = "") -> str:
    units = f' PhysicalSizeXUnit="{unit}" PhysicalSizeYUnit="{unit}"' if unit else ""
    return f'<OME><Image><Pixels PhysicalSizeX="{x}" PhysicalSizeY="{y}"{units}/></Image></OME>'


@pytest.mark.parametrize("is_tiled", [True, False])
def test_ome_metadata_state_it(tmp_path: Path, is_tiled: bool) -> None:
    path = tmp_path / "a.ome.tif"
    description = ome("0.25", "0.25", "um" if is_tiled else "")
    if is_tiled:
        write_slide(path, IMAGE, um_per_px=7.0, description=description)
    else:
        Image.fromarray(IMAGE).save(path, description=description)
    assert spacing_of(path) == Spacing(0.25, FILE, "ome.PhysicalSizeX")


def test_ome_in_other_units_is_left_to_the_user(tmp_path: Path) -> None:
    path = write_slide(tmp_path / "a.tif", IMAGE, description=ome("0.25", "0.25", "pixel"))
    assert spacing_of(path) is None


def test_it_is_the_mean_of_both_axes(tmp_path: Path) -> None:
    spacing = spacing_of(write_slide(tmp_path / "a.tif", IMAGE, um_per_px=(0.50, 0.52)))
    assert spacing is not None
    assert spacing.um_per_px == pytest.approx(0.51, rel=1e-3)


def test_uneven_axes_have_no_one_scale(tmp_path: Path) -> None:
    derived = write_slide(tmp_path / "a.tif", IMAGE, um_per_px=(0.5, 0.7))
    assert spacing_of(derived) is None


def test_uneven_axes_that_are_stated_are_refused(tmp_path: Path) -> None:
    from pydicom import dcmread
    from pydicom.uid import generate_uid

    from tests.dicom_slides import write_instance

    path = write_instance(tmp_path / "a.dcm", IMAGE, series=generate_uid())
    data = dcmread(path)
    measures = data.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
    measures["PixelSpacing"].value = [5e-4, 7e-4]
    data.save_as(path)
    with pytest.raises(ScaleError) as caught:
        spacing_of(path)
    assert caught.value.code == "slide.uneven-scale"
    assert spacing_of(path, 0.6) == Spacing(0.6, SpacingSource.USER)


def test_a_tiny_number_is_said_as_it_was_entered(tmp_path: Path) -> None:
    with pytest.raises(ScaleError) as caught:
        spacing_of(write_svs(tmp_path / "a.svs", IMAGE), 1e-5)
    assert "0.00001 µm per pixel" in texts("en").error(caught.value)[0]
    assert "0,00001" in texts("fr").error(caught.value)[0]


@pytest.mark.parametrize("stated", [0.0, -0.5, math.nan, math.inf, 0.001, 350.0])
def test_a_user_may_not_state_the_absurd(tmp_path: Path, stated: float) -> None:
    with pytest.raises(ScaleError) as caught:
        spacing_of(write_svs(tmp_path / "a.svs", IMAGE), stated)
    assert caught.value.code == "slide.absurd-scale"


def test_real_slides(shared: Path) -> None:
    slides = shared / "data" / "slides"
    assert spacing_of(slides / "CMU-1-Small-Region.svs") == Spacing(0.499, FILE, "aperio.MPP")
    assert spacing_of(slides / "colon-polyp-section.tif") is None
    overview = spacing_of(slides / "multi_frame_jpeg_camelyon_challenge_image.dcm")
    assert overview is not None
    assert (overview.source, overview.detail) == (FILE, "dicom.PixelSpacing")
    assert overview.um_per_px == pytest.approx(28.97, abs=0.01)
    assert is_overview(overview)
    assert not is_plausible(overview.um_per_px)
