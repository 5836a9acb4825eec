"""Which publishers of models are trusted on this machine: their root, pinned by a person.

Nothing is trusted from the start. A root is a signed file that names a publisher's keys; a
person compares its fingerprint with the one the publisher gave by another way, once.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import platformdirs
from tuf.api.exceptions import RepositoryError

from bedside_dx.core.errors import ModelError
from bedside_dx.core.publishers import FINGERPRINT_DIGITS, Publisher, plain_fingerprint
from bedside_dx.models.durable import replace_file
from bedside_dx.models.tuf_metadata import Metadata, Root

PUBLISHER_FIELD = "x-bedside-dx-publisher"
"""Field of a root that says who publishes, in words."""

METADATA = "metadata"
"""Folder of a repository that holds what is signed about the packages."""

PINNED, SEEN = "pinned.root.json", "seen.json"
_LARGEST_ROOT = 2**19


@dataclass(frozen=True)
class PinnedRoot:
    """A publisher's root that a person trusts.

    Attributes
    ----------
    content
        The root as it was pinned.
    folder
        Where this machine keeps what it saw of that publisher.
    """

    publisher: Publisher
    content: bytes
    folder: Path


def trust_folder() -> Path:
    """Where this person's trusted roots lie; it need not exist."""
    return platformdirs.user_data_path("bedside-dx", appauthor=False) / "trust"


def read_root(path: Path) -> tuple[bytes, Publisher]:
    """Read a publisher's root without trusting it.

    Parameters
    ----------
    path
        The root itself, or the folder with the publisher's packages.

    Raises
    ------
    ModelError
        ``trust.no-root``: there is none, or it is not signed by the keys it names.
    """
    file = newest_root(path) if path.is_dir() else path
    try:
        if file is None:
            raise FileNotFoundError(path)
        with file.open("rb") as opened:
            content = opened.read(_LARGEST_ROOT)
        return content, described(content)
    except (OSError, RepositoryError, ValueError) as exc:
        raise ModelError("trust.no-root", path=path) from exc


def described(content: bytes) -> Publisher:
    """What a root says about its publisher.

    Raises
    ------
    RepositoryError, ValueError
        It is no root, or not signed by the keys it names.
    """
    metadata = Metadata[Root].from_bytes(content)
    root = metadata.signed
    if root.type != Root.type:
        raise ValueError(root.type)
    root.verify_delegate(Root.type, metadata.signed_bytes, metadata.signatures)
    return Publisher(
        name=str(root.unrecognized_fields.get(PUBLISHER_FIELD, ""))[:80],
        fingerprint=hashlib.sha256(content).hexdigest()[:FINGERPRINT_DIGITS],
        keys=tuple(sorted(root.keys)),
        expires=root.expires.date(),
        version=root.version,
    )


def newest_root(repository: Path) -> Path | None:
    """The newest root in a folder of packages."""
    found: dict[int, Path] = {}
    for path in (repository / METADATA).glob("*.root.json"):
        number = path.name.partition(".")[0]
        if number.isdecimal():
            found[int(number)] = path
    return found[max(found)] if found else None


def add(content: bytes) -> Publisher:
    """Trust a root from now on. Trusting it again changes nothing.

    Raises
    ------
    ModelError
        ``trust.expired``, ``trust.not-written``.
    """
    publisher = described(content)
    if publisher.expires <= datetime.now(UTC).date():
        raise ModelError("trust.expired", date=publisher.expires.isoformat())
    folder = trust_folder() / publisher.fingerprint
    try:
        folder.mkdir(parents=True, exist_ok=True)
        replace_file(folder / PINNED, content)
    except OSError as exc:
        raise ModelError("trust.not-written", detail=exc.strerror or "") from exc
    return publisher


def remove(fingerprint: str) -> Publisher:
    """Trust a root no longer; what was seen of its publisher is forgotten.

    Raises
    ------
    ModelError
        ``trust.unknown``: no trusted root has a fingerprint that begins so.
    """
    wanted = plain_fingerprint(fingerprint)
    matching = (
        [r for r in trusted() if r.publisher.fingerprint.startswith(wanted)] if wanted else []
    )
    if len(matching) != 1:
        raise ModelError("trust.unknown", fingerprint=fingerprint)
    shutil.rmtree(matching[0].folder)
    return matching[0].publisher


def trusted() -> tuple[PinnedRoot, ...]:
    """All roots that are trusted here; a damaged one is not."""
    found: list[PinnedRoot] = []
    for path in sorted(trust_folder().glob(f"*/{PINNED}")):
        try:
            content = path.read_bytes()
            publisher = described(content)
        except (OSError, RepositoryError, ValueError):
            continue
        if publisher.fingerprint == path.parent.name:
            found.append(PinnedRoot(publisher, content, path.parent))
    return tuple(found)


def newest_seen(folder: Path) -> datetime | None:
    """The latest moment that this machine or the publisher vouched for, in UTC."""
    try:
        said = cast("dict[str, str]", json.loads((folder / SEEN).read_text("utf-8")))
        return datetime.fromisoformat(said["moment"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def note_seen(folder: Path, moment: datetime) -> None:
    """Remember a moment that the clock must not fall behind.

    Raises
    ------
    OSError
    """
    before = newest_seen(folder)
    if before is None or moment > before:
        replace_file(folder / SEEN, json.dumps({"moment": moment.isoformat()}).encode())
