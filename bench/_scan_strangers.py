"""Images that the model of brain MR must not know, each as the program shows a slice to it.

All of them pass for MR of no stated body part: the header, which alone would turn most away, says
nothing here. Every kind has `COUNT` images; those cut from one series share one weight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pydicom.data
from numpy.typing import NDArray
from PIL import Image as Pillow

from bedside_dx.analysis.series import show, window_of
from bedside_dx.core.errors import ImagingError
from bedside_dx.imaging.dicom.reading import ScanReader
from bench._strangers import COUNT, PICTURES, Kind, rows

Grey = NDArray[Any]
PYDICOM = Path(pydicom.data.__file__).parent / "test_files"
LEAST_SIDE = 64
FRAMES = 12
"""Frames of one file that are used at most."""

SAMPLES: dict[str, tuple[str, ...]] = {
    "CT": (
        "ct/dicompyler-ct.0.dcm", "ct/gdcm-CT-MONO2-8-abdo.dcm", "ct/nema-ct1_jpll.dcm",
        "ct-seg/01.dcm", "ct-seg/02.dcm", "ct-seg/03.dcm", "CT_small.dcm",
    ),
    "ultrasound": (
        "examples_rgb_color.dcm", "examples_ybr_color.dcm", "examples_palette.dcm",
        "examples_jpeg2k.dcm", "ExplVR_BigEnd.dcm",
    ),
    "MR of another part": (
        "odd/multiframe-test1.dcm", "examples_overlay.dcm", "MR_small.dcm",
        "parametric-map/pm-example-slice.dcm",
    ),
    "projections": ("odd/gdcm-CR-MONO1-10-chest.dcm", "JPEG2000.dcm"),
}  # fmt: skip
"""Files by kind, of the samples beside the checkout or of pydicom's test set."""


def scan_strangers(data: Path, side: int, seed: int = 23) -> dict[str, Kind]:
    """Every kind, (n, side, side, 3) uint8 each.

    Parameters
    ----------
    data
        The shared data.
    side
        Of the model's square, px.
    """
    rng = np.random.default_rng(seed)
    kinds: dict[str, Kind] = {}
    with ScanReader() as reader:
        for kind, names in SAMPLES.items():
            kinds[kind] = _cut(list(_slices(reader, data / "dicom", names)), side, rng)
    kinds["photographs"] = _cut(list(_photographs()), side, rng)
    kinds["tissue"] = _cut(list(_tissue(data, rng)), side, rng)
    kinds["phantoms"] = _made(phantom, side, rng)
    kinds["noise"] = _made(noise, side, rng)
    return kinds


