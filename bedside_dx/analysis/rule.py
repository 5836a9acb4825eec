"""One rule of the verdict: a small function with the words that say when it applies.

The words are what a site reads in the table of rules, the function is what runs: they stand
side by side, and there is no second copy of either.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from bedside_dx.analysis.sureness import Sureness
from bedside_dx.analysis.weighing import Weighing
from bedside_dx.core.results import KeyRegion, Reason
from bedside_dx.core.verdict import Status


class Scope(StrEnum):
    """What a rule looks at."""

    ALL = "all"
    SLIDE = "slide"
    """Tissue of many patches."""
    IMAGE = "image"
    """One image, or a region of few patches."""


@dataclass(frozen=True)
class Grounds:
    """What a rule found: why, how sure, and where.

    Attributes
    ----------
    next_step
        One of the rule's `next_steps`.
    column
        Of the class that the verdict is about.
    mean
        (c,) probabilities of the picture or area that decided; None where no class did.
    """

    next_step: Reason
    reasons: tuple[Reason, ...]
    column: int | None = None
    sureness: Sureness | None = None
    regions: tuple[KeyRegion, ...] = ()
    mean: NDArray[np.floating] | None = None


Judge = Callable[[Weighing], Grounds | None]


@dataclass(frozen=True)
class Rule:
    """One row of the table.

    Attributes
    ----------
    code
        Its name, for reports.
    when
        English sentence with limits as placeholders: keys of `core.rules.LIMITS` and of a
        model's `VerdictRules`, ``few`` and ``precursor_probability``.
    status
        The verdict it leads to.
    next_steps
        Codes of the steps it may ask for.
    judge
        Gives the grounds where the rule applies, else None.
    """

    code: str
    scope: Scope
    when: str
    status: Status
    next_steps: tuple[str, ...]
    judge: Judge


def rule(
    code: str, scope: Scope, when: str, status: Status, *next_steps: str
) -> Callable[[Judge], Rule]:
    """Make a rule of the function below; see `Rule`."""
    return lambda judge: Rule(code, scope, when, status, next_steps, judge)
