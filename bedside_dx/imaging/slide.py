"""Slides and images, whatever their format: pixels of any region at any scale."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np
from PIL import Image

from bedside_dx.core.errors import SlideError
from bedside_dx.core.geometry import RegionPx, SizePx
from bedside_dx.core.results import SlideFacts
from bedside_dx.imaging import probe as probing
from bedside_dx.imaging.coarse import WithCoarseLevels
from bedside_dx.imaging.color import ToSrgb
from bedside_dx.imaging.files import Files
from bedside_dx.imaging.opening import needs_probe, open_stored
from bedside_dx.imaging.spacing import (
    check_entered,
    entered_spacing,
    find_spacing,
    overruled_spacing,
)
from bedside_dx.imaging.stored import Box

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from bedside_dx.core.results import Image as Pixels

LEVEL_TOLERANCE = 1.01
"""A level this much too coarse still serves: stored downsamples are rarely whole."""

PIECE_PX = 16 * 10**6
"""Most stored pixels that one step of a read holds in memory."""

_EPS = 1e-6
"""Px by which a rectangle may miss whole pixels through rounding."""


class Slide:
    """An open slide or image. Fulfils `core.ports.PixelSource`; safe in any thread.

    Attributes
    ----------
    path
        As it was given.
    format
        OpenSlide's name of the vendor format, or ``"tiff"``, ``"png"``, ``"jpeg"``.
    spacing
        Scale of level 0 with its provenance. None when the file says nothing; not
        plausible (see `core.geometry.is_plausible`) when what it says is absurd.
    own_spacing
        Scale as the file itself says it, also where `spacing` was entered by a person.
    """

    def __init__(
        self,
        files: Files,
        stored: WithCoarseLevels,
        *,
        entered: float | None = None,
        icc: bool = False,
    ) -> None:
        self._files = files
        self._stored = stored
        self.path = files.path
        self.format = stored.format
        if entered is None:
            self.own_spacing = self.spacing = find_spacing(stored, self.path)
        else:
            self.own_spacing = overruled_spacing(stored, self.path)
            self.spacing = entered_spacing(entered, self.own_spacing, self.path)
        self._to_srgb = self._color_transform() if icc else None

    @property
    def is_color_managed(self) -> bool:
        """Whether pixels are converted from the slide's colour profile to sRGB."""
        return self._to_srgb is not None

    @property
    def size(self) -> SizePx:
        """Size of level 0."""
        return SizePx(*self._stored.sizes[0])

    @property
    def downsamples(self) -> tuple[float, ...]:
        """px of level 0 per px of each stored level, finest (1.0) first."""
        return self._stored.downsamples[: self._stored.stored_count]

    @property
    def icc_profile(self) -> bytes | None:
        """Colour profile of the pixels, as stored."""
        return self._stored.icc_profile

    @property
    def associated(self) -> tuple[str, ...]:
        """Names of the pictures beside the scan (label, macro): to look at, never exported."""
        return self._stored.associated

    def read(self, region: RegionPx, size: SizePx) -> Pixels:
        """Pixels of a region of level 0, resampled to `size`.

        Output pixel (i, j) covers the rectangle of level 0 whose left edge is
        ``region.x + i * region.width / size.width``, and so in y: nothing is shifted or
        snapped to a stored level's pixels. It is read from the coarsest stored level that
        is fine enough and filtered down with support beyond the region's edge, so its value
        does not depend on where the region's borders lie. Outside the image it is white.

        Returns
        -------
        (height, width, 3) uint8, sRGB when a profile is applied, else as scanned.

        Raises
        ------
        SlideError
            ``slide.unreadable-region``: it can't be decoded, after reopening and trying
            once more. Other regions and threads are not affected.
        """
        level = self._level_for(region, size)
        scale = self._stored.downsamples[level]
        rect = _Rect(
            region.x / scale,
            region.y / scale,
            (region.x + region.width) / scale,
            (region.y + region.height) / scale,
        )
        pixels = self._pixels(rect, (size.width, size.height), level)
        if self._to_srgb is not None:
            self._to_srgb(pixels)
        return np.asarray(pixels)

    def read_associated(self, name: str) -> Pixels:
        """One of the `associated` pictures.

        Returns
        -------
        (height, width, 3) uint8.

        Raises
        ------
        SlideError
            It can't be decoded.
        KeyError
            There is none of that name.
        """
        return np.asarray(self._stored.read_associated(name))

    def facts(self) -> SlideFacts:
        """What a report says of the slide. Reads the whole file once, for its fingerprint."""
        return SlideFacts(
            self.path, self.format, self.size, self.spacing, self._files.fingerprint()
        )

    def quick_fingerprint(self) -> str:
        """Hash that tells in milliseconds whether this is the slide that was read before.

        Raises
        ------
        SlideError
            ``slide.changed``
        """
        return self._files.quick_fingerprint()

    def check_unchanged(self) -> None:
        """Make sure that the files are still those that were opened. Costs a stat each.

        Raises
        ------
        SlideError
            ``slide.changed``
        """
        self._files.check_unchanged()

    def close(self) -> None:
        """Let go of the file. Reads in flight finish; later ones are refused."""
        self._stored.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _color_transform(self) -> ToSrgb | None:
        profile = self._stored.icc_profile
        if profile is None:
            return None
        try:
            return ToSrgb(profile)
        except ValueError as exc:
            raise SlideError("slide.bad-profile", path=self.path) from exc

    def _level_for(self, region: RegionPx, size: SizePx) -> int:
        """Coarsest level that is still fine enough."""
        wanted = min(region.width / size.width, region.height / size.height) * LEVEL_TOLERANCE
        downsamples = self._stored.downsamples
        return max(i for i, d in enumerate(downsamples) if i == 0 or d <= wanted)

    def _pixels(self, rect: _Rect, size: tuple[int, int], level: int) -> Image.Image:
        """Resample a rectangle of one level, in pieces where it holds too many pixels."""
        width, height = size
        if rect.area <= PIECE_PX or max(size) == 1:
            return self._piece(rect, size, level)
        whole = Image.new("RGB", size)
        if width >= height:
            cut = width // 2
            x = rect.left + (rect.right - rect.left) * cut / width
            first = _Rect(rect.left, rect.top, x, rect.bottom)
            second = _Rect(x, rect.top, rect.right, rect.bottom)
            whole.paste(self._pixels(first, (cut, height), level), (0, 0))
            whole.paste(self._pixels(second, (width - cut, height), level), (cut, 0))
        else:
            cut = height // 2
            y = rect.top + (rect.bottom - rect.top) * cut / height
            first = _Rect(rect.left, rect.top, rect.right, y)
            second = _Rect(rect.left, y, rect.right, rect.bottom)
            whole.paste(self._pixels(first, (width, cut), level), (0, 0))
            whole.paste(self._pixels(second, (width, height - cut), level), (0, cut))
        return whole

    def _piece(self, rect: _Rect, size: tuple[int, int], level: int) -> Image.Image:
        cover = rect.cover()
        if rect == _Rect(*cover.edges) and cover.size == size:
            return self._canvas(level, cover)
        support = 1 + math.ceil(max(cover.size[0] / size[0], cover.size[1] / size[1]))
        wide = cover.widened(support, *self._stored.sizes[level])
        return self._canvas(level, wide).resize(
            size, Image.Resampling.HAMMING, box=rect.seen_from(wide), reducing_gap=2.0
        )

    def _canvas(self, level: int, box: Box) -> Image.Image:
        """Stored pixels of a box, white where it reaches beyond the image."""
        inside = box.within(*self._stored.sizes[level])
        if inside == box:
            return self._stored.read_level(level, box)
        canvas = Image.new("RGB", box.size, "white")
        if min(inside.size) > 0:
            pixels = self._stored.read_level(level, inside)
            canvas.paste(pixels, (inside.left - box.left, inside.top - box.top))
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


