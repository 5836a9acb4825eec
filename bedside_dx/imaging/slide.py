"""Slides and images, whatever their format: pixels of any region at any scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np
from PIL import Image

from bedside_dx.core.errors import SlideError
from bedside_dx.core.geometry import SizePx
from bedside_dx.core.results import SlideFacts
from bedside_dx.imaging import probe as probing
from bedside_dx.imaging.coarse import WithCoarseLevels
from bedside_dx.imaging.color import ToSrgb
from bedside_dx.imaging.files import Files
from bedside_dx.imaging.opening import needs_probe, open_stored, with_direct_way
from bedside_dx.imaging.resampling import resample
from bedside_dx.imaging.shrunk import ShrunkLevels, ShrunkSlide
from bedside_dx.imaging.spacing import (
    check_entered,
    entered_spacing,
    find_spacing,
    overruled_spacing,
)

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from bedside_dx.core.geometry import RegionPx
    from bedside_dx.core.reading import Reading
    from bedside_dx.core.results import Image as Pixels


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
    def reading(self) -> Reading:
        """By which way its pixels come."""
        return self._stored.reading

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
        return self.in_srgb(resample(self._stored, region, size))

    def in_srgb(self, pixels: Pixels) -> Pixels:
        """Pixels as stored, converted where a colour profile is applied."""
        if self._to_srgb is None:
            return pixels
        picture = Image.fromarray(pixels)
        self._to_srgb(picture)
        return np.asarray(picture)

    def shrunk(self) -> ShrunkSlide | None:
        """The same slide read with tiles decoded to smaller sizes; None where it can't be."""
        direct = self._stored.direct
        return None if direct is None else ShrunkSlide(self, ShrunkLevels(direct))

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
        return self._stored.read_associated(name)

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
    stored = WithCoarseLevels(with_direct_way(open_stored(files.main), files.all))
    try:
        return Slide(files, stored, entered=spacing, icc=icc)
    except SlideError:
        stored.close()
        raise
