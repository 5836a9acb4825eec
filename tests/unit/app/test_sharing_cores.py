"""A core for the screen."""

import pytest

from bedside_dx.app import sharing_cores
from bedside_dx.app.sharing_cores import beside_a_screen
from bedside_dx.core.settings import Settings


@pytest.mark.parametrize(("cores", "asked", "taken"), [(1, 0, 1), (2, 0, 1), (8, 0, 7), (8, 8, 8)])
def test_one_core_is_left_to_the_screen_unless_threads_are_asked_for(
    cores: int, asked: int, taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing_cores, "usable_cores", lambda: cores)
    assert beside_a_screen(Settings(threads=asked)).threads == taken


@pytest.mark.parametrize(("workers", "taken"), [(0, 7), (4, 4), (8, 7)])
def test_no_more_workers_than_were_measured_to_be_best(
    workers: int, taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing_cores, "usable_cores", lambda: 8)
    assert beside_a_screen(Settings(), workers).threads == taken
    assert beside_a_screen(Settings(threads=6), workers).threads == 6
