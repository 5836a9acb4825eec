"""A plan from a clinician's draft, its changes on record, and everything that is made of it."""

from __future__ import annotations

import json
import tomllib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, cast

from bedside_dx.app.dosing import dose as work_out
from bedside_dx.app.prognosing import entries_of, what_if
from bedside_dx.app.saving import save_together
from bedside_dx.core.dosing import Dose, DoseStatus
from bedside_dx.core.errors import BedsideDxError, PlanError, SettingsError
from bedside_dx.core.plan import Delay, DoseChange, KeptPlan, Plan, PlanEvent
from bedside_dx.core.strict import Misfit, build, plain
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

    from bedside_dx.core.dosing import Source
    from bedside_dx.core.remark import Remark

Table = dict[str, object]

MOST_BYTES = 2**21
MOST_LETTERS = 200
"""Of a name, and of a reason on record."""
ASKED = frozenset(
    {"auc", "percent", "surface", "gfr", "creatinine_floor_umol_l", "round_within", "row"}
)
"""What a step may say of how its dose is worked out."""
EXPORTS = ("fhir", "ics", "rcp", "patient", "json")


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
    return _built({"identifier": str(uuid.uuid4()), **draft}, path)


def make_plan(
    draft: Path, output: Path, who: str, why: str, options: Path | None = None
) -> KeptPlan:
    """A plan's first version on disk; raises as `read_draft`, and ``plan.exists``."""
    name, reason = _on_record(who, why)
    return plan_file.new_plan(output, read_draft(draft, options), name, reason)


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
        _set(document, at, text)
    return plan_file.change_plan(path, _built(document), name, reason)


def reduce_dose(
    path: Path, step: str, percent: float, from_cycle: int, toxicity: str, grade: int | None,
    who: str, why: str,
) -> KeptPlan:  # fmt: skip
    """Change a step's dose for toxicity from a cycle on; raises as `set_fields`."""
    change = DoseChange(step, from_cycle, percent, toxicity, grade)

    def with_change(plan: Plan) -> Plan:
        lines = tuple(
            replace(
                line,
                dose_changes=tuple(
                    sorted((*line.dose_changes, change), key=lambda one: one.from_cycle)
                ),
            )
            if line.step(step)
            else line
            for line in plan.lines
        )
        return replace(plan, lines=lines)

    return _changed(path, step, with_change, who, why)


def delay_step(path: Path, step: str, days: int, from_cycle: int, who: str, why: str) -> KeptPlan:
    """Begin a step's cycles later from one on; raises as `set_fields`."""
    delay = Delay(step, from_cycle, days, why)

    def with_delay(plan: Plan) -> Plan:
        lines = tuple(
            replace(line, delays=(*line.delays, delay)) if line.step(step) else line
            for line in plan.lines
        )
        return replace(plan, lines=lines)

    return _changed(path, step, with_delay, who, why)


def _changed(path: Path, step: str, change: Callable[[Plan], Plan], who: str, why: str) -> KeptPlan:
    name, reason = _on_record(who, why)
    plan = open_plan(path).plan
    if not any(line.step(step) for line in plan.lines):
        known = ", ".join(one.key for line in plan.lines for one in line.steps)
        raise PlanError("plan.no-field", field=step, known=known)
    return plan_file.change_plan(path, _built(plain(change(plan))), name, reason)


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
        "patient": ("patient.pdf", lambda place: write_treatment_page(kept, days, place, t)),
        "json": ("therapy.json", lambda place: _write_json(plan_document(kept, t), place)),
    }
    return save_together(folder, dict(writers[kind] for kind in kinds), t)


def plan_document(kept: KeptPlan, t: Texts) -> dict[str, object]:
    """The plain part for report.json."""
    return therapy_document(kept, rules.events(kept.plan), rules.remarks(kept.plan), t)


def _write_json(document: Mapping[str, object], path: Path) -> None:
    text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


# ---------------------------------------------------------------- the draft


