"""Scans in the window: opened, listed, scrolled, and shown as they lie in the patient."""

import os
import shutil
import threading
import zipfile
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from bedside_dx.core.scan import Window as Values
from bedside_dx.ui.examination import State
from bedside_dx.ui.scans.corners import middle_of
from tests.scans import BETWEEN, ORIGIN, SPACING, stored, write_series
from tests.ui.conftest import WAIT_MS
from tests.ui.scanning import opened
from tests.ui.viewing import pixels, wheel

COUNT, SIDE = 12, 48
SHARED = Path(os.environ.get("BEDSIDE_DX_SHARED", "../shared")) / "data" / "dicom"


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scan")
    write_series(folder, COUNT, SIDE)
    return folder


def test_a_study_is_browsable_and_says_whose_it_is(qtbot, window, series: Path) -> None:
    pane = opened(qtbot, window, series)
    examination = window.workplace.current
    assert examination.state is State.WAITING
    assert examination.case.patient.identifier == "SECRET-17"
    assert "SECRET-17" in " ".join(pane.view.corners.whose)
    assert pane.series.list.count() == 1
    assert "12" in pane.series.list.item(0).toolTip()
    assert pane.view.sheets.number == COUNT // 2, "the middle, as nobody has scrolled"
    qtbot.waitUntil(lambda: examination.thumbnail is not None, timeout=WAIT_MS)


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
    view, sheets = pane.view, pane.view.sheets
    view.setFocus()
    for key, holds in (
        (Qt.Key.Key_Home, lambda: sheets.number == 0),
        (Qt.Key.Key_Down, lambda: sheets.number == 1),
        (Qt.Key.Key_End, lambda: sheets.number == COUNT - 1),
        (Qt.Key.Key_R, lambda: view.pose.turns == 1),
        (Qt.Key.Key_H, lambda: view.pose.is_flipped),
        (Qt.Key.Key_Plus, lambda: view.pose.zoom > 1),
        (Qt.Key.Key_2, lambda: view.window_of_values.name == "lung"),
        (Qt.Key.Key_I, lambda: view.is_inverted),
        (Qt.Key.Key_T, lambda: view.corners.hides_all),
        (Qt.Key.Key_Backspace, lambda: (view.pose.turns, view.pose.zoom) == (0, 1.0)),
        (Qt.Key.Key_Space, lambda: pane.cine.is_playing),
    ):
        qtbot.keyClick(view, key)
        assert holds(), key
    qtbot.waitUntil(lambda: sheets.number != COUNT - 1, timeout=WAIT_MS)
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert not pane.cine.is_playing


def test_turned_and_flipped_the_letters_say_where_the_patient_lies(
    qtbot, window, series: Path
) -> None:
    from bedside_dx.ui.scans.corners import letters

    view = opened(qtbot, window, series).view

    def around() -> str:
        ways = ((-1, 0), (1, 0), (0, -1), (0, 1))
        return "".join(letters(view.projection, x, y) for x, y in ways)

    assert around() == "RLAP"
    view.turn(1)
    assert around() == "PARL", "a turn clockwise brings what was left to the top"
    view.flip(is_across=True)
    assert around() == "APRL"
    view.flip(is_across=False)
    assert around() == "APLR"
    view.turn(3)
    view.flip(is_across=False)
    view.flip(is_across=True)
    view.turn(0)
    before = around()
    view.flip(is_across=True)
    assert around() == before[1] + before[0] + before[2:], "across the screen, however it lies"


def test_a_slanted_slice_lies_where_its_middle_does(qtbot, window, tmp_path: Path) -> None:
    lean = 0.3
    slanted = {"ImageOrientationPatient": [1, 0, 0, 0, float(np.cos(lean)), float(-np.sin(lean))]}
    write_series(tmp_path, 3, SIDE, **slanted)
    pane = opened(qtbot, window, tmp_path)
    pane.view.sheets.go_to(0)
    qtbot.waitUntil(lambda: pane.view.sheet and pane.view.sheet.number == 0, timeout=WAIT_MS)
    half = (SIDE - 1) / 2
    at = ORIGIN[2] - half * SPACING[0] * np.sin(lean)
    projection = pane.view.projection
    assert middle_of(projection)[2] == pytest.approx(at, abs=1e-3)
    screen = projection.pixel_to_screen(np.array([[half, half]]))[0]
    assert projection.to_mm(*screen) == pytest.approx(middle_of(projection))


