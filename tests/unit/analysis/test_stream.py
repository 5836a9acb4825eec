"""Reading and classifying side by side, with a real engine and a tiny model."""

import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tiny_model
from array_slide import ArraySlide
from numpy.typing import NDArray

from bedside_dx.analysis.patches import PatchPlan, lay_grid
from bedside_dx.analysis.stream import STINT, stream_findings
from bedside_dx.core.cancel import Cancel, CancelledByUser
from bedside_dx.core.errors import InferenceError
from bedside_dx.core.events import Event, FindingsGrew, StageProgress
from bedside_dx.core.geometry import RegionPx
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.ports import Seen
from bedside_dx.core.results import Image
from bedside_dx.core.verdict import Status
from bedside_dx.models.package import read_package
from bedside_dx.models.session import LoadedModel, load

SIDE = tiny_model.SIDE
RED, BLUE = 0, 2


@pytest.fixture
def model(tmp_path: Path) -> LoadedModel:
    return load(read_package(tiny_model.write(tmp_path / "tiny")))


def coloured(classes: NDArray[np.integer]) -> Image:
    """A slide whose cells have a class's colour, with enough grain to be in focus."""
    pixels = (np.eye(3)[classes] * 235).repeat(SIDE, 0).repeat(SIDE, 1)
    grain = np.random.default_rng(0).integers(0, 20, pixels.shape[:2])
    return (pixels + grain[..., None]).astype(np.uint8)


def plan_of(slide: ArraySlide) -> PatchPlan:
    grid = lay_grid(slide.size, SIDE)
    down, across = np.indices((grid.rows, grid.columns))
    cells = np.stack([across.ravel(), down.ravel()], 1).astype(np.int32)
    count = len(cells)
    return PatchPlan(grid, cells, np.ones(count, np.float32), np.zeros(count, np.uint8), 0.001)


def silent(event: Event) -> None:
    del event


@pytest.mark.parametrize("threads", [1, 3])
def test_every_patch_gets_its_own_result(model: LoadedModel, threads: int) -> None:
    classes = np.random.default_rng(1).integers(0, 3, (11, 9))
    slide = ArraySlide(coloured(classes))
    found = stream_findings(
        slide, plan_of(slide), model, threads=threads, emit=silent, cancel=Cancel()
    )
    assert found.analysed.all()
    np.testing.assert_array_equal(found.probabilities.argmax(1), classes.ravel())


def test_what_cannot_be_read_is_unreadable_and_never_background(model: LoadedModel) -> None:
    classes = np.full((6, 6), BLUE)
    slide = ArraySlide(coloured(classes), broken=lambda region: region.y >= 3 * SIDE)
    found = stream_findings(slide, plan_of(slide), model, threads=2, emit=silent, cancel=Cancel())
    rows = found.cells[:, 1]
    np.testing.assert_array_equal(found.state == PatchState.UNREADABLE, rows >= 3)
    assert np.isnan(found.probabilities[rows >= 3]).all()
    assert found.analysed[rows < 3].all()


def test_blurred_patches_are_left_out(model: LoadedModel) -> None:
    pixels = coloured(np.full((4, 4), BLUE))
    ramp = np.linspace(0, 200, SIDE)[None, :, None]
    pixels[:SIDE, :SIDE] = (255 * np.eye(3)[BLUE] * 0.2 + ramp).astype(np.uint8)
    slide = ArraySlide(pixels)
    found = stream_findings(slide, plan_of(slide), model, threads=1, emit=silent, cancel=Cancel())
    assert found.state[0] == PatchState.BLURRED
    assert found.analysed[1:].all()


class SlowSlide(ArraySlide):
    """Takes its time, as a slide on a network drive does."""

    def read(self, region: RegionPx, size: object) -> Image:
        time.sleep(0.005)
        return super().read(region, size)  # type: ignore[arg-type]


def test_events_grow_and_are_not_too_many(model: LoadedModel) -> None:
    slide = SlowSlide(coloured(np.full((20, 16), BLUE)))
    events: list[Event] = []
    start = time.monotonic()
    stream_findings(slide, plan_of(slide), model, threads=2, emit=events.append, cancel=Cancel())
    lasted = time.monotonic() - start
    progress = [e.done for e in events if isinstance(e, StageProgress)]
    grown = [e for e in events if isinstance(e, FindingsGrew)]
    assert progress == sorted(progress)
    assert progress[-1] == 320
    assert 2 <= len(grown) <= lasted / 0.25 + 2
    assert all(not e.so_far.is_final for e in grown)
    counts = [int(e.findings.analysed.sum()) for e in grown]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1] < 320, "a snapshot must not change afterwards"
    assert all(e.so_far.status is Status.CANNOT_SAY for e in grown), "not seen is said at the end"


