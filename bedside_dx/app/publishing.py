"""Sending models to other hospitals, signed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bedside_dx.core.errors import ModelNotFound
from bedside_dx.models import registry
from bedside_dx.models.package import read_package
from bedside_dx.models.probe import probe

if TYPE_CHECKING:
    from bedside_dx.core.publishers import KeyRing, Publication, Publisher


def make_keys(folder: Path, passphrase: str) -> tuple[Path, ...]:
    """Make a publisher's keys.

    Raises
    ------
    ModelError
        See `bedside_dx.models.signing_keys.make_keys`.
    """
    from bedside_dx.models import signing_keys  # noqa: PLC0415

    return signing_keys.make_keys(folder, passphrase)


def rotate_keys(how: Publication, new: KeyRing) -> Publisher:
    """Replace all keys of a publisher.

    Raises
    ------
    ModelError
        See `bedside_dx.models.publishing.rotate_keys`.
    """
    from bedside_dx.models import publishing  # noqa: PLC0415

    return publishing.rotate_keys(how, new)


def publish(model: str, how: Publication) -> Publisher:
    """Sign a model and put it into a folder for others, once it gave its reference results.

    Parameters
    ----------
    model
        Name of an installed model, or path of a package.

    Raises
    ------
    ModelError
        See `bedside_dx.models.publishing.publish` and `bedside_dx.models.probe.probe`.
    """
    from bedside_dx.models import publishing  # noqa: PLC0415

    path = _path_of(model)
    probe(path, path)
    return publishing.publish(read_package(path), how)


def _path_of(model: str) -> Path:
    try:
        return registry.find(model).path
    except ModelNotFound:
        path = Path(model)
        if not path.exists():
            raise
        return path
