"""From a slide to the plan of what is read of it; the first patches are looked at meanwhile."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from bedside_dx.analysis.first_look import look_first, scores_for
from bedside_dx.analysis.patches import plan_patches
from bedside_dx.analysis.pictures import Overview
from bedside_dx.analysis.quality import assess_quality
from bedside_dx.analysis.tissue import find_tissue
from bedside_dx.core.cores import usable_cores
from bedside_dx.core.memory import give_back
from bedside_dx.core.model_input import ModelInput

if TYPE_CHECKING:
    from bedside_dx.analysis.patches import PatchPlan
    from bedside_dx.core.cancel import Cancel
    from bedside_dx.core.events import Emit
    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.core.ports import Classifier, PixelSource, Scores
    from bedside_dx.core.settings import Settings


class Prepared(NamedTuple):
    """What there is to read.

    Attributes
    ----------
    known
        Scores of patches that were looked at meanwhile, read in full.
    """

    overview: Overview
    plan: PatchPlan
    known: tuple[Scores, ...] = ()


def prepare(
    slide: PixelSource,
    classifier: Classifier,
    *,
    most: int,
    settings: Settings,
    emit: Emit,
    cancel: Cancel,
) -> Prepared:
    """Find the tissue, judge its quality and plan the patches; look at the first ones meanwhile.

    Emits `FindingsGrew` from the calling thread. One core is left to the planning; where there is
    no other, only as many patches are looked at as the model takes at a time.

    Parameters
    ----------
    most
        Patches to look at, at most; none with 0, and none for whole images.

    Raises
    ------
    InferenceError
    CancelledByUser
    """
    card = classifier.card
    if not most or card.input is ModelInput.WHOLE_IMAGE:
        return Prepared(*_planned(slide, card, cancel))
    spare = (settings.threads or classifier.pace.workers or usable_cores()) - 1
    beside = ThreadPoolExecutor(1, thread_name_prefix="tissue")
    try:
        planning = beside.submit(_planned, slide, card, cancel)
        found = look_first(
            slide,
            classifier,
            rules=settings.rules,
            threads=max(1, spare),
            most=most if spare else min(most, classifier.pace.batch),
            until=planning,
            emit=emit,
            cancel=cancel,
        )
        overview, plan = planning.result()
        give_back()
    finally:
        # After a cancel nobody waits for the planning: it ends by itself at its next step.
        beside.shutdown(wait=False)
    return Prepared(overview, plan, () if found is None else (scores_for(plan, found),))


def _planned(slide: PixelSource, card: ModelCard, cancel: Cancel) -> tuple[Overview, PatchPlan]:
    tissue = find_tissue(slide, cancel=cancel)
    quality = assess_quality(slide, tissue, cancel=cancel)
    return Overview.of(tissue), plan_patches(tissue, quality, card, slide)
