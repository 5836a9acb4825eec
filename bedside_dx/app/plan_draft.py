"""A plan from a clinician's draft: doses, options and effects are copied in as they stand today."""

from __future__ import annotations

import json
import tomllib
import uuid
from datetime import date
from typing import TYPE_CHECKING, cast

from bedside_dx.app.dosing import dose as work_out
from bedside_dx.app.prognosing import entries_of, what_if
from bedside_dx.core.dosing import Dose, DoseStatus
from bedside_dx.core.errors import BedsideDxError, PlanError
from bedside_dx.core.plan import Line, Plan
from bedside_dx.core.strict import Misfit, build
from bedside_dx.text.therapy_words import step_words
from bedside_dx.therapy import plan as rules

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bedside_dx.core.dosing import DoseRow, Source
    from bedside_dx.core.plan import PlanEvent
    from bedside_dx.core.prognosis import WhatIf
    from bedside_dx.core.therapy import Option as Ranked
    from bedside_dx.core.therapy import PackInfo
    from bedside_dx.text import Texts

Table = dict[str, object]

MOST_BYTES = 2**21
ASKED = frozenset(
    {"auc", "percent", "surface", "gfr", "creatinine_floor_umol_l", "round_within", "row"}
)
"""What a step may say of how its dose is worked out."""


def read_draft(path: Path, options: Path | None = None) -> Plan:
    """A plan from a TOML draft; doses, options and effects are copied in as they stand today.

    Parameters
    ----------
    options
        What ``bedside-dx options --json`` printed, for lines that name one of its options.

    Raises
    ------
    PlanError
        ``plan.not-found``, ``plan.unreadable``, ``plan.rule``, ``plan.no-dose``,
        ``plan.unknown-option``: no plan was made.
    DoseError, PrognosisError
        A dose or an effect can't be worked out.
    """
    draft = _toml(path)
    person = cast("Table", draft.pop("person", {}))
    offered = None if options is None else _json(options)
    try:
        for line in cast("list[Table]", draft.get("lines", [])):
            for step in cast("list[Table]", line.get("steps", [])):
                _fill_step(step, person)
            _fill_option(line, offered)
            _fill_effect(line)
    except (TypeError, AttributeError, KeyError, ValueError) as exc:
        if isinstance(exc, BedsideDxError):
            raise
        raise PlanError("plan.unreadable", path=path, detail=str(exc)) from exc
    return built({"identifier": str(uuid.uuid4()), **draft}, path)


def built(document: object, path: Path | None = None) -> Plan:
    """A plan that holds to its rules; without a path a field of it was set."""
    try:
        plan = build(Plan, document)
    except Misfit as exc:
        if path is None:
            raise PlanError("plan.rule", at=exc.path, expected=exc.expected) from exc
        raise PlanError("plan.unreadable", path=path, detail=str(exc)) from exc
    rules.check(plan)
    return plan


def step_table(found: Dose, first_mg: float | None) -> Table:
    """A step's drug, dose and schedule as plain values, from a dose that was worked out.

    Parameters
    ----------
    first_mg
        Of the first administration, where there is a loading dose.
    """
    row = found.row
    assert row is not None
    table: Table = {
        "drug": found.drug.key,
        "drug_fr": found.drug.name["fr"],
        "dose": _dose_table(found, row, first_mg),
        "days": list(row.days),
        "cycles": row.cycles,
        "times_a_day": row.times_a_day,
        "route": found.drug.route,
    }
    return table | ({"cycle_days": row.cycle_days} if row.cycle_days else {})


def option_table(option: Ranked, packs: Sequence[PackInfo], t: Texts) -> Table:
    """An option as it is shown today, as plain values, for a line that is taken from it."""
    return {
        "therapy": option.therapy,
        "taken": date.today().isoformat(),  # noqa: DTZ011 - a day of this desk
        "direction": str(option.direction),
        "level": option.level.name,
        "tier": t("{tier} (provisional)", tier=option.tier) if option.tier else "",
        "approval": ", ".join(map(str, option.approval)),
        "tumour_match": option.tumour_match.word,
        "why": [step_words(one, t) for one in option.why],
        "evidence": [
            {"source": one.source, "id": one.id, "pmid": one.pmid} for one in option.evidence
        ],
        "packs": [f"{one.name} {one.version} ({one.evidence_date.isoformat()})" for one in packs],
    }


def line_days(line: Table) -> tuple[PlanEvent, ...]:
    """Days of one line that is being composed; none until its steps hold to the rules."""
    try:
        made = build(Line, {**line, "stopping": line.get("stopping") or ["–"]})
        rules.check_line(made, "")
    except (Misfit, PlanError):
        return ()
    return tuple(sorted(rules.line_events(made), key=lambda one: (one.first, one.kind, one.key)))


def effect_table(changes: WhatIf) -> Table | None:
    """What a disease model associates with a regimen, as plain values; None without an effect."""
    facts, together = changes.prognosis.model, changes.together
    curve, none = changes.prognosis.curve, changes.prognosis.untreated
    if curve is None or none is None or together is None:
        return None
    return {
        "model": facts.key,
        "version": facts.version,
        "citation": facts.citation,
        "endpoint": facts.endpoint,
        "regimen": " ".join(one.key for one in facts.treatments if one.key in curve.regimen),
        "year": changes.year,
        "alive": curve.at(changes.year),
        "untreated": none.at(changes.year),
        "gain": together.gain,
        "low": together.low,
        "high": together.high,
    }


