"""CIViC's nightly tables, as its site offers them, to the facts of a knowledge pack.

CIViC (civicdb.org) is CC0. Both its older tables (gene, variant, drugs) and its newer ones
(molecular profile, therapies) are read. Only what predicts the effect of a therapy is taken.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bedside_dx.core.errors import KnowledgeError
from bedside_dx.core.therapy import Direction, Level
from bedside_dx.therapy.pack import COLUMNS, parse_table

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bedside_dx.therapy.tumours import TumourTree

SOURCE = "CIViC"
EVIDENCE = "*ClinicalEvidenceSummaries.tsv"
ASSERTIONS = "*AssertionSummaries.tsv"
NEEDED = ("disease", "evidence_type", "evidence_direction", "evidence_level", "evidence_id")

_DIRECTIONS: Mapping[tuple[str, str], Direction] = {
    ("supports", "sensitivity/response"): Direction.SENSITIVITY,
    ("supports", "sensitivityresponse"): Direction.SENSITIVITY,
    ("supports", "resistance"): Direction.RESISTANCE,
    ("supports", "reduced sensitivity"): Direction.RESISTANCE,
    ("supports", "adverse response"): Direction.ADVERSE,
    ("does not support", "sensitivity/response"): Direction.NO_BENEFIT,
    ("does not support", "sensitivityresponse"): Direction.NO_BENEFIT,
    ("does not support", "resistance"): Direction.NO_RESISTANCE,
}
_GIVEN_TOGETHER = ("combination", "sequential")


def evidence_files(folder: Path) -> list[Path]:
    """CIViC's tables of evidence in a folder, the newest name last."""
    return sorted(folder.glob(EVIDENCE))


def civic_rows(folder: Path, tree: TumourTree) -> tuple[list[dict[str, str]], str]:
    """Rows of a knowledge pack, and the day up to which CIViC had reviewed them.

    Raises
    ------
    KnowledgeError
        ``knowledge.row`` or ``knowledge.unreadable``: nothing is taken.
    """
    path = evidence_files(folder)[-1]
    table = read_table(path)
    rows: list[dict[str, str]] = []
    latest = ""
    for at, row in enumerate(table, 2):
        _check(row, at, path)
        latest = max(latest, row.get("last_review_date", "")[:10])
        rows += _facts(row, tree)
    for assertion in assertion_files(folder):
        rows += _approvals(read_table(assertion), tree)
    if not rows:
        raise KnowledgeError("knowledge.nothing", path=path)
    return rows, latest


def assertion_files(folder: Path) -> list[Path]:
    """CIViC's tables of assertions, which say what is approved."""
    return sorted(folder.glob(ASSERTIONS))[-1:]


def read_table(path: Path) -> list[dict[str, str]]:
    """Rows of one of CIViC's tables.

    Raises
    ------
    KnowledgeError
        ``knowledge.unreadable``, or ``knowledge.row`` where a row is broken.
    """
    try:
        return parse_table(path.read_bytes().replace(b"\r\n", b"\n"))
    except (OSError, UnicodeDecodeError) as exc:
        raise KnowledgeError("knowledge.unreadable", path=path) from exc
    except ValueError as exc:
        row, detail = exc.args
        raise KnowledgeError("knowledge.row", path=path, row=row, detail=detail) from exc


def _check(row: Mapping[str, str], at: int, path: Path) -> None:
    missing = [name for name in NEEDED if name not in row]
    if missing:
        raise KnowledgeError("knowledge.row", path=path, row=1, detail=missing[0])
    if row["evidence_type"].casefold() != "predictive":
        return
    wrong = "evidence_level" if row["evidence_level"] not in Level.__members__ else ""
    wrong = wrong or ("evidence_id" if not row["evidence_id"].isdecimal() else "")
    wrong = wrong or ("citation_id" if _pmid(row) is None else "")
    if wrong:
        raise KnowledgeError("knowledge.row", path=path, row=at, detail=wrong)


def _pmid(row: Mapping[str, str]) -> str | None:
    """PubMed id; empty for a meeting abstract, None where it is none at all."""
    if row.get("source_type", "PubMed").casefold() != "pubmed":
        return ""
    written = row.get("citation_id", "")
    return written if written.isdecimal() else None


