"""`bedside-dx models tune`: how models run best on this machine; asked after an install as well."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from bedside_dx.cli.console import print_columns
from bedside_dx.cli.exit_codes import Exit
from bedside_dx.cli.options import settings_from
from bedside_dx.cli.stopping import cancelled_by_signal
from bedside_dx.core.cancel import CancelledByUser
from bedside_dx.core.errors import BedsideDxError
from bedside_dx.core.settings import PROVIDERS, Settings
from bedside_dx.text.numbers import decimal
from bedside_dx.text.words import pace_words

if TYPE_CHECKING:
    import argparse

    from bedside_dx.core.pace import Tuned
    from bedside_dx.text import Texts


def add_to(actions: Any, shared: argparse.ArgumentParser, t: Texts) -> None:
    """Add the action to `bedside-dx models`."""
    tuning = actions.add_parser(
        "tune", parents=[shared], help=t("measure how models run best on this machine")
    )
    tuning.add_argument("names", nargs="*", metavar="name", help=t("models; none: all"))
    tuning.add_argument("--provider", choices=PROVIDERS, default="cpu")
    tuning.add_argument(
        "--missing", action="store_true", help=t("only those of which no measurement holds")
    )
    tuning.add_argument("--quiet", action="store_true", help=t("no progress bar"))
    tuning.set_defaults(run=tune_models)


def add_opt_out(parser: argparse.ArgumentParser, t: Texts) -> None:
    """Let a person install without measuring."""
    parser.add_argument(
        "--no-measure",
        dest="measure",
        action="store_false",
        help=t("do not measure how the model runs best here"),
    )


def tune_models(args: argparse.Namespace, t: Texts) -> int:
    """Measure engines, precisions and batches, and keep the choice."""
    from bedside_dx.app.choosing import candidates
    from bedside_dx.app.pacing import unmeasured

    settings = settings_from(args)
    known = [card.name for card in candidates()]
    names: list[str] = args.names or known
    if args.missing:
        lacking = unmeasured(settings)
        # A name that is none is refused below, with those words that every command has for it.
        names = [name for name in names if name in lacking or name not in known]
    failed: list[BedsideDxError] = []
    for name in names:
        try:
            tuned = _measured(name, settings, t, quiet=args.quiet)
        except BedsideDxError as error:
            failed.append(error)
            continue
        _say_choice(name, tuned, t)
        rows = [[t("Engine"), t("Precision"), t("Batch"), t("Patches/s")]]
        rows += [
            [one.pace.engine, one.pace.precision.upper(), str(one.pace.batch),
             decimal(one.patches_per_s, t.language, 1)]
            for one in tuned.measured
        ]  # fmt: skip
        print_columns(rows)
    for error in failed[:-1]:
        print(t.error(error)[0], file=sys.stderr)
    if failed:
        raise failed[-1]
    return int(Exit.DONE)


def measure_installed(name: str, t: Texts, *, quiet: bool = False) -> bool:
    """Measure a model that was just installed; whatever comes of it, it stays installed.

    Returns
    -------
    False where a person stopped it.
    """
    stopped = False
    try:
        tuned = _measured(name, Settings(language=t.language), t, quiet=quiet)
    except CancelledByUser:
        stopped = True
        print(t("Not measured: you stopped it."), file=sys.stderr)
    except BedsideDxError as error:
        print(t("Not measured: {reason}", reason=t.error(error)[0]), file=sys.stderr)
    else:
        _say_choice(name, tuned, t)
        return True
    say_unmeasured(name, t)
    return not stopped


def say_unmeasured(name: str, t: Texts) -> None:
    """Say how a model runs as long as nothing was measured, and how to have it measured."""
    print(
        t(
            "{name} runs in 32 bits on onnxruntime until it is measured: bedside-dx models tune"
            " {name}",
            name=name,
        )
    )


def _measured(name: str, settings: Settings, t: Texts, *, quiet: bool) -> Tuned:
    from bedside_dx.app.tuning import tune
    from bedside_dx.cli.progress_bar import ProgressBar

    with cancelled_by_signal() as cancel, ProgressBar(t, quiet=quiet) as bar:
        return tune(name, settings, bar.emit, cancel)


def _say_choice(name: str, tuned: Tuned, t: Texts) -> None:
    said = pace_words(tuned.best, tuned.rate(tuned.best), t)
    print(t("{name} runs best here so: {said}", name=name, said=said))
