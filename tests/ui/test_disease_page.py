"""The disease page: stated, asked back, refused, followed live, and kept for the report."""

import json
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QScrollBar

from bedside_dx.app.sharing import save_report
from bedside_dx.core.disease_picture import Offer
from bedside_dx.core.prognosis import Provenance
from bedside_dx.core.remark import Remark
from bedside_dx.core.verdict import Status
from bedside_dx.text import texts
from bedside_dx.ui.disease.courses import Reading
from bedside_dx.ui.disease.notes import DiseaseNotes, Followed, Section
from bedside_dx.ui.disease.visit_words import cell_words, state_words, typed_cell
from bedside_dx.ui.inspector_page import Page
from bedside_dx.ui.window import Window
from tests.ui.conftest import WAIT_MS, choose
from tests.ui.examples import MODELS, Examples
from tests.ui.test_window import CONTROLS, cut_words, visible

WOMAN = {"age": "50", "size": "20", "nodes": "2"}
LESIONS = (
    "lesion,day,organ,node,target,long_mm,state\n"
    "L1,0,liver,no,yes,30,\nL1,56,liver,no,yes,18,\nL1,112,liver,no,yes,29,\n"
)


def write(qtbot, page, key: str, text: str) -> None:
    field = page.prognosis.rows[key].field
    field.selectAll()
    qtbot.keyClicks(field, text)


def click(qtbot, widget) -> None:
    assert widget.isEnabled()
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def calm(qtbot, page) -> None:
    """Wait until all that was stated has been worked out and is shown."""
    qtbot.waitUntil(lambda: page.desk.is_calm, timeout=WAIT_MS)


def fill(qtbot, page) -> None:
    for key, text in WOMAN.items():
        write(qtbot, page, key, text)
    click(qtbot, page.prognosis.rows["er"].segments[1.0])
    calm(qtbot, page)
    assert page.desk.changes is not None


def test_the_curve_follows_the_form(qtbot, window: Window, disease) -> None:
    board = window.board.prognosis
    assert board.notice.isVisible()
    fill(qtbot, disease)
    assert board.plot.isVisible()
    assert sum(board.people.people.counts) == 100
    before = disease.desk.changes.prognosis.curve.at(10)
    write(qtbot, disease, "nodes", "9")
    qtbot.waitUntil(lambda: disease.desk.changes.prognosis.curve.at(10) < before, timeout=WAIT_MS)
    rows = disease.prognosis.rows
    assert rows["age"]._source.text() == "measured"
    assert rows["grade"]._source.text() == "assumed: not known"
    assert rows["male"]._source.text() == "assumed: no"


def test_a_treatment_adds_a_curve_and_its_benefit(qtbot, window: Window, disease) -> None:
    fill(qtbot, disease)
    board = window.board.prognosis
    assert len(board.plot.curves) == 1
    click(qtbot, board.treatments.toggles["c"])
    click(qtbot, board.treatments.toggles["h"])
    qtbot.waitUntil(lambda: len(board.plot.curves) == 3, timeout=WAIT_MS)
    together = disease.desk.changes.together
    assert together.low < together.gain < together.high
    third = together.gain
    click(qtbot, board.treatments.kinds["gen", 2.0])
    qtbot.waitUntil(lambda: disease.desk.changes.together.gain < third, timeout=WAIT_MS)
    click(qtbot, board.treatments.toggles["h10"])
    qtbot.waitUntil(lambda: disease.desk.given == {"c", "h10"}, timeout=WAIT_MS)
    without_her2 = board.treatments.toggles["t"]
    qtbot.waitUntil(lambda: not without_her2.isEnabled(), timeout=WAIT_MS)  # counts for nothing


def test_the_year_follows_mouse_and_keyboard(qtbot, window: Window, disease) -> None:
    fill(qtbot, disease)
    plot = window.board.prognosis.plot
    assert disease.desk.year == 10
    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: disease.desk.changes.year == 11, timeout=WAIT_MS)
    at = plot._place(5, 0.9).toPoint()
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=QPoint(at.x(), at.y()))
    qtbot.waitUntil(lambda: disease.desk.changes.year == 5, timeout=WAIT_MS)


def test_a_slip_is_asked_back_and_one_click_confirms_it(qtbot, disease) -> None:
    fill(qtbot, disease)
    write(qtbot, disease, "size", "2.5")
    row = disease.prognosis.rows["size"]
    calm(qtbot, disease)
    assert row.confirm.isVisible()
    assert "cm" in row.complaint.text()
    assert disease.desk.changes is None
    click(qtbot, row.confirm)
    qtbot.waitUntil(lambda: disease.desk.changes is not None, timeout=WAIT_MS)
    assert not row.confirm.isVisible()
    write(qtbot, disease, "size", "3.5")
    qtbot.waitUntil(row.confirm.isVisible, timeout=WAIT_MS)


