"""Volumes: have a network mark a series voxel by voxel, and say how much of it was marked."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import bedside_dx
from bedside_dx.analysis.marking import mark_volume
from bedside_dx.app.saving import save_together
from bedside_dx.app.scanning import case_of, fingerprint
from bedside_dx.core.cancel import Cancel
from bedside_dx.core.case import Case
from bedside_dx.core.errors import ImagingError, ModelError
from bedside_dx.core.events import Stage, StageProgress
from bedside_dx.core.geometry import SizePx
from bedside_dx.core.marks import MarkedScan
from bedside_dx.core.reading import Decoder, Reading
from bedside_dx.core.results import Provenance, SlideFacts
from bedside_dx.imaging.dicom.reading import ScanReader
from bedside_dx.models.volumes.network import VolumeNetwork, load_volume_network
from bedside_dx.models.volumes.shelf import (
    find_volume_package,
    volume_names,
)
from bedside_dx.report.marks import marks_document, marks_sheet, write_mask, write_sheet
from bedside_dx.text import texts

if TYPE_CHECKING:
    from pathlib import Path

    from bedside_dx.core.events import Emit
    from bedside_dx.core.marks import VolumeCard
    from bedside_dx.core.scan import Series, Study
    from bedside_dx.core.settings import Settings

UNITS = {"CT": "HU"}
"""Unit that the values of a modality must have, so that a network knows what it sees."""
THREADS = 2
"""Where a person has not said how many."""


@dataclass(frozen=True)
class VolumeCheck:
    """That a network gives its reference results here, and how closely."""

    max_difference: float


def is_for_volumes(name: str | None) -> bool:
    """Whether a name is that of a network for volumes; no file is read."""
    return name in volume_names()


def verify_volume_network(name: str, settings: Settings) -> VolumeCheck:
    """Check the files of a network and its reference results on this machine.

    Raises
    ------
    ModelError
        As `models.volumes.network.load_volume_network`.
    InferenceError
    """
    network = load_volume_network(find_volume_package(name), provider=settings.provider)
    return VolumeCheck(network.check())


def read_volume_card(name: str) -> str:
    """The card of an installed network as its makers wrote it (Markdown)."""
    return find_volume_package(name).about()


def mark_scan(
    path: Path,
    model: str,
    *,
    case: Case | None = None,
    settings: Settings,
    emit: Emit,
    cancel: Cancel | None = None,
) -> MarkedScan:
    """Open a study, and have a network mark the largest volume that it was made for.

    Raises
    ------
    ImagingError
        As `ScanReader.open`; ``scan.several-patients``, ``scan.other-patient``;
        ``marks.no-volume``: no series of that modality stacks; ``marks.too-coarse``.
    ModelError
        As `load_volume_network`.
    InferenceError
    CancelledByUser
    """
    cancel = cancel or Cancel()
    emit(StageProgress(Stage.OPENING, 0, 1))
    with ScanReader() as reader:
        study = reader.open(path, cancel=cancel)
        whose = case_of(study, case or Case())
        network = load_network(model, settings)
        series = _choose(study, network.package.card)
        return mark_series(reader, study, series, network, case=whose, emit=emit, cancel=cancel)


def load_network(name: str, settings: Settings) -> VolumeNetwork:
    """Load an installed network and see that it gives its reference results on this machine.

    Raises
    ------
    ModelError
        As `models.volumes.network.load_volume_network`.
    InferenceError
    """
    return load_volume_network(
        find_volume_package(name), provider=settings.provider, threads=settings.threads or THREADS
    )


def mark_series(
    reader: ScanReader,
    study: Study,
    series: Series,
    network: VolumeNetwork,
    *,
    case: Case,
    emit: Emit,
    cancel: Cancel,
) -> MarkedScan:
    """Have a network mark one series of an open study; see `mark_scan`.

    Raises
    ------
    ImagingError
        ``scan.several-patients``, ``scan.other-patient``, ``marks.no-volume``,
        ``marks.too-coarse``; or as `ScanReader.volume`.
    InferenceError
    CancelledByUser
    """
    started, clock = datetime.now(UTC), time.perf_counter()
    whose, card = case_of(study, case), network.package.card
    if not _is_for(series, card):
        raise ImagingError("marks.no-volume", path=study.path, modality=card.modality)
    _check_grid(study, series, card)
    slices, windows = len(series.frames), 0
    emit(StageProgress(Stage.OPENING, 0, slices))
    volume = reader.volume(
        series, lambda done: emit(StageProgress(Stage.OPENING, done, slices)), cancel
    )

    def told(done: int, total: int) -> None:
        nonlocal windows
        windows = done
        emit(StageProgress(Stage.PATCHES, done, total))

    marked = mark_volume(volume, card, partial(network.run, cancel=cancel), told)
    emit(StageProgress(Stage.CONCLUDING, 0, 1))
    pictures = marks_sheet(volume, marked, card, series)
    emit(StageProgress(Stage.CONCLUDING, 1, 1))
    size = SizePx(series.columns, series.rows)
    duration = time.perf_counter() - clock
    return MarkedScan(
        whose,
        SlideFacts(study.path, "dicom", size, None, fingerprint(series)),
        card,
        series.key,
        volume,
        marked,
        pictures,
        Provenance(
            program_version=bedside_dx.__version__,
            engine=network.engine,
            provider=network.provider,
            started=started,
            duration_s=duration,
            patches_per_s=windows / duration,
            reading=Reading(Decoder.SCAN),
        ),
        series.remarks,
    )


def _is_for(series: Series, card: VolumeCard) -> bool:
    """Whether a network can be given a series at all."""
    return (
        series.is_volume
        and not series.is_inverted
        and series.modality == card.modality
        and series.unit == UNITS.get(card.modality, series.unit)
    )


def _choose(study: Study, card: VolumeCard) -> Series:
    """The largest volume that a network can be given."""
    fit = [series for series in study.images if _is_for(series, card)]
    if not fit:
        raise ImagingError("marks.no-volume", path=study.path, modality=card.modality)
    return max(fit, key=lambda one: len(one.frames))


def _check_grid(study: Study, series: Series, card: VolumeCard) -> None:
    plane = series.frames[0].plane
    coarsest = max(series.between or 0.0, *(plane.spacing if plane else (0.0,)))
    if coarsest > card.coarsest_mm:
        raise ImagingError(
            "marks.too-coarse", path=study.path, found=coarsest, most=card.coarsest_mm
        )


def check_flags(*, has_spacing: bool, has_disease: bool, model: str) -> None:
    """Refuse options that a network for volumes can't answer to.

    Raises
    ------
    ModelError
        ``marks.no-verdict``
    """
    if has_spacing or has_disease:
        raise ModelError("marks.no-verdict", model=model)


def marks_values(scan: MarkedScan, language: str) -> dict[str, object]:
    """What report.json holds, as plain values."""
    return marks_document(scan, texts(language))


def save_marks(scan: MarkedScan, folder: Path, language: str) -> tuple[Path, ...]:
    """Write report.json, marks.png and mask.nii.gz: all or none.

    Raises
    ------
    ReportError
        They could not be written.
    """
    t = texts(language)
    writers = {
        "report.json": partial(_write_document, scan, language),
        "marks.png": partial(write_sheet, scan),
        "mask.nii.gz": partial(write_mask, scan),
    }
    return save_together(folder, writers, t)


def _write_document(scan: MarkedScan, language: str, path: Path) -> None:
    import json  # noqa: PLC0415

    text = json.dumps(marks_values(scan, language), ensure_ascii=False, indent=1, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
