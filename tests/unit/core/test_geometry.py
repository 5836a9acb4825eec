"""Cells and pixels lead to each other and back."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bedside_dx.core.geometry import PatchGrid

grids = st.builds(
    PatchGrid,
    x0=st.floats(-500, 500),
    y0=st.floats(-500, 500),
    step=st.floats(20, 600),
    side=st.floats(600, 700),
    columns=st.integers(1, 400),
    rows=st.integers(1, 400),
)


@given(grids, st.data())
def test_the_middle_of_a_patch_leads_back_to_its_cell(grid: PatchGrid, data: st.DataObject) -> None:
    column = data.draw(st.integers(0, grid.columns - 1))
    row = data.draw(st.integers(0, grid.rows - 1))
    x, y = grid.corners(np.array([[column, row]], np.int32))[0] + grid.side / 2
    assert grid.cell_at(x, y) == (column, row)


@given(grids)
def test_outside_is_no_cell(grid: PatchGrid) -> None:
    assert grid.cell_at(grid.x0 - 1e5, grid.y0) is None
    assert grid.cell_at(grid.x0 + grid.step * (grid.columns + 2) + grid.side, grid.y0) is None
