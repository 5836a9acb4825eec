"""Files that break, vanish or change: said, never shown as blank glass, and no one else is hurt."""

import os
import struct
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from bedside_dx.core.errors import BedsideDxError, SlideError
from bedside_dx.core.geometry import RegionPx, SizePx
from bedside_dx.core.results import Image as Pixels
from bedside_dx.imaging.probe import probe
from bedside_dx.imaging.slide import Slide, open_slide
from bedside_dx.isolation.sandbox import Crashed, Limits, run
from bedside_dx.text.messages import MESSAGES
from tests.dicom_slides import write_slide_folder
from tests.slides import he_like, write_repeated, write_slide, write_svs

TILE = 240
BAD_TILE = 3  # the fourth of the first row

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="POSIX only")


@pytest.fixture(scope="module")
def image() -> Pixels:
    return he_like(1200, 960, seed=4)


@pytest.fixture
def path(image: Pixels, tmp_path: Path) -> Path:
    return write_svs(tmp_path / "a.svs", image)


def error_of(path: Path, **options: bool) -> BedsideDxError:
    with pytest.raises(BedsideDxError) as caught:
        open_slide(path, **options)
    assert caught.value.code in MESSAGES
    return caught.value


def open_files() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def tile_at(slide: Slide, column: int, row: int) -> Pixels:
    return slide.read(RegionPx(column * TILE, row * TILE, TILE, TILE), SizePx(TILE, TILE))


def overwrite_tile(path: Path, index: int) -> bytes:
    """Spoil the start of one tile on disk and return what was there."""
    with tifffile.TiffFile(path) as tiff:
        offset = tiff.pages[0].dataoffsets[index]
    with path.open("r+b") as file:
        file.seek(offset)
        before = file.read(64)
        file.seek(offset)
        file.write(bytes(64))
    return before


class TestLatchedErrors:
    """One bad tile kills OpenSlide's handle: the others' pixels must not pay for it."""

    def test_a_bad_tile_is_an_error_and_its_neighbours_are_read(
        self, path: Path, image: Pixels
    ) -> None:
        overwrite_tile(path, BAD_TILE)
        with open_slide(path) as slide:
            for _ in range(3):
                with pytest.raises(SlideError) as caught:
                    tile_at(slide, BAD_TILE, 0)
                assert caught.value.code == "slide.unreadable-region"
                truth = image[TILE : 2 * TILE, :TILE].astype(int)
                assert np.abs(tile_at(slide, 0, 1) - truth).mean() < 6

    def test_other_threads_go_on(self, path: Path) -> None:
        places = [(c, r) for c in range(5) for r in range(4) if (c, r) != (BAD_TILE, 0)]
        with open_slide(path) as slide:
            good = {place: tile_at(slide, *place) for place in places}
        overwrite_tile(path, BAD_TILE)

        def read(place: tuple[int, int]) -> Pixels | str:
            try:
                return tile_at(slide, *place)
            except SlideError as error:
                return error.code

        asked = [place for good_place in places * 3 for place in (good_place, (BAD_TILE, 0))]
        with open_slide(path) as slide, ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(read, asked))
        for place, answer in zip(asked, answers, strict=True):
            if place == (BAD_TILE, 0):
                assert answer == "slide.unreadable-region"
            else:
                assert np.array_equal(answer, good[place])

    def test_a_passing_fault_is_forgotten(self, path: Path) -> None:
        before = overwrite_tile(path, BAD_TILE)
        with open_slide(path) as slide:
            with pytest.raises(SlideError):
                tile_at(slide, BAD_TILE, 0)
            with tifffile.TiffFile(path) as tiff:
                offset = tiff.pages[0].dataoffsets[BAD_TILE]
            with path.open("r+b") as file:
                file.seek(offset)
                file.write(before)
            assert tile_at(slide, BAD_TILE, 0).mean() < 255

    @pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts files in /proc")
    def test_no_handle_is_left_open(self, path: Path) -> None:
        overwrite_tile(path, BAD_TILE)
        before = open_files()
        with open_slide(path) as slide:
            for _ in range(30):
                with pytest.raises(SlideError):
                    tile_at(slide, BAD_TILE, 0)
            tile_at(slide, 0, 0)
            assert open_files() <= before + 2
        assert open_files() == before

    def test_a_bad_tile_spoils_only_its_part_of_an_overview(self, tmp_path: Path) -> None:
        pattern = he_like(256, 256)
        path = write_repeated(tmp_path / "flat.tif", pattern, side=6_000, downsamples=(1,))
        with tifffile.TiffFile(path) as tiff:
            table = tiff.pages[0].tags["TileOffsets"].valueoffset
        with path.open("r+b") as file:
            file.seek(table)
            file.write(struct.pack("<Q", 2**40))
        with open_slide(path) as slide:
            with pytest.raises(SlideError):
                slide.read(RegionPx(0, 0, 6_000, 6_000), SizePx(300, 300))
            right = slide.read(RegionPx(3_000, 0, 3_000, 6_000), SizePx(150, 300))
        assert right.mean() < 250


