"""The therapy of a report: options, doses and the plan, as they stand today."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from bedside_dx.app.advising import options as advise
from bedside_dx.app.planning import plan_events, plan_remarks
from bedside_dx.core.errors import PlanError
from bedside_dx.core.therapy_picture import Asked, TherapyPicture

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bedside_dx.core.case import Patient
    from bedside_dx.core.dosing import Dose
    from bedside_dx.core.plan import KeptPlan


def propose(
    tumour: str = "",
    alterations: Iterable[str] = (),
    negatives: Iterable[str] = (),
    plan: KeptPlan | None = None,
    *,
    line: int = 0,
    doses: Iterable[Dose] = (),
    patient: Patient | None = None,
) -> TherapyPicture:
    """The therapy part of a report; ``replace(report, therapy=…)`` puts it there.

    Parameters
    ----------
    tumour, alterations, negatives, line
        As `app.advising.options` takes them; without a tumour no options are looked for.
    plan
        As `app.planning.open_plan` gives it.
    patient
        Of the report: a plan that names another person is refused.

    Raises
    ------
    PlanError
        ``plan.other-than-report``
    TherapyError
        ``therapy.contradiction``
    """
    if plan is not None and patient is not None:
        _check_same_patient(plan, patient)
    asked = Asked(tumour, tuple(alterations), tuple(negatives), line) if tumour else None
    return TherapyPicture(
        taken=date.today(),  # noqa: DTZ011 - a day of this desk
        asked=asked,
        options=None
        if asked is None
        else advise(asked.tumour, asked.alterations, asked.negatives, line=line),
        plan=plan,
        events=() if plan is None else plan_events(plan.plan),
        remarks=() if plan is None else plan_remarks(plan.plan),
        doses=tuple(doses),
    )


def _check_same_patient(kept: KeptPlan, patient: Patient) -> None:
    """Whatever both name must agree."""
    planned = kept.plan.patient
    pairs = (
        (planned.identifier, patient.identifier),
        (_letters(planned.name), _letters(patient.name)),
        (planned.born, patient.born),
    )
    if any(one and other and one != other for one, other in pairs):
        raise PlanError("plan.other-than-report")


def _letters(name: str) -> frozenset[str]:
    """The words of a name, whatever stands first and whatever separates them."""
    return frozenset(name.replace(",", " ").replace("^", " ").casefold().split())
