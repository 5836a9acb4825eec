"""A look at the most promising patches, while it is still being worked out what is to be read.

A glance at the slide, coarser than the overview that the plan rests on, finds the darkest tissue at
once. What the model says of it is shown, and its scores are kept for the plan: the same pixels come
to the same scores. The glance decides nothing: what the plan leaves out is dropped, and what the
glance has missed is read with all else.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from bedside_dx.analysis.confidence import conclude
from bedside_dx.analysis.patches import plan_patches
from bedside_dx.analysis.quality import QualityMap
from bedside_dx.analysis.stream import stream_findings
from bedside_dx.analysis.tissue import find_tissue
from bedside_dx.core.events import Event, FindingsGrew
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.ports import Scores

if TYPE_CHECKING:
    from concurrent.futures import Future

    from numpy.typing import NDArray

    from bedside_dx.analysis.patches import PatchPlan
    from bedside_dx.core.cancel import Cancel
    from bedside_dx.core.events import Emit
    from bedside_dx.core.ports import Classifier, PixelSource
    from bedside_dx.core.results import Findings
    from bedside_dx.core.rules import Rules

COARSER = 4.0
"""How much coarser the glance is than the overview."""
MOST = 128
"""Patches that are looked at: they are lost if the program is killed before there is a plan."""
READ = (PatchState.ANALYSED, PatchState.BLURRED, PatchState.EXPOSURE)
"""What became of patches that need not be read again. What could not be read is tried again."""


def look_first(
    slide: PixelSource,
    classifier: Classifier,
    *,
    rules: Rules,
    threads: int,
    most: int,
    until: Future[Any],
    emit: Emit,
    cancel: Cancel,
) -> Findings | None:
    """Read a few patches and tell what they show; nothing else is told, and nothing is settled.

    Parameters
    ----------
    threads
        Number of workers, at least 1.
    most
        Number of patches, at most.
    until
        Reading ends when this is done.

    Returns
    -------
    None where the glance saw no tissue.

    Raises
    ------
    InferenceError
    CancelledByUser
    """
    glance = find_tissue(slide, cancel=cancel, coarser=COARSER)
    fine = QualityMap(np.zeros(glance.mask.shape, np.uint8), glance.mask)
    plan = plan_patches(glance, fine, classifier.card, slide)
    if not len(plan.cells):
        return None

    def tell(event: Event) -> None:
        if isinstance(event, FindingsGrew):
            emit(FindingsGrew(event.findings, replace(event.so_far, early=None)))

    with cancel.part() as look:
        until.add_done_callback(lambda _: look.stop_here())
        found = stream_findings(
            slide,
            plan,
            classifier,
            rules=rules,
            threads=threads,
            emit=tell,
            cancel=look,
            most=most,
        )
    if found.analysed.any():
        tell(FindingsGrew(found, conclude(found, rules, is_final=False)))
    return found


def scores_for(plan: PatchPlan, found: Findings) -> Scores:
    """What was found of those patches of a plan, laid on the same grid, that are to be read."""
    places = _places(plan)
    read = np.flatnonzero(np.isin(found.state, READ))
    patches = places[found.cells[read, 1], found.cells[read, 0]]
    read, patches = read[patches >= 0], patches[patches >= 0]
    return Scores(
        patches,
        found.state[read],
        found.probabilities[read],
        found.unfamiliarity[read],
        None if found.embedding is None else found.embedding[read],
    )


def _places(plan: PatchPlan) -> NDArray[np.int64]:
    """(rows, columns) place in the plan of each cell that is to be read; -1 elsewhere."""
    places = np.full((plan.grid.rows, plan.grid.columns), -1, np.int64)
    pending = np.flatnonzero(plan.state == PatchState.PENDING)
    places[plan.cells[pending, 1], plan.cells[pending, 0]] = pending
    return places
