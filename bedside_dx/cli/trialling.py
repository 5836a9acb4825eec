"""`bedside-dx trials`: offline packs of trials, and how they fit one person."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bedside_dx.cli.console import print_columns, print_json
from bedside_dx.cli.exit_codes import Exit
from bedside_dx.cli.options import calendar_day, decimal_number
from bedside_dx.core.dosing import Sex
from bedside_dx.core.errors import TrialError
from bedside_dx.core.strict import plain
from bedside_dx.core.trials import Candidate, Fit, Kind
from bedside_dx.text.therapy_words import unknown_words
from bedside_dx.text.trial_words import criterion_words, fit_word, missing_words, status_words

if TYPE_CHECKING:
    import argparse

    from bedside_dx.core.trials import Match, Matches
    from bedside_dx.text import Texts


OLDEST = 120
"""Years."""


def add_to(verbs: Any, shared: argparse.ArgumentParser, t: Texts) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("trials", help=t("trials of offline packs, and how they fit"))
    actions = parser.add_subparsers(metavar=t("action"), required=True)
    matching = actions.add_parser("match", parents=[shared], help=t("how every trial fits"))
    matching.add_argument("pack", type=Path, nargs="+", metavar="PACK")
    matching.add_argument("--age", type=partial(decimal_number, t=t), metavar="N", help=t("years"))
    matching.add_argument("--sex", choices=list(Sex), help=t("sex"))
    matching.add_argument(
        "--tumour", action="append", default=[], metavar="NAME",
        help=t("the tumour, by name or OncoTree code; may repeat"),
    )  # fmt: skip
    matching.add_argument("--stage", default="", metavar="STAGE", help=t("stage group, as IIIA"))
    matching.add_argument("--ecog", type=int, choices=range(5), help=t("performance status"))
    matching.add_argument(
        "--alteration", action="append", default=[], metavar="NAME", help=t("found; may repeat")
    )
    matching.add_argument(
        "--negative", action="append", default=[], metavar="NAME",
        help=t("looked for and not found; may repeat"),
    )  # fmt: skip
    matching.add_argument("--prior-lines", type=int, metavar="N", help=t("treatments before"))
    matching.add_argument("--json", action="store_true", help=t("print JSON"))
    matching.set_defaults(run=match)

    importing = actions.add_parser(
        "import", parents=[shared], help=t("a pack from an export of ClinicalTrials.gov (API 2)")
    )
    importing.add_argument("export", type=Path, metavar="JSON")
    importing.add_argument("--output", type=Path, required=True, metavar="PACK", help=t("the pack"))
    importing.add_argument("--name", default="ClinicalTrials.gov", help=t("name of the pack"))
    importing.add_argument(
        "--made", type=partial(calendar_day, t=t), required=True, metavar="DATE",
        help=t("day of the export"),
    )  # fmt: skip
    importing.set_defaults(run=bring)

    showing = actions.add_parser("show", parents=[shared], help=t("what a pack holds"))
    showing.add_argument("pack", type=Path, metavar="PACK")
    showing.add_argument("--json", action="store_true", help=t("print JSON"))
    showing.set_defaults(run=show)


def match(args: argparse.Namespace, t: Texts) -> int:
    """Print every trial and how it fits."""
    from bedside_dx.app.advising import options
    from bedside_dx.app.trialling import find_trials

    if args.age is not None and not 0 <= args.age <= OLDEST:
        raise TrialError("trial.age", age=args.age, most=OLDEST)
    candidate = Candidate(
        age=args.age,
        sex=None if args.sex is None else Sex(args.sex),
        tumours=tuple(args.tumour),
        stage=args.stage,
        ecog=args.ecog,
        alterations=tuple(args.alteration),
        negatives=tuple(args.negative),
        prior_lines=args.prior_lines,
    )
    found = find_trials(candidate, args.pack)
    for tumour in args.tumour:
        read = options(tumour, args.alteration, args.negative)
        for one in read.unknown:
            print(unknown_words(one, read.packs, t), file=sys.stderr)
    if args.json:
        print_json(matches_document(found, t))
    else:
        print("\n".join(match_lines(found, t)))
    return int(Exit.DONE)


def bring(args: argparse.Namespace, t: Texts) -> int:
    """Make a pack."""
    from bedside_dx.app.trialling import import_trials

    made: date = args.made
    pack = import_trials(args.export, args.output, args.name, made, t)
    print(
        t.plural("{n:count} trial, as of {day:day}", "{n:count} trials, as of {day:day}",
                 len(pack.trials), day=made)
    )  # fmt: skip
    return int(Exit.DONE)


def show(args: argparse.Namespace, t: Texts) -> int:
    """Print what a pack holds."""
    from bedside_dx.app.trialling import open_pack

    pack = open_pack(args.pack)
    if args.json:
        without = tuple(replace(trial, eligibility="") for trial in pack.trials)
        print_json({"pack": plain(replace(pack, trials=without))})
        return int(Exit.DONE)
    rows = [(one.id, one.status, str(len(one.criteria)), one.title) for one in pack.trials]
    print_columns([(t("Trial"), t("Status"), t("Criteria"), t("Title")), *rows])
    print(t("{name} {version}, {licence}", name=pack.name, version=pack.version,
            licence=pack.licence))  # fmt: skip
    return int(Exit.DONE)


def match_lines(found: Matches, t: Texts) -> list[str]:
    """Every trial with its criteria, the unmet and unknown ones written out."""
    lines: list[str] = []
    for one in found.matches:
        counts = [
            t("{n} {fit}", n=len(one.of(fit)), fit=fit_word(fit, t))
            for fit in (Fit.UNMET, Fit.UNKNOWN, Fit.MET)
        ]
        status = status_words(one.trial.status, t) or "–"
        lines.append(f"{one.trial.id} · {status} · {one.trial.title}")
        lines.append(f"  {', '.join(counts)}")
        lines += [f"  {words}" for words in _criterion_lines(one, t)]
    said = [missing_words(one, t) for one in found.missing]
    lines += ["", t("Find out first"), *(f"  {words}" for words in said)] if said else []
    lines += [t("{name} is older than a year.", name=name) for name in found.old]
    closing = t("No trial is hidden. Whether one is open is for its centre. Research use only.")
    return [*lines, "", closing]


def _criterion_lines(one: Match, t: Texts) -> list[str]:
    lines: list[str] = []
    for fit in (Fit.UNMET, Fit.UNKNOWN, Fit.MET):
        for judged in one.judged:
            if judged.fit is not fit:
                continue
            quote = f" “{judged.criterion.quote}”" if judged.criterion.quote else ""
            lines.append(f"{fit_word(fit, t)} · {criterion_words(judged.criterion, t)}{quote}")
    return lines


def matches_document(found: Matches, t: Texts) -> dict[str, object]:
    """The same as plain values."""
    return {
        "trials": [
            {
                "id": one.trial.id,
                "title": one.trial.title,
                "status": one.trial.status,
                "phase": one.trial.phase or None,
                "pack": one.pack,
                "places": list(one.trial.places),
                "met": len(one.of(Fit.MET)),
                "unmet": len(one.of(Fit.UNMET)),
                "unknown": len(one.of(Fit.UNKNOWN)),
                "criteria": [
                    {
                        "kind": str(judged.criterion.kind),
                        "fit": str(judged.fit),
                        "text": criterion_words(judged.criterion, t),
                        "quote": judged.criterion.quote or None,
                        "counts": judged.criterion.kind is not Kind.TEXT,
                    }
                    for judged in one.judged
                ],
            }
            for one in found.matches
        ],
        "find_out_first": [
            {
                "kind": str(one.kind),
                "names": list(one.names),
                "trials": one.trials,
                "text": missing_words(one, t),
            }
            for one in found.missing
        ],
        "packs": [
            {"name": one.name, "version": one.version, "made": one.made.isoformat(),
             "licence": one.licence, "trials": len(one.trials), "old": one.name in found.old}
            for one in found.packs
        ],
    }  # fmt: skip