class TestProbe:
    """A file that kills its decoder kills the worker."""

    @posix_only
    def test_a_decoder_out_of_memory_is_the_workers_end(self, tmp_path: Path) -> None:
        """OpenSlide aborts its process when it can't have the memory for a tile."""
        pattern = np.full((6_000, 6_000, 3), 200, np.uint8)
        path = write_repeated(tmp_path / "a.tif", pattern, side=6_000, downsamples=(1,))
        limits = Limits(memory_bytes=220 * 2**20)
        outcome = run("bedside_dx.imaging.opening:look", {"path": str(path)}, limits)
        assert outcome == Crashed("SIGABRT")
        with pytest.raises(SlideError) as caught:
            probe(path, limits)
        assert caught.value.code == "slide.opening-crashed"

    @posix_only
    def test_a_file_that_never_answers_is_given_up(self, tmp_path: Path) -> None:
        """A pipe no one writes to: opening it waits for ever, as on a dead network disk."""
        pipe = tmp_path / "dead.svs"
        os.mkfifo(pipe)
        with pytest.raises(SlideError) as caught:
            probe(pipe, Limits(seconds=1))
        assert caught.value.code == "slide.opening-too-slow"
        assert error_of(pipe).code == "slide.unsupported"

    def test_it_says_what_opening_would_say(self, tmp_path: Path) -> None:
        path = tmp_path / "a.svs"
        path.write_text("no slide")
        assert error_of(path).code == error_of(path, probe=False).code == "slide.unsupported"


