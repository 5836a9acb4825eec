"""The plan: composed with nothing chosen, drawn over time, on record with who and why, written."""

import gc
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QHBoxLayout, QLayout, QWidget

from bedside_dx.app.advising import options
from bedside_dx.app.dosing import dose
from bedside_dx.app.planning import open_plan, set_fields
from bedside_dx.app.prognosing import entries_of, what_if
from bedside_dx.core.case import Case, Patient
from bedside_dx.core.plan import EventKind, Intent
from bedside_dx.core.settings import Settings
from bedside_dx.text import texts
from bedside_dx.ui.application import make_window
from bedside_dx.ui.examination import Examination
from bedside_dx.ui.inspector_page import Page
from bedside_dx.ui.look import Look
from bedside_dx.ui.therapy.line_form import LineForm
from bedside_dx.ui.therapy.notes import Section
from bedside_dx.ui.therapy.plan_board import PlanBoard
from bedside_dx.ui.therapy.plan_desk import PlanDesk
from bedside_dx.ui.therapy.plan_form import PlanForm
from bedside_dx.ui.therapy.plan_notes import RECORD
from bedside_dx.ui.therapy.typed import TypedField
from bedside_dx.ui.window import LEAST_SIZE
from bedside_dx.ui.workplace import Workplace
from tests.ui.conftest import WAIT_MS
from tests.ui.test_window import cut_words

WOMAN = {
    "age": 56, "sex": "female", "height_cm": 170, "weight_kg": 70, "creatinine_umol_l": 70,
    "bilirubin_umol_l": 9, "lvef_percent": 62, "hbv": "negative", "earlier": {},
}  # fmt: skip
TUMOUR = {"age": 56, "size": 24, "grade": 3, "nodes": 2, "er": 1, "her2": 0, "ki67": 1, "pr": 1,
          "screen": 0, "smoker": 0, "gen": 3}  # fmt: skip
MARIE = Patient(identifier="000123", name="Example, Marie", born=date(1970, 4, 2))


class Desk(QWidget):
    """Form and board side by side, as the window has them, for a case in a folder."""

    def __init__(self, language: str, folder: Path) -> None:
        super().__init__()
        self.look = Look(language)
        self.workplace = Workplace(Settings())
        examination = Examination(folder / "slide.tif")
        examination.folder, examination.case = folder, Case(MARIE)
        self.workplace.examinations, self.workplace.current = [examination], examination
        self.modelled = None
        self.desk = PlanDesk(self.workplace, self, lambda: self.modelled)
        self.form, self.board = PlanForm(self.look, self.desk), PlanBoard(self.look, self.desk)
        layout = QHBoxLayout(self)
        layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        layout.addWidget(self.board, 2)
        layout.addWidget(self.form, 1)
        self.resize(1200, 1400)

    @property
    def line(self) -> LineForm:
        """The form of the line that is shown."""
        assert isinstance(self.form.shown, LineForm)
        return self.form.shown


@pytest.fixture(params=["en", "fr"])
def both(qtbot, request, tmp_path: Path):
    yield from shown(qtbot, request.param, tmp_path)


@pytest.fixture
def place(qtbot, tmp_path: Path):
    yield from shown(qtbot, "en", tmp_path)


def shown(qtbot, language: str, folder: Path):
    made = Desk(language, folder)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    calm(qtbot, made)
    yield made
    made.workplace.close()


def calm(qtbot, place: Desk) -> None:
    qtbot.waitUntil(lambda: place.desk.is_calm, timeout=WAIT_MS)


def write(qtbot, field, text: str) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)


def compose(qtbot, place: Desk) -> None:
    """Everything a plan needs, typed as a person does."""
    place.desk.turn_to("")
    about = place.form.shown
    for name, text in {
        "title": "Adjuvant treatment", "tumour": "Breast", "ecog_on": "12/11/2026",
    }.items():  # fmt: skip
        write(qtbot, about.fields[name].field, text)
    about.intent.buttons[Intent.CURATIVE].click()
    about.ecog.buttons[0].click()
    write(qtbot, about.texts["preferences"].field, "Plays the cello.")
    place.desk.add_dose(dose("epirubicin", row="epirubicin-fec100", **WOMAN), None)
    line = place.line
    write(qtbot, line.name.field, "FEC 100")
    write(qtbot, line.steps[0].fields["start"].field, "2026-12-07")
    write(qtbot, line.stopping.field, "unacceptable toxicity")
    line.add_test.click()
    write(qtbot, place.line.monitoring[0][0].field, "Blood count")
    place.line.add_assessment.click()
    for field, text in zip(
        place.line.assessments[0][:3], ("Ultrasound", "2026-11-24", "9"), strict=True
    ):
        write(qtbot, field.field, text)
    calm(qtbot, place)


def record(qtbot, place: Desk, who: str = "Dr A", why: str = "tumour board") -> None:
    place.desk.turn_to(RECORD)
    form = place.form.shown
    write(qtbot, form.who.field, who)
    write(qtbot, form.why.field, why)
    calm(qtbot, place)
    assert form.record.isEnabled()
    form.record.click()
    calm(qtbot, place)


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


