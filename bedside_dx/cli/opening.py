"""`bedside-dx open`: the window."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bedside_dx.cli.options import add_engine_options, add_spacing, settings_from

if TYPE_CHECKING:
    import argparse

    from bedside_dx.text import Texts


def add_to(verbs: Any, shared: argparse.ArgumentParser, t: Texts) -> None:
    """Add the verb to the command line."""
    parser = verbs.add_parser("open", parents=[shared], help=t("open the window"))
    parser.add_argument("slides", type=Path, nargs="*", help=t("slides and scans to open"))
    parser.add_argument("--model", metavar="NAME", help=t("see: bedside-dx models list"))
    add_spacing(parser, t)
    add_engine_options(parser, t)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, t: Texts) -> int:
    """Show the window until it is closed."""
    del t  # the window brings its own, in the same language
    gc.disable()  # what is made for the window stays: nothing can go before it is there
    try:
        return turn_to_window(args)
    finally:
        gc.enable()


def turn_to_window(args: argparse.Namespace) -> int:
    """Load the window and show it."""
    from bedside_dx import ui

    if args.model:
        from bedside_dx.app.choosing import read_card
        from bedside_dx.app.marking import is_for_volumes, read_volume_card

        # A name that is not installed is said here, not in the window.
        (read_volume_card if is_for_volumes(args.model) else read_card)(args.model)
    return ui.run(args.slides, settings=settings_from(args), model=args.model, spacing=args.spacing)
