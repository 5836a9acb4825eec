"""The scale contract: a model reads a slide at the spacing it was trained at, or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from bedside_dx.core.errors import ScaleError
from bedside_dx.core.geometry import Spacing, is_plausible
from bedside_dx.core.model_card import ModelCard
from bedside_dx.core.ports import PixelSource

COARSER_UP_TO = 1.25
"""A slide may be this much coarser than the model's spacing; enlarging more invents detail."""


class NamedSource(PixelSource, Protocol):
    """A slide that knows which file it came from, so that an error can name it."""

    @property
    def path(self) -> Path:
        """The file or folder."""
        ...


def check_scale(slide: NamedSource, card: ModelCard) -> Spacing | None:
    """Refuse a slide that has no scale, an absurd one, or one too coarse for the model.

    Returns
    -------
    Spacing of level 0; None only for a whole-image model, which neither needs nor uses one.

    Raises
    ------
    ScaleError
        ``slide.no-scale``, ``slide.absurd-scale`` or ``slide.too-coarse``.
    """
    if card.spacing_um_px is None:
        return None
    spacing = slide.spacing
    if spacing is None:
        raise ScaleError("slide.no-scale", path=slide.path)
    if not is_plausible(spacing.um_per_px):
        raise ScaleError(
            "slide.absurd-scale",
            path=slide.path,
            um_per_px=spacing.um_per_px,
            source=spacing.detail or spacing.source.value,
        )
    coarsest = card.spacing_um_px * COARSER_UP_TO
    if spacing.um_per_px > coarsest:
        raise ScaleError(
            "slide.too-coarse",
            path=slide.path,
            um_per_px=spacing.um_per_px,
            model=card.name,
            needed=coarsest,
        )
    return spacing