def test_everything_has_a_name_and_the_focus_stays(qtbot, both: Desk) -> None:
    compose(qtbot, both)
    for part in ("", both.desk.notes.lines[0].key, RECORD):
        both.desk.turn_to(part)
        for widget in both.findChildren(QWidget):
            if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                assert widget.accessibleName(), widget
    both.desk.turn_to(both.desk.notes.lines[0].key)
    both.activateWindow()
    both.line.name.field.setFocus()
    both.desk.turn()
    assert both.line.name.field.hasFocus()


def test_from_an_option_by_its_dose_into_the_plan_in_the_window(qtbot, window) -> None:
    """Options, dose and plan hang together: nothing is typed twice, and nothing is chosen."""
    window.inspector.turn_to(Page.THERAPY)
    page, board = window.inspector.therapy, window.therapy_board
    qtbot.waitUntil(lambda: page.desk.is_calm, timeout=WAIT_MS)
    best = options("NSCLC", ["EGFR T790M"]).options[0]
    page.desk.planned.emit(best)
    assert page.desk.notes.section is Section.PLAN
    assert board.plan.isVisible()
    assert page.plan_desk.notes.line.option["therapy"] == best.therapy
    page.plan.shown.work_out.click()
    assert page.desk.notes.section is Section.DOSE
    assert page.dose_desk.notes.drug == best.therapy.casefold() == "osimertinib"
    for key, text in {"age": "70", "lvef-percent": "60"}.items():
        page.dose_desk.state(key, text)
    page.dose_desk.state("sex", "0")
    qtbot.waitUntil(lambda: page.dose_desk.is_ready, timeout=WAIT_MS)
    qtbot.waitUntil(board.dose.plan.isVisible, timeout=WAIT_MS)
    board.dose.plan.click()
    assert page.desk.notes.section is Section.PLAN
    steps = page.plan_desk.notes.lines[0].steps
    assert [step.drug for step in steps] == ["osimertinib"]
    assert steps[0].start == ""
    assert not page.plan_desk.next_drug(page.dose_desk.drugs)


def test_a_plan_that_is_not_recorded_holds_the_window_back_once(qtbot, window) -> None:
    window.inspector.turn_to(Page.THERAPY)
    page, board = window.inspector.therapy, window.therapy_board.plan
    page.plan_desk.notes.title = "Adjuvant treatment"
    page.plan_desk.turn()
    window.inspector.turn_to(Page.VERDICT)
    assert not window.close()
    assert window.isVisible()
    assert window.inspector.page is Page.THERAPY
    qtbot.waitUntil(board.missing.isVisible, timeout=WAIT_MS)
    assert "not recorded" in board.missing.text()
    page.plan_desk.notes.title = "Adjuvant chemotherapy"
    page.plan_desk.turn()
    assert not window.close(), "more was typed since: told again"
    page.plan_desk.start_over()
    assert window.close()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_word_is_cut_in_the_smallest_window(qtbot, make, language: str) -> None:
    window = make(language, LEAST_SIZE)
    window.inspector.turn_to(Page.THERAPY)
    page = window.inspector.therapy
    _ = window.therapy_board
    page.dose_desk.choose("epirubicin")
    page.desk.turn_to(Section.DOSE)
    qtbot.waitUntil(lambda: not cut_words(window), timeout=WAIT_MS)
    for key, text in {"age": "56", "height-cm": "170", "weight-kg": "154"}.items():
        page.dose_desk.state(key, text)
    qtbot.waitUntil(lambda: not cut_words(window), timeout=WAIT_MS)
    page.plan_desk.add_dose(dose("epirubicin", row="epirubicin-fec100", **WOMAN), None)
    page.plan_desk.notes.lines[0].steps[0].start = "2026-12-07"
    page.plan_desk.notes.lines[0].dose_changes = [
        {"step": "epirubicin", "from_cycle": 3, "percent": 75.0, "toxicity": "neutropenia",
         "grade": 3},
    ]  # fmt: skip
    page.desk.turn_to(Section.PLAN)
    page.plan_desk.turn()
    page.plan.shown.steps[0].fold.click()
    for part in ("line-1", "", RECORD):
        page.plan_desk.turn_to(part)
        qtbot.waitUntil(lambda: not cut_words(window), timeout=WAIT_MS)


def test_forms_that_were_made_again_leave_nothing_behind(qtbot) -> None:
    def round_() -> None:
        window = make_window(Look("en"), Settings())
        window.show()
        window.inspector.turn_to(Page.THERAPY)
        page, _ = window.inspector.therapy, window.therapy_board
        for section in Section:
            page.desk.turn_to(section)
        for drug in ("epirubicin", "carboplatin", "capecitabine"):
            page.dose_desk.choose(drug)
        line = page.plan_desk.add_line()
        page.plan_desk.add_typed_drug(line)
        for part in (RECORD, "", line.key):
            page.plan_desk.turn_to(part)
        page.plan_desk.start_over()
        assert window.close()
        window.deleteLater()

    def left() -> int:
        qtbot.wait(10)  # in a loop of events, so that what is to be deleted later is
        gc.collect()
        return len(QApplication.allWidgets())

    round_()
    before = left()
    for _ in range(4):
        round_()
    assert left() == before