@pytest.mark.parametrize("key", ["male", "metastatic", "neoadjuvant"])
def test_a_refusal_stands_beside_what_causes_it(qtbot, window: Window, disease, key: str) -> None:
    fill(qtbot, disease)
    row = disease.prognosis.rows[key]
    click(qtbot, row.segments[1.0])
    qtbot.waitUntil(lambda: disease.desk.standing.refused_by == key, timeout=WAIT_MS)
    assert row.complaint.isVisible()
    assert window.board.prognosis.notice.isVisible()
    assert not window.board.prognosis.plot.isVisible()
    click(qtbot, row.segments[1.0])
    qtbot.waitUntil(lambda: disease.desk.changes is not None, timeout=WAIT_MS)


def test_what_a_slide_offers_needs_one_click_and_stays_marked(
    qtbot, disease, monkeypatch: pytest.MonkeyPatch
) -> None:
    says = Remark("offer.size", {"mm": 14.0, "low": 9.0, "high": 21.0, "area": 80.0, "patch": 200})
    offer = Offer("size", 14.0, 9.0, 21.0, "mm", says)
    monkeypatch.setattr(disease.desk, "offer_for", lambda key: offer if key == "size" else None)
    fill(qtbot, disease)
    write(qtbot, disease, "size", "30")
    row = disease.prognosis.rows["size"]
    calm(qtbot, disease)
    assert row.seen.isVisible()
    assert disease.desk.changes.prognosis.swept == ()
    click(qtbot, row.seen.use)
    row = disease.prognosis.rows["size"]
    given = next(g for g in disease.desk.changes.prognosis.given if g.key == "size")
    assert (given.value, given.low, given.high) == (14.0, 9.0, 21.0)
    assert given.provenance is Provenance.AI_DERIVED
    assert row._source.text().startswith("AI-derived, confirmed")
    assert not row.seen.isVisible()
    assert disease.desk.changes.prognosis.swept


def test_the_stage_is_live_and_what_can_not_be_is_refused(qtbot, window: Window, disease) -> None:
    click(qtbot, disease.sections[Section.STAGE])
    form = disease.staging
    assert window.stage.isVisible()
    click(qtbot, next(iter(form.sites.values())))
    for letter, text in (("t", "pTis"), ("n", "N1"), ("m", "M0")):
        field = form.fields[letter].lineEdit()
        field.selectAll()
        qtbot.keyClicks(field, text)
    qtbot.waitUntil(form.refusal.isVisible, timeout=WAIT_MS)
    form.fields["t"].lineEdit().selectAll()
    qtbot.keyClicks(form.fields["t"].lineEdit(), "pT2")
    qtbot.waitUntil(lambda: form.group.text() == "Stage IIB", timeout=WAIT_MS)
    assert not form.refusal.isVisible()


def test_lesions_from_a_table_and_typed(qtbot, window: Window, disease, tmp_path: Path) -> None:
    click(qtbot, disease.sections[Section.COURSE])
    board, courses = window.board.course, disease.desk.courses
    (tmp_path / "lesions.csv").write_text(LESIONS, encoding="utf-8")
    courses.open(tmp_path / "lesions.csv")
    qtbot.waitUntil(board.table.isVisible, timeout=WAIT_MS)
    calm(qtbot, disease)

    def said() -> str:
        return " ".join(label.text() for label in visible(board, QLabel))

    qtbot.waitUntil(lambda: "PR, partial response" in said(), timeout=WAIT_MS)
    assert "PD, progressive disease" in said()
    click(qtbot, disease.course.type_instead)
    qtbot.waitUntil(lambda: not board.table.isVisible(), timeout=WAIT_MS)
    grid = board.grid
    qtbot.keyClicks(grid.names[0], "A")
    qtbot.keyClicks(grid.organs[0], "lung")
    grid.days[1].setText("")
    qtbot.keyClicks(grid.days[1], "60")
    qtbot.keyClicks(grid.cells[0, 0].lineEdit(), "40")
    qtbot.keyClicks(grid.cells[0, 1].lineEdit(), "gone")
    qtbot.waitUntil(board.table.isVisible, timeout=WAIT_MS)
    assert courses.result.responses.judged[0].best.value == "CR"


