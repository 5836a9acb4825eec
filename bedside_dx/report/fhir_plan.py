"""plan.fhir.json: a FHIR R4B collection of CarePlan and MedicationRequest, drafts only.

Nothing in it is an order: every status is ``draft`` and every intent ``proposal``.
"""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from bedside_dx.report.dates import with_zone

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bedside_dx.core.plan import KeptPlan, Line, Plan, PlanEvent, Step

Resource = dict[str, object]

UCUM = "http://unitsofmeasure.org"
ROUTES = {
    "iv": {"code": "47625008", "display": "Intravenous route"},
    "oral": {"code": "26643006", "display": "Oral route"},
}
"""SNOMED CT."""


def write_fhir(kept: KeptPlan, events: Sequence[PlanEvent], path: Path) -> None:
    """Write plan.fhir.json.

    Raises
    ------
    OSError
        The file could not be written.
    """
    text = json.dumps(fhir_bundle(kept, events), ensure_ascii=False, indent=1, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def fhir_bundle(kept: KeptPlan, events: Sequence[PlanEvent]) -> Resource:
    """A collection: the patient, a CarePlan, and a MedicationRequest for each step."""
    plan = kept.plan
    requests = [_request(kept, line, step, events) for line in plan.lines for step in line.steps]
    resources = [_patient(plan), _care_plan(kept, requests), *requests]
    return {
        "resourceType": "Bundle",
        "id": _id(plan, "bundle"),
        "type": "collection",
        "timestamp": _when(kept),
        "entry": [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in resources],
    }


def _patient(plan: Plan) -> Resource:
    patient: Resource = {"resourceType": "Patient", "id": _id(plan, "patient")}
    if plan.patient.identifier:
        patient["identifier"] = [{"value": plan.patient.identifier}]
    if plan.patient.name:
        patient["name"] = [{"text": plan.patient.name}]
    if plan.patient.born:
        patient["birthDate"] = plan.patient.born.isoformat()
    return patient


def _care_plan(kept: KeptPlan, requests: list[Resource]) -> Resource:
    plan, last = kept.plan, kept.history[-1]
    starts = [step.start for line in plan.lines for step in line.steps]
    notes = [
        *(f"Stop rule ({line.name}): {rule}" for line in plan.lines for rule in line.stopping),
        *(
            f"Response assessment ({line.name}): {one.method}, every {one.every_weeks} weeks,"
            f" baseline {one.baseline.isoformat()}"
            for line in plan.lines
            for one in line.assessments
        ),
        *(f"Preference: {one}" for one in plan.preferences),
        *(f"Note: {one}" for one in plan.notes),
    ]
    care: Resource = {
        "resourceType": "CarePlan",
        "id": _id(plan, "care-plan"),
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{plan.identifier}"}],
        "status": "draft",
        "intent": "proposal",
        "title": plan.title,
        "description": f"{plan.tumour}, ECOG {plan.ecog}, {plan.intent} intent",
        "subject": {"reference": f"urn:uuid:{_id(plan, 'patient')}"},
        "period": {"start": min(starts).isoformat()},
        "created": with_zone(kept.history[0].when).isoformat(),
        "author": {"display": last.who},
        "activity": [{"reference": {"reference": f"urn:uuid:{one['id']}"}} for one in requests],
    }
    if notes:
        care["note"] = [{"text": text} for text in notes]
    return care


def _request(kept: KeptPlan, line: Line, step: Step, events: Sequence[PlanEvent]) -> Resource:
    plan = kept.plan
    notes = [f"Source: {one}" for one in step.dose.sources]
    if step.dose.dpd:
        notes.append(f"DPD activity as the clinician stated it: {step.dose.dpd}")
    if step.dose.first_mg is not None:
        notes.append(f"First administration: {step.dose.first_mg:g} mg (loading dose)")
    notes += [
        f"From cycle {one.from_cycle} {one.percent:g} % for {one.toxicity}"
        for one in line.dose_changes
        if one.step == step.key
    ]
    if not step.cycles:
        notes.append("Until progression or toxicity; the days are written out for half a year")
    dosages = _dosages(step, events)
    request: Resource = {
        "resourceType": "MedicationRequest",
        "id": _id(plan, f"request/{step.key}"),
        "status": "draft",
        "intent": "proposal",
        "medicationCodeableConcept": {"text": step.drug},
        "subject": {"reference": f"urn:uuid:{_id(plan, 'patient')}"},
        "authoredOn": _when(kept),
        "requester": {"display": kept.history[-1].who},
        "reasonCode": [{"text": plan.tumour}],
        "note": [{"text": text} for text in notes],
    }
    return request | {"dosageInstruction": dosages} if dosages else request


def _dosages(step: Step, events: Sequence[PlanEvent]) -> list[Resource]:
    """One instruction for each dose that the step has over its cycles, with its days."""
    by_dose: dict[float, list[PlanEvent]] = {}
    for event in events:
        if event.mg is not None and _belongs(event, step):
            by_dose.setdefault(round(event.mg, 3), []).append(event)
    return [
        _dosage(step, sequence, mg, given)
        for sequence, (mg, given) in enumerate(by_dose.items(), start=1)
    ]


def _belongs(event: PlanEvent, step: Step) -> bool:
    if event.cycle is None:
        return event.key.startswith(f"{step.key}-daily-")
    return event.key.startswith(f"{step.key}-c{event.cycle}-d")


def _dosage(step: Step, sequence: int, mg: float, given: Sequence[PlanEvent]) -> Resource:
    often = f", {step.times_a_day} times a day" if step.times_a_day > 1 else ""
    days = "every day" if step.cycle_days == 1 else f"on {_day_count(given)} days"
    dosage: Resource = {
        "sequence": sequence,
        "text": f"{mg:g} mg{often}, {days} from {given[0].first.isoformat()}",
        "timing": _timing(step, given),
        "doseAndRate": [{"doseQuantity": _mg(mg)}],
    }
    if step.route in ROUTES:
        code = {"system": "http://snomed.info/sct", **ROUTES[step.route]}
        dosage["route"] = {"coding": [code]}
    elif step.route:
        dosage["route"] = {"text": step.route}
    return dosage


def _day_count(given: Sequence[PlanEvent]) -> int:
    return sum((one.last - one.first).days + 1 for one in given)


def _timing(step: Step, given: Sequence[PlanEvent]) -> Resource:
    """The days themselves; only a drug of every day is a rule instead."""
    repeat: Resource = {"frequency": step.times_a_day, "period": 1, "periodUnit": "d"}
    if step.cycle_days == 1:
        bounds: Resource = {"start": given[0].first.isoformat()}
        if step.cycles:
            bounds["end"] = given[-1].last.isoformat()
        return {"repeat": {"boundsPeriod": bounds, **repeat}}
    days = [
        (one.first + timedelta(days=n)).isoformat()
        for one in given
        for n in range((one.last - one.first).days + 1)
    ]
    return {"event": days, "repeat": repeat} if step.times_a_day > 1 else {"event": days}


def _mg(value: float) -> Resource:
    return {"value": round(value, 3), "unit": "mg", "system": UCUM, "code": "mg"}


def _when(kept: KeptPlan) -> str:
    return with_zone(kept.history[-1].when).isoformat()


def _id(plan: Plan, name: str) -> str:
    return str(uuid.uuid5(uuid.UUID(plan.identifier), name))
