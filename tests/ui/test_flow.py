"""Open, say what is missing, run, look at a patch, save the report: by mouse and by keyboard."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog

from bedside_dx import ui
from bedside_dx.core.events import Stage
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.settings import Settings
from bedside_dx.core.verdict import Status
from bedside_dx.text.numbers import percent
from bedside_dx.ui.examination import State
from bedside_dx.ui.window import Window
from tests.kit import tiny_model
from tests.ui.conftest import WAIT_MS

FILES = {"report.pdf", "patient.pdf", "report.json", "heatmap.png", "findings.geojson"}


def drop(window: Window, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    window.dropEvent(
        QDropEvent(
            QPointF(400, 300), Qt.DropAction.CopyAction, data,
            Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
        )
    )  # fmt: skip


def click(qtbot, widget) -> None:
    assert widget.isVisible()
    assert widget.isEnabled()
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def wait_for(qtbot, window: Window, *states: State) -> None:
    def reached() -> bool:
        current = window.workplace.current
        return current is not None and current.state in states

    qtbot.waitUntil(reached, timeout=WAIT_MS)


def tiny_card(window: Window):
    return next(c for c in window.inspector.verdict.chooser.choices if c.card.name == "tiny")


def report_into(window: Window, folder: Path) -> None:
    field = window.inspector.report.folder
    field.setText(str(folder))
    field.textEdited.emit(field.text())


@pytest.mark.usefixtures("two_models")
def test_by_mouse(qtbot, window: Window, unscaled: Path, tmp_path: Path) -> None:
    drop(window, unscaled)
    wait_for(qtbot, window, State.WAITING)
    page, work = window.inspector.verdict, window.inspector.work
    assert page.chooser.isVisible()
    assert not work.run.isEnabled(), "with more than one model the organ is never guessed"
    click(qtbot, tiny_card(window))
    assert page.scale_form.isVisible()
    assert not work.run.isEnabled(), "a missing scale is never guessed"
    qtbot.keyClicks(page.scale_form.field, "1,0")
    click(qtbot, page.scale_form._use)
    qtbot.waitUntil(work.run.isEnabled, timeout=WAIT_MS)
    click(qtbot, work.run)
    wait_for(qtbot, window, State.DONE)
    examination = window.workplace.current
    assert examination.diagnosis.status is Status.PRESENT
    assert examination.diagnosis.class_id == "red"

    view = window.stage.viewer.view
    middle = view.to_screen(300, 500)
    ratio = window.stage.viewer.devicePixelRatioF()
    at = QPoint(round(middle[0] / ratio), round(middle[1] / ratio))
    qtbot.mouseClick(window.stage.viewer, Qt.MouseButton.LeftButton, pos=at)
    patch = window.inspector.patch
    assert patch.isVisible()
    column, row = examination.findings.grid.cell_at(300, 500)
    assert patch.cell == (column, row)
    findings = examination.findings
    hit = (findings.cells == (column, row)).all(axis=1)
    bar = next(b for b in patch._bars if b[0].text() == "Red")
    assert bar[2].text() == percent(float(findings.probabilities[hit, 0][0]), "en")
    assert findings.probabilities[hit, 0] > 0.5
    qtbot.waitUntil(lambda: patch._picture._image is not None, timeout=WAIT_MS)
    assert patch._picture._image.pixelColor(100, 100).red() > 150

    report_into(window, tmp_path / "out")
    click(qtbot, work.save)
    qtbot.waitUntil(lambda: bool(examination.saved), timeout=WAIT_MS)
    assert {file.name for file in examination.saved} == FILES
    assert all(file.stat().st_size > 0 for file in examination.saved)
    assert window.inspector.report.written.isVisible()


@pytest.mark.usefixtures("two_models")
def test_by_keyboard_alone(
    qtbot, window: Window, unscaled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(unscaled)], ""))
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window, timeout=WAIT_MS)

    def press(key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        qtbot.keyClick(QApplication.focusWidget() or window, key, modifier)

    def tab_to(widget) -> None:
        for _ in range(60):
            if QApplication.focusWidget() is widget:
                return
            press(Qt.Key.Key_Tab)
        pytest.fail(f"the Tab key does not reach {widget.accessibleName()!r}")

    press(Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    wait_for(qtbot, window, State.WAITING)
    form = window.inspector.verdict.scale_form
    assert QApplication.focusWidget() is form.field, "the one thing that is missing has the focus"
    qtbot.keyClicks(form.field, "1")
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.workplace.current.scale is not None, timeout=WAIT_MS)
    tab_to(window.inspector.verdict.chooser.choices[0])
    for _ in range(4):
        if tiny_card(window).isChecked():
            break
        press(Qt.Key.Key_Down)
        press(Qt.Key.Key_Space)
    assert window.workplace.current.model.name == "tiny"
    press(Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    wait_for(qtbot, window, State.DONE)

    tab_to(window.stage.viewer)
    press(Qt.Key.Key_Return)
    assert window.inspector.patch.isVisible()
    press(Qt.Key.Key_Escape)
    assert not window.inspector.patch.isVisible()

    report = window.inspector.report
    press(Qt.Key.Key_4, Qt.KeyboardModifier.AltModifier)
    tab_to(report.form.name)
    qtbot.keyClicks(report.form.name, "Martin Jeanne")
    tab_to(report.form.identifier)
    qtbot.keyClicks(report.form.identifier, "4711")
    tab_to(report.folder)
    report.folder.selectAll()
    qtbot.keyClicks(report.folder, str(tmp_path / "kept"))
    press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    examination = window.workplace.current
    qtbot.waitUntil(lambda: bool(examination.saved), timeout=WAIT_MS)
    document = (tmp_path / "kept" / "report.json").read_text(encoding="utf-8")
    assert "Martin Jeanne" in document
    assert json.loads(document)


@pytest.mark.usefixtures("two_models")
def test_cancel_is_quick_and_keeps_what_was_read(qtbot, window: Window, scaled: Path) -> None:
    window.workplace.open([scaled])
    wait_for(qtbot, window, State.WAITING)
    click(qtbot, tiny_card(window))
    window.workplace.run()
    assert window.inspector.work.cancel.isVisible()
    window.escape()
    assert window.workplace.current.state is State.STOPPING
    qtbot.waitUntil(lambda: not window.workplace.is_running, timeout=500)
    assert window.workplace.current.state is State.STOPPED
    assert window.inspector.work.run.isEnabled()


@pytest.fixture
def slow_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The model `tiny`, slow enough to be stopped at work, and at home with its slide."""
    gate = tiny_model.manifest()["gate"] | {"patch_threshold": 3.0}
    manifest = tiny_model.manifest(gate=gate)
    graph = tiny_model.graph(rounds=12)
    tiny_model.write(tmp_path / "models" / "tiny", graph=graph, manifest=manifest)
    monkeypatch.setenv("BEDSIDE_DX_MODELS", str(tmp_path / "models"))


