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
from bedside_dx.core.model_card import Role
from bedside_dx.core.model_input import ModelInput
from bedside_dx.core.ports import Seen
from bedside_dx.models.second_look import SMALLEST, Margin, log_odds, near_a_limit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bedside_dx.analysis.patches import PatchPlan
    from bedside_dx.core.cancel import Cancel
    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.core.ports import Classifier, PixelSource, Scores
    from bedside_dx.core.reading import Reading
    from bedside_dx.imaging.slide import Slide

LEAST_PATCHES = 480
"""Of a slide: asking costs as much as reading twice `SAMPLE` of them."""
SAMPLE, LEAST_SAMPLE = 24, 16
"""Patches that are read both ways, and how many of them must be readable."""
MOST_DIFFERENCE = 0.10
"""Largest change of a probability on any of them; and no call may change (`_calls`).

On a real colon section, moving the patches by one stored pixel (0.5 µm: where the grid happens to
lie) changed a probability by up to 0.15 and by 0.05 on average."""
FAR, MOST_NEAR = 10, 0.10
"""Share of them, at most, that may lie within so many times the average change of a limit.

That none of 24 is called otherwise leaves room for one in eight on the slide. How near they lie to
the limits of the verdict tells more: where patches lie evenly about a limit, as many change sides
as lie within half the average change of it, so a tenth within ten times of it is one in two hundred
called otherwise, as is asked of a reduced precision. On that section (321 patches, 0.5 µm)
decoding to a half moved log-odds by 0.28 on average, adenoma up by 0.025 and carcinoma down by
0.009 all over: 9 % were called otherwise, where this reckoning says 8 %."""
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
    `MOST_DIFFERENCE`, no call changes, nor whether a patch is sharp enough to be judged, and few
    lie so near to a limit that others like them would be called otherwise.

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
    show = _Showing(plan, classifier, cancel)
    whole = show.all(slide, drawn[:SAMPLE])
    if whole is None:
        return full
    small = show.until_different(shrunk, whole)
    if small is None:
        return full._replace(known=(whole.scores,))
    return Way(shrunk, replace(slide.reading, shrink=shrink), (small.scores,))


def may_be_shrunk(slide: Slide, card: ModelCard) -> bool:
    """Whether `choose_way` may come to smaller decoded tiles, if the slide has many patches."""
    if card.spacing_um_px is None or slide.spacing is None or (shrunk := slide.shrunk()) is None:
        return False
    side = round(card.patch_px * card.spacing_um_px / slide.spacing.um_per_px)
    region = RegionPx(0, 0, side, side)
    return shrunk.shrink_for(region, SizePx(card.patch_px, card.patch_px)) > 1


class _Look(NamedTuple):
    """What a model saw of those patches that could be read."""

    patches: NDArray[np.int64]
    spoilt: NDArray[np.bool_]
    seen: Seen

    def part(self, which: NDArray[np.integer] | NDArray[np.bool_]) -> _Look:
        """The same of some of them."""
        seen = Seen(*(values[which] for values in self.seen))
        return _Look(self.patches[which], self.spoilt[which], seen)

    @property
    def scores(self) -> Scores:
        """What need not be looked at again."""
        fine = self.part(~self.spoilt)
        return analysed(fine.patches, fine.seen)