def test_a_size_is_typed_and_forecast(qtbot, window: Window, disease) -> None:
    click(qtbot, disease.sections[Section.COURSE])
    click(qtbot, disease.course.kinds[Followed.SIZE])
    visits = (("0", "42"), ("58", "35.5"), ("121", "31"))
    for day, value, typed in zip(disease.course.days, disease.course.values, visits, strict=True):
        qtbot.keyClicks(day, typed[0])
        qtbot.keyClicks(value, typed[1])
    plot = window.board.course.plot
    qtbot.waitUntil(plot.isVisible, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: len(plot.outlook.course) == 3, timeout=WAIT_MS)
    assert "No change: 31" in plot.accessibleName()


def test_a_table_that_is_none_is_told_and_what_was_there_stays(
    qtbot, window: Window, disease, tmp_path: Path
) -> None:
    click(qtbot, disease.sections[Section.COURSE])
    board, courses = window.board.course, disease.desk.courses
    courses.open(tmp_path / "none.csv")
    qtbot.waitUntil(board.not_read.isVisible, timeout=WAIT_MS)
    assert "none.csv" in board.not_read.text()
    assert "Nothing was changed" in board.not_read.text()
    (tmp_path / "lesions.csv").write_text(LESIONS, encoding="utf-8")
    courses.open(tmp_path / "lesions.csv")
    qtbot.waitUntil(board.table.isVisible, timeout=WAIT_MS)
    assert not board.not_read.isVisible()
    calm(qtbot, disease)
    for name, content in (
        ("photo.csv", b"\x00\x01"), ("sizes.csv", b"id,day,value\np,0,1\n"), ("empty.csv", b""),
    ):  # fmt: skip
        (tmp_path / name).write_bytes(content)
        courses.open(tmp_path / name)
        qtbot.waitUntil(lambda name=name: name in board.not_read.text(), timeout=WAIT_MS)
        assert "What was here stays" in board.not_read.text()
        assert board.table.isVisible()
        assert disease.desk.notes.course.source.name == "lesions.csv"
    assert courses.for_report(disease.desk.notes)[0]


