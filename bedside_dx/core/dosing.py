"""What a dose is: the sourced row it comes from, the body it is for, and why it may be withheld.

Sentences are English keys of the catalogue; `bedside_dx.text` says them in the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bedside_dx.core.remark import Remark


class Sex(StrEnum):
    """Sex at birth, as the formulas of renal function know it."""

    FEMALE = "female"
    MALE = "male"


class Basis(StrEnum):
    """What an amount is multiplied by."""

    M2 = "mg/m2"
    """Body surface."""
    KG = "mg/kg"
    """Body weight."""
    FLAT = "mg"
    """Nothing: the same for everybody."""
    AUC = "auc"
    """Calvert: the area under the curve that is aimed at, mg/mL·min, with the renal function."""


class SurfaceFormula(StrEnum):
    """How body surface is estimated."""

    MOSTELLER = "mosteller"
    DUBOIS = "dubois"


class GfrMethod(StrEnum):
    """Where a glomerular filtration rate comes from."""

    COCKCROFT_GAULT = "cockcroft-gault"
    CKD_EPI = "ckd-epi"
    """CKD-EPI 2021, multiplied by body surface / 1.73 m²."""
    MEASURED = "measured"


class Dpd(StrEnum):
    """Activity of dihydropyrimidine dehydrogenase, by uracil in blood or by genotype."""

    NORMAL = "normal"
    PARTIAL = "partial"
    """Partial deficiency."""
    COMPLETE = "complete"
    """Complete deficiency."""


class Hbv(StrEnum):
    """Hepatitis B before a treatment."""

    NEGATIVE = "negative"
    CHRONIC = "chronic"
    """HBsAg positive."""
    PAST = "past"
    """HBsAg negative, anti-HBc positive."""


class Test(StrEnum):
    """What must be known before a treatment."""

    __test__ = False  # not one of pytest's

    DPD = "dpd"
    LVEF = "lvef"
    """Left ventricular ejection fraction."""
    PREGNANCY = "pregnancy"
    HBV = "hbv"


class Organ(StrEnum):
    """Whose function a dose is reduced by."""

    KIDNEY = "kidney"
    """By creatinine clearance, Cockcroft-Gault, mL/min."""
    LIVER = "liver"
    """By bilirubin, µmol/L."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a row was read.

    Attributes
    ----------
    kind
        ``"label"`` (a regulator's product information), ``"paper"``, ``"guideline"`` or
        ``"rule"`` (of this program).
    title
        Its name, not translated.
    identifier
        PMID, DOI or part of a label; empty where there is none.
    place
        Public address at which it was read; empty for a rule of this program.
    read
        When it was read.
    """

    key: str
    kind: str
    title: str
    identifier: str
    place: str
    read: date


@dataclass(frozen=True, slots=True)
class Reduction:
    """What the function of an organ does to a dose.

    Attributes
    ----------
    above, up_to
        Range of the organ's number: above the first, up to and with the second.
    share
        Of the dose that is left, 0 to 1; 0: it is not given.
    """

    organ: Organ
    above: float
    up_to: float
    share: float
    source: Source

    def applies(self, value: float) -> bool:
        """Whether the number lies in the range."""
        return self.above < value <= self.up_to


@dataclass(frozen=True, slots=True)
class CumulativeLimit:
    """How much of a drug a life may hold.

    Attributes
    ----------
    mg_m2
        Sum of all doses.
    mg_m2_after_radiation
        The same after radiation of the heart; None where no source gives it.
    """

    mg_m2: float
    mg_m2_after_radiation: float | None
    source: Source


@dataclass(frozen=True, slots=True)
class Caution:
    """A warning that belongs to a drug: the code of its sentence, and who says so."""

    code: str
    source: Source


@dataclass(frozen=True)
class DoseRow:
    """One sourced dose of a drug.

    Attributes
    ----------
    setting
        Code of the sentence that says where it is used.
    amount
        In the unit of `basis`, for one administration; None for AUC: a clinician states it.
    first_amount
        Of the first administration where that differs (a loading dose).
    times_a_day
        Administrations on each of `days`.
    days
        Of a cycle, from 1.
    cycle_days
        Length of a cycle; 0: as the regimen says.
    cycles
        Usual number; 0: until progression or toxicity.
    """

    key: str
    drug: str
    setting: str
    amount: float | None
    basis: Basis
    cycle_days: int
    days: tuple[int, ...]
    source: Source
    first_amount: float | None = None
    times_a_day: int = 1
    cycles: int = 0


@dataclass(frozen=True)
class Drug:
    """A drug with its rows.

    Attributes
    ----------
    key
        International name in English, lower case.
    name
        By language.
    aliases
        Other names by which it is asked for.
    group
        ``"anthracycline"``, ``"fluoropyrimidine"``, ``"taxane"``, …
    route
        ``"iv"`` or ``"oral"``.
    units
        mg in a vial, tablet or capsule; empty where no source was found, then nothing is rounded.
    equivalence
        mg/m² of doxorubicin that harm the heart as 1 mg/m² of it does; None for other drugs.
    """

    key: str
    name: Mapping[str, str]
    aliases: tuple[str, ...]
    group: str
    route: str
    rows: tuple[DoseRow, ...]
    tests: Mapping[Test, Source]
    units: tuple[float, ...] = ()
    units_source: Source | None = None
    reductions: tuple[Reduction, ...] = ()
    limit: CumulativeLimit | None = None
    equivalence: float | None = None
    cautions: tuple[Caution, ...] = ()


@dataclass(frozen=True)
class DoseTable:
    """The table that ships.

    Attributes
    ----------
    equivalences
        Of anthracyclines given earlier, by name: mg/m² of doxorubicin for 1 mg/m².
    """

    version: str
    made: date
    drugs: tuple[Drug, ...]
    sources: Mapping[str, Source]
    equivalences: Mapping[str, float]

    @property
    def rows(self) -> tuple[DoseRow, ...]:
        """Every row."""
        return tuple(row for drug in self.drugs for row in drug.rows)


@dataclass(frozen=True)
class Person:
    """What is stated of the person a dose is for; None or empty: not stated.

    Attributes
    ----------
    creatinine_umol_l, bilirubin_umol_l
        In serum, µmol/L.
    gfr_ml_min
        Measured, not indexed to body surface.
    uracil_ng_ml
        In plasma.
    lvef_percent
        0 to 100.
    earlier_mg_m2
        Anthracyclines given earlier, by name.
    confirmed
        Names of inputs that a person has confirmed though they look like another unit.
    """

    age: float | None = None
    sex: Sex | None = None
    height_cm: float | None = None
    weight_kg: float | None = None
    creatinine_umol_l: float | None = None
    gfr_ml_min: float | None = None
    bilirubin_umol_l: float | None = None
    dpd: Dpd | None = None
    uracil_ng_ml: float | None = None
    lvef_percent: float | None = None
    hbv: Hbv | None = None
    is_pregnant: bool | None = None
    had_heart_radiation: bool = False
    earlier_mg_m2: Mapping[str, float] | None = None
    confirmed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Wish:
    """What a clinician asks for.

    Attributes
    ----------
    row
        Key of a row; empty: the drug's only one.
    auc
        Area under the curve to aim at, mg/mL·min.
    is_first
        Whether it is the first administration (loading dose).
    percent
        Of the dose that is wanted, in percent.
    creatinine_floor_umol_l
        A lower creatinine counts as this one; None: as measured.
    round_within
        Share by which rounding to whole vials may change the dose.
    """

    drug: str
    row: str = ""
    auc: float | None = None
    is_first: bool = False
    percent: float | None = None
    surface: SurfaceFormula | None = None
    gfr: GfrMethod | None = None
    creatinine_floor_umol_l: float | None = None
    round_within: float = 0.05


class DoseStatus(StrEnum):
    """What came of it; only the first carries a dose."""

    DOSE = "dose"
    ORDER_FIRST = "order-first"
    """A test is missing without which no dose is shown."""
    ASKS = "asks"
    """A person must decide first; `Dose.questions` says what."""
    NOT_GIVEN = "not-given"
    """The source says that it is not given to this person."""


@dataclass(frozen=True, slots=True)
class TestFirst:
    """A test to order before the treatment.

    Attributes
    ----------
    withholds
        Whether no dose is shown without it.
    """

    __test__ = False

    test: Test
    withholds: bool
    source: Source


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a question, and the dose it would lead to (mg; None where it leads to none)."""

    key: str
    value: float | None
    mg: float | None


@dataclass(frozen=True, slots=True)
class Question:
    """What a person must decide: the code of its sentence, and the answers."""

    code: str
    values: Mapping[str, str | float]
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number from one formula.

    Attributes
    ----------
    unit
        ``"m²"`` or ``"mL/min"``.
    taken
        Whether the dose rests on it.
    """

    method: str
    value: float
    unit: str
    taken: bool


@dataclass(frozen=True, slots=True)
class Rounded:
    """A dose in whole vials, tablets or capsules.

    Attributes
    ----------
    mg
        What they hold.
    counts
        How many of each size (mg), the largest first.
    change
        Relative to the dose, −1 to 1.
    within
        Whether that is no more than was allowed; else the exact dose stands.
    """

    mg: float
    counts: tuple[tuple[float, int], ...]
    change: float
    within: bool


@dataclass(frozen=True)
class Dose:
    """A dose, or why there is none.

    Attributes
    ----------
    exact_mg
        Of one administration; None unless `status` is ``DOSE``.
    full_mg
        The same before any reduction.
    bmi
        kg/m².
    steps
        How it was worked out: each formula with its numbers, in order.
    reductions
        That apply.
    remarks
        What to look at.
    cautions
        That belong to the drug.
    reasons
        Why there is no dose.
    resting_on
        Sources of how it was worked out, beside those of the drug.
    """

    drug: Drug
    row: DoseRow | None
    status: DoseStatus
    table: str
    exact_mg: float | None = None
    full_mg: float | None = None
    percent: float = 100.0
    rounded: Rounded | None = None
    surfaces: tuple[Estimate, ...] = ()
    gfrs: tuple[Estimate, ...] = ()
    bmi: float | None = None
    gfr_used: float | None = None
    auc: float | None = None
    steps: tuple[Remark, ...] = ()
    reductions: tuple[Reduction, ...] = ()
    order_first: tuple[TestFirst, ...] = ()
    questions: tuple[Question, ...] = ()
    reasons: tuple[Remark, ...] = ()
    remarks: tuple[Remark, ...] = ()
    cautions: tuple[Caution, ...] = ()
    resting_on: tuple[Source, ...] = ()

    @property
    def mg(self) -> float | None:
        """The dose as it would be written: rounded where rounding is within what was allowed."""
        if self.exact_mg is None:
            return None
        if self.rounded is not None and self.rounded.within:
            return self.rounded.mg
        return self.exact_mg

    @property
    def sources(self) -> tuple[Source, ...]:
        """Every source that something here rests on, once."""
        found = [self.row.source] if self.row else [row.source for row in self.drug.rows]
        found += [one.source for one in (*self.reductions, *self.order_first, *self.cautions)]
        found += self.resting_on
        found += [self.drug.limit.source] if self.drug.limit else []
        found += [self.drug.units_source] if self.drug.units_source and self.rounded else []
        return tuple({one.key: one for one in found}.values())
