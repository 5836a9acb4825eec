"""Slides composed of labelled patches: the truth of every square is known.

The slide is never held as one picture: `ComposedSlide` fulfils `core.ports.PixelSource` by looking
up the source patch of each pixel, so that slides of thousands of patches cost no memory.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from scipy import ndimage

from bedside_dx.core.geometry import RegionPx, SizePx, Spacing, SpacingSource
from bedside_dx.core.results import Image

PATCH, SPACING_UM, THUMBNAIL = 224, 1.2, 28
BLANK = -1
NORMAL, ADENOMA, CARCINOMA = 0, 1, 2
CLASSES = ("normal", "adenoma", "adenocarcinoma")


@dataclass(frozen=True)
class Library:
    """Labelled source patches, (n, 224, 224, 3) uint8, and the same at an eighth."""

    images: NDArray[np.uint8]
    thumbnails: NDArray[np.uint8]
    labels: NDArray[np.int64]


def load_library(folder: Path, split: str) -> Library:
    """Read the patches of one split of a folder with an ``index.csv``."""
    with (folder / "index.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == split]
    images = np.stack([np.asarray(Pillow.open(folder / r["path"]).convert("RGB")) for r in rows])
    return library_of(images, np.array([CLASSES.index(row["label"]) for row in rows]))


def library_of(images: NDArray[np.uint8], labels: NDArray[np.int64]) -> Library:
    """Add the thumbnails to labelled patches."""
    side = PATCH // THUMBNAIL
    blocks = images.reshape(len(images), THUMBNAIL, side, THUMBNAIL, side, 3)
    thumbnails = np.rint(blocks.mean((2, 4), dtype=np.float32)).astype(np.uint8)
    return Library(images, thumbnails, labels)


@dataclass(frozen=True)
class ComposedSlide:
    """A slide whose square (column, row) shows a source patch, or background.

    Attributes
    ----------
    source
        (rows, columns) index into `library`, `BLANK` where there is background.
    turn
        (rows, columns) 0-7: quarter turns, and from 4 on mirrored.
    offset
        Where square (0, 0) lies, px: the model's grid never meets the squares.
    fractions
        True share of the tissue squares, by class.
    """

    library: Library
    source: NDArray[np.int64]
    turn: NDArray[np.int64]
    offset: tuple[int, int]
    size: SizePx
    background: tuple[int, int, int]
    path: Path = Path("composed.tif")

    @property
    def downsamples(self) -> tuple[float, ...]:
        """Full resolution and an eighth."""
        return (1.0, PATCH / THUMBNAIL)

    @property
    def spacing(self) -> Spacing:
        """Scale of the source patches."""
        return Spacing(SPACING_UM, SpacingSource.USER)

    @property
    def labels(self) -> NDArray[np.int64]:
        """(rows, columns) class of each square, `BLANK` where there is background."""
        return np.where(self.source == BLANK, BLANK, self.library.labels[self.source])

    @property
    def fractions(self) -> Mapping[str, float]:
        """True share of the tissue squares, by class."""
        labels = self.library.labels[self.source[self.source != BLANK]]
        counts = np.bincount(labels, minlength=len(CLASSES))
        return {name: float(counts[i] / counts.sum()) for i, name in enumerate(CLASSES)}

    def read(self, region: RegionPx, size: SizePx) -> Image:
        """Pixels of a region, resampled to `size`; outside the slide it is white."""
        coarse = region.width >= size.width * self.downsamples[1]
        scale, side = (8, THUMBNAIL) if coarse else (1, PATCH)
        stored = self.library.thumbnails if coarse else self.library.images
        x0, y0 = region.x // scale, region.y // scale
        width, height = max(region.width // scale, 1), max(region.height // scale, 1)
        canvas = np.full((height, width, 3), self.background, np.uint8)
        left, top = self.offset[0] // scale, self.offset[1] // scale
        rows, columns = self.source.shape
        for row in _squares(y0 - top, height, side, rows):
            for column in _squares(x0 - left, width, side, columns):
                index = self.source[row, column]
                if index == BLANK:
                    continue
                patch = turned(stored[index], int(self.turn[row, column]))
                x, y = left + column * side - x0, top + row * side - y0
                part = patch[max(-y, 0) : height - y, max(-x, 0) : width - x]
                canvas[max(y, 0) : y + side, max(x, 0) : x + side] = part
        full = self.size
        canvas[:, max(full.width // scale - x0, 0) :] = 255
        canvas[max(full.height // scale - y0, 0) :] = 255
        canvas[:, : max(-x0, 0)] = 255
        canvas[: max(-y0, 0)] = 255
        if (width, height) == (size.width, size.height):
            return canvas
        picture = Pillow.fromarray(canvas).resize((size.width, size.height), Pillow.Resampling.BOX)
        return np.asarray(picture)


def _squares(start: int, length: int, side: int, count: int) -> range:
    return range(max(start // side, 0), min((start + length - 1) // side + 1, count))


def turned(patch: NDArray[np.uint8], turn: int) -> NDArray[np.uint8]:
    """Quarter turns, and mirrored from 4 on."""
    return np.rot90(patch[:, ::-1] if turn >= 4 else patch, turn % 4)


def compose(
    library: Library, rng: np.random.Generator, *, tissue: int, carcinoma: float, adenoma: float
) -> ComposedSlide:
    """Draw a slide: tissue on background, carcinoma in clusters, adenoma in fields or scattered.

    Parameters
    ----------
    tissue
        Number of tissue squares, about.
    carcinoma, adenoma
        Shares of the tissue squares.
    """
    shape = _tissue_shape(rng, tissue)
    labels = np.where(shape, NORMAL, BLANK)
    count = int(shape.sum())
    wanted = max(round(carcinoma * count), 1) if carcinoma > 0 else 0
    grow(labels, CARCINOMA, wanted, rng, clusters=1 if wanted < 12 else int(rng.integers(1, 5)))
    wanted = max(round(adenoma * count), 1) if adenoma > 0 else 0
    if rng.random() < 0.5:
        grow(labels, ADENOMA, wanted, rng, clusters=int(rng.integers(1, 4)))
    else:
        free = np.flatnonzero(labels == NORMAL)
        labels.flat[rng.choice(free, min(wanted, len(free)), replace=False)] = ADENOMA
    source = np.full(labels.shape, BLANK, np.int64)
    for label in (NORMAL, ADENOMA, CARCINOMA):
        members = np.flatnonzero(library.labels == label)
        here = labels == label
        source[here] = rng.choice(members, int(here.sum()))
    offset = (int(rng.integers(PATCH)), int(rng.integers(PATCH)))
    rows, columns = labels.shape
    shade = int(rng.integers(228, 250))
    return ComposedSlide(
        library=library,
        source=source,
        turn=rng.integers(0, 8, labels.shape),
        offset=offset,
        size=SizePx(
            columns * PATCH + offset[0] + int(rng.integers(PATCH)),
            rows * PATCH + offset[1] + int(rng.integers(PATCH)),
        ),
        background=(shade, shade - int(rng.integers(4)), shade + int(rng.integers(4))),
    )


def _tissue_shape(rng: np.random.Generator, tissue: int) -> NDArray[np.bool_]:
    """Smooth blobs of tissue on about twice their area, with blank squares inside."""
    area = tissue / rng.uniform(0.4, 0.8)
    columns = max(int(np.sqrt(area * rng.uniform(0.6, 1.6))), 6)
    rows = max(int(area / columns), 6)
    field = ndimage.gaussian_filter(rng.standard_normal((rows, columns)), rng.uniform(1.5, 4))
    wanted = min(tissue / (1 - 0.03), rows * columns)
    shape = field > np.quantile(field, 1 - wanted / (rows * columns))
    return shape & (rng.random(shape.shape) > 0.03)


def grow(
    labels: NDArray[np.int64], label: int, wanted: int, rng: np.random.Generator, *, clusters: int
) -> None:
    """Turn `wanted` normal squares into connected areas of a class, in place."""
    for part in range(clusters):
        quota = wanted // clusters + (part < wanted % clusters)
        free = np.flatnonzero(labels == NORMAL)
        if not quota or not len(free):
            continue
        seed = np.unravel_index(rng.choice(free), labels.shape)
        rows, columns = np.indices(labels.shape)
        distance = np.hypot(rows - seed[0], columns - seed[1])
        order = free[np.argsort((distance + rng.uniform(0, 1.2, labels.shape)).flat[free])]
        labels.flat[order[:quota]] = label
