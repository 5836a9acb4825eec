"""Where images lie: sorted, even or not, and as another reader has it."""

from pathlib import Path

import numpy as np
import pydicom
import pydicom.data
import pytest
import SimpleITK

from bedside_dx.core.scan import Study, affine_of
from bedside_dx.imaging.dicom.reading import ScanReader
from bedside_dx.imaging.planes import Slab, cut
from tests.scans import BETWEEN, ORIGIN, SPACING, image, stored, write_series


def test_shuffled_names_are_sorted_by_place_with_an_exact_affine(
    reader: ScanReader, tmp_path: Path
) -> None:
    write_series(tmp_path / "ct", 12)
    snapshots: list[Study] = []
    study = reader.open(tmp_path / "ct", snapshots.append)
    (series,) = study.series
    assert len(snapshots[0].series[0].frames) == 1
    assert not snapshots[0].is_complete
    assert [frame.instance for frame in series.frames] == list(range(1, 13))
    assert series.between == pytest.approx(BETWEEN)
    volume = reader.volume(series)
    expected = [[SPACING[1], 0, 0, ORIGIN[0]], [0, SPACING[0], 0, ORIGIN[1]],
                [0, 0, BETWEEN, ORIGIN[2]], [0, 0, 0, 1]]  # fmt: skip
    np.testing.assert_allclose(volume.affine, expected, atol=1e-9)
    assert volume.values.dtype == np.int16
    for number in (0, 5, 11):
        np.testing.assert_array_equal(volume.values[number], stored(number, 32).astype(int) - 1024)
    points = np.array([[3.0, 4.0, 5.0]])
    np.testing.assert_allclose(volume.to_indices(volume.to_mm(points)), points, atol=1e-9)


def test_planes_through_a_volume_are_its_voxels(reader: ScanReader, tmp_path: Path) -> None:
    write_series(tmp_path / "ct", 9)
    volume = reader.volume(reader.open(tmp_path / "ct").series[0])
    middle = ORIGIN[1] + 10 * SPACING[0]
    coronal = cut(volume, "coronal", middle)
    np.testing.assert_allclose(coronal.values, volume.values[::-1, 10, :])
    assert coronal.plane.origin[2] == pytest.approx(ORIGIN[2] + 8 * BETWEEN)
    axial = cut(volume, "axial", ORIGIN[2] + 4.5 * BETWEEN)
    np.testing.assert_allclose(axial.values, volume.values[4:6].mean(0), atol=1e-3)
    thick = cut(volume, "axial", ORIGIN[2] + 4 * BETWEEN, thick_mm=3 * BETWEEN, slab=Slab.MAX)
    assert (thick.values >= cut(volume, "axial", ORIGIN[2] + 4 * BETWEEN).values - 1e-3).all()


def test_gaps_copies_and_conflicts_are_said(reader: ScanReader, tmp_path: Path) -> None:
    write_series(tmp_path, 8, seed=1)
    files = {pydicom.dcmread(f).InstanceNumber: f for f in tmp_path.glob("*.dcm")}
    files[4].unlink()
    (tmp_path / "copy.dcm").write_bytes(files[1].read_bytes())
    changed = pydicom.dcmread(files[8])
    changed.PixelData = bytes(len(changed.PixelData))
    changed.save_as(tmp_path / "other.dcm")
    study = reader.open(tmp_path)
    assert [r.code for r in study.series[0].remarks] == ["scan.gaps"]
    assert study.series[0].remarks[0].values == {"slices": 1}
    assert [r.code for r in study.remarks] == ["scan.copies"]
    assert [r.code for r in study.refused] == ["scan.conflict"] * 2  # row 23
    assert not study.series[0].is_volume


@pytest.mark.parametrize(
    ("odd", "frames"),
    [
        ({"PixelSpacing": [1.6, 1.4]}, [7, 1]),
        ({"PhotometricInterpretation": "MONOCHROME1"}, [7, 1]),
        ({"RescaleIntercept": None, "RescaleType": "OD"}, [7, 1]),
    ],
)
def test_an_image_on_another_footing_is_kept_apart(
    reader: ScanReader, tmp_path: Path, odd: dict[str, object], frames: list[int]
) -> None:
    """Stacked with the others it would be measured, or shown, as it is not."""
    write_series(tmp_path, 7)
    image(7, 32, **odd).save_as(tmp_path / "odd.dcm", enforce_file_format=True)
    study = reader.open(tmp_path)
    assert [len(one.frames) for one in study.series] == frames
    assert study.series[0].is_volume


def test_an_image_shifted_aside_is_said_and_nothing_is_cut(
    reader: ScanReader, tmp_path: Path
) -> None:
    write_series(tmp_path, 8)
    (file,) = [f for f in tmp_path.iterdir() if pydicom.dcmread(f).InstanceNumber == 5]
    moved = pydicom.dcmread(file)
    moved.ImagePositionPatient[0] += 30
    moved.save_as(file)
    (series,) = reader.open(tmp_path).series
    assert [(one.code, one.values) for one in series.remarks] == [("scan.aside", {"images": 1})]
    assert not series.is_volume


@pytest.mark.parametrize("folder", ["mr", "ct-seg"])
def test_a_series_lies_where_another_reader_puts_it(
    reader: ScanReader, shared: Path, folder: str
) -> None:
    study = reader.open(shared / "data" / "dicom" / folder)
    stacks = [series for series in study.series if len(series.frames) > 1]
    assert stacks
    for series in stacks:
        volume = reader.volume(series)
        theirs = SimpleITK.ReadImage([str(frame.source.path) for frame in series.frames])
        voxels = [(0, 0, 0), (5, 9, 0), (1, 2, len(series.frames) - 1)]
        points = [theirs.TransformIndexToPhysicalPoint(voxel) for voxel in voxels]
        np.testing.assert_allclose(volume.to_mm(np.array(voxels, float)), points, atol=1e-3)
        values = SimpleITK.GetArrayFromImage(theirs)
        np.testing.assert_allclose(volume.values, values, atol=1e-3)


def test_a_tilted_image_lies_where_another_reader_puts_it(
    reader: ScanReader, tmp_path: Path
) -> None:
    write_series(tmp_path, 1, ImageOrientationPatient=[0.8, 0.6, 0, 0, 0, -1])
    (frame,) = reader.open(tmp_path).series[0].frames
    assert frame.plane is not None
    theirs = SimpleITK.ReadImage(str(next(tmp_path.glob("*.dcm"))))
    affine = affine_of(frame.plane, frame.plane.normal)
    for column, row in ((0, 0), (7, 0), (0, 11), (20, 3)):
        there = theirs.TransformIndexToPhysicalPoint((column, row, 0))
        np.testing.assert_allclose((affine @ [column, row, 0, 1])[:3], there, atol=1e-6)
    direction = np.reshape(theirs.GetDirection(), (3, 3))
    np.testing.assert_allclose(frame.plane.normal, direction[:, 2], atol=1e-9)
