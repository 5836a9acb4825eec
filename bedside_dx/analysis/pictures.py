"""The pixels a report shows: taken here, so that a report never opens a slide."""

from __future__ import annotations

import math

from bedside_dx.core.errors import SlideError
from bedside_dx.core.geometry import RegionPx, SizePx
from bedside_dx.core.ports import PixelSource
from bedside_dx.core.results import Diagnosis, KeyPicture, KeyRegion, Pictures

OVERVIEW_PX = 2048
"""Longest side of the overview."""
KEY_PICTURE_PX = 512
"""Side of a key region's picture."""


def take_pictures(slide: PixelSource, diagnosis: Diagnosis) -> Pictures:
    """Read the overview and the key regions of a verdict.

    A key region that can't be read any more is left out; its place stays in the diagnosis.

    Raises
    ------
    SlideError
        The overview can't be decoded.
    """
    size = slide.size
    downsample = max(1.0, max(size.width, size.height) / OVERVIEW_PX)
    small = SizePx(
        max(1, math.floor(size.width / downsample)), max(1, math.floor(size.height / downsample))
    )
    overview = slide.read(RegionPx(0, 0, size.width, size.height), small)
    taken = (_key_picture(slide, key) for key in diagnosis.key_regions)
    return Pictures(overview, downsample, tuple(picture for picture in taken if picture))


def _key_picture(slide: PixelSource, key: KeyRegion) -> KeyPicture | None:
    try:
        image = slide.read(key.region, SizePx(KEY_PICTURE_PX, KEY_PICTURE_PX))
    except SlideError:
        return None
    spacing = slide.spacing
    um_per_px = spacing and spacing.um_per_px * key.region.width / KEY_PICTURE_PX
    return KeyPicture(key, image, um_per_px)
