"""What is typed into a plan: slips are said at their field, and nothing is lost by a touch."""

from pathlib import Path

import pytest

from bedside_dx.ui.therapy.plan_notes import RECORD
from bedside_dx.ui.therapy.typed import TypedField
from tests.ui.planning import Desk, calm, compose, shown, write


@pytest.fixture(params=["en", "fr"])
def both(qtbot, request, tmp_path: Path):
    yield from shown(qtbot, request.param, tmp_path)


@pytest.fixture
def place(qtbot, tmp_path: Path):
    yield from shown(qtbot, "en", tmp_path)


def test_what_is_typed_wrongly_is_said_at_its_field(qtbot, place: Desk) -> None:
    compose(qtbot, place)
    field = place.line.steps[0].fields["start"]
    write(qtbot, field.field, "7 December")
    calm(qtbot, place)
    assert field.complaint.isVisible()
    assert field.field.property("wrong")
    assert place.desk.plan is None
    assert "epirubicin" in place.board.missing.text()
    write(qtbot, field.field, "07/12/2026")
    calm(qtbot, place)
    assert not field.complaint.isVisible()
    assert place.desk.plan is not None


@pytest.mark.parametrize(
    "junk", ["99999999999", "-1", "²", "1e9", "nan", "x" * 2100, "\u202e12", "0"]
)
def test_junk_in_any_field_is_said_and_breaks_nothing(qtbot, place: Desk, junk: str) -> None:
    compose(qtbot, place)
    place.line.type_drug.click()
    for part in (place.desk.notes.part, ""):
        place.desk.turn_to(part)
        for field in place.form.shown.findChildren(TypedField):
            before = field.field.text()
            field.field.setText(junk)
            field.edited.emit(junk)
            place.desk.compute()
            field.field.setText(before)
            field.edited.emit(before)
            place.desk.compute()
    assert place.desk.plan is None  # the typed drug has no dose
    assert place.board.missing.isVisible()


def test_nothing_typed_is_lost_by_one_touch(qtbot, place: Desk) -> None:
    compose(qtbot, place)
    place.line.remove.ask.click()
    assert place.desk.notes.lines
    place.line.remove.keep.click()
    place.desk.turn_to(RECORD)
    place.form.shown.start_over.ask.click()
    assert place.desk.plan is not None
    place.form.shown.start_over.go_on.click()
    assert place.desk.notes.is_blank


def test_what_is_typed_while_it_is_written_stays(qtbot, place: Desk) -> None:
    compose(qtbot, place)
    place.desk.notes.who, place.desk.notes.why = "Dr A", "tumour board"
    place.desk.record()
    place.desk.notes.title = "Another title"
    calm(qtbot, place)
    assert place.desk.notes.kept.plan.title == "Adjuvant treatment"
    assert place.desk.notes.title == "Another title"
    assert place.desk.is_changed


def test_a_drug_may_be_typed_with_its_source(qtbot, place: Desk) -> None:
    compose(qtbot, place)
    place.line.type_drug.click()
    card = place.line.steps[1]
    for name, text in {
        "drug": "olaparib", "mg": "300", "source": "EMA label 4.2", "start": "2027-05-01",
        "cycle_days": "28", "days": "1", "cycles": "0",
    }.items():  # fmt: skip
        write(qtbot, card.fields[name].field, text)
    calm(qtbot, place)
    assert place.desk.plan.lines[0].steps[1].dose.sources == ("EMA label 4.2",)
    card.remove.click()
    assert len(place.line.steps) == 1


def test_a_typed_fluoropyrimidine_waits_for_dpd(qtbot, both: Desk) -> None:
    compose(qtbot, both)
    both.line.type_drug.click()
    card = both.line.steps[1]
    assert not card.dpd.isVisible()
    for name, text in {
        "drug": "Capecitabine", "mg": "1500", "source": "the clinician", "start": "2027-05-01",
        "cycle_days": "21", "days": "1, 2", "cycles": "8",
    }.items():  # fmt: skip
        write(qtbot, card.fields[name].field, text)
    calm(qtbot, both)
    assert card.dpd.isVisible()
    assert both.desk.plan is None
    assert not any("Capecitabine" in event.subject for event in both.desk.events)
    card.dpd.buttons["normal"].click()
    calm(qtbot, both)
    assert both.desk.plan.lines[0].steps[1].dose.dpd == "normal"
