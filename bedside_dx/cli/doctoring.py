"""`bedside-dx doctor`: whether this machine is fit to be trusted today, and how it was before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bedside_dx.cli.console import print_columns, print_json
from bedside_dx.cli.exit_codes import Exit
from bedside_dx.cli.options import add_engine_options, settings_from
from bedside_dx.text.numbers import decimal

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from bedside_dx.core.checks import CheckRun
    from bedside_dx.text import Texts

MARKS = {"ok": "●", "warn": "◐", "fail": "○"}
SHOWN_RUNS = 30
"""Self-checks that the history shows on a terminal; ``--json`` holds all."""


def add_to(verbs: Any, shared: argparse.ArgumentParser, t: Texts) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser(
        "doctor", parents=[shared], help=t("check this machine and its models")
    )
    parser.add_argument("--json", action="store_true", help=t("print JSON"))
    parser.add_argument(
        "--history", action="store_true", help=t("show the earlier self-checks, run none")
    )
    add_engine_options(parser, t)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, t: Texts) -> int:
    """Run the self-check, or show those that were kept."""
    if args.history:
        return _show_history(t, as_json=args.json)
    from bedside_dx.app.doctor import self_check

    checks = self_check(settings_from(args))
    failed = any(check.status == "fail" for check in checks)
    if args.json:
        print_json({"checks": [check.document() for check in checks], "ok": not failed})
    else:
        for check in checks:
            print(f"{MARKS[check.status]} {t.check(check)}")
    return int(Exit.INTERNAL if failed else Exit.DONE)


def _show_history(t: Texts, *, as_json: bool) -> int:
    from bedside_dx.app.doctor import earlier_checks, history_document

    history, problems = earlier_checks()
    if as_json:
        print_json(history_document(history))
        return int(Exit.DONE)
    for problem in problems:
        print(f"{MARKS[problem.status]} {t.check(problem)}")
    if not history.runs:
        print(t("No self-check was kept yet. Run bedside-dx doctor."))
        return int(Exit.DONE)
    headings = [
        t("When"), "", t("Model"), t("Runs on"), t("Reference results"), t("Known slide"),
        t("Patches/s"),
    ]  # fmt: skip
    shown = history.runs[-SHOWN_RUNS:]
    print_columns([headings, *(row for one in shown for row in _rows(one, t))])
    if len(shown) < len(history.runs):
        print(t("Earlier ones are in --json: {n:count}", n=len(history.runs) - len(shown)))
    return int(Exit.DONE)


def _rows(run: CheckRun, t: Texts) -> Iterator[list[str]]:
    """Lines of one self-check: one a model, or one that says there was none."""
    when = f"{run.when.astimezone():%Y-%m-%d %H:%M}"
    if not run.models:
        yield [when, MARKS[run.status], t("no model")]
    for at, model in enumerate(run.models):
        speed = model.patches_per_s
        yield [
            "" if at else when,
            MARKS[model.status],
            f"{model.name} {model.version}",
            model.provider or "–",
            _difference(model.golden_difference),
            _difference(model.known_difference),
            "–" if speed is None else decimal(speed, t.language, 1),
        ]


def _difference(value: float | None) -> str:
    return "–" if value is None else f"{value:.1e}"