def test_a_disc_changed_in_the_drive_shows_the_new_patient(qtbot, window, tmp_path: Path) -> None:
    """The same path and names: neither the slices nor the name of the one before are left."""
    write_series(tmp_path, 4, SIDE)
    opened(qtbot, window, tmp_path)
    for file in tmp_path.iterdir():
        data = pydicom.dcmread(file)
        data.PatientID, data.PatientName = "NEW-1", "Newly^Come"
        data.SOPInstanceUID = data.file_meta.MediaStorageSOPInstanceUID = pydicom.uid.generate_uid()
        data.PixelData = bytes(len(data.PixelData))
        data.save_as(file)
    window.open([tmp_path])
    pane = window.stage.scan_pane
    qtbot.waitUntil(lambda: "NEW-1" in " ".join(pane.view.corners.whose), timeout=WAIT_MS)
    qtbot.waitUntil(
        lambda: pane.view.sheet is not None and (pane.view.sheet.cut.values == -1024).all(),
        timeout=WAIT_MS,
    )
    assert [e.case.patient.identifier for e in window.workplace.examinations] == [
        "NEW-1",
        "SECRET-17",
    ]
    window.open([tmp_path])
    qtbot.wait(300)
    assert len(window.workplace.examinations) == 2, "nothing has changed since"


