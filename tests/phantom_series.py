"""A made-up chest as a scanner would store it: one nodule whose voxels are known."""

from functools import cache
from pathlib import Path

import numpy as np
from scipy import ndimage

from tests.scans import image
from training.phantoms import SPACING_MM, make_phantom

BETWEEN, ACROSS = 2.5, 1.0
ORIGIN = (-80.0, -90.0, 40.0)


@cache
def _scanned() -> tuple[np.ndarray, np.ndarray]:
    """Values of the chest, and its nodule, in the grid of a scanner."""
    phantom = make_phantom(950_009, nodules=1)
    assert phantom.nodules.any()
    zoom = (SPACING_MM / BETWEEN, SPACING_MM / ACROSS, SPACING_MM / ACROSS)
    values = ndimage.zoom(phantom.values, zoom, order=1)
    truth = ndimage.zoom(phantom.nodules.astype(np.float32), zoom, order=1) >= 0.5
    truth.setflags(write=False)
    return values, truth


def write_phantom(folder: Path, **changes: object) -> np.ndarray:
    """A made-up chest with one nodule in the grid of a scanner; the nodule's voxels."""
    values, truth = _scanned()
    folder.mkdir(parents=True, exist_ok=True)
    for number, part in enumerate(values):
        pixels = (part.round().clip(-1024, 3000) + 1024).astype(np.uint16)
        place = [ORIGIN[0], ORIGIN[1], ORIGIN[2] + BETWEEN * number]
        data = image(
            number, 8, Rows=part.shape[0], Columns=part.shape[1], PixelData=pixels.tobytes(),
            PixelSpacing=[ACROSS, ACROSS], ImagePositionPatient=place, **changes,
        )  # fmt: skip
        data.save_as(folder / f"{number * 37 % 101:03}.dcm", enforce_file_format=True)
    return truth
