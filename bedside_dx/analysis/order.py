"""Which patches are read next, while it is not yet known where the tumour lies.

Reading begins where it tells most. Batches come from two sides in turn. One takes the most
promising patches: beside what looks like tumour first, then in the plan's own informative order.
The other draws at random from a permutation that was fixed beforehand: what is read of its
beginning is a fair sample of the whole slide, whatever the first side has picked, and
`analysis.sequential` rests its bounds on it.

Patches far apart share no stored tile, so each decodes two to four times the tiles that it would
decode beside its neighbours. So both sides go only as far as it takes to have looked everywhere
(`LOOKED_AT_MM2`, `FIRST_DRAWN`). The rest is read in large blocks, row by row, where a tile is
decoded once and kept until the patches around it are done. Two things break into that: patches
beside what looks like tumour, and the draw, which goes on as soon as there is a verdict that a
larger sample may settle. When a draw is made depends on what was seen, which patch it brings never
does, so it stays a fair sample. The blocks come in random order.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from bedside_dx.analysis.patches import PatchPlan
from bedside_dx.core.patch_state import PatchState

SEED = 20_261
"""Of the permutation: the same slide is always drawn in the same order."""
NEAR = np.array(
    [
        [0.25, 0.25, 0.25, 0.25, 0.25],
        [0.25, 1.00, 1.00, 1.00, 0.25],
        [0.25, 1.00, 0.00, 1.00, 0.25],
        [0.25, 1.00, 1.00, 1.00, 0.25],
        [0.25, 0.25, 0.25, 0.25, 0.25],
    ],
    np.float32,
)
"""What a patch that looks like tumour promises of the cells around it."""
REACH = len(NEAR) // 2
PROMISING = 0.5
"""Sum of promises from which a cell comes before the informative order: one sure patch beside it,
or two at a distance."""
ENOUGH_DRAWN = 1024
"""Size of the sample from which no more is drawn for its own sake. A share of 2 % in it is then
known to be less than 4.7 % of the slide, with four times as many less than 3.2 %. The sample grows
on as what comes next in the draw is read anyway."""
LOOKED_AT_MM2 = 1.5
"""Tissue for which one patch is read by itself, in the informative order, to see where tumour may
be. The less, the sooner a tumour of a few patches is found, and the more tiles are decoded twice:
one in sixteen on a large slide of 20x for patches of 0.27 mm."""
FIRST_DRAWN, FIRST_DRAWN_SHARE = 24, 1 / 256
"""Size of the sample that is drawn without a suspicion, at least, and its share of the patches:
`analysis.sequential` looks at no smaller one."""
BLOCK_PX = 16_384
"""Side of a block of neighbours, about, in px of level 0. The tiles between two of its rows are to
fit into what is kept of a slide (`imaging.direct`): of 256 px 13 MB, of 1024 px 50 MB."""
GLANCE = 256
"""Places of a queue that are looked at together when it is searched for patches not yet taken."""


def drawn_order(plan: PatchPlan) -> NDArray[np.int64]:
    """Patches to read, in an order that has nothing to do with what they show.

    Each cell of the grid has its rank, whether it is read or not: so what was drawn for a plan that
    holds some cells more or fewer is, but for those, the beginning of the draw for this one.

    Returns
    -------
    (m,) int64, the pending patches of the plan.
    """
    pending = np.flatnonzero(plan.state == PatchState.PENDING)
    rank = np.random.default_rng(SEED).permutation(plan.grid.rows * plan.grid.columns)
    cells = plan.cells[pending].astype(np.int64)
    return pending[np.argsort(rank[cells[:, 1] * plan.grid.columns + cells[:, 0]])]


def block_order(plan: PatchPlan) -> NDArray[np.int64]:
    """Patches to read, block after block in an order drawn at random, row by row within a block.

    Returns
    -------
    (m,) int64, the pending patches of the plan.
    """
    pending = np.flatnonzero(plan.state == PatchState.PENDING)
    cells = plan.cells[pending].astype(np.int64)
    block = cells * blocks_across(plan) // (plan.grid.columns, plan.grid.rows)
    names, member = np.unique(block, axis=0, return_inverse=True)
    rank = np.random.default_rng(SEED).permutation(len(names))[member.ravel()]
    return pending[np.lexsort((cells[:, 0], cells[:, 1], rank))]


def blocks_across(plan: PatchPlan) -> NDArray[np.int64]:
    """(2,) int64, in how many blocks of about one size a grid is cut, across and down."""
    extent = np.array([plan.grid.columns, plan.grid.rows]) * plan.grid.step
    return np.maximum(1, np.rint(extent / BLOCK_PX)).astype(np.int64)


class ReadingOrder:
    """Hands out every pending patch of a plan exactly once. Not for several threads at once."""

    def __init__(self, plan: PatchPlan) -> None:
        pending = plan.state == PatchState.PENDING
        self._taken = ~pending
        self._informative = _Queue(np.flatnonzero(pending))
        self._drawn = _Queue(drawn_order(plan))
        self._blocks = _Queue(block_order(plan))
        self._cells = plan.cells.astype(np.int64) + REACH
        shape = (plan.grid.rows + 2 * REACH, plan.grid.columns + 2 * REACH)
        self._place = np.full(shape, -1, np.int64)
        self._place[self._cells[:, 1], self._cells[:, 0]] = np.arange(len(self._cells))
        self._promise = np.zeros(shape, np.float32)
        self._front = np.empty(0, np.int64)
        self._draws, self._only_draws, self._sample_counts = False, False, False
        self._follows = True
        count = int(pending.sum())
        self._first_drawn = max(FIRST_DRAWN, int(count * FIRST_DRAWN_SHARE))
        self._looked_at = math.ceil(count * (plan.cell_mm2 or LOOKED_AT_MM2) / LOOKED_AT_MM2)

    def take(self, count: int) -> NDArray[np.int64]:
        """Next patches, at most `count`; empty when none is left."""
        self._draws = self._only_draws or not self._draws
        if self._draws and self._follows and self._drawn.at < self._wanted_sample:
            return self._drawn.take(count, self._taken)
        near = self._near(count)
        scatters = self._follows and self._informative.at < self._looked_at
        others = self._informative if scatters else self._blocks
        return np.concatenate([near, others.take(count - len(near), self._taken)])

    def learn(self, patches: NDArray[np.int64], likeness: NDArray[np.floating]) -> None:
        """Take in how much some patches look like tumour, 0 to 1."""
        if not self._follows:
            return
        around: list[NDArray[np.int64]] = []
        for patch in np.flatnonzero(likeness > 0):
            column, row = self._cells[patches[patch]]
            near = (
                slice(row - REACH, row + REACH + 1),
                slice(column - REACH, column + REACH + 1),
            )
            self._promise[near] += NEAR * np.float32(likeness[patch])
            around.append(self._place[near][self._promise[near] >= PROMISING])
        if around:
            self._front = np.unique(np.concatenate([self._front, *around]))
            self._front = self._front[self._front >= 0]

    def skip(self, patches: NDArray[np.int64]) -> None:
        """Leave out patches that were read in an earlier run."""
        self._taken[patches] = True

    def draw(self, *, on: bool, only: bool) -> None:
        """Say whether a larger sample may settle a verdict, and whether nothing else is lacking."""
        self._sample_counts, self._only_draws = on, only

    def read_the_rest(self) -> None:
        """Forget promises, draw no more: all is settled, and the rest is read block by block."""
        self._follows, self._front = False, np.empty(0, np.int64)

    @property
    def _wanted_sample(self) -> int:
        return ENOUGH_DRAWN if self._sample_counts else self._first_drawn

    def _near(self, count: int) -> NDArray[np.int64]:
        """The most promising patches beside what looks like tumour."""
        self._front = self._front[~self._taken[self._front]]
        cells = self._cells[self._front]
        order = np.argsort(-self._promise[cells[:, 1], cells[:, 0]], kind="stable")[:count]
        chosen = self._front[order]
        self._taken[chosen] = True
        return chosen


class _Queue:
    """Patches in a fixed order, some of which others take.

    Attributes
    ----------
    at
        Place in the order up to which all are taken.
    """

    def __init__(self, order: NDArray[np.int64]) -> None:
        self._order = order
        self.at = 0

    def take(self, count: int, taken: NDArray[np.bool_]) -> NDArray[np.int64]:
        """First patches that nobody has taken; they are marked as taken."""
        parts: list[NDArray[np.int64]] = []
        while count > 0 and self.at < len(self._order):
            glance = self._order[self.at : self.at + GLANCE]
            free = np.flatnonzero(~taken[glance])[:count]
            enough = len(free) == count
            self.at += int(free[-1]) + 1 if enough else len(glance)
            parts.append(glance[free])
            count -= len(free)
        chosen = np.concatenate(parts) if parts else np.empty(0, np.int64)
        taken[chosen] = True
        return chosen
