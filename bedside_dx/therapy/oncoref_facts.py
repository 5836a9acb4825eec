"""Biomarker and agent rows of the package oncoref, read as data: its code is never run.

oncoref (PyPI, Apache-2.0) says "approved" and not by whom, and gives the biomarker inside the words
of an indication. Both are kept as they are: the authority stays unstated, and an indication
whose words name no biomarker known here is left out where the agent needs one.
"""

from __future__ import annotations

import csv
import hashlib
import re
from datetime import date
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING

from bedside_dx.core.errors import KnowledgeError
from bedside_dx.core.therapy import Level, PackInfo
from bedside_dx.therapy.pack import Pack, read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME, LICENCE = "oncoref", "Apache-2.0"
KEY_GENES, AUDIT = (
    "oncoref/data/cancer-key-genes.csv",
    "oncoref/data/cancer-key-gene-citation-audit.csv",
)

CODES: Mapping[str, str] = {
    "LIHC": "HCC", "BLCA": "BLCA", "OV": "SOC", "LAML": "AML", "DLBC": "DLBCLNOS", "MM": "PCM",
    "CLL": "CLLSLL", "B_ALL": "BLL", "T_ALL": "TLL", "LGG": "DIFG", "GBM": "GB", "UVM": "UM",
    "KIRC": "CCRCC", "KIRP": "PRCC", "KICH": "CHRCC", "THCA": "WDTC", "MTC": "THME",
    "MESO": "PLMESO", "NET_PANCREAS": "PANET", "NEC_MERKEL": "MCC", "SARC": "SOFT_TISSUE",
    "SARC_CHOR": "CHDM", "SARC_OS": "OS", "SARC_CHON": "CHS", "cSCC": "CSCC", "PCPG": "PHC",
    "MENINGIOMA": "MNG", "CRANIO": "PCGP", "ESCA": "ESCC", "ADCC": "SACA", "THYM": "TET",
    "NET_MIDGUT": "GINET", "CTCL": "MYCF", "NUTM": "NUTCL",
}  # fmt: skip
"""oncoref's codes where OncoTree's differ."""

_LEVELS = {
    "approved": "A", "phase_3": "B", "off_label": "B", "phase_2": "B", "phase_1": "C",
    "early_clinical": "C", "preclinical": "D",
}  # fmt: skip
"""Ours: approved is validated, a trial of patients is B, a first one in few patients C."""

_WORDS: tuple[tuple[str, str, str], ...] = (
    (r"\b([A-Z0-9]+) (G12C|V600E?|E17K)\b", r"\1", r"\2"),
    (r"\bIDH-mut", "", "IDH"),
    (r"\b([A-Z0-9]+)[- ](?:mut\w*)\b", r"\1", "mutation"),
    (r"\bMET exon 14", "MET", "exon 14 skipping"),
    (r"\b(ALK|RET|ROS1|NTRK1|NTRK2|NTRK3|FGFR2)[- ](?:rearranged|fusion|\+)", r"\1", "fusion"),
    (r"\bHER2\+ / HER2-low", "", "HER2"),
    (r"\bHER2(?:\+|-amp)", "ERBB2", "amplification"),
    (r"\bMSI-H", "MSI", "MSI-H"),
    (r"\bPD-L1 high", "PD-L1", "TPS >= 50"),
    (r"\bPD-L1\s?[>≥]=?\s?50", "PD-L1", "TPS >= 50"),
    (r"\bMGMT-methylated", "MGMT", "promoter methylation"),
    (r"\bHR\+", "HR", "HR positive"),
)
_REQUIRES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"KRAS/NRAS/BRAF-WT", ("KRAS wild type", "NRAS wild type", "BRAF wild type")),
    (r"RAS-WT", ("KRAS wild type", "NRAS wild type")),
    (r"HR\+/HER2-", ("HER2 negative",)),
    (r"ER\+/HER2-", ("HR positive", "HER2 negative")),
    (r"grade 2", ("WHO grade 2",)),
)
_UNSELECTED = frozenset({
    "PDCD1", "CD274", "CTLA4", "LAG3", "VEGFA", "KDR", "AR", "CD19", "MS4A1", "CD38", "TNFRSF17",
    "BTK", "BCL2", "MTOR", "TUBB", "TYR", "PSMB5", "CRBN",
})  # fmt: skip
"""Targets whose agents are given without a test of the tumour, as far as the row goes."""


