"""`bedside-dx plan`: make a therapy plan from a draft, show it, change it on record, export it."""

from __future__ import annotations

from argparse import ArgumentTypeError
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bedside_dx.cli.console import print_json
from bedside_dx.cli.exit_codes import Exit
from bedside_dx.cli.options import decimal_number
from bedside_dx.core.errors import PlanError
from bedside_dx.text.disease_words import remark_words
from bedside_dx.text.plan_words import (
    change_words,
    changed_words,
    delay_words,
    drug_word,
    effect_words,
    event_words,
    intent_word,
    monitoring_words,
    option_words,
    question_words,
    step_dose_words,
    step_schedule_words,
    version_words,
)

if TYPE_CHECKING:
    import argparse

    from bedside_dx.core.plan import KeptPlan, Line
    from bedside_dx.text import Texts

KINDS = ("fhir", "ics", "rcp", "patient", "json")


def add_to(verbs: Any, shared: argparse.ArgumentParser, t: Texts) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("plan", help=t("a therapy plan: make, show, change, export"))
    actions = parser.add_subparsers(metavar=t("action"), required=True)

    making = actions.add_parser("new", parents=[shared], help=t("make a plan from a draft"))
    making.add_argument("draft", type=Path, metavar="TOML", help=t("what a clinician composed"))
    making.add_argument("--output", type=Path, required=True, metavar="JSON", help=t("the plan"))
    making.add_argument(
        "--options", type=Path, metavar="JSON", help=t("options whose evidence is copied in")
    )
    making.set_defaults(run=make)

    showing = actions.add_parser("show", parents=[shared], help=t("the plan, its days and changes"))
    showing.add_argument("plan", type=Path, metavar="JSON")
    showing.add_argument("--json", action="store_true", help=t("print JSON"))
    showing.set_defaults(run=show)

    changing = actions.add_parser("change", parents=[shared], help=t("change it on record"))
    changing.add_argument("plan", type=Path, metavar="JSON")
    changing.add_argument(
        "--set", action="append", default=[], metavar="FIELD=VALUE", dest="fields",
        help=t("a field by its path, such as lines/first/steps/ac/start=2026-12-08"),
    )  # fmt: skip
    changing.add_argument(
        "--reduce", metavar="STEP=PERCENT", help=t("dose changed for toxicity; 0 stops it")
    )
    changing.add_argument("--toxicity", default="", metavar="TEXT", help=t("which toxicity"))
    changing.add_argument("--grade", type=int, metavar="N", help=t("its grade, 1 to 5"))
    changing.add_argument("--delay", metavar="STEP=DAYS", help=t("cycles begin later"))
    changing.add_argument(
        "--from-cycle", type=int, default=1, metavar="N", help=t("from this cycle on")
    )
    changing.set_defaults(run=change)

    exporting = actions.add_parser("export", parents=[shared], help=t("files made of the plan"))
    exporting.add_argument("plan", type=Path, metavar="JSON")
    exporting.add_argument("--out", type=Path, required=True, metavar="DIR", help=t("folder"))
    exporting.add_argument(
        "--as", default=",".join(KINDS), metavar="KINDS", dest="kinds", help=", ".join(KINDS)
    )
    exporting.set_defaults(run=export)
    for action in (making, changing):
        action.add_argument("--by", required=True, metavar="NAME", help=t("who changes it"))
        action.add_argument("--why", required=True, metavar="TEXT", help=t("for what reason"))


def make(args: argparse.Namespace, t: Texts) -> int:
    """Make a plan."""
    from bedside_dx.app.planning import make_plan

    return _say(make_plan(args.draft, args.output, args.by, args.why, args.options), t)


def show(args: argparse.Namespace, t: Texts) -> int:
    """Print a plan."""
    from bedside_dx.app.planning import open_plan, plan_document

    kept = open_plan(args.plan)
    if args.json:
        print_json(plan_document(kept, t))
    else:
        print("\n".join(plan_lines(kept, t)))
    return int(Exit.DONE)


