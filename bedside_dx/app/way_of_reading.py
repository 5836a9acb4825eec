"""By which way a model's patches come out of a slide: in full, or from tiles decoded smaller.

A slide scanned finer than a model looks is decoded and then filtered down. libjpeg can decode it
to a half at once, in much less time, but not to the very same pixels. Whether that is as good is
asked of the model itself, on this slide, before it reads the rest.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bedside_dx.analysis.order import drawn_order
from bedside_dx.analysis.patch_quality import spoilt_patches
from bedside_dx.core.errors import SlideError
from bedside_dx.core.geometry import SizePx
from bedside_dx.core.model_card import ModelInput

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bedside_dx.analysis.patches import PatchPlan
    from bedside_dx.core.events import Cancel
    from bedside_dx.core.ports import Classifier, PixelSource, Seen
    from bedside_dx.core.reading import Reading
    from bedside_dx.imaging.shrunk import ShrunkSlide
    from bedside_dx.imaging.slide import Slide

LEAST_PATCHES = 480
"""Of a slide: asking costs as much as reading twice `SAMPLE` of them."""
SAMPLE, LEAST_SAMPLE = 24, 16
"""Patches that are read both ways, and how many of them must be readable."""
MOST_DIFFERENCE = 0.10
"""Largest change of a probability on any of them; and no class and no refusal may change.

On a real colon section, moving the patches by one stored pixel (0.5 µm: where the grid happens to
lie) changed a probability by up to 0.15 and by 0.05 on average, decoding tiles to a half by up to
0.09 and by 0.03."""
BATCH = 8

_log = logging.getLogger(__name__)


class Way(NamedTuple):
    """Where patches are read from, and what that is."""

    source: PixelSource
    reading: Reading


def choose_way(slide: Slide, plan: PatchPlan, classifier: Classifier, cancel: Cancel) -> Way:
    """Decide how a model reads a slide: from smaller decoded tiles where it sees the same.

    It sees the same when on `SAMPLE` patches drawn at random no probability changes by more than
    `MOST_DIFFERENCE`, and neither the likeliest class, nor whether the patch is familiar or sharp
    enough to be judged.

    Raises
    ------
    InferenceError
    CancelledByUser
    """
    full = Way(slide, slide.reading)
    shrunk, drawn = slide.shrunk(), drawn_order(plan)
    is_large = len(drawn) >= LEAST_PATCHES
    if shrunk is None or not is_large or classifier.card.input is ModelInput.WHOLE_IMAGE:
        return full
    size = SizePx(classifier.card.patch_px, classifier.card.patch_px)
    shrink = shrunk.shrink_for(plan.region(int(drawn[0])), size)
    if shrink == 1 or not _looks_the_same(slide, shrunk, plan, drawn[:SAMPLE], classifier, cancel):
        return full
    return Way(shrunk, replace(slide.reading, shrink=shrink))


def _looks_the_same(
    slide: Slide,
    shrunk: ShrunkSlide,
    plan: PatchPlan,
    sample: NDArray[np.int64],
    classifier: Classifier,
    cancel: Cancel,
) -> bool:
    """Show the model a sample both ways."""
    size = SizePx(classifier.card.patch_px, classifier.card.patch_px)
    pairs: list[tuple[NDArray[np.uint8], NDArray[np.uint8]]] = []
    for patch in sample:
        cancel.raise_if_cancelled()
        region = plan.region(int(patch))
        try:
            pairs.append((slide.read(region, size), shrunk.read(region, size)))
        except SlideError:
            continue
    if len(pairs) < LEAST_SAMPLE:
        return False
    whole, small = (np.stack(pixels) for pixels in zip(*pairs, strict=True))
    if not np.array_equal(spoilt_patches(whole) > 0, spoilt_patches(small) > 0):
        _log.info("tiles are decoded in full: other patches would be called blurred")
        return False
    return all(
        _agree(
            classifier.classify(whole[at : at + BATCH], cancel),
            classifier.classify(small[at : at + BATCH], cancel),
        )
        for at in range(0, len(pairs), BATCH)
    )


def _agree(whole: Seen, small: Seen) -> bool:
    """Whether two looks at the same patches come to the same."""
    difference = float(np.abs(whole.probabilities - small.probabilities).max())
    same_class = whole.probabilities.argmax(1) == small.probabilities.argmax(1)
    same_trust = (whole.unfamiliarity > 1) == (small.unfamiliarity > 1)
    _log.info(
        "tiles decoded smaller: probabilities change by up to %.4f, %d classes, %d refusals",
        difference, (~same_class).sum(), (~same_trust).sum(),
    )  # fmt: skip
    return difference <= MOST_DIFFERENCE and bool(same_class.all() and same_trust.all())
