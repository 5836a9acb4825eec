"""What is known of therapies, and what is proposed for one person: proposed, never prescribed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from bedside_dx.core.remark import Remark

if TYPE_CHECKING:
    from datetime import date


class Direction(StrEnum):
    """What a biomarker is associated with, under a therapy."""

    SENSITIVITY = "sensitivity"
    RESISTANCE = "resistance"
    NO_BENEFIT = "no-benefit"
    """A study looked for sensitivity and did not find it."""
    NO_RESISTANCE = "no-resistance"
    """A study looked for resistance and did not find it."""
    ADVERSE = "adverse"


class Level(IntEnum):
    """Level of evidence as CIViC defines it, the strongest first."""

    A = 0
    """Validated: proven or agreed upon."""
    B = 1
    """Clinical trials or other studies of patients."""
    C = 2
    """Case reports."""
    D = 3
    """Preclinical."""
    E = 4
    """Inferred."""


class TumourMatch(IntEnum):
    """How close the tumour of a fact is to the person's, in the tree of tumours."""

    SAME = 0
    PARENT = 1
    """A wider class that holds the person's tumour."""
    SUBTYPE = 2
    """A narrower class: whether the person's tumour belongs to it was not stated."""
    OTHER = 3

    @property
    def word(self) -> str:
        """Its name in documents."""
        return self.name.lower()

    @property
    def rank(self) -> int:
        """Remark 4 of the ranking: the same before a related class before any other."""
        return (0, 1, 1, 2)[self]


class Authority(StrEnum):
    """Who approved a therapy."""

    EMA = "EMA"
    FDA = "FDA"
    UNSTATED = "unstated"
    """The source says approved, and not by whom."""


class Kind(StrEnum):
    """Kinds of biomarker."""

    NONE = "none"
    """No biomarker: the fact holds for the tumour as such."""
    CHANGE = "change"
    CODON = "codon"
    EXON = "exon"
    MUTATION = "mutation"
    WILD_TYPE = "wild type"
    FUSION = "fusion"
    AMPLIFICATION = "amplification"
    LOSS = "loss"
    EXPRESSION = "expression"
    METHYLATION = "methylation"
    STATUS = "status"
    """A marker of the whole tumour: MSI, TMB, HRD, PD-L1, HR; above or at ``least``."""
    ANY = "any"
    """Anything about the gene; only in negative findings."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Biomarker:
    """One biomarker in its normal form.

    Attributes
    ----------
    gene
        HGNC symbol, or the name of a marker (MSI, TMB, HRD, PD-L1 TPS, PD-L1 CPS, HR, WHO grade).
    detail
        Change in one-letter code (``T790M``), what happens in an exon (``deletion``), the
        fusion's partner, or words that have no other form.
    codons
        Positions in the protein that it touches.
    exon
        0 where it is not about an exon.
    least
        Of a status: value from which on it holds; of a grade: the grade.
    """

    gene: str
    kind: Kind
    detail: str = ""
    codons: tuple[int, ...] = ()
    exon: int = 0
    least: float = 0.0

    @property
    def label(self) -> str:
        """As one writes it: ``EGFR T790M``, ``ALK fusion``, ``PD-L1 TPS ≥ 50``."""
        if self.kind is Kind.NONE:
            return ""
        if self.kind is Kind.STATUS:
            return _status_label(self)
        if self.kind is Kind.EXON:
            return f"{self.gene} exon {self.exon} {self.detail}"
        if self.kind is Kind.FUSION and self.detail:
            return f"{self.detail}-{self.gene}"
        if self.kind in (Kind.CHANGE, Kind.CODON, Kind.OTHER):
            return f"{self.gene} {self.detail}"
        return f"{self.gene} {self.kind}"


def _status_label(biomarker: Biomarker) -> str:
    fixed = {"MSI": "MSI-H", "TMB": "TMB-H", "HRD": "HRD", "HR": "HR+", "HER2-low": "HER2-low"}
    if biomarker.gene in fixed:
        return fixed[biomarker.gene]
    if biomarker.gene == "WHO grade":
        return f"{biomarker.gene} {biomarker.least:g}"
    return f"{biomarker.gene} ≥ {biomarker.least:g}"


@dataclass(frozen=True, slots=True)
class Finding:
    """A biomarker that was looked for in one person.

    Attributes
    ----------
    present
        False for a negative finding: it was looked for and is not there.
    value
        Of a status, the value measured; None where only its class was stated.
    written
        As it was entered.
    """

    biomarker: Biomarker
    present: bool
    written: str
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of a knowledge pack.

    Attributes
    ----------
    anyof
        Biomarkers of which one makes the fact apply.
    requires
        Further findings that it needs, as written: ``NRAS wild type``.
    tumour
        Code of the tree of tumours; empty where the pack's name for it has none.
    drugs
        In alphabetical order; several are given together.
    rating
        0 to 5 as the source rates it; 0 for none.
    ema, fda
        Lines of therapy the authority approved it for: ``1``, ``2+``, ``any``; empty for none.
    source, source_id
        Name of the source and the row's id there.
    pmid
        PubMed id; empty for a label.
    reviewed
        When the source last looked at it; None where it does not say.
    superseded_by
        Therapy that took its place, and `superseded_source` where this is said.
    """

    id: str
    pack: str
    anyof: tuple[Biomarker, ...]
    requires: tuple[str, ...]
    tumour: str
    tumour_name: str
    drugs: tuple[str, ...]
    direction: Direction
    level: Level
    rating: int
    source: str
    source_id: str
    pmid: str
    reviewed: date | None = None
    ema: str = ""
    fda: str = ""
    approved: bool = False
    superseded_by: tuple[str, ...] = ()
    superseded_source: str = ""
    found_in: str = ""
    note: str = ""

    @property
    def therapy(self) -> str:
        """Drugs as one writes them: ``Dabrafenib + Trametinib``."""
        return " + ".join(self.drugs)

    @property
    def key(self) -> tuple[str, ...]:
        """The same for every spelling of the therapy."""
        return tuple(drug.casefold() for drug in self.drugs)


