"""Slides through OpenSlide: the only door to it.

OpenSlide's errors latch: after one, a handle gives nothing but errors. Here a failed read
is tried once more on a fresh handle of its own, so that a damaged region is told apart from
a neighbour's dead handle, and the threads that read elsewhere go on.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Self

import numpy as np
import openslide
from PIL import Image, ImageCms

from bedside_dx.core.errors import SlideError
from bedside_dx.core.reading import Decoder, Indirect, Reading

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bedside_dx.core.results import Image as Pixels
    from bedside_dx.imaging.stored import Box

CACHE_BYTES = 64 * 2**20
"""Decoded tiles that OpenSlide keeps for one slide, shared by its handles."""

MAX_SIDE = 2 * 10**6
"""px: a slide of 25 x 75 mm at 0.05 µm/px has 1.5 million."""

MAX_TILE_PX = 64 * 10**6
"""Pixels of one stored tile: it is decoded as a whole."""

VERSION = openslide.__library_version__
"""Version of the OpenSlide library in use."""


def detect_format(path: Path) -> str | None:
    """Name the vendor format by the file's content, or None when OpenSlide knows none."""
    return openslide.OpenSlide.detect_format(path)


class _Handle:
    """One OpenSlide handle and how many threads are inside it."""

    def __init__(self, osr: openslide.OpenSlide) -> None:
        self.osr = osr
        self.users = 0
        self.retired = False
        self.closed = False


class OpenSlideLevels:
    """A slide as OpenSlide reads it; see `StoredLevels` for the attributes.

    Raises
    ------
    SlideError
        ``slide.unsupported``, ``slide.damaged`` or ``slide.too-large``.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._cache = openslide.OpenSlideCache(CACHE_BYTES)
        self._lock = threading.Lock()
        self._closed = False
        osr = self._open()
        _check_size(path, osr)
        self._handle = _Handle(osr)
        self.properties: Mapping[str, str] = _properties(osr)
        self.format = self.properties.get(openslide.PROPERTY_NAME_VENDOR, "unknown")
        self.sizes: tuple[tuple[int, int], ...] = osr.level_dimensions
        self.downsamples: tuple[float, ...] = osr.level_downsamples
        self.associated: tuple[str, ...] = tuple(sorted(osr.associated_images))
        self.icc_profile: bytes | None = _icc_profile(osr)
        self.reading = Reading(Decoder.OPENSLIDE)

    def alone(self, why: Indirect) -> Self:
        """Keep in mind why there is no other way to these pixels."""
        self.reading = Reading(Decoder.OPENSLIDE, why_not=why)
        return self

    def read_level(self, level: int, box: Box) -> Pixels:
        """Pixels of a box of one level; see `StoredLevels.read_level`."""
        handle = self._acquire()
        try:
            return self._pixels(handle.osr, level, box)
        except openslide.OpenSlideError:
            handle.retired = True
        finally:
            self._release(handle)
        try:
            return self._pixels_of_a_fresh_handle(level, box)
        except openslide.OpenSlideError as exc:
            raise SlideError("slide.unreadable-region", path=self._path) from exc

    def read_associated(self, name: str) -> Pixels:
        """One of the `associated` pictures."""
        handle = self._acquire()
        try:
            return _on_white(handle.osr.associated_images[name])
        except openslide.OpenSlideError as exc:
            handle.retired = True
            raise SlideError("slide.unreadable-region", path=self._path) from exc
        finally:
            self._release(handle)

    def close(self) -> None:
        """Let go of the file. Reads in flight finish; later ones are refused."""
        with self._lock:
            self._closed = True
            handle = self._handle
            handle.users += 1
            handle.retired = True
        self._release(handle)

    def _open(self) -> openslide.OpenSlide:
        try:
            osr = openslide.OpenSlide(self._path)
        except openslide.OpenSlideUnsupportedFormatError as exc:
            raise SlideError("slide.unsupported", path=self._path) from exc
        except (openslide.OpenSlideError, ValueError, OSError) as exc:
            raise SlideError("slide.damaged", path=self._path, detail=str(exc)) from exc
        osr.set_cache(self._cache)
        return osr

    def _pixels(self, osr: openslide.OpenSlide, level: int, box: Box) -> Pixels:
        scale = self.downsamples[level]
        corner = round(box.left * scale), round(box.top * scale)
        return _on_white(osr.read_region(corner, level, box.size))

    def _pixels_of_a_fresh_handle(self, level: int, box: Box) -> Pixels:
        """Read once with a handle no one else uses; put it to use for all if it works."""
        osr = self._open()
        try:
            pixels = self._pixels(osr, level, box)
        except openslide.OpenSlideError:
            osr.close()
            raise
        with self._lock:
            is_wanted = self._handle.retired and not self._closed
            if is_wanted:
                self._handle = _Handle(osr)
        if not is_wanted:
            osr.close()
        return pixels

    def _acquire(self) -> _Handle:
        """Hold a working handle open for the length of one read."""
        with self._lock:
            if self._closed:
                raise SlideError("slide.unreadable-region", path=self._path)
            if self._handle.retired:
                self._handle = _Handle(self._open())
            self._handle.users += 1
            return self._handle

    def _release(self, handle: _Handle) -> None:
        """Close a retired handle when its last reader leaves."""
        with self._lock:
            handle.users -= 1
            is_last = handle.retired and handle.users == 0 and not handle.closed
            handle.closed = handle.closed or is_last
        if is_last:
            handle.osr.close()


def _on_white(picture: Image.Image) -> Pixels:
    """Composite transparent padding to white, as glass without tissue looks."""
    if picture.mode != "RGBA":
        return np.asarray(picture.convert("RGB"))
    alpha = picture.getchannel("A")
    if alpha.getcolors(1) == [(picture.width * picture.height, 255)]:
        return np.asarray(picture.convert("RGB"))
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture, mask=alpha)
    return np.asarray(white)


def _properties(osr: openslide.OpenSlide) -> dict[str, str]:
    """All properties whose names are text; a damaged name can't be asked for."""
    properties: dict[str, str] = {}
    for name in osr.properties:
        with suppress(KeyError):
            properties[name] = osr.properties[name]
    return properties


def _check_size(path: Path, osr: openslide.OpenSlide) -> None:
    """Refuse what a file only declares before anything of that size is allocated."""
    tiles = [
        (
            int(osr.properties.get(f"openslide.level[{level}].tile-width", 0)),
            int(osr.properties.get(f"openslide.level[{level}].tile-height", 0)),
        )
        for level in range(osr.level_count)
    ]
    for limit, sizes in ((MAX_SIDE**2, osr.level_dimensions), (MAX_TILE_PX, tiles)):
        for width, height in sizes:
            if max(width, height) > MAX_SIDE or width * height > limit:
                osr.close()
                raise SlideError("slide.too-large", path=path, width=width, height=height)


def _icc_profile(osr: openslide.OpenSlide) -> bytes | None:
    """Profile as stored; no bytes where there is one that is none."""
    try:
        profile = osr.color_profile
    except (ImageCms.PyCMSError, OSError):
        return b""
    return profile.tobytes() if profile is not None else None
