"""What is decoded here is what OpenSlide decodes, byte for byte, or it is left to OpenSlide."""

import random
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import openslide
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside_dx.core.errors import SlideError
from bedside_dx.core.geometry import RegionPx, SizePx
from bedside_dx.core.reading import Decoder, Indirect
from bedside_dx.core.results import Image as Pixels
from bedside_dx.imaging.direct import DirectLevels, directly
from bedside_dx.imaging.jpeg_tiles import JpegLevel
from bedside_dx.imaging.kept import KeptPixels
from bedside_dx.imaging.openslide_slide import OpenSlideLevels
from bedside_dx.imaging.positioned_file import PositionedFile
from bedside_dx.imaging.slide import open_slide
from bedside_dx.imaging.stored import Box
from bedside_dx.imaging.tiff_tiles import tiff_tiles
from tests.dicom_slides import write_slide_folder
from tests.slides import Coding, he_like, write_slide, write_svs

IMAGE = he_like(733, 611, seed=12)

codings = st.builds(
    Coding,
    subsampling=st.integers(0, 2),
    is_rgb=st.just(value=False),
    shares_tables=st.booleans(),
    is_big=st.booleans(),
) | st.builds(
    Coding,
    subsampling=st.just(0),
    is_rgb=st.just(value=True),
    shares_tables=st.booleans(),
    is_big=st.booleans(),
)


def direct(path: Path) -> DirectLevels:
    levels = directly(OpenSlideLevels(path), [path])
    assert isinstance(levels, DirectLevels)
    return levels


