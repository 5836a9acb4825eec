"""The slide on the screen: moved by hand, drawn to the pixel, and let go of."""

import resource
import threading

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from bedside_dx.app.reading import SlideReader, open_slide
from bedside_dx.core.geometry import RegionPx, SizePx, Spacing, SpacingSource
from bedside_dx.core.patterns import Pattern
from bedside_dx.text import texts
from bedside_dx.ui.viewer.contours import trace
from bedside_dx.ui.viewer.scale_bar import ScaleBar
from bedside_dx.ui.viewer.scene import Scene
from bedside_dx.ui.viewer.view import View
from tests.slides import he_like, write_repeated, write_slide
from tests.ui.viewing import (
    GRID,
    HEIGHT,
    MIDDLE,
    WIDTH,
    drag,
    open_viewer,
    pixels,
    settle,
    wheel,
)
from tests.unit.app.test_reading import Gate, spoil_tile

# --- what is drawn -----------------------------------------------------------------------


def test_at_one_to_one_every_pixel_is_the_slides_own(qtbot, viewer, slide):
    viewer.show_actual_pixels()
    settle(qtbot, viewer)
    x, y = viewer.view.origin
    seen = pixels(viewer)[:300]  # above map and scale bar
    expected = slide.read(RegionPx(x, y, WIDTH, 300), SizePx(WIDTH, 300))
    assert np.array_equal(seen, expected)


@pytest.mark.parametrize("scale", [1.0, 0.61])
def test_after_many_pans_it_looks_as_drawn_at_once(qtbot, viewer, scale):
    viewer.set_heatmap(colors(3, 4), GRID)
    seen = np.eye(GRID.rows, GRID.columns, dtype=bool)
    viewer.set_patterns({Pattern.INK: seen, Pattern.FOLD: seen[::-1]}, GRID)
    viewer.camera.zoom_to(scale, 100, 100)
    for dx, dy in [(40, 13), (-300, 90), (7, -55), (250, 250), (-19, 3)]:
        viewer.camera.pan(dx, dy)
        viewer.repaint()
    settle(qtbot, viewer)
    panned = pixels(viewer)
    viewer.set_colors("#eef1f4", "#141c24", "#0b6b6e")  # draws everything anew
    assert np.array_equal(panned, pixels(viewer))


def test_close_up_the_heatmap_covers_its_cells_exactly(qtbot, viewer):
    viewer.jump_to(GRID.region(5, 4))
    settle(qtbot, viewer)
    changed = changed_by_heatmap(viewer) > 20
    left, top = (round(v) for v in viewer.view.to_screen(5 * 200.0, 4 * 200.0))
    right, bottom = (round(v) for v in viewer.view.to_screen(6 * 200.0, 5 * 200.0))
    assert changed[top + 3 : bottom - 3, left + 3 : right - 3].mean() > 0.97
    changed[top - 2 : bottom + 2, left - 2 : right + 2] = False
    assert not changed.any()


def test_from_afar_the_heatmap_is_soft_and_in_its_place(qtbot, viewer):
    viewer.camera.zoom_to(0.15, WIDTH / 2, HEIGHT / 2)
    settle(qtbot, viewer)
    weight = changed_by_heatmap(viewer)
    rows, columns = np.indices(weight.shape)
    middle = (columns * weight).sum() / weight.sum(), (rows * weight).sum() / weight.sum()
    assert middle == pytest.approx(viewer.view.to_screen(5.5 * 200, 4.5 * 200), abs=2)


def changed_by_heatmap(viewer) -> np.ndarray:
    """How far one coloured cell changes each pixel, (height, width); the map left out."""
    before = pixels(viewer).astype(int)
    viewer.set_heatmap(colors(5, 4, opacity=255), GRID)
    change = np.abs(pixels(viewer).astype(int) - before).max(-1)
    place = viewer._map.geometry()
    change[place.top() : place.bottom() + 1, place.left() : place.right() + 1] = 0
    return change


def colors(column: int, row: int, opacity: int = 140) -> np.ndarray:
    rgba = np.zeros((GRID.rows, GRID.columns, 4), np.uint8)
    rgba[row, column] = (20, 200, 60, opacity)
    return rgba


def test_a_new_heatmap_reads_no_tile_and_draws_no_tissue(qtbot, viewer, slide, monkeypatch):
    drawn = []
    tissue = viewer._scene.tissue
    monkeypatch.setattr(tissue, "_draw_tile", lambda *args: drawn.append(args))
    for column in range(5):
        viewer.set_heatmap(colors(column, 2), GRID)
        viewer.repaint()
    assert drawn == []


