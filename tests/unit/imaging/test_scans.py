"""Studies: every sample opened like pydicom does or refused by name, and rows 13 to 23 of bad input."""

import json
import logging
import os
import shutil
import warnings
import zipfile
import zlib
from collections import Counter
from pathlib import Path

import numpy as np
import pydicom
import pydicom.data
import pytest
import SimpleITK
from pydicom.uid import generate_uid

from bedside_dx.app.laying import overlays_of
from bedside_dx.core.errors import ImagingError
from bedside_dx.core.scan import Kind, Study, affine_of
from bedside_dx.imaging.dicom.overlaying import contours_on, masks_on
from bedside_dx.imaging.dicom.reading import LIMITS, ScanReader
from bedside_dx.imaging.dicom.recognising import is_scan
from bedside_dx.imaging.dicom.structure import examine
from bedside_dx.imaging.planes import Slab, cut
from bedside_dx.isolation.lasting import LastingWorker
from bedside_dx.isolation.sandbox import Crashed
from bench._scan_files import places, rows_of
from tests.drawn_on_scans import square, write_contours, write_map
from tests.phantom_series import write_phantom
from tests.scans import BETWEEN, ORIGIN, SPACING, image, stored, write_series

ROOT = Path(__file__).resolve().parents[3]
PYDICOM = Path(pydicom.data.__file__).parent / "test_files"


@pytest.fixture(scope="module")
def reader():
    with ScanReader() as reader:
        yield reader


def refusal(reader: ScanReader, path: Path) -> str:
    with pytest.raises(ImagingError) as caught:
        reader.open(path)
    return caught.value.code


@pytest.mark.parametrize("place", ["pydicom", "samples"])
def test_each_sample_is_like_pydicoms_or_refused_by_name_as_the_table_says(
    reader: ScanReader, place: str, shared: Path
) -> None:
    rows = list(rows_of(reader, places(shared / "data")[place]))
    said = {row.name: row.said for row in rows}
    assert len(said) >= (20 if place == "samples" else 150)
    assert not {"wrong", "scan.crashed", "scan.too-slow", "scan.no-memory"} & set(said.values())
    lines = (ROOT / "docs" / "imaging.md").read_text(encoding="utf-8").splitlines()
    table = [line.strip("| ").split(" | ") for line in lines if line.startswith(f"| {place}: ")]
    assert said == {cells[0].removeprefix(f"{place}: "): cells[3] for cells in table}


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


def test_a_zip_whose_end_is_gone_is_a_damaged_scan(reader: ScanReader, tmp_path: Path) -> None:
    write_series(tmp_path / "ct", 4)
    whole, cut_off = tmp_path / "whole.zip", tmp_path / "cut.zip"
    with zipfile.ZipFile(whole, "w") as archive:
        for file in (tmp_path / "ct").iterdir():
            archive.write(file, file.name)
    cut_off.write_bytes(whole.read_bytes()[:5000])
    assert is_scan(cut_off)
    assert refusal(reader, cut_off) == "scan.damaged"


def test_files_without_preamble_are_taken_for_scans(tmp_path: Path) -> None:
    for name in ("ExplVR_BigEndNoMeta.dcm", "ExplVR_LitEndNoMeta.dcm"):
        assert is_scan(PYDICOM / name)
    bare = tmp_path / "bare.dcm"
    image(1, 32).save_as(bare, implicit_vr=False, little_endian=True)
    assert is_scan(bare) == is_scan(tmp_path)
    assert is_scan(bare)
    for name in ("README.txt", "test1.json", "crayons.icc"):
        assert not is_scan(PYDICOM / name)


