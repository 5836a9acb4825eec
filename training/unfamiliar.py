"""Pictures the gate is judged on. None of them is in any fitting part.

Kinds marked with * also occur, from other pictures, in outlier exposure.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage import data as pictures
from sklearn.datasets import load_sample_images

from training.data import OPTICAL_DENSITY, Samples, load, partition
from training.golden import EOSIN, HAEMATOXYLIN
from training.recipes import RECIPES, Recipe

Image = NDArray[np.uint8]


def kinds(data: Path, recipe: Recipe, own: Samples, count: int = 120) -> dict[str, Image]:
    """Unfamiliar pictures (n, S, S, 3) by kind, made from held-out pictures `own`."""
    rng = np.random.default_rng(7)
    size = recipe.size
    images = own.images[rng.permutation(len(own))[:count]]
    if images.shape[1] != size:
        images = _resized(images, size)
    found: dict[str, Image] = {}
    for name in RECIPES:
        if name == recipe.name:
            continue
        other = RECIPES[name]
        samples = load(data, other, "train")
        part = partition(samples, other)
        held = samples.images[part.validation | part.gate_check]
        held = held[rng.permutation(len(held))[:count]]
        seen = "*" if name == recipe.other else ""
        found[f"{name}{seen}"] = _resized(held, size)
        if recipe.spacing_um and other.spacing_um:
            found[f"{name}, spacing matched{seen}"] = _respaced(
                held, size, other.spacing_um / recipe.spacing_um
            )
    found["photographs"] = _photographs(size, count, rng)
    found["blank*"] = np.stack(
        [np.clip(rng.uniform(215, 255) + rng.normal(0, 2, (size, size, 1)) + rng.normal(0, 3, 3),
                 0, 255).astype(np.uint8) for _ in range(count)]
    )  # fmt: skip
    found["blur*"] = np.stack([cv2.GaussianBlur(i, (0, 0), rng.uniform(5, 9)) for i in images])
    found["pen*"] = np.stack([_pen(i, rng) for i in images])
    if recipe.kind == "stain":
        found["immunostain, remixed*"] = np.stack([_brown(i) for i in images])
    return found


def _resized(images: Image, size: int) -> Image:
    return np.stack([cv2.resize(i, (size, size), interpolation=cv2.INTER_AREA) for i in images])


def _respaced(images: Image, size: int, ratio: float) -> Image:
    out = []
    for image in images:
        side = round(image.shape[0] * ratio)
        small = cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA)
        if side >= size:
            low = (side - size) // 2
            out.append(small[low : low + size, low : low + size])
        else:
            low = (size - side) // 2
            pad = (low, size - side - low)
            out.append(np.pad(small, (pad, pad, (0, 0)), mode="symmetric"))
    return np.stack(out)


def _photographs(size: int, count: int, rng: np.random.Generator) -> Image:
    names = ("astronaut", "coffee", "chelsea", "rocket", "hubble_deep_field", "cat")
    whole = []
    for name in names:
        try:
            whole.append(getattr(pictures, name)())
        except Exception as error:  # noqa: BLE001  not every picture is in the wheel
            print("left out:", name, type(error).__name__)
    whole += list(load_sample_images().images)
    out = []
    for _ in range(count):
        image = whole[rng.integers(len(whole))]
        side = int(rng.integers(min(size, *image.shape[:2]), min(image.shape[:2]) + 1))
        y = rng.integers(0, image.shape[0] - side + 1)
        x = rng.integers(0, image.shape[1] - side + 1)
        part = np.ascontiguousarray(image[y : y + side, x : x + side, :3])
        out.append(cv2.resize(part, (size, size), interpolation=cv2.INTER_AREA))
    return np.stack(out)


def _pen(image: Image, rng: np.random.Generator) -> Image:
    colour = [
        int(v) for v in rng.choice([[25, 25, 30], [30, 60, 150], [20, 120, 50], [170, 20, 40]])
    ]
    size = image.shape[0]
    layer = image.copy()
    points = rng.integers(0, size, (5, 1, 2)).astype(np.int32)
    cv2.polylines(layer, [points], False, colour, size // 3)
    return cv2.addWeighted(layer, 0.9, image, 0.1, 0)


def _brown(image: Image) -> Image:
    """Give haematoxylin back as it was, eosin as the brown of DAB."""
    third = np.cross(HAEMATOXYLIN, EOSIN)
    stains = np.stack([v / np.linalg.norm(v) for v in (HAEMATOXYLIN, EOSIN, third)])
    amounts = (OPTICAL_DENSITY[image] @ np.linalg.inv(stains)).clip(0)
    brown = np.array([0.27, 0.57, 0.78])
    density = amounts[..., :1] * 0.6 * stains[0] + amounts[..., 1:2] * 1.3 * brown
    return (255 * np.exp(-density)).clip(0, 255).astype(np.uint8)