def _facts(row: Mapping[str, str], tree: TumourTree) -> list[dict[str, str]]:
    """One row for each therapy: drugs given together are one, substitutes are several."""
    if row["evidence_type"].casefold() != "predictive":
        return []
    if row.get("evidence_status", "accepted").casefold() not in ("accepted", ""):
        return []
    significance = row.get("significance") or row.get("clinical_significance", "")
    direction = _DIRECTIONS.get((row["evidence_direction"].casefold(), significance.casefold()))
    drugs = [d.strip() for d in (row.get("therapies") or row.get("drugs", "")).split(",")]
    together = row.get("therapy_interaction_type") or row.get("drug_interaction_type", "")
    drugs = [drug for drug in drugs if drug]
    profile = _profile(row)
    if direction is None or not drugs or profile is None:
        return []
    if together.casefold() in _GIVEN_TOGETHER:
        drugs = [" + ".join(drugs)]
    gene, alteration, requires = profile
    named = tree.find(row["disease"])
    number = row["evidence_id"]
    base = dict.fromkeys(COLUMNS, "") | {
        "gene": gene,
        "alteration": alteration,
        "requires": ";".join((*requires, *(named.implied if named else ()))),
        "tumour": named.code if named else "-",
        "tumour_name": row["disease"],
        "direction": str(direction),
        "level": row["evidence_level"],
        "rating": row.get("rating", ""),
        "source": SOURCE,
        "source_id": f"EID{number}",
        "pmid": _pmid(row) or "",
        "found_in": f"CIViC:EID{number}",
        "reviewed": row.get("last_review_date", "")[:10],
    }
    return [
        base | {"id": f"EID{number}" if at == 0 else f"EID{number}.{at}", "therapy": drug}
        for at, drug in enumerate(drugs)
    ]


def _profile(row: Mapping[str, str]) -> tuple[str, str, tuple[str, ...]] | None:
    """Gene, alteration, and what else must be there; None for what can't be told apart."""
    if "molecular_profile" not in row:
        return row["gene"].strip().upper(), row["variant"].strip(), ()
    profile = row["molecular_profile"].strip()
    if re.search(r"\b(NOT|OR)\b|\(", profile):
        return None
    first, *others = (part.strip() for part in profile.split(" AND "))
    gene, _, alteration = first.partition(" ")
    return gene.upper(), alteration, tuple(others)


def _approvals(table: list[dict[str, str]], tree: TumourTree) -> list[dict[str, str]]:
    """Assertions that state a regulator's approval; CIViC means the FDA, without the line."""
    rows: list[dict[str, str]] = []
    for row in table:
        kind = row.get("assertion_type", "").casefold()
        if kind != "predictive" or row.get("regulatory_approval", "").casefold() != "true":
            continue
        if row.get("assertion_direction", "").casefold() != "supports":
            continue
        amp = re.search(r"Level ([A-D])", row.get("amp_category", ""))
        profile = _profile(row)
        named = tree.find(row["disease"])
        drugs = [d.strip() for d in (row.get("therapies") or row.get("drugs", "")).split(",")]
        if amp is None or profile is None or named is None or not all(drugs):
            continue
        together = amp_combination(row)
        number = row["assertion_id"]
        for at, drug in enumerate([" + ".join(drugs)] if together else drugs):
            rows.append(
                dict.fromkeys(COLUMNS, "")
                | {
                    "id": f"AID{number}" if at == 0 else f"AID{number}.{at}",
                    "gene": profile[0],
                    "alteration": profile[1],
                    "requires": ";".join((*profile[2], *named.implied)),
                    "tumour": named.code,
                    "tumour_name": row["disease"],
                    "therapy": drug,
                    "direction": "sensitivity",
                    "level": amp[1],
                    "fda": "any",
                    "approval_source": f"CIViC:AID{number}",
                    "source": SOURCE,
                    "source_id": f"AID{number}",
                    "found_in": f"CIViC:AID{number}",
                    "reviewed": row.get("last_review_date", "")[:10],
                }
            )
    return rows


def amp_combination(row: Mapping[str, str]) -> bool:
    """Whether an assertion's drugs are given together; older tables say it in words only."""
    stated = row.get("therapy_interaction_type") or row.get("drug_interaction_type", "")
    if stated:
        return stated.casefold() in _GIVEN_TOGETHER
    return "combination" in row.get("assertion_summary", "").casefold()
