"""Knowledge packs: what there is, importing, comparing two."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from bedside_dx.app.advising import installed_knowledge
from bedside_dx.core.errors import KnowledgeError, StoreError
from bedside_dx.core.therapy import Fact, PackInfo
from bedside_dx.therapy.civic import civic_rows, evidence_files
from bedside_dx.therapy.knowledge import SUPPLEMENT, differences
from bedside_dx.therapy.oncotree import oncotree_file, oncotree_rows
from bedside_dx.therapy.pack import (
    COLUMNS,
    FACTS,
    FORMAT,
    MANIFEST,
    TUMOURS,
    Pack,
    read_pack,
    table_bytes,
)
from bedside_dx.therapy.shelf import knowledge_folder, put

if TYPE_CHECKING:
    from collections.abc import Sequence

BUNDLED_NAMES = ("supplement", "oncoref")


@dataclass(frozen=True)
class Difference:
    """Facts that went, came, or changed."""

    old: PackInfo
    new: PackInfo
    gone: Sequence[Fact]
    come: Sequence[Fact]
    changed: Sequence[tuple[Fact, Fact]]


def packs() -> tuple[tuple[PackInfo, ...], tuple[KnowledgeError, ...]]:
    """Every pack that is used, and what is wrong with those that are not."""
    known = installed_knowledge()
    return tuple(pack.info for pack in known.packs), known.problems


def import_knowledge(folder: Path, today: date | None = None) -> tuple[PackInfo, ...]:
    """Import a folder: CIViC's nightly tables, OncoTree, or a pack of our format.

    Raises
    ------
    KnowledgeError
        Nothing in the folder is known, or something in it is broken: the old packs stay.
    StoreError
        The packs could not be written.
    """
    ready = _ready(folder, today or date.today())  # noqa: DTZ011  (a local day)
    if not ready:
        raise KnowledgeError("knowledge.nothing", path=folder)
    try:
        return tuple(put(knowledge_folder(), name, files).info for name, files in ready)
    except OSError as exc:
        raise StoreError("knowledge.not-written", path=knowledge_folder()) from exc


def _ready(folder: Path, today: date) -> list[tuple[str, dict[str, bytes]]]:
    """What a folder holds, read whole before anything is written."""
    if (folder / MANIFEST).is_file():
        pack = read_pack(folder)
        if pack.info.name in BUNDLED_NAMES:
            raise KnowledgeError("knowledge.bundled", path=folder, name=pack.info.name)
        files = {
            p.name: p.read_bytes() for p in folder.iterdir() if p.name in (MANIFEST, FACTS, TUMOURS)
        }
        return [(pack.info.name, files)]
    ready: list[tuple[str, dict[str, bytes]]] = []
    if evidence_files(folder):
        rows, latest = civic_rows(folder, installed_knowledge().tree)
        facts = table_bytes(COLUMNS, rows)
        day = latest or today.isoformat()
        ready.append(("civic", _files(
            "civic", "CIViC", day, "CC0-1.0", "CIViC, civicdb.org, CC0 1.0", {FACTS: facts}
        )))  # fmt: skip
    tree = oncotree_file(folder)
    if tree is not None:
        columns, rows, day = oncotree_rows(tree, today)
        ready.append(("oncotree", _files(
            "oncotree", "OncoTree", day, "CC-BY-4.0",
            "OncoTree, Memorial Sloan Kettering Cancer Center, CC BY 4.0",
            {TUMOURS: table_bytes(columns, rows)},
        )))  # fmt: skip
    return ready


def _files(
    name: str, title: str, day: str, licence: str, attribution: str, tables: dict[str, bytes]
) -> dict[str, bytes]:
    sums = "\n".join(
        f'"{file}" = "{hashlib.sha256(content).hexdigest()}"' for file, content in tables.items()
    )
    manifest = (
        f'format = "{FORMAT}"\nname = "{name}"\ntitle = "{title}"\nversion = "{day}"\n'
        f'date = {day}\nlicence = "{licence}"\nattribution = "{attribution}"\n\n[sha256]\n{sums}\n'
    )
    return {**tables, MANIFEST: manifest.encode()}


def compare(old: str, new: str) -> Difference:
    """Two packs, each by its name or by the folder it lies in.

    Raises
    ------
    KnowledgeError
        ``knowledge.unknown-pack``, or a pack is damaged.
    """
    one, other = _find(old), _find(new)
    gone, come, changed = differences(one.facts, other.facts)
    return Difference(one.info, other.info, gone, come, changed)


def _find(named: str) -> Pack:
    known = installed_knowledge()
    for pack in known.packs:
        if pack.info.name == named:
            return pack
    folder = Path(named)
    if folder.is_dir() and folder != SUPPLEMENT:
        return read_pack(folder)
    names = ", ".join(pack.info.name for pack in known.packs)
    raise KnowledgeError("knowledge.unknown-pack", name=named, known=names)
