"""Models that come from elsewhere: installed, updated from a stick, rolled back, trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bedside_dx.core.errors import ModelError
from bedside_dx.core.origin import OriginKind
from bedside_dx.core.publishers import Offer, Offers, Publisher, Standing, plain_fingerprint
from bedside_dx.models import installing, registry, removing
from bedside_dx.models.incoming import private_folder
from bedside_dx.models.shelf import SHELF
from bedside_dx.models.versions import is_newer

if TYPE_CHECKING:
    from pathlib import Path

    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.models.package import ModelPackage
    from bedside_dx.models.update_client import Target

# The TUF library takes a second to import: only who looks at a publisher's folder pays.


def install_package(path: Path) -> ModelCard:
    """Install a package that nobody vouches for; it is marked so wherever it is used.

    Raises
    ------
    ModelError
        See `bedside_dx.models.installing.install`. What was installed before stays.
    """
    return installing.install(path).card


def roll_back(name: str) -> ModelCard:
    """Return to the model that was used before the installed one.

    Raises
    ------
    ModelError
        See `bedside_dx.models.installing.roll_back`.
    """
    return installing.roll_back(name).card


def can_roll_back(name: str) -> bool:
    """Whether there is a model to return to from the installed one."""
    return installing.has_previous(name)


def remove_model(name: str) -> ModelCard | None:
    """Remove a model from this person's folder.

    Returns
    -------
    Card of the model that is used under that name instead; None for none.

    Raises
    ------
    ModelError
        See `bedside_dx.models.removing.remove`.
    """
    left = removing.remove(name)
    return left.card if left else None


def look_at_updates(folder: Path) -> Offers:
    """What a trusted publisher offers in a folder or on a stick.

    Raises
    ------
    ModelError
        See `bedside_dx.models.update_client.open_updates`.
    """
    from bedside_dx.models.update_client import open_updates  # noqa: PLC0415

    client = open_updates(folder)
    known = {package.name: package for package in registry.installed()}
    models = tuple(_offer(target, known.get(target.name)) for target in client.targets)
    return Offers(client.publisher, models)


def update(folder: Path, name: str) -> ModelCard:
    """Install one model of a trusted publisher's folder. Until it is whole the old one stays.

    Raises
    ------
    ModelError
        As `look_at_updates`; ``update.not-offered``, ``update.not-newer``,
        ``update.package-differs``, ``update.package-missing``; and what
        `bedside_dx.models.installing.install` refuses.
    """
    from bedside_dx.models.update_client import open_updates  # noqa: PLC0415

    client = open_updates(folder)
    target = next((t for t in client.targets if t.name == name), None)
    if target is None:
        offered = ", ".join(t.name for t in client.targets) or "–"
        raise ModelError("update.not-offered", path=folder, name=name, offered=offered)
    known = {package.name: package for package in registry.installed()}
    offer = _offer(target, known.get(name))
    if offer.standing in {Standing.INSTALLED, Standing.OLDER}:
        raise ModelError(
            "update.not-newer", name=name, version=target.version, installed=offer.installed
        )
    with private_folder(registry.user_folder()) as private:
        copy = client.fetch(target, private)
        return installing.install(copy, origin=client.origin(), name=name).card


def publisher_of(path: Path) -> Publisher:
    """Who published: what a root, or the root in a folder of packages, says of itself.

    Raises
    ------
    ModelError
        ``update.no-repository``, ``trust.no-root``.
    """
    return _root_at(path)[1]


def trust_publisher(path: Path, fingerprint: str) -> Publisher:
    """Trust a publisher whose fingerprint a person got by another way.

    Parameters
    ----------
    path
        The root, or the folder of packages that holds it.
    fingerprint
        All of it, or a sha256 of the file; gaps and capitals do not matter.

    Raises
    ------
    ModelError
        ``trust.other-fingerprint``; as `publisher_of` and `bedside_dx.models.trust.add`.
    """
    from bedside_dx.models import trust  # noqa: PLC0415

    content, publisher = _root_at(path)
    if not plain_fingerprint(fingerprint).startswith(publisher.fingerprint):
        raise ModelError("trust.other-fingerprint", path=path, found=publisher.written_fingerprint)
    return trust.add(content)


def trusted_publishers() -> tuple[Publisher, ...]:
    """Publishers whose models are taken here."""
    from bedside_dx.models import trust  # noqa: PLC0415

    return tuple(root.publisher for root in trust.trusted())


def distrust(fingerprint: str) -> Publisher:
    """Take no models of a publisher any more; those that are installed stay.

    Raises
    ------
    ModelError
        ``trust.unknown``
    """
    from bedside_dx.models import trust  # noqa: PLC0415

    return trust.remove(fingerprint)


def _root_at(path: Path) -> tuple[bytes, Publisher]:
    from bedside_dx.models import trust, update_client  # noqa: PLC0415

    return trust.read_root(update_client.repository_in(path) if path.is_dir() else path)


def _offer(target: Target, installed: ModelPackage | None) -> Offer:
    return Offer(
        name=target.name,
        version=target.version,
        title=dict(target.title),
        size=target.size,
        standing=_standing(target, installed),
        installed=installed.card.version if installed else "",
    )


def _standing(target: Target, installed: ModelPackage | None) -> Standing:
    if installed is None:
        return Standing.NEW
    if target.sha256 == installed.sums_sha256:
        is_signed = installed.card.origin.kind is not OriginKind.UNSIGNED
        return Standing.INSTALLED if is_signed or not _is_ours(installed) else Standing.NEWER
    if not (_is_ours(installed) or registry.updates_bundled(OriginKind.SIGNED, installed)):
        return Standing.TAKEN
    if is_newer(target.version, installed.card.version):
        return Standing.NEWER
    return Standing.OLDER


def _is_ours(installed: ModelPackage) -> bool:
    return installed.path.is_relative_to(registry.user_folder() / SHELF)