class TestChanged:
    """A result belongs to the file that was opened, and to no other."""

    def test_untouched_is_fine(self, path: Path) -> None:
        with open_slide(path, probe=False) as slide:
            slide.check_unchanged()

    @pytest.mark.parametrize("how", ["grown", "touched", "replaced", "gone"])
    def test_any_change_is_found(self, path: Path, image: Pixels, how: str) -> None:
        with open_slide(path, probe=False) as slide:
            match how:
                case "grown":
                    with path.open("ab") as file:
                        file.write(b"more")
                case "touched":
                    os.utime(path, ns=(0, 0))
                case "replaced":
                    state = path.stat()
                    other = write_svs(path.with_name("b.svs"), image)
                    os.utime(other, ns=(state.st_atime_ns, state.st_mtime_ns))
                    other.replace(path)
                case _:
                    path.unlink()
            with pytest.raises(SlideError) as caught:
                slide.check_unchanged()
            assert caught.value.code == "slide.changed"

    def test_so_is_one_in_a_sibling(self, image: Pixels, tmp_path: Path) -> None:
        folder = write_slide_folder(tmp_path / "slide", image)
        with open_slide(folder, probe=False) as slide:
            os.utime(folder / "level-4.dcm", ns=(0, 0))
            with pytest.raises(SlideError) as caught:
                slide.check_unchanged()
        assert caught.value.code == "slide.changed"

    def test_one_flipped_bit_gives_another_fingerprint(self, path: Path) -> None:
        """Half of all flipped bytes decode without complaint: only the hash tells."""
        with open_slide(path, probe=False) as slide:
            before = slide.facts().fingerprint
        data = bytearray(path.read_bytes())
        data[len(data) // 3] ^= 1
        path.write_bytes(data)
        with open_slide(path, probe=False) as slide:
            assert slide.facts().fingerprint != before
        assert len(before) == 64


class TestSizes:
    """What a header declares is not allocated before it is believed."""

    def test_a_bomb_in_a_png(self, tmp_path: Path) -> None:
        def chunk(kind: bytes, data: bytes) -> bytes:
            body = kind + data
            return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

        header = struct.pack(">2I5B", 100_000, 100_000, 8, 2, 0, 0, 0)
        pixels = chunk(b"IDAT", zlib.compress(bytes(10**6)))
        path = tmp_path / "bomb.png"
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + pixels)
        error = error_of(path)
        assert error.code == "slide.too-large"
        assert error.values == {"width": 100_000, "height": 100_000}

    def test_a_plain_tiff_that_declares_too_much(self, tmp_path: Path) -> None:
        path = tmp_path / "strips.tif"
        Image.fromarray(he_like(64, 64)).save(path)
        data = bytearray(path.read_bytes())
        with tifffile.TiffFile(path) as tiff:
            for tag in ("ImageWidth", "ImageLength", "RowsPerStrip"):
                entry = tiff.pages[0].tags[tag]
                entry_at = entry.offset + 2
                struct.pack_into("<HII", data, entry_at, 4, 1, 60_000)
        path.write_bytes(data)
        assert error_of(path).code == "slide.too-large"

    def test_a_pyramid_larger_than_any_glass(self, tmp_path: Path) -> None:
        pattern = np.full((2048, 2048, 3), 200, np.uint8)
        path = write_repeated(
            tmp_path / "a.tif", pattern, side=2_100_000, downsamples=(1,), um_per_px=None
        )
        assert error_of(path).code == "slide.too-large"


class TestNames:
    """A path is a path, whatever is in it."""

    @pytest.mark.parametrize(
        "name",
        ["coupe n°3 – côlon (éàü).svs", "スライド.svs", "a b'c\"d$e.svs", "-x.svs", "x" * 200],
    )
    def test_any_name(self, tmp_path: Path, image: Pixels, name: str) -> None:
        with open_slide(write_svs(tmp_path / name, image)) as slide:
            assert tile_at(slide, 0, 0).shape == (TILE, TILE, 3)

    def test_a_very_long_path(self, tmp_path: Path, image: Pixels) -> None:
        folder = tmp_path.joinpath(*("sous-dossier-é" * 10 for _ in range(6)))
        folder.mkdir(parents=True)
        path = write_svs(folder / "a.svs", image)
        assert len(str(path)) > 800
        with open_slide(path) as slide:
            assert slide.format == "aperio"

    def test_nothing_there(self, tmp_path: Path) -> None:
        assert error_of(tmp_path / "none.svs").code == "slide.not-found"
        assert error_of(tmp_path / ("x" * 5000)).code == "slide.no-access"

    @pytest.mark.skipif(
        sys.platform == "win32" or os.geteuid() == 0, reason="root may read everything"
    )
    def test_no_right_to_read(self, path: Path) -> None:
        path.chmod(0)
        assert error_of(path).code == "slide.no-access"


def test_an_error_closes_what_was_opened(tmp_path: Path, image: Pixels) -> None:
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("counts files in /proc")
    path = write_slide(tmp_path / "a.tif", image, icc=b"no profile")
    before = open_files()
    with pytest.raises(SlideError):
        open_slide(path, icc=True, probe=False)
    assert open_files() == before
