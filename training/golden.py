"""Made-up pictures for the golden outputs of a package: nothing of any data set is in them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from training.recipes import Recipe

Image = NDArray[np.uint8]
HAEMATOXYLIN, EOSIN = np.array([0.65, 0.70, 0.29]), np.array([0.10, 0.95, 0.25])


def patches(recipe: Recipe, count: int = 6) -> Image:
    """Pictures (count, S, S, 3) of the kind the model reads, the same on every machine."""
    make = _stained if recipe.kind == "stain" else _head
    return np.stack([make(recipe.size, np.random.default_rng(seed)) for seed in range(count)])


def _stained(size: int, rng: np.random.Generator) -> Image:
    """Rings of nuclei about pale lumens in a pink ground."""
    nuclei, ground = np.zeros((size, size), np.float32), np.full((size, size), 0.5, np.float32)
    for _ in range(int(rng.integers(3, 9))):
        centre = rng.integers(0, size, 2)
        radius = int(rng.integers(size // 10, size // 4))
        cv2.circle(ground, centre.tolist(), radius, float(rng.uniform(0, 0.35)), -1)
        for angle in np.arange(0, 2 * np.pi, 8 / radius):
            at = (centre + radius * np.array([np.cos(angle), np.sin(angle)])).astype(int)
            cv2.ellipse(nuclei, at.tolist(), (5, 3), float(np.degrees(angle)), 0, 360,
                        float(rng.uniform(0.5, 1.1)), -1)  # fmt: skip
    for at in rng.integers(0, size, (int(rng.integers(40, 300)), 2)):
        cv2.circle(nuclei, at.tolist(), int(rng.integers(2, 5)), float(rng.uniform(0.4, 1)), -1)
    ground += cv2.GaussianBlur(rng.normal(0, 1, (size, size)).astype(np.float32), (0, 0), 3) * 0.5
    density = nuclei[..., None] * HAEMATOXYLIN + ground.clip(0)[..., None] * EOSIN
    light = 245 * np.exp(-cv2.GaussianBlur(density.astype(np.float32), (0, 0), 0.7))
    return light.clip(0, 255).astype(np.uint8)


def _head(size: int, rng: np.random.Generator) -> Image:
    """Draw an ellipse of skull, brain, ventricles and sometimes a bright mass."""
    plane = np.zeros((size, size), np.float32)
    middle = (size // 2, size // 2)
    axes = np.array([size * rng.uniform(0.28, 0.36), size * rng.uniform(0.36, 0.44)])
    for shrink, value in ((1.0, 190), (0.93, 30), (0.89, rng.uniform(70, 120))):
        cv2.ellipse(
            plane, middle, (axes * shrink).astype(int).tolist(), 0, 0, 360, float(value), -1
        )
    for side in (-1, 1):
        at = (int(middle[0] + side * size * 0.06), middle[1])
        cv2.ellipse(plane, at, (size // 30, size // 9), 12.0 * side, 0, 360, 35.0, -1)
    if rng.random() < 0.6:
        at = (np.array(middle) + rng.uniform(-0.5, 0.5, 2) * axes).astype(int)
        cv2.circle(plane, at.tolist(), int(rng.integers(size // 20, size // 9)), 215.0, -1)
    plane = cv2.GaussianBlur(plane, (0, 0), 1.2) + rng.normal(0, 4, plane.shape)
    return np.repeat(plane.clip(0, 255).astype(np.uint8)[..., None], 3, 2)
