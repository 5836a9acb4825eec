"""The plain part of a plan for report.json: keys stay English, sentences are in its language."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from bedside_dx.core.strict import plain
from bedside_dx.text.disease_words import remark_words
from bedside_dx.text.plan_words import (
    effect_words,
    event_words,
    step_dose_words,
    step_schedule_words,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bedside_dx.core.plan import KeptPlan, PlanEvent
    from bedside_dx.core.remark import Remark
    from bedside_dx.text import Texts

Document = dict[str, object]


def therapy_document(
    kept: KeptPlan, events: Sequence[PlanEvent], remarks: Sequence[Remark], t: Texts
) -> Document:
    """The plan as it is kept, its days, and what is worth a look."""
    plan = cast("Document", plain(kept.plan))
    last = kept.history[-1]
    return {
        "language": t.language,
        "notice": t("Draft of a therapy plan, not a prescription."),
        "plan": plan,
        "said": [
            {
                "line": line.name,
                "effect": None if line.effect is None else effect_words(line.effect, t),
                "steps": [
                    {
                        "step": step.key,
                        "dose": step_dose_words(step, t),
                        "schedule": step_schedule_words(step, t),
                    }
                    for step in line.steps
                ],
            }
            for line in kept.plan.lines
        ],
        "version": kept.version,
        "changed": {"who": last.who, "when": last.when.isoformat(), "why": last.why},
        "events": [
            {
                "kind": str(event.kind),
                "key": event.key,
                "first": event.first.isoformat(),
                "last": event.last.isoformat(),
                "line": event.line or None,
                "subject": event.subject or None,
                "cycle": event.cycle,
                "mg": None if event.mg is None else round(event.mg, 3),
                "percent": event.percent,
                "text": event_words(event, t),
            }
            for event in events
        ],
        "remarks": [{"code": one.code, "text": remark_words(one, t)} for one in remarks],
    }
