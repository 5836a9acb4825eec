"""What a model of single images says of a series: which slices, how shown, and what counts.

A slice is turned upright, its pixels made square, its values windowed once for the series, and
squeezed to the model's square: the contract of exported images that such models are trained on.
"""

from __future__ import annotations

import re
from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from bedside_dx.analysis.confidence import conclude
from bedside_dx.core.geometry import PatchGrid, RegionPx
from bedside_dx.core.model_card import Role
from bedside_dx.core.occlusion import COVER
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.results import Findings, Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bedside_dx.core.cancel import Cancel
    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.core.ports import Classifier
    from bedside_dx.core.results import Diagnosis, Image
    from bedside_dx.core.rules import Rules
    from bedside_dx.core.scan import Plane, Series

MOST_SLICES = 25
LEAST_AREA = 0.5
"""Share of the largest cross-section that a slice must show: caps and necks are left out."""
DARKEST = 0.25
"""Brightness of a slice, as a share of the series', below which it counts as noise."""
NEIGHBOURS = 3
"""Slices in a row whose mean decides: what one slice alone shows is more often chance."""
LEAST_FAMILIAR = 0.5
"""Share of the slices that must be familiar for any of them to count."""
STEP = 14
"""The occluder stands at 14 × 14 places."""
CLOSE = np.float32(0.53)
"""Limit of unfamiliarity, in place of 1, where a person and not the files says which part it is:
95 % of the images that only the gate was checked with lie below (bench imaging)."""
STRANGE = np.float32(2.0)
"""Unfamiliarity of a slice whose header already says that the model does not know it."""
# The internal auditory canal as a word of its own: CARDIAC and SACROILIAC end in the same letters.
# Heads of bones, arms overhead and "head first" are no heads.
_NO_HEAD = "".join(f"(?<!{bone}[ _-])" for bone in ("FEMORAL", "HUMERAL", "RADIAL", "FIBULAR"))
HEAD_PARTS = (
    _NO_HEAD + r"(?<!OVER)HEAD(?![ _-]?FIRST)"
    r"|BRAIN|SKULL|NEURO|PITUITARY|SELLA|(?<![A-Z])IAC(?![A-Z])|ORBIT|CRANE"
)
BODY_PARTS_OF = {"brain": HEAD_PARTS}


class Fit(Enum):
    """Whether a series shows what the model was made for."""

    STATED = "stated"
    """Its files say so."""
    SAID = "said"
    """A person says so, the files say nothing."""
    UNSTATED = "unstated"
    """The modality fits, and nobody says which part of the body it is."""
    OTHER = "other"


def upright(pixels: NDArray[Any], plane: Plane | None) -> NDArray[Any]:
    """Turn an image as a radiologist hangs it: patient's left at the right, head or front up."""
    if plane is None:
        return pixels
    row, column = np.asarray(plane.along_row), np.asarray(plane.along_column)
    if is_turned(plane):
        pixels, row, column = np.swapaxes(pixels, 0, 1), column, row
    if row[np.argmax(np.abs(row))] < 0:
        pixels = pixels[:, ::-1]
    axis = int(np.argmax(np.abs(column)))
    is_down = column[axis] > 0 if axis < 2 else column[axis] < 0
    return pixels if is_down else pixels[::-1]


def is_turned(plane: Plane | None) -> bool:
    """Whether `upright` exchanges rows and columns."""
    if plane is None:
        return False
    row, column = np.abs(plane.along_row), np.abs(plane.along_column)
    return int(np.argmax(row)) > int(np.argmax(column))


def show(values: NDArray[Any], window: tuple[float, float], aspect: float, side: int) -> Image:
    """One slice as a model takes it, (side, side, 3) uint8, black around what is not square."""
    low, high = window
    grey = ((values - low) / max(high - low, 1e-6) * 255).clip(0, 255).astype(np.uint8)
    rows, columns = grey.shape
    height, width = rows * aspect, float(columns)
    scale = side / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = np.asarray(Pillow.fromarray(grey).resize(size, Pillow.Resampling.BOX))
    sheet = np.zeros((side, side), np.uint8)
    y, x = (side - small.shape[0]) // 2, (side - small.shape[1]) // 2
    sheet[y : y + small.shape[0], x : x + small.shape[1]] = small
    return np.repeat(sheet[..., None], 3, 2)


