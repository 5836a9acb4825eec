"""The pixels a report shows: taken here, so that a report never opens a slide."""

from __future__ import annotations

from bedside_dx.analysis.tissue import TissueMask
from bedside_dx.core.errors import SlideError
from bedside_dx.core.geometry import SizePx
from bedside_dx.core.ports import PixelSource
from bedside_dx.core.results import Diagnosis, KeyPicture, KeyRegion, Pictures

KEY_PICTURE_PX = 512
"""Side of a key region's picture."""


def take_pictures(slide: PixelSource, tissue: TissueMask, diagnosis: Diagnosis) -> Pictures:
    """Read the key regions of a verdict; the overview is the one the tissue was found on.

    A key region that can't be read any more is left out; its place stays in the diagnosis.
    """
    taken = (_key_picture(slide, key) for key in diagnosis.key_regions)
    pictures = tuple(picture for picture in taken if picture)
    return Pictures(tissue.overview, tissue.downsample, pictures)


def _key_picture(slide: PixelSource, key: KeyRegion) -> KeyPicture | None:
    try:
        image = slide.read(key.region, SizePx(KEY_PICTURE_PX, KEY_PICTURE_PX))
    except SlideError:
        return None
    spacing = slide.spacing
    um_per_px = spacing and spacing.um_per_px * key.region.width / KEY_PICTURE_PX
    return KeyPicture(key, image, um_per_px)