def test_reading_a_long_table_shows_how_far_it_is_and_stops(
    qtbot, window: Window, disease, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    click(qtbot, disease.sections[Section.COURSE])
    click(qtbot, disease.course.kinds[Followed.SIZE])
    board, courses = window.board.course, disease.desk.courses
    rows = "".join(f"p{at},{day},20\n" for at in range(3000) for day in (0, 56, 112))
    (tmp_path / "long.csv").write_text("id,day,value\n" + rows, encoding="utf-8")
    slow = threading.Event()
    true_watch = Reading.watch

    def watch(self: Reading, share: float) -> None:
        true_watch(self, share)
        slow.wait(2)

    monkeypatch.setattr(Reading, "watch", watch)
    courses.open(tmp_path / "long.csv")
    reading = courses.reading
    qtbot.waitUntil(board.reading.isVisible, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: "%" in board.reading._words.text(), timeout=WAIT_MS)
    assert 0 < reading.share < 1
    click(qtbot, board.reading.stop)
    assert not board.reading.isVisible()
    assert "long.csv was stopped" in board.not_read.text()
    slow.set()
    qtbot.wait(200)
    assert disease.desk.notes.course.source is None
    courses.open(tmp_path / "long.csv")
    calm(qtbot, disease)
    assert disease.desk.notes.course.patient == "p0"
    assert len(disease.desk.notes.course.patients) == 3000


def test_a_table_goes_to_the_patient_it_was_opened_for(
    qtbot, window: Window, disease, tmp_path: Path
) -> None:
    """Another slide may be in front by the time a table has been read."""
    click(qtbot, disease.sections[Section.COURSE])
    courses, asked = disease.desk.courses, disease.desk.notes
    (tmp_path / "lesions.csv").write_text(LESIONS, encoding="utf-8")
    courses.open(tmp_path / "lesions.csv")
    other = DiseaseNotes(section=Section.COURSE)
    courses.show(other)
    qtbot.waitUntil(lambda: courses.reading is None, timeout=WAIT_MS)
    assert other.course.table is None
    assert asked.course.table is not None
    courses.show(asked)


def test_a_row_with_too_many_cells_says_its_line_and_counts_for_nothing(
    qtbot, window: Window, disease, tmp_path: Path
) -> None:
    """A decimal comma between commas moves the cells: 30,5 must not be read as 30."""
    click(qtbot, disease.sections[Section.COURSE])
    click(qtbot, disease.course.kinds[Followed.SIZE])
    table = "id,day,value\nother,0,9\np,0,42\np,58,30,5\np,121,31\np,180,29\n"
    (tmp_path / "sizes.csv").write_text(table, encoding="utf-8")
    board, courses = window.board.course, disease.desk.courses
    courses.open(tmp_path / "sizes.csv")
    calm(qtbot, disease)
    courses.choose("p")
    calm(qtbot, disease)
    assert list(courses.result.outlooks.outlooks[0].course.values) == [42, 31, 29]
    assert "Line 4" in board._flaws.text()


def test_what_a_slide_measured_stays_marked_among_the_visits(
    qtbot, window: Window, disease, monkeypatch: pytest.MonkeyPatch
) -> None:
    says = Remark("offer.size", {"mm": 14.0, "low": 9.0, "high": 21.0, "area": 80.0, "patch": 200})
    offer = Offer("lesion-mm", 14.0, 9.0, 21.0, "mm", says)
    offered = {"lesion-mm": offer}
    monkeypatch.setattr(disease.desk, "offer_for", offered.get)
    click(qtbot, disease.sections[Section.COURSE])
    click(qtbot, disease.course.kinds[Followed.SIZE])
    form, courses = disease.course, disease.desk.courses
    for at, (day, value) in enumerate((("0", "42"), ("58", "35.5"))):
        qtbot.keyClicks(form.days[at], day)
        qtbot.keyClicks(form.values[at], value)
    click(qtbot, form.seen.use)
    assert not form.seen.isVisible()
    qtbot.keyClicks(form.days[2], "121")
    calm(qtbot, disease)
    assert courses.result.outlooks.outlooks[0].course.seen == (121.0,)
    assert "AI-derived, confirmed by a person" in window.board.course.summary.text()
    form.values[2].selectAll()
    qtbot.keyClicks(form.values[2], "20")
    calm(qtbot, disease)
    assert courses.result.outlooks.outlooks[0].course.seen == ()


def test_the_report_holds_the_disease(qtbot, window: Window, drawn: Path, tmp_path: Path) -> None:
    workplace = window.workplace
    with workplace.reader.open(drawn) as slide:
        examples = Examples(drawn, slide, workplace.reader.thumbnail(slide, 400))
        workplace.models = MODELS
        examination = examples.done(Status.PRESENT)
        workplace.examinations, workplace.current = [examination], examination
        workplace.switched.emit()
        window.inspector.turn_to(Page.DISEASE)
        page = window.inspector.disease
        choose(page, 1)
        fill(qtbot, page)
        page.desk.settle()
        report = examination.report_for_saving()
        assert report.disease is not None
        (what_if,) = report.disease.what_ifs
        assert what_if.prognosis.model.key == "predict-breast"
        files = save_report(report, tmp_path / "out", "en")
        json.loads(next(f for f in files if f.name == "report.json").read_text(encoding="utf-8"))
        click(qtbot, window.board.prognosis.in_report)
        page.desk.settle()
        assert examination.report_for_saving().disease is None
        workplace.examinations, workplace.current = [], None
        workplace.switched.emit()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_names_keyboard_and_room_in_the_smallest_window(qtbot, make, language: str) -> None:
    window = make(language, (1180, 720))
    window.inspector.turn_to(Page.DISEASE)
    page = window.inspector.disease
    for section in Section:
        page.desk.turn_to(section)
        choose(page, 1)
        if section is Section.PROGNOSIS:
            fill(qtbot, page)
            page.desk.give(frozenset("rhcb"))
        qtbot.wait(150)
        controls = [w for w in visible(window, CONTROLS) if not isinstance(w, QScrollBar)]
        assert not [type(w).__name__ for w in controls if not w.accessibleName()], section
        assert all(w.focusPolicy() & Qt.FocusPolicy.TabFocus for w in controls), section
        calm(qtbot, page)
        qtbot.waitUntil(lambda: not cut_words(window), timeout=WAIT_MS)
        assert window.width() == 1180
    page.desk.turn_to(Section.PROGNOSIS)
    choose(page, 6)
    for key, text in (("age", "61"), ("nodes", "3")):
        write(qtbot, page, key, text)
    click(qtbot, page.prognosis.rows["male"].segments[1.0])
    page.desk.state(page.desk.facts.input("extent"), "3")
    page.desk.give(frozenset({"lev5fu"}))
    qtbot.waitUntil(lambda: page.desk.changes is not None, timeout=WAIT_MS)
    qtbot.wait(150)
    qtbot.waitUntil(lambda: not cut_words(window), timeout=WAIT_MS)
    board = window.board
    assert board.prognosis.width() <= board.width(), "nothing is cut at the right"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_word_of_a_lesion_comes_back(language: str) -> None:
    t = texts(language)
    for state, word in state_words(t).items():
        assert typed_cell(word.upper(), t) == state.value
        assert cell_words(state.value, t) == word