def _fill_step(step: Table, person: Table) -> None:
    """Work out a step's dose from its row, and take the row's schedule where none is stated."""
    if "dose" in step:  # the clinician states it, with its source
        named = str(step.get("drug", "")), str(step.get("drug_fr", ""))
        if person.get("dpd") and rules.needs_dpd(*named):
            cast("Table", step["dose"]).setdefault("dpd", person["dpd"])
        return
    asked = {key: step.pop(key) for key in ASKED if key in step}
    stated = {**person, **asked}
    found = work_out(str(step["drug"]), **stated)  # pyright: ignore[reportArgumentType] - judged there
    if found.status is not DoseStatus.DOSE or found.row is None:
        key = str(step.get("key", ""))
        raise PlanError("plan.no-dose", step=key, drug=found.drug.key, why=_why(found))
    first = None
    if found.row.first_amount is not None:
        first = work_out(str(step["drug"]), is_first=True, **stated).mg  # pyright: ignore[reportArgumentType]
    known = step_table(found, first)
    step |= {name: known.pop(name) for name in ("drug", "drug_fr", "dose")}
    for name, value in known.items():
        step.setdefault(name, value)


def _why(found: Dose) -> str:
    """What stands between a step and its dose, as `bedside-dx dose --json` names it."""
    tests = [str(one.test) for one in found.order_first if one.withholds]
    codes = [one.code for one in (*found.questions, *found.reasons)]
    return ", ".join(codes or tests)


def _dose_table(found: Dose, row: DoseRow, first_mg: float | None) -> Table:
    taken = [one for one in (*found.surfaces, *found.gfrs) if one.taken]
    said = {one.code: one.values for one in found.remarks}
    return {
        "mg": found.mg,
        "first_mg": first_mg,
        "amount": found.auc if row.amount is None else row.amount,
        "basis": str(row.basis),
        "row": row.key,
        "table": found.table,
        "method": [f"{one.method} {one.value:.4g} {one.unit}" for one in taken],
        "sources": [_cited(one) for one in found.sources if one.place],
        "fits_times": said.get("dose.remark.cumulative", {}).get("times"),
    }


def _cited(source: Source) -> str:
    """A source as it stays on record, in no language."""
    known = f"{source.title}, {source.identifier}" if source.identifier else source.title
    return f"{known} ({source.read.isoformat()})"


def _fill_option(line: Table, offered: Table | None) -> None:
    """Copy the option that a line names, as it was printed."""
    name = line.get("option")
    if not isinstance(name, str):
        return  # none, or copied in full by the clinician
    listed = cast("list[Table]", (offered or {}).get("options", []))
    found = next((one for one in listed if one.get("therapy") == name), None)
    if found is None:
        known = ", ".join(str(one.get("therapy")) for one in listed) or "–"
        raise PlanError("plan.unknown-option", option=name, known=known)
    evidence = cast("list[Table]", found.get("evidence", []))
    line["option"] = {
        "therapy": name,
        "taken": date.today().isoformat(),  # noqa: DTZ011 - a day of this desk
        **{key: _said(found.get(key)) for key in
           ("direction", "level", "tier", "approval", "tumour_match")},
        "why": [_said(one) for one in cast("list[object]", found.get("why", []))],
        "evidence": [
            {key: _said(one.get(key)) for key in ("source", "id", "pmid")} for one in evidence
        ],
        "packs": [_said(one) for one in cast("list[object]", (offered or {}).get("packs", []))],
    }  # fmt: skip


def _said(value: object) -> str:
    """A value of another program as text."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _fill_effect(line: Table) -> None:
    """Work out what a disease model associates with a line."""
    effect = line.get("effect")
    if not isinstance(effect, dict) or "inputs" not in effect:
        return
    asked = cast("Table", effect)
    model, version = str(asked["model"]), cast("str | None", asked.get("version"))
    inputs = cast("dict[str, float | str]", asked["inputs"])
    entries = entries_of(
        model, version, inputs, confirmed=cast("list[str]", asked.get("confirmed", []))
    )
    regimen, year = str(asked["regimen"]), cast("int", asked["year"])
    known = effect_table(what_if(model, version, entries, regimen, year=year))
    if known is None:
        raise PlanError("plan.no-effect", model=model, regimen=regimen)
    line["effect"] = known | {"regimen": regimen}


def _toml(path: Path) -> Table:
    try:
        return cast("Table", tomllib.loads(_content(path)))
    except tomllib.TOMLDecodeError as exc:
        raise PlanError("plan.unreadable", path=path, detail=str(exc)) from exc


def _json(path: Path) -> Table:
    try:
        document = json.loads(_content(path))
    except (ValueError, RecursionError) as exc:
        raise PlanError("plan.unreadable", path=path, detail="JSON") from exc
    if not isinstance(document, dict):
        raise PlanError("plan.unreadable", path=path, detail="{…}")
    return cast("Table", document)


def _content(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as exc:
        raise PlanError("plan.not-found", path=path) from exc
    if len(content) > MOST_BYTES:
        raise PlanError("plan.unreadable", path=path, detail=f"> {MOST_BYTES} B")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise PlanError("plan.unreadable", path=path, detail="UTF-8") from exc
