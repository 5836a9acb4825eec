"""The second reader: what it is shown, what is kept, and what its word changes."""

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tiny_model
from array_slide import COLON, ArraySlide, findings
from numpy.typing import NDArray

from bedside_dx.analysis.confidence import conclude
from bedside_dx.analysis.patches import PatchPlan, lay_grid
from bedside_dx.analysis.slide_level import read_as_a_whole
from bedside_dx.analysis.stream import stream_findings
from bedside_dx.core.cancel import Cancel
from bedside_dx.core.events import Event, FindingsGrew
from bedside_dx.core.geometry import RegionPx
from bedside_dx.core.heatmap import is_judged
from bedside_dx.core.model_card import SlideLevel
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.results import Findings
from bedside_dx.core.verdict import Status
from bedside_dx.models.package import read_package
from bedside_dx.models.session import LoadedModel, load
from bedside_dx.text import texts

SIDE = tiny_model.SIDE
RED, BLUE, GREY = 0, 2, 3
NETWORK = SlideLevel(("tumour2",), 0.9, 4, 4, "0" * 64)


@pytest.fixture
def model(tmp_path: Path) -> LoadedModel:
    return load(read_package(tiny_model.write_with_aggregator(tmp_path / "tiny")))


def read(
    model: LoadedModel,
    classes: NDArray[np.integer],
    events: list[Event],
    *,
    broken: int = 99,
    enough: int | None = None,
) -> Findings:
    """Stream a slide whose cells have a class's colour.

    Rows from `broken` on can't be read; after about `enough` patches a person stops reading.
    """
    cancel, reads = Cancel(), itertools.count(1)

    def is_broken(region: RegionPx) -> bool:
        if next(reads) == enough:
            cancel.stop_here()
        return region.y >= broken * SIDE

    colors = np.concatenate([np.eye(3), np.full((1, 3), 0.45)])
    pixels = (colors[classes] * 235).repeat(SIDE, 0).repeat(SIDE, 1)
    grain = np.random.default_rng(0).integers(0, 20, pixels.shape[:2])
    pixels = (pixels + grain[..., None]).astype(np.uint8)
    slide = ArraySlide(pixels, broken=is_broken)
    grid = lay_grid(slide.size, SIDE)
    down, across = np.indices((grid.rows, grid.columns))
    cells = np.stack([across.ravel(), down.ravel()], 1).astype(np.int32)
    count = len(cells)
    plan = PatchPlan(grid, cells, np.ones(count, np.float32), np.zeros(count, np.uint8), 0.001)
    return stream_findings(slide, plan, model, threads=2, emit=events.append, cancel=cancel)


def test_embeddings_are_kept_in_half_precision_and_let_go(model: LoadedModel) -> None:
    classes = np.full((12, 12), BLUE)
    events: list[Event] = []
    found = read(model, classes, events)
    assert found.embedding is not None
    assert found.embedding.dtype == np.float16
    assert found.embedding.shape == (144, 4)
    snapshots = [event.findings for event in events if isinstance(event, FindingsGrew)]
    assert all(snapshot.embedding is None for snapshot in snapshots)
    assert read_as_a_whole(found, model, Cancel()).embedding is None


def test_a_model_without_it_keeps_no_embedding(tmp_path: Path) -> None:
    plain = load(read_package(tiny_model.write(tmp_path / "plain")))
    found = read(plain, np.full((5, 5), BLUE), [])
    assert found.embedding is None
    again = read_as_a_whole(found, plain, Cancel())
    assert again.attention is None
    assert conclude(again).slide_level is None


def test_only_judged_patches_are_shown(model: LoadedModel) -> None:
    classes = np.full((8, 8), BLUE)
    classes[1, 1:3] = RED
    classes[4, 4] = GREY
    found = read_as_a_whole(read(model, classes, [], broken=6), model, Cancel())
    judged = is_judged(found)
    assert (found.state == PatchState.UNREADABLE).any()
    assert (found.analysed & ~judged).any(), "grey is unlike what the model knows"
    assert found.attention is not None
    assert found.attention.dtype == np.float32
    assert (found.attention[~judged] == 0).all()
    assert found.attention.sum() == pytest.approx(1, abs=1e-4)
    assert set(np.argsort(-found.attention)[:2]) == {1 * 8 + 1, 1 * 8 + 2}
    assert found.slide_level is not None
    assert found.slide_level["red"] > 0.9
    assert conclude(found).slide_level == found.slide_level