def oncoref_folder() -> Path | None:
    """Where the package lies; None where it is not installed."""
    try:
        found = Path(str(distribution(NAME).locate_file("")))
    except PackageNotFoundError:
        return None
    return found if (found / KEY_GENES).is_file() else None


def read_oncoref() -> Pack | None:
    """Facts of the installed oncoref; None where it is not installed.

    Raises
    ------
    KnowledgeError
        Its tables are not of the form known here.
    """
    folder = oncoref_folder()
    if folder is None:
        return None
    path = folder / KEY_GENES
    try:
        content = path.read_bytes()
        rows = list(csv.DictReader(content.decode("utf-8").splitlines()))
        reviewed = _reviewed(folder / AUDIT)
        facts = read_rows([one for row in rows for one in _row(row, reviewed)], NAME, path)
    except (OSError, UnicodeDecodeError, csv.Error, KeyError) as exc:
        raise KnowledgeError("knowledge.unreadable", path=path) from exc
    version = distribution(NAME).version
    info = PackInfo(
        name=NAME,
        title="oncoref",
        version=version,
        evidence_date=max((f.reviewed for f in facts if f.reviewed), default=date(2026, 1, 1)),
        licence=LICENCE,
        attribution="oncoref, pirl-unc, Apache-2.0",
        sources=("https://github.com/pirl-unc/oncoref",),
        facts=len(facts),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    return Pack(info, tuple(facts), ())


def _reviewed(path: Path) -> dict[tuple[str, ...], str]:
    """When oncoref last checked a row against its citation."""
    with path.open(encoding="utf-8", newline="") as file:
        return {
            (row["cancer_code"], row["symbol"], row["agent"]): row["reviewed_on"]
            for row in csv.DictReader(file)
        }


def _row(row: Mapping[str, str], reviewed: Mapping[tuple[str, ...], str]) -> list[dict[str, str]]:
    level = _LEVELS.get(row["phase"])
    if row["role"] != "target" or not row["agent"] or level is None:
        return []
    found = _biomarker(row["symbol"], row["indication"])
    if found is None:
        return []
    genes, alteration = found
    code, pmid = row["cancer_code"], row["source"].removeprefix("PMID:")
    requires = next((r for pattern, r in _REQUIRES if re.search(pattern, row["indication"])), ())
    parts = (code, row["subtype"], row["symbol"], row["agent"])
    known_as = "-".join(part for part in parts if part).replace(" ", "-")
    return [
        {
            "id": known_as if at == 0 else f"{known_as}.{at}",
            "gene": gene,
            "alteration": alteration,
            "requires": ";".join(requires),
            "tumour": CODES.get(code, code),
            "tumour_name": row["indication"],
            "therapy": re.sub(r"\s+\+\s+", " + ", row["agent"]),
            "direction": "sensitivity",
            "level": Level[level].name,
            "approved": "yes" if row["phase"] == "approved" else "",
            "source": NAME,
            "source_id": known_as,
            "pmid": pmid if pmid.isdecimal() else "",
            "reviewed": reviewed.get((code, row["symbol"], row["agent"]), ""),
            "found_in": f"oncoref:{Path(KEY_GENES).name}",
            "note": row["eligibility_note"],
        }
        for at, gene in enumerate(genes)
    ]


def _biomarker(symbol: str, indication: str) -> tuple[tuple[str, ...], str] | None:
    """Genes and alteration that an indication asks for; None where it can't be told."""
    if "HER2+ / HER2-low" in indication:
        return ("ERBB2",), "amplification"
    for pattern, gene, alteration in _WORDS:
        found = re.search(pattern, indication)
        if found is None:
            continue
        if alteration == "IDH":
            return (symbol,), "mutation"
        named = found.expand(gene) if "\\" in gene else gene
        words = found.expand(alteration) if "\\" in alteration else alteration
        return (("HR",) if named == "HR" else (named,)), words
    if re.search(r"RAS-WT|BRAF-WT", indication):
        return ("KRAS",), "wild type"
    if symbol in _UNSELECTED:
        return ("",), ""
    return None
