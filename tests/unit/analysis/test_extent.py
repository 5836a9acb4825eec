"""How large a tumour is on a grid: shapes of known size lie within what is stated."""

import math
from dataclasses import replace

import numpy as np
import pytest
from array_slide import COLON, findings
from hypothesis import given, settings
from hypothesis import strategies as st

from bedside_dx.analysis.extent import tumour_extent
from bedside_dx.core.extent import Beyond, TumourExtent
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.results import Findings

FINE = 20
"""Points along the side of a cell, for the share that a shape covers."""
STEP = math.sqrt(0.05)
"""mm, of the grid of `findings`."""
SIDE = 40


def seen(share: np.ndarray, **parts) -> Findings:
    """Patches that call tumour as sure as they are covered by it."""
    return findings(np.stack([1 - share, np.zeros_like(share), share], -1), **parts)


def disc(diameter: float, x: float, y: float, *, squeeze: float = 1.0, turn: float = 0.0):
    """Share of each cell within an ellipse; lengths in cells, `squeeze` of the short axis."""
    at = (np.arange(SIDE * FINE) + 0.5) / FINE
    dx, dy = np.meshgrid(at - x, at - y)
    along = dx * math.cos(turn) + dy * math.sin(turn)
    across = (dy * math.cos(turn) - dx * math.sin(turn)) / squeeze
    inside = np.hypot(along, across) <= diameter / 2
    return inside.reshape(SIDE, FINE, SIDE, FINE).mean((1, 3))


def measured(found: Findings) -> TumourExtent:
    extent = tumour_extent(found)
    assert extent is not None
    return extent


@settings(max_examples=60, deadline=None)
@given(
    diameter=st.floats(3, 30),
    x=st.floats(19, 21),
    y=st.floats(19, 21),
    squeeze=st.floats(0.6, 1),
    turn=st.floats(0, math.pi),
    limit=st.sampled_from((0.5, 0.6, 0.8)),
)
def test_a_shape_of_known_size_lies_within_the_stated_range(
    diameter: float, x: float, y: float, squeeze: float, turn: float, limit: float
) -> None:
    rules = replace(COLON.rules, tumour_probability=limit)
    found = seen(
        disc(diameter, x, y, squeeze=squeeze, turn=turn), model=replace(COLON, rules=rules)
    )
    extent = measured(found)
    assert extent.beyond == ()
    assert extent.diameter_mm.low <= diameter * STEP <= extent.diameter_mm.high
    assert extent.diameter_mm.low <= extent.diameter_mm.value <= extent.diameter_mm.high
    area = math.pi / 4 * diameter**2 * squeeze * 0.05
    assert extent.area_mm2.low <= area <= extent.area_mm2.high


@pytest.mark.parametrize("diameter", [8, 16, 30])
def test_the_estimate_is_near_and_the_range_is_no_wider_than_some_patches(diameter: int) -> None:
    found = measured(seen(disc(diameter, 20.3, 19.8))).diameter_mm
    assert abs(found.value - diameter * STEP) <= STEP
    assert found.high - found.low <= 5.5 * STEP


def test_only_the_largest_area_is_measured_and_all_of_it_counts_as_area() -> None:
    alone = measured(seen(disc(12, 12, 12)))
    both = measured(seen(disc(12, 12, 12) + disc(6, 30, 30)))
    assert both.diameter_mm == alone.diameter_mm
    assert both.area_mm2.value > alone.area_mm2.value


TISSUE = np.ones((SIDE, SIDE))
CUT = np.where(np.arange(SIDE) > 25, 0.0, 1.0) * TISSUE
LUMEN = TISSUE.copy()
LUMEN[19:21, 25:27] = 0
LOST = np.full((SIDE, SIDE), PatchState.ANALYSED)
LOST[20, 26] = PatchState.BLURRED
FAR = np.full((SIDE, SIDE), PatchState.ANALYSED)
FAR[0, 0] = PatchState.PENDING


def on_tissue(share: np.ndarray, tissue: np.ndarray) -> Findings:
    """Cells without tissue are not planned at all."""
    found = seen(share, tissue=tissue)
    kept = found.tissue > 0
    names = ("cells", "state", "probabilities", "unfamiliarity", "tissue")
    return replace(found, **{name: getattr(found, name)[kept] for name in names})


@pytest.mark.parametrize(
    ("found", "beyond"),
    [
        (on_tissue(disc(12, 20, 20), CUT), (Beyond.TISSUE_EDGE,)),
        (seen(disc(12, 4, 20)), (Beyond.SLIDE_END,)),
        (seen(disc(12, 20, 20), state=LOST), (Beyond.UNREAD,)),
        (seen(disc(12, 20, 20), state=FAR), (Beyond.UNREAD,)),
        (
            seen(disc(12, 20, 20), unfamiliarity=np.where(LOST != PatchState.ANALYSED, 2.0, 0.1)),
            (Beyond.UNREAD,),
        ),
    ],
)
def test_what_touches_the_unseen_is_a_lower_bound(
    found: Findings, beyond: tuple[Beyond, ...]
) -> None:
    extent = measured(found)
    assert extent.beyond == beyond
    assert extent.is_lower_bound
    assert extent.diameter_mm.low <= 12 * STEP


def test_a_lumen_within_the_tissue_is_no_edge() -> None:
    assert measured(on_tissue(disc(12, 20, 20), LUMEN)).beyond == ()


def test_without_scale_or_tumour_nothing_is_measured() -> None:
    found = seen(disc(12, 20, 20))
    assert tumour_extent(replace(found, cell_mm2=None)) is None
    assert tumour_extent(seen(np.zeros((SIDE, SIDE)))) is None


def test_one_doubtful_patch_has_no_lower_end() -> None:
    share = np.zeros((SIDE, SIDE))
    share[20, 20] = 0.55
    found = measured(seen(share)).diameter_mm
    assert (found.value, found.low) == (pytest.approx(STEP), 0)
    assert found.high > math.sqrt(2) * STEP
