"""`bedside-dx options`: therapy options with their evidence."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from bedside_dx.cli.console import print_columns, print_json
from bedside_dx.cli.exit_codes import Exit
from bedside_dx.text.therapy_words import approval_words, match_words, step_words, unknown_words

if TYPE_CHECKING:
    import argparse

    from bedside_dx.core.therapy import Options
    from bedside_dx.text import Texts


def add_to(verbs: Any, shared: argparse.ArgumentParser, t: Texts) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser(
        "options", parents=[shared], help=t("therapy options with their evidence")
    )
    parser.add_argument("--tumour", required=True, help=t("OncoTree code or common name"))
    parser.add_argument(
        "--alteration", action="append", default=[], metavar="FINDING",
        help=t("what was found, such as EGFR T790M; may be repeated"),
    )  # fmt: skip
    parser.add_argument(
        "--negative", action="append", default=[], metavar="FINDING",
        help=t("what was looked for and not found, such as RAS; may be repeated"),
    )  # fmt: skip
    parser.add_argument(
        "--line", type=int, default=0, choices=range(10), metavar="N", help=t("line of therapy")
    )
    parser.add_argument("--json", action="store_true", help=t("print JSON"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, t: Texts) -> int:
    """Print what the packs speak for and against."""
    from bedside_dx.app.advising import options
    from bedside_dx.app.documents import options_document

    found = options(args.tumour, args.alteration, args.negative, line=args.line)
    if args.json:
        print_json(options_document(found, t, date.today()))  # noqa: DTZ011
    else:
        _print(found, t)
    nothing = found.unknown and not found.options and not found.excluded
    return int(Exit.CANNOT_SAY if nothing else Exit.DONE)


def _print(found: Options, t: Texts) -> None:
    for one in found.unknown:
        print(unknown_words(one, found.packs, t))
    if found.tumour:
        print(
            t(
                "{tumour} ({code}): proposed, never prescribed.",
                tumour=found.tumour_name,
                code=found.tumour,
            )
        )
    rows = [
        (
            str(place), one.therapy, one.level.name, one.tier, match_words(one.tumour_match, t),
            approval_words(one.approval, t), ", ".join(row.id for row in one.evidence[:2]),
        )
        for place, one in enumerate(found.options, 1)
    ]  # fmt: skip
    if rows:
        head = ("", t("Therapy"), t("Level"), t("Tier"), t("Tumour"), t("Approval"), t("Evidence"))
        print_columns([head, *rows])
        print(t("AMP tiers are provisional: the tumour board confirms each of them."))
        for place, one in enumerate(found.options, 1):
            print(f"{place}. {one.therapy}")
            print("".join(f"   {step_words(step, t)}\n" for step in one.why), end="")
    _print_rest(found, t)


def _print_rest(found: Options, t: Texts) -> None:
    if found.excluded:
        print(t("Excluded:"))
        for one in found.excluded:
            ids = ", ".join(row.id for row in one.evidence[:3])
            said = t("{name}: {said}", name=one.therapy, said=step_words(one.reason, t))
            print(f"   {said} [{ids}]")
    if found.order_first:
        print(t("Order this first:"))
        for one in found.order_first:
            print("   " + t("{name}: {said}", name=one.test, said=step_words(one.why, t)))
    for step in found.conflicts:
        print(step_words(step, t))
    from bedside_dx.text.therapy_words import pack_words

    for pack in found.packs:
        print(pack_words(pack, t))
