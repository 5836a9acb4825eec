"""DICOM slides for tests: VL Whole Slide Microscopy instances of JPEG frames, TILED_FULL."""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydicom import Dataset, FileMetaDataset, Sequence
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
) -> Path:
    """Write one level of a slide; `um_per_px` is of level 0."""
    level = image if downsample == 1 else np.asarray(Image.fromarray(image).reduce(downsample))
    height, width = level.shape[:2]
    data = Dataset()
    data.SOPClassUID = VLWholeSlideMicroscopyImageStorage
    data.SOPInstanceUID = generate_uid()
    data.StudyInstanceUID = f"{series[:60]}.1"
    data.SeriesInstanceUID = series
    data.FrameOfReferenceUID = f"{series[:60]}.2"
    data.PatientID, data.PatientName = patient_id, patient_name
    data.Modality = "SM"
    data.ImageType = ["ORIGINAL" if downsample == 1 else "DERIVED", "PRIMARY", "VOLUME", "NONE"]
    data.DimensionOrganizationType = "TILED_FULL"
    data.SamplesPerPixel = 3
    data.PhotometricInterpretation = "YBR_FULL_422"
    data.PlanarConfiguration = 0
    data.Rows = data.Columns = TILE
    data.BitsAllocated = data.BitsStored = 8
    data.HighBit, data.PixelRepresentation = 7, 0
    data.TotalPixelMatrixColumns, data.TotalPixelMatrixRows = width, height
    data.TotalPixelMatrixFocalPlanes = 1
    data.ImagedVolumeWidth = width * downsample * um_per_px / 1000
    data.ImagedVolumeHeight = height * downsample * um_per_px / 1000
    measures = Dataset()
    measures.PixelSpacing = [um_per_px * downsample / 1000] * 2
    shared = Dataset()
    shared.PixelMeasuresSequence = Sequence([measures])
    data.SharedFunctionalGroupsSequence = Sequence([shared])
    optical_path = Dataset()
    optical_path.OpticalPathIdentifier = "1"
    data.OpticalPathSequence = Sequence([optical_path])
    frames = list(_frames(level))
    data.NumberOfFrames = len(frames)
    data.PixelData = encapsulate(frames)
    data["PixelData"].VR = "OB"
    data["PixelData"].is_undefined_length = True
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
    data.save_as(path, enforce_file_format=True)
    return path


def write_slide_folder(
    folder: Path, image: NDArray[np.uint8], *, downsamples: tuple[int, ...] = (1, 4), **patient: str
) -> Path:
    """Write a slide as a folder of one file a level."""
    folder.mkdir(parents=True, exist_ok=True)
    series = generate_uid()
    for factor in downsamples:
        write_instance(
            folder / f"level-{factor}.dcm", image, series=series, downsample=factor, **patient
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
