"""Which networks for volumes are installed: the bundled ones, then this person's."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from bedside_dx.core import origin
from bedside_dx.core.errors import ModelError, ModelNotFound
from bedside_dx.models import registry
from bedside_dx.models.importers.isolated import isolated
from bedside_dx.models.package import MANIFEST
from bedside_dx.models.volumes.package import VolumePackage, read_volume_package

if TYPE_CHECKING:
    from bedside_dx.core.cancel import Cancel

BUNDLED = Path(__file__).parent / "bundled"


def user_folder() -> Path:
    """Where this person's own lie; it need not exist."""
    return registry.user_folder().parent / "volumes"


def volume_names() -> tuple[str, ...]:
    """Names of what is there, whether it can be used or not; no file is read."""
    return tuple(sorted({path.name for path, _ in _places()}))


def volume_packages() -> tuple[VolumePackage, ...]:
    """All that can be used, by name."""
    found: list[VolumePackage] = []
    for path, whence in _places():
        try:
            found.append(read_volume_package(path, whence))
        except ModelError:
            continue  # said when it is asked for by name
    return tuple(sorted(found, key=lambda package: package.card.name))


def find_volume_package(name: str) -> VolumePackage:
    """One of them.

    Raises
    ------
    ModelError
        ``model.damaged``.
    ModelNotFound
        ``model.not-found``.
    """
    for path, whence in _places():
        if path.name == name:
            return read_volume_package(path, whence)
    raise ModelNotFound("model.not-found", name=name, installed=", ".join(volume_names()) or "–")


def install_volume_package(folder: Path, cancel: Cancel | None = None) -> VolumePackage:
    """Put a finished package in place, after a process of its own has run its reference volume.

    Raises
    ------
    ModelError
        ``exchange.name-taken``; or as `models.volumes.trying.look` and `isolated`.
    CancelledByUser
    """
    package = read_volume_package(folder)
    name = package.card.name
    isolated("volumes.trying:look", cancel, path=str(folder))
    if name in volume_names() or any(p.name == name for p in registry.installed()):
        raise ModelError("exchange.name-taken", name=name)
    place = user_folder() / name
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh = place.with_name(f".{name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(folder, fresh)
    fresh.rename(place)
    return read_volume_package(place)


def _places() -> list[tuple[Path, origin.Origin]]:
    return [
        (path, whence)
        for folder, whence in ((BUNDLED, origin.BUNDLED), (user_folder(), origin.UNSIGNED))
        if folder.is_dir()
        for path in sorted(folder.iterdir())
        if (path / MANIFEST).is_file() and not path.name.startswith(".")
    ]
