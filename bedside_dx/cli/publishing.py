"""`bedside-dx models keys, publish`: keys, and models for other hospitals, signed."""

from __future__ import annotations

import getpass
import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bedside_dx.cli.exit_codes import Exit
from bedside_dx.cli.options import thread_count
from bedside_dx.core.errors import ModelError
from bedside_dx.core.publishers import LIST_DAYS, ROOT_DAYS, KeyRing, Publication

if TYPE_CHECKING:
    import argparse

    from bedside_dx.core.publishers import Publisher
    from bedside_dx.text import Texts

PASSPHRASE = "BEDSIDE_DX_PASSPHRASE"  # noqa: S105  (the variable's name, no passphrase)
NEW_PASSPHRASE = "BEDSIDE_DX_NEW_PASSPHRASE"  # noqa: S105
"""Environment variables that unlock the keys, and those in their place, where nobody can be
asked."""


def add_actions(actions: Any, shared: argparse.ArgumentParser, t: Texts) -> None:
    """Add the actions to `bedside-dx models`."""
    keys = actions.add_parser("keys", help=t("keys for signing models"))
    steps = keys.add_subparsers(metavar=t("action"), required=True)
    making = steps.add_parser("make", parents=[shared], help=t("make a key for each role"))
    making.add_argument("folder", type=Path, help=t("new folder for the keys"))
    making.set_defaults(run=make_keys)
    rotating = steps.add_parser(
        "rotate", parents=[shared], help=t("replace all keys, for instance after one was stolen")
    )
    rotating.add_argument("--to", type=Path, required=True, metavar="DIR")
    rotating.add_argument(
        "--keys", type=Path, required=True, metavar="DIR", help=t("folder with the old root.pem")
    )
    rotating.add_argument(
        "--new-keys", type=Path, required=True, metavar="DIR", help=t("keys made in their place")
    )
    _add_days(rotating, t)
    rotating.set_defaults(run=rotate_keys)

    publishing = actions.add_parser(
        "publish", parents=[shared], help=t("sign a model and put it into a folder for others")
    )
    publishing.add_argument("model", help=t("name of an installed model, or its folder or zip"))
    publishing.add_argument("--to", type=Path, required=True, metavar="DIR")
    publishing.add_argument("--keys", type=Path, required=True, metavar="DIR")
    publishing.add_argument(
        "--publisher", default="", metavar="NAME", help=t("your hospital, for a new folder")
    )
    _add_days(publishing, t)
    publishing.set_defaults(run=publish_model)


def _add_days(parser: argparse.ArgumentParser, t: Texts) -> None:
    days = partial(thread_count, t=t)
    parser.add_argument(
        "--days",
        type=days,
        default=LIST_DAYS,
        metavar="N",
        help=t("how long the list stays valid ({n:count})", n=LIST_DAYS),
    )
    parser.add_argument(
        "--root-days",
        type=days,
        default=ROOT_DAYS,
        metavar="N",
        help=t("how long the root stays valid ({n:count})", n=ROOT_DAYS),
    )


def make_keys(args: argparse.Namespace, t: Texts) -> int:
    """Make a publisher's keys."""
    from bedside_dx.app.publishing import make_keys as make

    for file in make(args.folder, _passphrase(t, twice=True)):
        print(file)
    print(t("Keep root.pem in a safe: it is needed once a year only, and can't be made again."))
    return int(Exit.DONE)


def rotate_keys(args: argparse.Namespace, t: Texts) -> int:
    """Sign a folder of models with new keys."""
    from bedside_dx.app.publishing import rotate_keys as rotate

    how = Publication(
        folder=args.to,
        keys=args.keys,
        passphrase=_passphrase(t),
        root_days=args.root_days,
        list_days=args.days,
    )
    question = t("Passphrase of the new keys: ")
    publisher = rotate(how, KeyRing(args.new_keys, _passphrase(t, NEW_PASSPHRASE, question)))
    print(t("{folder} is signed with the new keys of {publisher}.",
            folder=args.to, publisher=publisher.name))  # fmt: skip
    print(
        t(
            "Bring this folder to all who trust you: until they have seen it, they believe the old"
            " keys. Then destroy those."
        )
    )
    _print_fingerprint(publisher, t)
    return int(Exit.DONE)


def publish_model(args: argparse.Namespace, t: Texts) -> int:
    """Sign a model and put it into a folder."""
    from bedside_dx.app.publishing import publish

    how = Publication(
        folder=args.to,
        keys=args.keys,
        passphrase=_passphrase(t),
        publisher=args.publisher,
        root_days=args.root_days,
        list_days=args.days,
    )
    publisher = publish(args.model, how)
    print(t("Published in {folder} as {publisher}.", folder=args.to, publisher=publisher.name))
    _print_fingerprint(publisher, t)
    return int(Exit.DONE)


def _print_fingerprint(publisher: Publisher, t: Texts) -> None:
    print(
        t(
            "Those who shall trust you need this fingerprint, by telephone or letter: {hex}",
            hex=publisher.written_fingerprint,
        )
    )


def _passphrase(
    t: Texts, variable: str = PASSPHRASE, question: str = "", *, twice: bool = False
) -> str:
    if variable in os.environ:
        return os.environ[variable]
    if not sys.stdin.isatty():
        raise ModelError("keys.no-passphrase", variable=variable)
    first = getpass.getpass(question or t("Passphrase of the keys: "))
    if twice and getpass.getpass(t("Once more: ")) != first:
        raise ModelError("keys.passphrases-differ")
    return first
