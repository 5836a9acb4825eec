"""What a prognosis is: its inputs and where they come from, its curves and its limits.

Sentences are English keys of the catalogue; `bedside_dx.text` says them in the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from bedside_dx.core.errors import Phrase, PrognosisError
from bedside_dx.core.remark import Remark

Years = NDArray[np.float64]
"""A number for each year after the start, (years,)."""


class Provenance(StrEnum):
    """Where the value of an input comes from."""

    MEASURED = "measured"
    """A person states it."""
    AI_DERIVED = "ai-derived"
    """A model of this program saw it: it counts once a person has confirmed it."""
    ASSUMED = "assumed"
    """Nobody states it: the model's published rule for a missing value."""


class Role(StrEnum):
    """What an input does in a model."""

    FACT = "fact"
    """About the person or the tumour."""
    ELIGIBILITY = "eligibility"
    """Whether the model may be used at all."""
    TREATMENT = "treatment"
    """Which treatments come into question."""


@dataclass(frozen=True, slots=True)
class Slip:
    """A range of values that look like another unit.

    Attributes
    ----------
    low, high
        Range, both ends included; 0 never looks like a slip.
    unit
        The unit it looks like.
    factor
        What the value would be multiplied by; the program never does.
    typed
        Whether only a number looks so that somebody would type: at most two decimals, not whole.
    asks
        Whether nothing is computed until a person has confirmed it; else it is pointed out.
    """

    low: float
    high: float
    unit: str
    factor: float
    typed: bool = False
    asks: bool = True

    def suspects(self, value: float) -> bool:
        """Whether a value looks like the other unit."""
        if value == 0 or not self.low <= value <= self.high:
            return False
        return not self.typed or (value != round(value) and value == round(value, 2))


@dataclass(frozen=True)
class Input:
    """One thing that a model needs to know.

    Attributes
    ----------
    key
        Name of its column and option.
    label
        Sentence: what it is.
    unit
        ``"mm"``, ``"years"``, …; empty for a choice or a count.
    low, high
        Allowed range, both included; outside of it the model refuses.
    choices
        Sentence by code, where only these codes are allowed.
    whole
        Whether only whole numbers are.
    unknown
        Code that says: not known.
    assumed
        What the model's published rule puts in where it is not known; None where it is needed.
    aliases
        Other names of its column.
    """

    key: str
    label: str
    unit: str = ""
    low: float = 0.0
    high: float = 1.0
    choices: Mapping[float, str] | None = None
    whole: bool = False
    role: Role = Role.FACT
    unknown: float | None = None
    assumed: float | None = None
    slips: tuple[Slip, ...] = ()
    aliases: tuple[str, ...] = ()

    def allows(self, value: float) -> bool:
        """Whether the model is made for such a value."""
        if self.choices is not None:
            return value in self.choices
        return self.low <= value <= self.high and (not self.whole or value == round(value))


