"""The labelled pictures, and how they are kept apart: fitting, validation, gate check, test."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans

from training.recipes import RECIPES, Recipe

OPTICAL_DENSITY = (-np.log((np.arange(256) + 1) / 256)).astype(np.float32)
"""Optical density of each 8-bit value."""


@dataclass(frozen=True)
class Samples:
    """Pictures of one split.

    Attributes
    ----------
    images : uint8 (N, S, S, 3)
        sRGB; grey pictures are repeated over the three channels.
    labels : int64 (N,)
        Index into the recipe's classes.
    groups : str (N,)
        Source picture where the data names one, else one name for each picture.
    subtypes : str (N,)
        Finer class of the source where it names one, else the label.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    groups: NDArray[np.str_]
    subtypes: NDArray[np.str_]

    def take(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> Samples:
        """Some of the pictures."""
        return Samples(
            self.images[which], self.labels[which], self.groups[which], self.subtypes[which]
        )

    def __len__(self) -> int:
        return len(self.labels)


def load(data: Path, recipe: Recipe, split: str) -> Samples:
    """Read one split of one data set into memory."""
    folder = data / recipe.name
    with (folder / "index.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == split]
    images = np.stack([_read(folder / row["path"], recipe.size) for row in rows])
    return Samples(
        images,
        np.array([recipe.classes.index(row["label"]) for row in rows]),
        np.array([row.get("group", row["path"]) for row in rows]),
        np.array([row.get("source_class", row["label"]) for row in rows]),
    )


def _read(path: Path, size: int) -> NDArray[np.uint8]:
    pixels = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if pixels is None:
        raise FileNotFoundError(path)
    if pixels.shape[:2] != (size, size):
        pixels = cv2.resize(pixels, (size, size), interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(pixels[..., ::-1])


@dataclass(frozen=True)
class Partition:
    """Which pictures of `train` serve what.

    Attributes
    ----------
    fit, validation, gate_check : bool (N,)
        Never two of them for one picture. Whole appearance clusters are kept together.
    cluster : int64 (N,)
        Appearance cluster of each picture.
    """

    fit: NDArray[np.bool_]
    validation: NDArray[np.bool_]
    gate_check: NDArray[np.bool_]
    cluster: NDArray[np.int64]


def partition(samples: Samples, recipe: Recipe) -> Partition:
    """Cut `train` by appearance cluster: about 18 % validation, 9 % gate check, rest fitting.

    Of many random choices of whole clusters the one with the most even share of each class
    is taken. Depends on the recipe's seed only.
    """
    features = appearance(samples.images, recipe.kind)
    names, unit = np.unique(
        samples.groups if recipe.unit == "group" else np.arange(len(samples)).astype(str),
        return_inverse=True,
    )
    totals = np.zeros((len(names), features.shape[1]))
    np.add.at(totals, unit, features)
    means = totals / np.bincount(unit)[:, None]
    means = (means - means.mean(0)) / (means.std(0) + 1e-9)
    cluster = KMeans(recipe.clusters, n_init=4, random_state=0).fit_predict(means)[unit]
    counts = np.zeros((recipe.clusters, len(recipe.classes)))
    np.add.at(counts, (cluster, samples.labels), 1)
    share = counts / counts.sum(0)
    rng = np.random.default_rng(recipe.seed)
    best, chosen = np.inf, np.zeros(recipe.clusters, int)
    for _ in range(20000):
        part = rng.choice(3, recipe.clusters, p=(0.73, 0.18, 0.09))
        error = np.abs(share[part == 1].sum(0) - 0.18).max()
        error = max(error, 1.5 * np.abs(share[part == 2].sum(0) - 0.09).max())
        if error < best:
            best, chosen = error, part
    part = chosen[cluster]
    return Partition(part == 0, part == 1, part == 2, cluster)


def name_kept_out(samples: Samples, part: Partition, path: Path) -> None:
    """Write down which pictures (or source pictures) check the gate only, for the benches."""
    names = np.unique(samples.groups[part.gate_check])
    path.write_text("\n".join(names) + "\n", encoding="utf-8")


def appearance(images: NDArray[np.uint8], kind: str) -> NDArray[np.float64]:
    """Numbers that tell stains and scanners apart (H&E), or series apart (MR)."""
    if kind == "grey":
        small = [cv2.resize(image[..., 0], (12, 12), interpolation=cv2.INTER_AREA)
                 for image in images]  # fmt: skip
        return np.asarray(small, np.float64).reshape(len(images), -1)
    return np.stack([_stain(image) for image in images])


def _stain(image: NDArray[np.uint8]) -> NDArray[np.float64]:
    density = OPTICAL_DENSITY[image[::3, ::3].reshape(-1, 3)].astype(np.float64)
    total = density.sum(1)
    tissue = density[total > max(0.45, np.quantile(total, 0.3))]
    if len(tissue) < 50:
        tissue = density
    direction = tissue / (tissue.sum(1, keepdims=True) + 1e-6)
    order = np.argsort(direction[:, 0] - direction[:, 2])
    tenth = max(len(order) // 10, 1)
    return np.concatenate(
        [
            direction[order[:tenth]].mean(0),
            direction[order[-tenth:]].mean(0),
            direction.mean(0),
            np.quantile(tissue, 0.95, axis=0),
            density[total <= np.quantile(total, 0.05)].mean(0),
        ]
    )


def second_moments(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Second moment of the optical density of the tissue of each picture, (N, 3, 3)."""
    moments = np.empty((len(images), 3, 3), np.float32)
    for at, image in enumerate(images):
        density = OPTICAL_DENSITY[image[::3, ::3].reshape(-1, 3)]
        tissue = density[density.sum(1) > 0.45]
        if len(tissue) < 50:
            tissue = density
        moments[at] = tissue.T @ tissue / len(tissue) + 1e-4 * np.eye(3)
    return moments


def other_organ(data: Path, recipe: Recipe) -> NDArray[np.uint8]:
    """Pictures of another organ from the fitting part of that organ's `train`."""
    other = RECIPES[recipe.other]
    samples = load(data, other, "train")
    return samples.images[partition(samples, other).fit]
