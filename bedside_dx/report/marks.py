"""What a network marked in a volume, as JSON, as a picture and as a mask for other programs."""

from __future__ import annotations

import gzip
import struct
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from scipy import ndimage

from bedside_dx.core.heatmap import OPACITY
from bedside_dx.report.dates import with_zone
from bedside_dx.report.patient_document import patient_document

if TYPE_CHECKING:
    from pathlib import Path

    from bedside_dx.core.marks import Marked, MarkedScan, VolumeCard
    from bedside_dx.core.results import Image
    from bedside_dx.core.scan import Series, Volume
    from bedside_dx.text import Texts

SCHEMA, SCHEMA_VERSION = "bedside_dx/marks", "1.0"
MOST_SLICES, COLUMNS, SIDE = 12, 4, 320
TO_NIFTI = np.diag([-1.0, -1.0, 1.0, 1.0])
"""Patient coordinates of DICOM (left, back, head) to those of NIfTI (right, front, head)."""


def marks_document(scan: MarkedScan, t: Texts) -> dict[str, object]:
    """Everything that marking came to, as values that JSON can hold; volumes in ml."""
    case, made, card = scan.case, scan.provenance, scan.card
    return {
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "language": t.language,
        "notice": t("AI-generated, not verified. Research use only."),
        "patient": patient_document(case.patient),
        "verdict": None,
        "verdict_words": t("This model marks and measures. It makes no diagnosis."),
        "marks": [
            {
                "class": one.id,
                "label": t.of(one.label),
                "ml": round(mark.ml, 3),
                "voxels": mark.voxels,
                "slices": None if mark.slices is None else [at + 1 for at in mark.slices],
                "peak_probability": round(mark.peak, 4),
                "is_calibrated": False,
            }
            for one, mark in zip(card.classes, scan.marked.marks, strict=True)
        ],
        "series": {
            "number": int(scan.series),
            "slices": len(scan.volume.values),
            "voxel_mm": [round(value, 4) for value in scan.volume.spacing],
            "remarks": [remark.code for remark in scan.remarks],
        },
        "model": {
            "name": card.name,
            "version": card.version,
            "sha256": card.sha256,
            "origin": card.origin.document(),
            "title": t.of(card.title),
            "modality": card.modality,
            "input": "volume",
            "spacing_mm": list(card.spacing_mm),
            "window": list(card.window),
            "overlap": list(card.overlap),
            "intended_use": t.of(card.intended_use),
            "limits": list(card.limits.get(t.language) or card.limits.get("en", ())),
            "data_terms": t.of(card.data_terms),
        },
        "scan": {"file": scan.scan.path.name, "sha256": scan.scan.fingerprint},
        "provenance": {
            "program": "bedside_dx",
            "program_version": made.program_version,
            "engine": made.engine,
            "provider": made.provider,
            "started": with_zone(made.started).isoformat(timespec="seconds"),
            "duration_s": round(made.duration_s, 2),
            "windows_per_s": round(made.patches_per_s, 2),
        },
    }


def marks_sheet(volume: Volume, marked: Marked, card: VolumeCard, series: Series) -> Image:
    """Slices side by side, evenly through what was marked (or through all), outlined.

    Returns
    -------
    (height, width, 3) uint8, slices as stored, each in a square of `SIDE` px.
    """
    counts = np.array([np.count_nonzero(part) for part in marked.values])
    there = np.flatnonzero(counts) if counts.any() else np.arange(len(counts))
    picked = np.unique(there[np.linspace(0, len(there) - 1, MOST_SLICES).round().astype(int)])
    low, high = _shown(volume, series)
    rows = -(-len(picked) // COLUMNS)
    sheet = np.zeros((rows * SIDE, min(COLUMNS, len(picked)) * SIDE, 3), np.uint8)
    for number, at in enumerate(picked):
        grey = (volume.values[at].astype(np.float32) - low) / max(high - low, 1e-6)
        cell = _cell(grey.clip(0, 1), marked.values[at], card, series.aspect)
        y, x = number // COLUMNS * SIDE, number % COLUMNS * SIDE
        sheet[y : y + SIDE, x : x + SIDE] = cell
    return sheet


def _shown(volume: Volume, series: Series) -> tuple[float, float]:
    """The first window of the file or the modality, else all but the outermost values."""
    if series.windows:
        window = series.windows[0]
        return window.centre - window.width / 2, window.centre + window.width / 2
    low, high = np.quantile(volume.values[:: max(1, len(volume.values) // 8)], [0.005, 0.995])
    return float(low), float(high)


def _cell(
    grey: NDArray[np.float32], classes: NDArray[np.uint8], card: VolumeCard, aspect: float
) -> Image:
    rows, columns = grey.shape
    scale = SIDE / max(rows * aspect, columns)
    size = max(1, round(columns * scale)), max(1, round(rows * aspect * scale))
    small = Pillow.fromarray((grey * 255).astype(np.uint8)).resize(size, Pillow.Resampling.BOX)
    color = np.repeat(np.asarray(small, np.float64)[..., None], 3, 2)
    drawn = np.asarray(Pillow.fromarray(classes).resize(size, Pillow.Resampling.NEAREST))
    for number, one in enumerate(card.classes, 1):
        inside = drawn == number
        edge = inside & ~ndimage.binary_erosion(inside)
        tint = np.array(one.color, np.float64)
        color[inside] = color[inside] * (1 - OPACITY / 2) + tint * OPACITY / 2
        color[edge] = tint
    cell = np.zeros((SIDE, SIDE, 3), np.uint8)
    y, x = (SIDE - size[1]) // 2, (SIDE - size[0]) // 2
    cell[y : y + size[1], x : x + size[0]] = color.round().clip(0, 255).astype(np.uint8)
    return cell


def write_sheet(scan: MarkedScan, path: Path) -> None:
    """Write marks.png."""
    Pillow.fromarray(scan.pictures).save(path, format="png")


def write_mask(scan: MarkedScan, path: Path) -> None:
    """Write mask.nii.gz: NIfTI-1, the voxels of the series, 0 nothing and n the n-th class.

    It holds no name and no date.
    """
    values = scan.marked.values
    affine = TO_NIFTI @ scan.volume.affine
    depth, height, width = values.shape
    head = bytearray(352)
    struct.pack_into("<i", head, 0, 348)
    struct.pack_into("<8h", head, 40, 3, width, height, depth, 1, 1, 1, 1)
    struct.pack_into("<2h", head, 70, 2, 8)  # unsigned bytes
    struct.pack_into("<8f", head, 76, 1.0, *scan.volume.spacing, 0, 0, 0, 0)
    struct.pack_into("<f2f", head, 108, 352.0, 1.0, 0.0)
    head[123] = 2  # mm
    struct.pack_into("<2h", head, 252, 0, 1)  # where voxels lie is said by the three rows below
    struct.pack_into("<12f", head, 280, *affine[:3].ravel())
    head[344:348] = b"n+1\0"
    with path.open("wb") as file, gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
        packed.write(bytes(head))
        for part in values:
            packed.write(np.ascontiguousarray(part).tobytes())
