"""`bedside-dx diagnose`: the main job."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bedside_dx.cli.console import print_json
from bedside_dx.cli.exit_codes import exit_for_verdict
from bedside_dx.cli.marking import mark_one
from bedside_dx.cli.options import add_engine_options, add_spacing, calendar_day, settings_from
from bedside_dx.cli.stopping import cancelled_by_signal
from bedside_dx.cli.verdict_lines import verdict_lines
from bedside_dx.core.cancel import CancelledByUser
from bedside_dx.core.case import Case, Patient
from bedside_dx.text import LANGUAGES
from bedside_dx.text.therapy_words import unknown_words

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.core.results import Report
    from bedside_dx.core.therapy_picture import TherapyPicture
    from bedside_dx.text import Texts


def add_to(verbs: Any, shared: argparse.ArgumentParser, t: Texts) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser(
        "diagnose", parents=[shared], help=t("analyse a slide or scan and write the report")
    )
    parser.add_argument("slide", type=Path, help=t("slide, image, or DICOM file, folder or zip"))
    parser.add_argument("--model", metavar="NAME", help=t("see: bedside-dx models list"))
    add_spacing(parser, t)
    parser.add_argument(
        "--part",
        default="",
        metavar="HEAD",
        help=t("part of the body, for scans whose files do not say it"),
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help=t("folder for the report's files"))
    parser.add_argument(
        "--json", action="store_true", help=t("print report.json on standard output")
    )
    parser.add_argument("--quiet", action="store_true", help=t("no progress bar"))
    parser.add_argument("--icc", action="store_true", help=t("apply the slide's colour profile"))
    parser.add_argument(
        "--until-stable",
        action="store_true",
        help=t("stop reading once more tissue can't change “present”"),
    )
    parser.add_argument(
        "--afresh", action="store_true", help=t("read everything again, keep nothing of before")
    )
    parser.add_argument(
        "--disease", type=Path, metavar="TOML", help=t("the patient's disease, for the report")
    )
    parser.add_argument(
        "--therapy", type=Path, metavar="TOML", help=t("options, doses and plan, for the report")
    )
    parser.add_argument(
        "--patient-language", choices=LANGUAGES, help=t("language of the page for the patient")
    )
    add_engine_options(parser, t)
    patient = parser.add_argument_group(t("patient, for the report's header"))
    patient.add_argument("--patient-id", default="", metavar="ID")
    patient.add_argument("--patient-name", default="", metavar="NAME")
    patient.add_argument("--born", type=partial(calendar_day, t=t), metavar="YYYY-MM-DD")
    patient.add_argument("--accession", default="", metavar="NO")
    patient.add_argument("--specimen", default="", metavar="TEXT")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, t: Texts) -> int:
    """Diagnose one slide."""
    from bedside_dx.app.disease_file import read_disease
    from bedside_dx.app.examining import examine
    from bedside_dx.app.marking import is_for_volumes
    from bedside_dx.app.resuming import Resuming
    from bedside_dx.app.ruling import with_site_rules
    from bedside_dx.app.saving import check_folder
    from bedside_dx.app.scanning import diagnose_scan, is_scan
    from bedside_dx.app.sharing import report_document, save_report
    from bedside_dx.app.therapy_file import read_therapy
    from bedside_dx.cli.progress_bar import ProgressBar

    settings = with_site_rules(settings_from(args))
    if args.out:
        check_folder(args.out, t)
    if is_for_volumes(args.model):
        return mark_one(args, settings, case_from(args), t)
    tell = _once(t)
    if args.disease:
        read_disease(args.disease, t, tell=tell)
    therapy = read_therapy(args.therapy, t, case_from(args).patient) if args.therapy else None
    if therapy is not None:
        _say_unknown(therapy, t)
    with Resuming(afresh=args.afresh) as resuming:
        with cancelled_by_signal() as cancel, ProgressBar(t, quiet=args.quiet) as bar:
            try:
                model = args.model or _ask_for_model(t)
                if is_scan(args.slide):
                    report = diagnose_scan(
                        args.slide,
                        model,
                        case=case_from(args),
                        settings=settings,
                        part=args.part,
                        emit=bar.emit,
                        cancel=cancel,
                    )
                else:
                    report = examine(
                        args.slide,
                        model,
                        spacing=args.spacing,
                        case=case_from(args),
                        settings=settings,
                        emit=bar.emit,
                        cancel=cancel,
                        resuming=resuming,
                        until_stable=args.until_stable,
                    )
            except CancelledByUser:
                if resuming.keeps:
                    bar.say(t("What was read is kept: the same command goes on from there."))
                raise
        if args.disease:  # refused here, what was read is kept: the same command goes on from there
            report = replace(report, disease=read_disease(args.disease, t, report, tell))
        report = replace(report, therapy=therapy)
        written = (
            save_report(report, args.out, settings.language, args.patient_language)
            if args.out
            else ()
        )
        resuming.finish(report)
    if args.json:
        print_json(report_document(report, settings.language))
    else:
        _say(report, written, t)
    return exit_for_verdict(report.diagnosis)


def _say(report: Report, written: Sequence[Path], t: Texts) -> None:
    """Print the verdict, what would let the model see more, and where the report lies."""
    print("\n".join(verdict_lines(report, t)))
    if any(reason.code == "reason.part-not-stated" for reason in report.diagnosis.reasons):
        print("  " + t("Where you know the part of the body, state it: --part HEAD"))
    if written:
        print("  " + t("Report: {folder}", folder=written[0].parent))


def _once(t: Texts) -> Callable[[str], None]:
    """Say each sentence once, however often the file is read."""
    said: set[str] = set()

    def tell(sentence: str) -> None:
        if sentence not in said:
            said.add(sentence)
            print(t("Note: {said}", said=sentence), file=sys.stderr)

    return tell


def _say_unknown(therapy: TherapyPicture, t: Texts) -> None:
    """Name what no pack knows before the long work: it may be a slip."""
    if therapy.options is not None:
        for one in therapy.options.unknown:
            print(unknown_words(one, therapy.options.packs, t), file=sys.stderr)


def case_from(args: argparse.Namespace) -> Case:
    """Patient and examination as stated on the command line."""
    patient = Patient(identifier=args.patient_id, name=args.patient_name, born=args.born)
    return Case(patient=patient, accession=args.accession, specimen=args.specimen)


def _ask_for_model(t: Texts) -> str | None:
    """Ask a person at a terminal; elsewhere `load_model` refuses and lists the names."""
    from bedside_dx.app.choosing import candidates

    cards = candidates()
    if len(cards) < 2 or not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    print(t("Which model? The organ is never guessed."), file=sys.stderr)
    for number, card in enumerate(cards, start=1):
        print(f"  {number}  {card.name:<12} {t.of(card.title)}", file=sys.stderr)
    return _chosen(input(t("Number or name: ")).strip(), cards)


def _chosen(answer: str, cards: Sequence[ModelCard]) -> str | None:
    if answer.isdecimal() and 1 <= int(answer) <= len(cards):
        return cards[int(answer) - 1].name
    return answer or None
