"""What a publisher offers in a folder or on a stick, checked by The Update Framework (TUF).

The workflow is python-tuf's own: root, timestamp, snapshot, targets, each signed, in date and
never older than what was seen before. Importing it takes a while, so only who updates does.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from tuf.api import exceptions

from bedside_dx.core.errors import ModelError
from bedside_dx.core.origin import Origin, OriginKind
from bedside_dx.models import trust
from bedside_dx.models.repository_folder import BASE, RepositoryFolder
from bedside_dx.models.tuf_client import Updater, UpdaterConfig
from bedside_dx.models.tuf_metadata import Metadata, Root, TargetFile, Targets, Timestamp

if TYPE_CHECKING:
    from pathlib import Path

    from bedside_dx.models.trust import PinnedRoot

TARGETS = "targets"
SIGNED_AT = "x-bedside-dx-signed-at"
"""Field of a timestamp: when it was signed, ISO 8601 in UTC."""

CLOCK_TOLERANCE = timedelta(days=1)
"""How far the clocks of two hospitals may differ."""

CONFIG = UpdaterConfig(max_root_rotations=32, max_delegations=0)


@dataclass(frozen=True)
class Target:
    """One signed package of a publisher.

    Attributes
    ----------
    path
        Its name in the publisher's list.
    sha256
        Of the package's list of hashes.
    """

    path: str
    name: str
    version: str
    sha256: str
    title: Mapping[str, str]
    size: int


class UpdateClient:
    """A publisher's folder whose metadata were found right. Made by `open_updates`."""

    def __init__(self, updater: Updater, root: PinnedRoot, folder: Path) -> None:
        self._updater, self._root, self._folder = updater, root, folder
        self._listed = Metadata[Targets].from_file(str(root.folder / "metadata" / "targets.json"))

    @property
    def publisher(self) -> trust.Publisher:
        """Who signed."""
        return self._root.publisher

    @property
    def targets(self) -> tuple[Target, ...]:
        """All packages that the publisher's list describes, by name."""
        found = [_target(path, file) for path, file in self._listed.signed.targets.items()]
        return tuple(sorted((t for t in found if t), key=lambda t: t.name))

    def fetch(self, target: Target, private: Path) -> Path:
        """Copy a package into a private folder and compare it with what was signed.

        Raises
        ------
        ModelError
            ``update.package-differs``, ``.package-missing``.
        OSError
            It can't be written.
        """
        found = self._updater.get_targetinfo(target.path)
        copy = private / "signed.zip"
        try:
            assert found is not None
            self._updater.download_target(found, str(copy), f"{BASE}{TARGETS}")
        except exceptions.DownloadHTTPError as exc:
            raise self._refusal("update.package-missing", name=target.name) from exc
        except (exceptions.RepositoryError, exceptions.DownloadError) as exc:
            raise self._refusal("update.package-differs", name=target.name) from exc
        return copy

    def origin(self) -> Origin:
        """Who vouches for a package of this folder."""
        return Origin(
            OriginKind.SIGNED,
            source=self._folder.name or str(self._folder),
            publisher=self.publisher.name,
            fingerprint=self.publisher.fingerprint,
            keys=tuple(sorted(self._listed.signatures)),
        )

    def _refusal(self, code: str, **values: str) -> ModelError:
        return ModelError(code, path=self._folder, publisher=self.publisher.name, **values)


def open_updates(folder: Path) -> UpdateClient:
    """Read and check what a publisher signed about the packages in a folder.

    Raises
    ------
    ModelError
        ``update.no-repository``: nothing was published there; ``.unknown-root``: by nobody
        trusted here; ``.unknown-key``: something is signed by a key that the publisher does
        not name; ``.tampered``: something is not as it was signed; ``.rolled-back``: it is
        older than what was seen here; ``.expired``; ``.clock``: this machine's clock is
        behind; ``.file-missing``; ``.not-kept``: this machine can't write down what it saw.
    """
    repository = repository_in(folder)
    root = _pinned(repository)
    fetcher = RepositoryFolder(repository)
    _check_clock(root, None)
    kept = root.folder / "metadata"
    with _faults(repository, root, fetcher):
        kept.mkdir(exist_ok=True)
        updater = Updater(
            str(kept), f"{BASE}metadata", fetcher=fetcher, config=CONFIG, bootstrap=root.content
        )
        updater.refresh()
        signed = _signed_at(kept)
        _check_clock(root, signed)
        trust.note_seen(root.folder, max(signed or datetime.now(UTC), datetime.now(UTC)))
    return UpdateClient(updater, root, repository)