def change(args: argparse.Namespace, t: Texts) -> int:
    """Change a plan."""
    from bedside_dx.app.planning import delay_step, reduce_dose, set_fields

    kept: KeptPlan | None = None
    if args.fields:
        pairs = [_pair(text) for text in args.fields]
        kept = set_fields(args.plan, pairs, args.by, args.why)
    if args.reduce:
        step, percent = _pair(args.reduce)
        kept = reduce_dose(
            args.plan, step, _number(percent, t), args.from_cycle, args.toxicity, args.grade,
            args.by, args.why,
        )  # fmt: skip
    if args.delay:
        step, days = _pair(args.delay)
        late = int(_number(days, t))
        kept = delay_step(args.plan, step, late, args.from_cycle, args.by, args.why)
    if kept is None:
        raise PlanError("plan.nothing")
    return _say(kept, t)


def export(args: argparse.Namespace, t: Texts) -> int:
    """Write files."""
    from bedside_dx.app.planning import export_plan

    kinds = [kind.strip() for kind in args.kinds.split(",") if kind.strip()]
    for path in export_plan(args.plan, args.out, kinds, t.language):
        print(path)
    return int(Exit.DONE)


def plan_lines(kept: KeptPlan, t: Texts) -> list[str]:
    """A plan as lines."""
    from bedside_dx.app.planning import plan_events, plan_remarks

    plan = kept.plan
    tumour = ", ".join(part for part in (plan.tumour, plan.stage) if part)
    ecog = t("ECOG {ecog:count}, {day:day}", ecog=plan.ecog, day=plan.ecog_on)
    lines = [plan.title, f"  {tumour} · {intent_word(plan.intent, t)} · {ecog}"]
    for line in plan.lines:
        lines += ["", line.name, *_line_lines(line, t)]
    if plan.preferences:
        lines += ["", t("The patient's own view"), *(f"  {one}" for one in plan.preferences)]
    if plan.questions:
        lines += ["", t("Quality of life")]
        lines += [f"  {question_words(one, t)}" for one in plan.questions]
    lines += ["", t("Days")]
    for event in plan_events(plan):
        last = "" if event.first == event.last else f" – {event.last}"
        lines.append(f"  {event.first}{last}  {event_words(event, t)}")
    said = [remark_words(one, t) for one in plan_remarks(plan)]
    lines += ["", t("Note"), *(f"  {one}" for one in said)] if said else []
    lines += ["", t("Changes")]
    for one in kept.history:
        fields = changed_words(one, t)
        lines += [f"  {version_words(one, t)}", *([f"    {fields}"] if fields else [])]
    return [*lines, "", t("Draft for discussion, not a prescription. Research use only.")]


def _line_lines(line: Line, t: Texts) -> list[str]:
    said = [option_words(line.option, t)] if line.option else []
    said += [effect_words(line.effect, t)] if line.effect else []
    for step in line.steps:
        dose, schedule = step_dose_words(step, t), step_schedule_words(step, t)
        words = f"{drug_word(step, t)} {dose} · {schedule} · {step.start}"
        said.append(t("{name}: {said}", name=step.key, said=words))
    said += [change_words(one, t) for one in line.dose_changes]
    said += [delay_words(one, t) for one in line.delays]
    said += [monitoring_words(one, t) for one in line.monitoring]
    said += [t("Stop if: {rule}", rule=rule) for rule in line.stopping]
    return [f"  {one}" for one in said]


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        raise PlanError("plan.pair", text=text)
    return name.strip(), value.strip()


def _number(text: str, t: Texts) -> float:
    try:
        return decimal_number(text.removesuffix("%"), t)
    except ArgumentTypeError as exc:
        raise PlanError("plan.pair", text=text) from exc


def _say(kept: KeptPlan, t: Texts) -> int:
    print(t("On record: {change}.", change=version_words(kept.history[-1], t)))
    return int(Exit.DONE)
