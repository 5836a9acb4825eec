"""Scans: open a study, and have a model of single images read one of its series."""

from __future__ import annotations

import hashlib
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

import bedside_dx
from bedside_dx.analysis.confidence import MOST_REASONS
from bedside_dx.analysis.series import (
    Fit,
    choose_slices,
    fit_of,
    is_for,
    is_turned,
    judge_series,
    occlusion,
    picture_to_slice,
    read_series,
    region_of,
    sheet_of,
    show,
    upright,
    window_of,
)
from bedside_dx.app.choosing import load_model
from bedside_dx.app.ruling import with_site_rules
from bedside_dx.core.cancel import Cancel
from bedside_dx.core.case import Case, Patient
from bedside_dx.core.errors import ImagingError, ModelError
from bedside_dx.core.events import Stage, StageProgress
from bedside_dx.core.geometry import SizePx
from bedside_dx.core.model_input import ModelInput
from bedside_dx.core.reading import Decoder, Reading
from bedside_dx.core.results import (
    KeyPicture,
    KeyRegion,
    Pictures,
    Provenance,
    Reason,
    Report,
    ScanPlaces,
    SlideFacts,
)
from bedside_dx.core.settings import Settings
from bedside_dx.imaging.dicom.reading import ScanReader, stamp_of
from bedside_dx.imaging.dicom.recognising import is_scan

if TYPE_CHECKING:
    from pathlib import Path

    from bedside_dx.core.events import Emit
    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.core.ports import Classifier
    from bedside_dx.core.results import Diagnosis, Findings, Image
    from bedside_dx.core.scan import Frame, Series, Study

__all__ = [
    "ScanReader",
    "case_of",
    "diagnose_scan",
    "diagnose_series",
    "fingerprint",
    "is_changed",
    "is_scan",
]

UNFAMILIAR = "reason.unfamiliar-tissue"
"""Speaks of tissue, where a scan has slices."""
UNLIKE = frozenset((UNFAMILIAR, "reason.unfamiliar-image", "reason.unfamiliar-throughout"))
PICKED = "reason.picked-slices"
PART_REASONS = {Fit.UNSTATED: "reason.part-not-stated", Fit.SAID: "reason.part-said"}

LEAST_SIDE = 64
"""Pixels along the shorter side from which an image is more than a marker."""


def diagnose_scan(
    path: Path,
    model: str | None = None,
    *,
    case: Case | None = None,
    settings: Settings | None = None,
    part: str = "",
    emit: Emit,
    cancel: Cancel | None = None,
) -> Report:
    """Open a study, run a model over its most fitting series and say what is seen.

    Parameters
    ----------
    part
        Part of the body as a person states it, for example ``"HEAD"``; it counts only where the
        files do not say.

    Raises
    ------
    ImagingError
        As `ScanReader.open`; ``scan.several-patients``; ``scan.other-patient``: it is not
        whose the command says; ``scan.no-images``.
    ModelError
        ``scan.patch-model``: the model reads patches of slides; or as `load_model`.
    InferenceError
    CancelledByUser
    """
    chosen, cancel = settings or with_site_rules(Settings()), cancel or Cancel()
    emit(StageProgress(Stage.OPENING, 0, 1))
    with ScanReader() as reader:
        study = reader.open(path, cancel=cancel)
        whose = case_of(study, case or Case())
        classifier = load_model(model, chosen)
        _check_model(classifier, study)
        series = choose_series(study, classifier)
        emit(StageProgress(Stage.OPENING, 1, 1))
        return diagnose_series(
            reader,
            study,
            series,
            classifier,
            case=whose,
            settings=chosen,
            part=part,
            emit=emit,
            cancel=cancel,
        )


