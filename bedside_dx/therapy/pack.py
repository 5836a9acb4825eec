"""Knowledge packs: read and verified whole, or refused whole. Format: docs/knowledge.md."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import tomllib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from bedside_dx.core.errors import KnowledgeError, Phrase
from bedside_dx.core.therapy import Direction, Fact, Level, PackInfo
from bedside_dx.therapy.biomarkers import read_alteration
from bedside_dx.therapy.tumours import Tumour

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

FORMAT = "bedside-dx-knowledge/1"
MANIFEST, FACTS, TUMOURS = "pack.toml", "facts.tsv", "tumours.tsv"
LICENCES = (
    "CC0-1.0", "CC-BY-4.0", "Apache-2.0", "MIT", "BSD-3-Clause", "CC-BY-SA-4.0", "Local",
)  # fmt: skip
"""Licences under which facts may be used here; Local: a hospital's own, never passed on."""
COLUMNS = (
    "id", "gene", "alteration", "requires", "tumour", "tumour_name", "therapy", "direction",
    "level", "rating", "ema", "fda", "approved", "superseded_by", "superseded_source",
    "approval_source", "source",
    "source_id", "pmid", "found_in", "reviewed", "note",
)  # fmt: skip
NEEDED = ("id", "tumour", "therapy", "direction", "level", "source", "source_id")
LARGEST = 64 * 2**20
"""Bytes of the largest file that is read."""

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
_LINES = re.compile(r"(any|\d\+?)?")
_PMID = re.compile(r"\d{1,8}")


@dataclass(frozen=True, slots=True)
class Pack:
    """What a pack holds."""

    info: PackInfo
    facts: tuple[Fact, ...]
    tumours: tuple[Tumour, ...]


def read_pack(folder: Path, *, bundled: bool = False) -> Pack:
    """Read a pack and check all of it.

    Raises
    ------
    KnowledgeError
        ``knowledge.damaged``, ``knowledge.checksum``, ``knowledge.licence`` or
        ``knowledge.row``: nothing of it is used.
    """
    said = _manifest(folder)
    contents = _checked(folder, said)
    licence = str(said.get("licence", ""))
    if licence not in LICENCES:
        raise KnowledgeError(
            "knowledge.licence", path=folder, licence=licence or "–", known=", ".join(LICENCES)
        )
    name = str(said.get("name", ""))
    if not _NAME.fullmatch(name):
        raise damaged(folder, Phrase("{file} has no usable name", file=MANIFEST))
    rows = _rows(folder, FACTS, contents.get(FACTS, b""))
    tumours = _rows(folder, TUMOURS, contents.get(TUMOURS, b""))
    info = PackInfo(
        name=name,
        title=str(said.get("title", name)),
        version=str(said.get("version", "")),
        evidence_date=_day(folder, said.get("date")),
        licence=licence,
        attribution=str(said.get("attribution", "")),
        sources=tuple(str(one) for one in cast("Sequence[object]", said.get("sources", ()))),
        facts=len(rows),
        tumours=len(tumours),
        bundled=bundled,
        sha256=hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest(),
    )
    return Pack(
        info,
        tuple(read_rows(rows, name, folder)),
        tuple(_tumour(folder, at, row) for at, row in enumerate(tumours, 2)),
    )


def read_rows(rows: Sequence[Mapping[str, str]], pack: str, path: Path) -> list[Fact]:
    """Facts of a pack's rows; each id once.

    Raises
    ------
    KnowledgeError
        ``knowledge.row``
    """
    facts: list[Fact] = []
    seen: set[str] = set()
    for at, row in enumerate(rows, 2):
        try:
            fact = read_fact(row, pack)
        except (ValueError, KeyError) as exc:
            raise KnowledgeError(
                "knowledge.row", path=path, row=at, detail=str(exc).strip("'\"")
            ) from exc
        if fact.id in seen:
            raise KnowledgeError("knowledge.row", path=path, row=at, detail=fact.id)
        seen.add(fact.id)
        facts.append(fact)
    return facts


