"""Where a model came from, and who answers for it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum


class OriginKind(StrEnum):
    """Who answers for a model's files."""

    BUNDLED = "bundled"
    """It came with the program."""
    SIGNED = "signed"
    """A publisher that a person here trusts signed it."""
    UNSIGNED = "unsigned"
    """Nobody: someone put it there."""


@dataclass(frozen=True)
class Origin:
    """Where a model came from.

    Attributes
    ----------
    source
        Name of the file or folder that it was installed from; empty where it was not.
    installed
        When, ISO 8601 in UTC; empty where it was not.
    publisher
        Who signed it, as the publisher's own root says; empty for unsigned ones.
    fingerprint
        Of the publisher's root that a person trusted, 32 hexadecimal digits.
    keys
        Ids of the keys that signed the list in which the package stood.
    replaces
        Version of the bundled model of the same name that it is used in place of.
    """

    kind: OriginKind = OriginKind.UNSIGNED
    source: str = ""
    installed: str = ""
    publisher: str = ""
    fingerprint: str = ""
    keys: tuple[str, ...] = ()
    replaces: str = ""

    def document(self) -> dict[str, object]:
        """The origin as plain values."""
        return {**asdict(self), "kind": self.kind.value, "keys": list(self.keys)}


UNSIGNED = Origin()
BUNDLED = Origin(OriginKind.BUNDLED)
