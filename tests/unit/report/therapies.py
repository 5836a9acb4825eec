"""Therapy pictures of real packs, doses and a plan, for reports."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from bedside_dx.app.dosing import dose
from bedside_dx.app.planning import delay_step, make_plan, reduce_dose
from bedside_dx.app.proposing import propose
from bedside_dx.core.plan import KeptPlan, PlanPatient
from bedside_dx.core.results import Report
from bedside_dx.core.therapy_picture import TherapyPicture

DRAFT = Path(__file__).parents[1] / "therapy" / "plans" / "draft.toml"
FINDINGS = ("EGFR L858R", "PD-L1 TPS 60%")


@cache
def plan() -> KeptPlan:
    """The plan of the example, one dose of it reduced and one cycle delayed."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "plan.json"
        make_plan(DRAFT, path, "Dr A", "tumour board")
        why = ("Dr B", "febrile neutropenia")
        reduce_dose(path, "epirubicin", 75, 3, "neutropenia", 3, *why)
        kept = delay_step(path, "epirubicin", 7, 3, *why)
    return replace(kept, plan=replace(kept.plan, patient=PlanPatient()))


@cache
def therapy() -> TherapyPicture:
    """Options, three doses (one of them withheld) and the plan."""
    body = {"age": 61, "sex": "female", "height_cm": 164, "weight_kg": 62}
    doses = (
        dose("carboplatin", auc=5, creatinine_umol_l=70, is_pregnant=False, **body),
        dose("capecitabine", **body),
        dose("osimertinib", is_pregnant=False, **body),
    )
    return propose("LUAD", FINDINGS, ("ALK", "XYZ1 R1A"), plan(), line=2, doses=doses)


def with_therapy(report: Report) -> Report:
    """The same report with a whole therapy picture."""
    return replace(report, therapy=therapy())
