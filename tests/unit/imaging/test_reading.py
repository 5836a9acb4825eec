"""Pixels of any region at any scale: right place, right size, no aliasing, white outside."""

import functools
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from bedside_dx.core.errors import SlideError
from bedside_dx.core.geometry import RegionPx, SizePx
from bedside_dx.core.results import Image as Pixels
from bedside_dx.imaging.slide import Slide, open_slide
from tests.slides import he_like, write_repeated, write_slide

WIDTH, HEIGHT = 1000, 700


@pytest.fixture(scope="module")
def image() -> Pixels:
    return he_like(WIDTH, HEIGHT, seed=5)


@pytest.fixture(scope="module")
def slide(image: Pixels, tmp_path_factory: pytest.TempPathFactory) -> Slide:
    path = tmp_path_factory.mktemp("slides") / "raw.tif"
    write_slide(path, image, quality=None, downsamples=(1, 4))
    return open_slide(path, probe=False)


@settings(max_examples=60, deadline=None)
@given(
    x=st.integers(-300, WIDTH + 100),
    y=st.integers(-300, HEIGHT + 100),
    width=st.integers(1, 400),
    height=st.integers(1, 400),
)
def test_at_full_scale_pixels_are_those_stored(
    slide: Slide, image: Pixels, x: int, y: int, width: int, height: int
) -> None:
    margin = 800
    padded = np.pad(image, ((margin, margin), (margin, margin), (0, 0)), constant_values=255)
    expected = padded[margin + y : margin + y + height, margin + x : margin + x + width]
    assert np.array_equal(
        slide.read(RegionPx(x, y, width, height), SizePx(width, height)), expected
    )


@settings(max_examples=40, deadline=None)
@given(
    x=st.integers(0, WIDTH - 1),
    y=st.integers(0, HEIGHT - 1),
    width=st.integers(1, WIDTH),
    height=st.integers(1, HEIGHT),
    columns=st.integers(1, 300),
    rows=st.integers(1, 300),
)
def test_any_size_comes_back_as_asked(
    slide: Slide, x: int, y: int, width: int, height: int, columns: int, rows: int
) -> None:
    pixels = slide.read(RegionPx(x, y, width, height), SizePx(columns, rows))
    assert pixels.shape == (rows, columns, 3)


@pytest.mark.parametrize("factor", [2, 4, 5, 8])
def test_scaled_down_a_pixel_is_the_mean_of_its_place(
    slide: Slide, image: Pixels, factor: int
) -> None:
    """Nothing shifts and nothing aliases, whichever level it is read from."""
    width, height = 640 // factor, 480 // factor
    pixels = slide.read(RegionPx(120, 80, width * factor, height * factor), SizePx(width, height))
    place = image[80 : 80 + height * factor, 120 : 120 + width * factor]
    means = place.reshape(height, factor, width, factor, 3).mean((1, 3))
    difference = np.abs(pixels - means)[2:-2, 2:-2]
    shifted = np.abs(pixels[:, 1:] - means[:, :-1])[2:-2, 2:-2]
    assert difference.mean() < 6
    assert difference.mean() < shifted.mean() / 2


@pytest.mark.parametrize("factor", [2.4, 4, 7.3])
def test_neighbouring_reads_meet_without_a_seam(slide: Slide, factor: float) -> None:
    """A pixel does not depend on where the region's borders lie."""
    side = round(60 * factor)
    both = slide.read(RegionPx(40, 40, 2 * side, side), SizePx(120, 60))
    left = slide.read(RegionPx(40, 40, side, side), SizePx(60, 60))
    right = slide.read(RegionPx(40 + side, 40, side, side), SizePx(60, 60))
    assert np.abs(np.hstack([left, right]).astype(int) - both).max() <= 2


def test_threads_read_the_same_pixels(slide: Slide) -> None:
    regions = [RegionPx(37 * i % 700, 53 * i % 500, 250, 200) for i in range(60)]

    def read(region: RegionPx) -> Pixels:
        return slide.read(region, SizePx(110, 90))

    alone = [read(region) for region in regions]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(read, regions))
    assert all(np.array_equal(a, b) for a, b in zip(alone, together, strict=True))


