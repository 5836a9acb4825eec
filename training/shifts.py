"""Strong fixed changes that fitting never uses in this form: a stand-in for another hospital."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from training.data import OPTICAL_DENSITY

Image = NDArray[np.uint8]


def _density(image: Image, gain: tuple[float, float, float]) -> Image:
    density = OPTICAL_DENSITY[image] * np.asarray(gain, np.float32)
    return (np.exp(-density) * 255).clip(0, 255).astype(np.uint8)


def _hue(image: Image, turn: int) -> Image:
    hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV)
    hsv[..., 0] = (hsv[..., 0].astype(int) + turn) % 180
    return cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)


def _camera(image: Image) -> Image:
    matrix = np.array([[0.8, 0.25, -0.05], [0.1, 0.75, 0.15], [-0.05, 0.2, 0.85]], np.float32)
    linear = cv2.transform((image / np.float32(255)) ** 2.2, matrix).clip(0, 1)
    return (255 * linear ** np.float32(1 / 1.9)).clip(0, 255).astype(np.uint8)


def _lamp(image: Image) -> Image:
    return (image * np.array([0.97, 0.9, 0.8], np.float32)).astype(np.uint8)


def _coarse(image: Image) -> Image:
    size = image.shape[0]
    small = cv2.resize(image, (size * 2 // 5, size * 2 // 5), interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (size, size), interpolation=cv2.INTER_LANCZOS4)


def _harsh(image: Image) -> Image:
    soft = cv2.GaussianBlur(image, (0, 0), 1.0)
    sharp = cv2.addWeighted(image, 2.6, soft, -1.6, 0)
    _, code = cv2.imencode(".jpg", sharp, [cv2.IMWRITE_JPEG_QUALITY, 22])
    return cv2.imdecode(code, cv2.IMREAD_COLOR)


def _small(image: Image) -> Image:
    size = image.shape[0]
    side = size * 2 // 5
    low = (size - side) // 2
    pad = (low, size - side - low)
    return np.pad(image[low : low + side, low : low + side], (pad, pad, (0, 0)), mode="symmetric")


def _scaled(image: Image, zoom: float) -> Image:
    size = image.shape[0]
    middle = (size - 1) / 2
    matrix = np.array([[zoom, 0, middle * (1 - zoom)], [0, zoom, middle * (1 - zoom)]])
    return cv2.warpAffine(image, matrix, (size, size), flags=cv2.INTER_LINEAR,
                          borderMode=cv2.BORDER_REFLECT_101)  # fmt: skip


def _grey(image: Image) -> Image:
    return np.repeat(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[..., None], 3, 2)


def _gamma(image: Image, power: float) -> Image:
    return (255 * (image / 255.0) ** power).astype(np.uint8)


def _noisy(image: Image) -> Image:
    noise = np.random.default_rng(int(image[::7].sum())).normal(0, 14, image.shape[:2])
    return (image + noise[..., None]).clip(0, 255).astype(np.uint8)


STAIN: dict[str, Callable[[Image], Image]] = {
    "pale": lambda image: _density(image, (0.5, 0.5, 0.5)),
    "dark": lambda image: _density(image, (1.7, 1.6, 1.5)),
    "bluer": lambda image: _hue(image, -14),
    "redder": lambda image: _hue(image, 14),
    "camera": _camera,
    "lamp": _lamp,
    "coarse": _coarse,
    "harsh": _harsh,
    "small": _small,
    "scale 0.75": lambda image: _scaled(image, 0.75),
    "scale 1.33": lambda image: _scaled(image, 1.33),
    "grey": _grey,
}
GREY: dict[str, Callable[[Image], Image]] = {
    "gamma 0.6": lambda image: _gamma(image, 0.6),
    "gamma 1.6": lambda image: _gamma(image, 1.6),
    "coarse": _coarse,
    "noise": _noisy,
    "scale 0.8": lambda image: _scaled(image, 0.8),
    "scale 1.2": lambda image: _scaled(image, 1.2),
}


def shifted(images: Image, kind: str) -> dict[str, Image]:
    """Each shift on all pictures (N, S, S, 3), by name."""
    table = GREY if kind == "grey" else STAIN
    return {name: np.stack([change(i) for i in images]) for name, change in table.items()}
