"""`bedside-dx prognosis`: published models on a table of people, or on one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bedside_dx.cli.console import print_columns, print_json
from bedside_dx.cli.exit_codes import Exit
from bedside_dx.cli.prognosis_lines import (
    model_document,
    model_lines,
    prognosis_lines,
    prognosis_values,
    what_if_lines,
    what_if_values,
)
from bedside_dx.core.errors import PrognosisError

if TYPE_CHECKING:
    import argparse

    from bedside_dx.text import Texts

LIST, SHOW = "list", "show"


def add_to(verbs: Any, shared: argparse.ArgumentParser, t: Texts) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser(
        "prognosis", parents=[shared], help=t("prognosis of a table of people, or of one")
    )
    parser.add_argument(
        "what", metavar="MODEL", help=t("a model; or: list, or: show, with the name of a model")
    )
    parser.add_argument("name", nargs="?", metavar="NAME", help=t("the model to show"))
    parser.add_argument("--version", metavar="V", help=t("version of the model, such as 3.2"))
    parser.add_argument("--input", type=Path, metavar="CSV", help=t("table, one row for a person"))
    parser.add_argument("--output", type=Path, metavar="CSV", help=t("where to write the results"))
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", dest="stated",
        help=t("an input of one person; also with its interval: size=20(15-26)"),
    )  # fmt: skip
    parser.add_argument("--regimen", metavar="LETTERS", help=t("treatments; s for none"))
    parser.add_argument(
        "--ai", action="append", default=[], metavar="NAME", help=t("this input is AI-derived")
    )
    parser.add_argument(
        "--confirm", action="append", default=[], metavar="NAME",
        help=t("a person has confirmed this input"),
    )  # fmt: skip
    parser.add_argument(
        "--what-if", action="store_true", help=t("also what each treatment and input would change")
    )
    parser.add_argument("--json", action="store_true", help=t("print JSON"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, t: Texts) -> int:
    """List models, show one, or compute."""
    if args.what == LIST:
        return _list(args, t)
    if args.what == SHOW:
        return _show(args, t)
    if args.input is not None and args.output is not None:
        return _compute_table(args, t)
    if args.stated:
        return _compute_one(args, t)
    raise PrognosisError("prognosis.nothing-stated")


def _list(args: argparse.Namespace, t: Texts) -> int:
    from bedside_dx.app.prognosing import all_facts

    if args.json:
        print_json({"models": [model_document(facts, t) for facts in all_facts()]})
        return int(Exit.DONE)
    rows = [(facts.key, facts.version, t(facts.title), t(facts.endpoint)) for facts in all_facts()]
    print_columns([(t("Name"), t("Version"), t("Model"), t("Says")), *rows])
    return int(Exit.DONE)


def _show(args: argparse.Namespace, t: Texts) -> int:
    from bedside_dx.app.prognosing import model_facts

    facts = model_facts(args.name or "", args.version)
    if args.json:
        print_json(model_document(facts, t))
    else:
        print("\n".join(model_lines(facts, t)))
    return int(Exit.DONE)


def _compute_table(args: argparse.Namespace, t: Texts) -> int:
    from bedside_dx.app.prognosing import compute_table

    summary = compute_table(args.what, args.input, args.output, t, args.version)
    print(
        t(
            "{computed:count} of {rows:count} rows computed, {refused:count} refused"
            " (column error): {file}",
            computed=summary.rows - summary.refused,
            rows=summary.rows,
            refused=summary.refused,
            file=args.output.name,
        ),
        file=sys.stderr,
    )
    return int(Exit.DONE if summary.refused < summary.rows else Exit.REFUSED)


def _compute_one(args: argparse.Namespace, t: Texts) -> int:
    from bedside_dx.app.prognosing import entries_of, prognosis_of, what_if

    pairs = (pair.partition("=") for pair in args.stated)
    stated: dict[str, float | str] = {name.strip(): value.strip() for name, _, value in pairs}
    entries = entries_of(
        args.what, args.version, stated, ai_derived=args.ai, confirmed=args.confirm
    )
    if args.what_if:
        changes = what_if(args.what, args.version, entries, args.regimen)
        document, lines = what_if_values(changes, t), what_if_lines(changes, t)
    else:
        found = prognosis_of(args.what, args.version, entries, args.regimen)
        document, lines = prognosis_values(found, t), prognosis_lines(found, t)
    if args.json:
        print_json(document)
    else:
        print("\n".join(lines))
    return int(Exit.DONE)
