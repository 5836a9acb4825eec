"""The plan's files: written into a chosen folder, found again, and never written over."""

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from bedside_dx.app.planning import open_plan, set_fields
from bedside_dx.core.case import Case, Patient
from bedside_dx.ui.examination import Examination
from tests.ui.conftest import WAIT_MS
from tests.ui.planning import Desk, calm, compose, record, shown


@pytest.fixture(params=["en", "fr"])
def both(qtbot, request, tmp_path: Path):
    yield from shown(qtbot, request.param, tmp_path)


@pytest.fixture
def place(qtbot, tmp_path: Path):
    yield from shown(qtbot, "en", tmp_path)


def test_files_are_written_into_a_chosen_folder(
    qtbot, both: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compose(qtbot, both)
    record(qtbot, both)
    form = both.form.shown
    assert form.folder.text() == str(tmp_path)
    target = tmp_path / "out"
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(target))
    form.choose.click()
    form.export.click()
    calm(qtbot, both)
    names = {"rcp.pdf", "treatment.pdf", "plan.ics", "plan.fhir.json", "therapy.json"}
    assert {one.name for one in target.iterdir()} == names
    assert {one.name for one in both.desk.notes.written} == names
    assert form.written.isVisible()  # the same form: what was chosen stays
    assert form.folder.text() == str(target)
    form.kinds["json"].click()
    both.desk.turn()
    assert both.form.shown.folder.text() == str(target)
    assert not both.form.shown.kinds["json"].isChecked()
    document = json.loads((target / "therapy.json").read_text("utf-8"))
    assert document["language"] == both.look.language


def test_a_plan_that_moved_on_is_not_written_over(qtbot, place: Desk, tmp_path: Path) -> None:
    compose(qtbot, place)
    record(qtbot, place)
    set_fields(tmp_path / "plan.json", [("ecog", "2")], "Dr C", "elsewhere")
    place.desk.turn_to("")
    place.form.shown.ecog.buttons[1].click()
    record(qtbot, place, "Dr B", "weaker")
    assert place.desk.notes.error.code == "plan.moved-on"
    assert place.form.shown.failure.isVisible()
    kept = open_plan(tmp_path / "plan.json")
    assert (kept.plan.ecog, kept.version) == (2, 2)
    assert place.desk.plan.ecog == 1  # what was typed is still there


def test_the_plan_of_the_case_is_found_and_another_patients_is_not(
    qtbot, place: Desk, tmp_path: Path
) -> None:
    compose(qtbot, place)
    record(qtbot, place)
    again = Desk("en", tmp_path)
    qtbot.addWidget(again)
    calm(qtbot, again)
    assert again.desk.notes.kept.version == 1
    assert not again.desk.is_changed
    again.workplace.current.case = Case(Patient(identifier="999", name="Other"))
    again.desk.open(tmp_path / "plan.json")
    calm(qtbot, again)
    assert again.desk.notes.error.code == "plan.other-patient"
    again.workplace.close()
    other = Examination(tmp_path / "other.tif")
    other.folder, other.case = tmp_path, Case(Patient(identifier="999", name="Other"))
    place.workplace.current = other
    place.workplace.switched.emit()
    calm(qtbot, place)
    assert place.desk.notes.is_blank
    assert "another patient" in place.board.missing.text()


def test_a_plan_edited_by_hand_is_refused(qtbot, place: Desk, tmp_path: Path) -> None:
    compose(qtbot, place)
    record(qtbot, place)
    path = tmp_path / "plan.json"
    path.write_text(path.read_text("utf-8").replace('"ecog": 0', '"ecog": 3', 1), "utf-8")
    place.desk.open(path)
    calm(qtbot, place)
    assert place.desk.notes.error.code in {"plan.not-in-history", "plan.history-edited"}
    qtbot.waitUntil(place.form.shown.failure.isVisible, timeout=WAIT_MS)
    assert "plan.json" in place.board.missing.text()
    assert place.desk.plan is not None  # what was on the desk is still there
