"""Publishing models to other hospitals: a folder that The Update Framework (TUF) can check.

Everything that changes is written under new names; the timestamp comes last and in one step,
so a copy of the folder that was cut short is refused, never half believed.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar, cast

from tuf.api.exceptions import RepositoryError

from bedside_dx.core.errors import ModelError
from bedside_dx.models import trust
from bedside_dx.models.durable import replace_file
from bedside_dx.models.package import SUMS
from bedside_dx.models.signing_keys import ROLES, has_key, read_key
from bedside_dx.models.tuf_metadata import (
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)
from bedside_dx.models.update_client import SIGNED_AT, TARGETS
from bedside_dx.models.versions import is_newer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bedside_dx.core.publishers import KeyRing, Publication, Publisher
    from bedside_dx.models.package import ModelPackage
    from bedside_dx.models.signing_keys import CryptoSigner

Signed = TypeVar("Signed", Targets, Snapshot, Timestamp)

RENEW_DAYS = 60
"""A root that ends sooner than this is renewed when its key is at hand."""

_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Lists:
    """What is signed about the packages of a folder, below its root."""

    targets: Metadata[Targets]
    snapshot: Metadata[Snapshot]
    timestamp: Metadata[Timestamp]


def publish(package: ModelPackage, how: Publication) -> Publisher:
    """Sign a package and put it into the publisher's folder; earlier versions of it go.

    Parameters
    ----------
    package
        One that gave its reference results.

    Returns
    -------
    The publisher, with the fingerprint to give to those who shall trust it.

    Raises
    ------
    ModelError
        ``publish.no-name``, ``.damaged``, ``.other-keys``, ``.not-newer``, ``.expired``,
        ``.not-written``, and what `bedside_dx.models.signing_keys.read_key` refuses.
    """
    signers = {
        role: read_key(how.keys, role, how.passphrase)
        for role in ROLES
        if role != Root.type or has_key(how.keys, role)
    }
    with _faults(how.folder):
        root = _current_root(how, signers)
        lists = _load_lists(how.folder, root)
        _check_version(package, lists.targets.signed, how.folder)
        gone = _enlist(package, lists.targets.signed, how.folder)
        _sign_lists(lists, signers, how)
        for path in gone:
            path.unlink(missing_ok=True)
        return _publisher(how.folder)


def rotate_keys(how: Publication, new: KeyRing) -> Publisher:
    """Replace all keys of a publisher: those who trusted the old root follow to the new one.

    The next root is signed by the old root key and the new one, and everything else by new keys
    alone. A rotation that was cut short goes on where it stopped.

    Parameters
    ----------
    how
        Its `keys` need to hold the old root key, no other.

    Raises
    ------
    ModelError
        ``publish.nothing-there``, ``.same-keys``, ``.damaged``, ``.other-keys``,
        ``.not-written``, and what `bedside_dx.models.signing_keys.read_key` refuses.
    """
    signers = {role: read_key(new.keys, role, new.passphrase) for role in ROLES}
    with _faults(how.folder):
        roots = _roots(how.folder)
        if not roots:
            raise ModelError("publish.nothing-there", path=how.folder)
        if _names_all(roots[0], signers):
            lists = _load_lists(how.folder, *roots)
            if _is_signed_by(roots[0], lists.timestamp):
                raise ModelError("publish.same-keys", path=new.keys)
        else:
            lists = _load_lists(how.folder, roots[0])
            _write_next_root(roots[0], signers["root"], signers, how)
        _sign_lists(lists, signers, how)
        return _publisher(how.folder)


def _roots(folder: Path) -> list[Root]:
    """The newest root and the one before it, each as its own keys signed it."""
    newest = trust.newest_root(folder)
    if newest is None:
        return []
    number = int(newest.name.partition(".")[0])
    paths = [newest, newest.with_name(f"{number - 1}.root.json")]
    found = [Metadata[Root].from_file(str(path)) for path in paths if path.is_file()]
    for metadata in found:
        root = metadata.signed
        root.verify_delegate(Root.type, metadata.signed_bytes, metadata.signatures)
    return [metadata.signed for metadata in found]


def _names_all(root: Root, signers: dict[str, CryptoSigner]) -> bool:
    return all(s.public_key.keyid in root.roles[role].keyids for role, s in signers.items())


def _write_next_root(
    root: Root, new_key: CryptoSigner, signers: dict[str, CryptoSigner], how: Publication
) -> None:
    """Write a root that names new keys only, signed by the old root key and the new one."""
    old_key = read_key(how.keys, Root.type, how.passphrase)
    if old_key.public_key.keyid not in root.roles[Root.type].keyids:
        raise ModelError("publish.other-keys", path=how.folder)
    for role, signer in signers.items():
        for keyid in list(root.roles[role].keyids):
            root.revoke_key(keyid, role)
        root.add_key(signer.public_key, role)
    _sign_root(root, (old_key, new_key), how)


def _publisher(folder: Path) -> Publisher:
    newest = trust.newest_root(folder)
    assert newest is not None
    return trust.described(newest.read_bytes())


def _current_root(how: Publication, signers: dict[str, CryptoSigner]) -> Root:
    """The folder's root; made for a new folder, renewed where it ends soon."""
    path = trust.newest_root(how.folder)
    if path is None:
        if not how.publisher.strip():
            raise ModelError("publish.no-name", path=how.folder)
        root = Root(consistent_snapshot=True)
        root.unrecognized_fields[trust.PUBLISHER_FIELD] = how.publisher.strip()
        root.version = 0
        for role in ROLES:
            signer = signers.get(role) or read_key(how.keys, role, how.passphrase)
            root.add_key(signer.public_key, role)
        _sign_root(root, (signers["root"],), how)
        return root
    metadata = Metadata[Root].from_file(str(path))
    root = metadata.signed
    root.verify_delegate(Root.type, metadata.signed_bytes, metadata.signatures)
    for role, signer in signers.items():
        if signer.public_key.keyid not in root.roles[role].keyids:
            raise ModelError("publish.other-keys", path=how.folder)
    if root.expires < _now() + timedelta(days=RENEW_DAYS) and "root" in signers:
        _sign_root(root, (signers["root"],), how)
    elif root.is_expired():
        raise ModelError("publish.expired", path=how.folder)
    return root