@settings(max_examples=25, deadline=None)
@given(
    coding=codings,
    tile=st.sampled_from([64, 128, 240, 256]),
    quality=st.integers(20, 98),
    width=st.integers(70, 733),
    height=st.integers(70, 611),
    seed=st.integers(0, 999),
)
def test_every_box_is_openslides_byte_for_byte(
    coding: Coding, tile: int, quality: int, width: int, height: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.tif")
        write_slide(path, IMAGE[:height, :width], tile=tile, quality=quality, coding=coding)
        levels, reference = direct(path), OpenSlideLevels(path)
        assert 0 in levels.levels, "level 0 is always whole pixels"
        for level in levels.levels:
            across, down = levels.sizes[level]
            for _ in range(6):
                left, right = np.sort(rng.choice(across + 1, 2, replace=False)).tolist()
                top, bottom = np.sort(rng.choice(down + 1, 2, replace=False)).tolist()
                box = Box(left, top, right, bottom)
                pixels = levels.levels[level].read(box)
                np.testing.assert_array_equal(pixels, reference.read_level(level, box))
        levels.close()
        reference.close()


@pytest.mark.parametrize("write", [write_svs, write_slide])
def test_a_patch_is_what_anyone_reads_with_openslide(
    write: Callable[..., Path], tmp_path: Path
) -> None:
    path = write(tmp_path / "a.svs", IMAGE)
    with open_slide(path) as slide, openslide.OpenSlide(path) as stock:
        assert slide.reading.decoder is Decoder.DIRECT
        for x, y in [(0, 0), (17, 201), (480, 360), (509, 387)]:
            theirs = np.asarray(stock.read_region((x, y), 0, (224, 224)).convert("RGB"))
            np.testing.assert_array_equal(
                slide.read(RegionPx(x, y, 224, 224), SizePx(224, 224)), theirs
            )


@pytest.mark.parametrize("has_table", [True, False])
def test_a_dicom_slide_is_read_directly_too(has_table: bool, tmp_path: Path) -> None:
    folder = write_slide_folder(tmp_path / "slide", IMAGE, has_table=has_table)
    with open_slide(folder) as slide:
        assert slide.reading.decoder is Decoder.DIRECT
        assert 0 in slide.reading.levels
        reference = OpenSlideLevels(folder / "level-1.dcm")
        for box in [Box(0, 0, 256, 256), Box(100, 50, 733, 611), Box(700, 600, 733, 611)]:
            width, height = box.size
            np.testing.assert_array_equal(
                slide.read(RegionPx(box.left, box.top, width, height), SizePx(width, height)),
                reference.read_level(0, box),
            )
        reference.close()


def test_a_dicom_slide_of_another_maker_is_read_directly_too(shared: Path) -> None:
    path = shared / "data/slides/multi_frame_jpeg_camelyon_challenge_image.dcm"
    with open_slide(path) as slide:
        assert slide.reading.decoder is Decoder.DIRECT


class TestLeftToOpenSlide:
    def test_a_level_that_openslide_shifts_by_parts_of_a_pixel(self, tmp_path: Path) -> None:
        """1001 px made four times smaller are 251: OpenSlide then draws between pixels."""
        image = he_like(1001, 903, seed=3)
        with open_slide(write_slide(tmp_path / "a.tif", image)) as slide:
            assert slide.reading.levels == (0,)
        with open_slide(write_slide(tmp_path / "b.tif", image[:900, :1000].copy())) as slide:
            assert slide.reading.levels == (0, 1)

    def test_what_is_no_jpeg(self, tmp_path: Path) -> None:
        with open_slide(write_slide(tmp_path / "a.tif", IMAGE, quality=None)) as slide:
            assert slide.reading.decoder is Decoder.OPENSLIDE
            assert slide.reading.why_not is Indirect.NOT_JPEG

    def test_tiles_that_come_out_differently(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A decoder that is off by one in one corner must not be used."""
        path = write_slide(tmp_path / "a.tif", IMAGE, downsamples=(1,))
        from bedside_dx.imaging import jpeg_tiles

        exact = jpeg_tiles.decode

        def decode(*tile: object) -> Pixels:
            pixels = exact(*tile).copy()
            pixels[3, 5, 1] ^= 1
            return pixels

        monkeypatch.setattr(jpeg_tiles, "decode", decode)
        with open_slide(path) as slide:
            assert slide.reading.why_not is Indirect.DIFFERENT

    def test_tiles_that_are_missing(self, tmp_path: Path) -> None:
        coding = Coding(is_missing=lambda column, row: (column, row) == (1, 0))
        path = write_slide(tmp_path / "a.tif", IMAGE, downsamples=(1,), coding=coding)
        with open_slide(path) as slide:
            assert slide.reading.decoder is Decoder.DIRECT
            hole = slide.read(RegionPx(256, 0, 256, 256), SizePx(256, 256))
            assert (hole == 255).all()
            beside = slide.read(RegionPx(0, 0, 256, 256), SizePx(256, 256))
            assert beside.std() > 5

    def test_one_bit_wrong_comes_to_the_same_as_with_openslide(self, tmp_path: Path) -> None:
        """The same pixels or the same refusal, never other pixels in silence."""
        good = write_slide(tmp_path / "a.tif", IMAGE, downsamples=(1,), tile=128).read_bytes()
        with tifffile.TiffFile(tmp_path / "a.tif") as tiff:
            page = tiff.pages[0]
            at, length = page.dataoffsets[7], page.databytecounts[7]
        column, row = 7 % 6, 7 // 6
        box = Box(column * 128, row * 128, column * 128 + 128, row * 128 + 128)
        chance, refused = random.Random(4), 0
        for turn in range(60):
            data = bytearray(good)
            # As often in the tables and markers as in the pixels.
            place = at + chance.randrange(700 if turn % 2 else length)
            data[place] ^= 1 << chance.randrange(8)
            path = tmp_path / "b.tif"
            path.write_bytes(data)
            found, theirs = outcome(path, box, is_direct=True), outcome(path, box, is_direct=False)
            refused += theirs is None
            if theirs is None:
                assert found is None, f"turn {turn}: decoded what OpenSlide refuses"
            else:
                np.testing.assert_array_equal(found, theirs, f"turn {turn}")
        assert 5 < refused < 55, "or nothing was tried"


def outcome(path: Path, box: Box, *, is_direct: bool) -> Pixels | None:
    """Pixels, or None where they are refused."""
    stored = OpenSlideLevels(path)
    levels = directly(stored, [path]) if is_direct else stored
    try:
        return levels.read_level(0, box)
    except SlideError:
        return None
    finally:
        levels.close()


def test_a_closed_slide_refuses_tiles_that_it_has_in_memory(tmp_path: Path) -> None:
    slide = open_slide(write_slide(tmp_path / "a.tif", IMAGE))
    region, size = RegionPx(0, 0, 256, 256), SizePx(256, 256)
    slide.read(region, size)
    slide.close()
    with pytest.raises(SlideError):
        slide.read(region, size)


class TestDecodedSmaller:
    @pytest.mark.parametrize(("side", "shrink"), [(100, 1), (197, 1), (200, 2), (410, 4), (600, 4)])
    def test_tiles_are_no_smaller_than_the_patch_needs(
        self, side: int, shrink: int, tmp_path: Path
    ) -> None:
        with open_slide(write_slide(tmp_path / "a.tif", IMAGE, downsamples=(1,))) as slide:
            shrunk = slide.shrunk()
            assert shrunk is not None
            assert shrunk.shrink_for(RegionPx(3, 5, side, side), SizePx(100, 100)) == shrink

    def test_it_shows_the_same_picture_in_the_same_place(self, tmp_path: Path) -> None:
        with open_slide(write_slide(tmp_path / "a.tif", IMAGE, downsamples=(1,))) as slide:
            shrunk = slide.shrunk()
            assert shrunk is not None
            for region in [RegionPx(31, 57, 448, 448), RegionPx(400, 300, 448, 448)]:
                full = slide.read(region, SizePx(224, 224)).astype(int)
                small = shrunk.read(region, SizePx(224, 224)).astype(int)
                moved = np.roll(small, 1, axis=1)
                assert np.abs(small - full).mean() < 4
                assert np.abs(small - full).mean() < np.abs(moved - full).mean() / 2

    def test_a_tile_that_is_damaged_stays_an_unreadable_place(self, tmp_path: Path) -> None:
        path = write_slide(tmp_path / "a.tif", IMAGE, downsamples=(1,), tile=64)
        with tifffile.TiffFile(path) as tiff:
            at = tiff.pages[0].dataoffsets[3]
        with path.open("r+b") as file:
            file.seek(at)
            file.write(bytes(200))
        with open_slide(path) as slide:
            shrunk = slide.shrunk()
            assert shrunk is not None
            with pytest.raises(SlideError):
                shrunk.read(RegionPx(192, 0, 64, 64), SizePx(32, 32))
            assert shrunk.read(RegionPx(320, 0, 64, 64), SizePx(32, 32)).shape == (32, 32, 3)

    def test_without_the_direct_way_there_is_none(self, tmp_path: Path) -> None:
        with open_slide(write_slide(tmp_path / "a.tif", IMAGE, quality=None)) as slide:
            assert slide.shrunk() is None


def test_between_whole_numbers_openslide_draws_between_pixels(tmp_path: Path) -> None:
    """Why a level whose downsample is not whole is left to it.

    It is asked for a place on level 0, so on such a level most boxes begin between two pixels. Its
    weights are in 128ths of a pixel: less than half of that away it gives the pixels as they are.
    """
    image = he_like(4 * 640 + 3, 4 * 520 + 1, seed=3)
    path = write_svs(tmp_path / "a.svs", image, downsamples=(1, 4))
    through = OpenSlideLevels(path)
    scale = through.downsamples[1]
    assert not scale.is_integer()
    with closing(PositionedFile(path)) as file:
        coded = next(t for t in tiff_tiles(path, file) if t.size == through.sizes[1])
        level = JpegLevel(coded, 1, KeptPixels(2**24))
        off, differs = [], []
        for x in range(0, 570, 10):
            box = Box(x, 0, x + 64, 64)
            off.append(abs(round(x * scale) / scale - x))
            differs.append(not np.array_equal(level.read(box), through.read_level(1, box)))
    through.close()
    exact = np.array(off) < 1 / 256
    assert 1 <= exact.sum() < 8, "few places are whole"
    np.testing.assert_array_equal(differs, ~exact)
    with open_slide(path, probe=False) as slide:
        assert slide.reading.levels == (0,)


def test_a_tile_is_let_go_with_the_last_patch_around_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four patches over nine tiles: the one in their middle lies under all of them."""
    path = write_slide(tmp_path / "a.tif", he_like(768, 768), downsamples=(1,), tile=256)
    gone: list[int] = []
    monkeypatch.setattr(KeptPixels, "release", lambda _, key: gone.append(key.place))
    levels = direct(path)
    before = []
    for x, y in ((0, 0), (384, 384), (384, 0), (0, 384)):
        before.append(set(gone))
        levels.levels[0].read(Box(x, y, x + 384, y + 384))
    levels.close()
    assert before == [set(), {0}, {0, 8}, {0, 1, 2, 5, 8}]
    assert sorted(gone) == list(range(9))


def test_what_is_let_go_makes_room_first() -> None:
    kept: KeptPixels[str] = KeptPixels(3)
    for name in "abc":
        kept.get(name, lambda: np.zeros(1, np.uint8))
    kept.release("b")
    kept.get("d", lambda: np.zeros(1, np.uint8))
    assert [kept.peek(name) is not None for name in "abcd"] == [True, False, True, True]