def picture_to_slice(
    plane: Plane | None, rows: int, columns: int, aspect: float, side: int
) -> NDArray[np.float64]:
    """Where `show` of an `upright` image leads back to in the image as stored.

    Parameters
    ----------
    rows, columns, aspect
        Of the image as stored.
    side
        Of the square picture.

    Returns
    -------
    (2, 3) float64: column and row of the picture to those of the image.
    """
    stored = np.indices((rows, columns)).astype(np.float64)
    down, across = (upright(axis, plane) for axis in stored)
    height, width = across.shape
    stretched = height * (1 / aspect if is_turned(plane) else aspect)
    scale = side / max(stretched, float(width))
    size_x, size_y = max(1, round(width * scale)), max(1, round(stretched * scale))
    x0, y0 = (side - size_x) // 2, (side - size_y) // 2
    step_x, step_y = width / size_x, height / size_y
    # Column and row of the upright image first, then of the image as stored.
    to_upright = np.array(
        [[step_x, 0.0, (0.5 - x0) * step_x - 0.5], [0.0, step_y, (0.5 - y0) * step_y - 0.5]]
    )
    first = np.array([across[0, 0], down[0, 0]])
    along = np.array([across[0, min(1, width - 1)], down[0, min(1, width - 1)]]) - first
    below = np.array([across[min(1, height - 1), 0], down[min(1, height - 1), 0]]) - first
    turn = np.stack([along, below], 1)
    return np.hstack([turn @ to_upright[:, :2], (turn @ to_upright[:, 2] + first)[:, None]])


def window_of(stack: Sequence[NDArray[Any]]) -> tuple[float, float]:
    """Values shown black and white: all but the outermost halves of a percent of the series."""
    sample = np.concatenate([values[::4, ::4].ravel() for values in stack])
    low, high = np.quantile(sample, [0.005, 0.995])
    return float(low), float(high)


def choose_slices(stack: Sequence[NDArray[Any]]) -> list[int]:
    """Slices through the bulk of what is there, evenly, `MOST_SLICES` at most.

    What is there is told from air by each slice's own brightness: a slice that is darker than its
    neighbours, by its coil or its contrast, is not left out for it; one of noise alone is.
    """
    samples = [values[::4, ::4] for values in stack]
    whole = np.concatenate([sample.ravel() for sample in samples])
    low, high = np.quantile(whole, [0.01, 0.995])
    tops = [max(float(np.quantile(s, 0.995)), low + DARKEST * (high - low)) for s in samples]
    areas = np.array(
        [(s > low + 0.15 * (top - low)).mean() for s, top in zip(samples, tops, strict=True)]
    )
    large = np.flatnonzero(areas >= LEAST_AREA * areas.max())
    if len(large) <= MOST_SLICES:
        return [int(at) for at in large]
    return [
        int(at) for at in large[np.linspace(0, len(large) - 1, MOST_SLICES).round().astype(int)]
    ]


def is_for(series: Series, card: ModelCard) -> bool:
    """Whether nothing in a series' header speaks against what the model was made for."""
    return fit_of(series, card) is not Fit.OTHER


def fit_of(series: Series, card: ModelCard, said: str = "") -> Fit:
    """What is known of a series' organ.

    Parameters
    ----------
    said
        Part of the body as a person stated it, for example ``"HEAD"``; asked for only where the
        files do not say.
    """
    parts = BODY_PARTS_OF.get(card.organ)
    if series.modality != card.modality:
        return Fit.OTHER
    if parts is None:
        return Fit.STATED
    stated = series.body_part or said.upper()
    if not stated:
        return Fit.UNSTATED
    if not re.search(parts, stated):
        return Fit.OTHER
    return Fit.STATED if series.body_part else Fit.SAID


