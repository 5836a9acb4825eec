"""MR series whose slices are test images of brains: real pixels, and a stack that is made up."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from pydicom.uid import MRImageStorage, generate_uid

from tests.scans import image

SIDE, BETWEEN = 256, 5.0


def pictures(shared: Path, label: str) -> list[Path]:
    """Test images of one class, in the order of their index."""
    folder = shared / "data" / "brain-mri"
    with (folder / "index.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == "test"]
    return [folder / row["path"] for row in rows if row["label"] == label]


def write_brain(
    folder: Path, shared: Path, labels: Sequence[str], *, turn: Any = None, **changes: Any
) -> None:
    """Write one series, a slice for each label from the feet to the head; names say nothing.

    Parameters
    ----------
    turn
        Makes stored values of grey ones (uint8); by default eight times as many.
    changes
        Attributes that each file gets instead of the usual ones.
    """
    folder.mkdir(parents=True, exist_ok=True)
    series, used = generate_uid(), dict.fromkeys(labels, 0)
    for number, label in enumerate(labels):
        path = pictures(shared, label)[used[label]]
        used[label] += 1
        with Image.open(path) as opened:
            grey = np.asarray(opened.convert("L").resize((SIDE, SIDE)))
        stored = (turn or (lambda values: values.astype(np.uint16) * 8))(grey)
        fields = {
            "SOPClassUID": MRImageStorage, "SOPInstanceUID": generate_uid(),
            "SeriesInstanceUID": series, "Modality": "MR", "BodyPartExamined": "HEAD",
            "Rows": SIDE, "Columns": SIDE, "PixelSpacing": [0.9, 0.9], "RescaleIntercept": 0,
            "ImagePositionPatient": [-115.0, -115.0, BETWEEN * number],
            "PixelData": stored.tobytes(), **changes,
        }  # fmt: skip
        data = image(number, 8, **fields)
        data.save_as(folder / f"{number * 37 % 101:03}.dcm", enforce_file_format=True)
