"""`bedside-dx doctor`: whether this machine is fit to be trusted today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bedside_dx.cli.console import print_json
from bedside_dx.cli.exit_codes import Exit
from bedside_dx.cli.options import add_engine_options, settings_from

if TYPE_CHECKING:
    import argparse

    from bedside_dx.text import Texts

MARKS = {"ok": "●", "warn": "◐", "fail": "○"}


def add_to(verbs: Any, shared: argparse.ArgumentParser, t: Texts) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser(
        "doctor", parents=[shared], help=t("check this machine and its models")
    )
    parser.add_argument("--json", action="store_true", help=t("print JSON"))
    add_engine_options(parser, t)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, t: Texts) -> int:
    """Run the self-check."""
    from bedside_dx.app.doctor import self_check

    checks = self_check(settings_from(args))
    failed = any(check.status == "fail" for check in checks)
    if args.json:
        print_json({"checks": [check.document() for check in checks], "ok": not failed})
    else:
        for check in checks:
            print(f"{MARKS[check.status]} {t.check(check)}")
    return int(Exit.INTERNAL if failed else Exit.DONE)
