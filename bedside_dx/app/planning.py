"""A plan from a clinician's draft, its changes on record, and everything that is made of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from bedside_dx.app.plan_draft import built, read_draft
from bedside_dx.app.plan_fields import set_field
from bedside_dx.app.saving import save_together
from bedside_dx.core.errors import PlanError, SettingsError
from bedside_dx.core.plan import Delay, DoseChange, KeptPlan, Line, Plan, PlanEvent
from bedside_dx.core.strict import plain
from bedside_dx.report.board_sheet import write_board_sheet
from bedside_dx.report.calendar_file import write_calendar
from bedside_dx.report.fhir_plan import write_fhir
from bedside_dx.report.therapy import therapy_document
from bedside_dx.report.treatment_page import write_treatment_page
from bedside_dx.store import plan_file
from bedside_dx.text import Texts, texts
from bedside_dx.therapy import plan as rules

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bedside_dx.core.remark import Remark

Table = dict[str, object]

MOST_LETTERS = 200
"""Of a name, and of a reason on record."""
EXPORTS = ("fhir", "ics", "rcp", "patient", "json")


def make_plan(
    draft: Path, output: Path, who: str, why: str, options: Path | None = None
) -> KeptPlan:
    """A plan's first version on disk; raises as `read_draft`, and ``plan.exists``."""
    name, reason = _on_record(who, why)
    return plan_file.new_plan(output, read_draft(draft, options), name, reason)


def compose(draft: Table) -> Plan:
    """A plan from what a window holds of it, as plain values.

    Raises
    ------
    PlanError
        ``plan.rule`` with the place and what it must be.
    """
    return built(draft)


def record_plan(path: Path, plan: Plan, who: str, why: str, before: int) -> KeptPlan:
    """The next version of a plan on disk.

    Parameters
    ----------
    before
        Number of the version that it follows, as it was opened; 0 for none.

    Raises
    ------
    PlanError
        ``plan.exists`` or ``plan.moved-on``: another version lies there; ``plan.same``,
        ``plan.no-name``, ``plan.too-long``: all is as before.
    StoreError
        It could not be written.
    """
    name, reason = _on_record(who, why)
    rules.check(plan)
    if not before:
        return plan_file.new_plan(path, plan, name, reason)
    return plan_file.change_plan(path, plan, name, reason, before=before)


def open_plan(path: Path) -> KeptPlan:
    """A plan with its history.

    Raises
    ------
    PlanError
        It is not there, can't be read, or is not what its history leads to.
    """
    kept = plan_file.read_plan(path)
    rules.check(kept.plan)
    return kept


DPD_ALLOWS = rules.DPD_ALLOWS
"""Activities of DPD with which a fluoropyrimidine is planned."""


def needs_dpd(drug: str) -> bool:
    """Whether DPD activity must be stated where a drug is typed."""
    return rules.needs_dpd(drug)


def plan_events(plan: Plan) -> tuple[PlanEvent, ...]:
    """Every day of a plan."""
    return rules.events(plan)


def plan_remarks(plan: Plan) -> tuple[Remark, ...]:
    """What is worth a look in a plan."""
    return rules.remarks(plan)


# ---------------------------------------------------------------- changes


def set_fields(path: Path, pairs: Sequence[tuple[str, str]], who: str, why: str) -> KeptPlan:
    """Set fields by their path, on record.

    Parameters
    ----------
    pairs
        ``"ecog"`` and ``"2"``; ``"lines/first/steps/carboplatin/start"`` and ``"2026-12-08"``.
        Items of a list are named by their key or counted from 1.

    Raises
    ------
    PlanError
        ``plan.no-field``, ``plan.rule``, ``plan.same`` or as `open_plan`: all is as before.
    """
    name, reason = _on_record(who, why)
    document = cast("Table", plain(open_plan(path).plan))
    for at, text in pairs:
        set_field(document, at, text)
    return plan_file.change_plan(path, built(document), name, reason)


def reduce_dose(
    path: Path, step: str, percent: float, from_cycle: int, toxicity: str, grade: int | None,
    who: str, why: str,
) -> KeptPlan:  # fmt: skip
    """Change a step's dose for toxicity from a cycle on; raises as `set_fields`."""
    change = DoseChange(step, from_cycle, percent, toxicity, grade)

    def changed(line: Line) -> Line:
        changes = sorted((*line.dose_changes, change), key=lambda one: one.from_cycle)
        return replace(line, dose_changes=tuple(changes))

    return _change_line(path, step, changed, who, why)


def delay_step(path: Path, step: str, days: int, from_cycle: int, who: str, why: str) -> KeptPlan:
    """Begin a step's cycles later from one on; raises as `set_fields`."""
    delay = Delay(step, from_cycle, days, why)

    def delayed(line: Line) -> Line:
        return replace(line, delays=(*line.delays, delay))

    return _change_line(path, step, delayed, who, why)


def _change_line(
    path: Path, step: str, change: Callable[[Line], Line], who: str, why: str
) -> KeptPlan:
    """Change the line that a step belongs to, on record."""
    name, reason = _on_record(who, why)
    plan = open_plan(path).plan
    if not any(line.step(step) for line in plan.lines):
        known = ", ".join(one.key for line in plan.lines for one in line.steps)
        raise PlanError("plan.no-field", field=step, known=known)
    lines = tuple(change(line) if line.step(step) else line for line in plan.lines)
    return plan_file.change_plan(path, built(plain(replace(plan, lines=lines))), name, reason)


# ---------------------------------------------------------------- exports


def export_plan(path: Path, folder: Path, kinds: Sequence[str], language: str) -> tuple[Path, ...]:
    """Write what is made of a plan: all files or none.

    Parameters
    ----------
    kinds
        Of `EXPORTS`.

    Raises
    ------
    PlanError
        As `open_plan`.
    SettingsError
        ``settings.bad``: another kind.
    ReportError
        The files could not be written.
    """
    strange = next((kind for kind in kinds if kind not in EXPORTS), None)
    if strange is not None:
        raise SettingsError("settings.bad", name="as", value=strange, allowed=", ".join(EXPORTS))
    kept, t = open_plan(path), texts(language)
    days = rules.events(kept.plan)
    writers: dict[str, tuple[str, Callable[[Path], object]]] = {
        "fhir": ("plan.fhir.json", lambda place: write_fhir(kept, days, place)),
        "ics": ("plan.ics", lambda place: write_calendar(kept, days, place, t)),
        "rcp": ("rcp.pdf", lambda place: write_board_sheet(kept, days, place, t)),
        "patient": ("treatment.pdf", lambda place: write_treatment_page(kept, days, place, t)),
        "json": ("therapy.json", lambda place: _write_json(plan_document(kept, t), place)),
    }
    return save_together(folder, dict(writers[kind] for kind in kinds), t)


def plan_document(kept: KeptPlan, t: Texts) -> dict[str, object]:
    """The plain part for report.json."""
    return therapy_document(kept, rules.events(kept.plan), rules.remarks(kept.plan), t)


def _write_json(document: Mapping[str, object], path: Path) -> None:
    text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _on_record(who: str, why: str) -> tuple[str, str]:
    said = tuple(" ".join(one.split()) for one in (who, why))
    if not all(said):
        raise PlanError("plan.no-name")
    if max(map(len, said)) > MOST_LETTERS:
        raise PlanError("plan.too-long", most=MOST_LETTERS)
    return said[0], said[1]
