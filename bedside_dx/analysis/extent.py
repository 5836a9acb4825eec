"""How large the tumour on a slide is, measured on the grid of patches; pure, no image is read.

The estimate takes the patches that count as tumour by the model's own limit. Its range is what
the grid and that limit leave: at least what patches without doubt span between their nearest
sides, at most what patches beyond doubt's lower end span between their far corners, and what a
border may reach into the patches around them. Where such a patch touches something unseen, there
is no upper end.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from bedside_dx.analysis.aggregate import DOUBT, together
from bedside_dx.core.extent import Beyond, Span, TumourExtent
from bedside_dx.core.heatmap import is_judged
from bedside_dx.core.model_card import Role
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.results import Findings

Mask = NDArray[np.bool_]

AROUND = np.ones((3, 3), np.bool_)
"""Patches that touch with a side or a corner hang together."""


@dataclass(frozen=True, slots=True)
class _Limits:
    """Probability from which a patch may hold tumour, counts as tumour, is tumour without doubt."""

    may: float
    counts: float
    surely: float


def tumour_extent(findings: Findings) -> TumourExtent | None:
    """Area and largest diameter of the tumour that a model saw.

    Returns
    -------
    None without a scale, without a tumour class, and where no patch counts as tumour.
    """
    columns = findings.model.of_role(Role.TUMOUR)
    if findings.cell_mm2 is None or not columns:
        return None
    limits = _limits(findings.model.rules.tumour_probability)
    likely = np.nan_to_num(findings.raster(together(findings, columns)))
    counts = likely >= limits.counts
    if not counts.any():
        return None
    tissue = np.nan_to_num(findings.raster(findings.tissue))
    step = math.sqrt(findings.cell_mm2)
    largest = _largest(counts, tissue)
    surely = largest & (likely >= limits.surely)
    may = _holding(likely >= limits.may, largest)
    beyond = _beyond(may, findings)
    side = step * findings.grid.side / findings.grid.step
    high = _span(may, step, side) + 2 * step * math.sqrt(limits.may)
    diameter = Span(
        _span(largest, step, 0.0) + step,
        _span(_largest(surely, tissue), step, -side) if surely.any() else 0.0,
        math.inf if beyond else high,
    )
    return TumourExtent(_area(findings, likely, limits), diameter, step, beyond)


def _limits(counts: float) -> _Limits:
    """As far from certainty as `aggregate.without_doubt` sees it."""
    return _Limits(DOUBT * counts, counts, 1 - DOUBT * (1 - counts))


def _area(findings: Findings, likely: NDArray[np.float32], limits: _Limits) -> Span:
    """Area of all tumour; what was not judged may hold more, and is no part of it.

    At least a patch without doubt is full as far as it is sure; at most every patch around what
    may be tumour holds as much as goes unseen.
    """
    tissue = np.nan_to_num(findings.raster(findings.tissue)) * (findings.cell_mm2 or 0.0)
    may = likely >= limits.may
    rim = ndimage.binary_dilation(may, AROUND) & ~may
    most = float(tissue[may].sum()) + limits.may * float(tissue[rim].sum())
    return Span(
        float(tissue[likely >= limits.counts].sum()),
        limits.surely * float(tissue[likely >= limits.surely].sum()),
        most if is_judged(findings).all() else math.inf,
    )


def _largest(mask: Mask, tissue: NDArray[np.float32]) -> Mask:
    """Of the parts that hang together, the one with most tissue; nothing of nothing."""
    names, parts = ndimage.label(mask, AROUND)
    if not parts:
        return mask
    sizes = ndimage.sum_labels(tissue, names, range(1, parts + 1))
    return names == 1 + int(np.argmax(sizes))


def _holding(mask: Mask, part: Mask) -> Mask:
    """The connected part of a mask that holds a part of it."""
    names, _ = ndimage.label(mask, AROUND)
    return names == names[part][0]


def _span(mask: Mask, step: float, side: float) -> float:
    """Largest distance between two cells of a mask, in the unit of `step`.

    Parameters
    ----------
    side
        0 measures between centres, the side of a patch between far corners, and its negative
        between the nearest sides.
    """
    rows = np.nonzero(mask.any(1))[0]
    first, last = mask[rows].argmax(1), mask.shape[1] - 1 - mask[rows, ::-1].argmax(1)
    x, y = np.concatenate([first, last]), np.concatenate([rows, rows])  # only ends can be farthest
    far = [np.maximum(np.abs(a[:, None] - a[None, :]) * step + side, 0) for a in (x, y)]
    return float(np.hypot(far[0], far[1]).max())


def _beyond(may: Mask, findings: Findings) -> tuple[Beyond, ...]:
    """What unseen things a part and the patches around it touch."""
    planned = ~np.isnan(findings.raster(findings.tissue))
    judged = findings.raster(is_judged(findings).astype(np.float32)) == 1
    around = ndimage.binary_dilation(may, AROUND)
    outside = ~ndimage.binary_fill_holes(planned)  # a lumen within tissue is no edge
    frame = np.ones_like(may)
    frame[1:-1, 1:-1] = False
    is_pending = bool((findings.state == PatchState.PENDING).any())
    touched = {
        Beyond.UNREAD: is_pending or bool((around & planned & ~judged).any()),
        Beyond.TISSUE_EDGE: bool((around & outside).any()),
        Beyond.SLIDE_END: bool((may & frame).any()),
    }
    return tuple(what for what, is_so in touched.items() if is_so)