def read_fact(row: Mapping[str, str], pack: str) -> Fact:
    """One row.

    Raises
    ------
    ValueError
        With the column that is wrong.
    """
    missing = [name for name in NEEDED if not row.get(name)]
    if missing:
        raise ValueError(missing[0])
    pmid, rating = row.get("pmid", ""), row.get("rating", "")
    if (pmid and not _PMID.fullmatch(pmid)) or (rating and rating not in "012345"):
        raise ValueError("pmid" if pmid and not _PMID.fullmatch(pmid) else "rating")
    for authority in ("ema", "fda"):
        if not _LINES.fullmatch(row.get(authority, "")):
            raise ValueError(authority)
    if row["level"] not in Level.__members__:
        raise ValueError("level")
    superseded = _split(row.get("superseded_by", ""), ";")
    if superseded and not row.get("superseded_source"):
        raise ValueError("superseded_source")
    if (row.get("ema") or row.get("fda")) and not row.get("approval_source"):
        raise ValueError("approval_source")
    gene = row.get("gene", "")
    return Fact(
        id=row["id"],
        pack=pack,
        anyof=read_alteration(gene, row.get("alteration", "")),
        requires=_split(row.get("requires", ""), ";"),
        tumour=row["tumour"] if row["tumour"] != "-" else "",
        tumour_name=row.get("tumour_name", ""),
        drugs=drugs_of(row["therapy"]),
        direction=Direction(row["direction"]),
        level=Level[row["level"]],
        rating=int(rating or 0),
        source=row["source"],
        source_id=row["source_id"],
        pmid=pmid,
        reviewed=date.fromisoformat(row["reviewed"]) if row.get("reviewed") else None,
        ema=row.get("ema", ""),
        fda=row.get("fda", ""),
        approved=row.get("approved", "") == "yes",
        superseded_by=superseded,
        superseded_source=row.get("superseded_source", ""),
        found_in=row.get("found_in", ""),
        note=row.get("note", ""),
    )


def drugs_of(therapy: str) -> tuple[str, ...]:
    """Drugs of a therapy, in alphabetical order, each beginning as a name does."""
    drugs = {drug.strip() for drug in therapy.split("+") if drug.strip()}
    return tuple(sorted((drug[:1].upper() + drug[1:] for drug in drugs), key=str.casefold))


def _split(text: str, mark: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(mark) if part.strip())


def damaged(path: Path, detail: Phrase) -> KnowledgeError:
    """A pack that can't be used, with what is wrong."""
    return KnowledgeError("knowledge.damaged", path=path, detail=detail)


def _manifest(folder: Path) -> Mapping[str, Any]:
    try:
        said = tomllib.loads((folder / MANIFEST).read_text("utf-8"))
    except FileNotFoundError as exc:
        raise damaged(folder, Phrase("{file} is missing", file=MANIFEST)) from exc
    except (OSError, ValueError, RecursionError) as exc:
        raise damaged(folder, Phrase("{file} can't be read", file=MANIFEST)) from exc
    if said.get("format") != FORMAT:
        raise damaged(folder, Phrase("{file} is of another program version", file=MANIFEST))
    return said


def _checked(folder: Path, said: Mapping[str, Any]) -> dict[str, bytes]:
    """Contents of the tables, each as its checksum says."""
    sums = said.get("sha256")
    if not isinstance(sums, dict) or (FACTS not in sums and TUMOURS not in sums):
        raise damaged(folder, Phrase("{file} states no checksums", file=MANIFEST))
    contents: dict[str, bytes] = {}
    for name, stated in cast("Mapping[str, object]", sums).items():
        if name not in (FACTS, TUMOURS):
            raise damaged(folder, Phrase("{file} is no part of a pack", file=name))
        try:
            if (folder / name).stat().st_size > LARGEST:
                raise damaged(folder, Phrase("{file} is too large", file=name))
            contents[name] = (folder / name).read_bytes()
        except OSError as exc:
            raise damaged(folder, Phrase("{file} can't be read", file=name)) from exc
        if hashlib.sha256(contents[name]).hexdigest() != stated:
            raise KnowledgeError("knowledge.checksum", path=folder, name=name)
    return contents


def _rows(folder: Path, name: str, content: bytes) -> list[dict[str, str]]:
    try:
        return parse_table(content)
    except (UnicodeDecodeError, csv.Error, ValueError) as exc:
        detail = Phrase("{file} can't be read", file=name)
        raise damaged(folder, detail) from exc


def parse_table(content: bytes) -> list[dict[str, str]]:
    """Rows of a table separated by tabs, without quoting.

    Raises
    ------
    ValueError
        A row has more or fewer cells than the heading, or the bytes are no text.
    """
    lines = content.decode("utf-8").splitlines()
    if not lines:
        return []
    reader = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    heading = next(reader)
    rows: list[dict[str, str]] = []
    for cells in reader:
        if len(cells) != len(heading):
            short = len(cells) < len(heading)
            raise ValueError(reader.line_num, heading[len(cells)] if short else cells[-1][:40])
        rows.append(dict(zip(heading, cells, strict=True)))
    return rows


def table_bytes(columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> bytes:
    """A table separated by tabs; what would break it becomes a space."""
    out = io.StringIO()
    out.write("\t".join(columns) + "\n")
    for row in rows:
        out.write("\t".join(" ".join(row.get(name, "").split()) for name in columns) + "\n")
    return out.getvalue().encode("utf-8")


def _day(folder: Path, value: object) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as exc:
        raise damaged(folder, Phrase("{file} has no date", file=MANIFEST)) from exc


def _tumour(folder: Path, at: int, row: Mapping[str, str]) -> Tumour:
    code, name = row.get("code", ""), row.get("name", "")
    if not code or not name:
        raise KnowledgeError("knowledge.row", path=folder, row=at, detail="code")
    return Tumour(code, row.get("parent", ""), name, _split(row.get("aliases", ""), "|"))
