"""Defects laid over sound pixels: written without a look at what is to find them.

Each takes pixels, µm per px and a generator, and returns the spoilt pixels and where they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.results import Image

Spoil = Callable[[Image, float, np.random.Generator], tuple[Image, NDArray[np.bool_]]]


@dataclass(frozen=True)
class Defect:
    """One kind of defect at one strength."""

    name: str
    state: PatchState
    spoil: Spoil


PENS = {
    "black": (1.1, 1.05, 1.0),
    "blue": (1.1, 0.75, 0.20),
    "green": (1.0, 0.35, 0.70),
    "red": (0.06, 1.0, 0.90),
}
"""Absorbance of a full stroke: red, green, blue."""


def defocus(sigma_px: float) -> Defect:
    """Gaussian blur of so many px of 0.5 µm over a rectangle."""

    def spoil(
        pixels: Image, um: float, rng: np.random.Generator
    ) -> tuple[Image, NDArray[np.bool_]]:
        box = _rectangle(pixels, um, rng, 1100.0)
        out = pixels.copy()
        sigma = sigma_px * 0.5 / um
        out[box] = _blurred(pixels[_wide(box, 40)], sigma)[_inner(box, 40)]
        return out, _mask(pixels, box)

    return Defect(f"blur_{sigma_px:g}px", PatchState.BLURRED, spoil)


def pen(colour: str, strength: float) -> Defect:
    """A stroke through the middle, 0.4 to 0.9 mm wide, with ink of uneven thickness."""

    def spoil(
        pixels: Image, um: float, rng: np.random.Generator
    ) -> tuple[Image, NDArray[np.bool_]]:
        away = _from_curve(pixels, um, rng)
        half = rng.uniform(400, 900) / um / 2
        thickness = np.clip((half - away) / (12 / um), 0, 1)
        streaks = _noise(pixels.shape[:2], rng, 80 / um) * 0.12 + 1
        ink = np.array(PENS[colour]) * strength
        light = 10 ** -((thickness * streaks)[..., None] * ink)
        return _rounded(pixels * light), thickness > 0.5

    return Defect(f"ink_{colour}_{strength:g}", PatchState.INK, spoil)


def fold(width_um: float) -> Defect:
    """A band in which the absorbances of two shifted copies add up, darker along its edges."""

    def spoil(
        pixels: Image, um: float, rng: np.random.Generator
    ) -> tuple[Image, NDArray[np.bool_]]:
        away = _from_curve(pixels, um, rng)
        half = width_um / um / 2
        inside = away < half
        shift = round(width_um / um), round(width_um / um / 2)
        second = np.roll(pixels, shift, (0, 1)).astype(np.float32) / 245
        edge = 1 - 0.15 * np.exp(-(((half - away) / (4 / um)) ** 2))
        doubled = pixels * np.minimum(second, 1) * edge[..., None]
        stained = pixels.min(-1) < 225
        return _rounded(np.where(inside[..., None], doubled, pixels)), inside & stained

    return Defect(f"fold_{width_um:g}um", PatchState.FOLD, spoil)


def bubble(radius_um: float) -> Defect:
    """A dark ring without colour; inside it everything is greyer and out of focus."""

    def spoil(
        pixels: Image, um: float, rng: np.random.Generator
    ) -> tuple[Image, NDArray[np.bool_]]:
        height, width = pixels.shape[:2]
        radius = min(radius_um / um, 0.35 * min(height, width))
        y, x = (rng.uniform(0.4, 0.6) * extent for extent in (height, width))
        down, across = np.ogrid[:height, :width]
        stretch = rng.uniform(0.9, 1.1)
        away = np.hypot((down - y) * stretch, (across - x) / stretch)
        inside = away < radius
        soft = _blurred(pixels, 3 / um).astype(np.float32) * 0.92
        out = np.where(inside[..., None], soft, pixels)
        rim = rng.uniform(14, 26) / um
        dark = 1 - 0.7 * np.exp(-(((away - radius) / rim) ** 2))
        return _rounded(out * dark[..., None]), away < radius + rim

    return Defect(f"bubble_{radius_um:g}um", PatchState.BUBBLE, spoil)


def exposure(gain: float) -> Defect:
    """A frame of the scanner exposed so many times as long."""

    def spoil(
        pixels: Image, um: float, rng: np.random.Generator
    ) -> tuple[Image, NDArray[np.bool_]]:
        box = _rectangle(pixels, um, rng, 1100.0)
        out = pixels.copy()
        out[box] = _rounded(pixels[box].astype(np.float32) * gain)
        return out, _mask(pixels, box)

    return Defect(f"exposure_{gain:g}", PatchState.EXPOSURE, spoil)


def dust(size_um: float) -> Defect:
    """Grey crumbs of this size in the margins, smaller where these are narrow."""

    def spoil(
        pixels: Image, um: float, rng: np.random.Generator
    ) -> tuple[Image, NDArray[np.bool_]]:
        glass = pixels.min(-1) > 225
        free = ndimage.distance_transform_edt(np.pad(glass, 1, constant_values=False))[1:-1, 1:-1]
        radius = min(size_um / um / 2, 0.6 * float(free.max()))
        places = np.argwhere(free > 1.6 * radius)
        spots = np.zeros(pixels.shape[:2], np.bool_)
        down, across = np.ogrid[: pixels.shape[0], : pixels.shape[1]]
        wobble = _noise(pixels.shape[:2], rng, radius / 2) * 0.25 + 1
        for y, x in places[rng.choice(len(places), 4)] if len(places) else ():
            spots |= np.hypot(down - y, across - x) < radius * wobble
        grey = 90 + 25 * _noise(pixels.shape[:2], rng, 6 / um)
        return _rounded(np.where(spots[..., None], grey[..., None], pixels)), spots

    return Defect(f"debris_{size_um:g}um", PatchState.DEBRIS, spoil)


DEFECTS: tuple[Defect, ...] = (
    *(defocus(sigma) for sigma in (1, 2, 3, 4, 6)),
    *(pen(colour, strength) for colour in PENS for strength in (0.6, 1.0)),
    *(fold(width) for width in (100, 200, 350)),
    *(bubble(radius) for radius in (250, 500)),
    *(exposure(gain) for gain in (0.15, 0.3, 1.5, 2.0)),
    dust(180),
)


def _rectangle(
    pixels: Image, um: float, rng: np.random.Generator, side_um: float
) -> tuple[slice, slice]:
    height, width = pixels.shape[:2]
    tall, wide = (min(round(side_um / um), extent // 2) for extent in (height, width))
    top = int(rng.uniform(0.3, 0.7) * (height - tall))
    left = int(rng.uniform(0.3, 0.7) * (width - wide))
    return slice(top, top + tall), slice(left, left + wide)


def _wide(box: tuple[slice, slice], by: int) -> tuple[slice, slice]:
    down, across = (slice(max(s.start - by, 0), s.stop + by) for s in box)
    return down, across


def _inner(box: tuple[slice, slice], by: int) -> tuple[slice, slice]:
    down, across = (slice(min(by, s.start), min(by, s.start) + s.stop - s.start) for s in box)
    return down, across


def _mask(pixels: Image, box: tuple[slice, slice]) -> NDArray[np.bool_]:
    mask = np.zeros(pixels.shape[:2], np.bool_)
    mask[box] = True
    return mask


def _from_curve(pixels: Image, um: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """Distance to a slightly bent line through the middle, px."""
    height, width = pixels.shape[:2]
    angle = rng.uniform(0, np.pi)
    down, across = np.mgrid[:height, :width].astype(np.float32)
    y = down - rng.uniform(0.4, 0.6) * height
    x = across - rng.uniform(0.4, 0.6) * width
    along, beside = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    bend = rng.uniform(40, 120) / um
    return np.abs(beside - bend * np.sin(along * um / rng.uniform(500, 900)))


def _noise(shape: tuple[int, int], rng: np.random.Generator, size: float) -> NDArray[np.float32]:
    """Smooth noise of standard deviation 1 with patches of about this size in px."""
    step = max(1, int(size / 2))
    coarse = rng.normal(size=(shape[0] // step + 3, shape[1] // step + 3))
    smooth = ndimage.zoom(ndimage.gaussian_filter(coarse, 1.0), step, order=1)
    part = smooth[: shape[0], : shape[1]]
    return (part / part.std()).astype(np.float32)


def _blurred(pixels: Image, sigma: float) -> Image:
    soft = ndimage.gaussian_filter(pixels.astype(np.float32), (sigma, sigma, 0), truncate=3)
    return _rounded(soft)


def _rounded(values: NDArray[np.floating]) -> Image:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)
