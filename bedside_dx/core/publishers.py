"""Who publishes models, and what they offer: what a person decides on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

FINGERPRINT_DIGITS = 32
"""Hexadecimal digits of a fingerprint: 128 bits of a sha256, few enough to be read out."""

ROOT_DAYS, LIST_DAYS = 365, 90
"""How long what is signed stays valid, unless the publisher says otherwise."""


@dataclass(frozen=True)
class Publisher:
    """A publisher of models, as its root describes it.

    Attributes
    ----------
    name
        In the publisher's own words: a claim until a person compared the fingerprint.
    fingerprint
        Of the root, `FINGERPRINT_DIGITS` hexadecimal digits.
    keys
        Ids of the keys that the root names.
    expires
        Day from which the root is no longer valid.
    version
        Of the root, from 1 on.
    """

    name: str
    fingerprint: str
    keys: tuple[str, ...]
    expires: date
    version: int

    @property
    def written_fingerprint(self) -> str:
        """The fingerprint as people write it, in groups of four."""
        return written_fingerprint(self.fingerprint)


def written_fingerprint(fingerprint: str) -> str:
    """Write a fingerprint in groups of four digits."""
    return " ".join(fingerprint[i : i + 4] for i in range(0, len(fingerprint), 4))


def plain_fingerprint(written: str) -> str:
    """A fingerprint as it is compared: without the gaps that people write, in small letters."""
    return "".join(written.split()).replace(":", "").lower()


class Standing(StrEnum):
    """How an offered model stands to what is installed."""

    NEW = "new"
    NEWER = "newer"
    INSTALLED = "installed"
    OLDER = "older"
    TAKEN = "taken"
    """Its name belongs to a model that it may not replace."""


@dataclass(frozen=True)
class Offer:
    """A model that a publisher offers.

    Attributes
    ----------
    title
        By language.
    installed
        Version that is in use here; empty for none.
    size
        Bytes of its package.
    """

    name: str
    version: str
    title: dict[str, str]
    size: int
    standing: Standing
    installed: str = ""

    @property
    def can_install(self) -> bool:
        """Whether it would be new here."""
        return self.standing in {Standing.NEW, Standing.NEWER}


@dataclass(frozen=True)
class Offers:
    """What a trusted publisher offers in one folder."""

    publisher: Publisher
    models: tuple[Offer, ...]


@dataclass(frozen=True)
class KeyRing:
    """Keys of all roles: their folder, and what unlocks them."""

    keys: Path
    passphrase: str


@dataclass(frozen=True)
class Publication:
    """How a publisher signs and where to.

    Attributes
    ----------
    keys
        Folder with the keys of the roles.
    publisher
        Who publishes, in words; needed for a new folder only.
    root_days, list_days
        How long the root, and the list of packages, stay valid.
    """

    folder: Path
    keys: Path
    passphrase: str
    publisher: str = ""
    root_days: int = ROOT_DAYS
    list_days: int = LIST_DAYS
