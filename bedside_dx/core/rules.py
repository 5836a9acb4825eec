"""Limits of the verdict that a site may change; a model's own limits are in its card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import cast

Value = float | bool
"""What a limit may be set to; a switch is on (True) or off."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Limits that hold for every model at one site; their names are the keys of `LIMITS`.

    Attributes
    ----------
    coverage
        How often the set of classes that a verdict names shall hold the right one, 0 to 1.
    most_lost
        Share of the tissue that may be unreadable, blurred or spoilt for "not seen", 0 to 1.
    most_unfamiliar
        Share of the tissue that may be unlike the training data for "not seen", 0 to 1.
    least_tissue_patches
        Judged tissue, in whole patches, below which nothing can be said.
    tumour_area, precursor_area
        Score of `aggregate.area_evidence` from which neighbouring patches are an area: -log10
        of how often chance alone would bring them about on such a slide.
    empty_set_abstains
        Whether nothing is said of one picture that fits no class.
    early_error
        How often "present" may be said early and not be the verdict in the end, 0 to 1.
    """

    coverage: float = 0.90
    most_lost: float = 0.10
    most_unfamiliar: float = 0.30
    least_tissue_patches: float = 0.25
    tumour_area: float = 0.25
    precursor_area: float = 0.75
    empty_set_abstains: bool = False
    early_error: float = 0.02

    def value(self, key: str) -> Value:
        """The limit of that name."""
        return cast("Value", getattr(self, key))


DEFAULT_RULES = Rules()
"""What holds where a site has changed nothing."""


class Kind(StrEnum):
    """What a limit is a number of."""

    SHARE = "share"
    """0 to 1."""
    PATCHES = "patches"
    """Area of whole patches."""
    SCORE = "score"
    """Powers of ten."""
    SWITCH = "switch"
    """On or off."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What one limit may be; its words are in `bedside_dx.text.rule_words`.

    Attributes
    ----------
    low, high
        Allowed range, both included; without meaning for a switch.
    """

    key: str
    kind: Kind
    low: float = 0.0
    high: float = 1.0

    @property
    def default(self) -> Value:
        """What holds where a site has changed nothing."""
        return DEFAULT_RULES.value(self.key)

    def allows(self, value: Value) -> bool:
        """Whether a site may set it so."""
        if self.kind is Kind.SWITCH:
            return isinstance(value, bool)
        return not isinstance(value, bool) and self.low <= value <= self.high


LIMITS: Mapping[str, Limit] = MappingProxyType(
    {
        limit.key: limit
        for limit in (
            Limit("coverage", Kind.SHARE, 0.80, 0.99),
            Limit("most_lost", Kind.SHARE, 0.0, 0.30),
            Limit("most_unfamiliar", Kind.SHARE, 0.0, 0.50),
            Limit("least_tissue_patches", Kind.PATCHES, 0.25, 50),
            Limit("tumour_area", Kind.SCORE, 0.1, 2),
            Limit("precursor_area", Kind.SCORE, 0.1, 2),
            Limit("empty_set_abstains", Kind.SWITCH),
            Limit("early_error", Kind.SHARE, 0.001, 0.10),
        )
    }
)
"""Every limit that a site may change, by key."""


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One entry of the change log.

    Attributes
    ----------
    number
        Its place in the log, from 1.
    when
        UTC.
    key
        Of the limit; empty where a new history was begun.
    """

    number: int
    when: datetime
    who: str
    key: str
    before: Value
    after: Value
    why: str


@dataclass(frozen=True)
class SiteRules:
    """The limits in force at a site, and every change that led to them, oldest first."""

    rules: Rules = DEFAULT_RULES
    history: tuple[RuleChange, ...] = ()

    @property
    def in_force(self) -> tuple[RuleChange, ...]:
        """The latest change of each limit that is not as usual, in the order of `LIMITS`."""
        latest = {change.key: change for change in self.history}
        return tuple(latest[key] for key in changed_keys(self.rules) if key in latest)


def changed_keys(rules: Rules) -> tuple[str, ...]:
    """Keys of the limits that are not as usual."""
    return tuple(key for key, limit in LIMITS.items() if rules.value(key) != limit.default)
