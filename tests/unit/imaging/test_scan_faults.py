"""Studies that are damaged or lie: rows 13 to 22 of bad input."""

import warnings
import zipfile
import zlib
from collections import Counter
from pathlib import Path

import numpy as np
import pydicom
import pydicom.data
import pytest
from pydicom.uid import generate_uid

from bedside_dx.app.laying import overlays_of
from bedside_dx.core.errors import ImagingError
from bedside_dx.core.scan import Kind
from bedside_dx.imaging.dicom.overlaying import contours_on, masks_on
from bedside_dx.imaging.dicom.reading import ScanReader
from bedside_dx.imaging.dicom.structure import examine
from tests.drawn_on_scans import square, write_contours, write_map
from tests.phantom_series import write_phantom
from tests.scans import PYDICOM, image, refusal, write_series


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
