"""An analysis rests while the slide is moved, and is never kept from working by that."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QObject

from bedside_dx.ui import news
from bedside_dx.ui.news import News
from bedside_dx.ui.resting import MOST_S, REST_S, RestBudget
from tests.ui.conftest import WAIT_MS

BEAT_S = 0.066


def rests(moves: list[tuple[float, float]], beat_s: float = BEAT_S) -> list[bool]:
    """Whether the analysis rests, for each hundredth of a second of bursts and pauses, s."""
    budget, now, until, asked = RestBudget(), 1000.0, 0.0, 0.0
    resting: list[bool] = []
    for burst, pause in moves:
        for is_moving, length in ((True, burst), (False, pause)):
            for _ in range(round(length * 100)):
                if now >= asked + beat_s:
                    asked = now
                    if seconds := budget.grant(now, is_moving=is_moving):
                        until = now + seconds
                resting.append(now < until)
                now += 0.01
    return resting


def test_it_rests_all_through_a_short_motion_and_soon_works_after_it() -> None:
    resting = rests([(3.0, 5.0)])
    assert all(resting[10:300])
    assert not any(resting[round(300 + 100 * REST_S) + 1 :])


def test_it_works_beside_a_motion_that_does_not_end_as_long_as_it_has_rested() -> None:
    resting = rests([(60.0, 0.0)])
    assert not any(resting[round(100 * MOST_S) : round(200 * MOST_S) - 50])
    assert sum(resting) / len(resting) == pytest.approx(0.5, abs=0.06)


def test_short_pauses_start_nothing_anew() -> None:
    resting = rests([(1.0, 0.3)] * 60)
    assert sum(resting) / len(resting) < 0.6


@given(
    st.lists(st.tuples(st.floats(0, 9), st.floats(0, 4)), max_size=12),
    st.sampled_from((0.02, BEAT_S, 0.15, 0.5)),
)
def test_it_never_rests_longer_than_it_has_worked_but_for_the_first(
    moves: list[tuple[float, float]], beat_s: float
) -> None:
    resting = rests(moves, beat_s)
    lead = least = 0.0
    for rest in resting:
        lead += 0.01 if rest else -0.01
        least = min(least, lead)
        assert lead - least <= MOST_S + 0.2, "over any time"


def test_the_map_and_its_words_are_told_in_turn(qtbot) -> None:
    told: list[str] = []
    here = QObject()
    teller = News(here)
    teller.grew.connect(lambda: told.append("grew"))
    teller.changed.connect(lambda: told.append("changed"))
    teller.note(has_grown=True)
    teller.begin(rest=lambda _seconds: None)
    qtbot.waitUntil(lambda: len(told) == 2, timeout=WAIT_MS)
    teller.end()
    assert told == ["grew", "changed"]


def test_it_is_asked_to_rest_while_the_slide_moves(qtbot, monkeypatch: pytest.MonkeyPatch) -> None:
    clock, asked, told = [100.0], [], []
    monkeypatch.setattr(news, "monotonic", lambda: clock[0])
    here = QObject()
    teller = News(here)
    teller.changed.connect(lambda: told.append(clock[0]))
    teller.is_moving = lambda: True
    teller.begin(rest=asked.append)
    for _ in range(4):
        teller.note()
        clock[0] += 0.3
        before = len(asked)
        qtbot.waitUntil(lambda before=before: len(asked) > before, timeout=WAIT_MS)
    teller.end()
    assert set(asked) == {REST_S}
    assert len(told) == 2, "every other one waits"