def open_slide(
    path: Path, *, spacing: float | None = None, icc: bool = False, probe: bool = True
) -> Slide:
    """Open a slide or an image; its content decides what it is, not its name.

    Parameters
    ----------
    path
        A file, or a folder that holds the DICOM files of one slide.
    spacing
        µm per pixel of level 0 as the user states it, where the file states none that can
        be true; what is only derived from the file it overrules.
    icc
        Convert from the slide's colour profile to sRGB, where it has one.
    probe
        Open it in a worker first, for about 0.3 s: a file that crashes its decoder then
        costs the worker, not the program. PNG and JPEG need none. Leave it out for files
        made by the caller.

    Raises
    ------
    SlideError
        ``slide.not-found``, ``slide.no-access``, ``slide.empty``, ``slide.unsupported``,
        ``slide.damaged``, ``slide.too-large``, ``slide.bad-profile``,
        ``slide.two-patients``, ``slide.several-slides``, ``slide.not-a-slide``,
        ``slide.no-slide-in-folder``, ``slide.opening-crashed`` or
        ``slide.opening-too-slow``.
    ScaleError
        ``slide.absurd-scale``: `spacing` can't be a microscope's. ``slide.scale-contradicts``:
        the file states another. ``slide.uneven-scale``: the file's own differs in x and y.
    """
    if spacing is not None:
        check_entered(spacing, path)
    files = Files.of(path)
    if probe and needs_probe(files.main):
        probing.probe(files.main)
    stored = WithCoarseLevels(open_stored(files.main))
    try:
        return Slide(files, stored, entered=spacing, icc=icc)
    except SlideError:
        stored.close()
        raise
