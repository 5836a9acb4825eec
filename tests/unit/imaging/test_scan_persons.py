"""Whose images they are: two people are said, and nothing of a patient is logged."""

import json
import logging
import zipfile
from pathlib import Path

import numpy as np
import pydicom
import pydicom.data
import pytest

from bedside_dx.core.errors import ImagingError
from bedside_dx.imaging.dicom.reading import ScanReader
from tests.scans import PYDICOM, image, stored, write_series


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
