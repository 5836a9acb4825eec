"""Measuring on a scan with the hand: lines, angles, ellipses, lesions, and where they go."""

import os
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from bedside_dx.app.cutting import Slab
from bedside_dx.core.measuring import Angle, Ellipse, Length, LesionAxes, statistics
from bedside_dx.ui.disease.notes import Followed, Section
from bedside_dx.ui.inspector import Page
from tests.scans import SPACING, image, stored, write_series
from tests.ui.conftest import WAIT_MS
from tests.ui.scanning import opened

COUNT, SIDE = 12, 48
SHARED = Path(os.environ.get("BEDSIDE_DX_SHARED", "../shared")) / "data" / "dicom"


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("measured")
    write_series(folder, COUNT, SIDE)
    return folder


def take(pane, kind: type) -> None:
    """Press the button of the tool that draws a kind."""
    button = next(b for tool, b, _ in pane.strip.tools if getattr(tool, "kind", None) is kind)
    button.click()


def go_to(qtbot, view, number: int) -> None:
    """Go to a slice and wait until it is drawn."""
    view.sheets.go_to(number)
    qtbot.waitUntil(lambda: view.sheet is not None and view.sheet.number == number, timeout=WAIT_MS)


def drag(qtbot, view, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag from one pixel of the plane to another, by columns and rows."""
    points = view.projection.pixel_to_screen(np.array([start, end], float))
    one, other = (QPoint(round(x), round(y)) for x, y in points.tolist())
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=one)
    qtbot.mouseMove(view, (one + other) / 2)
    qtbot.mouseMove(view, other)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=other)


def test_a_line_is_as_long_as_in_the_patient_and_its_end_can_be_dragged(
    qtbot, window, series: Path
) -> None:
    pane = opened(qtbot, window, series)
    take(pane, Length)
    drag(qtbot, pane.view, (10, 10), (30, 10))
    (mark,) = pane.measures.of(window.workplace.current)
    px = 1 / pane.view.projection.scale
    assert mark.measure.mm == pytest.approx(20 * SPACING[1], abs=2 * px)
    drag(qtbot, pane.view, (30, 10), (10, 40))
    assert len(pane.measures.of(window.workplace.current)) == 1, "the end was dragged"
    assert mark.measure.mm == pytest.approx(30 * SPACING[0], abs=2 * px)
    assert pane.measure_panel.isVisible()
    assert "mm" in pane.measure_panel.list.item(0).toolTip()
    pane.view.setFocus()
    qtbot.keyClick(pane.view, Qt.Key.Key_Delete)
    assert not pane.measures.of(window.workplace.current)
    assert pane.measure_panel.undo.isEnabled(), "what was deleted can be had back"
    assert not pane.measure_panel.list.isVisible()


def test_a_click_alone_measures_nothing(qtbot, window, series: Path) -> None:
    pane = opened(qtbot, window, series)
    take(pane, Length)
    drag(qtbot, pane.view, (10, 10), (10, 10))
    assert not pane.measures.of(window.workplace.current)


def test_an_angle_takes_two_drags(qtbot, window, series: Path) -> None:
    pane = opened(qtbot, window, series)
    take(pane, Angle)
    drag(qtbot, pane.view, (10, 40), (10, 10))
    drag(qtbot, pane.view, (30, 12), (30, 10))
    (mark,) = pane.measures.of(window.workplace.current)
    assert mark.measure.degrees == pytest.approx(90, abs=1.0)


def test_an_ellipse_has_the_values_of_the_slice_in_hounsfield_units(
    qtbot, window, series: Path
) -> None:
    pane = opened(qtbot, window, series)
    take(pane, Ellipse)
    drag(qtbot, pane.view, (10, 10), (30, 34))
    (mark,) = pane.measures.of(window.workplace.current)
    y, x = np.mgrid[:SIDE, :SIDE]
    inside = ((x - 20) / 10) ** 2 + ((y - 22) / 12) ** 2 <= 1
    values = stored(pane.view.sheets.number, SIDE)[inside] - 1024.0
    assert mark.statistics.unit == "HU"
    assert mark.statistics.mean == pytest.approx(values.mean(), rel=0.02)
    assert mark.statistics.pixels == pytest.approx(inside.sum(), rel=0.05)
    words = pane.measure_panel.list.item(0).toolTip()
    assert "HU" in words
    assert "mm²" in words


def test_an_ellipse_moved_on_a_slab_says_so_and_has_its_values(qtbot, window, series: Path) -> None:
    pane = opened(qtbot, window, series)
    qtbot.waitUntil(lambda: pane.view.sheets.stack.is_complete, timeout=WAIT_MS)
    take(pane, Ellipse)
    drag(qtbot, pane.view, (10, 10), (30, 34))
    (mark,) = pane.measures.of(window.workplace.current)
    assert mark.statistics.thick_mm == 0
    alone = pane.view.sheet
    pane.board.thicken(10.0, Slab.MAX)
    qtbot.waitUntil(
        lambda: pane.view.sheet is not None and pane.view.sheet is not alone, timeout=WAIT_MS
    )
    drag(qtbot, pane.view, (30, 34), (28, 30))
    assert mark.statistics.thick_mm == 10
    single = statistics(mark.measure, alone.cut.values, "HU")
    assert mark.statistics.pixels == single.pixels
    assert mark.statistics.mean > single.mean, "the brightest of a slab"
    assert "10" in pane.measure_panel.list.item(0).toolTip().splitlines()[-1]


def test_the_list_leads_back_to_the_slice(qtbot, window, series: Path) -> None:
    pane = opened(qtbot, window, series)
    go_to(qtbot, pane.view, 3)
    take(pane, Length)
    drag(qtbot, pane.view, (10, 10), (30, 10))
    assert pane.measures.on(pane.view)
    go_to(qtbot, pane.view, 9)
    assert not pane.measures.on(pane.view)
    item = pane.measure_panel.list.item(0)
    pane.measure_panel.list.itemClicked.emit(item)
    assert pane.view.sheets.number == 3


def test_what_does_not_say_its_scale_is_not_measured(qtbot, window, tmp_path: Path) -> None:
    data = image(0, SIDE)
    del data.PixelSpacing, data.ImagePositionPatient, data.ImageOrientationPatient
    data.save_as(tmp_path / "a.dcm", enforce_file_format=True)
    pane = opened(qtbot, window, tmp_path)
    take(pane, Length)
    drag(qtbot, pane.view, (10, 10), (30, 10))
    assert not pane.measures.of(window.workplace.current)
    assert pane.measure_panel.isVisible()
    assert "a.dcm" in pane.measure_panel._warning.text()


def test_lesions_of_two_days_reach_the_course_with_one_click(
    qtbot, window, series: Path, tmp_path: Path
) -> None:
    write_series(tmp_path, COUNT, SIDE, StudyDate="20260405", StudyInstanceUID="1.2.77")
    for folder, end in ((series, 30), (tmp_path, 22)):
        pane = opened(qtbot, window, folder)
        take(pane, LesionAxes)
        drag(qtbot, pane.view, (8, 20), (end, 20))
        drag(qtbot, pane.view, (15, 16), (15, 26))
        (mark,) = pane.measures.of(window.workplace.current)
        assert mark.measure.short_mm == pytest.approx(10 * SPACING[0], rel=0.1)
        assert mark.measure.name == "1"
        qtbot.keyClicks(pane.measure_panel.organ, "liver")
    long_mm = [m.measure.long_mm for m in pane.measures._marks]
    pane.measure_panel.hand_over.click()
    desk = window.inspector.disease.desk
    assert window.inspector.page is Page.DISEASE
    assert (desk.notes.section, desk.notes.followed) == (Section.COURSE, Followed.LESIONS)
    course = desk.notes.course
    assert course.days == ["2026-02-03", "2026-04-05"]
    (lesion,) = course.lesions
    assert (lesion.name, lesion.organ, lesion.is_target) == ("1", "liver", True)
    assert lesion.cells == [f"{mm:.1f}" for mm in long_mm]
    qtbot.waitUntil(lambda: desk.is_calm and desk.courses.result is not None, timeout=WAIT_MS)
    responses = desk.courses.result.responses
    assert responses.judged or responses.refused, "it was judged as typed visits are"


def test_visits_that_were_typed_by_numbers_stay(qtbot, window, series: Path) -> None:
    pane = opened(qtbot, window, series)
    course = window.inspector.disease.desk.notes.courses[Followed.LESIONS]
    course.days, course.lesions[0].name = ["0", "42", ""], "A"
    course.lesions[0].cells[0] = "30"
    take(pane, LesionAxes)
    drag(qtbot, pane.view, (8, 20), (30, 20))
    pane.measure_panel.hand_over.click()
    assert window.inspector.page is not Page.DISEASE
    assert course.lesions[0].cells[0] == "30"
    assert len(course.lesions) == 1
    assert pane.measure_panel._warning.text()


def test_measured_visits_join_those_typed_by_date() -> None:
    from bedside_dx.app.lesion_visits import LesionVisits, MeasuredLesion
    from bedside_dx.ui.disease.measured_lesions import add_visits
    from bedside_dx.ui.disease.notes import CourseNotes, Lesion

    day = date(2026, 3, 1)
    notes = CourseNotes(
        days=["2026-01-01", "2026-06-01"], lesions=[Lesion("a", "lung", cells=["30", "20"])]
    )
    measured = (
        MeasuredLesion("A", "", False, True, {day: 25.04}),
        MeasuredLesion("B", "liver", True, False, {day: 12.0}),
    )
    add_visits(notes, LesionVisits((day,), measured))
    assert notes.days == ["2026-01-01", "2026-03-01", "2026-06-01"]
    assert [one.cells for one in notes.lesions] == [["30", "25.0", "20"], ["", "12.0", ""]]
    assert notes.lesions[0].organ == "lung"
