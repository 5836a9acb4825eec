"""`bedside-dx stage`: T, N and M to a stage group."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bedside_dx.cli.console import print_json
from bedside_dx.cli.exit_codes import Exit
from bedside_dx.core.disease import EDITIONS, Site
from bedside_dx.text.disease_words import sentence_of, stage_headline

if TYPE_CHECKING:
    import argparse

    from bedside_dx.text import Texts


def add_to(verbs: Any, shared: argparse.ArgumentParser, t: Texts) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("stage", parents=[shared], help=t("stage group of T, N and M"))
    parser.add_argument("site", choices=[str(site) for site in Site], help=t("where it began"))
    for letter, example in (("t", "pT2"), ("n", "N1mi"), ("m", "M0")):
        parser.add_argument(f"--{letter}", required=True, metavar=letter.upper(), help=example)
    parser.add_argument(
        "--edition", type=int, choices=EDITIONS, default=EDITIONS[0], help=t("edition of TNM")
    )
    parser.add_argument("--json", action="store_true", help=t("print JSON"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, t: Texts) -> int:
    """Print the stage and what belongs beside it."""
    from bedside_dx.app.prognosing import stage

    found = stage(args.site, args.t, args.n, args.m, args.edition)
    remarks = [sentence_of(code, t) for code in found.remarks]
    if args.json:
        print_json({**asdict(found), "remarks": remarks})
    else:
        print("\n  ".join([stage_headline(found, t), *remarks]))
    return int(Exit.DONE)
