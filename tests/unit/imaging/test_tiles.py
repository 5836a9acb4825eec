"""The viewer's tiles: they cover the slide once, within their budget, each read once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside_dx.core.errors import SlideError
from bedside_dx.core.geometry import RegionPx, SizePx, Spacing
from bedside_dx.core.results import Image
from bedside_dx.imaging.slide import Slide, open_slide
from bedside_dx.imaging.tiles import TileCache, TileKey
from tests.slides import he_like, write_slide


class Glass:
    """A source without a file, which counts its reads and can be held up."""

    downsamples = (1.0,)
    spacing: Spacing | None = None

    def __init__(self, width: int, height: int) -> None:
        self.size = SizePx(width, height)
        self.reads: list[RegionPx] = []
        self.gate = threading.Event()
        self.gate.set()
        self.fails = False

    def read(self, region: RegionPx, size: SizePx) -> Image:
        self.reads.append(region)
        assert self.gate.wait(10)
        if self.fails:
            raise SlideError("slide.unreadable-region")
        return np.zeros((size.height, size.width, 3), np.uint8)


@pytest.fixture(scope="module")
def slide(tmp_path_factory: pytest.TempPathFactory) -> Slide:
    path = tmp_path_factory.mktemp("tiles") / "a.tif"
    return open_slide(write_slide(path, he_like(1100, 700), quality=None), probe=False)


@given(width=st.integers(1, 5000), height=st.integers(1, 5000))
def test_tiles_cover_each_level_once(width: int, height: int) -> None:
    cache = TileCache(Glass(width, height), 0)
    assert cache.grid(cache.levels - 1) == (1, 1)
    for level in range(cache.levels):
        columns, rows = cache.grid(level)
        scale = 1 << level
        across = [cache.region(TileKey(level, c, 0)) for c in range(columns)]
        down = [cache.region(TileKey(level, 0, r)) for r in range(rows)]
        assert [r.x for r in across[1:]] == [r.x + r.width for r in across[:-1]]
        assert [r.y for r in down[1:]] == [r.y + r.height for r in down[:-1]]
        assert width <= across[-1].x + across[-1].width < width + scale
        assert height <= down[-1].y + down[-1].height < height + scale


def test_tiles_put_together_are_the_slide(slide: Slide) -> None:
    cache = TileCache(slide, 10**9)
    columns, rows = cache.grid(0)
    whole = np.vstack(
        [np.hstack([cache.get(TileKey(0, c, r)) for c in range(columns)]) for r in range(rows)]
    )
    size = slide.size
    assert np.array_equal(whole, slide.read(RegionPx(0, 0, size.width, size.height), size))


def test_the_last_tile_is_the_whole_slide(slide: Slide) -> None:
    cache = TileCache(slide, 10**9)
    tile = cache.get(TileKey(cache.levels - 1, 0, 0))
    assert tile.shape == (88, 138, 3)


def test_what_was_read_is_kept_and_the_oldest_goes_first() -> None:
    glass = Glass(256 * 10, 256)
    cache = TileCache(glass, budget_bytes=3 * 256 * 256 * 3)
    for column in (0, 1, 2, 0, 3):
        cache.get(TileKey(0, column, 0))
    assert len(glass.reads) == 4
    assert cache.peek(TileKey(0, 1, 0)) is None  # the one not used for longest
    assert all(cache.peek(TileKey(0, c, 0)) is not None for c in (0, 2, 3))
    assert cache.bytes_kept == 3 * 256 * 256 * 3
    cache.clear()
    assert cache.bytes_kept == 0
    assert cache.peek(TileKey(0, 0, 0)) is None


def test_a_tile_larger_than_the_budget_is_still_read() -> None:
    cache = TileCache(Glass(256, 256), budget_bytes=10)
    assert cache.get(TileKey(0, 0, 0)).shape == (256, 256, 3)
    assert cache.bytes_kept == 0


def test_a_tile_many_ask_for_is_read_once() -> None:
    glass = Glass(256, 256)
    glass.gate.clear()
    cache = TileCache(glass, 10**9)
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(cache.get, TileKey(0, 0, 0)) for _ in range(8)]
        glass.gate.set()
        tiles = [tile.result() for tile in asked]
    assert len(glass.reads) == 1
    assert all(tile is tiles[0] for tile in tiles)


def test_a_failed_tile_is_an_error_for_all_and_tried_again_later() -> None:
    glass = Glass(256, 256)
    glass.fails = True
    cache = TileCache(glass, 10**9)
    for _ in range(2):
        with pytest.raises(SlideError):
            cache.get(TileKey(0, 0, 0))
    glass.fails = False
    assert cache.get(TileKey(0, 0, 0)).shape == (256, 256, 3)
    assert len(glass.reads) == 3


def test_a_file_on_disk_reads_by_many_threads(slide: Slide, tmp_path: Path) -> None:
    alone, shared = TileCache(slide, 10**9), TileCache(slide, 10**9)
    keys = [TileKey(level, c, 0) for level in (0, 1) for c in range(shared.grid(level)[0])] * 4
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(shared.get, keys))
    assert all(np.array_equal(alone.get(k), t) for k, t in zip(keys, together, strict=True))