@pytest.mark.usefixtures("slow_model")
def test_a_stopped_analysis_goes_on_where_it_stopped(qtbot, window: Window, scaled: Path) -> None:
    window.workplace.open([scaled])
    wait_for(qtbot, window, State.WAITING)
    click(qtbot, tiny_card(window))
    window.workplace.run()
    examination, work = window.workplace.current, window.inspector.work
    # What is looked at before it is planned what to read is shown, and not kept.
    qtbot.waitUntil(lambda: examination.pace.stage is Stage.PATCHES, timeout=WAIT_MS)
    click(qtbot, work.cancel)
    wait_for(qtbot, window, State.STOPPED)
    assert examination.findings is not None, "what was read stays on the screen"
    assert work.run.text() == "Go on"
    click(qtbot, work.run)
    qtbot.waitUntil(lambda: examination.resumed is not None, timeout=WAIT_MS)
    wait_for(qtbot, window, State.DONE)
    assert examination.report.diagnosis.is_final
    assert examination.report.diagnosis.status is Status.PRESENT


@pytest.mark.usefixtures("slow_model")
def test_a_settled_verdict_may_be_taken_at_once(
    qtbot, window: Window, scaled: Path, tmp_path: Path
) -> None:
    window.workplace.open([scaled])
    wait_for(qtbot, window, State.WAITING)
    click(qtbot, tiny_card(window))
    window.workplace.run()
    examination, work = window.workplace.current, window.inspector.work
    qtbot.waitUntil(work.enough.isVisible, timeout=WAIT_MS)
    click(qtbot, work.enough)
    wait_for(qtbot, window, State.DONE)
    diagnosis = examination.report.diagnosis
    assert diagnosis.status is Status.PRESENT
    assert diagnosis.is_stable
    assert not diagnosis.is_final
    assert diagnosis.coverage.pending > 0
    report_into(window, tmp_path / "early")
    window.inspector.save()
    qtbot.waitUntil(lambda: bool(examination.saved), timeout=WAIT_MS)
    verdict = json.loads((tmp_path / "early" / "report.json").read_text("utf-8"))["verdict"]
    assert verdict["early"] == {"class": "red", "share_read": round(diagnosis.early.share, 4)}


