"""`bedside-dx models`: what is installed, and how good it is on a site's own cases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from bedside_dx.cli import calibrating, exchanging, installing, publishing, tuning
from bedside_dx.cli.console import print_json
from bedside_dx.cli.exit_codes import Exit
from bedside_dx.cli.options import add_engine_options, settings_from
from bedside_dx.cli.stopping import cancelled_by_signal
from bedside_dx.text.words import origin_words

if TYPE_CHECKING:
    import argparse

    from bedside_dx.core.marks import VolumeCard
    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.text import Texts


def add_to(verbs: Any, shared: argparse.ArgumentParser, t: Texts) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("models", help=t("list, verify, evaluate, import and export models"))
    actions = parser.add_subparsers(metavar=t("action"), required=True)

    listing = actions.add_parser("list", parents=[shared], help=t("installed models"))
    listing.add_argument("--json", action="store_true", help=t("print JSON"))
    listing.set_defaults(run=list_models)

    showing = actions.add_parser("show", parents=[shared], help=t("the card of a model"))
    showing.add_argument("name")
    showing.set_defaults(run=show_model)

    verifying = actions.add_parser(
        "verify", parents=[shared], help=t("check a model's files and reference results")
    )
    verifying.add_argument("name")
    add_engine_options(verifying, t)
    verifying.set_defaults(run=verify_model)

    tuning.add_to(actions, shared, t)

    evaluating = actions.add_parser(
        "evaluate", parents=[shared], help=t("score a labelled set of images")
    )
    evaluating.add_argument("name")
    evaluating.add_argument(
        "--index",
        type=Path,
        required=True,
        metavar="CSV",
        help=t(
            "table with the columns path, label and, if you like, spacing_um, group, familiar,"
            " subgroup and by_…"
        ),
    )
    evaluating.add_argument("--out", type=Path, required=True, metavar="DIR")
    evaluating.add_argument("--quiet", action="store_true", help=t("no progress bar"))
    add_engine_options(evaluating, t)
    evaluating.set_defaults(run=evaluate_model)
    calibrating.add_to(actions, shared, t)
    installing.add_actions(actions, shared, t)
    publishing.add_actions(actions, shared, t)
    exchanging.add_to(actions, shared, t)


def list_models(args: argparse.Namespace, t: Texts) -> int:
    """Print the installed models."""
    from bedside_dx.app.choosing import candidates, volume_candidates

    cards, volumes = candidates(), volume_candidates()
    if args.json:
        print_json(
            {
                "models": [_document(card) for card in cards],
                "volume_models": [_volume_document(card) for card in volumes],
            }
        )
        return int(Exit.DONE)
    listed = [(card, _scale(card, t)) for card in cards]
    listed = [*listed, *((card, t("marks volumes")) for card in volumes)]
    width = max((len(card.name) for card, _ in listed), default=0) + 1
    for card, scale in listed:
        origin = origin_words(card.origin, t)
        print(f"{card.name:<{width}} {card.version:<8} {scale:<14} {t.of(card.title)} ({origin})")
    return int(Exit.DONE)


def _volume_document(card: VolumeCard) -> dict[str, object]:
    return {
        "name": card.name,
        "version": card.version,
        "input": "volume",
        "modality": card.modality,
        "spacing_mm": list(card.spacing_mm),
        "classes": [c.id for c in card.classes],
        "origin": card.origin.document(),
        "sha256": card.sha256,
    }


def _scale(card: ModelCard, t: Texts) -> str:
    if card.spacing_um_px is None:
        return t("whole image")
    return t("{um:decimal} µm/px", um=card.spacing_um_px)


def show_model(args: argparse.Namespace, t: Texts) -> int:
    """Print a model's card: what the model says in the reader's language, then all of it."""
    from bedside_dx.app.choosing import read_card
    from bedside_dx.app.describing import describe
    from bedside_dx.app.marking import is_for_volumes, read_volume_card

    if is_for_volumes(args.name):
        print(read_volume_card(args.name))
        return int(Exit.DONE)
    if t.language != "en":
        print(describe(args.name, t))
    print(read_card(args.name))
    return int(Exit.DONE)


def verify_model(args: argparse.Namespace, t: Texts) -> int:
    """Check a model's hashes and its reference results on this machine."""
    from bedside_dx.app.choosing import verify
    from bedside_dx.app.marking import is_for_volumes, verify_volume_network

    check = verify_volume_network if is_for_volumes(args.name) else verify
    result = check(args.name, settings_from(args))
    print(
        t(
            "{name}: files and reference results agree (largest difference {difference}).",
            name=args.name,
            difference=f"{result.max_difference:.1e}",
        )
    )
    return int(Exit.DONE)


def evaluate_model(args: argparse.Namespace, t: Texts) -> int:
    """Score a labelled set and write scores, metrics and plots."""
    from bedside_dx.app.choosing import load_model
    from bedside_dx.app.evaluating import evaluate
    from bedside_dx.app.ruling import with_site_rules
    from bedside_dx.app.saving import check_folder
    from bedside_dx.cli.progress_bar import ProgressBar

    settings = with_site_rules(settings_from(args))
    check_folder(args.out, t)
    with cancelled_by_signal() as cancel, ProgressBar(t, quiet=args.quiet) as bar:
        classifier = load_model(args.name, settings)
        summary = evaluate(
            classifier,
            args.index,
            args.out,
            emit=bar.emit,
            cancel=cancel,
            threads=args.threads,
            rules=settings.rules,
            language=t.language,
        )
    for line in summary.lines(t):
        print(line)
    return int(Exit.DONE)


def _document(card: ModelCard) -> dict[str, object]:
    return {
        "name": card.name,
        "version": card.version,
        "sha256": card.sha256,
        "input": card.input,
        "organ": card.organ,
        "spacing_um_px": card.spacing_um_px,
        "origin": card.origin.document(),
        "tells_unfamiliar": card.has_gate,
        "classes": [{"id": c.id, "role": c.role} for c in card.classes],
    }