def test_contours_run_around_what_is_found(qtbot, viewer):
    viewer.jump_to(RegionPx(900, 700, 700, 700))
    settle(qtbot, viewer)
    before = pixels(viewer)
    mask = np.zeros((GRID.rows, GRID.columns), bool)
    mask[4:6, 5:7] = True
    viewer.set_contours(mask, GRID)
    changed = (pixels(viewer) != before).any(-1)
    view = viewer.view
    middle = [round(v) for v in view.to_screen(1200, 1000)]
    assert not changed[middle[1] - 40 : middle[1] + 40, middle[0] - 40 : middle[0] + 40].any()
    rows, columns = np.nonzero(changed)
    x0, y0 = view.to_slide(columns.min(), rows.min())
    x1, y1 = view.to_slide(columns.max(), rows.max())
    assert (x0, y0, x1, y1) == pytest.approx((1000, 800, 1400, 1200), abs=8)
    viewer.set_contours(None, GRID)
    assert np.array_equal(pixels(viewer), before)


def test_contours_enclose_what_reaches_the_limit():
    raster = np.full((GRID.rows, GRID.columns), np.nan)
    raster[2, 3], raster[2, 4], raster[7, 9] = 0.5, 0.9, 0.49
    (line,) = trace(raster, GRID, 0.5)
    assert line.min(0).tolist() == pytest.approx([600, 400])
    assert line.max(0).tolist() == pytest.approx([1000, 600])
    assert np.array_equal(line[0], line[-1])
    assert trace(np.zeros((GRID.rows, GRID.columns), bool), GRID) == []


def test_a_tile_that_cannot_be_read_is_hatched(qtbot, reader, tmp_path):
    image = np.full((1536, 2048, 3), 244, np.uint8)
    path = write_slide(tmp_path / "damaged.tif", distinct_tiles(image), um_per_px=0.5)
    spoil_tile(path, column=2, row=3, columns=8)
    viewer = open_viewer(qtbot, reader)
    with reader.open(path) as slide:
        viewer.show_slide(slide)
        viewer.camera.zoom_to(1.0, 0, 0)
        viewer.camera.centre(2.5 * 256, 3.5 * 256)
        settle(qtbot, viewer)
        seen = pixels(viewer).astype(int).max(-1)
        viewer.clear()
    x, y = WIDTH // 2 - 128, HEIGHT // 2 - 128
    assert 0.05 < (seen[y : y + 256, x : x + 256] < 200).mean() < 0.5
    assert not (seen[y : y + 200, x + 260 : x + 420] < 200).any()


def distinct_tiles(image: np.ndarray) -> np.ndarray:
    """Make tiles differ, so that none shares its bytes on disk with another."""
    rows, columns = np.indices(image.shape[:2]) // 256
    return image - (rows * 8 + columns)[..., None].astype(np.uint8)


def test_marks_and_selection_are_framed(qtbot, viewer):
    before = pixels(viewer)
    viewer.set_key_regions([RegionPx(1400, 600, 232, 232)])
    viewer.select_cell(5, 4, GRID)
    changed = (pixels(viewer) != before).any(-1)
    for region in (RegionPx(1400, 600, 232, 232), GRID.region(5, 4)):
        x, y = (round(v) for v in viewer.view.to_screen(region.x, region.y))
        assert changed[y : y + 10, x - 2 : x + 3].any()
    viewer.clear_selection()
    viewer.set_key_regions([])
    assert np.array_equal(pixels(viewer), before)


@pytest.mark.parametrize(
    ("um_per_px", "language", "words"),
    [(0.5, "en", "50\u00a0µm"), (10.0, "en", "1\u00a0mm"), (0.05, "fr", "5\u00a0µm")],
)
def test_the_scale_bar_measures_in_the_readers_language(um_per_px, language, words):
    bar = ScaleBar(texts(language))
    bar.use(Spacing(um_per_px, SpacingSource.USER))
    said, length = bar.measure(View(0, 0, 1.0, WIDTH, HEIGHT), 1.0)
    assert said == words
    assert length == pytest.approx(100.0)
    assert bar.measure(View(0, 0, 2.0, WIDTH, HEIGHT), 2.0)[0] == words


def test_without_a_scale_the_bar_counts_pixels():
    bar = ScaleBar(texts("fr"))
    bar.use(None)
    assert bar.measure(View(0, 0, 0.05, WIDTH, HEIGHT), 1.0) == ("2\u202f000 px", 100.0)


# --- how it is moved ---------------------------------------------------------------------


def test_a_drag_takes_the_slide_along(qtbot, viewer):
    wheel(viewer, MIDDLE, 6)
    before = viewer.view
    drag(qtbot, viewer, MIDDLE, QPoint(-120, 45))
    moved = viewer.view.to_screen(*before.to_slide(200, 200))
    assert moved == pytest.approx((80, 245), abs=0.01)