def _sign_root(root: Root, signers: tuple[CryptoSigner, ...], how: Publication) -> None:
    root.version += 1
    root.expires = _now() + timedelta(days=how.root_days)
    metadata = Metadata(root)
    for signer in signers:
        metadata.sign(signer, append=True)
    _write(how.folder, f"{root.version}.root.json", metadata.to_bytes())


def _load_lists(folder: Path, *roots: Root) -> Lists:
    """Read the newest of each list, as keys of one of the roots signed it; new where none is."""
    return Lists(
        _load(folder, Targets, roots) or Metadata(Targets()),
        _load(folder, Snapshot, roots) or Metadata(Snapshot()),
        _load(folder, Timestamp, roots) or Metadata(Timestamp()),
    )


def _load(folder: Path, kind: type[Signed], roots: Sequence[Root]) -> Metadata[Signed] | None:
    paths = list((folder / trust.METADATA).glob(f"*{kind.type}.json"))
    if not paths:
        return None
    newest = max(paths, key=lambda path: int(path.name.partition(".")[0].replace(kind.type, "0")))
    metadata = cast("Metadata[Signed]", Metadata[Any].from_file(str(newest)))
    if not any(_is_signed_by(root, metadata) for root in roots):
        raise RepositoryError(newest.name)
    return metadata


def _is_signed_by(root: Root, metadata: Metadata[Any]) -> bool:
    try:
        root.verify_delegate(metadata.signed.type, metadata.signed_bytes, metadata.signatures)
    except RepositoryError:
        return False
    return True


