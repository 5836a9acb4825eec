"""The therapy page: what is stated, asked back, refused; options with their trail; trials."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from bedside_dx.app.planning import make_plan
from bedside_dx.app.sharing import save_report
from bedside_dx.core.case import Case, Patient
from bedside_dx.core.therapy import Authority
from bedside_dx.core.trials import Fit
from bedside_dx.core.verdict import Status
from bedside_dx.report.document import read_document
from bedside_dx.ui.inspector_page import Page
from bedside_dx.ui.therapy.notes import Section
from bedside_dx.ui.therapy.page import TherapyPage
from bedside_dx.ui.window import Window
from tests.ui.conftest import WAIT_MS
from tests.ui.examples import MODELS, Examples
from tests.unit.report.therapies import DRAFT

# A list of completions can't be raised offscreen.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

EXPORT = Path(__file__).resolve().parents[1] / "unit" / "therapy" / "trials" / "export.json"


@pytest.fixture
def therapy(qtbot, window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TherapyPage:
    """The page, turned to by its key, with its packs read."""
    monkeypatch.setenv("BEDSIDE_DX_TRIALS", str(tmp_path / "trials"))
    monkeypatch.setenv("BEDSIDE_DX_KNOWLEDGE", str(tmp_path / "knowledge"))
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window, timeout=WAIT_MS)
    qtbot.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    assert window.inspector.page is Page.THERAPY
    page = window.inspector.therapy
    calm(qtbot, page)
    return page


def calm(qtbot, page: TherapyPage) -> None:
    """Wait until all that was stated has been worked out."""
    qtbot.waitUntil(lambda: page.desk.is_calm, timeout=WAIT_MS)


def state(qtbot, page: TherapyPage, tumour: str, *found: str) -> None:
    """Type a tumour and findings, keys only."""
    field = page.findings.tumour
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, tumour)
    if (completer := field.completer()) is not None:
        completer.popup().hide()
    qtbot.keyClick(field, Qt.Key.Key_Return)
    for one in found:
        qtbot.keyClicks(page.findings.found.field, one)
        qtbot.keyClick(page.findings.found.field, Qt.Key.Key_Return)
    calm(qtbot, page)
    QApplication.processEvents()


def test_nothing_is_chosen_for_anyone(window: Window, therapy: TherapyPage) -> None:
    assert therapy.desk.answer is None
    assert not window.therapy_board.options.cards
    assert window.therapy_board.options.notice.isVisible()


def test_a_card_says_why_there_is_no_approval(qtbot, window: Window, therapy: TherapyPage) -> None:
    state(qtbot, therapy, "LUAD", "EGFR L858R", "PD-L1 TPS 60")
    cards = {one.option.therapy: one for one in window.therapy_board.options.cards}
    assert "outside its approval" in cards["Pembrolizumab"]._sure.text()
    assert "EGFR wild type" in cards["Pembrolizumab"]._against.text()


def test_a_card_says_that_an_approval_is_for_later_lines(
    qtbot, window: Window, therapy: TherapyPage
) -> None:
    state(qtbot, therapy, "PRAD", "BRCA2 mutation")
    cards = {one.option.therapy: one for one in window.therapy_board.options.cards}
    assert "later lines only" in cards["Olaparib"]._against.text()
    assert not cards["Enzalutamide"]._against.text()


def test_options_come_with_why_and_their_trail_opens_in_place(
    qtbot, window: Window, therapy: TherapyPage
) -> None:
    state(qtbot, therapy, "NSCLC", "EGFR T790M")
    board = window.therapy_board.options
    first = board.cards[0]
    assert first.option.therapy == "Osimertinib"
    assert first.option.approval == (Authority.EMA, Authority.FDA)
    assert not first.trail.isVisible()
    qtbot.waitUntil(first.fold.isVisible, timeout=WAIT_MS)
    qtbot.keyClick(first.fold, Qt.Key.Key_Space)
    assert first.trail.isVisible()
    assert "PMID" in first.trail.text()
    assert board.first.has_rows


def test_a_trail_stays_open_while_something_is_added(
    qtbot, window: Window, therapy: TherapyPage
) -> None:
    state(qtbot, therapy, "NSCLC", "EGFR T790M")
    window.therapy_board.options.cards[0].fold.click()
    therapy.desk.add("ALK", is_found=False)
    calm(qtbot, therapy)
    trail = window.therapy_board.options.cards[0].trail
    qtbot.waitUntil(trail.isVisible, timeout=WAIT_MS)


def test_what_is_excluded_is_counted_and_says_why(
    qtbot, window: Window, therapy: TherapyPage
) -> None:
    state(qtbot, therapy, "COADREAD", "KRAS G12D")
    board = window.therapy_board.options
    assert board.excluded.has_rows
    assert not board.excluded.isVisible()
    board.fold.click()
    assert board.excluded.isVisible()
    assert "Cetuximab" not in {card.option.therapy for card in board.cards}


def test_filters_hide_and_count(qtbot, window: Window, therapy: TherapyPage) -> None:
    state(qtbot, therapy, "MEL", "BRAF V600E")
    board = window.therapy_board.options
    every = len(board.cards)
    board.approved.click()
    shown = [card.option for card in board.cards]
    assert 0 < len(shown) < every
    assert all(one.approval for one in shown)
    assert str(every - len(shown)) in board._count.text()


def test_an_unknown_name_is_never_no_option(qtbot, window: Window, therapy: TherapyPage) -> None:
    state(qtbot, therapy, "lung adenocarcinom", "EGFR Q1Z")
    assert therapy.findings.unknown.isVisible()
    assert not window.therapy_board.options.cards
    near = next(one for one in therapy.findings.unknown.names if "(LUAD)" in one.text())
    near.click()
    calm(qtbot, therapy)
    assert therapy.desk.answer is not None
    assert therapy.desk.answer.tumour == "LUAD"
    assert [one.written for one in therapy.desk.answer.unknown] == ["EGFR Q1Z"]


def test_contradictory_findings_are_refused_and_can_be_taken_back(
    qtbot, window: Window, therapy: TherapyPage
) -> None:
    state(qtbot, therapy, "NSCLC", "EGFR T790M", "EGFR wild type")
    assert therapy.findings.refusal.isVisible()
    assert not window.therapy_board.options.cards
    therapy.findings.found.buttons[1].click()
    calm(qtbot, therapy)
    assert not therapy.findings.refusal.isVisible()
    assert window.therapy_board.options.cards


def test_what_a_model_saw_is_only_offered(
    qtbot, window: Window, therapy: TherapyPage, drawn: Path
) -> None:
    workplace = window.workplace
    slide = workplace.reader.open(drawn)
    thumbnail = workplace.reader.thumbnail(slide, 400)
    examination = Examples(drawn, slide, thumbnail).done(Status.PRESENT)
    workplace.examinations, workplace.current = [examination], examination
    workplace.switched.emit()
    calm(qtbot, therapy)
    assert therapy.desk.answer is None
    assert therapy.findings.seen.isVisible()
    therapy.findings.seen.use.click()
    calm(qtbot, therapy)
    assert therapy.desk.answer is not None
    assert therapy.desk.answer.tumour == "COADREAD"
    assert not therapy.findings.seen.isVisible()
    workplace.examinations, workplace.current = [], None
    slide.close()


def test_trials_are_kept_sorted_and_never_hidden(
    qtbot, window: Window, therapy: TherapyPage
) -> None:
    state(qtbot, therapy, "NSCLC", "EGFR T790M")
    therapy.sections[Section.TRIALS].click()
    desk = therapy.trials_desk
    assert window.therapy_board.trials.notice.isVisible()
    desk.bring(EXPORT, window.look.t)
    qtbot.waitUntil(lambda: desk.found is not None, timeout=WAIT_MS)
    assert desk.found is not None
    cards = window.therapy_board.trials.cards
    assert len(cards) == len(desk.found.matches)
    before = sum(len(card.match.of(Fit.UNKNOWN)) for card in cards)
    therapy.trials.ecog[1].click()
    therapy.trials.prior[1].click()
    qtbot.waitUntil(
        lambda: (
            sum(len(c.match.of(Fit.UNKNOWN)) for c in window.therapy_board.trials.cards) < before
        ),
        timeout=WAIT_MS,
    )
    assert len(window.therapy_board.trials.cards) == len(cards)


def test_a_file_that_holds_no_trials_is_refused_and_the_kept_ones_stay(
    qtbot, window: Window, therapy: TherapyPage, tmp_path: Path
) -> None:
    desk = therapy.trials_desk
    desk.bring(EXPORT, window.look.t)
    qtbot.waitUntil(lambda: desk.found is not None, timeout=WAIT_MS)
    broken = tmp_path / "broken.json"
    broken.write_text('{"studies": 3}', encoding="utf-8")
    therapy.sections[Section.TRIALS].click()
    desk.bring(broken, window.look.t)
    qtbot.waitUntil(lambda: desk.error is not None, timeout=WAIT_MS)
    assert therapy.trials.refusal.isVisible()
    assert window.therapy_board.trials.cards


@pytest.mark.parametrize("language", ["en", "fr"])
def test_tabs_have_room_for_their_words(qtbot, window: Window, language: str) -> None:
    window.look.use_language(language)
    tabs = window.inspector.tabs
    qtbot.waitUntil(
        lambda: all(tab.width() >= tab.sizeHint().width() for tab in tabs), timeout=WAIT_MS
    )


def test_the_report_holds_the_options_and_the_plan(
    qtbot, window: Window, therapy: TherapyPage, drawn: Path, tmp_path: Path
) -> None:
    workplace = window.workplace
    with workplace.reader.open(drawn) as slide:
        examples = Examples(drawn, slide, workplace.reader.thumbnail(slide, 400))
        workplace.models = MODELS
        examination = examples.done(Status.PRESENT)
        examination.case = Case()
        workplace.examinations, workplace.current = [examination], examination
        workplace.switched.emit()
        state(qtbot, therapy, "LUAD", "EGFR T790M")
        make_plan(DRAFT, tmp_path / "plan.json", "Dr A", "tumour board")
        therapy.plan_desk.open(tmp_path / "plan.json")
        qtbot.waitUntil(lambda: therapy.plan_desk.is_calm, timeout=WAIT_MS)
        therapy.settle()
        report = examination.report_for_saving()
        assert report is not None
        assert report.therapy is not None
        assert report.therapy.options is not None
        assert report.therapy.options.options[0].therapy == "Osimertinib"
        assert report.therapy.plan is not None
        files = save_report(report, tmp_path / "out", "fr")
        read_document(next(f for f in files if f.name == "report.json"))
        examination.case = Case(Patient(identifier="another"))
        therapy.settle()
        report = examination.report_for_saving()
        assert report is not None
        assert report.therapy is not None
        assert report.therapy.plan is None
        window.inspector.turn_to(Page.REPORT)
        window.inspector.report.refresh()
        assert window.inspector.report.left_out.isVisible(), "and it is said"
        workplace.examinations, workplace.current = [], None
        workplace.switched.emit()
