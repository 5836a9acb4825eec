"""Which places can't carry a verdict, and what spoils them, as far as the overview shows it.

Where two explanations compete the one that needs more evidence has the say first; what has none
stays in: a tumour must not be hidden as an artefact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from bedside_dx.analysis.exposure import find_washed_out, is_frame
from bedside_dx.analysis.folds import find_folds
from bedside_dx.analysis.foreign import find_bubbles, find_debris
from bedside_dx.analysis.ink import find_ink, with_thin_red
from bedside_dx.analysis.section import CROSS, Section, section_of
from bedside_dx.analysis.tissue import BLACK, TissueMask, lightest
from bedside_dx.core.cancel import Cancel
from bedside_dx.core.geometry import PatchGrid
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.ports import PixelSource

SATURATED = 1.35
"""Mean optical density from which nothing of the structure is left (overstaining, crush)."""
SPOILT_SHARE = 0.5
"""A cell is left out when this share of its tissue is spoilt."""
HIDDEN_UM = 600.0
"""Ink no farther than this from tissue on both its sides is taken to hide tissue."""
EDGE_UM = 100.0
"""Pieces narrower than this are no tissue that ink could hide more of."""
BESIDE_UM = 50.0
"""Badly exposed frames that lie no farther than this from tissue are taken to hold some."""
KINDS = (
    PatchState.INK,
    PatchState.EXPOSURE,
    PatchState.BUBBLE,
    PatchState.FOLD,
    PatchState.DEBRIS,
    PatchState.ARTEFACT,
)
"""What the overview shows; where several fit, the first is named."""


@dataclass(frozen=True)
class QualityMap:
    """Spoilt places on the raster of a tissue mask.

    Attributes
    ----------
    kind
        (rows, columns) uint8, `PatchState` of what spoils the tissue; 0 where nothing does.
    tissue
        (rows, columns) bool, tissue, also where it is hidden; without what is ink on glass.
    """

    kind: NDArray[np.uint8]
    tissue: NDArray[np.bool_]

    def states(self, tissue: TissueMask, grid: PatchGrid) -> NDArray[np.uint8]:
        """What spoils most of each cell's tissue.

        Returns
        -------
        (grid.rows, grid.columns) uint8, `PatchState`; pending where nothing does.
        """
        states = np.full((grid.rows, grid.columns), PatchState.PENDING, np.uint8)
        present = [kind for kind in KINDS if (self.kind == kind).any()]
        if not present:
            return states
        shares = np.stack([tissue.mean(self.kind == kind, grid) for kind in present])
        whole = tissue.mean(self.tissue, grid)
        spoilt = shares.sum(0) > SPOILT_SHARE * np.maximum(whole, 1e-6)
        states[spoilt] = np.array(present, np.uint8)[shares.argmax(0)][spoilt]
        return states


def assess_quality(
    slide: PixelSource, tissue: TissueMask, *, cancel: Cancel | None = None
) -> QualityMap:
    """Find ink, frames of wrong exposure, bubbles, folds, dirt and darkness on the overview.

    Raises
    ------
    CancelledByUser
    """
    none = np.zeros(tissue.mask.shape, np.uint8)
    if slide.spacing is None or not tissue.mask.any():
        return QualityMap(none, tissue.mask)
    section, factor = section_of(tissue, slide.spacing.um_per_px * tissue.downsample)
    kind, hidden = _kinds(section, cancel or Cancel())
    rows, columns = tissue.mask.shape
    kind = kind.repeat(factor, 0).repeat(factor, 1)[:rows, :columns]
    hidden = hidden.repeat(factor, 0).repeat(factor, 1)[:rows, :columns]
    dark = (tissue.density > SATURATED) & (lightest(tissue.overview) > BLACK)
    dark = ndimage.binary_opening(dark, iterations=1) & (kind == 0)
    kind = np.where(dark, np.uint8(PatchState.ARTEFACT), kind)
    on_glass = np.isin(kind, (PatchState.INK, PatchState.EXPOSURE)) & ~hidden
    whole = (tissue.mask & ~on_glass) | hidden
    return QualityMap(np.where(whole & ~tissue.unread, kind, 0).astype(np.uint8), whole)


def _kinds(section: Section, cancel: Cancel) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """What spoils each px of a section, and where it hides tissue."""
    coloured, black = find_ink(section)
    washed, frames = find_washed_out(section), is_frame(black) & ~coloured
    cancel.raise_if_cancelled()
    bubbles = find_bubbles(section)
    cancel.raise_if_cancelled()
    folds = find_folds(section)
    cancel.raise_if_cancelled()
    found = {
        PatchState.INK: (coloured | black & ~frames) & ~bubbles,
        PatchState.EXPOSURE: washed | frames,
        PatchState.BUBBLE: bubbles,
        PatchState.FOLD: folds,
        PatchState.DEBRIS: find_debris(section),
    }
    kind = np.zeros(section.tissue.shape, np.uint8)
    for state in reversed(found):
        kind[found[state]] = state
    covered = kind == PatchState.INK
    badly_lit = washed | frames
    if not (covered | badly_lit).any():
        return kind, covered
    # What is left of a stroke beside the ink found is its pale edge.
    seen = section.opened(section.tissue & ~with_thin_red(section, covered) & ~frames, EDGE_UM)
    hidden = covered & section.filled(seen, HIDDEN_UM)
    return kind, hidden | _touching(badly_lit, section.grown(seen, BESIDE_UM))


def _touching(mask: NDArray[np.bool_], tissue: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Those connected parts of a mask that meet tissue."""
    labels, count = ndimage.label(mask, CROSS)
    meets = np.zeros(count + 1, np.bool_)
    meets[np.unique(labels[tissue])] = True
    meets[0] = False
    return meets[labels]
