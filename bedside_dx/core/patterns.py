"""The patterns that stand for "not known" and for what was left out: lines and dots, never colour.

Each differs from the others without colour.
"""

from __future__ import annotations

from enum import StrEnum

from bedside_dx.core.patch_state import PatchState


class Pattern(StrEnum):
    """What a pattern stands for."""

    UNFAMILIAR = "unfamiliar"
    UNREADABLE = "unreadable"
    BLURRED = "blurred"
    INK = "ink"
    FOLD = "fold"
    BUBBLE = "bubble"
    EXPOSURE = "exposure"
    DEBRIS = "debris"
    ARTEFACT = "artefact"


PATTERN_OF = {
    PatchState.UNREADABLE: Pattern.UNREADABLE,
    PatchState.BLURRED: Pattern.BLURRED,
    PatchState.INK: Pattern.INK,
    PatchState.FOLD: Pattern.FOLD,
    PatchState.BUBBLE: Pattern.BUBBLE,
    PatchState.EXPOSURE: Pattern.EXPOSURE,
    PatchState.DEBRIS: Pattern.DEBRIS,
    PatchState.ARTEFACT: Pattern.ARTEFACT,
}
