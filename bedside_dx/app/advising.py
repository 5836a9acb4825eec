"""Therapy options for one person, with their evidence: proposed, never prescribed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bedside_dx.core.therapy import Options, Unknown
from bedside_dx.core.verdict import Status
from bedside_dx.therapy.knowledge import Knowledge, load_knowledge
from bedside_dx.therapy.matching import Person, read_findings
from bedside_dx.therapy.ranking import rank_options
from bedside_dx.therapy.shelf import knowledge_folder
from bedside_dx.therapy.tumours import GRADES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from bedside_dx.core.results import Report
    from bedside_dx.core.therapy import PackInfo

SEEN = {
    ("colon", "adenocarcinoma"): "COADREAD",
    ("lung", "adenocarcinoma"): "LUAD",
    ("lung", "squamous_cell_carcinoma"): "LUSC",
    ("brain", "glioma"): "DIFG",
}
"""OncoTree codes of what the models of the program call, by organ and class.

Meningioma and pituitary tumours are left out: no pack has a fact about them.
"""

MODELLED = {
    "tamoxifen": "h", "letrozole": "h", "anastrozole": "h", "exemestane": "h",
    "trastuzumab": "t", "zoledronic acid": "b", "clodronate": "b",
}  # fmt: skip
"""Treatments of PREDICT Breast by drug. A drug beside others is none of them."""


@dataclass(frozen=True)
class SeenTumour:
    """A tumour that a model saw: it counts once a person says so."""

    code: str
    name: str


def options(
    tumour: str,
    alterations: Iterable[str] = (),
    negatives: Iterable[str] = (),
    *,
    line: int = 0,
    knowledge: Knowledge | None = None,
) -> Options:
    """Therapies that the packs speak for, best founded first, and what they speak against.

    Parameters
    ----------
    tumour
        OncoTree code or a common name: ``NSCLC``, ``lung adenocarcinoma``.
    alterations, negatives
        As HGVS or people write them: ``EGFR p.Thr790Met``, ``RAS wild type``.
    line
        Line of therapy, from 1 on; 0 where it is not stated.

    Raises
    ------
    TherapyError
        ``therapy.contradiction``
    """
    known = knowledge or installed_knowledge()
    named = known.tree.find(tumour)
    present = (*alterations, *((*named.implied, *GRADES.get(named.code, ())) if named else ()))
    found, unknown = read_findings(known, present, negatives)
    if named is None:
        unsaid = Unknown(tumour, known.tree.nearest(tumour))
        packs = tuple(pack.info for pack in known.packs)
        return Options("", tumour, (), (), (), (unsaid, *unknown), packs)
    return rank_options(known, Person(named.code, found, line), unknown)


def seen_tumour(report: Report) -> SeenTumour | None:
    """The tumour that a verdict of "present" names, where the tree has it; None otherwise."""
    diagnosis, card = report.diagnosis, report.model
    if diagnosis.status is not Status.PRESENT:
        return None
    code = SEEN.get((card.organ.casefold(), diagnosis.class_id or ""))
    tree = installed_knowledge().tree
    return SeenTumour(code, tree.name(code)) if code is not None and code in tree else None


def modelled_treatment(therapy: str, model: str) -> str:
    """Key of a prognosis model's treatment that a therapy is; empty for none."""
    return MODELLED.get(therapy.casefold(), "") if model == "predict-breast" else ""


def tumour_names() -> tuple[str, ...]:
    """Every tumour by name and code, to complete what somebody types."""
    return installed_knowledge().tree.names


def tumour_line(code: str) -> tuple[str, ...]:
    """A tumour and the classes that hold it, the closest first."""
    return (code, *installed_knowledge().tree.parents(code))


def packs_in_use() -> tuple[PackInfo, ...]:
    """What each pack says of itself."""
    return tuple(pack.info for pack in installed_knowledge().packs)


def installed_knowledge() -> Knowledge:
    """All packs, read again only after an import."""
    folder = knowledge_folder()
    return _loaded(folder, _stamp(folder))


@lru_cache(maxsize=2)
def _loaded(folder: Path, stamp: tuple[tuple[str, int], ...]) -> Knowledge:
    del stamp
    return load_knowledge(folder)


def _stamp(folder: Path) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((str(p), p.stat().st_mtime_ns) for p in folder.glob("*/current")))