class _Showing:
    """Shows patches of a plan to a model."""

    def __init__(self, plan: PatchPlan, classifier: Classifier, cancel: Cancel) -> None:
        self._plan, self._classifier, self._cancel = plan, classifier, cancel
        side = classifier.card.patch_px
        self._size = SizePx(side, side)

    def all(self, source: PixelSource, patches: NDArray[np.int64]) -> _Look | None:
        """Show patches; None where none can be read."""
        batches = [patches[at : at + BATCH] for at in range(0, len(patches), BATCH)]
        return _joined([self._look(source, batch) for batch in batches])

    def until_different(self, source: PixelSource, before: _Look) -> _Look | None:
        """Show the same patches in another way; None where the model sees a difference.

        Those come first that it is least sure of: a difference ends the asking.
        """
        likeliest = np.sort(before.seen.probabilities, axis=1)[:, ::-1]
        lead = likeliest[:, 0] - likeliest[:, 1:2].sum(1)
        order = np.argsort(lead, kind="stable")
        asked_of: list[_Look | None] = []
        looks: list[_Look | None] = []
        for at in range(0, len(order), BATCH):
            asked = before.part(order[at : at + BATCH])
            look = self._look(source, asked.patches)
            if look is None:
                continue
            same = asked.part(np.isin(asked.patches, look.patches))
            if not _agree(same, look, self._classifier.card):
                return None
            asked_of.append(same)
            looks.append(look)
        first, second = _joined(asked_of), _joined(looks)
        if first is None or second is None or len(second.patches) < LEAST_SAMPLE:
            return None
        return None if _others_may_differ(first, second, self._classifier.card) else second

    def _look(self, source: PixelSource, patches: NDArray[np.int64]) -> _Look | None:
        self._cancel.take_rest()
        readable: list[int] = []
        pixels = np.empty((len(patches), self._size.height, self._size.width, 3), np.uint8)
        for patch in patches:
            self._cancel.raise_if_cancelled()
            try:
                pixels[len(readable)] = source.read(self._plan.region(int(patch)), self._size)
            except SlideError:
                continue
            readable.append(int(patch))
        if not readable:
            return None
        shown = pixels[: len(readable)]
        seen = self._classifier.classify(shown, self._cancel)
        return _Look(np.array(readable, np.int64), spoilt_patches(shown) > 0, seen)


def _joined(looks: list[_Look | None]) -> _Look | None:
    there = [look for look in looks if look is not None]
    if not there:
        return None
    patches, spoilt, seen = zip(*there, strict=True)
    parts = zip(*seen, strict=True)
    return _Look(
        np.concatenate(patches),
        np.concatenate(spoilt),
        Seen(*(np.concatenate(part) for part in parts)),
    )


def _agree(whole: _Look, small: _Look, card: ModelCard) -> bool:
    """Whether two looks at the same patches come to the same."""
    if not np.array_equal(whole.spoilt, small.spoilt):
        _log.info("tiles are decoded in full: other patches would be called blurred")
        return False
    difference = float(np.abs(whole.seen.probabilities - small.seen.probabilities).max())
    changed = int((_calls(whole.seen, card) != _calls(small.seen, card)).any(1).sum())
    _log.info(
        "tiles decoded smaller: probabilities change by up to %.4f, %d calls", difference, changed
    )
    return difference <= MOST_DIFFERENCE and not changed


def _calls(seen: Seen, card: ModelCard) -> NDArray[np.int64]:
    """(n, 4): likeliest class, whether sure enough, whether tumour, whether unfamiliar."""
    tumour = seen.probabilities[:, list(card.of_role(Role.TUMOUR))].sum(1)
    return np.stack(
        [
            seen.probabilities.argmax(1),
            seen.probabilities.max(1) >= card.rules.abstain_below,
            tumour >= card.rules.tumour_probability,
            seen.unfamiliarity > 1,
        ],
        axis=1,
    ).astype(np.int64)


def _others_may_differ(whole: _Look, small: _Look, card: ModelCard) -> bool:
    """Whether so many lie near to a limit that others on the slide would be called otherwise."""
    one, other = whole.part(~whole.spoilt).seen, small.part(~small.spoilt).seen
    if not len(one.probabilities):
        return True
    odds = np.abs(log_odds(one.probabilities) - log_odds(other.probabilities)).mean()
    distance = np.abs(_logarithm(one.unfamiliarity) - _logarithm(other.unfamiliarity)).mean()
    margin = Margin(FAR * float(odds), FAR * float(distance))
    near = float(near_a_limit(one.probabilities, one.unfamiliarity, card, margin).mean())
    _log.info("tiles decoded smaller: %.0f %% of patches near to a limit", 100 * near)
    return near > MOST_NEAR


def _logarithm(distance: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.log(np.maximum(distance.astype(np.float64), SMALLEST))
