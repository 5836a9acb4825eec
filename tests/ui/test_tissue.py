"""Pictures of tiles for the screen: enough for what is seen, and never more than their budget."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bedside_dx.app.reading import BUDGET_BYTES, TILE_BYTES, TILE_PX, coarsest_level
from bedside_dx.core.geometry import SizePx
from bedside_dx.ui.viewer.tiling import Tiling, most_seen
from bedside_dx.ui.viewer.tissue import LEAST_BYTES, MOST_BYTES, PICTURE_BYTES, Tissue
from bedside_dx.ui.viewer.view import CLOSEST, View

SIDE = 100_000
SLIDE = SizePx(SIDE, SIDE)
TILING = Tiling(SLIDE, coarsest_level(SLIDE))
PIXELS = np.full((TILE_PX, TILE_PX, 3), 200, np.uint8)
SCREENS = {"window": SizePx(1280, 800), "4K": SizePx(3840, 2160), "8K": SizePx(7680, 4320)}

views = st.builds(
    lambda x, y, scale, window: View(x, y, 2.0**scale, window.width, window.height),
    st.floats(0, SIDE),
    st.floats(0, SIDE),
    st.floats(-7, np.log2(CLOSEST)),
    st.sampled_from(list(SCREENS.values())),
)


def show(tissue: Tissue, view: View) -> None:
    """Have all tiles of a view ready, in the order in which they are drawn."""
    assert all(tissue.knows(key) for key in TILING.seen(view))


@given(st.lists(views, min_size=1, max_size=4))
def test_pictures_stay_within_their_budget_whatever_is_looked_at(looks: list[View]) -> None:
    tissue = Tissue(TILING, lambda _key: PIXELS)
    for view in looks:
        tissue.make_room_for(view)
        show(tissue, view)
        assert 0 < tissue.bytes_kept <= MOST_BYTES
    tissue.make_room_for(View(0, 0, 1.0, 1280, 800))
    assert tissue.bytes_kept <= LEAST_BYTES


@given(views)
def test_no_view_shows_more_tiles_than_are_counted_on(view: View) -> None:
    assert len(TILING.seen(view)) <= most_seen(view.window)


@pytest.mark.parametrize("screen", ["window", "4K"])
def test_what_is_seen_is_made_ready_once(screen: str) -> None:
    made: list[object] = []
    tissue = Tissue(TILING, lambda key: (made.append(key), PIXELS)[1])
    window = SCREENS[screen]
    view = View(SIDE / 2, SIDE / 2, 0.58, window.width, window.height)
    tissue.make_room_for(view)
    for _ in range(3):
        show(tissue, view)
    assert len(made) == len(set(made)) == len(TILING.seen(view))


def test_what_a_screen_shows_at_once_fits_into_memory() -> None:
    seen = most_seen(SCREENS["4K"])
    assert seen * PICTURE_BYTES <= MOST_BYTES
    assert seen * TILE_BYTES <= BUDGET_BYTES / 2, "with as much again around it"