def test_a_discs_viewer_before_its_images_hides_no_study(tmp_path: Path) -> None:
    (tmp_path / "help").mkdir()
    for number in range(400):
        (tmp_path / "help" / f"{number}.htm").write_text("help")
    write_series(tmp_path / "zz", 2)
    assert is_scan(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_in_a_folder_is_not_waited_for(reader: ScanReader, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a-pipe")
    assert not is_scan(tmp_path)
    assert refusal(reader, tmp_path / "a-pipe") == "scan.not-dicom"
    write_series(tmp_path, 3)
    assert is_scan(tmp_path)
    study = reader.open(tmp_path)
    assert len(study.series[0].frames) == 3
    assert not study.refused


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read all")
def test_what_may_not_be_read_is_said(reader: ScanReader, tmp_path: Path) -> None:
    write_series(tmp_path / "ct", 3)
    locked = tmp_path / "ct" / "locked"
    write_series(locked, 3, seed=9)
    locked.chmod(0)
    try:
        study = reader.open(tmp_path / "ct")
        assert [(one.source.path, one.code) for one in study.refused] == [
            (locked, "scan.no-access")
        ]
        assert is_scan(locked)
        assert refusal(reader, locked) == "scan.no-access"
    finally:
        locked.chmod(0o700)


def test_a_dicomdir_without_its_files_says_so(reader: ScanReader, tmp_path: Path) -> None:
    shutil.copy(PYDICOM / "dicomdirtests" / "DICOMDIR", tmp_path / "DICOMDIR")
    with pytest.raises(ImagingError) as caught:
        reader.open(tmp_path)
    assert caught.value.code == "scan.none-listed"
    assert caught.value.values["files"] == 31


def test_13_not_dicom(reader: ScanReader, tmp_path: Path) -> None:
    (tmp_path / "text.dcm").write_text("no scan at all " * 50)
    assert refusal(reader, tmp_path / "text.dcm") == "scan.not-dicom"
    assert refusal(reader, tmp_path / "nowhere") == "scan.not-found"


@pytest.mark.parametrize("share", [0.3, 0.7, 0.99])
def test_14_truncated_is_never_an_empty_study(
    reader: ScanReader, tmp_path: Path, share: float
) -> None:
    write_series(tmp_path, 1)
    (file,) = tmp_path.glob("*.dcm")
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * share)])
    assert refusal(reader, file) == "scan.cut-short"
    write_series(tmp_path / "more", 3)
    study = reader.open(tmp_path)
    assert len(study.refused) == 1
    assert len(study.series[0].frames) == 3


def test_14_wherever_a_file_is_cut_it_is_no_image(tmp_path: Path) -> None:
    """At each of its bytes; between two elements nothing is cut, and no pixels are claimed."""
    write_series(tmp_path, 1, 12)
    (file,) = tmp_path.glob("*.dcm")
    content = file.read_bytes()
    assert examine(content).has_pixels
    said = Counter(judged(content[:size]) for size in range(132, len(content)))
    assert set(said) <= {"scan.cut-short", "scan.damaged", "no pixels"}
    assert 10 < said["no pixels"] < 60, "once after each element"


def judged(content: bytes) -> str:
    """What is said of a file's bytes."""
    try:
        return "pixels" if examine(content).has_pixels else "no pixels"
    except ImagingError as error:
        return error.code


def test_14_a_file_cut_before_its_pixels_is_no_study_of_images(
    reader: ScanReader, tmp_path: Path
) -> None:
    write_series(tmp_path, 1, 12)
    (file,) = tmp_path.glob("*.dcm")
    content = file.read_bytes()
    file.write_bytes(content[: content.index(b"\xe0\x7f\x10\x00")])
    study = reader.open(tmp_path)
    assert study.images == ()
    assert [series.kind for series in study.series] == [Kind.OTHER], "said to be without pixels"


def test_15_length_past_the_end(reader: ScanReader, tmp_path: Path) -> None:
    write_series(tmp_path, 1)
    (file,) = tmp_path.glob("*.dcm")
    content = bytearray(file.read_bytes())
    at = content.index(b"\x28\x00\x10\x00US")
    content[at + 6 : at + 8] = b"\xff\xff"
    file.write_bytes(content)
    assert refusal(reader, file) == "scan.cut-short"