def read_series(
    slices: NDArray[np.uint8], classifier: Classifier, cancel: Cancel, fit: Fit
) -> Findings:
    """Run the model over slices, laid out on a sheet row by row.

    Parameters
    ----------
    slices
        (n, side, side, 3) uint8, in the order of their places.
    fit
        Unless the files say that the model was made for it, or a person does, all slices are
        unfamiliar: a model that never saw a heart may take one for a head. Where a person says
        so, only what is close to the training data is familiar.
    """
    seen = classifier.classify(slices, cancel)
    count, side = len(slices), slices.shape[1]
    columns = int(np.ceil(np.sqrt(count)))
    cells = np.array([[at % columns, at // columns] for at in range(count)], np.int32)
    strange = seen.unfamiliarity
    if fit is Fit.SAID:
        strange = strange / CLOSE
    elif fit is not Fit.STATED:
        strange = np.maximum(strange, STRANGE)
    return Findings(
        model=classifier.card,
        grid=PatchGrid(0.0, 0.0, side, side, columns, -(-count // columns)),
        cells=cells,
        state=np.full(count, PatchState.ANALYSED, np.uint8),
        probabilities=seen.probabilities,
        unfamiliarity=strange,
        tissue=np.ones(count, np.float32),
        cell_mm2=None,
    )


def sheet_of(slices: NDArray[np.uint8], grid: PatchGrid) -> Image:
    """All slices side by side, as `read_series` lays them out."""
    side = slices.shape[1]
    sheet = np.zeros((grid.rows * side, grid.columns * side, 3), np.uint8)
    for at, picture in enumerate(slices):
        y, x = at // grid.columns * side, at % grid.columns * side
        sheet[y : y + side, x : x + side] = picture
    return sheet


def judge_series(findings: Findings, rules: Rules) -> tuple[Diagnosis, tuple[int, ...], int]:
    """Say what the slices mean together.

    The neighbours that speak most for a tumour decide, by their mean, under the rules for one
    image and with their interval. Where half of the slices or more are unfamiliar, nothing is
    said.

    Returns
    -------
    The verdict, the places of the slices that it rests on, and of the one that shows it best.
    """
    familiar = findings.unfamiliarity <= 1
    tumour = findings.probabilities[:, list(findings.model.of_role(Role.TUMOUR))].sum(1)
    count = len(tumour)
    span = min(NEIGHBOURS, count)
    windows = [at for at in range(count - span + 1) if familiar[at : at + span].all()]
    if familiar.mean() < LEAST_FAMILIAR or not windows:
        which = np.flatnonzero(~familiar)
        picked = tuple(int(at) for at in which)
        return conclude(_only(findings, which), rules), picked, picked[len(picked) // 2]
    best = max(windows, key=lambda at: float(tumour[at : at + span].mean()))
    part = np.arange(best, best + span)
    diagnosis = conclude(_only(findings, part), rules)
    place = int(part[np.argmax(tumour[part])])
    return _of_picked(diagnosis, span, count), tuple(int(at) for at in part), place


def _of_picked(diagnosis: Diagnosis, span: int, count: int) -> Diagnosis:
    """Say that how sure it is was found on single images, and that these were picked."""
    if count == 1:
        return diagnosis
    # Sets of classes keep their promise for single images: of picked ones it is not known.
    found = replace(diagnosis, is_calibrated=False, class_set=None, set_level=None)
    if count <= span or diagnosis.probability is None:
        return found
    said = Reason("reason.picked-slices", {"slices": span, "of": count})
    return replace(found, reasons=(*diagnosis.reasons, said))


def _only(findings: Findings, which: NDArray[np.int64]) -> Findings:
    return replace(
        findings,
        cells=findings.cells[which],
        state=findings.state[which],
        probabilities=findings.probabilities[which],
        unfamiliarity=findings.unfamiliarity[which],
        tissue=findings.tissue[which],
    )


def region_of(findings: Findings, place: int) -> RegionPx:
    """Where a slice lies on the sheet."""
    column, row = findings.cells[place]
    return findings.grid.region(int(column), int(row))


def occlusion(
    picture: Image, class_id: str, classifier: Classifier, cancel: Cancel
) -> NDArray[np.float32]:
    """How much a class's probability falls when a place is covered.

    Returns
    -------
    (STEP, STEP) float32, -1 to 1; above 0 the place speaks for the class.
    """
    side = picture.shape[0]
    cover = side // COVER
    grey = np.median(picture[picture[..., 0] > 0], axis=0).astype(np.uint8)
    column = classifier.card.index(class_id)
    starts = [round(at * (side - cover) / (STEP - 1)) for at in range(STEP)]
    before = float(classifier.classify(picture[None], cancel).probabilities[0, column])
    fall = np.empty((STEP, STEP), np.float32)
    for row, y in enumerate(starts):
        covered = np.repeat(picture[None], STEP, 0)
        for at, x in enumerate(starts):
            covered[at, y : y + cover, x : x + cover] = grey
        fall[row] = before - classifier.classify(covered, cancel).probabilities[:, column]
    return fall
