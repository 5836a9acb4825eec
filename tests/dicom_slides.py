"""DICOM slides for tests: VL Whole Slide Microscopy instances of JPEG frames, TILED_FULL."""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydicom import DataElement, Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import JPEGBaseline8Bit, VLWholeSlideMicroscopyImageStorage, generate_uid

TILE = 256


def write_instance(
    path: Path,
    image: NDArray[np.uint8],
    *,
    series: str,
    um_per_px: float = 0.5,
    patient_id: str = "",
    patient_name: str = "",
    downsample: int = 1,
    has_table: bool = True,
) -> Path:
    """Write one level of a slide; `um_per_px` is of level 0."""
    level = image if downsample == 1 else np.asarray(Image.fromarray(image).reduce(downsample))
    height, width = level.shape[:2]
    frames = _frames(level)
    data = _dataset(
        SOPClassUID=VLWholeSlideMicroscopyImageStorage,
        SOPInstanceUID=generate_uid(),
        StudyInstanceUID=f"{series[:60]}.1",
        SeriesInstanceUID=series,
        FrameOfReferenceUID=f"{series[:60]}.2",
        PatientID=patient_id,
        PatientName=patient_name,
        Modality="SM",
        ImageType=["ORIGINAL" if downsample == 1 else "DERIVED", "PRIMARY", "VOLUME", "NONE"],
        DimensionOrganizationType="TILED_FULL",
        SamplesPerPixel=3,
        PhotometricInterpretation="YBR_FULL_422",
        PlanarConfiguration=0,
        Rows=TILE,
        Columns=TILE,
        BitsAllocated=8,
        BitsStored=8,
        HighBit=7,
        PixelRepresentation=0,
        TotalPixelMatrixColumns=width,
        TotalPixelMatrixRows=height,
        TotalPixelMatrixFocalPlanes=1,
        ImagedVolumeWidth=width * downsample * um_per_px / 1000,
        ImagedVolumeHeight=height * downsample * um_per_px / 1000,
        SharedFunctionalGroupsSequence=[
            _dataset(
                PixelMeasuresSequence=[_dataset(PixelSpacing=[um_per_px * downsample / 1000] * 2)]
            )
        ],
        OpticalPathSequence=[_dataset(OpticalPathIdentifier="1")],
        NumberOfFrames=len(frames),
    )
    pixels = encapsulate(frames, has_bot=has_table)
    data.add(DataElement("PixelData", "OB", pixels, is_undefined_length=True))
    data.file_meta = FileMetaDataset()
    data.file_meta.update(
        _dataset(
            TransferSyntaxUID=JPEGBaseline8Bit,
            MediaStorageSOPClassUID=data.SOPClassUID,
            MediaStorageSOPInstanceUID=data.SOPInstanceUID,
        )
    )
    data.save_as(path, enforce_file_format=True)
    return path


def _dataset(**elements: object) -> Dataset:
    data = Dataset()
    for keyword, value in elements.items():
        setattr(data, keyword, value)
    return data


def write_slide_folder(
    folder: Path,
    image: NDArray[np.uint8],
    *,
    downsamples: tuple[int, ...] = (1, 4),
    has_table: bool = True,
    **patient: str,
) -> Path:
    """Write a slide as a folder of one file a level."""
    folder.mkdir(parents=True, exist_ok=True)
    series = generate_uid()
    for factor in downsamples:
        write_instance(
            folder / f"level-{factor}.dcm",
            image,
            series=series,
            downsample=factor,
            has_table=has_table,
            **patient,
        )
    return folder


def _frames(level: NDArray[np.uint8]) -> list[bytes]:
    height, width = level.shape[:2]
    frames = []
    for row in range(math.ceil(height / TILE)):
        for column in range(math.ceil(width / TILE)):
            part = level[row * TILE : (row + 1) * TILE, column * TILE : (column + 1) * TILE]
            missing = ((0, TILE - part.shape[0]), (0, TILE - part.shape[1]), (0, 0))
            buffer = io.BytesIO()
            tile = Image.fromarray(np.pad(part, missing, mode="edge"))
            tile.save(buffer, "JPEG", quality=90, subsampling=1)
            frames.append(buffer.getvalue())
    return frames