def test_a_zip_is_opened_by_dropping_it_on_the_window(
    qtbot, window, series: Path, tmp_path: Path
) -> None:
    archive = tmp_path / "study.zip"
    with zipfile.ZipFile(archive, "w") as made:
        for file in sorted(series.iterdir()):
            made.write(file, f"a/{file.name}")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(archive))])
    window.dropEvent(
        QDropEvent(
            QPointF(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )  # fmt: skip
    examination = window.workplace.current
    qtbot.waitUntil(
        lambda: examination.study is not None and examination.study.is_complete, timeout=WAIT_MS
    )
    assert len(examination.series.frames) == COUNT


def test_a_directory_file_brings_all_its_series(qtbot, window) -> None:
    pane = opened(qtbot, window, Path(get_testdata_file("DICOMDIR")))
    assert pane.series.list.count() > 1


@pytest.mark.parametrize(
    "name",
    ["mr", "odd/multiframe-test1.dcm", "odd/gdcm-CR-MONO1-10-chest.dcm", "ct/nema-ct1_jpll.dcm",
     "odd/dwv-test-sequence.dcm", "ct-seg"],
)  # fmt: skip
def test_real_files_are_shown(qtbot, window, name: str) -> None:
    if not SHARED.is_dir():
        pytest.skip("the shared data is not here")
    pane = opened(qtbot, window, SHARED / name)
    seen = pixels(pane.view)
    assert seen.std() > 10, "a picture, not an empty view"


def test_low_values_are_white_where_the_file_says_so(qtbot, window, tmp_path: Path) -> None:
    """As pydicom's own function shows it, MONOCHROME1 turned round."""
    from pydicom.pixels.processing import apply_voi_lut

    from tests.scans import image

    data = image(0, SIDE, PhotometricInterpretation="MONOCHROME1", RescaleIntercept=0)
    data.WindowCenter, data.WindowWidth = 300, 500
    data.save_as(tmp_path / "a.dcm", enforce_file_format=True)
    view = opened(qtbot, window, tmp_path).view
    shown = _greys(view)
    wanted = 255 - apply_voi_lut(data.pixel_array, data) / 4095 * 255
    assert np.abs(shown - wanted).max() <= 1


def test_a_table_of_the_file_shows_its_values(qtbot, window, tmp_path: Path) -> None:
    from pydicom.dataset import Dataset
    from pydicom.pixels.processing import apply_voi_lut

    from tests.scans import image

    data = image(0, SIDE, RescaleIntercept=0)
    table = Dataset()
    entries = (np.sqrt(np.arange(1200) / 1199) * 4095).astype(np.uint16)
    table.LUTDescriptor, table.LUTData = [1200, 40, 12], entries.tobytes()
    table["LUTDescriptor"].VR, table["LUTData"].VR = "US", "OW"
    data.VOILUTSequence = [table]
    data.save_as(tmp_path / "a.dcm", enforce_file_format=True)
    view = opened(qtbot, window, tmp_path).view
    assert view.is_shown_by_table
    read = pydicom.dcmread(tmp_path / "a.dcm")
    wanted = apply_voi_lut(read.pixel_array, read) / 4095 * 255
    assert np.abs(_greys(view) - wanted).max() <= 1


def test_what_holds_no_scan_is_refused_with_words(qtbot, window, tmp_path: Path) -> None:
    write_series(tmp_path, 1)
    file = next(tmp_path.glob("*.dcm"))
    file.write_bytes(file.read_bytes()[:700])
    window.open([file])
    qtbot.waitUntil(lambda: window.workplace.current.state is State.REFUSED, timeout=WAIT_MS)
    assert window.workplace.current.error.code == "scan.cut-short"


def test_a_slice_that_cannot_be_read_is_said_and_the_others_stay(
    qtbot, window, series: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "study"
    shutil.copytree(series, folder)
    pane = opened(qtbot, window, folder)
    qtbot.waitUntil(lambda: pane.view.sheets.stack.is_complete, timeout=WAIT_MS)
    window.workplace.scans.reader._kept.clear()
    other = window.workplace.current
    gone = other.series.frames[3].source.path
    gone.unlink()
    stack = pane.view.sheets.stack
    stack.close()
    window.workplace.scans._stacks.clear()
    pane.board.show_stack(window.workplace.scans.stack(other, stack.series), 3)
    qtbot.waitUntil(lambda: pane.view.sheets.error is not None, timeout=WAIT_MS)
    assert pane.view.sheet is None
    assert pane.view.corners._notice() == window.look.t.error(pane.view.sheets.error)[0]
    pane.view.sheets.scroll(1)
    qtbot.waitUntil(lambda: pane.view.sheet is not None, timeout=WAIT_MS)


def test_two_patients_are_said_and_nobody_is_named_above(qtbot, window, tmp_path: Path) -> None:
    write_series(tmp_path / "a", 3)
    write_series(
        tmp_path / "b", 1, PatientID="OTHER-9", PatientName="Other", SeriesInstanceUID="1.2.3",
        SOPInstanceUID="1.2.3.4",
    )  # fmt: skip
    pane = opened(qtbot, window, tmp_path)
    assert "2" in pane.series._warning.text()
    assert not window.workplace.current.case.patient.is_identified
    window.workplace.choose(window.workplace.models_for(window.workplace.current)[0])
    window.workplace.run()
    qtbot.waitUntil(lambda: not window.workplace.is_running, timeout=WAIT_MS)
    assert window.workplace.current.error.code == "scan.several-patients"


def _greys(view) -> np.ndarray:
    """Greys of the slice as it is drawn, (rows, columns)."""
    return view._shader.greys(view.sheet.cut.values).astype(float)


def test_closed_in_the_middle_of_it_nothing_is_left(qtbot, make, tmp_path: Path) -> None:
    write_series(tmp_path, 60, 64)
    for wait_ms in (0, 150, 700):
        window = make()
        window.open([tmp_path])
        qtbot.wait(wait_ms)
        reader = window.workplace.scans.reader if wait_ms else None
        window.close()
        assert not [thread for thread in threading.enumerate() if thread.name == "slices"]
        if reader is not None:
            assert reader._headers._process is None
            assert reader._pixels._process is None


def test_a_study_is_shown_before_it_is_read_to_its_end(qtbot, window, tmp_path: Path) -> None:
    write_series(tmp_path, 150, 32)
    seen: list[tuple[int, bool]] = []
    desk = window.workplace.scans
    desk.grew.connect(
        lambda examination: seen.append(
            (len(examination.series.frames), examination.study.is_complete)
        )
    )
    pane = opened(qtbot, window, tmp_path)
    assert seen[0] == (1, False), "from its first image on"
    assert seen[-1] == (150, True)
    assert [count for count, _ in seen] == sorted(count for count, _ in seen)
    qtbot.waitUntil(lambda: pane.view.sheets.stack.is_complete, timeout=WAIT_MS)
    for at in (0, 74, 149):
        assert np.array_equal(pane.view.sheets.stack.slice(at), stored(at, 32) - 1024.0)


def test_whoever_scrolls_while_it_is_read_stays_where_they_are(
    qtbot, window, tmp_path: Path
) -> None:
    write_series(tmp_path, 150, 32)
    window.open([tmp_path])
    examination = window.workplace.current
    qtbot.waitUntil(
        lambda: examination.series is not None and len(examination.series.frames) > 5,
        timeout=WAIT_MS,
    )
    pane = window.stage.scan_pane
    if examination.study.is_complete:
        pytest.skip("it was read faster than anyone could scroll")
    wheel(pane.view, QPoint(100, 100), -2)
    frame = examination.series.frames[pane.view.sheets.number]
    qtbot.waitUntil(lambda: examination.study.is_complete, timeout=WAIT_MS)
    now = examination.series.frames[pane.view.sheets.number]
    assert now.source == frame.source, "the same slice, in a longer series"


def test_many_files_of_one_study_are_one_scan(qtbot, window, series: Path) -> None:
    window.open(sorted(series.glob("*.dcm")))
    assert len(window.workplace.examinations) == 1
    examination = window.workplace.current
    qtbot.waitUntil(
        lambda: examination.study is not None and examination.study.is_complete, timeout=WAIT_MS
    )
    assert len(examination.series.frames) == COUNT