def test_16_a_deflate_bomb_is_refused(reader: ScanReader, tmp_path: Path) -> None:
    head = image(0, 8)
    head.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1.99"
    plain = pydicom.filebase.DicomBytesIO()
    pydicom.filewriter.write_file_meta_info(plain, head.file_meta)
    engine = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    bomb = engine.compress(bytes(600 * 2**20)) + engine.flush()
    path = tmp_path / "bomb.dcm"
    path.write_bytes(bytes(128) + b"DICM" + plain.getvalue() + bomb)
    assert path.stat().st_size < 2**20
    assert refusal(reader, path) == "scan.inflates"


def test_17_nested_sequences_are_refused(reader: ScanReader, tmp_path: Path) -> None:
    write_series(tmp_path, 1)
    (file,) = tmp_path.glob("*.dcm")
    opening = b"\x08\x00\x15\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff"
    closing = b"\xfe\xff\x0d\xe0\0\0\0\0\xfe\xff\xdd\xe0\0\0\0\0"
    file.write_bytes(file.read_bytes() + opening * 5000 + closing * 5000)
    assert refusal(reader, file) == "scan.too-deep"


def test_18_sizes_that_lie(reader: ScanReader, tmp_path: Path) -> None:
    write_series(tmp_path, 1, Rows=4000, Columns=4000)
    study = reader.open(tmp_path)
    with pytest.raises(ImagingError) as caught:
        reader.stored(study.series[0].frames[0])
    assert caught.value.code == "scan.sizes-lie"
    write_series(tmp_path / "huge", 1, Rows=65000, Columns=65000)
    assert refusal(reader, tmp_path / "huge") == "scan.too-large"