@dataclass(frozen=True, slots=True)
class Entry:
    """What is stated for one input.

    Attributes
    ----------
    confirmed
        Whether a person has confirmed it: an AI-derived value, or one that looks like a slip.
    low, high
        Its 95 % interval, where it was measured with one.
    """

    value: float
    provenance: Provenance = Provenance.MEASURED
    confirmed: bool = False
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Standing:
    """How far what is stated of a person carries: for a form that is being filled in.

    Attributes
    ----------
    missing
        Keys of the inputs that the model needs and nobody has stated.
    flaws
        By key, why what is stated can't be taken.
    refusal
        Why the model may not be used for this person, as far as can be told.
    refused_by
        Key of the input that the refusal hangs on; empty where it is no single one.
    """

    missing: tuple[str, ...]
    flaws: Mapping[str, PrognosisError]
    refusal: PrognosisError | None = None
    refused_by: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether the model can be asked."""
        return not self.missing and not self.flaws and self.refusal is None


@dataclass(frozen=True)
class Treatment:
    """One treatment whose association with the outcome a model carries.

    Attributes
    ----------
    key
        Its letter or short name in a regimen.
    label
        Sentence: what it is.
    flag
        Input that says whether it comes into question; empty where it always does.
    replaces
        Key of a treatment that it includes: the two are never given together.
    """

    key: str
    label: str
    flag: str = ""
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class Validation:
    """How a model did on people it was not made from.

    Attributes
    ----------
    cohort
        Name, endpoint and horizon, a sentence.
    patients
        Their number.
    c
        Concordance, 0.5 (chance) to 1; None where not measured.
    oe
        Observed over expected events; 1 is right.
    slope
        Calibration slope; 1 is right.
    c_interval
        95 %.
    source
        Who computed it: a citation, or a sentence.
    """

    cohort: str
    patients: int
    c: float | None = None
    oe: float | None = None
    slope: float | None = None
    c_interval: tuple[float, float] | None = None
    source: str = ""


@dataclass(frozen=True)
class ModelFacts:
    """What a prognosis model says about itself.

    Attributes
    ----------
    key, version
        For example ``"predict-breast"`` and ``"3.2"``.
    title, endpoint
        Sentences: what it is, what its curve counts.
    citation, licence
        As published; not translated.
    horizons
        Years that are named first.
    longest
        Last year of its curves; 0 for a score.
    tells_cause
        Whether its curves tell events of the disease from others; else all count as of the
        disease.
    refusals, warnings, limits
        Codes of sentences, in the order they are looked at.
    intervals
        Sentence: which uncertainty its intervals hold, and which they do not.
    groups
        Sentences of a score's groups, the best prognosis first.
    """

    key: str
    version: str
    title: str
    endpoint: str
    citation: str
    licence: str
    inputs: tuple[Input, ...]
    refusals: tuple[str, ...]
    warnings: tuple[str, ...]
    limits: tuple[str, ...]
    intervals: str
    treatments: tuple[Treatment, ...] = ()
    horizons: tuple[int, ...] = ()
    longest: int = 0
    tells_cause: bool = False
    groups: tuple[str, ...] = ()
    validations: tuple[Validation, ...] = ()

    def input(self, key: str) -> Input:
        """The input of that name."""
        return next(entry for entry in self.inputs if entry.key == key)

    def treatment(self, key: str) -> Treatment:
        """The treatment of that name."""
        return next(treatment for treatment in self.treatments if treatment.key == key)


@dataclass(frozen=True, slots=True)
class Given:
    """An input as it went into a model.

    Attributes
    ----------
    low, high
        Its 95 % interval, where it was stated with one.
    """

    key: str
    value: float
    provenance: Provenance
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, eq=False)
class Curve:
    """What one regimen is associated with, year by year.

    Attributes
    ----------
    regimen
        Keys of its treatments; empty for none.
    years
        1, 2, …
    alive
        Share free of the event, 0 to 1.
    disease, other
        Share with the event because of the disease, and of other causes, 0 to 1.
    low, high
        95 % interval of `alive`; None where no uncertainty is published.
    """

    regimen: frozenset[str]
    years: Years
    alive: Years
    disease: Years
    other: Years
    low: Years | None = None
    high: Years | None = None

    def at(self, year: int) -> float:
        """Share free of the event after so many years."""
        return float(self.alive[year - 1])


@dataclass(frozen=True, slots=True)
class Benefit:
    """How much more are free of the event with a treatment than without, after `year` years.

    Attributes
    ----------
    regimen
        What is added.
    beside
        What is given anyway.
    gain
        Difference of shares, −1 to 1.
    low, high
        95 % interval from the treatment effect's; None where none is published.
    """

    regimen: frozenset[str]
    beside: frozenset[str]
    year: int
    gain: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Influence:
    """What an input would change over a range, all else the same.

    Attributes
    ----------
    low, high
        Values of the input.
    at_low, at_high
        Share free of the event with them.
    least, most
        Smallest and largest share over the whole range.
    """

    key: str
    low: float
    high: float
    at_low: float
    at_high: float
    least: float
    most: float

    @property
    def swing(self) -> float:
        """How far the share moves, 0 to 1."""
        return self.most - self.least


@dataclass(frozen=True, slots=True)
class Score:
    """A number, and the group it puts a person into (index into `ModelFacts.groups`)."""

    value: float
    group: int


@dataclass(frozen=True, eq=False)
class Prognosis:
    """What a model says of one person.

    Attributes
    ----------
    given
        Every input as it was used.
    remarks
        Warnings, in the order of `ModelFacts.warnings`, and what was pointed out of the inputs.
    curve
        With the regimen asked for; None for a score.
    untreated
        Without any treatment the model knows.
    benefits
        Of the regimen's treatments, each added to those before it, at each horizon.
    year
        Horizon that was asked for.
    swept
        Least and most share free of the event, year by year, over the intervals that inputs
        were stated with; empty where none was.
    """

    model: ModelFacts
    given: tuple[Given, ...]
    remarks: tuple[Remark, ...]
    curve: Curve | None = None
    untreated: Curve | None = None
    benefits: tuple[Benefit, ...] = ()
    score: Score | None = None
    year: int | None = None
    swept: tuple[tuple[float, float], ...] = ()

    @property
    def assumed(self) -> tuple[str, ...]:
        """Keys of the inputs that nobody stated."""
        return tuple(g.key for g in self.given if g.provenance is Provenance.ASSUMED)

    @property
    def os_pct(self) -> float:
        """Percent free of the event at the horizon asked for, else at the model's last one."""
        return self.survival(self.year or self.model.horizons[-1])

    def survival(self, year: int) -> float:
        """Percent free of the event after so many years, with the regimen asked for."""
        if self.curve is None:
            raise PrognosisError("prognosis.no-curve", name=Phrase(self.model.title))
        return 100 * self.curve.at(year)


@dataclass(frozen=True, eq=False)
class WhatIf:
    """What a person's treatments and inputs would change.

    Attributes
    ----------
    prognosis
        With the regimen that is looked at.
    year
        Horizon of the benefits, the influences and `people`.
    curves
        One for every regimen that comes into question, none first.
    alone
        Each treatment against none.
    in_order
        Each treatment of the regimen beside those before it.
    together
        The whole regimen against none; None for no treatment.
    influences
        What each input would change, the largest swing first.
    people
        Of 100: alive anyway, alive with the regimen, died of the disease, of other causes.
    """

    prognosis: Prognosis
    year: int
    curves: tuple[Curve, ...]
    alone: tuple[Benefit, ...]
    in_order: tuple[Benefit, ...]
    together: Benefit | None
    influences: tuple[Influence, ...]
    people: tuple[int, ...]
