"""The plan: composed with nothing chosen, drawn over time, on record with who and why."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from bedside_dx.app.advising import options
from bedside_dx.app.planning import open_plan
from bedside_dx.app.prognosing import entries_of, what_if
from bedside_dx.core.plan import EventKind
from bedside_dx.text import texts
from bedside_dx.ui.therapy.plan_notes import RECORD
from tests.ui.conftest import WAIT_MS
from tests.ui.planning import TUMOUR, Desk, calm, compose, record, shown, write


@pytest.fixture(params=["en", "fr"])
def both(qtbot, request, tmp_path: Path):
    yield from shown(qtbot, request.param, tmp_path)


@pytest.fixture
def place(qtbot, tmp_path: Path):
    yield from shown(qtbot, "en", tmp_path)


def test_an_empty_plan_teaches_the_next_step_and_chooses_nothing(qtbot, both: Desk) -> None:
    assert both.board.notice.isVisible()
    assert not both.board.timeline.isVisible()
    about = both.form.shown
    chosen = [*about.intent.buttons.values(), *about.ecog.buttons.values()]
    assert not any(button.isChecked() for button in chosen)
    both.board.notice.acted.emit()
    calm(qtbot, both)
    assert both.board.missing.isVisible()
    assert both.desk.plan is None


def test_a_plan_is_composed_recorded_and_read_again(qtbot, both: Desk, tmp_path: Path) -> None:
    compose(qtbot, both)
    assert both.desk.plan is not None, both.board.missing.text()
    assert not both.board.missing.isVisible()
    record(qtbot, both)
    kept = open_plan(tmp_path / "plan.json")
    assert kept.plan == both.desk.plan
    assert kept.plan.patient.identifier == "000123"
    assert kept.plan.lines[0].steps[0].dose.mg == pytest.approx(181.81, abs=0.01)
    assert (kept.history[0].who, kept.history[0].why) == ("Dr A", "tumour board")
    assert not list(tmp_path.glob("*.tmp")) + list(tmp_path.glob(".*writing*"))


def test_a_change_asks_who_and_why(qtbot, place: Desk, tmp_path: Path) -> None:
    compose(qtbot, place)
    record(qtbot, place)
    place.desk.turn_to("")
    place.form.shown.ecog.buttons[1].click()
    place.desk.turn_to(RECORD)
    form = place.form.shown
    assert form.who.field.text() == "Dr A"  # the same person; the reason is another one
    assert form.why.field.text() == ""
    assert not form.record.isEnabled()
    assert not form.export.isEnabled()
    record(qtbot, place, "Dr B", "weaker")
    assert open_plan(tmp_path / "plan.json").version == 2
    assert "Dr B" in place.board.sections["history"].text
    assert "ecog: 0 → 1" in place.board.sections["history"].text
    assert "Dr A" in place.board.sections["history"].text


def test_toxicity_lowers_later_doses_and_delays_cycles(qtbot, place: Desk) -> None:
    compose(qtbot, place)
    card = place.line.steps[0]
    card.fold.click()
    fields = card.toxicity.fields
    assert not card.toxicity.change.isEnabled()
    for name, text in {
        "cycle": "3",
        "percent": "75",
        "toxicity": "neutropenia",
        "grade": "3",
    }.items():
        write(qtbot, fields[name].field, text)
    card.toxicity.change.click()
    calm(qtbot, place)
    treated = {e.cycle: e for e in place.desk.events if e.kind is EventKind.TREATMENT}
    assert treated[3].mg == pytest.approx(0.75 * treated[2].mg)
    third = treated[3].first
    card = place.line.steps[0]
    card.fold.click()
    for name, text in {"cycle": "3", "days": "7", "reason": "neutropenia"}.items():
        write(qtbot, card.toxicity.fields[name].field, text)
    card.toxicity.delay.click()
    calm(qtbot, place)
    treated = {e.cycle: e for e in place.desk.events if e.kind is EventKind.TREATMENT}
    assert treated[3].first == third + timedelta(days=7)
    assert len(place.line.steps[0]._changes) == 2
    place.line.steps[0]._changes[0][1].click()
    assert len(place.line.steps[0]._changes) == 1


def test_the_timeline_is_walked_by_the_keyboard(qtbot, place: Desk) -> None:
    compose(qtbot, place)
    timeline = place.board.timeline
    assert timeline.isVisible()
    assert [lane.subject for lane in timeline.lanes] == [
        "epirubicin", "Blood count", "Ultrasound",
    ]  # fmt: skip
    assert "7 Dec 2026" in place.board.day.text() or "24 Nov 2026" in timeline.accessibleName()
    timeline.setFocus()
    qtbot.keyClick(timeline, Qt.Key.Key_Home)
    assert timeline.event_at.subject == "Ultrasound"
    qtbot.keyClick(timeline, Qt.Key.Key_Right)
    qtbot.keyClick(timeline, Qt.Key.Key_Right)
    assert "epirubicin" in place.board.day.text()
    assert "182" in timeline.accessibleDescription()
    at = timeline._place(date(2026, 12, 28), timeline.lanes[0])
    qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=at.toPoint())
    assert timeline.event_at.cycle == 2


def test_a_long_plan_goes_on_in_another_band(qtbot, place: Desk) -> None:
    compose(qtbot, place)
    one = place.board.timeline.height()
    write(qtbot, place.line.steps[0].fields["cycles"].field, "40")
    calm(qtbot, place)
    timeline = place.board.timeline
    assert len(timeline.bands) > 1
    assert timeline.height() > one
    last = timeline.events[-1]
    spot = timeline._spans(last)[0]
    assert spot.right() < timeline.width()
    assert spot.bottom() < timeline.height()
    assert timeline.bands[-1].bottom < timeline.height()
    qtbot.waitUntil(
        lambda: place.board.day.geometry().top() >= timeline.geometry().bottom(), timeout=WAIT_MS
    )


def test_an_option_brings_its_evidence_as_of_today(qtbot, place: Desk) -> None:
    found = options("NSCLC", ["EGFR T790M"])
    best = found.options[0]
    place.desk.add_option(best, found.packs, texts("en"))
    calm(qtbot, place)
    assert place.desk.notes.line.name == best.therapy
    kept = place.desk.notes.line.option
    assert kept["taken"] == date.today().isoformat()  # noqa: DTZ011 - of this desk
    assert [one["id"] for one in kept["evidence"]] == [one.id for one in best.evidence]
    assert all(any(info.version in one for one in kept["packs"]) for info in found.packs)
    assert best.therapy in place.line._option.text()
    assert not place.desk.notes.lines[0].steps  # no dose comes by itself


def test_the_modelled_effect_is_copied_once(qtbot, place: Desk) -> None:
    compose(qtbot, place)
    assert not place.line.effect.isVisible()
    entries = entries_of("predict-breast", "3.2", TUMOUR)
    place.modelled = what_if("predict-breast", "3.2", entries, "c", year=10)
    place.desk.turn()
    place.line.effect.click()
    calm(qtbot, place)
    effect = place.desk.plan.lines[0].effect
    assert effect.gain == pytest.approx(effect.alive - effect.untreated)
    assert effect.low < effect.gain < effect.high
    place.modelled = what_if("predict-breast", "3.2", entries, "c", year=5)
    place.desk.turn()
    assert place.desk.plan.lines[0].effect == effect
    assert len(place.board.effects) == 1
    place.line.drop_effect.click()
    assert place.desk.plan.lines[0].effect is None