def _sign_lists(lists: Lists, signers: dict[str, CryptoSigner], how: Publication) -> None:
    """Sign the next version of every list, the timestamp last; earlier versions go."""
    targets, snapshot, timestamp = lists.targets, lists.snapshot, lists.timestamp
    written = _sign(targets, signers, how)
    snapshot.signed.meta["targets.json"] = _described(targets.signed.version, written)
    written = _sign(snapshot, signers, how)
    timestamp.signed.snapshot_meta = _described(snapshot.signed.version, written)
    timestamp.signed.unrecognized_fields[SIGNED_AT] = _now().isoformat()
    _sign(timestamp, signers, how)
    for path in _earlier_lists(how.folder, targets.signed, snapshot.signed):
        path.unlink(missing_ok=True)


def _check_version(package: ModelPackage, targets: Targets, folder: Path) -> None:
    for file in targets.targets.values():
        custom = cast("dict[str, str]", file.custom or {})
        if custom.get("name") != package.name or custom.get("sha256") == package.sums_sha256:
            continue
        if not is_newer(package.card.version, str(custom.get("version"))):
            raise ModelError(
                "publish.not-newer",
                path=folder,
                name=package.name,
                version=package.card.version,
                published=str(custom.get("version")),
            )


def _enlist(package: ModelPackage, targets: Targets, folder: Path) -> list[Path]:
    """Write the package and list it; returns the files of its earlier versions."""
    name = f"{package.name}.zip"
    content = _zip(package)
    file = TargetFile.from_data(name, content, ["sha256"])
    file.unrecognized_fields["custom"] = {
        "name": package.name,
        "version": package.card.version,
        "sha256": package.sums_sha256,
        "title": dict(package.card.title),
    }
    place = f"{file.hashes['sha256']}.{name}"
    (folder / TARGETS).mkdir(parents=True, exist_ok=True)
    replace_file(folder / TARGETS / place, content)
    targets.targets[name] = file
    # A name may hold dots, so "*.b.zip" finds files of "a.b.zip" too: those are longer.
    earlier = (folder / TARGETS).glob(f"*.{name}")
    return [path for path in earlier if path.name != place and len(path.name) == len(place)]


def _earlier_lists(folder: Path, *current: Targets | Snapshot) -> list[Path]:
    return [
        path
        for signed in current
        for path in (folder / trust.METADATA).glob(f"*.{signed.type}.json")
        if path.name != f"{signed.version}.{signed.type}.json"
    ]


def _zip(package: ModelPackage) -> bytes:
    """The package as a zip that depends on its content alone."""
    names = sorted(package.hashes)
    sums = "".join(f"{package.hashes[name]}  {name}\n" for name in names)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), package.content(name), compresslevel=6)
        archive.writestr(zipfile.ZipInfo(SUMS, _EPOCH), sums)
    return buffer.getvalue()


def _sign(metadata: Metadata[Signed], signers: dict[str, CryptoSigner], how: Publication) -> bytes:
    """Sign the next version of a role and write it."""
    signed = metadata.signed
    is_new = not metadata.signatures
    signed.version = 1 if is_new else signed.version + 1
    signed.expires = _now() + timedelta(days=how.list_days)
    metadata.sign(signers[signed.type])
    content = metadata.to_bytes()
    prefix = "" if isinstance(signed, Timestamp) else f"{signed.version}."
    _write(how.folder, f"{prefix}{signed.type}.json", content)
    return content


def _described(version: int, content: bytes) -> MetaFile:
    return MetaFile.from_data(version, content, ["sha256"])


def _write(folder: Path, name: str, content: bytes) -> None:
    (folder / trust.METADATA).mkdir(parents=True, exist_ok=True)
    replace_file(folder / trust.METADATA / name, content)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@contextmanager
def _faults(folder: Path) -> Generator[None]:
    try:
        yield
    except (RepositoryError, ValueError, KeyError) as exc:
        raise ModelError("publish.damaged", path=folder) from exc
    except OSError as exc:
        detail = exc.strerror or type(exc).__name__
        raise ModelError("publish.not-written", path=folder, detail=detail) from exc
