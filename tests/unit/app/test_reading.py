"""Tiles in the order they are wanted, stale wishes dropped, nothing left behind."""

import threading
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside_dx.app.reading import (
    OVERVIEW_PX,
    TILE_BYTES,
    TILE_PX,
    SlideReader,
    TileFeed,
    TileKey,
    coarsest_level,
    keys_of_level,
    open_slide,
)
from bedside_dx.core.geometry import RegionPx, SizePx
from bedside_dx.core.results import Image
from bedside_dx.imaging.slide import Slide
from tests.slides import he_like, write_slide

PATIENCE_S = 20.0


class Inbox:
    """Takes tiles in the reading threads and lets the test wait for them."""

    def __init__(self) -> None:
        self.tiles: dict[TileKey, Image | None] = {}
        self.order: list[TileKey] = []
        self._news = threading.Condition()

    def __call__(self, key: TileKey, image: Image | None) -> None:
        with self._news:
            self.tiles[key] = image
            self.order.append(key)
            self._news.notify_all()

    def wait_for(self, *keys: TileKey) -> None:
        with self._news:
            assert self._news.wait_for(lambda: set(keys) <= self.tiles.keys(), PATIENCE_S)


class Gate:
    """A real slide whose reads wait until the gate is open. Fulfils `core.ports.PixelSource`."""

    def __init__(self, slide: Slide) -> None:
        self._slide = slide
        self.size, self.downsamples, self.spacing = slide.size, slide.downsamples, slide.spacing
        self.opened, self.begun = threading.Event(), threading.Semaphore(0)

    def read(self, region: RegionPx, size: SizePx) -> Image:
        self.begun.release()
        assert self.opened.wait(PATIENCE_S)
        return self._slide.read(region, size)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reading")
    return write_slide(folder / "slide.tif", he_like(3000, 2200), um_per_px=0.5)


@pytest.fixture(scope="module")
def slide(path: Path):
    with open_slide(path) as slide:
        yield slide


@pytest.fixture
def reader():
    reader = SlideReader()
    yield reader
    reader.close()


def finished(feed: TileFeed) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while feed.is_busy and time.monotonic() < deadline:
        time.sleep(0.005)
    assert not feed.is_busy