def _fill_step(step: Table, person: Table) -> None:
    """Work out a step's dose from its row, and take the row's schedule where none is stated."""
    if "dose" in step:
        return  # the clinician states it, with its source
    asked = {key: step.pop(key) for key in ASKED if key in step}
    stated = {**person, **asked}
    found = work_out(str(step["drug"]), **stated)  # pyright: ignore[reportArgumentType] - judged there
    row = found.row
    if found.status is not DoseStatus.DOSE or found.mg is None or row is None:
        key = str(step.get("key", ""))
        raise PlanError("plan.no-dose", step=key, drug=found.drug.key, why=_why(found))
    first = None
    if row.first_amount is not None:
        first = work_out(str(step["drug"]), is_first=True, **stated).mg  # pyright: ignore[reportArgumentType]
    step["drug"] = found.drug.key
    step["drug_fr"] = found.drug.name["fr"]
    step["dose"] = _dose_table(found, first)
    if row.cycle_days:
        step.setdefault("cycle_days", row.cycle_days)
    for name, value in (
        ("days", list(row.days)),
        ("cycles", row.cycles),
        ("times_a_day", row.times_a_day),
        ("route", found.drug.route),
    ):
        step.setdefault(name, value)


def _why(found: Dose) -> str:
    """What stands between a step and its dose, as `bedside-dx dose --json` names it."""
    tests = [str(one.test) for one in found.order_first if one.withholds]
    codes = [one.code for one in (*found.questions, *found.reasons)]
    return ", ".join(codes or tests)


def _dose_table(found: Dose, first: float | None) -> Table:
    row = found.row
    taken = [one for one in (*found.surfaces, *found.gfrs) if one.taken]
    said = {one.code: one.values or {} for one in found.remarks}
    fits = said.get("dose.remark.cumulative", {}).get("times")
    return {
        "mg": found.mg,
        "first_mg": first,
        "amount": found.auc if row and row.amount is None else row.amount if row else None,
        "basis": str(row.basis) if row else "",
        "row": row.key if row else "",
        "table": found.table,
        "method": [f"{one.method} {one.value:.4g} {one.unit}" for one in taken],
        "sources": [_cited(one) for one in found.sources if one.place],
        "fits_times": fits,
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
    found = what_if(model, version, entries, regimen, year=year)
    facts, curve, none = found.prognosis.model, found.prognosis.curve, found.prognosis.untreated
    together = found.together
    if curve is None or none is None or together is None:
        raise PlanError("plan.no-effect", model=model, regimen=regimen)
    line["effect"] = {
        "model": facts.key,
        "version": facts.version,
        "citation": facts.citation,
        "endpoint": facts.endpoint,
        "regimen": regimen,
        "year": found.year,
        "alive": curve.at(found.year),
        "untreated": none.at(found.year),
        "gain": together.gain,
        "low": together.low,
        "high": together.high,
    }


def _built(document: object, path: Path | None = None) -> Plan:
    """A plan that holds to its rules; without a path a field of it was set."""
    try:
        plan = build(Plan, document)
    except Misfit as exc:
        if path is None:
            raise PlanError("plan.rule", at=exc.path, expected=exc.expected) from exc
        raise PlanError("plan.unreadable", path=path, detail=str(exc)) from exc
    rules.check(plan)
    return plan


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


# ---------------------------------------------------------------- fields by path


def _set(document: Table, at: str, text: str) -> None:
    *way, last = at.strip("/").split("/")
    place: object = document
    for name in way:
        place = _inside(place, name, at)
    if at.strip("/") == "identifier":
        raise PlanError("plan.no-field", field=at, known="–")
    is_text = isinstance(_inside(place, last, at), str)  # a number may be a name
    value = text if is_text else _typed(text)
    if isinstance(place, list):
        items = cast("list[object]", place)
        items[_position(items, last, at)] = value
    else:
        cast("Table", place)[last] = value


def _inside(place: object, name: str, at: str) -> object:
    if isinstance(place, list):
        items = cast("list[object]", place)
        return items[_position(items, name, at)]
    if isinstance(place, dict) and name in place:
        return cast("Table", place)[name]
    known = ", ".join(cast("Table", place)) if isinstance(place, dict) else "–"
    raise PlanError("plan.no-field", field=at, known=known)


def _position(items: list[object], name: str, at: str) -> int:
    keys = [cast("Table", one).get("key") if isinstance(one, dict) else None for one in items]
    if name in keys:
        return keys.index(name)
    if name.isdecimal() and 1 <= int(name) <= len(items):
        return int(name) - 1
    known = ", ".join(str(key or number) for number, key in enumerate(keys, start=1)) or "–"
    raise PlanError("plan.no-field", field=at, known=known)


def _typed(text: str) -> object:
    """JSON where it is JSON, else text."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _on_record(who: str, why: str) -> tuple[str, str]:
    said = tuple(" ".join(one.split()) for one in (who, why))
    if not all(said):
        raise PlanError("plan.no-name")
    if max(map(len, said)) > MOST_LETTERS:
        raise PlanError("plan.too-long", most=MOST_LETTERS)
    return said[0], said[1]
