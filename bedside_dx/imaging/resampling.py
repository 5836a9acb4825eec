"""Any rectangle at any scale from stored levels: nothing is shifted, nothing aliases."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np
from PIL import Image as Pillow

from bedside_dx.imaging.stored import Box

if TYPE_CHECKING:
    from bedside_dx.core.geometry import RegionPx, SizePx
    from bedside_dx.core.results import Image

LEVEL_TOLERANCE = 1.01
"""A level this much too coarse still serves: stored downsamples are rarely whole."""

PIECE_PX = 16 * 10**6
"""Most stored pixels that one step of a read holds in memory."""

_EPS = 1e-6
"""Px by which a rectangle may miss whole pixels through rounding."""


class Kernel(NamedTuple):
    """What output pixels are weighted from; `reach` in output pixels to either side."""

    filter: Pillow.Resampling
    reach: int


USUAL = Kernel(Pillow.Resampling.HAMMING, 1)
SHARPER = Kernel(Pillow.Resampling.BICUBIC, 2)
"""After pixels were averaged once: comes closest to `USUAL` on the pixels before."""


class Levels(Protocol):
    """Pixels at several scales; see `StoredLevels`."""

    @property
    def sizes(self) -> tuple[tuple[int, int], ...]: ...  # noqa: D102
    @property
    def downsamples(self) -> tuple[float, ...]: ...  # noqa: D102

    def read_level(self, level: int, box: Box) -> Image: ...  # noqa: D102


def resample(levels: Levels, region: RegionPx, size: SizePx, kernel: Kernel = USUAL) -> Image:
    """Pixels of a region of level 0 at a size; see `Slide.read`.

    Returns
    -------
    (height, width, 3) uint8; not always writable.

    Raises
    ------
    SlideError
        ``slide.unreadable-region``
    """
    level = level_for(levels.downsamples, region, size)
    scale = levels.downsamples[level]
    rect = _Rect(
        region.x / scale,
        region.y / scale,
        (region.x + region.width) / scale,
        (region.y + region.height) / scale,
    )
    return _pixels(levels, level, rect, (size.width, size.height), kernel)


def level_for(downsamples: tuple[float, ...], region: RegionPx, size: SizePx) -> int:
    """Coarsest level that is still fine enough."""
    wanted = min(region.width / size.width, region.height / size.height) * LEVEL_TOLERANCE
    return max(i for i, d in enumerate(downsamples) if i == 0 or d <= wanted)


def _pixels(
    levels: Levels, level: int, rect: _Rect, size: tuple[int, int], kernel: Kernel
) -> Image:
    """Resample a rectangle of one level, in pieces where it holds too many pixels."""
    width, height = size
    if rect.area <= PIECE_PX or max(size) == 1:
        return _piece(levels, level, rect, size, kernel)
    if width >= height:
        cut = width // 2
        x = rect.left + (rect.right - rect.left) * cut / width
        first = _Rect(rect.left, rect.top, x, rect.bottom)
        second = _Rect(x, rect.top, rect.right, rect.bottom)
        sizes, axis = ((cut, height), (width - cut, height)), 1
    else:
        cut = height // 2
        y = rect.top + (rect.bottom - rect.top) * cut / height
        first = _Rect(rect.left, rect.top, rect.right, y)
        second = _Rect(rect.left, y, rect.right, rect.bottom)
        sizes, axis = ((width, cut), (width, height - cut)), 0
    halves = zip((first, second), sizes, strict=True)
    parts = [_pixels(levels, level, *half, kernel) for half in halves]
    return np.concatenate(parts, axis)


def _piece(levels: Levels, level: int, rect: _Rect, size: tuple[int, int], kernel: Kernel) -> Image:
    cover = rect.cover()
    if rect == _Rect(*cover.edges) and cover.size == size:
        return _canvas(levels, level, cover)
    scale = max(cover.size[0] / size[0], cover.size[1] / size[1])
    support = 1 + math.ceil(kernel.reach * scale)
    wide = cover.widened(support, *levels.sizes[level])
    picture = Pillow.fromarray(_canvas(levels, level, wide))
    return np.asarray(
        picture.resize(size, kernel.filter, box=rect.seen_from(wide), reducing_gap=2.0)
    )


def _canvas(levels: Levels, level: int, box: Box) -> Image:
    """Stored pixels of a box, white where it reaches beyond the image."""
    inside = box.within(*levels.sizes[level])
    if inside == box:
        return levels.read_level(level, box)
    width, height = box.size
    canvas = np.full((height, width, 3), 255, np.uint8)
    if min(inside.size) > 0:
        left, top = inside.left - box.left, inside.top - box.top
        across, down = inside.size
        canvas[top : top + down, left : left + across] = levels.read_level(level, inside)
    return canvas


class _Rect(NamedTuple):
    """A rectangle in px of one level, not snapped to them."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def area(self) -> float:
        return (self.right - self.left) * (self.bottom - self.top)

    def cover(self) -> Box:
        """Smallest box of whole pixels around it."""
        return Box(
            math.floor(self.left + _EPS), math.floor(self.top + _EPS),
            math.ceil(self.right - _EPS), math.ceil(self.bottom - _EPS),
        )  # fmt: skip

    def seen_from(self, box: Box) -> tuple[float, float, float, float]:
        """Edges counted from the corner of a box around it."""
        width, height = box.size
        return (
            max(self.left - box.left, 0.0),
            max(self.top - box.top, 0.0),
            min(self.right - box.left, width),
            min(self.bottom - box.top, height),
        )
