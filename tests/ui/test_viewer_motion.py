"""The slide in motion: it glides on, is read ahead, is drawn fast, and sharp once it rests."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from bedside_dx.app.reading import TILE_PX, open_slide
from bedside_dx.core.geometry import PatchGrid, RegionPx, SizePx
from tests.slides import he_like, write_repeated
from tests.ui.viewing import HEIGHT, MIDDLE, WIDTH, drag, open_viewer, pixels, settle


@pytest.fixture(scope="module")
def large_path(tmp_path_factory):
    path = tmp_path_factory.mktemp("large") / "large.tif"
    return write_repeated(path, he_like(256, 256, seed=3), side=20_000)


@pytest.fixture
def large(qtbot, reader, large_path):
    """A viewer on a slide of many windows, at 1:1 in its middle."""
    viewer = open_viewer(qtbot, reader)
    with open_slide(large_path) as slide:
        viewer.show_slide(slide)
        viewer.show_actual_pixels()
        settle(qtbot, viewer)
        yield viewer
        viewer.clear()


def touch(viewer, places: list[QPoint], pause_ms: int) -> None:
    """Move one finger over the screen."""
    screen = QTest.createTouchDevice()
    for step, at in enumerate(places):
        finger = QTest.touchEvent(viewer, screen)
        move = finger.press if step == 0 else finger.move
        (finger.release if step == len(places) - 1 else move)(0, at, viewer)
        finger.commit()
        QTest.qWait(pause_ms)


def follow(qtbot, viewer) -> np.ndarray:
    """Where the view is from frame to frame until it rests, px of level 0 from the start on."""
    start, way = viewer.view.x, []
    viewer.camera.moved.connect(lambda: way.append(viewer.view.x - start))
    settle(qtbot, viewer)
    return np.array(way)


@pytest.mark.parametrize("by", ["mouse", "finger"])
def test_a_flick_goes_on_and_slows_down(qtbot, large, by):
    large.set_reduced_motion(False)
    if by == "mouse":
        drag(qtbot, large, MIDDLE, QPoint(-160, 0), shares=(0.2, 0.4, 0.7, 1.0), pause_ms=8)
    else:
        touch(large, [MIDDLE + QPoint(-40 * step, 0) for step in range(5)], pause_ms=8)
    assert large.camera.is_moving
    way = follow(qtbot, large)
    assert way[-1] > 30, "it goes on in the direction of the flick"
    assert (np.diff(way) >= -0.01).all(), "and never back"
    half = way[-1] / 2
    assert np.searchsorted(way, half) < len(way) / 2, "the first half of the way is the faster one"


def test_a_hand_that_rests_before_it_lets_go_leaves_the_slide_where_it_is(qtbot, large):
    large.set_reduced_motion(False)
    left = Qt.MouseButton.LeftButton
    qtbot.mousePress(large, left, pos=MIDDLE)
    qtbot.mouseMove(large, MIDDLE + QPoint(-90, 0))
    QTest.qWait(150)
    qtbot.mouseRelease(large, left, pos=MIDDLE + QPoint(-90, 0))
    before = large.view
    settle(qtbot, large)
    assert large.view == before


def test_a_press_catches_the_gliding_slide(qtbot, large):
    large.set_reduced_motion(False)
    large.camera.glide(3000.0, 0.0)
    QTest.qWait(40)
    qtbot.mousePress(large, Qt.MouseButton.LeftButton, pos=MIDDLE)
    caught = large.view
    QTest.qWait(60)
    assert large.view == caught


def test_a_pinch_of_a_touchpad_zooms_in_place(large):
    before = large.view
    point = before.to_slide(300, 200)
    for value in (0.2, 0.1):
        event = QNativeGestureEvent(
            Qt.NativeGestureType.ZoomNativeGesture, QPointingDevice.primaryPointingDevice(), 2,
            QPointF(300, 200), QPointF(300, 200), QPointF(300, 200), value, QPointF(), 0,
        )  # fmt: skip
        QApplication.sendEvent(large, event)
    assert large.view.scale == pytest.approx(before.scale * 1.2 * 1.1)
    assert large.view.to_screen(*point) == pytest.approx((300, 200), abs=0.01)


def test_two_fingers_on_a_touchpad_pan(large):
    pad = QPointingDevice(
        "pad", 77, QPointingDevice.DeviceType.TouchPad, QPointingDevice.PointerType.Finger,
        QPointingDevice.Capability.Position | QPointingDevice.Capability.PixelScroll, 2, 0,
    )  # fmt: skip
    before = large.view
    event = QWheelEvent(
        QPointF(MIDDLE), QPointF(MIDDLE), QPoint(-30, 12), QPoint(-240, 96),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.ScrollUpdate,
        False, Qt.MouseEventSource.MouseEventNotSynthesized, pad,
    )  # fmt: skip
    QApplication.sendEvent(large, event)
    assert (large.view.x - before.x, large.view.y - before.y) == pytest.approx((30, -12))
    assert large.view.scale == before.scale


def test_what_lies_ahead_of_the_hand_is_read_before_it_is_seen(qtbot, large, monkeypatch):
    feed = large._scene._feed
    asked: list = []
    request = feed.request
    monkeypatch.setattr(feed, "request", lambda keys: (asked.append(list(keys)), request(keys)))
    drag(qtbot, large, MIDDLE, QPoint(-300, 0), shares=np.linspace(0.1, 1, 10), pause_ms=8)
    view = large.view
    at_this_level = [key.column for key in asked[-1] if key.level == 0]
    ahead = (max(at_this_level) + 1) * TILE_PX - (view.x + WIDTH / 2)
    behind = (view.x - WIDTH / 2) - min(at_this_level) * TILE_PX
    assert ahead > behind + TILE_PX, "further ahead than behind"
    settle(qtbot, large)
    assert not large.camera.is_moving
    assert large.camera.speed == (0.0, 0.0)


def test_a_finer_level_is_read_under_the_middle(qtbot, large):
    large.camera.zoom_to(0.5, WIDTH / 2, HEIGHT / 2)
    settle(qtbot, large)
    middle = large._scene._tiling.keys_in(0, large.view.x, large.view.y, large.view.x, large.view.y)
    assert all(large._scene._feed.peek(key) is not None for key in middle)


def test_it_is_drawn_fast_in_motion_and_smoothly_at_rest(qtbot, large):
    large.set_reduced_motion(False)
    large.camera.zoom_to(0.37, WIDTH / 2, HEIGHT / 2)
    rough = []
    large.camera.moved.connect(lambda: (large.repaint(), rough.append(large._scene.is_rough)))
    settle(qtbot, large)
    assert any(rough)
    assert not large._scene.is_rough
    seen = pixels(large)
    large.set_colors("#eef1f4", "#141c24", "#0b6b6e")  # draws everything anew, smoothly
    assert np.array_equal(seen, pixels(large))


def test_a_tile_that_comes_between_two_frames_is_drawn_where_it_belongs(qtbot, large):
    """The view has moved on, and nothing was painted since: what is kept lies where it was."""
    x, y = large.view.origin
    key = large._scene._tiling.keys_in(0, x + 100, y + 100, x + 100, y + 100)[0]
    place = large._scene.tissue.place(key, large.view)

    canvas = large._scene._canvas
    canvas._pixels.fill(Qt.GlobalColor.black)  # as if a coarse stand-in had been painted there
    large.camera.pan(-60, -40)
    large._scene._take((key, large._scene._feed.peek(key)))
    large.repaint()
    settle(qtbot, large)
    shown = place.translated(60, 40) & large.rect()
    seen = pixels(large)[shown.top() : shown.bottom() + 1, shown.left() : shown.right() + 1]
    left, top = large.view.origin
    region = RegionPx(left + shown.left(), top + shown.top(), shown.width(), shown.height())
    expected = large._scene.slide.read(region, SizePx(shown.width(), shown.height()))

    assert np.array_equal(seen, expected)


def test_what_changes_in_a_zoom_is_seen_after_it_also_at_the_old_scale(qtbot, large):
    grid = PatchGrid(x0=0, y0=0, step=500, side=500, columns=40, rows=40)
    green, red = (
        np.full((40, 40, 4), rgba, np.uint8) for rgba in ((0, 255, 0, 120), (255, 0, 0, 120))
    )
    large.set_heatmap(green, grid)
    settle(qtbot, large)
    before = pixels(large)
    for factor, rgba in ((2, red), (1 / 2, red)):
        large.camera.zoom(factor, WIDTH / 2, HEIGHT / 2, smoothly=False)
        large.repaint()
        large.set_heatmap(rgba, grid)
    settle(qtbot, large)
    seen = pixels(large)

    assert (seen[..., 0] >= before[..., 0]).all()
    assert seen[..., 0].mean() > before[..., 0].mean() + 40