@pytest.mark.parametrize("at", [QPoint(300, 200), QPoint(471, 333), MIDDLE])
def test_the_wheel_zooms_about_the_cursor(viewer, at):
    for notches in (3, 2, -1):
        before = viewer.view
        point = before.to_slide(at.x(), at.y())
        wheel(viewer, at, notches)
        assert viewer.view.scale == pytest.approx(before.scale * 1.35**notches)
        assert viewer.view.to_screen(*point) == pytest.approx((at.x(), at.y()), abs=0.01)


def test_a_flick_goes_on_and_comes_to_rest(qtbot, viewer):
    viewer.set_reduced_motion(False)
    viewer.show_actual_pixels()
    settle(qtbot, viewer)
    start = viewer.view
    viewer.camera.glide(900.0, 0.0)
    settle(qtbot, viewer)
    assert (viewer.view.x - start.x) == pytest.approx(900 * 0.325, rel=0.1)


def test_a_click_tells_the_patch_and_a_drag_does_not(qtbot, viewer):
    viewer.set_heatmap(None, GRID)
    viewer.show_actual_pixels()
    clicks: list[tuple[int, int]] = []
    viewer.patch_clicked.connect(lambda column, row: clicks.append((column, row)))
    at = QPoint(200, 150)
    qtbot.mouseClick(viewer, Qt.MouseButton.LeftButton, pos=at)
    x, y = viewer.view.to_slide(200, 150)
    assert clicks == [(int(x // 200), int(y // 200))]
    drag(qtbot, viewer, MIDDLE, QPoint(60, 0))
    qtbot.keyPress(viewer, Qt.Key.Key_Space)
    qtbot.mouseClick(viewer, Qt.MouseButton.LeftButton, pos=at)
    qtbot.keyRelease(viewer, Qt.Key.Key_Space)
    assert len(clicks) == 1


def test_keys(qtbot, viewer):
    fitted = viewer.view
    qtbot.keyClick(viewer, Qt.Key.Key_1)
    assert viewer.view.scale == 1.0
    qtbot.keyClick(viewer, Qt.Key.Key_Plus)
    assert viewer.view.scale == 1.5
    qtbot.keyClick(viewer, Qt.Key.Key_Minus)
    before = viewer.view
    qtbot.keyClick(viewer, Qt.Key.Key_Right)
    qtbot.keyClick(viewer, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert viewer.view.x - before.x == pytest.approx(WIDTH * 0.12)
    assert before.y - viewer.view.y == pytest.approx(HEIGHT * 0.8)
    for key in (Qt.Key.Key_0, Qt.Key.Key_Home):
        viewer.show_actual_pixels()
        qtbot.keyClick(viewer, key)
        assert viewer.view == fitted


def test_a_pinch_zooms_between_the_fingers(qtbot, viewer):
    before = viewer.view
    point = before.to_slide(380, 260)
    screen = QTest.createTouchDevice()
    for step in range(9):
        fingers = QTest.touchEvent(viewer, screen)
        for finger, sign in ((0, -1), (1, 1)):
            at = QPoint(380 + sign * (40 + 10 * step), 260)
            if step == 0:
                fingers.press(finger, at, viewer)
            elif step == 8:
                fingers.release(finger, at, viewer)
            else:
                fingers.move(finger, at, viewer)
        fingers.commit()
    assert viewer.view.scale > before.scale * 1.5
    assert viewer.view.to_screen(*point) == pytest.approx((380, 260), abs=2)


def test_a_single_finger_takes_the_slide_along(qtbot, viewer):
    viewer.show_actual_pixels()
    before = viewer.view
    screen = QTest.createTouchDevice()
    for step in range(6):
        finger = QTest.touchEvent(viewer, screen)
        at = QPoint(400 - 20 * step, 250 + 5 * step)
        if step == 0:
            finger.press(0, at, viewer)
        elif step == 5:
            finger.release(0, at, viewer)
        else:
            finger.move(0, at, viewer)
        finger.commit()
    moved = viewer.view.to_screen(*before.to_slide(400, 250))
    assert moved == pytest.approx((300, 275), abs=1)


def test_its_keys_are_not_taken_by_the_window(qtbot, viewer):
    taken: list[str] = []
    for key in ("1", "+", "Space", "Left"):
        shortcut = QShortcut(QKeySequence(key), viewer)
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
        shortcut.activated.connect(lambda key=key: taken.append(key))
    viewer.setFocus()
    viewer.activateWindow()
    qtbot.keyClick(viewer, Qt.Key.Key_1)
    qtbot.keyClick(viewer, Qt.Key.Key_Plus)
    assert taken == []
    assert viewer.view.scale == 1.5


def test_a_double_click_zooms_in_place(qtbot, viewer):
    before = viewer.view
    point = before.to_slide(300, 250)
    qtbot.mouseDClick(viewer, Qt.MouseButton.LeftButton, pos=QPoint(300, 250))
    assert viewer.view.scale == pytest.approx(before.scale * 2)
    assert viewer.view.to_screen(*point) == pytest.approx((300, 250), abs=0.01)


def test_the_map_leads_there(qtbot, viewer):
    viewer.show_actual_pixels()
    small = viewer._map
    qtbot.mouseClick(small, Qt.MouseButton.LeftButton, pos=QPoint(small.width() // 4, 30))
    assert viewer.view.x == pytest.approx(3000 / 4, abs=3000 / small.width())
    assert viewer.view.scale == 1.0


def test_the_map_covers_nothing_that_is_wholly_in_view(qtbot, viewer):
    assert not viewer._map.isVisible()
    viewer.show_actual_pixels()
    assert viewer._map.isVisible()
    settle(qtbot, viewer)
    picture = viewer._map.grab().toImage()
    colors_seen = {picture.pixel(x, 40) for x in range(4, picture.width() - 4)}
    assert len(colors_seen) > 10, "the tissue is drawn, not paper alone"
    viewer.fit()
    assert not viewer._map.isVisible()


def test_it_says_what_has_changed(qtbot, viewer):
    zooms: list[float] = []
    viewer.zoom_changed.connect(zooms.append)
    with qtbot.waitSignal(viewer.view_changed):
        viewer.jump_to(RegionPx(100, 100, 200, 200))
    assert zooms == [viewer.view.scale]
    with qtbot.waitSignal(viewer.view_changed):
        viewer.camera.pan(5, 5)
    assert len(zooms) == 1


def test_a_resized_window_keeps_the_middle_and_a_fitted_slide_stays_fitted(qtbot, viewer):
    viewer.resize(WIDTH + 200, HEIGHT)
    assert viewer.view.to_screen(1500, 1100) == pytest.approx(((WIDTH + 200) / 2, HEIGHT / 2))
    viewer.show_actual_pixels()
    before = viewer.view
    viewer.resize(WIDTH, HEIGHT + 40)
    assert (viewer.view.x, viewer.view.y, viewer.view.scale) == (before.x, before.y, 1.0)


# --- for everyone ------------------------------------------------------------------------


def test_it_is_reached_by_keyboard_and_has_names(viewer):
    assert viewer.focusPolicy() == Qt.FocusPolicy.StrongFocus
    assert viewer.accessibleName()
    assert viewer.accessibleDescription()
    assert all(child.accessibleName() for child in viewer.findChildren(type(viewer._map)))


# --- what it leaves behind ---------------------------------------------------------------


def test_leaving_while_tiles_are_read_leaves_no_thread(qtbot, slide):
    reader = SlideReader()
    viewer = open_viewer(qtbot, reader)
    gate = Gate(slide)
    viewer.show_slide(gate)
    assert gate.begun.acquire(timeout=10)
    threading.Timer(0.1, gate.opened.set).start()
    viewer.clear()
    reader.close()
    assert not [t.name for t in threading.enumerate() if t.name.startswith("tiles")]
    viewer.repaint()


def test_one_slide_after_the_other(qtbot, reader, slide, tmp_path):
    image = write_slide(tmp_path / "other.tif", he_like(900, 1200, seed=5))
    viewer = open_viewer(qtbot, reader)
    with open_slide(image) as other:
        for shown in (slide, other, slide):
            viewer.show_slide(shown)
            settle(qtbot, viewer)
            assert viewer.view.x == shown.size.width / 2
        viewer.clear()
    assert viewer.view is None
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert viewer.findChildren(Scene) == []


def test_a_gigantic_slide_stays_within_its_memory(qtbot, tmp_path):
    pattern = he_like(256, 256, seed=1)
    path = write_repeated(tmp_path / "gigantic.tif", pattern, side=100_000)
    budget = 24 * 2**20
    reader = SlideReader(budget_bytes=budget)
    viewer = open_viewer(qtbot, reader)
    with reader.open(path) as slide:
        viewer.show_slide(slide)
        settle(qtbot, viewer)
        viewer.show_actual_pixels()
        viewer.camera.centre(500, 500)
        pan_across(qtbot, viewer, steps=60)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        pan_across(qtbot, viewer, steps=240)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        viewer.clear()
    reader.close()
    # What is panned over is ten times the budget; OpenSlide's own cache may still be filling.
    assert grown * 1024 < 64 * 2**20


def pan_across(qtbot, viewer, steps: int) -> None:
    for _ in range(steps):
        viewer.camera.pan(WIDTH * 0.8, 40)
        viewer.repaint()
        qtbot.wait(4)
