"""All packs together, indexed: what is known, by gene and by tumour."""

from __future__ import annotations

import difflib
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bedside_dx.core.therapy import Biomarker, Fact, Kind
from bedside_dx.therapy.biomarkers import Reading, read_biomarker
from bedside_dx.therapy.genes import ALIASES
from bedside_dx.therapy.oncoref_facts import read_oncoref
from bedside_dx.therapy.pack import Pack, read_pack
from bedside_dx.therapy.shelf import knowledge_folder, read_installed
from bedside_dx.therapy.tumours import TumourTree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bedside_dx.core.errors import KnowledgeError

SUPPLEMENT = Path(__file__).parent / "supplement"
MARKERS = ("MSI-H", "MSS", "TMB-H", "HRD", "PD-L1 TPS", "PD-L1 CPS", "HR+", "HR-", "HER2-low")


@dataclass(frozen=True)
class Knowledge:
    """Packs as they are read, each fact once.

    Attributes
    ----------
    problems
        What is wrong with packs that are installed and not used.
    """

    packs: tuple[Pack, ...]
    problems: tuple[KnowledgeError, ...] = ()
    tree: TumourTree = field(init=False)

    def __post_init__(self) -> None:
        """Join the trees of all packs."""
        object.__setattr__(self, "tree", TumourTree(t for pack in self.packs for t in pack.tumours))

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """Of all packs."""
        return tuple(fact for pack in self.packs for fact in pack.facts)

    @cached_property
    def genes(self) -> frozenset[str]:
        """Symbols that any fact is about."""
        return frozenset(
            one.gene for fact in self.facts for one in fact.anyof if one.kind is not Kind.STATUS
        ) - {""}

    @cached_property
    def by_gene(self) -> dict[str, list[Fact]]:
        """Facts about each gene or marker; those about none stand under the empty name."""
        found: dict[str, list[Fact]] = defaultdict(list)
        for fact in self.facts:
            for gene in {one.gene for one in fact.anyof}:
                found[gene].append(fact)
        return found

    @cached_property
    def successors(self) -> dict[tuple[str, ...], list[Fact]]:
        """Facts that say what took a therapy's place, by therapy."""
        found: dict[tuple[str, ...], list[Fact]] = defaultdict(list)
        for fact in self.facts:
            if fact.superseded_by:
                found[fact.key].append(fact)
        return found

    @cached_property
    def _readings(self) -> dict[str, Reading | None]:
        return {}

    def read(self, written: str) -> Reading | None:
        """A biomarker as people write it; None where no gene or marker is recognised."""
        if written not in self._readings:
            self._readings[written] = read_biomarker(written, self.genes)
        return self._readings[written]

    def nearest(self, written: str, count: int = 5) -> tuple[str, ...]:
        """Names of alterations that could have been meant, the nearest first."""
        reading = self.read(written)
        if reading is not None:
            genes = {one.gene for one in reading.biomarkers}
            labels = {one.label for gene in genes for one in self._of_gene(gene)}
            wanted = reading.biomarkers[0]
            near = sorted(labels, key=lambda label: -_likeness(wanted.label, label))
            return tuple(near[:count]) or self._like(written, count)
        whole = self._like(written, 2)
        token = written.split(maxsplit=1)[0].upper() if written.split() else ""
        names = [*self.genes, *ALIASES, *MARKERS]
        close = difflib.get_close_matches(token, names, count, 0.5)
        close = close or difflib.get_close_matches(written.upper(), names, count, 0.3)
        return (*whole, *close)[:count]

    def _like(self, written: str, count: int) -> tuple[str, ...]:
        """Alterations of any gene that are written much like this one."""
        labels = {one.label.upper(): one.label for fact in self.facts for one in fact.anyof}
        near = difflib.get_close_matches(written.upper(), labels, count, 0.75)
        return tuple(labels[one] for one in near)

    def _of_gene(self, gene: str) -> set[Biomarker]:
        facts = self.by_gene.get(gene, ())
        return {one for fact in facts for one in fact.anyof if one.gene == gene}


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other).ratio()


def load_knowledge(folder: Path | None = None) -> Knowledge:
    """Packs that come with the program, oncoref, and those that were imported.

    Raises
    ------
    KnowledgeError
        What comes with the program is damaged.
    """
    packs: list[Pack] = [read_pack(SUPPLEMENT, bundled=True)]
    oncoref = read_oncoref()
    if oncoref is not None:
        packs.append(oncoref)
    imported, problems = read_installed(folder or knowledge_folder())
    return Knowledge((*packs, *imported), tuple(problems))


def differences(
    old: Sequence[Fact], new: Sequence[Fact]
) -> tuple[list[Fact], list[Fact], list[tuple[Fact, Fact]]]:
    """Facts that went, came, or changed between two packs, by their ids."""
    before, after = (
        {fact.source_id + "|" + fact.therapy: fact for fact in facts} for facts in (old, new)
    )
    gone = [fact for key, fact in before.items() if key not in after]
    come = [fact for key, fact in after.items() if key not in before]
    changed = [
        (before[key], after[key])
        for key in before
        if key in after and _said(before[key]) != _said(after[key])
    ]
    return gone, come, changed


def _said(fact: Fact) -> tuple[object, ...]:
    return (
        fact.anyof, fact.requires, fact.tumour, fact.direction, fact.level, fact.rating, fact.ema,
        fact.fda, fact.approved, fact.superseded_by, fact.pmid,
    )  # fmt: skip