def diagnose_series(
    reader: ScanReader,
    study: Study,
    series: Series,
    classifier: Classifier,
    *,
    case: Case,
    settings: Settings,
    part: str = "",
    emit: Emit,
    cancel: Cancel,
) -> Report:
    """Run a model over one series of an open study and say what is seen; see `diagnose_scan`.

    Raises
    ------
    ImagingError
        ``scan.several-patients``, ``scan.other-patient``; or as `ScanReader.values`.
    ModelError
        ``scan.patch-model``: the model reads patches of slides.
    InferenceError
    CancelledByUser
    """
    started, clock = datetime.now(UTC), time.perf_counter()
    whose, chosen = case_of(study, case), settings
    _check_model(classifier, study)
    slices, frames = _slices(reader, series, classifier.card.patch_px, emit, cancel)
    fit = fit_of(series, classifier.card, part)
    findings = read_series(slices, classifier, cancel, fit)
    emit(StageProgress(Stage.CONCLUDING, 0, 1))
    diagnosis, picked, place = judge_series(findings, chosen.rules)
    reasons = _about_slices(diagnosis.reasons, fit, series, classifier.card)
    diagnosis = replace(diagnosis, reasons=reasons)
    diagnosis = _with_key(diagnosis, findings, place)
    pictures = _pictures(slices, findings, diagnosis)
    shown = None
    if diagnosis.class_id is not None:
        fall = occlusion(slices[place], diagnosis.class_id, classifier, cancel)
        shown = (slices[place], fall)
    emit(StageProgress(Stage.CONCLUDING, 1, 1))
    height, width = pictures.overview.shape[:2]
    facts = SlideFacts(study.path, "dicom", SizePx(width, height), None, fingerprint(series))
    return Report(
        whose,
        facts,
        findings,
        diagnosis,
        _provenance(classifier, started, len(slices), time.perf_counter() - clock),
        pictures,
        chosen.rules,
        chosen.rule_changes,
        occlusion=shown,
        scan=_places(series, frames, picked, classifier.card.patch_px),
    )


def _check_model(classifier: Classifier, study: Study) -> None:
    if classifier.card.input is not ModelInput.WHOLE_IMAGE:
        raise ModelError("scan.patch-model", path=study.path, model=classifier.card.name)


def _places(
    series: Series, frames: tuple[int, ...], picked: tuple[int, ...], side: int
) -> ScanPlaces:
    plane = series.frames[frames[0]].plane
    back = picture_to_slice(plane, series.rows, series.columns, series.aspect, side)
    return ScanPlaces(series.key, frames, back, picked)


def choose_series(study: Study, classifier: Classifier) -> Series:
    """The series of most slices among those that the model was made for, else among all.

    Raises
    ------
    ImagingError
        ``scan.no-images``
    """
    fit = [s for s in study.images if not s.is_colour and min(s.rows, s.columns) >= LEAST_SIDE]
    fit = fit or list(study.images)
    if not fit:
        raise ImagingError("scan.no-images", path=study.path)
    return max(fit, key=lambda s: (is_for(s, classifier.card), len(s.frames)))


def case_of(study: Study, case: Case) -> Case:
    """Whose report it is: as stated, else as the files say; never two at once."""
    if len(study.patients) > 1:
        raise ImagingError("scan.several-patients", path=study.path, patients=len(study.patients))
    own, stated = next(iter(study.patients), Patient()), case.patient
    if stated.identifier and own.identifier and stated.identifier != own.identifier:
        raise ImagingError("scan.other-patient", path=study.path)
    filled = replace(
        stated,
        identifier=stated.identifier or own.identifier,
        name=stated.name or own.name,
        born=stated.born or own.born,
    )
    return replace(case, patient=filled)


def _slices(
    reader: ScanReader, series: Series, side: int, emit: Emit, cancel: Cancel
) -> tuple[np.ndarray, tuple[int, ...]]:
    """Chosen slices as the model takes them, (n, side, side, 3) uint8, and which they are."""
    stack: list[np.ndarray] = []
    total = len(series.frames)
    for at, frame in enumerate(series.frames):
        cancel.raise_if_cancelled()
        stack.append(bright_is_white(reader, series, frame))
        emit(StageProgress(Stage.PATCHES, at + 1, total))
    window = window_of(stack)
    pictures: list[Image] = []
    chosen = choose_slices(stack)
    for at in chosen:
        plane = series.frames[at].plane
        aspect = 1 / series.aspect if is_turned(plane) else series.aspect
        pictures.append(show(upright(stack[at], plane), window, aspect, side))
    return np.stack(pictures), tuple(chosen)


