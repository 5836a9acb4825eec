"""Each patch is read once: a few all over, near what looks like tumour first, the rest in blocks."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from bedside_dx.analysis.order import (
    BLOCK_PX,
    ENOUGH_DRAWN,
    FIRST_DRAWN,
    LOOKED_AT_MM2,
    ReadingOrder,
    drawn_order,
)
from bedside_dx.analysis.patches import PatchPlan, informative_order
from bedside_dx.analysis.sequential import FIRST_LOOK
from bedside_dx.core.geometry import PatchGrid
from bedside_dx.core.patch_state import PatchState

CELL_MM2 = 0.05
BLOCK = 8
"""Cells along a block's side in `plan_of`."""


def plan_of(rows: int, columns: int, state: NDArray[np.integer] | None = None) -> PatchPlan:
    """A full grid of patches, whose informative order is row by row."""
    down, across = np.indices((rows, columns))
    cells = np.stack([across.ravel(), down.ravel()], 1).astype(np.int32)
    states = np.zeros(len(cells), np.uint8) if state is None else state.astype(np.uint8)
    side = BLOCK_PX / BLOCK
    grid = PatchGrid(0.0, 0.0, side, side, columns, rows)
    return PatchPlan(grid, cells, np.ones(len(cells), np.float32), states, CELL_MM2)


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
        order.draw(on=bool(rng.random() < 0.5), only=bool(rng.random() < 0.2))
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


def test_one_batch_in_two_is_drawn_while_a_verdict_may_settle_whatever_looks_like_tumour() -> None:
    plan = plan_of(40, 40)
    order, drawn = ReadingOrder(plan), drawn_order(plan)
    order.draw(on=True, only=False)
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
    order.draw(on=True, only=True)
    read = np.concatenate([order.take(8) for _ in range(10)])
    np.testing.assert_array_equal(read, drawn[:80])
    order.draw(on=True, only=False)
    near = np.concatenate([order.take(8), order.take(8)])
    assert not np.isin(near, drawn[:160]).all()


def test_what_is_drawn_of_a_part_of_a_slide_is_the_draw_of_the_whole_without_the_rest() -> None:
    whole = plan_of(30, 20)
    some = np.random.default_rng(1).random(600) > 0.2
    part = plan_of(30, 20, np.where(some, PatchState.PENDING, PatchState.FOLD))
    drawn = drawn_order(whole)
    np.testing.assert_array_equal(drawn_order(part), drawn[some[drawn]])


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


def test_where_nothing_is_suspected_few_patches_are_read_by_themselves() -> None:
    plan = plan_of(80, 80)
    informative = informative_order(plan.cells, np.zeros(6400, np.float32))
    plan = replace(plan, cells=plan.cells[informative])
    order, drawn = ReadingOrder(plan), drawn_order(plan)
    looked_at = int(6400 * CELL_MM2 / LOOKED_AT_MM2)
    read = np.concatenate([order.take(8) for _ in range((looked_at + FIRST_DRAWN) // 8 + 2)])
    assert len(np.unique(plan.cells[read] // BLOCK, axis=0)) == 100, "each block was looked at"
    known = int(np.argmin(np.isin(drawn, read)))
    assert FIRST_DRAWN <= known <= FIRST_DRAWN + 16
    rest = []
    while len(some := order.take(8)):
        rest.append(some)
    later = np.concatenate(rest)
    changes = np.abs(np.diff(plan.cells[later] // BLOCK, axis=0)).any(1)
    assert changes.sum() == 99, "each block is gone through at once"


def test_a_suspicion_in_the_middle_of_a_block_lets_the_draw_go_on() -> None:
    plan = plan_of(80, 80)
    order, drawn = ReadingOrder(plan), drawn_order(plan)
    read = np.concatenate([order.take(8) for _ in range(200)])
    before = int(np.argmin(np.isin(drawn, read)))
    assert before < 200
    order.draw(on=True, only=False)
    read = np.concatenate([read, *(order.take(8) for _ in range(40))])
    after = int(np.argmin(np.isin(drawn, read)))
    assert after >= before + 20 * 8
    order.learn(np.array([80 * 40 + 40]), np.array([1.0]))
    near = plan.cells[np.concatenate([order.take(8), order.take(8)])]
    assert (np.abs(near - 40).max(1) <= 1).any(), "what looks like tumour still comes first"


def test_a_sample_that_is_large_grows_no_more() -> None:
    plan = plan_of(80, 80)
    order, drawn = ReadingOrder(plan), drawn_order(plan)
    order.draw(on=True, only=True)
    read = np.concatenate([order.take(8) for _ in range(ENOUGH_DRAWN // 8 + 50)])
    known = int(np.argmin(np.isin(drawn, read)))
    assert ENOUGH_DRAWN <= known < ENOUGH_DRAWN + 100


def test_a_small_slide_is_drawn_from_as_far_as_the_first_sample_goes() -> None:
    plan = plan_of(20, 20)
    order, drawn = ReadingOrder(plan), drawn_order(plan)
    read = np.concatenate([order.take(4) for _ in range(2 * FIRST_DRAWN // 4)])
    assert np.isin(drawn[:FIRST_DRAWN], read).all()
    assert FIRST_DRAWN >= FIRST_LOOK