def repository_in(folder: Path) -> Path:
    """The publisher's folder: this one, or the only one in it (a person picks the stick).

    Raises
    ------
    ModelError
        ``update.no-repository``
    """
    if (folder / trust.METADATA).is_dir():
        return folder
    try:
        inside = [path for path in folder.iterdir() if (path / trust.METADATA).is_dir()]
    except OSError:
        inside = []
    if len(inside) != 1:
        raise ModelError("update.no-repository", path=folder)
    return inside[0]


def _pinned(repository: Path) -> PinnedRoot:
    """The trusted root that the folder holds, byte for byte."""
    roots = trust.trusted()
    for root in roots:
        path = repository / trust.METADATA / f"{root.publisher.version}.root.json"
        try:
            with path.open("rb") as file:
                found = file.read(len(root.content) + 1)
        except OSError:
            continue
        if found == root.content:
            return root
    content, publisher = trust.read_root(repository)
    del content
    raise ModelError(
        "update.unknown-root",
        path=repository,
        publisher=publisher.name,
        fingerprint=publisher.written_fingerprint,
    )


def _check_clock(root: PinnedRoot, signed: datetime | None) -> None:
    """Refuse where this machine's clock is behind: expiry would mean nothing."""
    seen = [moment for moment in (trust.newest_seen(root.folder), signed) if moment]
    if seen and datetime.now(UTC) < max(seen) - CLOCK_TOLERANCE:
        raise ModelError(
            "update.clock",
            now=datetime.now(UTC).date().isoformat(),
            seen=max(seen).date().isoformat(),
        )


def _signed_at(kept: Path) -> datetime | None:
    timestamp = Metadata[Timestamp].from_file(str(kept / "timestamp.json")).signed
    try:
        moment = datetime.fromisoformat(str(timestamp.unrecognized_fields[SIGNED_AT]))
    except (KeyError, ValueError):
        return None
    return moment if moment.tzinfo else None


@contextmanager
def _faults(repository: Path, root: PinnedRoot, fetcher: RepositoryFolder) -> Generator[None]:
    """Turn whatever the client found into the one sentence that a person needs."""

    def refusal(code: str) -> ModelError:
        name = fetcher.last.rpartition("/")[2]
        return ModelError(code, path=repository, publisher=root.publisher.name, part=name)

    try:
        yield
    except exceptions.ExpiredMetadataError as exc:
        raise refusal("update.expired") from exc
    except exceptions.UnsignedMetadataError as exc:
        known = _signed_by_known_key(fetcher, root)
        raise refusal("update.tampered" if known else "update.unknown-key") from exc
    except exceptions.BadVersionNumberError as exc:
        is_root = fetcher.last.endswith("root.json")
        raise refusal("update.tampered" if is_root else "update.rolled-back") from exc
    except exceptions.DownloadHTTPError as exc:
        raise refusal("update.file-missing") from exc
    except (exceptions.RepositoryError, exceptions.DownloadError, ValueError) as exc:
        raise refusal("update.tampered") from exc
    except OSError as exc:
        raise ModelError("update.not-kept", detail=exc.strerror or type(exc).__name__) from exc


def _signed_by_known_key(fetcher: RepositoryFolder, root: PinnedRoot) -> bool:
    """Whether a file whose signatures do not hold claims to be signed by the right keys."""
    role = fetcher.last.rpartition("/")[2].removesuffix(".json").rpartition(".")[2]
    try:
        newest = (root.folder / "metadata" / "root.json").read_bytes()
        wanted = Metadata[Root].from_bytes(newest).signed.roles[role].keyids
        claimed = Metadata[Any].from_bytes(fetcher.path(fetcher.last).read_bytes()).signatures
    except (OSError, KeyError, exceptions.RepositoryError, exceptions.DownloadError):
        return True
    return any(key in wanted for key in claimed)


def _target(path: str, file: TargetFile) -> Target | None:
    """What a publisher says of one package; None for files that are no packages of ours."""
    said = cast("object", file.custom)
    if not isinstance(said, Mapping):
        return None
    fields = cast("Mapping[str, object]", said)
    titles = fields.get("title")
    if not all(isinstance(fields.get(key), str) for key in ("name", "version", "sha256")):
        return None
    name, known = str(fields["name"])[:64], cast("Mapping[str, object]", titles)
    title = {k: str(v)[:200] for k, v in known.items()} if isinstance(titles, Mapping) else {}
    version, sha256 = str(fields["version"])[:40], str(fields["sha256"])
    return Target(path, name, version, sha256, {"en": name, **title}, file.length)
