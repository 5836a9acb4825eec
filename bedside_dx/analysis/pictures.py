"""The pixels a report shows: taken here, so that a report never opens a slide."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bedside_dx.core.errors import SlideError
from bedside_dx.core.geometry import SizePx
from bedside_dx.core.ports import PixelSource
from bedside_dx.core.results import Diagnosis, Image, KeyPicture, KeyRegion, Pictures

if TYPE_CHECKING:
    from bedside_dx.analysis.tissue import TissueMask

KEY_PICTURE_PX = 512
"""Side of a key region's picture."""


class Overview(NamedTuple):
    """The picture that the tissue was found on: all that is kept of it while patches are read.

    Attributes
    ----------
    pixels
        (rows, columns, 3) uint8.
    downsample
        px of level 0 per px.
    """

    pixels: Image
    downsample: float

    @classmethod
    def of(cls, tissue: TissueMask) -> Overview:
        """Of what was found."""
        return cls(tissue.overview, tissue.downsample)


def take_pictures(slide: PixelSource, overview: Overview, diagnosis: Diagnosis) -> Pictures:
    """Read the key regions of a verdict.

    A key region that can't be read any more is left out; its place stays in the diagnosis.
    """
    taken = (_key_picture(slide, key) for key in diagnosis.key_regions)
    pictures = tuple(picture for picture in taken if picture)
    return Pictures(overview.pixels, overview.downsample, pictures)


def _key_picture(slide: PixelSource, key: KeyRegion) -> KeyPicture | None:
    try:
        image = slide.read(key.region, SizePx(KEY_PICTURE_PX, KEY_PICTURE_PX))
    except SlideError:
        return None
    spacing = slide.spacing
    um_per_px = spacing and spacing.um_per_px * key.region.width / KEY_PICTURE_PX
    return KeyPicture(key, image, um_per_px)
