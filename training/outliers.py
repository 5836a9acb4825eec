"""Pictures a model must not feel at home with: outlier exposure while fitting.

Another organ under every stain of the data, textures made here, and pictures of the right organ
spoilt beyond use. No photograph, CT, IHC or other real kind that the gate is later judged on.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from training.augment import Augmenter
from training.data import OPTICAL_DENSITY, second_moments
from training.recipes import RECIPES, Recipe

Image = NDArray[np.uint8]


class Outliers:
    """Draws unfamiliar pictures of the size that is trained on."""

    def __init__(
        self, recipe: Recipe, own: Image, other: Image, styles: NDArray[np.float32]
    ) -> None:
        self.recipe, self.own, self.other = recipe, own, other
        stained = RECIPES[recipe.other]
        self.augment = Augmenter(replace(stained, fit_size=recipe.fit_size), styles)
        self.moments = second_moments(other)
        both = recipe.spacing_um is not None and stained.spacing_um is not None
        self.ratio = (stained.spacing_um or 1) / (recipe.spacing_um or 1) if both else 1.0

    def __call__(self, rng: np.random.Generator) -> Image:
        """One unfamiliar picture, uint8 (fit_size, fit_size, 3)."""
        draw = rng.random()
        if draw < 0.5:
            return self._organ(rng)
        if draw < 0.62:
            return self._organ(rng) if self.recipe.kind == "grey" else self.otherwise_stained(rng)
        if draw < 0.78:
            return self._spoilt(rng)
        return self._texture(rng)

    def _organ(self, rng: np.random.Generator) -> Image:
        at = int(rng.integers(len(self.other)))
        image = self.other[at]
        if rng.random() < 0.55:  # at the spacing the model works at, else as stored
            image = self._rescaled(image, rng)
        crop = self.augment(image, self.moments[at], rng)
        return crop if self.recipe.kind == "stain" or rng.random() < 0.5 else _grey(crop)

    def _rescaled(self, image: Image, rng: np.random.Generator) -> Image:
        size = image.shape[0]
        side = round(size * self.ratio)
        if side >= size:
            part = round(size / self.ratio)
            y, x = rng.integers(0, size - part + 1, 2)
            return cv2.resize(image[y : y + part, x : x + part], (size, size))
        small = cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA)
        if rng.random() < 0.5:
            border = ((0, size - side), (0, size - side), (0, 0))
            return np.pad(small, border, mode="symmetric")
        count = -(-size // side)
        tiles = [
            [
                cv2.resize(
                    np.rot90(self.other[rng.integers(len(self.other))], rng.integers(4)),
                    (side, side),
                    interpolation=cv2.INTER_AREA,
                )
                for _ in range(count)
            ]
            for _ in range(count)
        ]
        return np.vstack([np.hstack(row) for row in tiles])[:size, :size]

    def otherwise_stained(self, rng: np.random.Generator) -> Image:
        """Give the right organ a pale blue counterstain and one strong stain that is not eosin."""
        size = self.recipe.fit_size
        image = self.own[rng.integers(len(self.own))]
        y, x = rng.integers(0, image.shape[0] - size + 1, 2)
        image = image[y : y + size, x : x + size]
        if rng.random() < 0.5:
            image = np.ascontiguousarray(np.rot90(image, rng.integers(4)))
        stains = _unit([[0.65, 0.70, 0.29], [0.10, 0.95, 0.25], [0.55, -0.1, 0.4]])
        amounts = (OPTICAL_DENSITY[image] @ np.linalg.inv(stains)).clip(0)
        blue = _unit(np.array([0.68, 0.62, 0.38]) + rng.normal(0, 0.06, 3))
        if rng.random() < 0.75:
            strong = np.array([0.27, 0.57, 0.78]) + rng.normal(0, 0.07, 3)  # brown
        else:  # other chromogens: green, blue, black, yellow
            strong = np.array([[0.8, 0.2, 0.5], [0.85, 0.5, 0.1], [0.58, 0.58, 0.58],
                               [0.05, 0.25, 0.95]])[rng.integers(4)]  # fmt: skip
            strong = strong + rng.normal(0, 0.05, 3)
        strong = _unit(strong)
        pale, gain = rng.uniform(0.35, 0.9), rng.uniform(0.9, 1.8)
        if rng.random() < 0.5:  # the strong stain in the cytoplasm and fibres
            counter, marked = amounts[..., 0] * pale, amounts[..., 1] * gain
        else:  # in the nuclei, all of them or those of some places
            place = 1.0
            if rng.random() < 0.6:
                place = cv2.resize(rng.random((5, 5)) ** 2, (size, size)).clip(0, 1)
            counter = (amounts[..., 0] * (1 - place) + amounts[..., 1] * 0.4) * pale
            marked = amounts[..., 0] * place * gain
        density = counter[..., None] * blue + marked[..., None] * strong
        return (np.exp(-density) * rng.uniform(225, 255)).clip(0, 255).astype(np.uint8)

    def _spoilt(self, rng: np.random.Generator) -> Image:
        size = self.recipe.fit_size
        image = self.own[rng.integers(len(self.own))]
        height = image.shape[0]
        kind = int(rng.integers(5))
        if kind == 0:  # far too small a scale
            count = int(rng.integers(4, 7))
            side = -(-size // count)
            picks = rng.integers(len(self.own), size=(count, count))
            rows = [
                np.hstack(
                    [
                        cv2.resize(self.own[i], (side, side), interpolation=cv2.INTER_AREA)
                        for i in row
                    ]
                )  # fmt: skip
                for row in picks
            ]
            return np.ascontiguousarray(np.vstack(rows)[:size, :size])
        if kind == 1:  # far too large a scale
            part = int(rng.integers(height // 9, height // 4))
            y, x = rng.integers(0, height - part, 2)
            return cv2.resize(image[y : y + part, x : x + part], (size, size),
                              interpolation=cv2.INTER_CUBIC)  # fmt: skip
        crop = np.ascontiguousarray(image[:size, :size])
        if kind == 2:  # out of focus
            return cv2.GaussianBlur(crop, (0, 0), rng.uniform(3.5, 9))
        if kind == 3:  # shuffled
            side = int(rng.choice([6, 8, 12, 16, 24]))
            count = size // side
            cells = crop[: count * side, : count * side].reshape(count, side, count, side, 3)
            cells = cells.transpose(0, 2, 1, 3, 4).reshape(-1, side, side, 3)
            cells = cells[rng.permutation(len(cells))].reshape(count, count, side, side, 3)
            flat = cells.transpose(0, 2, 1, 3, 4).reshape(count * side, count * side, 3)
            return cv2.resize(flat, (size, size), interpolation=cv2.INTER_NEAREST)
        return self._pen(crop, rng)

    def _pen(self, crop: Image, rng: np.random.Generator) -> Image:
        size = crop.shape[0]
        colour = [int(v) for v in rng.choice([[10, 10, 20], [20, 40, 160], [10, 110, 60]])]
        layer = crop.copy()
        points = rng.integers(0, size, (4, 1, 2)).astype(np.int32)
        cv2.polylines(layer, [points], False, colour, int(rng.integers(size // 4, size // 2)))
        mix = float(rng.uniform(0.7, 1.0))
        return cv2.addWeighted(layer, mix, crop, 1 - mix, 0)

    def _texture(self, rng: np.random.Generator) -> Image:
        size = self.recipe.fit_size
        kind = int(rng.integers(4))
        palette = rng.integers(0, 256, (12, 3))
        if rng.random() < 0.5:  # in the colours of the real pictures
            flat = self.own[rng.integers(len(self.own))].reshape(-1, 3)
            palette = flat[rng.integers(len(flat), size=12)]
        canvas = np.full((size, size, 3), palette[0], np.uint8)
        if kind == 0:  # dead leaves
            for _ in range(int(rng.integers(30, 400))):
                centre = [int(v) for v in rng.integers(0, size, 2)]
                axes = [int(v) for v in (2 + size / 3 * rng.power(0.35, 2)).astype(int)]
                colour = [int(v) for v in palette[rng.integers(12)]]
                if rng.random() < 0.6:
                    cv2.ellipse(
                        canvas, centre, axes, float(rng.uniform(0, 180)), 0, 360, colour, -1
                    )
                else:
                    far = [centre[0] + axes[0], centre[1] + axes[1]]
                    cv2.rectangle(canvas, centre, far, colour, -1)
        elif kind == 1:  # noise with a power law
            canvas = _cloud(size, palette, rng)
        elif kind == 2:  # stripes and gradients
            y, x = np.mgrid[:size, :size] / size
            wave = np.sin(2 * np.pi * (x * rng.normal(0, 6) + y * rng.normal(0, 6)))
            ramp = (0.5 + 0.5 * wave * rng.random() + (x - 0.5) * rng.normal())[..., None]
            canvas = (palette[1] * ramp + palette[2] * (1 - ramp)).clip(0, 255).astype(np.uint8)
        return _grey(canvas) if rng.random() < 0.3 else canvas


def _unit(vectors: NDArray[np.floating] | list[list[float]]) -> NDArray[np.float64]:
    rows = np.maximum(np.asarray(vectors, np.float64), -0.2)
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


def _cloud(size: int, palette: NDArray[np.integer], rng: np.random.Generator) -> Image:
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(size), np.fft.rfftfreq(size), indexing="ij"))
    frequency[0, 0] = 1
    planes = []
    for _ in range(2):
        spectrum = np.fft.rfft2(rng.standard_normal((size, size)))
        plane = np.fft.irfft2(spectrum / frequency ** rng.uniform(0.2, 2), (size, size))
        planes.append((plane - plane.mean()) / (plane.std() + 1e-9))
    a, b = (1 / (1 + np.exp(-1.5 * plane)) for plane in planes)
    colours = palette[1] * a[..., None] + palette[2] * (1 - a[..., None])
    return (colours * (1 - 0.5 * b[..., None]) + palette[3] * 0.5 * b[..., None]).astype(np.uint8)


def _grey(image: Image) -> Image:
    return np.repeat(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[..., None], 3, 2)
