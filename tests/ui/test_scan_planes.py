"""Three planes of a scan, the cross-hair that links them, slabs, and an earlier study beside it."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from bedside_dx.app.cutting import Slab
from bedside_dx.core.case import Case, Patient
from bedside_dx.ui.scans.beside import is_same_person
from bedside_dx.ui.scans.scan_board import Arrangement
from tests.scans import BETWEEN, ORIGIN, SPACING, image, stored, write_series
from tests.ui.conftest import WAIT_MS
from tests.ui.scanning import opened

COUNT, SIDE = 14, 40


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scan")
    write_series(folder, COUNT, SIDE)
    return folder


@pytest.fixture
def pane(qtbot, window, series: Path):
    pane = opened(qtbot, window, series)
    qtbot.waitUntil(lambda: pane.view.sheets.stack.is_complete, timeout=WAIT_MS)
    return pane


def voxels() -> np.ndarray:
    return np.stack([stored(k, SIDE) for k in range(COUNT)]) - 1024.0


def in_planes(qtbot, pane):
    pane.strip.arrangements[Arrangement.PLANES].click()
    qtbot.waitUntil(
        lambda: all(view.sheet is not None for view in pane.board.shown), timeout=WAIT_MS
    )
    return pane.board.shown


def test_three_planes_cut_the_voxels_that_are_there(qtbot, pane) -> None:
    _, coronal, sagittal = in_planes(qtbot, pane)
    row, column = 11, 23
    place = np.array([
        ORIGIN[0] + column * SPACING[1], ORIGIN[1] + row * SPACING[0], ORIGIN[2] + 5 * BETWEEN
    ])  # fmt: skip
    pane.board.place.move_to(place)
    assert pane.view.sheets.number == 5
    qtbot.waitUntil(lambda: coronal.sheet.number == row, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: sagittal.sheet.number == column, timeout=WAIT_MS)
    # The head is up: the last slice is the first row.
    assert np.allclose(coronal.sheet.cut.values, voxels()[::-1, row, :])
    assert np.allclose(sagittal.sheet.cut.values, voxels()[::-1, :, column])


def test_a_press_with_the_cross_hair_moves_the_other_planes(qtbot, pane) -> None:
    main, coronal, sagittal = in_planes(qtbot, pane)
    pane.strip.tools[1][1].click()
    column, row = 8, 30
    x, y = main.projection.pixel_to_screen(np.array([[column, row]], float))[0]
    qtbot.mouseClick(main, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))
    qtbot.waitUntil(lambda: coronal.sheet.number == row, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: sagittal.sheet.number == column, timeout=WAIT_MS)
    sagittal.sheets.go_to(3)
    assert pane.board.place.mm[0] == pytest.approx(ORIGIN[0] + 3 * SPACING[1]), "and back"


def test_a_slab_is_the_brightest_the_mean_or_the_darkest_of_its_slices(qtbot, pane) -> None:
    def mean(values: np.ndarray, axis: int) -> np.ndarray:
        # Four slices' thickness around a slice's middle: the outermost are in it by half.
        return np.average(values, axis=axis, weights=[0.5, 1, 1, 1, 0.5])

    pane.view.sheets.go_to(7)
    for slab, of in ((Slab.MAX, np.max), (Slab.MEAN, mean), (Slab.MIN, np.min)):
        pane.board.thicken(BETWEEN * 4, slab)
        wanted = of(voxels()[5:10], axis=0)
        qtbot.waitUntil(
            lambda w=wanted: np.allclose(pane.view.sheet.cut.values, w, atol=1e-3),
            timeout=WAIT_MS,
        )
    pane.board.thicken(0.0, Slab.MEAN)
    assert np.array_equal(pane.view.sheet.cut.values, voxels()[7])


def test_a_slab_at_the_end_is_of_what_is_there(qtbot, pane) -> None:
    """Half of it lies outside the scan; what lies inside is shown all the same."""
    main = pane.view
    main.sheets.turn_to("axial")
    main.sheets.go_to(0)
    pane.board.thicken(5 * BETWEEN, Slab.MEAN)
    qtbot.waitUntil(
        lambda: main.sheet is not None and main.sheet.name == "axial" and main.sheet.number == 0,
        timeout=WAIT_MS,
    )
    near = voxels()[:4]

    def is_of_those() -> bool:
        values = main.sheet.cut.values
        return bool((values >= near.min(0) - 1e-2).all() and (values > near[0] + 1).any())

    qtbot.waitUntil(is_of_those, timeout=WAIT_MS)
    assert (main.sheet.cut.values <= near.max(0) + 1e-2).all()


def test_the_window_of_one_plane_is_that_of_all(qtbot, pane) -> None:
    main, coronal, _ = in_planes(qtbot, pane)
    pane.strip.window_picker.activated.emit(2)
    assert main.window_of_values == coronal.window_of_values
    assert main.window_of_values.name == "bone"


def test_images_that_do_not_stack_offer_no_planes(qtbot, window, tmp_path: Path) -> None:
    write_series(tmp_path, 1)
    pane = opened(qtbot, window, tmp_path)
    assert not pane.strip.arrangements[Arrangement.PLANES].isEnabled()
    assert not pane.strip.plane.isEnabled()


def test_an_earlier_study_scrolls_along_by_mm(qtbot, window, series: Path, tmp_path: Path) -> None:
    earlier = {"StudyDate": "20250101", "SeriesInstanceUID": "1.2.9", "FrameOfReferenceUID": "1.9"}
    write_series(tmp_path, COUNT, SIDE, **earlier, StudyInstanceUID="1.2.8")
    opened(qtbot, window, tmp_path)
    window.open([series])
    pane = opened(qtbot, window, series)
    pane.strip.arrangements[Arrangement.PRIOR].click()
    prior = pane.board.prior
    qtbot.waitUntil(lambda: prior.sheet is not None, timeout=WAIT_MS)
    before = prior.sheets.number
    pane.view.sheets.scroll(3)
    assert prior.sheets.number == before + 3
    assert pane.board.link.holds
    assert not pane.board.link.is_same_frame
    pane.beside.together.click()
    pane.view.sheets.scroll(-2)
    assert prior.sheets.number == before + 3, "each by itself"
    assert any("2025" in line for line in prior.corners.whose)


def test_nothing_of_another_patient_is_offered_beside(
    qtbot, window, series: Path, tmp_path: Path, scaled: Path
) -> None:
    write_series(tmp_path, 3, PatientID="OTHER-9", SeriesInstanceUID="1.2.9")
    opened(qtbot, window, tmp_path)
    window.open([scaled])
    slide = window.workplace.current
    qtbot.waitUntil(lambda: slide.slide is not None, timeout=WAIT_MS)
    pane = opened(qtbot, window, series)
    assert [one.examination for one in pane._offered()] == [slide], "the slide names nobody"
    slide.case = Case(Patient("OTHER-9", "Other"))
    assert pane._offered() == []
    slide.case = Case(Patient("SECRET-17", "Hidden Person"))
    pane.strip.arrangements[Arrangement.PRIOR].click()
    assert pane.board.slide.isVisible()
    assert pane.board.slide.view is not None


def test_who_is_one_person() -> None:
    one = Patient("7", "A")
    assert is_same_person(one, Patient("7", "B"))
    assert not is_same_person(one, Patient("8", "A"))
    assert not is_same_person(one, Patient("", "A"))
    assert not is_same_person(Patient("", "A"), Patient("", "A")), "a name alone is too little"


def press_at(view, mm) -> None:
    """Point at a place of the patient with the tool in hand."""
    (point,) = view.projection.to_screen(np.array([mm]))
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPointF(*point).toPoint())


def test_two_coordinate_systems_are_linked_by_a_place_pointed_at_in_both(
    qtbot, window, series: Path, tmp_path: Path
) -> None:
    shift = np.array([9.0, -7.0, 4 * BETWEEN])
    earlier = {"StudyDate": "20250101", "SeriesInstanceUID": "1.2.9", "FrameOfReferenceUID": "1.9"}
    for number in range(COUNT):
        place = np.add(ORIGIN, (0, 0, BETWEEN * number)) + shift
        image(number, SIDE, **earlier, ImagePositionPatient=list(place)).save_as(
            tmp_path / f"{number}.dcm", enforce_file_format=True
        )
    opened(qtbot, window, tmp_path)
    pane = opened(qtbot, window, series)
    before = pane.strip.in_hand
    pane.strip.arrangements[Arrangement.PRIOR].click()
    main, prior, strip = pane.view, pane.board.prior, pane.beside
    qtbot.waitUntil(lambda: prior.sheet is not None, timeout=WAIT_MS)
    for view in (main, prior):  # a slice that is still to come can't be pointed at
        qtbot.waitUntil(lambda view=view: view.sheets.stack.is_complete, timeout=WAIT_MS)
    assert strip.by_hand.isVisible()
    strip.by_hand.click()
    assert not strip.by_hand.isEnabled(), "first a place is pointed at in both"
    assert not pane.board.link.holds
    main.sheets.go_to(2)
    prior.sheets.go_to(2)
    qtbot.waitUntil(lambda: main.sheet is not None and prior.sheet is not None, timeout=WAIT_MS)
    here = np.add(ORIGIN, (12.0, 14.0, 2 * BETWEEN))
    press_at(main, here)
    assert not strip.by_hand.isEnabled()
    press_at(prior, here + shift)
    assert strip.by_hand.isEnabled()
    strip.by_hand.click()
    assert pane.board.link.is_by_hand
    assert pane.strip.in_hand is before, "the tool is as it was"
    assert "by hand" in strip._words.text()
    assert any("by hand" in line for line in prior.corners.whose)
    main.sheets.go_to(6)
    assert prior.sheets.number == 6
    gap = pane.board.prior_place.mm - pane.board.place.mm
    assert gap == pytest.approx(shift, abs=1.0), "to a pixel of the screen"
    # Away and back: what was said is kept, and where it is the same place is shown.
    pane.strip.arrangements[Arrangement.ONE].click()
    pane.strip.arrangements[Arrangement.PRIOR].click()
    assert pane.board.link.is_by_hand
    assert pane.board.prior_place.mm - pane.board.place.mm == pytest.approx(gap)


def test_setting_a_link_by_hand_can_be_left(qtbot, window, series: Path, tmp_path: Path) -> None:
    earlier = {"StudyDate": "20250101", "SeriesInstanceUID": "1.2.9", "FrameOfReferenceUID": "1.9"}
    write_series(tmp_path, COUNT, SIDE, **earlier)
    opened(qtbot, window, tmp_path)
    pane = opened(qtbot, window, series)
    pane.strip.arrangements[Arrangement.PRIOR].click()
    qtbot.waitUntil(lambda: pane.board.prior.sheet is not None, timeout=WAIT_MS)
    pane.beside.by_hand.click()
    pane.beside.leave.click()
    assert pane.board.link.holds
    assert not pane.board.link.is_by_hand
    pane.beside.by_hand.click()
    pane.strip.arrangements[Arrangement.ONE].click()
    assert not pane.board.link.is_setting


def test_one_coordinate_system_needs_no_hand(qtbot, window, series: Path, tmp_path: Path) -> None:
    write_series(tmp_path, COUNT, SIDE, StudyDate="20250101", SeriesInstanceUID="1.2.9")
    opened(qtbot, window, tmp_path)
    pane = opened(qtbot, window, series)
    pane.strip.arrangements[Arrangement.PRIOR].click()
    qtbot.waitUntil(lambda: pane.board.prior.sheet is not None, timeout=WAIT_MS)
    assert pane.board.link.is_same_frame
    assert not pane.beside.by_hand.isVisible()
