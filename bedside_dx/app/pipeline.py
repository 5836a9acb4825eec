"""The main job: a slide and a model become a report. Reads like the sentence that describes it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import bedside_dx
from bedside_dx.analysis.confidence import conclude
from bedside_dx.analysis.patches import plan_patches
from bedside_dx.analysis.pictures import take_pictures
from bedside_dx.analysis.quality import assess_quality
from bedside_dx.analysis.scale import check_scale
from bedside_dx.analysis.slide_level import read_as_a_whole
from bedside_dx.analysis.stream import stream_findings
from bedside_dx.analysis.tissue import find_tissue
from bedside_dx.core.events import Stage, StageProgress
from bedside_dx.core.results import Provenance, Report

if TYPE_CHECKING:
    from bedside_dx.core.case import Case
    from bedside_dx.core.events import Cancel, Emit
    from bedside_dx.core.ports import Classifier
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
) -> Report:
    """Find the tissue, read it with the model, and say what that means.

    Emits `StageProgress` and `FindingsGrew`, from the calling thread.

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
    tissue = find_tissue(slide, cancel=cancel)
    quality = assess_quality(slide, tissue)
    plan = plan_patches(tissue, quality, card, slide)
    emit(StageProgress(Stage.TISSUE, 1, 1))
    findings = stream_findings(
        slide,
        plan,
        classifier,
        rules=settings.rules,
        threads=settings.threads,
        emit=emit,
        cancel=cancel,
    )
    emit(StageProgress(Stage.CONCLUDING, 0, 1))
    findings = read_as_a_whole(findings, classifier, cancel)
    diagnosis = conclude(findings, settings.rules)
    pictures = take_pictures(slide, tissue, diagnosis)
    facts = slide.facts()
    cancel.raise_if_cancelled()
    emit(StageProgress(Stage.CONCLUDING, 1, 1))
    provenance = _provenance(classifier, findings, started, time.perf_counter() - clock)
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


def _provenance(
    classifier: Classifier, findings: Findings, started: datetime, duration_s: float
) -> Provenance:
    return Provenance(
        program_version=bedside_dx.__version__,
        engine=classifier.engine,
        provider=classifier.provider,
        started=started,
        duration_s=duration_s,
        patches_per_s=int(findings.analysed.sum()) / duration_s,
    )
