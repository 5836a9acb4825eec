"""The arithmetic of looking: no window needed."""

from math import hypot

from hypothesis import given
from hypothesis import strategies as st

from bedside_dx.app.reading import TILE_PX, coarsest_level
from bedside_dx.core.geometry import RegionPx, SizePx
from bedside_dx.ui.viewer.motion import FASTEST, Glide, Hand, ZoomTo
from bedside_dx.ui.viewer.scale_bar import round_length
from bedside_dx.ui.viewer.tiling import STRETCH, Tiling, ancestors, children
from bedside_dx.ui.viewer.view import CLOSEST, Bounds, View

slides = st.builds(SizePx, st.integers(64, 200_000), st.integers(64, 200_000))
windows = st.builds(SizePx, st.integers(200, 3840), st.integers(150, 2160))
shares = st.floats(0.0, 1.0)


@st.composite
def views(draw):
    slide, window = draw(slides), draw(windows)
    bounds = Bounds(slide)
    scale = bounds.clamp_scale(draw(st.floats(1e-4, 10.0)), window)
    x, y = draw(shares) * slide.width, draw(shares) * slide.height
    return bounds, View(x, y, scale, window.width, window.height)


@given(views(), shares, shares)
def test_screen_and_slide_are_inverse(seen, across, down):
    _, view = seen
    x, y = across * view.width, down * view.height
    back = view.to_screen(*view.to_slide(x, y))
    assert hypot(back[0] - x, back[1] - y) < 1e-3


@given(views(), shares, shares, st.floats(0.05, 20.0))
def test_zoom_keeps_the_point_under_the_cursor(seen, across, down, factor):
    bounds, view = seen
    x, y = across * view.width, down * view.height
    point = view.to_slide(x, y)
    zoomed = view.zoomed(bounds.clamp_scale(view.scale * factor, view.window), x, y)
    kept = zoomed.to_screen(*point)
    assert hypot(kept[0] - x, kept[1] - y) < 1e-3


@given(views(), shares, shares, st.floats(0.1, 10.0), st.floats(0.0, 0.2))
def test_a_zoom_in_progress_keeps_it_too(seen, across, down, factor, after):
    bounds, view = seen
    anchor = (across * view.width, down * view.height)
    target = view.zoomed(bounds.clamp_scale(view.scale * factor, view.window), *anchor)
    between = ZoomTo(view, target, 10.0, anchor).at(10.0 + after)
    kept = between.to_screen(*view.to_slide(*anchor))
    assert hypot(kept[0] - anchor[0], kept[1] - anchor[1]) < 1e-3
    low, high = sorted((view.scale, target.scale))
    assert low * (1 - 1e-9) <= between.scale <= high * (1 + 1e-9)


@given(slides, windows)
def test_a_fitted_slide_is_seen_whole(slide, window):
    view = Bounds(slide).fit(window)
    left, top = view.to_screen(0, 0)
    right, bottom = view.to_screen(slide.width, slide.height)
    assert left >= -1e-6
    assert top >= -1e-6
    assert right <= window.width + 1e-6
    assert bottom <= window.height + 1e-6


@given(views(), st.floats(-1e7, 1e7), st.floats(-1e7, 1e7), st.floats(1e-9, 1e3))
def test_no_move_leaves_the_slide_or_the_limits(seen, dx, dy, factor):
    bounds, view = seen
    view = bounds.clamp(view.panned(dx, dy).zoomed(view.scale * factor, 0, 0))
    assert 0 <= view.x <= bounds.slide.width
    assert 0 <= view.y <= bounds.slide.height
    assert view.scale <= max(CLOSEST, bounds.fit(view.window).scale)
    assert bounds.clamp(view) == view


@given(views(), shares, shares)
def test_a_framed_region_is_seen_whole(seen, across, down):
    bounds, view = seen
    x, y = int(across * bounds.slide.width * 0.9), int(down * bounds.slide.height * 0.9)
    framed = bounds.frame(RegionPx(x, y, 40, 30), view.window)
    left, top = framed.to_screen(x, y)
    right, bottom = framed.to_screen(x + 40, y + 30)
    assert -1 <= left < right <= view.width + 1
    assert -1 <= top < bottom <= view.height + 1


@given(views())
def test_wishes_cover_what_is_seen_once_and_are_sharp(seen):
    bounds, view = seen
    tiling = Tiling(bounds.slide, coarsest_level(bounds.slide))
    level = tiling.level_for(view.scale)
    assert level == tiling.coarsest or view.scale * 2**level > STRETCH / 2
    assert level == 0 or view.scale * 2**level <= STRETCH * (1 + 1e-9)
    wishes = tiling.wishes(view)
    assert len(wishes) == len(set(wishes))
    side = TILE_PX << level
    for across in (0.0, 0.5, 0.999):
        for down in (0.0, 0.5, 0.999):
            x, y = view.to_slide(across * view.width, down * view.height)
            if 0 <= x < bounds.slide.width and 0 <= y < bounds.slide.height:
                assert (level, int(x // side), int(y // side)) in {
                    (k.level, k.column, k.row) for k in wishes
                }


@given(views(), st.integers(0, 10_000))
def test_families_of_tiles(seen, pick):
    bounds, _ = seen
    tiling = Tiling(bounds.slide, coarsest_level(bounds.slide))
    if tiling.coarsest == 0:
        return
    keys = tiling.keys_of(1)
    key = keys[pick % len(keys)]
    assert all(next(ancestors(child, tiling.coarsest)) == key for child in children(key))
    assert [a.level for a in ancestors(key, tiling.coarsest)] == [*range(2, tiling.coarsest + 1)]


@given(st.floats(1e-3, 1e7))
def test_the_scale_bar_is_round_and_as_long_as_it_may(longest):
    length = round_length(longest)
    assert length <= longest * (1 + 1e-6)
    assert length > longest / 2.5 * (1 - 1e-6)
    assert f"{length:.0e}"[0] in "125"


@given(st.floats(-5e4, 5e4), st.floats(-5e4, 5e4))
def test_a_flick_goes_on_in_its_direction_and_ends(dx, dy):
    hand = Hand()
    for step in range(6):
        hand.moved(dx * step * 0.01, dy * step * 0.01, step * 0.01)
    speed = hand.speed(0.05)
    assert hypot(*speed) <= FASTEST * (1 + 1e-9)
    assert hand.speed(0.3) == (0.0, 0.0)
    start = View(1000, 1000, 1.0, 800, 600)
    glide = Glide(start, *speed, started=0.0)
    assert glide.has_ended(5.0)
    late = glide.at(5.0)
    assert hypot(late.x - glide.target.x, late.y - glide.target.y) < 0.5
