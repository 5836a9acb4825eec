"""Pictures that no tissue model may feel at home with, made by code that training does not use.

Every kind has at least a hundred pictures; those cut from one photograph or series share one
weight, so that a series counts once.
"""

from __future__ import annotations

import csv
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw
from scipy import ndimage

Images = NDArray[np.uint8]
ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "samples" / "strangers"
COUNT = 120
STAINS = np.array([[0.650, 0.704, 0.286], [0.072, 0.990, 0.105], [0.268, 0.570, 0.776]])
"""Optical density of haematoxylin, eosin and DAB, red to blue (Ruifrok and Johnston, 2001)."""


@dataclass(frozen=True)
class Kind:
    """Pictures of one kind: (n, side, side, 3) uint8, and from which series each was cut."""

    images: Images
    series: Sequence[str]

    @property
    def weights(self) -> NDArray[np.float64]:
        """(n,) float64, each series adds up to 1."""
        _, of, count = np.unique(self.series, return_inverse=True, return_counts=True)
        return 1 / count[of]


def rows(folder: Path, split: str) -> list[dict[str, str]]:
    """Rows of a labelled folder."""
    with (folder / "index.csv").open(newline="", encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["split"] == split]


def pictures(paths: Iterable[Path], side: int) -> Images:
    """Pictures squeezed to a square."""
    return np.stack([_resized(Pillow.open(path).convert("RGB"), side) for path in paths])


def strangers(own: Images, data: Path, others: Sequence[str], *, stained: bool) -> dict[str, Kind]:
    """All kinds for one model.

    Parameters
    ----------
    own
        Pictures of the right kind that the model was not fitted on: spoilt and restained here.
    others
        Folders of `data` that hold other organs.
    stained
        Whether the model is for H&E: then other stains are strangers too.
    """
    side, rng = own.shape[1], np.random.default_rng(11)
    own = own[rng.permutation(len(own))[:COUNT]]
    found = {name: _of_folder(data / name, side, rng) for name in others}
    found["CT"] = _cut(list(_slices(data / "dicom", "CT")), side, rng)
    found["photographs"] = _cut(list(_photographs()), side, rng)
    found["blank"] = _each(own, lambda image: _blank(image, rng))
    found["pen"] = _each(own, lambda image: _pen(image, rng))
    found["blur"] = _each(own, lambda image: _blurred(image, rng))
    if stained:
        found["immunostain, remixed"] = _each(own, lambda image: _immunostained(image, rng))
        found["immunostain, real"] = _cut(list(_immunostain()), side, rng, least=0.3)
    return found


def _each(images: Images, change: Callable[[Images], Images]) -> Kind:
    return Kind(np.stack([change(image) for image in images]), [str(i) for i in range(len(images))])


def _of_folder(folder: Path, side: int, rng: np.random.Generator) -> Kind:
    table = rows(folder, "test")
    chosen = [table[i] for i in rng.permutation(len(table))[:COUNT]]
    images = pictures((folder / row["path"] for row in chosen), side)
    return Kind(images, [row.get("group", row["path"]) for row in chosen])


def _resized(picture: Pillow.Image, side: int) -> Images:
    return np.asarray(picture.resize((side, side), Pillow.Resampling.BOX))


def _cut(
    whole: list[tuple[str, Images]], side: int, rng: np.random.Generator, least: float = 0.4
) -> Kind:
    """Random squares of some pictures, turned and mirrored."""
    images: list[Images] = []
    series: list[str] = []
    while len(images) < COUNT:
        name, picture = whole[len(images) % len(whole)]
        shorter = min(picture.shape[:2])
        part = int(rng.uniform(least, 1.0) * shorter)
        y, x = (int(rng.integers(extent - part + 1)) for extent in picture.shape[:2])
        square = np.rot90(picture[y : y + part, x : x + part], rng.integers(4))
        images.append(_resized(Pillow.fromarray(np.ascontiguousarray(square)), side))
        series.append(name)
    return Kind(np.stack(images), series)


def _photographs() -> Iterable[tuple[str, Images]]:
    for path in sorted(PICTURES.iterdir()):
        if path.stem not in {"ihc", "retina"}:
            yield path.stem, np.asarray(Pillow.open(path).convert("RGB"))


def _immunostain() -> Iterable[tuple[str, Images]]:
    yield "ihc", np.asarray(Pillow.open(PICTURES / "ihc.png").convert("RGB"))


def _slices(folder: Path, modality: str) -> Iterable[tuple[str, Images]]:
    """Slices of the DICOM files of one modality, windowed, grey on three channels."""
    for path in sorted(folder.rglob("*.dcm")):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # samples bend the standard
            dataset = pydicom.dcmread(path)
        if dataset.get("Modality") != modality or "PixelData" not in dataset:
            continue
        try:
            pixels = dataset.pixel_array.astype(np.float64)
        except RuntimeError:  # lossless JPEG: no decoder with a free licence
            continue
        frame = pixels if pixels.ndim == 2 else pixels[len(pixels) // 2]
        low, high = np.quantile(frame, [0.02, 0.99])
        grey = ((frame - low) / max(high - low, 1) * 255).clip(0, 255).astype(np.uint8)
        series = str(dataset.get("SeriesInstanceUID", path.name))
        yield series, np.repeat(grey[..., None], 3, 2)


def _blank(image: Images, rng: np.random.Generator) -> Images:
    """Bare glass of some lamp, with a little noise."""
    light = rng.uniform(205, 250) + rng.normal(0, 4, 3)
    noise = rng.normal(0, rng.uniform(0.5, 3), image.shape)
    return (light + noise).clip(0, 255).astype(np.uint8)


def _pen(image: Images, rng: np.random.Generator) -> Images:
    """Strokes of a felt pen over more than a third of the patch."""
    side = image.shape[0]
    ink = [(20, 22, 28), (24, 48, 140), (16, 110, 54), (165, 24, 36)][int(rng.integers(4))]
    layer = Pillow.new("L", (side, side))
    draw = ImageDraw.Draw(layer)
    while np.asarray(layer).mean() < 0.45 * 255:
        points = [(int(x), int(y)) for x, y in rng.integers(-20, side + 20, (4, 2))]
        draw.line(points, fill=255, width=int(rng.integers(30, 60)), joint="curve")
    cover = np.asarray(layer)[..., None] / 255 * rng.uniform(0.75, 0.95)
    return (image * (1 - cover) + np.array(ink) * cover).astype(np.uint8)


def _blurred(image: Images, rng: np.random.Generator) -> Images:
    sigma = rng.uniform(4.5, 9)
    return ndimage.gaussian_filter(image, (sigma, sigma, 0))


def _immunostained(image: Images, rng: np.random.Generator) -> Images:
    """Unmix haematoxylin and eosin, and mix again with brown in the place of one of them."""
    residual = np.cross(STAINS[0], STAINS[1])
    basis = np.stack([STAINS[0], STAINS[1], residual / np.linalg.norm(residual)])
    amounts = (-np.log((image.astype(np.float64) + 1) / 256) @ np.linalg.inv(basis)).clip(0)
    blue, pink = amounts[..., :1], amounts[..., 1:2]
    if rng.random() < 0.5:  # cytoplasm and membranes brown
        density = 0.7 * blue * STAINS[0] + rng.uniform(0.8, 1.4) * pink * STAINS[2]
    else:  # nuclei brown on a pale blue ground
        density = 0.4 * pink * STAINS[0] + rng.uniform(0.8, 1.4) * blue * STAINS[2]
    return (256 * np.exp(-density) - 1).clip(0, 255).astype(np.uint8)
