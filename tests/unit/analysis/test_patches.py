"""Where the model looks: everywhere there is tissue, once, and early all over the slide."""

import numpy as np
from array_slide import COLON, ArraySlide, card
from hypothesis import given
from hypothesis import strategies as st

from bedside_dx.analysis.patches import informative_order, lay_grid, plan_patches
from bedside_dx.analysis.quality import assess_quality
from bedside_dx.analysis.tissue import find_tissue
from bedside_dx.core.geometry import SizePx
from bedside_dx.core.model_card import Role
from bedside_dx.core.patch_state import PatchState
from tests.slides import he_like

EXTENT = st.integers(1, 5000)


@given(EXTENT, EXTENT, st.floats(20, 900))
def test_the_grid_covers_every_pixel_and_wastes_none(width: int, height: int, side: float) -> None:
    grid = lay_grid(SizePx(width, height), side)
    for start, cells, extent in ((grid.x0, grid.columns, width), (grid.y0, grid.rows, height)):
        assert start <= 1e-6 or cells == 1
        assert start + (cells - 1) * grid.step + side >= extent - 1e-6
        assert (cells - 1) * side < extent
    assert grid.step <= side


def test_every_cell_with_tissue_is_planned_once() -> None:
    slide = ArraySlide(he_like(500, 400, seed=4), 1.0)
    tissue = find_tissue(slide)
    plan = plan_patches(tissue, assess_quality(slide, tissue), COLON, slide)
    assert len(np.unique(plan.cells, axis=0)) == len(plan.cells)
    covered = np.zeros(tissue.mask.shape, np.bool_)
    for patch in range(len(plan.cells)):
        region = plan.region(patch)
        assert (region.width, region.height) == (32, 32)
        covered[max(region.y, 0) : region.y + 32, max(region.x, 0) : region.x + 32] = True
    assert (tissue.mask & covered).sum() > 0.995 * tissue.mask.sum()
    assert plan.cell_mm2 == (plan.grid.step / 1000) ** 2
    assert (plan.state == PatchState.PENDING).all()


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**31))
def test_the_order_is_a_permutation(columns: int, rows: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    across, down = np.meshgrid(np.arange(columns), np.arange(rows))
    cells = np.stack([across.ravel(), down.ravel()], 1).astype(np.int32)
    cells = cells[rng.random(len(cells)) < 0.7]
    order = informative_order(cells, rng.random(len(cells)).astype(np.float32))
    assert sorted(order.tolist()) == list(range(len(cells)))


def test_a_first_part_shows_all_of_the_slide_and_its_darkest_places() -> None:
    across, down = np.meshgrid(np.arange(64), np.arange(64))
    cells = np.stack([across.ravel(), down.ravel()], 1).astype(np.int32)
    darkness = np.random.default_rng(0).random(len(cells)).astype(np.float32)
    order = informative_order(cells, darkness)
    first = cells[order[: len(cells) // 12]]
    quarters = np.bincount((first // 16) @ [1, 4], minlength=16)
    assert quarters.min() > 0.7 * quarters.max()
    assert darkness[order[: len(cells) // 12]].mean() > 0.8


def test_a_whole_image_is_one_patch() -> None:
    slide = ArraySlide(np.zeros((300, 200, 3), np.uint8), None)
    tissue = find_tissue(slide)
    brain = card(Role.BENIGN, Role.TUMOUR, whole=True)
    plan = plan_patches(tissue, assess_quality(slide, tissue), brain, slide)
    assert len(plan.cells) == 1
    region = plan.region(0)
    assert (region.x, region.y, region.width, region.height) == (0, 0, 200, 300)
    assert plan.cell_mm2 is None
