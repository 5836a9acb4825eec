"""Are the options right, does the evidence come back, how fast, and is every source to be found?

CIViC is read from beside the checkout; without it what depends on it is None.
"""

from __future__ import annotations

import csv
import os
import random
import statistics
import tempfile
import time
from collections.abc import Mapping
from importlib.metadata import distribution
from pathlib import Path

from bedside_dx.app.advising import installed_knowledge, options
from bedside_dx.app.knowing import import_knowledge
from bedside_dx.core.therapy import Options
from bedside_dx.therapy.shelf import FOLDER

SHARED = Path(os.environ.get("BEDSIDE_DX_SHARED") or Path(__file__).resolve().parents[2] / "shared")
CIVIC = SHARED / "knowledge"
PAIRS, SEED = 80, 7
ANCHORS = (
    ("NSCLC", "EGFR T790M", "Osimertinib", ("EID1592", "EID1867"), True),
    ("NSCLC", "EGFR T790M", "Erlotinib", ("EID238",), False),
    ("breast cancer", "ERBB2 amplification", "Trastuzumab", ("EID1122",), True),
    ("breast cancer", "ERBB2 amplification", "Neratinib + Trastuzumab", ("EID1113",), True),
    ("NSCLC", "ALK fusion", "Crizotinib", ("EID1187", "EID1198", "EID1199"), True),
    ("NSCLC", "ALK fusion", "Alectinib", ("EID1282", "EID7284"), True),
    ("NSCLC", "ALK fusion", "Ceritinib", ("EID7285",), True),
)


def table(name: str) -> list[dict[str, str]]:
    with (CIVIC / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def holds(found: Options, therapy: str, ids: tuple[str, ...], option: bool) -> bool:
    """Whether a therapy is where it belongs, with all of its evidence."""
    place = found.options if option else found.excluded
    return any(
        one.therapy == therapy and set(ids) <= {row.id for row in one.evidence} for one in place
    )


def anchors_right() -> float:
    right = [holds(options(t, [a]), drug, ids, to) for t, a, drug, ids, to in ANCHORS]
    right.append(options("NSCLC", ["EGFR T790M"]).options[0].therapy == "Osimertinib")
    order = [one.therapy for one in options("NSCLC", ["ALK fusion"]).options]
    right.append(order.index("Alectinib") < order.index("Crizotinib"))
    order = [one.therapy for one in options("NSCLC", ["EGFR L858R"]).options]
    right += [order.index("Osimertinib") < order.index(old) for old in ("Erlotinib", "Gefitinib")]
    return sum(right) / len(right)


def assertion_recall() -> float:
    rows = [
        r for r in table("nightly-AssertionSummaries.tsv") if r["assertion_type"] == "Predictive"
    ]
    met = 0
    for row in rows:
        names = {d for one in options(row["disease"], [f"{row['gene']} {row['variant']}"]).options
                 for d in one.therapy.split(" + ")}  # fmt: skip
        met += set(row["drugs"].split(",")) <= names
    return met / len(rows)


def pair_recall() -> float:
    """Pairs whose own row comes back, among the options, the excluded or what speaks against."""
    rows = [
        r for r in table("nightly-ClinicalEvidenceSummaries.tsv")
        if r["evidence_type"] == "Predictive" and r["evidence_level"] in "AB" and r["drugs"]
        and int(r["rating"] or 0) >= 3 and r["evidence_direction"] == "Supports"
        and r["clinical_significance"] in ("Sensitivity/Response", "Resistance")
    ]  # fmt: skip
    met = 0
    for row in random.Random(SEED).sample(rows, PAIRS):
        written = f"{row['gene']} {row['variant']}"
        wild = "WILD" in written.upper()
        found = options(row["disease"], [] if wild else [written], [written] if wild else [])
        known = {line.id for one in (*found.options, *found.excluded) for line in one.evidence}
        known |= {str(step.values.get("id", "")) for one in found.options for step in one.why}
        met += f"EID{row['evidence_id']}" in known
    return met / PAIRS


def options_ms() -> float:
    asked = [(t, a) for t, a, *_ in ANCHORS] + [("melanoma", "BRAF V600E"), ("colon", "KRAS G12D")]
    times = []
    for tumour, alteration in asked * 5:
        start = time.perf_counter()
        options(tumour, [alteration])
        times.append((time.perf_counter() - start) * 1000)
    return max(statistics.median(times), sorted(times)[int(len(times) * 0.95)])


def sources_verified() -> float:
    """Rows whose PMID or id stands in the source that the row names."""
    civic = {
        f"EID{r['evidence_id']}": r["citation_id"]
        for r in table("nightly-ClinicalEvidenceSummaries.tsv")
    }
    civic |= {f"AID{r['assertion_id']}": "" for r in table("nightly-AssertionSummaries.tsv")}
    data = Path(str(distribution("oncoref").locate_file("oncoref/data")))
    texts: dict[str, str] = {}
    met = total = 0
    for fact in installed_knowledge().facts:
        place, _, name = fact.found_in.partition(":")
        total += 1
        if place == "CIViC":
            met += name in civic and (not fact.pmid or civic[name] == fact.pmid)
        elif place == "oncoref":
            text = texts.setdefault(name, (data / name).read_text("utf-8"))
            met += bool(fact.pmid) and f"PMID:{fact.pmid}" in text
    return met / total


def main() -> Mapping[str, float | None]:
    if not CIVIC.is_dir():
        names = (
            "anchors_right_share",
            "assertion_recall",
            "pair_recall",
            "options_ms",
            "sources_verified_share",
        )
        return dict.fromkeys(names)
    with tempfile.TemporaryDirectory() as folder:
        os.environ[FOLDER] = folder
        import_knowledge(CIVIC)
        installed_knowledge()
        return {
            "anchors_right_share": anchors_right(),
            "assertion_recall": assertion_recall(),
            "pair_recall": pair_recall(),
            "options_ms": options_ms(),
            "sources_verified_share": sources_verified(),
            "supplement_facts": installed_knowledge().packs[0].info.facts,
        }