def test_of_a_part_it_says_where_it_looked_and_no_more(model: LoadedModel) -> None:
    classes = np.full((20, 20), BLUE)
    classes[:, ::5] = RED
    stopped = read(model, classes, [], enough=60)
    unread = stopped.state == PatchState.PENDING
    assert 0 < unread.sum() < 350
    found = read_as_a_whole(stopped, model, Cancel())
    assert found.embedding is None
    assert found.attention is not None
    assert (found.attention[unread] == 0).all()
    assert found.attention.sum() == pytest.approx(1, abs=1e-4)
    assert found.slide_level is None
    diagnosis = conclude(found, is_final=False)
    assert diagnosis.slide_level is None
    assert all(reason.code != "reason.slide-level" for reason in diagnosis.reasons)


@pytest.mark.parametrize(
    "classes", [np.full((1, 3), BLUE), np.full((9, 9), GREY)], ids=["too few", "strange"]
)
def test_it_is_not_asked_where_it_can_not_know(
    model: LoadedModel, classes: NDArray[np.integer]
) -> None:
    found = read_as_a_whole(read(model, classes, []), model, Cancel())
    assert found.embedding is None
    assert found.attention is None
    assert found.slide_level is None


# ---------------------------------------------------------------- what its word changes


def told(probability: float, *, tumour: int = 0, precursor: int = 0) -> Findings:
    """Normal tissue with squares of tumour or precursor, and the second reader's word on it."""
    probabilities = np.random.default_rng(0).dirichlet((20, 1, 1), (20, 20))
    for side, column, at in ((tumour, 2, 2), (precursor, 1, 9)):
        probabilities[at : at + side, at : at + side] = 0.015
        probabilities[at : at + side, at : at + side, column] = 0.97
    attention = np.full(400, 0.5 / 399, np.float32)
    attention[25] = 0.5
    found = findings(probabilities, model=replace(COLON, slide_level=NETWORK))
    return replace(found, attention=attention, slide_level={"tumour2": probability})


def test_a_sure_second_reader_takes_not_seen_away() -> None:
    diagnosis = conclude(told(0.95))
    assert diagnosis.status is Status.CANNOT_SAY
    first = diagnosis.reasons[0]
    assert first.code == "reason.slide-level"
    assert first.region == RegionPx(500, 100, 100, 100), "where it looked most"
    assert "95" in texts("en").reason(first)
    assert diagnosis.next_step.code == "next.pathologist"
    assert diagnosis.probability is None


@pytest.mark.parametrize("probability", [0.0, 0.5, 0.89])
def test_an_unsure_one_changes_nothing(probability: float) -> None:
    found = told(probability)
    alone = conclude(replace(found, slide_level=None, attention=None))
    assert replace(conclude(found), slide_level=None) == alone
    assert alone.status is Status.NOT_SEEN


@pytest.mark.parametrize("probability", [0.0, 0.99])
def test_a_tumour_that_is_seen_is_never_taken_back(probability: float) -> None:
    diagnosis = conclude(told(probability, tumour=5))
    assert diagnosis.status is Status.PRESENT
    assert all(reason.code != "reason.slide-level" for reason in diagnosis.reasons)


def test_a_precursor_stays_and_the_doubt_is_named() -> None:
    diagnosis = conclude(told(0.95, precursor=8))
    assert diagnosis.status is Status.SUSPICIOUS
    assert diagnosis.class_id == "precursor1"
    assert diagnosis.reasons[1].code == "reason.slide-level"


def test_nothing_is_doubted_before_all_was_read() -> None:
    found = told(0.95)
    state = found.state.copy()
    state[:100] = PatchState.PENDING
    diagnosis = conclude(replace(found, state=state), is_final=False)
    assert diagnosis.reasons[0].code == "reason.not-complete"