def test_cancel_is_quick_and_the_model_stays_usable(model: LoadedModel) -> None:
    slide = SlowSlide(coloured(np.full((40, 40), RED)))
    plan, cancel, asked = plan_of(slide), Cancel(), threading.Event()
    stopped: list[float] = []

    def stop() -> None:
        asked.wait()
        stopped.append(time.monotonic())
        cancel.cancel()

    watcher = threading.Thread(target=stop)
    watcher.start()
    with pytest.raises(CancelledByUser):
        stream_findings(slide, plan, model, threads=2, emit=lambda _: asked.set(), cancel=cancel)
    assert time.monotonic() - stopped[0] < 0.5
    watcher.join()
    small = ArraySlide(coloured(np.full((3, 3), RED)))
    again = stream_findings(small, plan_of(small), model, threads=2, emit=silent, cancel=Cancel())
    assert again.analysed.all()


def test_a_failing_model_ends_the_job(tmp_path: Path) -> None:
    package = tiny_model.write(tmp_path / "broken", graph=tiny_model.graph(tail="nan"))
    slide = ArraySlide(coloured(np.full((30, 30), RED)))
    with pytest.raises(InferenceError, match="not-finite"):
        stream_findings(
            slide,
            plan_of(slide),
            load(read_package(package)),
            threads=3,
            emit=silent,
            cancel=Cancel(),
        )


def test_artefacts_are_not_even_read(model: LoadedModel) -> None:
    slide = ArraySlide(coloured(np.full((4, 4), RED)), broken=lambda region: region.y == 0)
    plan = plan_of(slide)
    state = np.where(plan.cells[:, 1] == 0, PatchState.ARTEFACT, PatchState.PENDING)
    found = stream_findings(
        slide,
        replace(plan, state=state.astype(np.uint8)),
        model,
        threads=2,
        emit=silent,
        cancel=Cancel(),
    )
    np.testing.assert_array_equal(found.state == PatchState.ARTEFACT, plan.cells[:, 1] == 0)
    assert not (found.state == PatchState.UNREADABLE).any()


class Watched:
    """A model whose calls are counted, as if it ran at a precision."""

    def __init__(self, model: LoadedModel, precision: str) -> None:
        self._model = model
        self.pace = replace(model.pace, precision=precision, batch=4)
        self.card = model.card
        self.calls: list[int] = []

    def classify(self, patches: NDArray[np.uint8], cancel: Cancel) -> Seen:
        self.calls.append(len(patches))
        return self._model.classify(patches, cancel)


@pytest.mark.parametrize(("precision", "most"), [("fp32", 4), ("int8", STINT)])
def test_second_looks_of_many_patches_go_together(
    model: LoadedModel, precision: str, most: int
) -> None:
    classes = np.random.default_rng(1).integers(0, 3, (20, 20))
    slide, watched = ArraySlide(coloured(classes)), Watched(model, precision)
    found = stream_findings(slide, plan_of(slide), watched, threads=1, emit=silent, cancel=Cancel())
    np.testing.assert_array_equal(found.probabilities.argmax(1), classes.ravel())
    calls = watched.calls
    assert sum(calls) == 400
    assert max(calls) == most
    assert calls[0] == 4, "the first ones come soon"
    assert calls[-1] <= 4, "and nobody waits for the last"


def test_it_rests_within_what_a_worker_has_taken(model: LoadedModel) -> None:
    cancel, times = Cancel(), list[float]()

    class Counted(ArraySlide):
        def read(self, region: RegionPx, size: object) -> Image:
            times.append(time.monotonic())
            if len(times) == 40:
                cancel.rest(0.3)
            return super().read(region, size)  # type: ignore[arg-type]

    slide = Counted(coloured(np.full((10, 12), BLUE)))
    stream_findings(
        slide, plan_of(slide), Watched(model, "int8"), threads=1, emit=silent, cancel=cancel
    )
    gaps = np.diff(times)
    assert gaps.argmax() == 39
    assert gaps.max() >= 0.29
