"""What the rules weigh: findings and limits, and the figures that several rules ask for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bedside_dx.analysis.aggregate import FalseAlarms, area_evidence, state_share
from bedside_dx.analysis.class_sets import class_set
from bedside_dx.analysis.reasons import losses
from bedside_dx.core.heatmap import is_judged
from bedside_dx.core.model_card import ModelCard, Role
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.results import Findings
from bedside_dx.core.rules import Rules

TUMOUR_ALARMS = FalseAlarms(at_least=0.003, at_most=0.10)
PRECURSOR_ALARMS = FalseAlarms(at_least=0.01, at_most=0.07)
"""Share of the tissue that may be taken falsely for tumour; for tumour or its precursor."""
PRECURSOR_PROBABILITY = 0.5
"""Of precursor and tumour together, from which one patch speaks for a precursor."""
SMALL_IMAGE_PATCHES = 12
"""An input with fewer patches is judged as one image, by the model's `abstain_below`."""


@dataclass(frozen=True)
class Weighing:
    """Findings under the limits of a site; each figure is reckoned once, when asked for."""

    findings: Findings
    limits: Rules

    @property
    def card(self) -> ModelCard:
        """The model's card."""
        return self.findings.model

    @property
    def is_small(self) -> bool:
        """Whether it is judged as one image."""
        return len(self.findings.cells) < SMALL_IMAGE_PATCHES

    @property
    def tumour(self) -> tuple[int, ...]:
        """Columns of the tumour classes."""
        return self.card.of_role(Role.TUMOUR)

    @property
    def precursor(self) -> tuple[int, ...]:
        """Columns of the precursor classes."""
        return self.card.of_role(Role.PRECURSOR)

    @cached_property
    def judged(self) -> NDArray[np.bool_]:
        """(n,) bool, patches whose probabilities mean something."""
        return is_judged(self.findings)

    @cached_property
    def pending(self) -> float:
        """Share of the tissue that was not read yet, 0 to 1."""
        return state_share(self.findings, PatchState.PENDING)

    @cached_property
    def lost(self) -> dict[PatchState, float]:
        """Share of the tissue lost, by what it was lost to, largest first."""
        return losses(self.findings)

    @cached_property
    def tumour_score(self) -> float:
        """How much neighbouring patches speak for tumour, see `area_evidence`."""
        threshold = self.card.rules.tumour_probability
        return area_evidence(self.findings, self.tumour, threshold, TUMOUR_ALARMS)

    @cached_property
    def abnormal_score(self) -> float:
        """The same for tumour and precursor together."""
        columns = self.precursor + self.tumour
        return area_evidence(self.findings, columns, PRECURSOR_PROBABILITY, PRECURSOR_ALARMS)

    @cached_property
    def mean(self) -> NDArray[np.float64]:
        """(c,) mean probability over the judged tissue."""
        return self.mean_over(self.judged)

    @cached_property
    def order(self) -> list[int]:
        """Columns, likeliest first over the judged tissue."""
        return [int(i) for i in np.argsort(-self.mean, kind="stable")]

    @property
    def set_level(self) -> float | None:
        """Coverage of class sets, 0 to 1; None where the model has no limits for them."""
        sets = self.card.sets
        return None if sets is None else sets.levels[sets.at(self.limits.coverage)]

    @property
    def fits_no_class(self) -> bool:
        """Whether this is one picture whose set of classes is empty."""
        if len(self.findings.cells) != 1:
            return False
        return class_set(self.mean, self.card, self.limits.coverage) == ()

    def mean_over(self, which: NDArray[np.bool_]) -> NDArray[np.float64]:
        """(c,) mean probability over some judged patches, by the tissue in them."""
        seen = self.findings.probabilities[which].astype(np.float64)
        return np.average(seen, axis=0, weights=self.findings.tissue[which])
