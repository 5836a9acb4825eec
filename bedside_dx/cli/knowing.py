"""`bedside-dx knowledge list, import, diff`: the packs that options rest on."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bedside_dx.cli.console import print_error, print_json
from bedside_dx.cli.exit_codes import Exit
from bedside_dx.text.therapy_words import pack_words

if TYPE_CHECKING:
    import argparse

    from bedside_dx.core.therapy import Fact
    from bedside_dx.text import Texts


def add_to(verbs: Any, shared: argparse.ArgumentParser, t: Texts) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("knowledge", help=t("packs of therapy knowledge"))
    actions = parser.add_subparsers(metavar=t("action"), required=True)
    listing = actions.add_parser("list", parents=[shared], help=t("packs that are used"))
    listing.add_argument("--json", action="store_true", help=t("print JSON"))
    listing.set_defaults(run=list_packs)
    importing = actions.add_parser(
        "import", parents=[shared], help=t("import CIViC's nightly tables, OncoTree or a pack")
    )
    importing.add_argument("folder", type=Path, help=t("folder with the files"))
    importing.set_defaults(run=import_pack)
    comparing = actions.add_parser("diff", parents=[shared], help=t("compare two packs"))
    comparing.add_argument("old", help=t("name of a pack, or its folder"))
    comparing.add_argument("new", help=t("name of a pack, or its folder"))
    comparing.set_defaults(run=compare_packs)


def list_packs(args: argparse.Namespace, t: Texts) -> int:
    """Print the packs that are used, and what is wrong with the others."""
    from bedside_dx.app.documents import pack_document
    from bedside_dx.app.knowing import packs

    used, problems = packs()
    if args.json:
        today = date.today()  # noqa: DTZ011 - a day of this desk
        print_json({"packs": [pack_document(pack, today) for pack in used]})
    else:
        print("\n".join(pack_words(pack, t) for pack in used))
    for problem in problems:
        print_error(problem, t)
    return int(Exit.DONE)


def import_pack(args: argparse.Namespace, t: Texts) -> int:
    """Import a folder, whole or not at all."""
    from bedside_dx.app.knowing import import_knowledge

    for pack in import_knowledge(args.folder):
        print(pack_words(pack, t))
    return int(Exit.DONE)


def compare_packs(args: argparse.Namespace, t: Texts) -> int:
    """Print facts that went, came, or changed."""
    from bedside_dx.app.knowing import compare

    found = compare(args.old, args.new)
    print(pack_words(found.old, t))
    print(pack_words(found.new, t))
    for sign, facts in (("-", found.gone), ("+", found.come)):
        print("".join(f"{sign} {_line(fact)}\n" for fact in facts), end="")
    for before, after in found.changed:
        print(f"- {_line(before)}\n+ {_line(after)}")
    print(
        t(
            "{gone:count} gone, {come:count} new, {changed:count} changed",
            gone=len(found.gone),
            come=len(found.come),
            changed=len(found.changed),
        )
    )
    return int(Exit.DONE)


def _line(fact: Fact) -> str:
    label = "/".join(filter(None, (one.label for one in fact.anyof))) or "–"
    parts = (fact.source_id, label, fact.tumour, fact.therapy, str(fact.direction), fact.level.name)
    return "  ".join(parts)
