"""Read the command line, run one verb, turn its ending into an exit code."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from bedside_dx import __version__
from bedside_dx.cli.argparse_words import speak
from bedside_dx.cli.console import print_error, write_any_character
from bedside_dx.cli.exit_codes import Exit, exit_for
from bedside_dx.core.cancel import CancelledByUser
from bedside_dx.core.errors import BedsideDxError, SettingsError, trace_of
from bedside_dx.text import LANGUAGES, Texts, system_language, texts

if TYPE_CHECKING:
    from collections.abc import Sequence

VERBS = {
    "open": "opening",
    "info": "informing",
    "diagnose": "diagnosing",
    "stage": "staging",
    "prognosis": "prognosing",
    "response": "following",
    "course": "following",
    "options": "advising",
    "knowledge": "knowing",
    "dose": "dosing",
    "plan": "planning",
    "trials": "trialling",
    "models": "modelling",
    "rules": "ruling",
    "doctor": "doctoring",
}
"""Each verb and the file of this room that brings it: of all of them only the one asked for is
loaded, so that the window does not wait for the others."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program.

    Parameters
    ----------
    arguments
        The words after the program's name; those of the process by default.

    Returns
    -------
    Exit code, see `bedside_dx.cli.exit_codes.Exit`.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a polite kill stops as Ctrl-C
    write_any_character()
    words = list(sys.argv[1:] if arguments is None else arguments)
    speak(texts(system_language()))
    t = texts(_language(words))
    speak(t)
    parsed = _parser(t, _verbs(words)).parse_args(words)
    try:
        _start_log()
        return int(parsed.run(parsed, t))
    except BedsideDxError as error:
        print_error(error, t)
        return int(exit_for(error))
    except (CancelledByUser, KeyboardInterrupt):
        print(t("Stopped. No report was written."), file=sys.stderr)
        return int(Exit.CANCELLED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return int(Exit.DONE)
    except Exception as error:  # noqa: BLE001 - the last door: a sentence for the person, its place logged
        logging.getLogger(__name__).debug("unexpected: %s", trace_of(error))
        print_error(BedsideDxError("internal", detail=type(error).__name__), t)
        return int(Exit.INTERNAL)


def _start_log() -> None:
    """Log to standard error, from the level that BEDSIDE_DX_LOG names."""
    level = os.environ.get("BEDSIDE_DX_LOG", "WARNING").upper()
    allowed = logging.getLevelNamesMapping()
    if level not in allowed:
        names = ", ".join(allowed)
        raise SettingsError("settings.bad", name="BEDSIDE_DX_LOG", value=level, allowed=names)
    logging.basicConfig(level=level)


def _language(words: Sequence[str]) -> str:
    """Look for ``--language`` before anything is parsed: help is translated too."""
    early = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    early.add_argument("--language", choices=LANGUAGES)
    known, _ = early.parse_known_args([w for w in words if w not in ("-h", "--help")])
    return known.language or system_language()


def _verbs(words: Sequence[str]) -> tuple[str, ...]:
    """Files of the verb asked for; of all verbs where help or an error may have to list them."""
    left = list(words)
    while left and left[0].startswith("--language"):
        left = left[1 if "=" in left[0] else 2 :]
    asked = VERBS.get(left[0]) if left else None
    return (asked,) if asked else tuple(dict.fromkeys(VERBS.values()))


def _parser(t: Texts, files: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bedside-dx",
        description=t("A slide or scan in, a verdict that knows its limits out."),
        epilog=t(
            "Exit codes: 0 verdict, 2 usage, 3 input refused, 4 cannot say, 5 internal,"
            " 130 cancelled. Research use only."
        ),
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"bedside-dx {__version__}",
        help=t("show the program's version and exit"),
    )
    shared = argparse.ArgumentParser(add_help=False)
    # Before the verb or after it, as one happens to type.
    for place, default in ((parser, t.language), (shared, argparse.SUPPRESS)):
        place.add_argument(
            "--language",
            choices=LANGUAGES,
            default=default,
            help=t("language of messages and reports"),
        )
    verbs = parser.add_subparsers(metavar=t("verb"), required=True)
    for file in files:
        import_module(f"bedside_dx.cli.{file}").add_to(verbs, shared, t)
    return parser
