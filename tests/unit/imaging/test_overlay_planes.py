"""Overlay planes of images against pydicom's own arrays."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset

from bedside_dx.app.scanning import ScanReader
from bedside_dx.app.stacking import SliceStack
from tests.scans import image

SIDE = 24
GROUP = 0x6000


def add_plane(data: Dataset, drawn: np.ndarray, *, group: int = GROUP, **at: Any) -> None:
    """Lay a plane over an image; of many frames where it has three axes."""
    rows, columns = drawn.shape[-2:]
    data.add_new((group, 0x0010), "US", rows)
    data.add_new((group, 0x0011), "US", columns)
    data.add_new((group, 0x0040), "CS", "G")
    data.add_new((group, 0x0050), "SS", list(at.get("origin", (1, 1))))
    data.add_new((group, 0x0100), "US", 1)
    data.add_new((group, 0x0102), "US", 0)
    if drawn.ndim == 3:
        data.add_new((group, 0x0015), "IS", len(drawn))
        data.add_new((group, 0x0051), "US", at.get("first", 1))
    if "label" in at:
        data.add_new((group, 0x1500), "LO", at["label"])
    bits = np.packbits(drawn.astype(np.uint8).ravel(), bitorder="little").tobytes()
    data.add_new((group, 0x3000), "OW", bits + b"\0" * (len(bits) % 2))


def planes_of(reader: ScanReader, path: Path, number: int = 0):
    (series,) = reader.open(path).images
    return reader.overlay_planes(series.frames[number])


def noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(3).random(shape) < 0.3


def test_pydicoms_own_example_is_equal(reader: ScanReader) -> None:
    path = Path(get_testdata_file("examples_overlay.dcm"))
    (plane,) = planes_of(reader, path)
    assert np.array_equal(plane.drawn, dcmread(path).overlay_array(GROUP))
    assert plane.drawn.any()


@pytest.mark.parametrize(
    ("size", "origin"),
    [
        ((SIDE, SIDE), (1, 1)),
        ((10, 8), (5, 7)),
        ((SIDE, SIDE), (-3, 5)),
        ((40, 40), (1, 1)),
        ((10, 10), (100, 1)),
        ((10, 10), (-40, 1)),
    ],
)
def test_a_plane_lies_where_its_origin_says(
    reader: ScanReader, tmp_path: Path, size, origin
) -> None:
    data, drawn = image(0, SIDE), noise(*size)
    add_plane(data, drawn, origin=origin, label="Biopsy")
    data.save_as(tmp_path / "one.dcm", enforce_file_format=True)
    (plane,) = planes_of(reader, tmp_path / "one.dcm")
    own = dcmread(tmp_path / "one.dcm").overlay_array(GROUP)
    wanted = np.zeros((SIDE, SIDE), bool)
    for row, column in np.argwhere(own):
        y, x = row + origin[0] - 1, column + origin[1] - 1
        if 0 <= y < SIDE and 0 <= x < SIDE:
            wanted[y, x] = True
    assert np.array_equal(plane.drawn, wanted)
    assert plane.label == "Biopsy"


def test_each_frame_has_its_own_plane(reader: ScanReader, tmp_path: Path) -> None:
    frames, drawn = 4, noise(2, SIDE, SIDE)
    data = image(0, SIDE)
    data.NumberOfFrames = frames
    data.PixelData = data.PixelData * frames
    add_plane(data, drawn, first=2)
    data.save_as(tmp_path / "many.dcm", enforce_file_format=True)
    own = dcmread(tmp_path / "many.dcm").overlay_array(GROUP)
    found = [planes_of(reader, tmp_path / "many.dcm", number)[0].drawn for number in range(frames)]
    assert not found[0].any()
    assert np.array_equal(found[1], own[0])
    assert np.array_equal(found[2], own[1])
    assert not found[3].any()


def test_several_groups_and_a_broken_one(reader: ScanReader, tmp_path: Path) -> None:
    data = image(0, SIDE)
    add_plane(data, noise(SIDE, SIDE), label="A")
    add_plane(data, ~noise(SIDE, SIDE), group=0x6004, label="B")
    data.save_as(tmp_path / "two.dcm", enforce_file_format=True)
    assert [(p.group, p.label) for p in planes_of(reader, tmp_path / "two.dcm")] == [
        (0x6000, "A"),
        (0x6004, "B"),
    ]
    del data[0x6000, 0x0010]
    data.save_as(tmp_path / "two.dcm", enforce_file_format=True)
    (series,) = reader.open(tmp_path / "two.dcm").images
    came: list[int] = []
    stack = SliceStack(reader, series, lambda _stack, at: came.append(at))
    while not stack.done:
        pass
    stack.close()
    assert stack.slice(0) is not None, "the image is there all the same"
    assert stack.overlay_error is not None
    assert stack.overlay_error.code == "scan.damaged"
