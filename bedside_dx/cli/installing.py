"""`bedside-dx models install, update, rollback, remove, trust`: models that come from elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bedside_dx.cli.exit_codes import Exit
from bedside_dx.cli.tuning import add_opt_out, measure_installed, say_unmeasured
from bedside_dx.core.errors import ModelError
from bedside_dx.text.offer_words import standing_words
from bedside_dx.text.words import origin_words

if TYPE_CHECKING:
    import argparse

    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.core.publishers import Offer, Publisher
    from bedside_dx.text import Texts


def add_actions(actions: Any, shared: argparse.ArgumentParser, t: Texts) -> None:
    """Add the actions to `bedside-dx models`."""
    installing = actions.add_parser(
        "install", parents=[shared], help=t("install a package that nobody signed")
    )
    installing.add_argument("package", type=Path, help=t("folder or zip of the model"))
    add_opt_out(installing, t)
    installing.set_defaults(run=install_model)

    updating = actions.add_parser(
        "update", parents=[shared], help=t("install what a trusted publisher signed")
    )
    updating.add_argument("names", nargs="*", metavar="name", help=t("models; none: only list"))
    updating.add_argument(
        "--from",
        dest="source",
        type=Path,
        required=True,
        metavar="DIR",
        help=t("folder or stick of the publisher"),
    )
    updating.add_argument("--all", action="store_true", help=t("install all that is new"))
    add_opt_out(updating, t)
    updating.set_defaults(run=update_models)

    returning = actions.add_parser(
        "rollback", parents=[shared], help=t("go back to the model that was used before")
    )
    returning.add_argument("name")
    returning.set_defaults(run=roll_back_model)

    removing = actions.add_parser("remove", parents=[shared], help=t("remove a model of your own"))
    removing.add_argument("name")
    removing.set_defaults(run=remove_model)
    _add_trust(actions, shared, t)


def _add_trust(actions: Any, shared: argparse.ArgumentParser, t: Texts) -> None:
    parser = actions.add_parser("trust", help=t("choose whose models are taken"))
    steps = parser.add_subparsers(metavar=t("action"), required=True)
    adding = steps.add_parser("add", parents=[shared], help=t("trust a publisher"))
    adding.add_argument("root", type=Path, help=t("the publisher's folder, or root.json of it"))
    adding.add_argument(
        "--fingerprint", metavar="HEX", help=t("as the publisher gave it by another way")
    )
    adding.set_defaults(run=add_trust)
    listing = steps.add_parser("list", parents=[shared], help=t("who is trusted"))
    listing.set_defaults(run=list_trust)
    removing = steps.add_parser("remove", parents=[shared], help=t("trust a publisher no longer"))
    removing.add_argument("fingerprint", help=t("fingerprint, or how it begins"))
    removing.set_defaults(run=remove_trust)


def install_model(args: argparse.Namespace, t: Texts) -> int:
    """Install an unsigned package."""
    from bedside_dx.app.updating import install_package

    card = install_package(args.package)
    _say_origin(card, t)
    _measure([card.name], args, t)
    return int(Exit.DONE)


def update_models(args: argparse.Namespace, t: Texts) -> int:
    """List what a publisher offers, or install it."""
    from bedside_dx.app.updating import look_at_updates, update

    offers = look_at_updates(args.source)
    names = list(args.names)
    if args.all:
        names = [offer.name for offer in offers.models if offer.can_install]
    if not names:
        print(t("From {publisher}:", publisher=offers.publisher.name))
        for offer in offers.models:
            print(_offer_line(offer, t))
    for name in names:
        _say_origin(update(args.source, name), t)
    _measure(names, args, t)
    return int(Exit.DONE)


def roll_back_model(args: argparse.Namespace, t: Texts) -> int:
    """Go back to the model that was used before."""
    from bedside_dx.app.updating import roll_back

    card = roll_back(args.name)
    print(
        t(
            "{name} {version} is used again ({origin}).",
            name=card.name,
            version=card.version,
            origin=origin_words(card.origin, t),
        )
    )
    return int(Exit.DONE)


def remove_model(args: argparse.Namespace, t: Texts) -> int:
    """Remove a model from this person's folder."""
    from bedside_dx.app.updating import remove_model as remove

    left = remove(args.name)
    print(t("{name} was removed.", name=args.name))
    if left is not None:
        print(
            t(
                "{name} {version} is used again ({origin}).",
                name=left.name,
                version=left.version,
                origin=origin_words(left.origin, t),
            )
        )
    return int(Exit.DONE)


def add_trust(args: argparse.Namespace, t: Texts) -> int:
    """Trust a publisher, once a person compared the fingerprint."""
    from bedside_dx.app.updating import publisher_of, trust_publisher

    publisher = publisher_of(args.root)
    _describe(publisher, t)
    fingerprint = args.fingerprint
    if fingerprint is None:
        if not _confirmed(t):
            raise ModelError("trust.not-confirmed", path=args.root)
        fingerprint = publisher.fingerprint
    trust_publisher(args.root, fingerprint)
    print(t("{publisher} is trusted from now on.", publisher=publisher.name))
    return int(Exit.DONE)


def list_trust(args: argparse.Namespace, t: Texts) -> int:
    """Print who is trusted."""
    from bedside_dx.app.updating import trusted_publishers

    del args
    publishers = trusted_publishers()
    for publisher in publishers:
        _describe(publisher, t)
    if not publishers:
        print(t("No publisher is trusted on this machine."))
    return int(Exit.DONE)


def remove_trust(args: argparse.Namespace, t: Texts) -> int:
    """Trust a publisher no longer."""
    from bedside_dx.app.updating import distrust

    publisher = distrust(args.fingerprint)
    print(t("{publisher} is not trusted any more.", publisher=publisher.name))
    return int(Exit.DONE)


def _describe(publisher: Publisher, t: Texts) -> None:
    print(publisher.name)
    print("  " + t("fingerprint: {hex}", hex=publisher.written_fingerprint))
    for key in publisher.keys:
        print("  " + t("key: {hex}", hex=key))
    print("  " + t("valid until {date}", date=publisher.expires.isoformat()))


def _confirmed(t: Texts) -> bool:
    """Ask whether the fingerprint is the one that the publisher gave by another way."""
    if not sys.stdin.isatty():
        return False
    question = t("Is this the fingerprint that the publisher told you, by telephone or letter?")
    return input(f"{question} [y/N] ").strip().lower() in {"y", "yes", "o", "oui"}


def _measure(names: list[str], args: argparse.Namespace, t: Texts) -> None:
    """Measure what was installed, all of it once it is in place, until a person stops it."""
    goes_on: bool = args.measure
    for name in names:
        if goes_on:
            goes_on = measure_installed(name, t)
        else:
            say_unmeasured(name, t)


def _say_origin(card: ModelCard, t: Texts) -> None:
    print(
        t(
            "{name} {version} is installed ({origin}).",
            name=card.name,
            version=card.version,
            origin=origin_words(card.origin, t),
        )
    )


def _offer_line(offer: Offer, t: Texts) -> str:
    standing = standing_words(offer, t)
    return f"{offer.name:<12} {offer.version:<8} {standing:<28} {t.of(offer.title)}"
