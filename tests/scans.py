"""Synthetic CT series for tests and benches: written with pydicom, names shuffled."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pydicom.data
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

from bedside_dx.core.errors import ImagingError
from bedside_dx.imaging.dicom.reading import ScanReader

PYDICOM = Path(pydicom.data.__file__).parent / "test_files"

SPACING = (0.8, 0.7)
BETWEEN = 1.5
ORIGIN = (-100.0, -120.0, 30.0)


def image(number: int, side: int, **changes: Any) -> Dataset:
    """One slice of a series; its values are those of `values_at`."""
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.file_meta.MediaStorageSOPClassUID = CTImageStorage
    data.SOPClassUID = CTImageStorage
    data.SOPInstanceUID = generate_uid(entropy_srcs=["slice", str(number)])
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
    data.StudyInstanceUID = generate_uid(entropy_srcs=["study"])
    data.SeriesInstanceUID = generate_uid(entropy_srcs=["series"])
    data.FrameOfReferenceUID = generate_uid(entropy_srcs=["frame"])
    data.PatientID, data.PatientName, data.PatientBirthDate = (
        "SECRET-17",
        "Hidden^Person",
        "19610203",
    )
    data.StudyDate, data.Modality, data.BodyPartExamined = "20260203", "CT", "CHEST"
    data.InstanceNumber = number + 1
    data.ImagePositionPatient = [ORIGIN[0], ORIGIN[1], ORIGIN[2] + BETWEEN * number]
    data.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    data.PixelSpacing = list(SPACING)
    data.Rows = data.Columns = side
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 12, 11, 0
    data.RescaleSlope, data.RescaleIntercept = 1, -1024
    data.PixelData = stored(number, side).tobytes()
    for key, value in changes.items():
        setattr(data, key, value)
    return data


def stored(number: int, side: int) -> np.ndarray:
    """Stored values of one slice, (side, side) uint16."""
    row, column = np.mgrid[:side, :side]
    return ((row * 3 + column * 5 + number * 7) % 3000).astype(np.uint16)


def write_series(
    folder: Path, count: int, side: int = 32, *, seed: int = 3, **changes: Any
) -> None:
    """Write a series under names that say nothing of the order."""
    folder.mkdir(parents=True, exist_ok=True)
    names = list(range(count))
    random.Random(seed).shuffle(names)
    for number, name in enumerate(names):
        image(number, side, **changes).save_as(
            folder / f"IM{name:04}.dcm", enforce_file_format=True
        )


def refusal(reader: ScanReader, path: Path) -> str:
    """The code with which a study is refused."""
    with pytest.raises(ImagingError) as caught:
        reader.open(path)
    return caught.value.code
