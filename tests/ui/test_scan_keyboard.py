"""Measuring without a mouse: a pointer that keys move draws, drags and deletes."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from bedside_dx.core.measuring import Angle, Length, LesionAxes
from tests.scans import SPACING, write_series
from tests.ui.scanning import opened
from tests.ui.test_scan_measures import take


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    write_series(folder, 12, 48)
    return folder


def press(qtbot, view, *keys: Qt.Key, times: int = 1) -> None:
    """Press keys on the view, all of them several times."""
    view.setFocus()
    for _ in range(times):
        for key in keys:
            qtbot.keyClick(view, key)


ENTER, ESCAPE, RIGHT, DOWN, UP, LEFT = (
    Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Up,
    Qt.Key.Key_Left,
)  # fmt: skip


def test_a_line_is_drawn_moved_and_deleted_by_keys(qtbot, window, series: Path) -> None:
    pane = opened(qtbot, window, series)
    view, examination = pane.view, window.workplace.current
    take(pane, Length)
    number = view.sheets.number
    press(qtbot, view, ENTER, ENTER)
    assert "Enter" in view.accessibleDescription()
    press(qtbot, view, RIGHT, times=10)
    press(qtbot, view, ENTER)
    (mark,) = pane.measures.of(examination)
    assert mark.measure.mm == pytest.approx(10 * SPACING[1], rel=1e-3)
    assert view.sheets.number == number, "arrows moved the pointer, not the slice"
    press(qtbot, view, Qt.Key.Key_N, ENTER)
    press(qtbot, view, DOWN, times=5)
    press(qtbot, view, ENTER)
    moved = (10 * SPACING[1]) ** 2 + (5 * SPACING[0]) ** 2
    assert mark.measure.mm**2 == pytest.approx(moved, rel=1e-3)
    press(qtbot, view, Qt.Key.Key_Delete)
    assert not pane.measures.of(examination)
    qtbot.keyClick(view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert pane.measures.of(examination) == [mark]
    press(qtbot, view, ESCAPE, DOWN)
    assert view.sheets.number == number + 1, "without the pointer arrows go through the slices"


def test_a_lesion_and_an_angle_are_drawn_by_keys(qtbot, window, series: Path) -> None:
    pane = opened(qtbot, window, series)
    view, examination = pane.view, window.workplace.current
    take(pane, LesionAxes)
    press(qtbot, view, ENTER, ENTER)
    press(qtbot, view, RIGHT, times=16)
    press(qtbot, view, ENTER)
    press(qtbot, view, LEFT, times=8)
    press(qtbot, view, UP, times=4)
    press(qtbot, view, ENTER)
    press(qtbot, view, DOWN, times=8)
    press(qtbot, view, ENTER)
    (lesion,) = pane.measures.of(examination)
    assert lesion.measure.long_mm == pytest.approx(16 * SPACING[1], rel=1e-3)
    assert lesion.measure.short_mm == pytest.approx(8 * SPACING[0], rel=1e-3)
    take(pane, Angle)
    press(qtbot, view, DOWN, times=6)
    press(qtbot, view, ENTER)
    press(qtbot, view, LEFT, times=8)
    press(qtbot, view, ENTER)
    press(qtbot, view, DOWN, times=6)
    press(qtbot, view, ENTER, ENTER)
    angle = pane.measures.of(examination)[-1]
    assert angle.measure.degrees == pytest.approx(90, abs=0.5)


def test_leaving_the_view_ends_a_point_that_is_on_its_way(qtbot, window, series: Path) -> None:
    pane = opened(qtbot, window, series)
    view = pane.view
    take(pane, Length)
    press(qtbot, view, ENTER, ENTER, RIGHT)
    pane.series.setFocus()
    pane.strip.play.setFocus()
    assert not view._hands.pointer.is_held
    assert view._hands.pointer.at is None
