"""Measures come back when the same study is opened again, and only then."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from bedside_dx.core.measuring import Ellipse, Length, LesionAxes
from bedside_dx.ui.application import make_window
from bedside_dx.ui.look import Look
from bedside_dx.ui.scans.mark_keeper import MarkKeeper
from tests.scans import write_series
from tests.ui.conftest import WAIT_MS
from tests.ui.scanning import opened
from tests.ui.test_scan_measures import drag, take


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept")
    write_series(folder, 12, 48)
    return folder


def test_measures_come_back_in_another_window(qtbot, window, series: Path, documents: Path) -> None:
    pane = opened(qtbot, window, series)
    take(pane, Length)
    drag(qtbot, pane.view, (10, 10), (30, 10))
    take(pane, Ellipse)
    drag(qtbot, pane.view, (5, 20), (20, 35))
    take(pane, LesionAxes)
    drag(qtbot, pane.view, (28, 20), (28, 40))
    made = [(m.measure, m.statistics, m.image) for m in pane.measures.of(pane._shown)]
    assert len(made) == 3
    assert all(image for *_, image in made)
    window.close()
    assert list(documents.glob("kept*/scan-marks-*.json"))
    other = make_window(Look("en"), window.workplace.settings)
    qtbot.addWidget(other)
    other.show()
    pane = opened(qtbot, other, series)
    examination = other.workplace.current
    qtbot.waitUntil(lambda: len(pane.measures.of(examination)) == 3, timeout=WAIT_MS)
    assert [(m.measure, m.statistics, m.image) for m in pane.measures.of(examination)] == made
    other.close()


def test_a_mark_is_on_the_disk_soon_after_it_was_made(
    qtbot, window, series: Path, documents: Path
) -> None:
    pane = opened(qtbot, window, series)
    take(pane, Length)
    drag(qtbot, pane.view, (10, 10), (30, 10))
    qtbot.waitUntil(lambda: bool(list(documents.glob("*/scan-marks-*.json"))), timeout=WAIT_MS)


def test_a_broken_file_is_said_and_stays(qtbot, window, series: Path, documents: Path) -> None:
    pane = opened(qtbot, window, series)
    take(pane, Length)
    drag(qtbot, pane.view, (10, 10), (30, 10))
    window.close()
    (path,) = documents.glob("*/scan-marks-*.json")
    path.write_text("{", "utf-8")
    other = make_window(Look("en"), window.workplace.settings)
    qtbot.addWidget(other)
    other.show()
    pane = opened(qtbot, other, series)
    qtbot.waitUntil(lambda: pane.measure_panel._error is not None, timeout=WAIT_MS)
    take(pane, Ellipse)
    drag(qtbot, pane.view, (5, 20), (20, 35))
    other.close()
    assert path.with_name(path.stem + ".aside-1.json").read_text("utf-8") == "{"
    assert '"ellipse"' in path.read_text("utf-8")


def test_what_was_measured_before_the_kept_ones_were_read_is_added_to_them(
    qtbot, window, series: Path, documents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pane = opened(qtbot, window, series)
    take(pane, Length)
    drag(qtbot, pane.view, (10, 10), (30, 10))
    window.close()
    (path,) = documents.glob("*/scan-marks-*.json")
    monkeypatch.setattr(MarkKeeper, "open", lambda *_: None)  # as if the disk took its time
    other = make_window(Look("en"), window.workplace.settings)
    qtbot.addWidget(other)
    other.show()
    pane = opened(qtbot, other, series)
    take(pane, Ellipse)
    drag(qtbot, pane.view, (5, 20), (20, 35))
    other.close()
    text = path.read_text("utf-8")
    assert '"length"' in text
    assert '"ellipse"' in text
    assert not list(path.parent.glob("*.aside-*"))


def test_changes_are_undone_one_by_one(qtbot, window, series: Path) -> None:
    pane = opened(qtbot, window, series)
    take(pane, Length)
    drag(qtbot, pane.view, (10, 10), (30, 10))
    (mark,) = pane.measures.of(window.workplace.current)
    made = mark.measure
    drag(qtbot, pane.view, (30, 10), (10, 40))
    assert mark.measure != made
    pane.view.setFocus()
    qtbot.keyClick(pane.view, Qt.Key.Key_Delete)
    assert not pane.measures.of(window.workplace.current)
    pane.measure_panel.undo.click()
    assert pane.measures.of(window.workplace.current) == [mark]
    pane.measure_panel.undo.click()
    assert mark.measure == made
    pane.measure_panel.undo.click()
    assert not pane.measures.of(window.workplace.current)
