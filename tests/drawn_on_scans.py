"""Contours and maps on the synthetic series of `tests.scans`, written with pydicom."""

from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import (
    ExplicitVRLittleEndian,
    ParametricMapStorage,
    RTStructureSetStorage,
    generate_uid,
)

from tests.scans import BETWEEN, ORIGIN, SPACING, image


def _dataset(storage: str, modality: str) -> Dataset:
    like, data = image(0, 8), Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.SOPClassUID = data.file_meta.MediaStorageSOPClassUID = storage
    data.SOPInstanceUID = data.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    data.SeriesInstanceUID, data.Modality = generate_uid(), modality
    for key in ("StudyInstanceUID", "PatientID", "PatientName", "PatientBirthDate", "StudyDate"):
        setattr(data, key, getattr(like, key))
    data.FrameOfReferenceUID = like.FrameOfReferenceUID
    return data


def _of(**values: Any) -> Dataset:
    return _set(Dataset(), **values)


def _set(data: Dataset, **values: Any) -> Dataset:
    for key, value in values.items():
        setattr(data, key, value)
    return data


def write_contours(path: Path, lines: list[np.ndarray], *, frame: str = "") -> None:
    """Write a structure set of one closed structure; lines are (n, 3) mm."""
    data = _dataset(RTStructureSetStorage, "RTSTRUCT")
    frame = frame or str(data.FrameOfReferenceUID)
    _set(
        data,
        StructureSetROISequence=Sequence(
            [_of(ROINumber=1, ROIName="GTV", ReferencedFrameOfReferenceUID=frame)]
        ),
    )
    contours = [
        _of(
            ContourGeometricType="CLOSED_PLANAR",
            NumberOfContourPoints=len(one),
            ContourData=[f"{value:.4f}" for value in one.ravel()],
        )
        for one in lines
    ]
    _set(data, ROIContourSequence=Sequence(
        [
            _of(
                ReferencedROINumber=1, ROIDisplayColor=[255, 80, 40],
                ContourSequence=Sequence(contours),
            )
        ]
    ))  # fmt: skip
    data.save_as(path, enforce_file_format=True)


def write_map(path: Path, values: np.ndarray, slope: float, unit: str, **changes: Any) -> None:
    """Write a parametric map on the voxels of the series; (slices, rows, columns) uint16."""
    data = _dataset(ParametricMapStorage, "OT")
    data.NumberOfFrames, data.Rows, data.Columns = values.shape
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.BitsAllocated = data.BitsStored = 16
    data.HighBit, data.PixelRepresentation = 15, 0
    mapped = _of(
        RealWorldValueSlope=slope,
        RealWorldValueIntercept=0.0,
        MeasurementUnitsCodeSequence=Sequence([_of(CodeValue=unit, CodeMeaning=unit)]),
    )
    measures = _of(PixelSpacing=list(SPACING), SliceThickness=BETWEEN)
    lies = _of(ImageOrientationPatient=[1, 0, 0, 0, 1, 0])
    data.SharedFunctionalGroupsSequence = Sequence(
        [
            _of(
                PixelMeasuresSequence=Sequence([measures]),
                PlaneOrientationSequence=Sequence([lies]),
                RealWorldValueMappingSequence=Sequence([mapped]),
            )
        ]
    )
    places = [[ORIGIN[0], ORIGIN[1], ORIGIN[2] + BETWEEN * at] for at in range(len(values))]
    _set(
        data,
        PerFrameFunctionalGroupsSequence=Sequence(
            [
                _of(PlanePositionSequence=Sequence([_of(ImagePositionPatient=place)]))
                for place in places
            ]
        ),
    )
    data.PixelData = values.astype(np.uint16).tobytes()
    for key, value in changes.items():
        setattr(data, key, value)
    data.save_as(path, enforce_file_format=True)


def square(row: float, column: float, side: float, number: int) -> np.ndarray:
    """Corners of a square on a slice, by pixels; (4, 3) mm."""
    corners = [
        (row, column),
        (row, column + side),
        (row + side, column + side),
        (row + side, column),
    ]
    return np.array(
        [
            [ORIGIN[0] + c * SPACING[1], ORIGIN[1] + r * SPACING[0], ORIGIN[2] + number * BETWEEN]
            for r, c in corners
        ]
    )
