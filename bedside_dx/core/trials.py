"""Clinical trials of a pack, and how they fit one person: met, unmet, or still unknown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bedside_dx.core.dosing import Sex


class Kind(StrEnum):
    """What a criterion is about."""

    AGE = "age"
    SEX = "sex"
    TUMOUR = "tumour"
    STAGE = "stage"
    ECOG = "ecog"
    BIOMARKER = "biomarker"
    PRIOR_LINES = "prior-lines"
    TEXT = "text"
    """Text that a person must read; it never tells one trial from another."""


class Fit(StrEnum):
    """How a criterion fits."""

    MET = "met"
    UNKNOWN = "unknown"
    UNMET = "unmet"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that a trial asks for.

    Attributes
    ----------
    low, high
        Of an age, an ECOG status or a number of prior lines, both included.
    any_of
        Tumours, stages, alterations or sexes of which one is enough.
    excludes
        Whether these must not be there.
    quote
        The trial's own words, where the criterion was read from free text by patterns.
    """

    kind: Kind
    low: float | None = None
    high: float | None = None
    any_of: tuple[str, ...] = ()
    excludes: bool = False
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """One trial.

    Attributes
    ----------
    status
        As its registry says, for example ``"RECRUITING"``.
    updated
        When its registry entry was last changed.
    places
        Town and country.
    eligibility
        The whole text, for a person to read.
    """

    id: str
    title: str
    status: str
    criteria: tuple[Criterion, ...]
    phase: str = ""
    conditions: tuple[str, ...] = ()
    updated: date | None = None
    places: tuple[str, ...] = ()
    eligibility: str = ""


@dataclass(frozen=True, slots=True)
class TrialPack:
    """Trials with where they come from.

    Attributes
    ----------
    made
        The day of the registry's data.
    """

    name: str
    version: str
    made: date
    licence: str
    trials: tuple[Trial, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of a person; None or empty: not known.

    Attributes
    ----------
    tumours
        The tumour, and broader names of it.
    alterations
        Found, such as ``"EGFR T790M"``.
    negatives
        Looked for and not found: ``"ALK"`` for any alteration of a gene.
    """

    age: float | None = None
    sex: Sex | None = None
    tumours: tuple[str, ...] = ()
    stage: str = ""
    ecog: int | None = None
    alterations: tuple[str, ...] = ()
    negatives: tuple[str, ...] = ()
    prior_lines: int | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A criterion and how it fits."""

    criterion: Criterion
    fit: Fit


@dataclass(frozen=True, slots=True)
class Match:
    """A trial and how each of its criteria fits."""

    trial: Trial
    pack: str
    judged: tuple[Judged, ...]

    def of(self, fit: Fit) -> tuple[Criterion, ...]:
        """Criteria that fit so; text that must be read is not among them."""
        return tuple(
            one.criterion
            for one in self.judged
            if one.fit is fit and one.criterion.kind is not Kind.TEXT
        )


@dataclass(frozen=True, slots=True)
class Missing:
    """What to find out, and how many trials wait for it."""

    kind: Kind
    names: tuple[str, ...]
    trials: int


@dataclass(frozen=True, slots=True)
class Matches:
    """Every trial of the packs, and what to find out first.

    Attributes
    ----------
    old
        Packs older than a year, by name.
    """

    matches: tuple[Match, ...]
    missing: tuple[Missing, ...]
    packs: tuple[TrialPack, ...]
    old: tuple[str, ...]
