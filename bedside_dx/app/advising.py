"""Therapy options for one person, with their evidence: proposed, never prescribed."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from bedside_dx.core.therapy import Options, Unknown
from bedside_dx.therapy.knowledge import Knowledge, load_knowledge
from bedside_dx.therapy.matching import Person, read_findings
from bedside_dx.therapy.ranking import rank_options
from bedside_dx.therapy.shelf import knowledge_folder

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


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
    present = (*alterations, *(named.implied if named else ()))
    found, unknown = read_findings(known, present, negatives)
    if named is None:
        unsaid = Unknown(tumour, known.tree.nearest(tumour))
        packs = tuple(pack.info for pack in known.packs)
        return Options("", tumour, (), (), (), (unsaid, *unknown), packs)
    return rank_options(known, Person(named.code, found, line), unknown)


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
