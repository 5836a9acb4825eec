"""What the page of models from elsewhere has done for it, in a thread.

The rooms behind it load when it is first used, not while the window comes up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.core.publishers import Offers, Publisher


@dataclass(frozen=True)
class Done:
    """A model that was installed or returned to, and whether that can be undone."""

    card: ModelCard
    can_return: bool


def look_at(folder: Path) -> Offers:
    """What is offered in a folder."""
    from bedside_dx.app import updating  # noqa: PLC0415

    return updating.look_at_updates(folder)


def publisher_of(folder: Path) -> Publisher:
    """Who says to have published a folder."""
    from bedside_dx.app import updating  # noqa: PLC0415

    return updating.publisher_of(folder)


def trust(folder: Path, fingerprint: str) -> Publisher:
    """Trust the publisher of a folder."""
    from bedside_dx.app import updating  # noqa: PLC0415

    return updating.trust_publisher(folder, fingerprint)


def publishers() -> tuple[Publisher, ...]:
    """Whom this person trusts."""
    from bedside_dx.app import updating  # noqa: PLC0415

    return updating.trusted_publishers()


def distrust(fingerprint: str) -> Publisher:
    """Trust a publisher no longer."""
    from bedside_dx.app import updating  # noqa: PLC0415

    return updating.distrust(fingerprint)


def remove(name: str) -> ModelCard | None:
    """Remove a model; what is used under its name instead."""
    from bedside_dx.app import updating  # noqa: PLC0415

    return updating.remove_model(name)


def update(folder: Path, name: str) -> Done:
    """Install an offered model."""
    from bedside_dx.app import updating  # noqa: PLC0415

    return _done(updating.update(folder, name))


def install(package: Path) -> Done:
    """Install an unsigned package."""
    from bedside_dx.app import updating  # noqa: PLC0415

    return _done(updating.install_package(package))


def roll_back(name: str) -> Done:
    """Return to the model that was used before."""
    from bedside_dx.app import updating  # noqa: PLC0415

    return _done(updating.roll_back(name))


def _done(card: ModelCard) -> Done:
    from bedside_dx.app import updating  # noqa: PLC0415

    return Done(card, updating.can_roll_back(card.name))
