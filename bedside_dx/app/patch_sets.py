"""Which classes one patch may be of, at this site."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bedside_dx.analysis.class_sets import class_set

if TYPE_CHECKING:
    from bedside_dx.core.results import Findings
    from bedside_dx.core.rules import Rules


def patch_set(findings: Findings, patch: int, rules: Rules) -> tuple[str, ...] | None:
    """Ids of the classes that can't be ruled out for one judged patch; None without limits."""
    seen = np.asarray(findings.probabilities[patch], np.float64)
    return class_set(seen, findings.model, rules.coverage)
