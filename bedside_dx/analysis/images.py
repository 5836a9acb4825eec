"""Labelled images: brought to the model's scale, cut into patches, judged like a small slide."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bedside_dx.analysis.class_sets import class_set
from bedside_dx.analysis.confidence import conclude
from bedside_dx.analysis.patch_quality import spoilt_patches
from bedside_dx.analysis.patches import plan_whole_image
from bedside_dx.core.cancel import Cancel
from bedside_dx.core.errors import SlideError
from bedside_dx.core.evaluation import Answer, Fit
from bedside_dx.core.geometry import PatchGrid, RegionPx, SizePx
from bedside_dx.core.model_card import ModelCard
from bedside_dx.core.model_input import ModelInput
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.ports import Classifier, PixelSource, Seen
from bedside_dx.core.results import Findings, Image
from bedside_dx.core.rules import DEFAULT_RULES, Rules
from bedside_dx.core.verdict import Status

MOST_PX = 36 * 10**6
"""Largest image at the model's scale: larger ones are slides, to be diagnosed."""

SAME_SCALE = 0.01
"""Spacings that differ by less than this share are the same."""


@dataclass(frozen=True)
class CutImage:
    """One image as the model takes it.

    Attributes
    ----------
    patches
        (n, patch_px, patch_px, 3) uint8.
    cells
        (n, 2) int32, column and row of each.
    too_coarse
        Its spacing is coarser than the model may be given: nothing is to be said of it.
    """

    patches: NDArray[np.uint8]
    cells: NDArray[np.int32]
    fit: Fit
    mirrored: bool
    too_coarse: bool


def cut_image(source: PixelSource, card: ModelCard, spacing_um: float | None) -> CutImage:
    """Bring an image to the model's scale and cut it into patches that cover all of it.

    A whole-image model gets the image squeezed to its square, as in `plan_whole_image`.
    With a spacing the image is resampled to the model's; without, it is taken as it is, and
    resized only if neither side is the patch's. A larger image becomes a grid of patches, a
    smaller one is continued by its mirror image.

    Raises
    ------
    SlideError
        It can't be decoded, or is larger than `MOST_PX` at the model's scale.
    """
    side = card.patch_px
    if card.input is ModelInput.WHOLE_IMAGE:
        return _squeezed(source, side)
    factor, fit = _enlargement(source.size, card, spacing_um)
    size = SizePx(*(max(1, round(v * factor)) for v in (source.size.width, source.size.height)))
    if size.width * size.height > MOST_PX:
        raise SlideError("slide.too-large", width=size.width, height=size.height)
    pixels = source.read(RegionPx(0, 0, source.size.width, source.size.height), size)
    whole = _mirrored(pixels, side)
    ys, xs = _starts(whole.shape[0], side), _starts(whole.shape[1], side)
    return CutImage(
        np.stack([whole[y : y + side, x : x + side] for y in ys for x in xs]),
        np.array([(c, r) for r in range(len(ys)) for c in range(len(xs))], np.int32),
        fit,
        mirrored=whole.shape != pixels.shape,
        too_coarse=spacing_um is not None and spacing_um > (card.coarsest_um_px or math.inf),
    )


def judge_image(
    cut: CutImage, classifier: Classifier, cancel: Cancel, rules: Rules = DEFAULT_RULES
) -> Answer:
    """Run the model on an image's patches and conclude as for a slide of that size.

    Raises
    ------
    InferenceError
        The model failed.
    CancelledByUser
    """
    seen = classifier.classify(cut.patches, cancel)
    findings = _findings(cut, classifier.card, seen)
    diagnosis = conclude(findings, rules)
    reasons = tuple(reason.code for reason in diagnosis.reasons)
    refused = cut.too_coarse
    mean = seen.probabilities.mean(0, dtype=np.float64)
    return Answer(
        probabilities=tuple(float(p) for p in mean),
        status=Status.CANNOT_SAY if refused else diagnosis.status,
        class_id=None if refused else diagnosis.class_id,
        unfamiliarity=float(seen.unfamiliarity.mean()),
        reasons=("reason.too-coarse", *reasons) if refused else reasons,
        fit=cut.fit,
        patches=len(cut.patches),
        mirrored=cut.mirrored,
        class_set=class_set(mean, classifier.card, rules.coverage),
    )


def _squeezed(source: PixelSource, side: int) -> CutImage:
    region = plan_whole_image(source).region(0)
    pixels = source.read(region, SizePx(side, side))
    same = source.size == SizePx(side, side)
    fit = Fit.AS_IS if same else Fit.RESIZED
    return CutImage(pixels[None], np.zeros((1, 2), np.int32), fit, mirrored=False, too_coarse=False)


def _enlargement(size: SizePx, card: ModelCard, spacing_um: float | None) -> tuple[float, Fit]:
    """By how much the image is enlarged to the model's scale, and why."""
    if spacing_um is not None and card.spacing_um_px is not None:
        factor = spacing_um / card.spacing_um_px
        return (1.0, Fit.AS_IS) if abs(factor - 1) < SAME_SCALE else (factor, Fit.RESAMPLED)
    shorter = min(size.width, size.height)
    if shorter == card.patch_px:
        return 1.0, Fit.AS_IS
    return card.patch_px / shorter, Fit.RESIZED


def _mirrored(pixels: Image, side: int) -> Image:
    """Continue an image that is smaller than a patch by its mirror image, all round."""
    missing = [max(0, side - extent) for extent in pixels.shape[:2]]
    if not any(missing):
        return pixels
    borders = [(m // 2, m - m // 2) for m in missing]
    return np.pad(pixels, (*borders, (0, 0)), mode="symmetric")


def _starts(extent: int, side: int) -> list[int]:
    """First px of patches that cover an extent, the last one ending with it."""
    count = max(1, math.ceil(extent / side))
    return [int(v) for v in np.rint(np.linspace(0, extent - side, count))]


def _findings(cut: CutImage, card: ModelCard, seen: Seen) -> Findings:
    """Findings of a small slide that is tissue all over."""
    columns, rows = (int(v) + 1 for v in cut.cells.max(0))
    side = float(card.patch_px)
    state = np.full(len(cut.patches), PatchState.ANALYSED, np.uint8)
    if card.input is ModelInput.PATCHES:
        spoilt = spoilt_patches(cut.patches)
        state = np.where(spoilt > 0, spoilt, state)
    return Findings(
        model=card,
        grid=PatchGrid(0.0, 0.0, side, side, columns, rows),
        cells=cut.cells,
        state=state,
        probabilities=seen.probabilities,
        unfamiliarity=seen.unfamiliarity,
        tissue=np.ones(len(cut.patches), np.float32),
        cell_mm2=None,
    )
