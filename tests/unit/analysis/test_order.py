"""Each patch is read once, near what looks like tumour first, and half of them drawn at random."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from bedside_dx.analysis.order import BLOCK, ENOUGH_DRAWN, ReadingOrder, drawn_order
from bedside_dx.analysis.patches import PatchPlan
from bedside_dx.core.geometry import PatchGrid
from bedside_dx.core.patch_state import PatchState


def plan_of(rows: int, columns: int, state: NDArray[np.integer] | None = None) -> PatchPlan:
    """A full grid of patches, whose informative order is row by row."""
    down, across = np.indices((rows, columns))
    cells = np.stack([across.ravel(), down.ravel()], 1).astype(np.int32)
    states = np.zeros(len(cells), np.uint8) if state is None else state.astype(np.uint8)
    grid = PatchGrid(0.0, 0.0, 100.0, 100.0, columns, rows)
    return PatchPlan(grid, cells, np.ones(len(cells), np.float32), states, 0.05)


@given(
    rows=st.integers(1, 14),
    columns=st.integers(1, 14),
    batch=st.integers(1, 9),
    seed=st.integers(0, 999),
    spoilt=st.floats(0, 1),
    known=st.floats(0, 1),
)
def test_every_patch_is_taken_exactly_once(
    rows: int, columns: int, batch: int, seed: int, spoilt: float, known: float
) -> None:
    rng = np.random.default_rng(seed)
    count = rows * columns
    state = np.where(rng.random(count) < spoilt, PatchState.ARTEFACT, PatchState.PENDING)
    plan = plan_of(rows, columns, state)
    order = ReadingOrder(plan)
    pending = np.flatnonzero(state == PatchState.PENDING)
    earlier = pending[rng.random(len(pending)) < known]
    order.skip(earlier)
    taken = [earlier]
    while len(some := order.take(batch)):
        assert len(some) <= batch
        taken.append(some)
        order.learn(some, rng.random(len(some)) * (rng.random(len(some)) < 0.4))
        if rng.random() < 0.05:
            order.read_the_rest()
    np.testing.assert_array_equal(np.sort(np.concatenate(taken)), pending)


def test_what_lies_beside_a_likely_tumour_comes_next() -> None:
    plan = plan_of(30, 30)
    order = ReadingOrder(plan)
    order.take(8)
    patch = 15 * 30 + 15
    order.learn(np.array([patch]), np.array([1.0]))
    near = order.take(8)
    drawn = order.take(8)
    nearer = order.take(8)
    around = np.concatenate([near, nearer])
    gaps = np.abs(plan.cells[around] - plan.cells[patch]).max(1)
    assert (gaps <= 1).sum() >= 7, "all eight around it, but for those drawn before"
    assert np.abs(plan.cells[drawn] - plan.cells[patch]).max() > 5


def test_one_batch_in_two_is_drawn_at_random_whatever_looks_like_tumour() -> None:
    plan = plan_of(40, 40)
    order, drawn = ReadingOrder(plan), drawn_order(plan)
    read: list[int] = []
    for turn in range(60):
        some = order.take(8)
        read.extend(some.tolist())
        if turn % 2 == 0:
            places = np.flatnonzero(np.isin(drawn, some))
            left = [p for p in drawn[: places.max() + 1].tolist() if p not in read]
            assert left == [], "the draw is read from its beginning, nothing left out"
        order.learn(some, np.ones(len(some)))
    known = int(np.argmin(np.isin(drawn, read)))
    assert known >= 30 * 8


def test_all_is_drawn_where_only_the_sample_is_too_small() -> None:
    plan = plan_of(40, 40)
    order, drawn = ReadingOrder(plan), drawn_order(plan)
    order.only_draw(True)
    read = np.concatenate([order.take(8) for _ in range(10)])
    np.testing.assert_array_equal(read, drawn[:80])
    order.only_draw(False)
    near = np.concatenate([order.take(8), order.take(8)])
    assert not np.isin(near, drawn[:160]).all()


def test_what_is_drawn_of_a_part_of_a_slide_is_the_draw_of_the_whole_without_the_rest() -> None:
    whole = plan_of(30, 20)
    some = np.random.default_rng(1).random(600) > 0.2
    part = plan_of(30, 20, np.where(some, PatchState.PENDING, PatchState.FOLD))
    drawn = drawn_order(whole)
    np.testing.assert_array_equal(drawn_order(part), drawn[some[drawn]])


def blocks_of(plan: PatchPlan, patches: NDArray[np.int64]) -> int:
    """In how many blocks of neighbours some patches lie."""
    return len(np.unique(plan.cells[patches] // BLOCK, axis=0))


def test_once_the_verdict_is_settled_the_rest_is_read_block_by_block() -> None:
    plan = plan_of(32, 32)
    order = ReadingOrder(plan)
    order.take(8)
    order.learn(np.array([455]), np.array([1.0]))
    order.read_the_rest()
    rest = np.concatenate([order.take(8) for _ in range(127)])
    assert len(np.unique(rest)) == 32 * 32 - 8
    changes = np.abs(np.diff(plan.cells[rest] // BLOCK, axis=0)).any(1)
    assert changes.sum() == 15, "each of the 16 blocks is gone through at once"
    first = plan.cells[rest[changes.nonzero()[0] + 1]] // BLOCK
    assert (np.abs(np.diff(first, axis=0)).sum(1) > 1).any(), "and they lie spread"


def test_a_large_slide_is_read_block_by_block_once_the_sample_is_large() -> None:
    plan = plan_of(80, 80)
    order, drawn = ReadingOrder(plan), drawn_order(plan)
    read = np.concatenate([order.take(8) for _ in range(ENOUGH_DRAWN // 4)])
    known = int(np.argmin(np.isin(drawn, read)))
    assert known >= ENOUGH_DRAWN * 0.95
    assert blocks_of(plan, read[:128]) > 40
    rest = []
    while len(some := order.take(8)):
        rest.append(some)
    later = np.concatenate(rest[40:])
    assert blocks_of(plan, later[:400]) < 30
    order = ReadingOrder(plan)
    for _ in range(ENOUGH_DRAWN // 4 + 40):
        order.take(8)
    order.learn(np.array([80 * 40 + 40]), np.array([1.0]))
    near = plan.cells[order.take(8)]
    assert (np.abs(near - 40).max(1) <= 1).any(), "what looks like tumour still comes first"