def test_a_tile_holds_the_pixels_of_its_place(reader, slide):
    inbox = Inbox()
    feed = reader.feed(slide, inbox)
    corner = TileKey(1, 5, 4)  # the last of its row and column: cut by the slide's edge
    feed.request([corner])
    inbox.wait_for(corner)
    x, y = 5 * 2 * TILE_PX, 4 * 2 * TILE_PX
    whole = RegionPx(x, y, 3000 - x, 2200 - y)
    expected = slide.read(whole, SizePx(whole.width // 2, whole.height // 2))
    assert np.array_equal(inbox.tiles[corner], expected)
    assert np.array_equal(feed.peek(corner), expected)


def test_the_coarsest_level_comes_first_then_wishes_in_their_order(slide):
    reader = SlideReader(threads=1)
    gate, inbox = Gate(slide), Inbox()
    feed = reader.feed(gate, inbox)
    wishes = [TileKey(0, column, 3) for column in (7, 2, 5, 0)]
    feed.request(wishes)
    gate.opened.set()
    finished(feed)
    assert inbox.order == [*keys_of_level(slide.size, feed.coarsest), *wishes]
    reader.close()


def test_wishes_not_yet_begun_are_dropped_by_the_next(reader, slide):
    gate, inbox = Gate(slide), Inbox()
    feed = reader.feed(gate, inbox)
    stale = [TileKey(0, column, row) for row in range(4) for column in range(8)]
    feed.request(stale)
    feed.request([TileKey(0, 9, 7)])
    gate.opened.set()
    inbox.wait_for(TileKey(0, 9, 7))
    finished(feed)
    assert not set(inbox.order) & set(stale)


def test_what_is_in_memory_is_not_read_again(reader, slide):
    inbox = Inbox()
    feed = reader.feed(slide, inbox)
    for _ in range(3):
        feed.request([TileKey(0, 1, 1)])
        finished(feed)
    assert inbox.order.count(TileKey(0, 1, 1)) == 1


def test_a_tile_that_cannot_be_decoded_is_reported_and_its_neighbours_come(reader, damaged):
    with reader.open(damaged) as slide:
        inbox = Inbox()
        feed = reader.feed(slide, inbox)
        keys = [TileKey(0, column, 3) for column in range(6)]
        feed.request(keys)
        inbox.wait_for(*keys)
        finished(feed)
    assert [k.column for k in keys if inbox.tiles[k] is None] == [2]


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """A slide whose tile (2, 3) of level 0 is no JPEG any more."""
    image = he_like(2048, 1536, seed=3)
    path = write_slide(tmp_path / "damaged.tif", image, um_per_px=0.5)
    spoil_tile(path, column=2, row=3, columns=8)
    return path


def spoil_tile(path: Path, *, column: int, row: int, columns: int) -> None:
    """Overwrite the bytes of one tile of level 0."""
    starts = []
    data = bytearray(path.read_bytes())
    at = data.find(b"\xff\xd8\xff")
    while at >= 0:
        starts.append(at)
        at = data.find(b"\xff\xd8\xff", at + 3)
    start = starts[row * columns + column]
    data[start : start + 64] = bytes(64)
    path.write_bytes(data)


def test_closing_waits_for_a_tile_and_delivers_nothing_afterwards(slide):
    reader = SlideReader()
    gate, inbox = Gate(slide), Inbox()
    reader.feed(gate, inbox).request(keys_of_level(slide.size, 0))
    assert gate.begun.acquire(timeout=PATIENCE_S)
    threading.Timer(0.1, gate.opened.set).start()
    start = time.monotonic()
    reader.close()
    assert time.monotonic() - start < 5.0
    assert inbox.order == []
    assert not [t.name for t in threading.enumerate() if t.name.startswith("tiles")]


def test_small_pictures(reader, slide):
    assert reader.thumbnail(slide, 150).shape == (110, 150, 3)
    assert reader.patch_pixels(slide, RegionPx(2900, 2100, 224, 224), 112).shape == (112, 112, 3)


@given(st.integers(1, 2_000_000), st.integers(1, 2_000_000))
def test_the_coarsest_level_is_the_first_that_is_small(width, height):
    level = coarsest_level(SizePx(width, height))
    longest = max(width, height)
    assert longest <= OVERVIEW_PX << level
    assert level == 0 or longest > OVERVIEW_PX << (level - 1)


def test_wishes_are_cut_to_what_fits_and_drive_out_no_other(slide):
    reader, inbox = SlideReader(budget_bytes=48 * TILE_BYTES), Inbox()
    feed = reader.feed(slide, inbox)
    wishes = keys_of_level(slide.size, 0)  # 108: more than twice of what fits
    assert len(wishes) > 96
    for _ in range(3):
        feed.request(wishes)
        finished(feed)
    read = [key for key in inbox.order if key.level == 0]
    assert sorted(read) == sorted(wishes[: len(read)]), "the most wanted, and none of them twice"
    assert len(read) >= 24
    assert all(feed.peek(key) is not None for key in read)
    reader.close()


@given(
    rounds=st.lists(
        st.tuples(st.integers(0, 11), st.integers(0, 8), st.integers(1, 60)), min_size=1, max_size=8
    )
)
@settings(max_examples=15, deadline=None)
def test_whatever_was_seen_before_what_is_wished_for_is_in_memory_and_all_within_budget(
    slide, rounds
):
    budget = 48 * TILE_BYTES
    reader = SlideReader(budget_bytes=budget)
    feed = reader.feed(slide, lambda _key, _image: None)
    every = keys_of_level(slide.size, 0)
    for column, row, count in rounds:
        nearest = sorted(every, key=lambda k: abs(k.column - column) + abs(k.row - row))[:count]
        feed.request(nearest)
        finished(feed)
        assert all(feed.peek(key) is not None for key in nearest[:24])
        assert feed.bytes_kept <= budget
    reader.close()
