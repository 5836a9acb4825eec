"""Segments, contours and maps on planes along and across what they were drawn on."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from bedside_dx.app.laying import (
    border_of,
    crosses,
    drawn_in,
    grid_of,
    lines_on,
    overlays_of,
    overlays_of_marks,
    values_on,
)
from bedside_dx.app.scanning import ScanReader
from bedside_dx.core.errors import ImagingError
from bedside_dx.core.marks import Mark, Marked
from bedside_dx.core.scan import Contours, Kind, Plane, Volume
from bedside_dx.imaging.planes import ALONG
from bedside_dx.models.volumes.shelf import find_volume_package
from tests.drawn_on_scans import square, write_contours, write_map
from tests.scans import BETWEEN, ORIGIN, SPACING, write_series

SHARED = Path(os.environ.get("BEDSIDE_DX_SHARED", "../shared")) / "data" / "dicom"
COUNT, SIDE = 6, 32


@pytest.fixture(scope="module")
def reader():
    reader = ScanReader()
    yield reader
    reader.close()


def test_a_segment_lies_where_pydicom_has_it(reader: ScanReader) -> None:
    if not SHARED.is_dir():
        pytest.skip("the shared data is not here")
    import pydicom

    study = reader.open(SHARED / "ct-seg")
    (drawn,), on = drawn_in(study), study.images[0]
    (liver,) = overlays_of(reader, drawn, on)
    data = pydicom.dcmread(SHARED / "ct-seg" / "liver.dcm")
    whole = 0
    for frame in on.frames:
        seen = values_on(liver.volume, frame.plane, (on.rows, on.columns))
        whole += int((seen > 127).sum())
    assert whole == int(data.pixel_array.sum())
    assert liver.color is not None


def test_a_map_has_its_values_and_unit_on_all_planes(reader: ScanReader, tmp_path: Path) -> None:
    write_series(tmp_path / "study", COUNT, SIDE)
    values = np.arange(COUNT * SIDE * SIDE).reshape(COUNT, SIDE, SIDE) % 5000
    write_map(tmp_path / "study" / "map.dcm", values, 0.5, "um2/s")
    study = reader.open(tmp_path / "study")
    (drawn,), on = drawn_in(study), study.images[0]
    assert drawn.kind is Kind.VALUES
    (laid,) = overlays_of(reader, drawn, on)
    assert (laid.unit, laid.low, laid.high) == ("um2/s", 0.0, float(values.max()) / 2)
    seen = values_on(laid.volume, on.frames[4].plane, (SIDE, SIDE))
    assert np.array_equal(seen, (values[4] / 2).astype(np.float32))
    top = ORIGIN[2] + BETWEEN * (COUNT - 1)
    coronal = Plane(
        (ORIGIN[0], ORIGIN[1] + 7 * SPACING[0], top), *ALONG["coronal"], (BETWEEN, SPACING[1])
    )
    seen = values_on(laid.volume, coronal, (COUNT + 2, SIDE))
    assert np.array_equal(seen[:COUNT], (values[::-1, 7] / 2).astype(np.float32))
    assert np.isnan(seen[COUNT:]).all(), "nothing is made up outside"


def test_contours_are_seen_along_and_across(reader: ScanReader, tmp_path: Path) -> None:
    write_series(tmp_path / "study", COUNT, SIDE)
    lines = [square(8, 10, 12, number) for number in (2, 3)]
    write_contours(tmp_path / "study" / "rt.dcm", lines)
    study = reader.open(tmp_path / "study")
    (drawn,), on = drawn_in(study), study.images[0]
    (gtv,) = overlays_of(reader, drawn, on)
    assert (gtv.name, gtv.color) == ("GTV", (255, 80, 40))
    counts = [len(lines_on(gtv.contours, frame.plane)) for frame in on.frames]
    assert counts == [0, 0, 1, 1, 0, 0]
    coronal = Plane(
        (ORIGIN[0], ORIGIN[1] + 14 * SPACING[0], 0.0), *ALONG["coronal"], (BETWEEN, SPACING[1])
    )
    pieces = lines_on(gtv.contours, coronal)
    assert len(pieces) == 2
    for number, piece in zip((2, 3), pieces, strict=True):
        assert np.linalg.norm(piece[1] - piece[0]) == pytest.approx(12 * SPACING[1], abs=1e-3)
        assert piece[:, 2] == pytest.approx([ORIGIN[2] + number * BETWEEN] * 2)


def test_a_contour_with_two_arms_is_cut_in_two() -> None:
    arms = np.array([[0, 0], [10, 0], [10, 10], [7, 10], [7, 3], [3, 3], [3, 10], [0, 10.0]])
    line = np.column_stack([arms, np.zeros(len(arms))])
    plane = Plane((0.0, 6.0, 0.0), (1.0, 0.0, 0.0), (0.0, 0.0, -1.0), (1.0, 1.0))
    pieces = lines_on(Contours("u", None, (line,), (False,)), plane)
    assert sorted(sorted(piece[:, 0].tolist()) for piece in pieces) == [[0, 3], [7, 10]]


@pytest.mark.parametrize("what", ["contours", "map"])
def test_what_was_drawn_in_other_coordinates_is_refused(
    reader: ScanReader, tmp_path: Path, what: str
) -> None:
    write_series(tmp_path / "study", COUNT, SIDE)
    path = tmp_path / "study" / "drawn.dcm"
    if what == "map":
        write_map(path, np.ones((COUNT, SIDE, SIDE)), 1.0, "1", FrameOfReferenceUID="1.2.3")
    else:
        write_contours(path, [square(8, 10, 12, 2)], frame="1.2.3")
    study = reader.open(tmp_path / "study")
    with pytest.raises(ImagingError) as refused:
        overlays_of(reader, drawn_in(study)[0], study.images[0])
    assert refused.value.code == "scan.other-frame"


def test_a_series_without_places_carries_nothing(reader: ScanReader, tmp_path: Path) -> None:
    write_series(tmp_path, 2, SIDE)
    on = reader.open(tmp_path).images[0]
    frames = tuple(replace(frame, plane=None) for frame in on.frames)
    with pytest.raises(ImagingError) as refused:
        grid_of(replace(on, frames=frames))
    assert refused.value.code == "scan.no-volume"


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 1.0])
def test_a_border_is_what_an_erosion_takes_away(share: float) -> None:
    drawn = np.random.default_rng(2).random((23, 31)) < share
    mask = np.where(drawn, 255.0, 0.0).astype(np.float32)
    mask[5, 5:9] = np.nan
    drawn[5, 5:9] = False
    wanted = drawn & ~ndimage.binary_erosion(drawn)
    assert np.array_equal(border_of(mask), wanted)


def test_what_was_marked_lies_on_its_own_voxels() -> None:
    """Cropped to its slices and its box, it is where it was."""
    values = np.zeros((9, 12, 14), np.uint8)
    values[3:6, 4:8, 5:11] = 1
    values[4, 5, 6] = 0
    affine = np.array(
        [[0.7, 0, 0.1, -100], [0, 0.8, 0.2, -120], [0, 0, 1.5, 30], [0, 0, 0, 1]], float
    )
    card = find_volume_package("nodule-phantom").card
    marked = Marked(values, (Mark(card.classes[0].id, 71, 0.06, (3, 5), 0.9),))
    (found,) = overlays_of_marks(marked, Volume(values, affine), card)
    assert found.volume is not None
    at = np.argwhere(found.volume.values > 127)[:, ::-1].astype(float)
    mm = found.volume.to_mm(at)
    places = np.rint(Volume(values, affine).to_indices(mm)).astype(int)
    again = np.zeros_like(values)
    again[places[:, 2], places[:, 1], places[:, 0]] = 1
    assert np.array_equal(again, values)
    nothing = Marked(np.zeros_like(values), (Mark(card.classes[0].id, 0, 0.0, None, 0.1),))
    (empty,) = overlays_of_marks(nothing, Volume(values, affine), card)
    assert empty.volume is not None
    assert not empty.volume.values.any()


def test_a_plane_beside_a_segment_is_told_from_one_through_it() -> None:
    volume = Volume(np.ones((3, 4, 5), np.uint8), np.diag([0.7, 0.8, 1.5, 1.0]))
    for z, is_through in ((-0.8, False), (-0.7, True), (1.5, True), (3.7, True), (3.8, False)):
        plane = Plane((-90.0, -90.0, z), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (1.0, 1.0))
        assert crosses(volume, plane) is is_through, z
        if not is_through:
            assert not np.isfinite(values_on(volume, plane, (200, 200))).any()
