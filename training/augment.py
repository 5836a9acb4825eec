"""Random changes a picture may show at another hospital: stain, scanner, scale, position."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from training.data import OPTICAL_DENSITY
from training.recipes import Recipe

Image = NDArray[np.uint8]


class Augmenter:
    """Turns a stored picture into a training crop.

    Parameters
    ----------
    recipe : Recipe
        Says which kind of picture, and the size of the crops.
    styles : float32 (M, 3, 3)
        Second moments of optical density whose stain a picture may be given.
    """

    def __init__(self, recipe: Recipe, styles: NDArray[np.float32]) -> None:
        self.recipe = recipe
        self.styles = styles

    def __call__(
        self, image: Image, moment: NDArray[np.float32] | None, rng: np.random.Generator
    ) -> Image:
        """One random crop, uint8 (fit_size, fit_size, 3)."""
        if self.recipe.kind == "grey":
            return self._grey(image, rng)
        crop = self._place(image, rng, np.pi, self.recipe.scale_range)
        if rng.random() < 0.12:
            crop = mirrored(crop, int(rng.integers(56, 150)), rng)
        if moment is not None and rng.random() > self.recipe.own_stain:
            crop = self._restain(crop, moment, rng)
        return _scan(crop, rng)

    def _place(self, image: Image, rng: np.random.Generator, turn: float, scale: float) -> Image:
        size, height = self.recipe.fit_size, image.shape[0]
        fitting = 1.0 if self.recipe.kind == "stain" else size / height
        zoom = fitting * np.exp(rng.uniform(-scale, scale))
        angle, squeeze = rng.uniform(-turn, turn), np.exp(rng.normal(0, 0.05))
        matrix = zoom * np.array(
            [[np.cos(angle) * squeeze, -np.sin(angle)], [np.sin(angle) * squeeze, np.cos(angle)]]
        )
        if rng.random() < 0.5:
            matrix[:, 0] *= -1
        room = max(height - size / zoom, 0.12 * height) / 2
        centre = height / 2 + rng.uniform(-room, room, 2)
        offset = size / 2 - matrix @ centre
        border = cv2.BORDER_REFLECT_101 if self.recipe.kind == "stain" else cv2.BORDER_CONSTANT
        flags = cv2.INTER_LINEAR if zoom > 0.8 or self.recipe.kind == "stain" else cv2.INTER_AREA
        return cv2.warpAffine(
            image, np.column_stack([matrix, offset]), (size, size), flags=flags, borderMode=border
        )

    def _restain(self, crop: Image, moment: NDArray[np.float32], rng: np.random.Generator) -> Image:
        matrix = np.eye(3)
        if rng.random() < 0.6:
            style = self.styles[rng.integers(len(self.styles))]
            matrix += rng.uniform(0.3, 1.0) * (transport(moment, style) - matrix)
        if rng.random() < 0.7:
            matrix = (np.eye(3) + rng.normal(0, 0.09, (3, 3))) @ matrix
        matrix = np.diag(np.exp(rng.normal(0, 0.14, 3)) * np.exp(rng.normal(0, 0.15))) @ matrix
        density = cv2.transform(OPTICAL_DENSITY[crop], matrix.astype(np.float32))
        np.maximum(density, 0, out=density)
        if rng.random() < 0.4:
            cv2.pow(density, float(np.exp(rng.normal(0, 0.15))), density)
        if rng.random() < 0.3:
            density += rng.uniform(0, 0.16, 3).astype(np.float32) * rng.random()
        light = np.exp(-density) * 255
        if rng.random() < 0.3:
            grey = light @ np.array([[0.3], [0.59], [0.11]], np.float32)
            mix = 1.0 if rng.random() < 0.4 else rng.random() * 0.7
            light = light * (1 - mix) + grey * mix
        return light.clip(0, 255).astype(np.uint8)

    def _grey(self, image: Image, rng: np.random.Generator) -> Image:
        crop = self._place(image, rng, 0.3, self.recipe.scale_range)[..., 0].astype(np.float32)
        crop = 255 * (crop / 255) ** np.exp(rng.normal(0, 0.25))
        crop = crop * np.exp(rng.normal(0, 0.2)) + rng.normal(0, 6) * (rng.random() < 0.3)
        if rng.random() < 0.4:
            field = cv2.resize(
                rng.normal(0, 0.2, (3, 3)), crop.shape, interpolation=cv2.INTER_CUBIC
            )
            crop *= np.exp(field).astype(np.float32)
        if rng.random() < 0.25:
            side = rng.integers(20, 56, 2)
            y, x = rng.integers(0, crop.shape[0] - side)
            crop[y : y + side[0], x : x + side[1]] = rng.uniform(0, 120)
        crop = crop.clip(0, 255).astype(np.uint8)
        return _scan(np.repeat(crop[..., None], 3, 2), rng, coloured=False)


def transport(source: NDArray[np.floating], target: NDArray[np.floating]) -> NDArray[np.float64]:
    """Linear map of optical density that gives a picture another one's second moment.

    White stays white. The map is the optimal one between centred normal distributions.
    """
    root = _root(np.asarray(source, np.float64))
    inverse = np.linalg.inv(root)
    return inverse @ _root(root @ np.asarray(target, np.float64) @ root) @ inverse


def _root(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.sqrt(np.maximum(values, 1e-6))) @ vectors.T


def mirrored(image: Image, side: int, rng: np.random.Generator) -> Image:
    """Keep a small square of a picture and fill its frame by mirroring."""
    size = image.shape[0]
    y, x = rng.integers(0, size - side + 1, 2)
    before = (size - side) // 2
    pad = (before, size - side - before)
    return np.pad(image[y : y + side, x : x + side], (pad, pad, (0, 0)), mode="symmetric")


def _scan(image: Image, rng: np.random.Generator, *, coloured: bool = True) -> Image:
    size = image.shape[0]
    if rng.random() < 0.25:
        small = int(size * rng.uniform(0.42, 0.95))
        kind = cv2.INTER_AREA if rng.random() < 0.5 else cv2.INTER_LINEAR
        image = cv2.resize(image, (small, small), interpolation=kind)
        kind = cv2.INTER_CUBIC if rng.random() < 0.5 else cv2.INTER_LINEAR
        image = cv2.resize(image, (size, size), interpolation=kind)
    draw = rng.random()
    if draw < 0.25:
        image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.4, 1.5))
    elif draw < 0.5:
        soft = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.7, 2.0))
        amount = rng.uniform(0.2, 1.2)
        image = cv2.addWeighted(image, 1 + amount, soft, -amount, 0)
    if rng.random() < 0.25:
        shape = image.shape if coloured else (*image.shape[:2], 1)
        noise = rng.standard_normal(shape, np.float32) * rng.uniform(1, 9)
        image = (image + noise).clip(0, 255).astype(np.uint8)
    if rng.random() < 0.35:
        _, code = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(30, 95))])
        image = cv2.imdecode(code, cv2.IMREAD_COLOR)
    return image


def joined(parts: list[Image], rng: np.random.Generator) -> tuple[Image, NDArray[np.float32]]:
    """Four pictures about a random cross, as a patch that straddles its neighbours.

    Returns
    -------
    The picture, and the share of its area that each part has.
    """
    size = parts[0].shape[0]
    y, x = (size * rng.uniform(0, 1, 2)).astype(int)
    canvas = np.empty_like(parts[0])
    rows, columns = (slice(0, y), slice(y, size)), (slice(0, x), slice(x, size))
    share = np.zeros(4, np.float32)
    for at in range(4):
        row, column = rows[at // 2], columns[at % 2]
        canvas[row, column] = parts[at][row, column]
        share[at] = (row.stop - row.start) * (column.stop - column.start) / size**2
    return canvas, share
