"""What can happen to a patch, and what it can be left out for."""

from __future__ import annotations

from enum import IntEnum


class PatchState(IntEnum):
    """What happened to a patch. A failed patch is failed area, never background."""

    PENDING = 0
    ANALYSED = 1
    UNREADABLE = 2
    """It could not be decoded."""
    BLURRED = 3
    """Out of focus: left out of the verdict."""
    ARTEFACT = 4
    """Too thick or too dark to show any structure: left out, as are all that follow."""
    INK = 5
    """Under pen marks or marking dye."""
    FOLD = 6
    """The tissue lies over itself."""
    BUBBLE = 7
    """Under an air bubble or the edge of the cover glass."""
    EXPOSURE = 8
    """Over- or underexposed: clipped to white or black."""
    DEBRIS = 9
    """Dust, dirt or the edge of the glass: no stained tissue."""


LOST = (
    PatchState.UNREADABLE,
    PatchState.BLURRED,
    PatchState.INK,
    PatchState.FOLD,
    PatchState.BUBBLE,
    PatchState.EXPOSURE,
    PatchState.DEBRIS,
    PatchState.ARTEFACT,
)
"""What a patch can be left out for, in the order in which they are named."""