@dataclass(frozen=True, slots=True)
class PackInfo:
    """What a knowledge pack says about itself.

    Attributes
    ----------
    evidence_date
        Day up to which the evidence was reviewed.
    bundled
        Whether it comes with the program; else it was imported.
    """

    name: str
    title: str
    version: str
    evidence_date: date
    licence: str
    attribution: str
    sources: tuple[str, ...]
    facts: int
    tumours: int = 0
    bundled: bool = True
    sha256: str = ""

    def is_old(self, today: date) -> bool:
        """Whether its evidence is older than a year."""
        return (today - self.evidence_date).days > 365


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a fact can be looked up."""

    source: str
    id: str
    pmid: str


@dataclass(frozen=True)
class Option:
    """One therapy that the packs speak for.

    Attributes
    ----------
    tier
        AMP tier, provisional; `escat` likewise.
    approval
        Authorities that approved it in this tumour and line.
    why
        Every step of its place in the list, then what speaks against it.
    """

    therapy: str
    direction: Direction
    level: Level
    tier: str
    escat: str
    tumour_match: TumourMatch
    approval: tuple[Authority, ...]
    evidence: tuple[Evidence, ...]
    why: tuple[Remark, ...]
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Exclusion:
    """One therapy that the packs speak against, with the reason."""

    therapy: str
    reason: Remark
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class OrderFirst:
    """A test whose result would change the list."""

    test: str
    why: Remark


@dataclass(frozen=True)
class Unknown:
    """An input that no pack knows, with the nearest names it could have meant."""

    written: str
    nearest: tuple[str, ...]


@dataclass(frozen=True)
class Options:
    """The answer for one person."""

    tumour: str
    tumour_name: str
    options: tuple[Option, ...]
    excluded: tuple[Exclusion, ...]
    order_first: tuple[OrderFirst, ...]
    unknown: tuple[Unknown, ...]
    packs: tuple[PackInfo, ...]
    conflicts: tuple[Remark, ...] = ()