def test_a_gigapixel_pyramid_opens_at_once(tmp_path: Path) -> None:
    path = write_repeated(tmp_path / "huge.tif", he_like(256, 256, seed=2))
    with open_slide(path) as slide:
        assert slide.size == SizePx(100_000, 100_000)
        overview = slide.read(RegionPx(0, 0, 100_000, 100_000), SizePx(500, 500))
        corner = slide.read(RegionPx(99_900, 99_900, 200, 200), SizePx(200, 200))
    assert overview.std((0, 1)).max() < 12  # one tile again and again: even from afar
    assert (corner[100:] == 255).all()
    assert corner[:100, :100].mean() < 250


def test_without_a_pyramid_an_overview_is_built_once(tmp_path: Path) -> None:
    pattern = he_like(256, 256, seed=2)
    path = write_repeated(tmp_path / "flat.tif", pattern, side=6_000, downsamples=(1,))
    with open_slide(path, probe=False) as slide:
        assert slide.downsamples == (1.0,)
        everything = RegionPx(0, 0, 6_000, 6_000)
        first = slide.read(everything, SizePx(300, 300))
        path.write_bytes(b"gone")  # what was averaged once is not read again
        assert np.array_equal(slide.read(everything, SizePx(300, 300)), first)
    assert np.abs(first.mean((0, 1)) - pattern.mean((0, 1))).max() < 4


def test_after_closing_nothing_is_read(image: Pixels, tmp_path: Path) -> None:
    path = write_slide(tmp_path / "a.tif", image)
    with open_slide(path, probe=False) as slide:
        pass
    slide.close()
    with pytest.raises(SlideError):
        slide.read(RegionPx(0, 0, 10, 10), SizePx(10, 10))


class TestColourProfile:
    """sRGB by request, the scanner's own colours else."""

    @pytest.fixture
    def path(self, image: Pixels, tmp_path: Path) -> Path:
        return write_slide(tmp_path / "icc.tif", image, quality=None, icc=swapped_profile())

    def test_it_is_applied_when_asked(self, path: Path, image: Pixels) -> None:
        region, size = RegionPx(100, 100, 200, 200), SizePx(200, 200)
        with open_slide(path) as plain, open_slide(path, icc=True) as converted:
            assert plain.icc_profile
            as_scanned = plain.read(region, size)
            srgb = converted.read(region, size)
        assert np.array_equal(as_scanned, image[100:300, 100:300])
        assert np.abs(srgb.astype(int) - as_scanned[..., ::-1]).max() <= 3

    def test_every_thread_converts_alike(self, path: Path) -> None:
        with open_slide(path, icc=True) as slide, ThreadPoolExecutor(4) as pool:
            reads = [
                pool.submit(slide.read, RegionPx(0, 0, 64, 64), SizePx(64, 64)) for _ in range(20)
            ]
            first, *others = [read.result() for read in reads]
        assert all(np.array_equal(first, other) for other in others)

    def test_no_profile_no_change(self, image: Pixels, tmp_path: Path) -> None:
        path = write_slide(tmp_path / "a.tif", image, quality=None)
        with open_slide(path, icc=True) as slide:
            assert np.array_equal(slide.read(RegionPx(0, 0, 9, 9), SizePx(9, 9)), image[:9, :9])

    def test_a_broken_profile_is_said(self, image: Pixels, tmp_path: Path) -> None:
        path = write_slide(tmp_path / "a.tif", image, icc=b"no profile at all")
        with pytest.raises(SlideError) as caught:
            open_slide(path, icc=True)
        assert caught.value.code == "slide.bad-profile"


@functools.cache
def swapped_profile() -> bytes:
    """Make sRGB with red and blue exchanged, so that a conversion can't be overlooked."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = int.from_bytes(profile[128:132])
    places = {bytes(profile[at : at + 4]): at + 4 for at in range(132, 132 + 12 * count, 12)}
    red, blue = places[b"rXYZ"], places[b"bXYZ"]
    profile[red : red + 8], profile[blue : blue + 8] = (
        profile[blue : blue + 8],
        profile[red : red + 8],
    )
    return bytes(profile)


def test_a_plain_picture_scales_like_a_slide(image: Pixels, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.fromarray(image).save(path)
    region, size = RegionPx(-50, 30, 500, 400), SizePx(125, 100)
    raw = write_slide(tmp_path / "a.tif", image, quality=None, downsamples=(1,))
    with open_slide(path) as picture, open_slide(raw) as slide:
        assert np.array_equal(picture.read(region, size), slide.read(region, size))