def test_what_is_no_slide_is_refused_with_the_way_out(qtbot, window: Window, tmp_path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear colleague")
    window.workplace.open([path])
    wait_for(qtbot, window, State.REFUSED)
    notice = window.inspector.verdict.notice
    assert notice.isVisible()
    assert "letter.txt" in notice._title.text()
    assert "OpenSlide" in notice._sentence.text()
    assert window.stage.drop_zone.isVisible()


@pytest.mark.usefixtures("two_models")
def test_a_report_that_cannot_be_written_says_so(
    qtbot, window: Window, scaled: Path, tmp_path
) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file, not a folder")
    window.workplace.open([scaled])
    wait_for(qtbot, window, State.WAITING)
    click(qtbot, tiny_card(window))
    click(qtbot, window.inspector.work.run)
    wait_for(qtbot, window, State.DONE)
    report_into(window, blocked)
    window.inspector.save()
    failure = window.inspector.report.failure
    qtbot.waitUntil(failure.isVisible, timeout=WAIT_MS)
    assert "blocked" in failure._title.text()
    assert window.workplace.current.report is not None


@pytest.mark.usefixtures("two_models")
def test_two_slides_keep_their_own_results(
    qtbot, window: Window, scaled: Path, unscaled: Path
) -> None:
    window.workplace.open([unscaled])
    wait_for(qtbot, window, State.WAITING)
    window.workplace.open([scaled])
    wait_for(qtbot, window, State.WAITING)
    click(qtbot, tiny_card(window))
    click(qtbot, window.inspector.work.run)
    wait_for(qtbot, window, State.DONE)
    assert window.rail.list.count() == 2
    window.rail.list.setCurrentRow(1)
    assert window.workplace.current.path == unscaled
    assert window.workplace.current.findings is None
    assert not window.inspector.verdict.card.isVisible()
    window.rail.list.setCurrentRow(0)
    assert window.inspector.verdict.card.isVisible()


@pytest.mark.slow
def test_the_real_polyp(qtbot, make, shared: Path, tmp_path: Path) -> None:
    window = make("fr")
    slide = shared / "data" / "slides" / "colon-polyp-section.tif"
    window.workplace.open([slide], 0.5)
    wait_for(qtbot, window, State.WAITING)
    cards = window.inspector.verdict.chooser.choices
    click(qtbot, next(c for c in cards if c.card.name == "colon-he"))
    click(qtbot, window.inspector.work.run)
    qtbot.waitUntil(lambda: window.workplace.current.so_far is not None, timeout=4 * WAIT_MS)
    assert not window.workplace.current.so_far.is_final
    qtbot.waitUntil(lambda: not window.workplace.is_running, timeout=8 * WAIT_MS)
    examination = window.workplace.current
    assert examination.state is State.DONE, examination.error
    findings = examination.findings
    assert (findings.state != PatchState.PENDING).all()
    column, row = (int(v) for v in findings.cells[0])
    window.stage.patch_clicked.emit(column, row)
    assert window.inspector.patch.isVisible()
    report_into(window, tmp_path / "polyp")
    window.inspector.save()
    qtbot.waitUntil(lambda: bool(examination.saved), timeout=2 * WAIT_MS)
    assert {file.name for file in examination.saved} == FILES


@pytest.mark.usefixtures("two_models")
def test_run_shows_the_slides_it_was_given_until_the_window_is_closed(qapp, scaled: Path) -> None:
    seen: list[State] = []

    def look() -> None:
        window = next(w for w in qapp.topLevelWidgets() if isinstance(w, Window) and w.isVisible())
        current = window.workplace.current
        if current is None or current.model is None:
            QTimer.singleShot(50, look)
            return
        seen.append(current.state)
        assert current.path == scaled
        assert current.model.name == "tiny", "named on the command line: not asked again"
        window.close()

    QTimer.singleShot(50, look)
    assert ui.run([scaled], settings=Settings(), model="tiny", spacing=None) == 0
    assert seen
