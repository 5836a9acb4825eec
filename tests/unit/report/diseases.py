"""Disease pictures of real models and tables, for reports."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from bedside_dx.app.following import follow_sizes, judge_lesions
from bedside_dx.app.prognosing import entries_of, prognosis, stage, what_if
from bedside_dx.core.course import Quantity
from bedside_dx.core.disease_picture import DiseasePicture
from bedside_dx.core.prognosis import Entry, Provenance
from bedside_dx.core.results import Report

LESIONS = """lesion,day,organ,target,long_mm,short_mm,node,state
liver 1,0,liver,yes,42,30,no,
liver 1,56,liver,yes,28,20,no,
liver 1,112,liver,yes,24,17,no,
node,0,node,yes,24,18,yes,
node,56,node,yes,18,14,yes,
node,112,node,yes,15,11,yes,
bone,0,bone,no,,,no,present
bone,56,bone,no,,,no,present
bone,112,bone,no,,,no,present
"""
SIZES = "id,day,value\np,0,60\np,56,46\np,112,39\np,168,41\n"
BREAST = {
    "age": 62, "size": 21, "grade": 2, "nodes": 2, "er": 1, "her2": 0, "gen": 3, "horm": 1,
    "bis": 1,
}  # fmt: skip


@cache
def picture() -> DiseasePicture:
    """Everything a picture can hold, one part with an AI-derived size."""
    with TemporaryDirectory() as folder:
        lesions, sizes = Path(folder) / "lesions.csv", Path(folder) / "sizes.csv"
        lesions.write_text(LESIONS)
        sizes.write_text(SIZES)
        responses = judge_lesions(lesions, immune=True).judged
        outlooks = follow_sizes(sizes, Quantity.LESION_MM).outlooks
    entries = entries_of("predict-breast", "3.2", BREAST)
    entries["size"] = Entry(21, Provenance.AI_DERIVED, confirmed=True, low=17, high=26)
    return DiseasePicture(
        stage=stage("breast", "pT2", "pN1a", "M0"),
        what_ifs=(what_if("predict-breast", "3.2", entries, "hcb", year=10),),
        scores=(prognosis("npi", size=21, nodes=2, grade=2),),
        responses=responses,
        outlooks=outlooks,
    )


def with_disease(report: Report) -> Report:
    """The same report with a whole disease picture."""
    return replace(report, disease=picture())
