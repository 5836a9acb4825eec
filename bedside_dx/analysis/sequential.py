"""When more patches can no longer change the verdict "present": a sequential test.

The rule that makes a verdict "present" can be followed to its end before the end is reached.
What a square of neighbouring patches shows of a tumour only grows as the rest of it is read, and
what is lost of it only shrinks its room. So the least evidence that a full reading can come to
(`aggregate.least_evidence`) depends on four totals over the whole slide, and each of these is
bounded from a fair sample of it:

- tissue that looks like tumour: were there much of it everywhere, the square would stand out less;
- tissue that is lost (unreadable, blurred, strange glass), which makes the slide smaller;
- unfamiliar tissue, by its share and by its average, which would end in "cannot say";
- with several kinds of tumour: tissue of the called kind, from below, and of the others.

The sample is the beginning of a random permutation of all patches (`order.drawn_order`), as far as
it has been read. For numbers between 0 and 1 drawn without replacement, the chance that the mean
of k of them is as low as q while the mean of all is p > q is at most exp(-k KL(q, p)), with KL the
relative entropy of two coins: W. Hoeffding, "Probability inequalities for sums of bounded random
variables", J. Am. Stat. Assoc. 58 (1963), theorems 1 and 4. The test may look at any time, so it
looks at samples of fixed sizes only (`FIRST_LOOK`, each half as large again as the one before) and
spends the error it is allowed over them, 1/((j + 1)(j + 2)) of it at size number j, which sums to
one; the bounds share it evenly. The chance that "settled" is ever said of a slide whose full
reading says something else is then at most `Rules.early_error`, for any slide and any model: no
constant is fitted to data. A total is never thought to be larger than the worst that the unread
patches could bring, so that with a few of them left the bounds are certain.

"Not seen" is never settled early: one unread patch can always change it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bedside_dx.analysis.aggregate import area_share, kind_evidence, least_evidence, likeness
from bedside_dx.analysis.order import drawn_order
from bedside_dx.analysis.patches import PatchPlan
from bedside_dx.analysis.reasons import strange_margins
from bedside_dx.analysis.weighing import SMALL_IMAGE_PATCHES, TUMOUR_ALARMS
from bedside_dx.core.model_card import Role
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.results import Diagnosis, EarlyCall, Findings
from bedside_dx.core.rules import DEFAULT_RULES, Rules
from bedside_dx.core.verdict import Status

FIRST_LOOK, GROWTH = 24, 1.5
"""Size of the smallest sample that is looked at, and how much larger each next one is."""
BOUNDS = 6
"""Totals that are bounded: the allowed error is shared among them."""
HALVINGS = 40
"""Steps of the search for a bound: far finer than a float32."""


@dataclass(frozen=True, slots=True)
class Margin:
    """A number of each patch whose total matters.

    Attributes
    ----------
    values
        (n,) float, 0 where a patch is not read yet.
    low, high
        Range of the values.
    """

    values: NDArray[np.floating]
    low: float
    high: float


@dataclass(frozen=True)
class Sample:
    """What is known of the patches, and which of them are a fair sample.

    Attributes
    ----------
    drawn
        (m,) int64, all patches that are to be read, in the order of the draw.
    size
        Number of them, from the first, that are the sample.
    unread
        Number of patches still to come.
    error
        Chance that one bound may be wrong.
    """

    drawn: NDArray[np.int64]
    size: int
    unread: int
    error: float

    def most(self, margin: Margin) -> float:
        """Upper bound of a total over all patches, once they are read."""
        width = margin.high - margin.low
        values = margin.values[self.drawn]
        mean = float((values[: self.size].mean() - margin.low) / width)
        bound = highest_mean(mean, self.size, self.error)
        certain = float(values.sum()) + max(margin.high, 0.0) * self.unread
        # What was left out before reading began is known, and no part of the draw.
        known = float(margin.values.sum() - values.sum())
        return known + min(len(values) * (margin.low + width * bound), certain)

    def least(self, margin: Margin) -> float:
        """Lower bound of a total."""
        return -self.most(Margin(-margin.values, -margin.high, -margin.low))


class SequentialTest:
    """Watches the findings of one slide grow, and says once that "present" will stay.

    Attributes
    ----------
    call
        The call, once it is made: it is never taken back.
    may_settle
        Whether the verdict at the last look was one that can be settled, and was not.
    lacks_sample
        Whether the tumour seen at the last look was enough for a call, and a larger sample is
        what is missing.
    """

    def __init__(self, plan: PatchPlan, rules: Rules = DEFAULT_RULES) -> None:
        self._drawn = drawn_order(plan)
        self._error, self._tumour_area = rules.early_error, rules.tumour_area
        self.call: EarlyCall | None = None
        self.may_settle = self.lacks_sample = False

    def look(self, findings: Findings, so_far: Diagnosis) -> EarlyCall | None:
        """Look at a snapshot and the verdict on it; return the call, if it is made.

        The snapshot's arrays must not change meanwhile.
        """
        if self.call is None and self._is_settled(findings, so_far):
            share = 1 - area_share(findings, findings.state == PatchState.PENDING)
            self.call = EarlyCall(str(so_far.class_id), share)
            self.may_settle = False
        return self.call

    def _is_settled(self, findings: Findings, so_far: Diagnosis) -> bool:
        self.lacks_sample = False
        self.may_settle = so_far.status is Status.PRESENT and so_far.class_id is not None
        if so_far.status is not Status.PRESENT or so_far.class_id is None:
            return False
        sample = self._sample(findings)
        if sample is None or len(findings.cells) < SMALL_IMAGE_PATCHES:
            return False
        if _evidence_left(findings, sample) < self._tumour_area:
            return False
        settled = not _may_become_strange(findings, sample) and _stays_of_its_kind(
            findings, sample, so_far.class_id
        )
        self.lacks_sample = not settled
        return settled

    def _sample(self, findings: Findings) -> Sample | None:
        """The largest sample of a fixed size that has been read; None while there is none."""
        pending = findings.state == PatchState.PENDING
        read = pending[self._drawn]
        known = int(read.argmax()) if read.any() else len(read)
        if known < FIRST_LOOK:
            return None
        look = int(math.log(known / FIRST_LOOK) / math.log(GROWTH) + 1e-9)
        size = min(math.ceil(FIRST_LOOK * GROWTH**look - 1e-9), known)
        error = self._error / BOUNDS / ((look + 1) * (look + 2))
        return Sample(self._drawn, size, int(pending.sum()), error)


def highest_mean(mean: float, size: int, error: float) -> float:
    """Highest mean of all numbers that a sample's mean leaves possible.

    Parameters
    ----------
    mean
        Of `size` numbers between 0 and 1, drawn at random without replacement.
    error
        Chance that the mean of all is higher than what is returned.
    """
    limit = -math.log(error) / size
    low, high = min(max(mean, 0.0), 1.0), 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if _relative_entropy(min(max(mean, 0.0), 1.0), middle) > limit:
            high = middle
        else:
            low = middle
    return high


def _relative_entropy(q: float, p: float) -> float:
    """Kullback-Leibler divergence of coin q from coin p, with 0 ≤ q ≤ p ≤ 1."""
    if p >= 1:
        return 0.0 if q >= 1 else math.inf
    heads = q * math.log(q / p) if q > 0 else 0.0
    tails = (1 - q) * math.log((1 - q) / (1 - p)) if q < 1 else 0.0
    return heads + tails


def _evidence_left(findings: Findings, sample: Sample) -> float:
    """Evidence of an area of tumour that stays, whatever is still read."""
    card = findings.model
    columns = card.of_role(Role.TUMOUR)
    alike, counted = likeness(findings, columns, card.rules.tumour_probability)
    most_alike = sample.most(Margin(alike, 0.0, 1.0))
    most_lost = sample.most(Margin(findings.tissue * ~counted, 0.0, 1.0))
    return least_evidence(findings, alike, counted, TUMOUR_ALARMS, most_alike, most_lost)


def _may_become_strange(findings: Findings, sample: Sample) -> bool:
    """Whether the tissue as a whole may still turn out to be unlike the training data."""
    return any(sample.most(Margin(*margin)) > 0 for margin in strange_margins(findings))


def _stays_of_its_kind(findings: Findings, sample: Sample, class_id: str) -> bool:
    """Whether the called kind of tumour keeps its lead over the others."""
    card = findings.model
    columns = card.of_role(Role.TUMOUR)
    if len(columns) < 2:
        return True
    own, other = kind_evidence(findings, columns, card.index(class_id))
    least = max(float(own.sum()), sample.least(Margin(own, 0.0, 1.0)))
    most = sample.most(Margin(other, 0.0, 1.0))
    return least >= card.rules.abstain_below * (least + most)
