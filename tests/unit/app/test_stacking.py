"""Slices of a series as they are read: order, growth, room, and values that do not fit."""

import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bedside_dx.app import stacking
from bedside_dx.app.cutting import together
from bedside_dx.app.scanning import ScanReader
from bedside_dx.app.stacking import SliceStack, place_of
from tests.scans import image, stored, write_series

COUNT, SIDE = 20, 16
LONG_S = 60


class Ear:
    """Hears which slices come, and waits for them."""

    def __init__(self) -> None:
        self.heard: list[int] = []
        self._news = threading.Condition()

    def __call__(self, stack: SliceStack, at: int) -> None:
        del stack
        with self._news:
            self.heard.append(at)
            self._news.notify_all()

    def wait_for(self, holds) -> None:
        with self._news:
            assert self._news.wait_for(holds, LONG_S)


@pytest.fixture
def reader():
    with ScanReader() as reader:
        yield reader


@pytest.fixture
def series(reader, tmp_path: Path):
    write_series(tmp_path, COUNT, SIDE)
    return reader.open(tmp_path).images[0]


def test_the_slice_looked_at_comes_first_then_its_neighbours(reader, series) -> None:
    ear = Ear()
    stack = SliceStack(reader, series, ear)
    stack.look_at(12)
    ear.wait_for(lambda: stack.is_complete)
    after = ear.heard[ear.heard.index(12) :]
    distances = [abs(at - 12) for at in after]
    assert distances == sorted(distances)
    assert stack.volume().values.dtype == np.int16
    for at in range(COUNT):
        assert np.array_equal(stack.slice(at), stored(at, SIDE) - 1024.0)


def test_what_was_read_is_taken_over_into_a_longer_series(reader, series) -> None:
    ear = Ear()
    part = replace(series, frames=series.frames[4:9])
    before = SliceStack(reader, part, ear)
    ear.wait_for(lambda: before.is_complete)
    stack = SliceStack(reader, series, ear, before)
    assert stack.done >= 5
    assert np.array_equal(stack.slice(4), stored(4, SIDE) - 1024.0)
    assert place_of(part.frames[0], series) == 4
    ear.wait_for(lambda: stack.is_complete)


def test_values_beyond_16_bits_widen_the_block_and_lose_nothing(reader, tmp_path: Path) -> None:
    for number in range(3):
        steep = 400.0 if number == 2 else 1.0
        image(number, SIDE, RescaleSlope=steep).save_as(
            tmp_path / f"{number}.dcm", enforce_file_format=True
        )
    series = reader.open(tmp_path).images[0]
    ear = Ear()
    stack = SliceStack(reader, series, ear)
    ear.wait_for(lambda: stack.is_complete)
    assert stack.volume().values.dtype == np.float32
    for at, steep in enumerate((1, 1, 400)):
        assert np.array_equal(stack.slice(at), stored(at, SIDE) * steep - 1024.0)


def test_without_room_for_all_those_near_are_kept_and_come_back(
    reader, series, monkeypatch: pytest.MonkeyPatch
) -> None:
    each = SIDE * SIDE * 4
    monkeypatch.setattr(stacking, "MOST_BYTES", 5 * each)
    ear = Ear()
    stack = SliceStack(reader, series, ear)
    stack.look_at(10)
    ear.wait_for(lambda: all(stack.slice(at) is not None for at in range(8, 13)))
    assert stack.volume() is None
    assert stack.nbytes <= 5 * each
    stack.look_at(2)
    ear.wait_for(lambda: all(stack.slice(at) is not None for at in range(5)))
    assert stack.nbytes <= 5 * each
    heard = len(ear.heard)
    assert not threading.Event().wait(0.3)
    assert len(ear.heard) == heard, "it rests once what is near is there"


def test_a_slab_is_as_thick_as_it_says(reader, tmp_path: Path) -> None:
    write_series(tmp_path / "thick", 9, SIDE)
    series = reader.open(tmp_path / "thick").images[0]
    assert together(series, 4, 0.0) == {4: 1.0}
    for thick_mm in (2.0, 3.0, 5.0, 10.0):
        shares = together(series, 4, thick_mm)
        assert sum(shares.values()) == pytest.approx(thick_mm)
        assert shares[4] == pytest.approx(1.5)
        assert shares[3] == pytest.approx(shares[5])
    assert sum(together(series, 0, 5.0).values()) == pytest.approx(0.75 + 2.5)


def test_slices_whose_places_are_unknown_or_uneven_are_no_slab_of_so_many(reader, tmp_path) -> None:
    write_series(tmp_path / "nowhere", 9, SIDE, ImagePositionPatient=None)
    assert together(reader.open(tmp_path / "nowhere").images[0], 4, 10.0) == {4: 1.0}
    far = tmp_path / "far"
    far.mkdir()
    for at, z in enumerate((0.0, 1.0, 2.0, 20.0, 40.0)):
        image(at, SIDE, ImagePositionPatient=[0, 0, z]).save_as(
            far / f"{at}.dcm", enforce_file_format=True
        )
    series = reader.open(far).images[0]
    assert together(series, 1, 2.0) == {0: 0.5, 1: 1.0, 2: 0.5}
    assert list(together(series, 3, 10.0)) == [3]
