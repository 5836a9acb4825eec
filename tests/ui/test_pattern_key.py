"""The key to the patterns: it leads there, folds away, and stays folded."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from bedside_dx.core.patch_state import PatchState
from bedside_dx.ui.look import Look
from bedside_dx.ui.pattern_key import PatternKey
from tests.unit.report.reports import findings_on


@pytest.fixture
def holder(qtbot) -> QWidget:
    """What the keys of a test lie on, as on the viewer."""
    holder = QWidget()
    qtbot.addWidget(holder)
    holder.setMinimumSize(500, 400)
    QVBoxLayout(holder)
    holder.show()
    qtbot.waitExposed(holder)
    return holder


@pytest.fixture
def findings():
    made = findings_on(np.full((300, 300, 3), (200, 120, 160), np.uint8), 40)
    state = np.full_like(made.state, PatchState.ANALYSED)
    state[: len(state) // 4] = PatchState.INK
    return replace(made, state=state, unfamiliarity=np.zeros_like(made.unfamiliarity))


def open_key(holder: QWidget, findings) -> PatternKey:
    key = PatternKey(Look("en"))
    holder.layout().addWidget(key)
    key.show_findings(findings)
    return key


def test_it_folds_to_a_line_and_stays_so(holder, findings) -> None:
    key = open_key(holder, findings)
    assert [row.isVisible() for row in key.rows].count(True) == 1
    tall = key.sizeHint().height()
    key.head.click()
    assert not any(row.isVisible() for row in key.rows)
    assert key.isVisible()
    assert key.sizeHint().height() < tall
    assert key.head.text().endswith("% of the tissue")
    again = open_key(holder, findings)
    assert not any(row.isVisible() for row in again.rows), "another window remembers"
    again.head.click()
    assert any(row.isVisible() for row in open_key(holder, findings).rows)


def test_a_pattern_leads_to_where_most_of_it_lies(qtbot, holder, findings) -> None:
    key = open_key(holder, findings)
    with qtbot.waitSignal(key.place_chosen) as chosen:
        key.rows[0].click()
    inked = findings.cells[findings.state == PatchState.INK]
    assert chosen.args[0] in [findings.grid.region(*cell.tolist()) for cell in inked]


def test_it_hides_where_nothing_was_left_out(holder, findings) -> None:
    key = open_key(holder, findings)
    key.show_findings(replace(findings, state=np.full_like(findings.state, PatchState.ANALYSED)))
    assert key.isHidden()
