"""The scale contract: a model reads a slide at the spacing it was trained at, or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from bedside_dx.core.errors import ScaleError
from bedside_dx.core.geometry import Spacing, is_overview, is_plausible
from bedside_dx.core.model_card import ModelCard
from bedside_dx.core.ports import PixelSource


class NamedSource(PixelSource, Protocol):
    """A slide that knows which file it came from, so that an error can name it."""

    @property
    def path(self) -> Path:
        """The file or folder."""
        ...


def check_scale(slide: NamedSource, card: ModelCard) -> Spacing | None:
    """Refuse a slide that has no scale, an absurd one, or one too coarse for the model.

    An overview of a slide is too coarse, not absurd.

    Returns
    -------
    Spacing of level 0; None only for a whole-image model, which neither needs nor uses one.

    Raises
    ------
    ScaleError
        ``slide.no-scale``, ``slide.absurd-scale`` or ``slide.too-coarse``.
    """
    coarsest = card.coarsest_um_px
    if coarsest is None:
        return None
    spacing = slide.spacing
    if spacing is None:
        raise ScaleError("slide.no-scale", path=slide.path)
    if not is_plausible(spacing.um_per_px) and not is_overview(spacing):
        raise ScaleError(
            "slide.absurd-scale",
            path=slide.path,
            um_per_px=spacing.um_per_px,
            source=spacing.detail or spacing.source.value,
        )
    if spacing.um_per_px > coarsest:
        raise ScaleError(
            "slide.too-coarse",
            path=slide.path,
            um_per_px=spacing.um_per_px,
            model=card.name,
            needed=coarsest,
        )
    return spacing
