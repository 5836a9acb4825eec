"""Scans in the window: opened, listed, scrolled, and shown as they lie in the patient."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from bedside_dx.core.scan import Window as Values
from bedside_dx.ui.examination import State
from tests.scans import BETWEEN, ORIGIN, SPACING, stored, write_series
from tests.ui.conftest import WAIT_MS
from tests.ui.viewing import pixels, wheel

COUNT, SIDE = 12, 48


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scan")
    write_series(folder, COUNT, SIDE)
    return folder


def opened(qtbot, window, path: Path):
    window.open([path])
    qtbot.waitUntil(
        lambda: (
            window.workplace.current.study is not None
            and window.workplace.current.study.is_complete
        ),
        timeout=WAIT_MS,
    )
    pane = window.stage.scan_pane
    qtbot.waitUntil(lambda: pane.view.sheets.sheet is not None, timeout=WAIT_MS)
    return pane


def test_a_study_is_browsable_and_says_whose_it_is(qtbot, window, series: Path) -> None:
    pane = opened(qtbot, window, series)
    examination = window.workplace.current
    assert examination.state is State.WAITING
    assert examination.case.patient.identifier == "SECRET-17"
    assert pane.series.list.count() == 1
    assert "12" in pane.series.list.item(0).toolTip()
    assert pane.view.sheets.number == COUNT // 2, "the middle, as nobody has scrolled"


def test_the_wheel_goes_from_slice_to_slice_in_the_order_of_their_places(
    qtbot, window, series: Path
) -> None:
    pane = opened(qtbot, window, series)
    pane.view.sheets.go_to(0)
    for number in range(COUNT):
        qtbot.waitUntil(lambda: pane.view.sheets.sheet is not None, timeout=WAIT_MS)
        assert pane.view.sheets.sheet.number == number
        assert np.array_equal(pane.view.sheets.sheet.cut.values, stored(number, SIDE) - 1024.0)
        plane = pane.view.sheets.sheet.cut.plane
        assert plane.origin[2] == pytest.approx(ORIGIN[2] + BETWEEN * number)
        wheel(pane.view, QPoint(100, 100), -1)
    assert pane.view.sheets.number == COUNT - 1, "it stops at the last"


def test_the_projection_leads_to_the_patient_and_back(qtbot, window, series: Path) -> None:
    pane = opened(qtbot, window, series)
    projection = pane.view.projection
    mm = projection.to_mm(210.0, 170.0)
    assert projection.to_screen(mm)[0] == pytest.approx([210.0, 170.0])
    first = projection.pixel_to_screen(np.array([[0.0, 0.0]]))[0]
    z = ORIGIN[2] + BETWEEN * pane.view.sheets.number
    assert projection.to_mm(*first) == pytest.approx([ORIGIN[0], ORIGIN[1], z])
    right = projection.pixel_to_screen(np.array([[1.0, 0.0], [0.0, 1.0]])) - first
    assert right[0, 0] / right[1, 1] == pytest.approx(SPACING[1] / SPACING[0]), "pixel aspect"


def test_what_is_drawn_is_the_window_of_values(qtbot, window, series: Path) -> None:
    pane = opened(qtbot, window, series)
    pane.view.use_window(Values(-1024, 1))
    middle = pixels(pane.view)[pane.view.height() // 2, pane.view.width() // 2]
    assert (middle > 200).all()
    pane.view.invert()
    middle = pixels(pane.view)[pane.view.height() // 2, pane.view.width() // 2]
    assert (middle < 60).all()


def test_keys_do_all_of_it(qtbot, window, series: Path) -> None:
    pane = opened(qtbot, window, series)
    pane.view.setFocus()
    qtbot.keyClick(pane.view, Qt.Key.Key_Home)
    assert pane.view.sheets.number == 0
    qtbot.keyClick(pane.view, Qt.Key.Key_Down)
    assert pane.view.sheets.number == 1
    qtbot.keyClick(pane.view, Qt.Key.Key_R)
    assert pane.view.pose.turns == 1
    qtbot.keyClick(pane.view, Qt.Key.Key_Plus)
    assert pane.view.pose.zoom > 1
    qtbot.keyClick(pane.view, Qt.Key.Key_Backspace)
    assert (pane.view.pose.turns, pane.view.pose.zoom) == (0, 1.0)


def test_what_holds_no_scan_is_refused_with_words(qtbot, window, tmp_path: Path) -> None:
    write_series(tmp_path, 1)
    file = next(tmp_path.glob("*.dcm"))
    file.write_bytes(file.read_bytes()[:700])
    window.open([file])
    qtbot.waitUntil(lambda: window.workplace.current.state is State.REFUSED, timeout=WAIT_MS)
    assert window.workplace.current.error.code == "scan.cut-short"
