"""How far tumour reaches on one slide, as measured on the grid of patches."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum


class Beyond(StrEnum):
    """Where tumour may go on unseen: the area touches it. The one that weighs most first."""

    UNREAD = "unread"
    """Tissue that was lost, is unfamiliar, or was not read yet."""
    TISSUE_EDGE = "tissue-edge"
    """The edge of the tissue: a cut, or the organ's own surface; a slide does not tell."""
    SLIDE_END = "slide-end"
    """The end of the image."""


@dataclass(frozen=True, slots=True)
class Span:
    """A measured value and the range that measuring it this way leaves.

    Attributes
    ----------
    high
        Infinite where the value is a lower bound.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class TumourExtent:
    """Tumour of any of a model's tumour classes on one slide.

    Attributes
    ----------
    area_mm2
        Of all of it.
    diameter_mm
        Largest diameter of the largest area that hangs together.
    patch_mm
        Side of a cell of the grid: nothing finer is seen.
    beyond
        What the largest area touches; empty where it lies within tissue that was read.
    """

    area_mm2: Span
    diameter_mm: Span
    patch_mm: float
    beyond: tuple[Beyond, ...]

    @property
    def is_lower_bound(self) -> bool:
        """Whether the tumour may be larger than what could be measured."""
        return math.isinf(self.diameter_mm.high)
