"""What was drawn on a scan, listed and laid over all of its planes."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.uid import generate_uid

from bedside_dx.core.scan import Kind
from bedside_dx.ui.scans.overlay_panel import HIGHEST
from bedside_dx.ui.scans.projection import Pose
from bedside_dx.ui.scans.scan_board import Arrangement
from tests.drawn_on_scans import square, write_contours, write_map
from tests.scans import write_series
from tests.ui.conftest import WAIT_MS
from tests.ui.scanning import opened
from tests.ui.viewing import pixels

COUNT, SIDE = 12, 48
SHARED = Path(os.environ.get("BEDSIDE_DX_SHARED", "../shared")) / "data" / "dicom"


def laid_on(qtbot, pane):
    """What lies over the series in front, once all of it is read."""
    qtbot.waitUntil(
        lambda: (
            pane.overlays.on(pane.view.sheets.series).waiting == 0
            and pane.view.sheets.stack.is_complete
        ),
        timeout=WAIT_MS,
    )
    return pane.overlays.on(pane.view.sheets.series)


def test_a_segmentation_is_listed_and_drawn(qtbot, window) -> None:
    if not SHARED.is_dir():
        pytest.skip("the shared data is not here")
    pane = opened(qtbot, window, SHARED / "ct-seg")
    laid = laid_on(qtbot, pane)
    (row,) = pane.overlay_panel.rows
    assert row._name.text() == laid.shown[0].overlay.name
    assert not laid.refused
    with_it = pixels(pane.view)
    row.eye.click()
    without = pixels(pane.view)
    assert (with_it != without).any(-1).sum() > 500
    assert without.std(-1).mean() < with_it.std(-1).mean(), "greys without it"
    row.eye.click()
    row.opacity.setValue(10)
    fainter = pixels(pane.view)
    shift = np.abs(with_it.astype(int) - without).sum()
    assert 0 < np.abs(fainter.astype(int) - without).sum() < shift
    pane.overlays.recolor(laid.shown[0].style, (0, 0, 255))
    assert (pixels(pane.view) != fainter).any()


def test_contours_and_a_map_are_on_all_planes(qtbot, window, tmp_path: Path) -> None:
    write_series(tmp_path, COUNT, SIDE)
    write_contours(tmp_path / "rt.dcm", [square(14, 14, 20, n) for n in range(3, 9)])
    values = np.arange(COUNT * SIDE * SIDE).reshape(COUNT, SIDE, SIDE) % 4000
    write_map(tmp_path / "map.dcm", values, 0.5, "um2/s")
    pane = opened(qtbot, window, tmp_path)
    laid = laid_on(qtbot, pane)
    assert len(laid.shown) == 2
    assert not laid.refused
    kinds = [one.overlay.kind for one in laid.shown]
    assert kinds == [Kind.VALUES, Kind.CONTOURS], "lines are drawn over what covers all"
    words = " ".join(row._high.text() for row in pane.overlay_panel.rows)
    assert "um2/s" in words, "the legend has the unit of the map"
    pane.board.arrange(Arrangement.PLANES)
    qtbot.waitUntil(
        lambda: all(view.sheets.sheet is not None for view in pane.board.shown), timeout=WAIT_MS
    )
    for row in pane.overlay_panel.rows:
        for view in pane.board.shown:
            with_it = pixels(view)
            row.eye.click()
            assert (pixels(view) != with_it).any(), view.sheets.name
            row.eye.click()


def test_what_was_drawn_elsewhere_is_refused_with_the_reason(qtbot, window, tmp_path: Path) -> None:
    write_series(tmp_path, COUNT, SIDE)
    write_contours(tmp_path / "rt.dcm", [square(14, 14, 20, 3)], frame="1.2.3")
    pane = opened(qtbot, window, tmp_path)
    laid = laid_on(qtbot, pane)
    assert not laid.shown
    assert [error.code for error in laid.refused] == ["scan.other-frame"]
    assert pane.overlay_panel.isVisible()
    assert "rt.dcm" in pane.overlay_panel._warning.text()


def test_a_structure_set_of_pydicom_belongs_to_another_patient(
    qtbot, window, tmp_path: Path
) -> None:
    write_series(tmp_path, COUNT, SIDE)
    shutil.copy(get_testdata_file("rtstruct.dcm"), tmp_path / "other.dcm")
    pane = opened(qtbot, window, tmp_path)
    laid = laid_on(qtbot, pane)
    assert not laid.shown, "what belongs to another patient is never laid over this one"


def test_a_prior_in_the_same_coordinates_shows_the_drawing_too(
    qtbot, window, tmp_path: Path
) -> None:
    current, prior = tmp_path / "current", tmp_path / "prior"
    write_series(current, COUNT, SIDE)
    write_contours(current / "rt.dcm", [square(14, 14, 20, n) for n in range(12)])
    other = {"StudyDate": "20250101", "SeriesInstanceUID": generate_uid()}
    write_series(prior, COUNT, SIDE, **other)
    opened(qtbot, window, prior)
    pane = opened(qtbot, window, current)
    pane.strip.arrangements[Arrangement.PRIOR].click()
    both = [pane.view, pane.board.prior]
    qtbot.waitUntil(
        lambda: all(view.sheet and pane.overlays.on(view.sheets.series).shown for view in both),
        timeout=WAIT_MS,
    )
    (row,) = pane.overlay_panel.rows
    before = [pixels(view) for view in both]
    row.eye.click()
    for view, with_it in zip(both, before, strict=True):
        assert (pixels(view) != with_it).any(), "one eye for both"
    assert not pane.overlay_panel._warning.isVisible()


def test_a_prior_in_other_coordinates_shows_no_drawing(qtbot, window, tmp_path: Path) -> None:
    current, prior = tmp_path / "current", tmp_path / "prior"
    write_series(current, COUNT, SIDE)
    write_contours(current / "rt.dcm", [square(14, 14, 20, n) for n in range(12)])
    other = {"StudyDate": "20250101", "SeriesInstanceUID": generate_uid()}
    write_series(prior, COUNT, SIDE, FrameOfReferenceUID=generate_uid(), **other)
    opened(qtbot, window, prior)
    pane = opened(qtbot, window, current)
    laid_on(qtbot, pane)
    pane.strip.arrangements[Arrangement.PRIOR].click()
    qtbot.waitUntil(lambda: pane.board.prior.sheet is not None, timeout=WAIT_MS)
    assert not pane.overlays.on(pane.board.prior.sheets.series).shown
    assert len(pane.overlay_panel.rows) == 1


def test_an_overlay_plane_of_the_image_is_drawn_to_the_pixel(qtbot, window) -> None:
    path = Path(get_testdata_file("examples_overlay.dcm"))
    wanted = dcmread(path).overlay_array(0x6000) != 0
    pane = opened(qtbot, window, path)
    qtbot.waitUntil(lambda: len(pane.overlay_panel.rows) == 1, timeout=WAIT_MS)
    view, (row,) = pane.view, pane.overlay_panel.rows
    # One pixel of the image on one of the screen, so that each can be compared.
    rows, columns = wanted.shape
    view.setFixedSize(columns, rows)
    view.toggle_words()
    qtbot.waitUntil(lambda: view.width() == columns, timeout=WAIT_MS)
    view.use_pose(Pose(zoom=view.pose.zoom / view.projection.matrix[0, 0]))
    assert view.projection.matrix == pytest.approx(np.array([[1, 0, 0.5], [0, 1, 0.5]]))
    row.opacity.setValue(100)
    with_it = pixels(view)
    row.eye.click()
    drawn = (with_it != pixels(view)).any(-1)
    assert wanted.any()
    assert np.array_equal(drawn, wanted)


def test_a_hundred_drawings_scroll_and_are_hidden_at_once(qtbot, window, tmp_path: Path) -> None:
    write_series(tmp_path, COUNT, SIDE)
    for number in range(40):
        write_contours(tmp_path / f"rt{number}.dcm", [square(8, 8, number % 20 + 4, 5)])
    pane = opened(qtbot, window, tmp_path)
    laid_on(qtbot, pane)
    panel = pane.overlay_panel
    assert len(panel.rows) == 40
    assert window.height() == 800, "the window keeps its size"
    qtbot.waitUntil(lambda: panel._area.height() == HIGHEST, timeout=WAIT_MS)
    assert panel.height() < 400
    assert pane.series.list.height() > 100, "and the series stay in sight"
    bar = panel._area.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0, timeout=WAIT_MS)
    window.activateWindow()
    panel.rows[-1].eye.setFocus()
    qtbot.waitUntil(lambda: bar.value() > 0, timeout=WAIT_MS)
    panel.every.click()
    assert not any(row.shown.style.is_shown for row in panel.rows)
    panel.every.click()
    assert all(row.shown.style.is_shown for row in panel.rows)
