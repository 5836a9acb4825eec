"""What is seen before the plan is there is seen once, and changes nothing."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace

import numpy as np
import pytest

from bedside_dx.analysis.first_look import look_first, scores_for
from bedside_dx.analysis.quality import assess_quality
from bedside_dx.analysis.stream import stream_findings
from bedside_dx.app import preparing
from bedside_dx.app.preparing import Prepared, prepare
from bedside_dx.core.cancel import Cancel, CancelledByUser
from bedside_dx.core.events import Event, FindingsGrew
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.ports import Classifier
from bedside_dx.core.results import Findings
from bedside_dx.core.settings import Settings
from bedside_dx.imaging.slide import Slide, open_slide
from bedside_dx.models.registry import find
from bedside_dx.models.session import load
from bench._speed_pipeline import Counting
from tests.slides import he_like, write_slide


@pytest.fixture(scope="module")
def slide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slide]:
    path = tmp_path_factory.mktemp("slides") / "a.tif"
    pixels = he_like(2000, 1400, seed=3)
    with open_slide(write_slide(path, pixels, um_per_px=0.5), probe=False) as opened:
        yield opened


@pytest.fixture(scope="module")
def model() -> Classifier:
    return load(find("lung-he"))


def prepared(
    slide: Slide,
    model: Classifier,
    monkeypatch: pytest.MonkeyPatch,
    *,
    most: int = 16,
    threads: int = 2,
) -> tuple[Prepared, list[Event]]:
    """Prepare with a plan that waits until something was seen, and what was told meanwhile."""
    events, seen = list[Event](), threading.Event()

    def emit(event: Event) -> None:
        events.append(event)
        seen.set()

    def slowly(*args: object, **more: object) -> object:
        seen.wait(30)
        return assess_quality(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(preparing, "assess_quality", slowly)
    settings = Settings(threads=threads)
    return prepare(slide, model, most=most, settings=settings, emit=emit, cancel=Cancel()), events


def read(slide: Slide, model: Classifier, ready: Prepared) -> Findings:
    return stream_findings(
        slide, ready.plan, model, threads=2, emit=lambda _: None, cancel=Cancel(), known=ready.known
    )


def test_first_findings_come_before_the_plan_and_are_not_read_again(
    slide: Slide, model: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting = Counting(model)
    ready, events = prepared(slide, counting, monkeypatch)
    early = counting.patches
    assert 0 < early <= 16
    grown = [event for event in events if isinstance(event, FindingsGrew)]
    assert grown == events, "nothing but findings is told"
    assert grown[-1].findings.analysed.sum() == early
    assert not any(event.so_far.is_stable or event.so_far.is_final for event in grown)

    found = read(slide, counting, ready)
    left_out = early - sum(len(known.patches) for known in ready.known)
    assert counting.patches == (found.state != PatchState.UNREADABLE).sum() + left_out
    plain = read(slide, model, ready._replace(known=()))
    for name in ("state", "probabilities", "unfamiliarity", "embedding"):
        np.testing.assert_array_equal(getattr(found, name), getattr(plain, name), err_msg=name)


def test_with_one_thread_no_more_is_looked_at_than_the_model_takes_at_a_time(
    slide: Slide, model: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting = Counting(model)
    prepared(slide, counting, monkeypatch, most=64, threads=1)
    assert 0 < counting.patches <= model.pace.batch


def test_what_the_plan_leaves_out_is_dropped(
    slide: Slide, model: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready, events = prepared(slide, model, monkeypatch)
    found = events[-1].findings  # type: ignore[union-attr]
    (known,) = ready.known
    state = ready.plan.state.copy()
    state[known.patches[0]] = PatchState.FOLD
    kept = scores_for(replace(ready.plan, state=state), found)
    np.testing.assert_array_equal(np.sort(kept.patches), np.sort(known.patches[1:]))


def test_a_cancel_ends_the_look(slide: Slide, model: Classifier) -> None:
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(CancelledByUser):
        look_first(
            slide, model, rules=Settings().rules, threads=1, most=8,
            until=Future(), emit=lambda _: None, cancel=cancel,
        )  # fmt: skip


def test_the_look_rests_and_stops_as_it_is_asked(slide: Slide, model: Classifier) -> None:
    counting, cancel = Counting(model), Cancel()
    cancel.rest(60)
    threading.Timer(0.5, cancel.stop_here).start()
    found = look_first(
        slide, counting, rules=Settings().rules, threads=2, most=8,
        until=Future(), emit=lambda _: None, cancel=cancel,
    )  # fmt: skip
    assert counting.patches == 0
    assert found is not None
    assert not found.analysed.any()
