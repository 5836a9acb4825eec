"""`bedside-dx models import` and `models export`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bedside_dx.cli.exit_codes import Exit
from bedside_dx.cli.stopping import cancelled_by_signal
from bedside_dx.cli.tuning import add_opt_out, measure_installed
from bedside_dx.core.errors import ModelError
from bedside_dx.core.model_answers import answered
from bedside_dx.core.model_draft import SourceFormat
from bedside_dx.text.message import mark
from bedside_dx.text.questions import choices, example, format_words, question
from bedside_dx.text.words import gate_words

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from bedside_dx.core.model_draft import ModelDraft
    from bedside_dx.text import Texts

STATED = {
    "name": mark("name it gets here; else that of the file"),
    "version": mark("its version"),
    "title": mark("title for people: English|French"),
    "organ": mark("organ it was made for"),
    "modality": mark("kind of image, as DICOM writes it: SM, CT, MR"),
    "spacing": mark("µm per pixel it was trained at, or whole-image"),
    "patch-px": mark("side of the image it takes, px; if the graph does not say"),
    "rest": mark("class of everything else, for a network with one output"),
    "scale": mark("range of the pixels before mean and deviation: 0-1 or 0-255"),
    "mean": mark("mean of each colour, in one argument"),
    "std": mark("standard deviation of each colour, in one argument"),
    "activation": mark(
        "softmax, sigmoid or none; for WSInfer softmax for several classes and sigmoid for one,"
        " as WSInfer does"
    ),
}
"""Options that answer one question each, with their help."""


def add_to(actions: Any, shared: argparse.ArgumentParser, t: Texts) -> None:
    """Add both actions to the verb `models`."""
    importing = actions.add_parser(
        "import",
        parents=[shared],
        help=t("install a package, or a model of WSInfer, MONAI or ONNX"),
        description=t(
            "What the files do not say has to be stated, or is asked at a terminal. It is never"
            " guessed."
        ),
    )
    importing.add_argument("path", type=Path, metavar="PATH")
    for key, words in STATED.items():
        importing.add_argument(f"--{key}", metavar="…", help=t(words))
    importing.add_argument(
        "--class",
        dest="classes",
        action="append",
        default=[],
        metavar="ID[:ROLE]",
        help=t("a class, in the order of the outputs; roles: tumour, precursor, benign"),
    )
    importing.add_argument(
        "--role",
        action="append",
        default=[],
        metavar="CLASS=ROLE",
        help=t("what a class means: tumour, precursor or benign"),
    )
    importing.add_argument(
        "--label",
        action="append",
        default=[],
        metavar="CLASS=EN|FR",
        help=t("words of a class for people"),
    )
    importing.add_argument(
        "--output", default="", metavar="NAME", help=t("output of the graph, if it has several")
    )
    importing.add_argument(
        "--familiar",
        type=Path,
        metavar="DIR",
        help=t("folder of 100 or more familiar images: teaches the model what is unfamiliar"),
    )
    add_opt_out(importing, t)
    importing.set_defaults(run=import_one)

    exporting = actions.add_parser(
        "export", parents=[shared], help=t("write a model for other programs")
    )
    exporting.add_argument("name")
    exporting.add_argument("--as", dest="layout", choices=["wsinfer"], required=True)
    exporting.add_argument("--out", type=Path, required=True, metavar="DIR")
    exporting.set_defaults(run=export_one)


def import_one(args: argparse.Namespace, t: Texts) -> int:
    """Import a model and say what came of it."""
    from bedside_dx.app.exchanging import (
        import_model,
        import_volume_model,
        is_volume_model,
        look_at,
    )

    if is_volume_model(args.path):
        with cancelled_by_signal() as cancel:
            card = import_volume_model(args.path, args.name or "", cancel=cancel)
        print(t("{name} {version} is installed.", name=card.name, version=card.version))
        print("\n".join(f"- {limit}" for limit in card.limits.get(t.language) or card.limits["en"]))
        return int(Exit.DONE)
    draft = look_at(args.path, args.output)
    if draft.source is not SourceFormat.PACKAGE:
        for key, answer in _stated(args):
            draft = answered(draft, key, answer)
        draft = _ask_for_the_rest(draft, t)
    if draft.source is SourceFormat.WSINFER:
        print(t("Activation: {activation}", activation=draft.activation), file=sys.stderr)
    with cancelled_by_signal() as cancel:
        imported = import_model(args.path, draft, cancel=cancel, familiar=args.familiar)
    card = imported.card
    print(t("{name} {version} is installed.", name=card.name, version=card.version))
    if imported.difference is not None:
        difference = f"{imported.difference:.1e}"
        print(t("Largest difference after conversion: {difference}", difference=difference))
    if warning := gate_words(card, t):
        print(warning)
    if args.measure:
        measure_installed(card.name, t)
    return int(Exit.DONE)


def export_one(args: argparse.Namespace, t: Texts) -> int:
    """Write a model as another program reads it."""
    from bedside_dx.app.exporting import export_model

    with cancelled_by_signal() as cancel:
        exported = export_model(args.name, args.out, t, cancel=cancel)
    print(t("Written to {folder}", folder=args.out))
    if exported.difference is not None:
        difference = f"{exported.difference:.1e}"
        print(t("Largest difference after conversion: {difference}", difference=difference))
    if exported.reason:
        print(t("Without torchscript_model.pt:"), " ".join(t.error(exported.reason)))
    return int(Exit.DONE)


def _stated(args: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """Keys and answers of the options, classes first: others speak of them."""
    if args.classes:
        yield "classes", " ".join(args.classes)
    for key in STATED:
        if (answer := getattr(args, key.replace("-", "_"))) is not None:
            yield key, answer
    for option in ("role", "label"):
        for stated in getattr(args, option):
            name, equals, answer = stated.partition("=")
            if not equals:
                raise ModelError(
                    "exchange.bad-answer", key=f"--{option}", answer=stated, allowed="CLASS=…"
                )
            yield f"{option}:{name}", answer


def _ask_for_the_rest(draft: ModelDraft, t: Texts) -> ModelDraft:
    """Ask a person at a terminal; elsewhere the import refuses and names what is missing."""
    if not (draft.missing() and sys.stdin.isatty() and sys.stderr.isatty()):
        return draft
    print(t("This is {what}.", what=format_words(draft.source, t)), file=sys.stderr)
    while missing := draft.missing():
        draft = _asked(draft, missing[0], t)
    return draft


def _asked(draft: ModelDraft, key: str, t: Texts) -> ModelDraft:
    hint = " / ".join(choices(key)) or example(key)
    while True:
        print(f"{question(key, t)} ({hint}): ", end="", file=sys.stderr, flush=True)
        try:
            return answered(draft, key, input())
        except ModelError as error:
            print(" ".join(t.error(error)), file=sys.stderr)
        except EOFError:
            raise KeyboardInterrupt from None