def _slices(reader: ScanReader, folder: Path, names: Sequence[str]) -> Iterator[tuple[str, Grey]]:
    """Slices with the name of their series, grey as the program makes them."""
    for name in names:
        path = folder / name if (folder / name).is_file() else PYDICOM / name
        try:
            series = reader.open(path).series[0]
            for frame in series.frames[:: max(1, len(series.frames) // FRAMES)]:
                values = reader.values(frame)
                grey = values.mean(2) if values.ndim == 3 else values
                yield path.parent.name if "ct-seg" in name else name, grey
        except ImagingError:
            continue  # counted by the table of files


def _photographs() -> Iterator[tuple[str, Grey]]:
    for path in sorted(PICTURES.iterdir()):
        if path.stem != "ihc":
            yield path.stem, np.asarray(Pillow.open(path).convert("L"), np.float32)


def _tissue(data: Path, rng: np.random.Generator) -> Iterator[tuple[str, Grey]]:
    for organ in ("colon-he", "lung-he"):
        table = rows(data / organ, "test")
        for at in rng.permutation(len(table))[: COUNT // 2]:
            path = data / organ / table[at]["path"]
            yield str(path), np.asarray(Pillow.open(path).convert("L"), np.float32)


def as_slice(values: Grey, side: int) -> NDArray[np.uint8]:
    """One image alone in its series, as `analysis.series` shows it to a model."""
    return show(values, window_of([values]), 1.0, side)


def _cut(whole: list[tuple[str, Grey]], side: int, rng: np.random.Generator) -> Kind:
    """Each image whole first, then squares of it, turned."""
    images: list[NDArray[np.uint8]] = []
    series: list[str] = []
    while len(images) < COUNT:
        name, picture = whole[len(images) % len(whole)]
        if len(images) >= len(whole):
            part = int(rng.uniform(0.5, 1.0) * min(picture.shape))
            y, x = (int(rng.integers(extent - part + 1)) for extent in picture.shape)
            picture = np.rot90(picture[y : y + part, x : x + part], rng.integers(4))
        images.append(as_slice(picture, side))
        series.append(name)
    return Kind(np.stack(images), series)


def _made(make: Callable[[np.random.Generator], Grey], side: int, rng: np.random.Generator) -> Kind:
    images = np.stack([as_slice(make(rng), side) for _ in range(COUNT)])
    return Kind(images, [str(at) for at in range(COUNT)])


def phantom(rng: np.random.Generator) -> Grey:
    """One slice of a test object: a filled cylinder or box with rods, bars, wedges or a grid."""
    side = 256
    y, x = np.mgrid[:side, :side] - (side - 1) / 2
    radius = rng.uniform(70, 115)
    inside = x**2 + y**2 < radius**2 if rng.random() < 0.7 else np.maximum(abs(x), abs(y)) < radius
    values = np.where(inside, rng.uniform(400, 900), 0.0)
    for draw in rng.permutation([_rods, _bars, _wedge, _grid])[: rng.integers(0, 4)]:
        values = draw(values, inside, x, y, radius, rng)
    shade = 1 + rng.normal(0, 0.15) * x / radius + rng.normal(0, 0.15) * y / radius
    return np.abs(values * shade + rng.normal(0, rng.uniform(3, 40), values.shape))


def _rods(values: Grey, inside: Grey, x: Grey, y: Grey, radius: float, rng: Any) -> Grey:
    count, level = int(rng.integers(4, 13)), rng.uniform(0, 1400)
    out, size = radius * rng.uniform(0.4, 0.8), radius * rng.uniform(0.05, 0.14)
    for turn in np.linspace(0, 2 * np.pi, count, endpoint=False):
        rod = (x - out * np.cos(turn)) ** 2 + (y - out * np.sin(turn)) ** 2 < size**2
        values = np.where(rod & inside, level, values)
    return values


def _bars(values: Grey, inside: Grey, x: Grey, y: Grey, radius: float, rng: Any) -> Grey:
    place = (abs(x) < radius * 0.5) & (abs(y - rng.uniform(-0.4, 0.4) * radius) < radius * 0.12)
    return np.where(place & inside & (np.sin(x * rng.uniform(0.3, 1.5)) > 0), 0.0, values)


def _wedge(values: Grey, inside: Grey, x: Grey, y: Grey, radius: float, rng: Any) -> Grey:
    place = (abs(y + radius * 0.3) < radius * 0.1) & (abs(x) < radius * 0.7)
    return np.where(place & inside, (x / radius + 1) * rng.uniform(200, 600), values)


def _grid(values: Grey, inside: Grey, x: Grey, y: Grey, radius: float, rng: Any) -> Grey:
    step = rng.uniform(10, 24)
    lines = (np.mod(x, step) < 2) | (np.mod(y, step) < 2)
    place = np.maximum(abs(x), abs(y)) < radius * rng.uniform(0.4, 0.7)
    return np.where(lines & place & inside, 0.0, values)


def noise(rng: np.random.Generator) -> Grey:
    """What a scanner makes of air."""
    return np.abs(rng.normal(0, 1, (192, 192)) + 1j * rng.normal(0, 1, (192, 192)))
