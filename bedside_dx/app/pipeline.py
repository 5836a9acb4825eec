"""The main job: a slide and a model become a report. Reads like the sentence that describes it."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import bedside_dx
from bedside_dx.analysis.confidence import conclude
from bedside_dx.analysis.first_look import MOST
from bedside_dx.analysis.pictures import take_pictures
from bedside_dx.analysis.scale import check_scale
from bedside_dx.analysis.sequential import SequentialTest
from bedside_dx.analysis.slide_level import read_as_a_whole
from bedside_dx.analysis.stream import stream_findings
from bedside_dx.app.preparing import prepare
from bedside_dx.app.way_of_reading import choose_way, may_be_shrunk
from bedside_dx.core.events import FindingsGrew, Stage, StageProgress
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.results import Provenance, Report

if TYPE_CHECKING:
    from bedside_dx.app.resuming import Resuming
    from bedside_dx.core.cancel import Cancel
    from bedside_dx.core.case import Case
    from bedside_dx.core.events import Emit, Event
    from bedside_dx.core.ports import Classifier
    from bedside_dx.core.reading import Reading
    from bedside_dx.core.results import Findings
    from bedside_dx.core.settings import Settings
    from bedside_dx.imaging.slide import Slide


def diagnose(
    case: Case,
    slide: Slide,
    classifier: Classifier,
    *,
    settings: Settings,
    emit: Emit,
    cancel: Cancel,
    resuming: Resuming | None = None,
    until_stable: bool = False,
) -> Report:
    """Find the tissue, read it with the model, and say what that means.

    Emits `StageProgress`, `FindingsGrew`, `Resumed` and `NotResumable`, from the calling thread.
    The verdict rests on all that was read; what was called early is kept beside it. After
    `Cancel.stop_here`, or where the verdict is settled and `until_stable` is asked for, the rest
    of the tissue stays pending, and the verdict is not final.

    Parameters
    ----------
    resuming
        Where what is read is kept in case of an interruption; None keeps nothing.
    until_stable
        Stop reading once more patches can't change "present".

    Raises
    ------
    ScaleError
        The slide's scale is missing, absurd or too coarse for the model.
    SlideError
        The slide can't be read at all.
    InferenceError
        The model failed.
    CancelledByUser
    """
    started, clock = datetime.now(UTC), time.perf_counter()
    card = classifier.card
    check_scale(slide, card)
    emit(StageProgress(Stage.TISSUE, 0, 1))
    most = _first_look(slide, classifier, resuming)
    overview, plan, known = prepare(
        slide, classifier, most=most, settings=settings, emit=emit, cancel=cancel
    )
    emit(StageProgress(Stage.TISSUE, 1, 1))
    test = SequentialTest(plan, settings.rules)
    way = choose_way(slide, plan, classifier, cancel)
    shrink = way.reading.shrink
    seen = [*known, *way.known] if shrink == 1 else way.known
    journal = resuming.journal(slide, plan, classifier, shrink) if resuming else None
    findings = stream_findings(
        way.source,
        plan,
        classifier,
        rules=settings.rules,
        threads=settings.threads,
        emit=_stopping_early(emit, cancel) if until_stable else emit,
        cancel=cancel,
        test=test,
        journal=journal,
        known=seen,
    )
    emit(StageProgress(Stage.CONCLUDING, 0, 1))
    findings = read_as_a_whole(findings, classifier, cancel)
    is_final = not (findings.state == PatchState.PENDING).any()
    diagnosis = replace(conclude(findings, settings.rules, is_final=is_final), early=test.call)
    pictures = take_pictures(slide, overview, diagnosis)
    facts = slide.facts()
    cancel.raise_if_cancelled()
    emit(StageProgress(Stage.CONCLUDING, 1, 1))
    lasted = time.perf_counter() - clock
    provenance = _provenance(classifier, findings, way.reading, started, lasted)
    return Report(
        case,
        facts,
        findings,
        diagnosis,
        provenance,
        pictures,
        settings.rules,
        settings.rule_changes,
    )


def _first_look(slide: Slide, classifier: Classifier, resuming: Resuming | None) -> int:
    """Patches that may be looked at before it is known what is to be read.

    None where an earlier run may have read them, and few where the slide may be read another way.
    """
    if resuming is not None and resuming.has_begun(slide, classifier):
        return 0
    return classifier.pace.batch if may_be_shrunk(slide, classifier.card) else MOST


def _stopping_early(emit: Emit, cancel: Cancel) -> Emit:
    """Let reading end with the first event that says that the verdict is settled."""

    def emit_and_stop(event: Event) -> None:
        emit(event)
        if isinstance(event, FindingsGrew) and event.so_far.is_stable:
            cancel.stop_here()

    return emit_and_stop


def _provenance(
    classifier: Classifier,
    findings: Findings,
    reading: Reading,
    started: datetime,
    duration_s: float,
) -> Provenance:
    return Provenance(
        program_version=bedside_dx.__version__,
        engine=classifier.engine,
        provider=classifier.provider,
        started=started,
        duration_s=duration_s,
        patches_per_s=int(findings.analysed.sum()) / duration_s,
        reading=reading,
    )
