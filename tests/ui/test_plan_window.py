"""The plan in the window: from an option to a dose, held back once, named, uncut, and let go."""

import gc
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from bedside_dx.app.advising import options
from bedside_dx.app.dosing import dose
from bedside_dx.core.settings import Settings
from bedside_dx.ui.application import make_window
from bedside_dx.ui.inspector_page import Page
from bedside_dx.ui.look import Look
from bedside_dx.ui.therapy.notes import Section
from bedside_dx.ui.therapy.plan_notes import RECORD
from bedside_dx.ui.window import LEAST_SIZE
from tests.ui.conftest import WAIT_MS
from tests.ui.planning import WOMAN, Desk, compose, shown
from tests.ui.test_window import cut_words


@pytest.fixture(params=["en", "fr"])
def both(qtbot, request, tmp_path: Path):
    yield from shown(qtbot, request.param, tmp_path)


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
