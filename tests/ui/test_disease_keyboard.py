"""The disease page without a mouse: everything is reached, in order, in sight, and can be used."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QScrollArea, QScrollBar, QWidget

from bedside_dx.ui.disease.notes import Followed, Section
from bedside_dx.ui.inspector_page import Page
from bedside_dx.ui.window import Window
from tests.ui.conftest import WAIT_MS
from tests.ui.test_disease_page import WOMAN, calm, fill
from tests.ui.test_window import CONTROLS, visible

MOST_STOPS = 200


def press(qtbot, key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> QWidget:
    qtbot.keyClick(QApplication.focusWidget(), key, modifier)
    QApplication.processEvents()  # rows that were just made are shown
    now = QApplication.focusWidget()
    assert now is not None
    return now


def type_into(qtbot, text: str) -> None:
    qtbot.keyClicks(QApplication.focusWidget(), text)


def tab_to(qtbot, wanted: QWidget, key: Qt.Key = Qt.Key.Key_Tab) -> None:
    for _ in range(MOST_STOPS):
        if press(qtbot, key) is wanted:
            assert not wanted.visibleRegion().isEmpty(), wanted.accessibleName()
            return
    pytest.fail(f"Tab does not come to {wanted.accessibleName()}")


def stops(qtbot, begin: QWidget) -> list[QWidget]:
    """One round of Tab; what has the keyboard must be in sight."""
    begin.setFocus(Qt.FocusReason.TabFocusReason)
    found = [begin]
    while (now := press(qtbot, Qt.Key.Key_Tab)) is not begin:
        assert not now.visibleRegion().isEmpty(), now.accessibleName()
        found.append(now)
        assert len(found) < MOST_STOPS
    return found


def place(widget: QWidget, within: QWidget) -> QPoint:
    return widget.mapTo(within, QPoint(0, 0))


@pytest.mark.parametrize("kind", [Section.STAGE, Section.PROGNOSIS, *Followed])
def test_tab_goes_round_everything_in_the_order_it_is_read(
    qtbot,
    window: Window,
    disease,
    kind: Section | Followed,
) -> None:
    fill(qtbot, disease)
    if isinstance(kind, Followed):
        disease.desk.notes.followed = kind
        disease.desk.turn_to(Section.COURSE)
    else:
        disease.desk.turn_to(kind)
    calm(qtbot, disease)
    qtbot.wait(50)
    for area in (*disease.findChildren(QScrollArea), *window.board.findChildren(QScrollArea)):
        area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    round_trip = stops(qtbot, disease.sections[Section.STAGE])
    parts = [disease, window.board] if disease.needs_room else [disease]
    for part in parts:
        controls = [
            one
            for one in visible(part, CONTROLS)
            if one.isEnabled()
            and not isinstance(one, QScrollBar)
            and not isinstance(one.parentWidget(), QComboBox)
        ]
        missing = [one.accessibleName() for one in controls if one not in round_trip]
        assert missing == []
        mine = [one for one in round_trip if part.isAncestorOf(one)]
        places = [round_trip.index(one) for one in mine]
        assert places[-1] - places[0] + 1 == len(places), "other parts come between"
        for one, other in pairwise(mine):
            holder = one.parentWidget()
            if holder is other.parentWidget() and one.parentWidget().layout() is not None:
                here, there = place(one, holder), place(other, holder)
                # one row after the other: never back up
                assert there.y() > here.y() - other.height() or there.x() > here.x()


def test_a_prognosis_by_keyboard_alone(qtbot, window: Window) -> None:
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window, timeout=WAIT_MS)
    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert window.inspector.page is Page.DISEASE
    page = window.inspector.disease
    page.sections[Section.STAGE].setFocus(Qt.FocusReason.TabFocusReason)
    tab_to(qtbot, page.sections[Section.PROGNOSIS])
    press(qtbot, Qt.Key.Key_Space)
    tab_to(qtbot, page.prognosis.model)
    press(qtbot, Qt.Key.Key_Down)
    assert page.desk.facts is not None
    assert page.desk.facts.key == "predict-breast"
    for key, text in WOMAN.items():
        tab_to(qtbot, page.prognosis.rows[key].field)
        type_into(qtbot, text)
    tab_to(qtbot, page.prognosis.rows["er"].segments[1.0])
    press(qtbot, Qt.Key.Key_Space)
    calm(qtbot, page)
    assert page.desk.changes is not None
    tab_to(qtbot, page.prognosis.rows["size"].field, Qt.Key.Key_Backtab)
    press(qtbot, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    type_into(qtbot, "2.5")
    calm(qtbot, page)
    tab_to(qtbot, page.prognosis.rows["size"].confirm)
    press(qtbot, Qt.Key.Key_Space)
    calm(qtbot, page)
    assert page.desk.changes is not None
    board = window.board.prognosis
    tab_to(qtbot, board.plot)
    press(qtbot, Qt.Key.Key_Right)
    calm(qtbot, page)
    assert page.desk.year == 11
    tab_to(qtbot, board.treatments.toggles["c"])
    press(qtbot, Qt.Key.Key_Space)
    calm(qtbot, page)
    assert page.desk.given == {"c"}


def test_lesions_by_keyboard_alone(qtbot, window: Window, disease) -> None:
    disease.sections[Section.STAGE].setFocus(Qt.FocusReason.TabFocusReason)
    tab_to(qtbot, disease.sections[Section.COURSE])
    press(qtbot, Qt.Key.Key_Space)
    grid = window.board.course.grid
    tab_to(qtbot, grid.days[1])
    type_into(qtbot, "60")
    tab_to(qtbot, grid.names[0])
    type_into(qtbot, "A")
    press(qtbot, Qt.Key.Key_Tab)
    type_into(qtbot, "lung")
    tab_to(qtbot, grid.cells[0, 0])
    type_into(qtbot, "40")
    press(qtbot, Qt.Key.Key_Tab)
    type_into(qtbot, "26")
    calm(qtbot, disease)
    result = disease.desk.courses.result
    assert result is not None
    assert result.responses.judged[0].best.value == "PR"
    tab_to(qtbot, grid.add_lesion)
    press(qtbot, Qt.Key.Key_Space)
    tab_to(qtbot, grid.names[1])


def test_a_stage_by_keyboard_alone(qtbot, window: Window, disease) -> None:
    disease.sections[Section.PROGNOSIS].setFocus(Qt.FocusReason.TabFocusReason)
    tab_to(qtbot, disease.sections[Section.STAGE], Qt.Key.Key_Backtab)
    press(qtbot, Qt.Key.Key_Space)
    form = disease.staging
    site = next(iter(form.sites.values()))
    tab_to(qtbot, site)
    press(qtbot, Qt.Key.Key_Space)
    for letter, text in (("t", "pT2"), ("n", "N1"), ("m", "M0")):
        tab_to(qtbot, form.fields[letter])
        type_into(qtbot, text)
    qtbot.waitUntil(lambda: form.group.text() == "Stage IIB", timeout=WAIT_MS)
