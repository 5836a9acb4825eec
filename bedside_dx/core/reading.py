"""By which way pixels come out of a slide."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Decoder(StrEnum):
    """Who decodes the stored pixels."""

    DIRECT = "direct"
    """The program itself, tile by tile, to the same pixels as OpenSlide; OpenSlide where a tile
    is missing or damaged."""
    OPENSLIDE = "openslide"
    PICTURE = "picture"
    """A plain picture, decoded as a whole."""
    SCAN = "scan"
    """DICOM images, decoded slice by slice in a process of their own."""


class Indirect(StrEnum):
    """Why OpenSlide decodes a slide alone."""

    FORMAT = "format"
    """Its format's tiles are not read here."""
    NOT_JPEG = "not-jpeg"
    """Its tiles are not JPEG in three colours of 8 bits, or of an unusual layout."""
    DIFFERENT = "different"
    """Sampled tiles did not come out exactly as OpenSlide's."""


@dataclass(frozen=True)
class Reading:
    """How a slide is read.

    Attributes
    ----------
    levels
        Stored levels that are decoded directly; OpenSlide reads the others.
    why_not
        Why it is OpenSlide alone; None otherwise.
    shrink
        How much smaller than stored (2, 4 or 8) tiles were decoded for the model; 1 in full.
    """

    decoder: Decoder
    levels: tuple[int, ...] = ()
    why_not: Indirect | None = None
    shrink: int = 1

    @property
    def name(self) -> str:
        """For records: ``"direct"``, ``"openslide"``, ``"picture"`` or ``"scaled 1/2"``."""
        return self.decoder.value if self.shrink == 1 else f"scaled 1/{self.shrink}"
