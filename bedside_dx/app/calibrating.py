"""A model of other makers, calibrated on a site's own labelled images."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bedside_dx.analysis.calibration import calibrate, units_by_class
from bedside_dx.analysis.images import cut_image
from bedside_dx.app.image_pool import each_image
from bedside_dx.app.labelled_set import read_index
from bedside_dx.core.errors import ModelError, SlideError
from bedside_dx.core.events import Stage, StageProgress
from bedside_dx.core.origin import OriginKind
from bedside_dx.imaging.slide import open_slide
from bedside_dx.models import installing, registry, session
from bedside_dx.models.importers.extras import check_extra
from bedside_dx.models.importers.familiarity import fit_familiarity
from bedside_dx.models.recalibrating import has_own_gate, write_recalibrated
from bedside_dx.models.shelf import SHELF

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bedside_dx.app.labelled_set import LabelledImage
    from bedside_dx.core.calibration import Calibration
    from bedside_dx.core.cancel import Cancel
    from bedside_dx.core.events import Emit
    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.models.package import ModelPackage
    from bedside_dx.models.session import LoadedModel

LEAST_OF_CLASS = 50
"""Groups, or images on their own, of each class: half of them give the limits of its sets, and
with 25 the set of 95 % is not simply all classes."""


@dataclass(frozen=True)
class Calibrated:
    """A model's new version.

    Attributes
    ----------
    has_new_gate
        Whether it was taught what is unfamiliar on the same images.
    unreadable
        Images that were left out.
    """

    card: ModelCard
    found: Calibration
    before: str
    has_new_gate: bool
    unreadable: int


@dataclass(frozen=True)
class _Read:
    """One image: what the network gives for its patches, and its description of the middle one."""

    row: LabelledImage
    outputs: NDArray[np.float32]
    embedding: NDArray[np.float32]


def calibrate_model(
    name: str,
    index: Path,
    *,
    emit: Emit,
    cancel: Cancel,
    provider: str = "auto",
    threads: int = 0,
) -> Calibrated:
    """Fit temperature, class sets, abstention and, where its makers gave none, a gate.

    The result is installed as the model's next version; the one before stays beside it.

    Parameters
    ----------
    index
        As for `bedside_dx.app.evaluating.evaluate`; rows of unfamiliar images are not used.

    Raises
    ------
    ModelError
        ``calibrate.not-yours``: the model came with the program, is signed, or was not installed
        by this person; ``calibrate.too-few`` labelled images of a class; and what
        `installing.install` refuses. The model stays as it was.
    TableError
        The table can't be used.
    InferenceError
        The model failed.
    CancelledByUser
    """
    check_extra("exchange")
    package = registry.find(name)
    _check_ownership(package)
    card = package.card
    classes = [c.id for c in card.classes]
    table = read_index(index, classes)
    rows = [row for row in table.images if row.familiar]
    _check_counts(rows, card)
    model = session.load(package, provider=provider)
    seen = each_image(
        rows,
        lambda row, probe: _read(row, model, cancel, probe=probe),
        emit=emit,
        cancel=cancel,
        threads=threads,
    )
    read = [image for image in seen if image is not None]
    _check_counts([image.row for image in read], card)
    emit(StageProgress(Stage.CONCLUDING, 0, 1))
    found = calibrate(
        [image.outputs for image in read],
        np.array([card.index(image.row.label) for image in read]),
        [image.row.group for image in read],
        classes,
        table.facts,
    )
    gate = None if has_own_gate(package) else fit_familiarity(_descriptions(read))
    cancel.raise_if_cancelled()
    installed = _install(package, found, gate)
    emit(StageProgress(Stage.CONCLUDING, 1, 1))
    unreadable = len(rows) - len(read)
    return Calibrated(installed.card, found, card.version, gate is not None, unreadable)


def _check_ownership(package: ModelPackage) -> None:
    """Only what this person installed and nobody signed may change: others answer for the rest."""
    mine = package.path.is_relative_to(registry.user_folder() / SHELF)
    if package.card.origin.kind is not OriginKind.UNSIGNED or not mine:
        raise ModelError("calibrate.not-yours", name=package.name)


def _check_counts(rows: list[LabelledImage], card: ModelCard) -> None:
    labels = np.array([card.index(row.label) for row in rows], np.int64)
    counts = units_by_class(labels, [row.group for row in rows], len(card.classes))
    scarce = [c.id for c, n in zip(card.classes, counts, strict=True) if n < LEAST_OF_CLASS]
    if scarce:
        raise ModelError(
            "calibrate.too-few",
            classes=", ".join(scarce),
            fewest=min(counts),
            least=LEAST_OF_CLASS,
        )


def _read(row: LabelledImage, model: LoadedModel, cancel: Cancel, *, probe: bool) -> _Read | None:
    try:
        with open_slide(row.path, spacing=row.spacing_um, probe=probe) as source:
            cut = cut_image(source, model.card, row.spacing_um)
    except SlideError:
        return None
    if cut.too_coarse:
        return None
    outputs, embedding = model.outputs(cut.patches, cancel)
    return _Read(row, outputs, embedding[len(embedding) // 2])


def _descriptions(read: list[_Read]) -> NDArray[np.float32]:
    """(n, D), one row an image."""
    return np.stack([image.embedding for image in read])


def _install(
    package: ModelPackage, found: Calibration, gate: dict[str, NDArray[np.float32]] | None
) -> ModelPackage:
    with tempfile.TemporaryDirectory(prefix="bedside-dx-") as work:
        folder = Path(work) / package.name
        folder.mkdir()
        today = datetime.now(UTC).astimezone().date()
        write_recalibrated(package, found, gate, today, folder)
        origin = replace(package.card.origin, installed="")
        return installing.install(folder, origin=origin, name=package.name)