def test_19_bad_date_and_charset_are_flagged(reader: ScanReader, tmp_path: Path) -> None:
    write_series(tmp_path, 2)
    for file in tmp_path.glob("*.dcm"):
        content = file.read_bytes().replace(b"20260203", b"20261399")
        file.write_bytes(content)
    assert [r.code for r in reader.open(tmp_path).series[0].remarks] == ["scan.bad-date"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        write_series(tmp_path / "set", 2, SpecificCharacterSet="ISO_IR 999")
    (series,) = reader.open(tmp_path / "set").series
    assert [r.code for r in series.remarks] == ["scan.bad-charset"]
    assert len(series.frames) == 2, "flagged, and shown all the same"


def test_20_a_dicomdir_that_leads_out_is_refused(reader: ScanReader, tmp_path: Path) -> None:
    directory = pydicom.dcmread(PYDICOM / "dicomdirtests" / "DICOMDIR")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for record in directory.DirectoryRecordSequence:
            if "ReferencedFileID" in record:
                record.ReferencedFileID = ["..", "SECRETS"]
        directory.save_as(tmp_path / "DICOMDIR")
    assert refusal(reader, tmp_path / "DICOMDIR") == "scan.outside"
    with zipfile.ZipFile(tmp_path / "out.zip", "w") as archive:
        archive.writestr("../evil.dcm", b"x")
    assert refusal(reader, tmp_path / "out.zip") == "scan.outside"


def test_21_names_of_instances_are_never_file_names(reader: ScanReader, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        write_series(tmp_path / "scan", 1, SOPInstanceUID="../../../escaped")
        before = sorted(tmp_path.parent.rglob("*"))
        reader.stored(reader.open(tmp_path / "scan").series[0].frames[0])
    assert sorted(tmp_path.parent.rglob("*")) == before


def test_21_nor_are_they_where_results_are_written(tmp_path: Path) -> None:
    from bedside_dx.cli.main import main

    bad = "../../escaped/"
    names = ("StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        write_phantom(tmp_path / "a" / "b" / "ct", **dict.fromkeys(names, bad), PatientID=bad)
    before = set(tmp_path.rglob("*"))
    out = tmp_path / "a" / "b" / "out"
    for model in ("nodule-phantom", "brain-mri"):
        command = ["diagnose", str(tmp_path / "a" / "b" / "ct"), "--model", model, "--quiet"]
        assert main([*command, "--out", str(out / model)]) in (0, 4)
    made = set(tmp_path.rglob("*")) - before
    assert all(out == file or out in file.parents for file in made)
    assert {file.name for file in made if file.is_file()} == {
        "report.json", "marks.png", "mask.nii.gz",
        "report.pdf", "patient.pdf", "heatmap.png", "findings.geojson",
    }  # fmt: skip


def test_22_no_overlay_between_frames_of_reference(
    reader: ScanReader, tmp_path: Path, shared: Path
) -> None:
    study = reader.open(shared / "data" / "dicom" / "ct-seg")
    series, drawn = study.series
    volume = reader.volume(series)
    source = drawn.frames[0].source
    (liver,) = masks_on(reader, source, volume)
    theirs = pydicom.dcmread(source.path).pixel_array
    assert liver.values.sum() == theirs.sum()
    assert liver.outside == 0
    write_series(tmp_path, 4)
    other = reader.volume(reader.open(tmp_path).series[0])
    for lay in (masks_on, contours_on):
        path = (
            source
            if lay is masks_on
            else reader.open(PYDICOM / "rtstruct.dcm").series[0].frames[0].source
        )
        with pytest.raises(ImagingError) as caught:
            lay(reader, path, other)
        assert caught.value.code == "scan.other-frame"
    values = np.ones((4, 32, 32), int)
    write_map(tmp_path / "map.dcm", values, 1.0, "1", FrameOfReferenceUID="1.2.3")
    drawn = next(one for one in reader.open(tmp_path).series if one.kind is Kind.VALUES)
    with pytest.raises(ImagingError) as caught:
        overlays_of(reader, drawn, reader.open(tmp_path).images[0])
    assert caught.value.code == "scan.other-frame"
    write_contours(tmp_path / "rt.dcm", [square(3, 3, 9, 1)])
    lines = pydicom.dcmread(tmp_path / "rt.dcm")
    del lines.FrameOfReferenceUID
    lines.StructureSetROISequence[0].ReferencedFrameOfReferenceUID = ""
    for named, is_laid in ((reader.open(tmp_path).images[0].own_name, True), ("1.2.3", False)):
        item = pydicom.Dataset()
        item.SeriesInstanceUID = named
        lines.ReferencedSeriesSequence = [item]
        lines.save_as(tmp_path / "rt.dcm", enforce_file_format=True)
        study = reader.open(tmp_path)
        drawn = next(one for one in study.series if one.kind is Kind.CONTOURS)
        if is_laid:
            assert len(overlays_of(reader, drawn, study.images[0])) == 1
        else:
            with pytest.raises(ImagingError) as caught:
                overlays_of(reader, drawn, study.images[0])
            assert caught.value.code == "scan.other-frame"
    mixed = tmp_path / "mixed"
    write_series(mixed, 3)
    image(7, 32, FrameOfReferenceUID=generate_uid()).save_as(
        mixed / "z.dcm", enforce_file_format=True
    )
    found = reader.open(mixed)
    assert len(found.series) == 2
    assert all(
        "scan.mixed-frames-of-reference" in [r.code for r in s.remarks] for s in found.series
    )


def test_two_patients_are_said_and_zip_and_dicomdir_open(
    reader: ScanReader, tmp_path: Path
) -> None:
    write_series(tmp_path / "a", 2)
    image(9, 32, PatientID="OTHER").save_as(tmp_path / "a" / "b.dcm", enforce_file_format=True)
    study = reader.open(tmp_path / "a")
    assert len(study.patients) == 2
    assert study.remarks[0].code == "scan.several-patients"
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for file in (tmp_path / "a").glob("*.dcm"):
            archive.write(file, f"x/{file.name}")
    zipped = reader.open(tmp_path / "a.zip")
    assert [len(s.frames) for s in zipped.series] == [len(s.frames) for s in study.series]
    np.testing.assert_array_equal(
        reader.stored(zipped.series[0].frames[0]), reader.stored(study.series[0].frames[0])
    )
    assert len(reader.open(PYDICOM / "dicomdirtests" / "DICOMDIR").patients) == 2


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


def test_one_number_of_two_people_is_two_patients(reader: ScanReader, tmp_path: Path) -> None:
    write_series(tmp_path, 5)
    other = {"PatientName": "Else^Someone", "PatientBirthDate": "19990101"}
    image(9, 32, **other).save_as(tmp_path / "b.dcm", enforce_file_format=True)
    unsaid = {"PatientBirthDate": ""}
    study = reader.open(tmp_path)
    assert [patient.name for patient in study.patients] in (
        ["Hidden Person", "Else Someone"],
        ["Else Someone", "Hidden Person"],
    )
    assert [one.code for one in study.remarks] == ["scan.several-patients"]
    (tmp_path / "b.dcm").unlink()
    image(9, 32, **unsaid).save_as(tmp_path / "c.dcm", enforce_file_format=True)
    study = reader.open(tmp_path)
    assert len(study.patients) == 1
    assert not study.remarks
    renamed = {**unsaid, "PatientName": "Else^Someone"}
    image(9, 32, **renamed).save_as(tmp_path / "c.dcm", enforce_file_format=True)
    study = reader.open(tmp_path)
    assert len(study.patients) == 1
    assert [one.code for one in study.remarks] == ["scan.other-names"]


def test_nothing_of_the_patient_is_logged_or_listed(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    from bedside_dx.cli.main import main

    caplog.set_level(logging.DEBUG)
    write_series(tmp_path / "scan", 2, SeriesDescription="Hidden Person, chest")
    assert main(["info", str(tmp_path / "scan"), "--json"]) == 0
    said = capfd.readouterr()
    assert json.loads(said.out)["series"][0]["images"] == 2
    for text in (said.out, said.err, caplog.text):
        assert "SECRET" not in text
        assert "Hidden" not in text


def test_a_disc_that_was_changed_shows_no_image_of_the_one_before(
    reader: ScanReader, tmp_path: Path
) -> None:
    """Discs of one scanner hold the same names: the pixels are those of the header, or none."""
    write_series(tmp_path, 3)
    before = reader.open(tmp_path).series[0]
    assert np.array_equal(reader.values(before.frames[0]), stored(0, 32) - 1024.0)
    reader.values(before.frames[1])
    for file in tmp_path.iterdir():
        file.unlink()
    other = {"SeriesInstanceUID": "1.2.9", "PatientID": "OTHER", "PatientName": "Else"}
    write_series(tmp_path, 3, **other, RescaleIntercept=5)
    for number, file in enumerate(sorted(tmp_path.iterdir())):
        data = pydicom.dcmread(file)
        data.SOPInstanceUID = data.file_meta.MediaStorageSOPInstanceUID = f"1.2.9.{number + 1}"
        data.save_as(file)
    with pytest.raises(ImagingError) as caught:
        reader.values(before.frames[2])
    assert caught.value.code == "scan.replaced"
    after = reader.open(tmp_path)
    assert [patient.identifier for patient in after.patients] == ["OTHER"]
    for number, frame in enumerate(after.series[0].frames):
        assert np.array_equal(reader.values(frame), stored(number, 32) + 5.0)
    # Exported again: the same name of the image, and other pixels.
    for file in tmp_path.iterdir():
        data = pydicom.dcmread(file)
        data.PixelData = bytes(len(data.PixelData))
        data.save_as(file)
    again = reader.open(tmp_path).series[0]
    assert (reader.values(again.frames[0]) == 5.0).all()


def test_a_worker_that_dies_is_replaced(tmp_path: Path) -> None:
    with LastingWorker(LIMITS) as worker:
        died = worker.call("os:abort", {})
        assert isinstance(died, Crashed)
        assert worker.call("os:getpid", {}).value > 0  # type: ignore[union-attr]


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