def bright_is_white(reader: ScanReader, series: Series, frame: Frame) -> np.ndarray:
    """Values as they are looked at: through the file's own table where it has one, rising to white.

    Without a table they are in the series' unit; of MONOCHROME1 they are negated, so that what
    is shown dark is low for whatever looks at them next.
    """
    values = reader.values(frame)
    if values.ndim == 3:
        return values.mean(2)
    if series.has_table:
        table = reader.table(frame)
        places = (values - table.first).clip(0, len(table.greys) - 1).astype(np.int64)
        values = table.greys[places]
    return -values if series.is_inverted else values


def _about_slices(
    reasons: tuple[Reason, ...], fit: Fit, series: Series, card: ModelCard
) -> tuple[Reason, ...]:
    """Reasons as they are said of a scan, and what is known of its part of the body.

    Where nobody says which part it is, or the files say that it is another one, nothing was held
    against the training data: so that is the reason, and not that all of it differs.
    """
    said = PART_REASONS.get(fit)
    own = () if said is None else (Reason(said),)
    if fit is Fit.OTHER:
        own = _not_for(series, card)
    if fit is Fit.UNSTATED or (fit is Fit.OTHER and own):
        return (*own, *(one for one in reasons if one.code not in UNLIKE))[:MOST_REASONS]
    slices = "reason.unfamiliar-slices"
    told = [replace(one, code=slices) if one.code == UNFAMILIAR else one for one in reasons]
    # Only so many are shown: what limits the verdict is never the one that is left away.
    limits = [*(one for one in told if one.code == PICKED), *own]
    seen = [one for one in told if one.code != PICKED]
    return (*seen[: MOST_REASONS - len(limits)], *limits)


def _not_for(series: Series, card: ModelCard) -> tuple[Reason, ...]:
    """What the header says that the model was not made for; nothing where it says nothing."""
    if series.modality != card.modality:
        values = {"found": series.modality, "wanted": card.modality}
        return (Reason("reason.other-modality", values),) if series.modality else ()
    return (Reason("reason.other-part", {"found": series.body_part}),) if series.body_part else ()


def _with_key(diagnosis: Diagnosis, findings: Findings, place: int) -> Diagnosis:
    if diagnosis.class_id is None:
        return replace(diagnosis, key_regions=())
    column = findings.model.index(diagnosis.class_id)
    probability = float(findings.probabilities[place, column])
    region = region_of(findings, place)
    key = KeyRegion(region, diagnosis.class_id, probability)
    reasons = tuple(
        replace(reason, code="reason.slices-class", region=region)
        if reason.code == "reason.image-class"
        else reason
        for reason in diagnosis.reasons
    )
    return replace(diagnosis, key_regions=(key,), reasons=reasons)


def _pictures(slices: np.ndarray, findings: Findings, diagnosis: Diagnosis) -> Pictures:
    sheet = sheet_of(slices, findings.grid)
    keys = tuple(
        KeyPicture(
            key,
            sheet[
                key.region.y : key.region.y + key.region.height,
                key.region.x : key.region.x + key.region.width,
            ],
            None,
        )
        for key in diagnosis.key_regions
    )
    return Pictures(sheet, 1.0, keys)


def is_changed(study: Study) -> bool:
    """Whether other files lie now where a study was read from: a disc was changed, say.

    A disk that is away is no change: what was read of the study stays.
    """
    return bool(study.stamp) and study.path.exists() and stamp_of(study) != study.stamp


def fingerprint(series: Series) -> str:
    """sha256 of the hashes of the series' files, in their order.

    Raises
    ------
    ImagingError
        ``scan.gone``, ``scan.no-access``: a file can't be read any more.
    """
    whole = hashlib.sha256()
    for source in dict.fromkeys(frame.source for frame in series.frames):
        try:
            with source.path.open("rb") as file:
                whole.update(hashlib.file_digest(file, "sha256").digest())
        except PermissionError as exc:
            raise ImagingError("scan.no-access", path=source.path) from exc
        except OSError as exc:
            raise ImagingError("scan.gone", path=source.path) from exc
        whole.update(source.member.encode())
    return whole.hexdigest()


def _provenance(
    classifier: Classifier, started: datetime, slices: int, duration_s: float
) -> Provenance:
    return Provenance(
        program_version=bedside_dx.__version__,
        engine=classifier.engine,
        provider=classifier.provider,
        started=started,
        duration_s=duration_s,
        patches_per_s=slices / duration_s,
        reading=Reading(Decoder.SCAN),
    )
