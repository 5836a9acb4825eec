"""A dose in each of its states and a whole plan, put on the therapy page of a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.app.dosing import dose
from bedside_dx.core.plan import Intent
from bedside_dx.ui.inspector_page import Page
from bedside_dx.ui.therapy.notes import Section
from bedside_dx.ui.therapy.plan_notes import AssessmentNotes, MonitoringNotes, QuestionNotes

if TYPE_CHECKING:
    from bedside_dx.ui.window import Window

WOMAN = {
    "age": 56, "sex": "female", "height_cm": 170, "weight_kg": 70, "creatinine_umol_l": 70,
    "bilirubin_umol_l": 9, "lvef_percent": 62, "hbv": "negative", "dpd": "normal", "earlier": {},
}  # fmt: skip
FEC = ("epirubicin", "cyclophosphamide", "fluorouracil")
STATED = {
    "dose": ("carboplatin", {"age": "60", "sex": "0", "height-cm": "170", "weight-kg": "70",
                             "creatinine-umol-l": "80", "auc": "5"}),
    "dose-asks": ("carboplatin", {"age": "80", "sex": "0", "height-cm": "155", "weight-kg": "50",
                                  "creatinine-umol-l": "60", "auc": "5"}),
    "dose-first": ("capecitabine", {"age": "60", "sex": "0"}),
    "dose-slip": ("carboplatin", {"age": "60", "height-cm": "170", "weight-kg": "154"}),
}  # fmt: skip


def put_dose(window: Window, name: str) -> None:
    """Show a dose in one of its states."""
    window.inspector.turn_to(Page.THERAPY)
    page = window.inspector.therapy
    drug, stated = STATED[name]
    page.dose_desk.choose(drug)
    for key, text in stated.items():
        page.dose_desk.notes.state(key, text)
    page.desk.turn_to(Section.DOSE)
    page.dose._made_of = None  # typed from outside: the fields are filled again
    page.dose_desk.turn()


def put_plan(window: Window) -> None:
    """Show a plan that is whole, with a dose changed for toxicity."""
    window.inspector.turn_to(Page.THERAPY)
    desk = window.inspector.therapy.plan_desk
    line = desk.add_line()
    line.name = "FEC 100"
    for drug in FEC:
        desk.add_dose(dose(drug, row=f"{drug}-fec100", **WOMAN), None)
    for step in line.steps:
        step.start = "2026-11-16"
    line.monitoring = [
        MonitoringNotes("Blood count, creatinine, bilirubin"),
        MonitoringNotes("Echocardiography", before_each_cycle=False, every_days="63"),
    ]
    line.assessments = [AssessmentNotes("Ultrasound", "2026-11-10", "9")]
    line.stopping = "LVEF falls by 10 points or below 50 %\npatient's wish"
    line.dose_changes = [
        {"step": "epirubicin", "from_cycle": 3, "percent": 75.0,
         "toxicity": "febrile neutropenia", "grade": 3},
    ]  # fmt: skip
    notes = desk.notes
    notes.title, notes.tumour, notes.stage = "Adjuvant treatment", "Breast", "pT2 pN1a M0, IIB"
    notes.intent, notes.ecog, notes.ecog_on = Intent.CURATIVE, 0, "2026-11-12"
    notes.preferences = "Fears losing feeling in her hands: she plays the cello."
    notes.questions = [QuestionNotes("How are you sleeping, eating and getting about?", "3")]
    window.inspector.therapy.desk.turn_to(Section.PLAN)
    desk.turn()
