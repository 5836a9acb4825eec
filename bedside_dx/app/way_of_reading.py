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
from bedside_dx.analysis.stream import analysed
from bedside_dx.core.errors import SlideError
from bedside_dx.core.geometry import RegionPx, SizePx
from bedside_dx.core.model_card import ModelInput
from bedside_dx.core.ports import Seen

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bedside_dx.analysis.patches import PatchPlan
    from bedside_dx.core.events import Cancel
    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.core.ports import Classifier, PixelSource, Scores
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
BATCH = 4
"""Patches shown at a time: a difference ends the asking."""

_log = logging.getLogger(__name__)


class Way(NamedTuple):
    """Where patches are read from, and what that is.

    Attributes
    ----------
    known
        What the model has seen of some patches read this way, while it was asked.
    """

    source: PixelSource
    reading: Reading
    known: tuple[Scores, ...] = ()


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
    if shrink == 1:
        return full
    asked = _Asked(slide, shrunk, plan, classifier)
    if not asked.looks_the_same(drawn[:SAMPLE], cancel):
        return full._replace(known=tuple(asked.whole))
    return Way(shrunk, replace(slide.reading, shrink=shrink), tuple(asked.small))


def may_be_shrunk(slide: Slide, card: ModelCard) -> bool:
    """Whether `choose_way` may come to smaller decoded tiles, if the slide has many patches."""
    if card.spacing_um_px is None or slide.spacing is None or (shrunk := slide.shrunk()) is None:
        return False
    side = round(card.patch_px * card.spacing_um_px / slide.spacing.um_per_px)
    region = RegionPx(0, 0, side, side)
    return shrunk.shrink_for(region, SizePx(card.patch_px, card.patch_px)) > 1


class _Asked:
    """A model that is shown patches both ways.

    Attributes
    ----------
    whole, small
        What it saw, a batch at a time, in tiles decoded in full and smaller.
    """

    def __init__(
        self, slide: Slide, shrunk: ShrunkSlide, plan: PatchPlan, classifier: Classifier
    ) -> None:
        self._slide, self._shrunk, self._plan = slide, shrunk, plan
        self._classifier = classifier
        self.whole: list[Scores] = []
        self.small: list[Scores] = []

    def looks_the_same(self, sample: NDArray[np.int64], cancel: Cancel) -> bool:
        """Show it patches until it sees a difference."""
        readable = 0
        for at in range(0, len(sample), BATCH):
            patches, whole, small = self._pixels(sample[at : at + BATCH], cancel)
            readable += len(patches)
            if len(patches) and not self._sees_the_same(patches, whole, small, cancel):
                return False
        return readable >= LEAST_SAMPLE

    def _pixels(
        self, patches: NDArray[np.int64], cancel: Cancel
    ) -> tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[np.uint8]]:
        """Read patches both ways, but for those that can't be read."""
        side = self._classifier.card.patch_px
        readable: list[int] = []
        pixels = np.empty((2, len(patches), side, side, 3), np.uint8)
        for patch in patches:
            cancel.raise_if_cancelled()
            region, place = self._plan.region(int(patch)), len(readable)
            try:
                pixels[0, place] = self._slide.read(region, SizePx(side, side))
                pixels[1, place] = self._shrunk.read(region, SizePx(side, side))
            except SlideError:
                continue
            readable.append(int(patch))
        whole, small = pixels[:, : len(readable)]
        return np.array(readable, np.int64), whole, small

    def _sees_the_same(
        self,
        patches: NDArray[np.int64],
        whole: NDArray[np.uint8],
        small: NDArray[np.uint8],
        cancel: Cancel,
    ) -> bool:
        fine = spoilt_patches(whole) == 0
        if not np.array_equal(fine, spoilt_patches(small) == 0):
            _log.info("tiles are decoded in full: other patches would be called blurred")
            return False
        seen = [self._classifier.classify(pixels, cancel) for pixels in (whole, small)]
        for one, scores in zip(seen, (self.whole, self.small), strict=True):
            scores.append(analysed(patches[fine], Seen(*(values[fine] for values in one))))
        return _agree(*seen)


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
