"""Installing a package: tried where it can hurt no one, then put in place in one step."""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from shutil import rmtree
from typing import TYPE_CHECKING

from bedside_dx.core.errors import BedsideDxError, ModelError, ModelNotFound
from bedside_dx.core.origin import Origin, OriginKind
from bedside_dx.models import registry
from bedside_dx.models.durable import flush_folder, flush_tree
from bedside_dx.models.flaw import Flaw
from bedside_dx.models.incoming import bring_in, private_folder
from bedside_dx.models.package import ModelPackage, read_package
from bedside_dx.models.probe import LIMITS, Probed, probe
from bedside_dx.models.shelf import SHELF, Copy, Slot, read_slot, write_slot

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from bedside_dx.isolation.sandbox import Limits


def install(
    package: Path,
    folder: Path | None = None,
    *,
    origin: Origin | None = None,
    name: str = "",
    limits: Limits = LIMITS,
) -> ModelPackage:
    """Install a package, or leave everything as it was.

    The package is copied into a private folder, read, loaded and run there by a worker of
    limited memory and time, and put in place only if it gives its reference results. The
    model that it replaces stays beside it; `roll_back` returns to it.

    Parameters
    ----------
    package
        Folder or zip.
    folder
        Where this person's models lie.
    origin
        Who vouches for it; nobody by default.
    name
        Of the model that was asked for; any by default.

    Raises
    ------
    ModelError
        ``install.not-found``, what `bedside_dx.models.probe.probe` refuses, ``.name-taken``
        or ``.signed-taken`` by a model that it may not replace, ``.other-model`` than the
        one asked for, ``.not-copied``.
    """
    models = folder or registry.user_folder()
    if not package.exists():
        raise ModelError("install.not-found", path=package)
    with _faults_of(package), private_folder(models) as private:
        copy = bring_in(package, private)
        probed = probe(copy, package, limits)
        known = replace(
            origin or Origin(source=package.name),
            installed=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        if name not in {"", probed.name}:
            raise ModelError("install.other-model", path=package, name=probed.name, wanted=name)
        _check_name(probed, known, models, package)
        return put_in_place(copy, probed, known, models)


def put_in_place(copy: Path, probed: Probed, origin: Origin, models: Path) -> ModelPackage:
    """Make a tried copy the model in use; the one before it stays beside it.

    Parameters
    ----------
    copy
        In a private folder on the same disk; it is moved.

    Raises
    ------
    OSError
        Nothing was changed.
    """
    home = models / SHELF / probed.name
    before = _slot(home)
    current = before.current
    if current and current.sha256 == probed.sha256 and _is_sound(home / current.place):
        after = replace(before, current=replace(current, origin=_better(origin, current.origin)))
    else:
        place = f"{uuid.uuid4().hex[:12]}{copy.suffix}"
        flush_tree(copy)
        home.mkdir(parents=True, exist_ok=True)
        copy.rename(home / place)
        flush_folder(home)
        after = Slot(Copy(place, probed.version, probed.sha256, origin), current or before.previous)
    write_slot(home, after)
    _tidy(home, after)
    assert after.current is not None
    return read_package(home / after.current.place, after.current.origin)


def roll_back(name: str, folder: Path | None = None) -> ModelPackage:
    """Return to the model that was used before the one in use.

    What was used last is kept, so that rolling back twice changes nothing. Where nothing was
    installed before, the model that came with the program is used again.

    Raises
    ------
    ModelNotFound
        ``install.no-previous``
    ModelError
        ``model.damaged``: the one before can't be used; ``install.not-copied``.
    """
    models = folder or registry.user_folder()
    home = models / SHELF / name
    with _faults_of(home):
        slot = _slot(home)
        if not _can_return(slot, name):
            raise ModelNotFound("install.no-previous", name=name)
        if slot.previous is not None:
            read_package(home / slot.previous.place)
        write_slot(home, Slot(current=slot.previous, previous=slot.current))
    return registry.find(name)


def has_previous(name: str, folder: Path | None = None) -> bool:
    """Whether `roll_back` has a model to return to."""
    try:
        return _can_return(_slot((folder or registry.user_folder()) / SHELF / name), name)
    except (Flaw, OSError):
        return False


def _can_return(slot: Slot, name: str) -> bool:
    return slot.previous is not None or (slot.current is not None and _bundled(name))


def _slot(home: Path) -> Slot:
    return read_slot(home) or Slot(None, None)


def _bundled(name: str) -> bool:
    return any(
        package.name == name
        and (package.card.origin.kind is OriginKind.BUNDLED or package.card.origin.replaces)
        for package in registry.installed()
    )


def _check_name(probed: Probed, origin: Origin, models: Path, shown: Path) -> None:
    """Refuse a name that belongs to a model which was not installed this way."""
    for other in registry.installed():
        managed = other.path.is_relative_to(models / SHELF)
        if other.name != probed.name or managed or registry.updates_bundled(origin.kind, other):
            continue
        raise ModelError("install.name-taken", path=shown, name=probed.name)
    if origin.kind is OriginKind.SIGNED:
        return
    current = _slot(models / SHELF / probed.name).current
    if current and current.origin.kind is OriginKind.SIGNED and current.sha256 != probed.sha256:
        raise ModelError("install.signed-taken", path=shown, name=probed.name)


def _better(new: Origin, old: Origin) -> Origin:
    """Whose word to keep for the very same package: a signature is not lost by a copy."""
    signed = old.kind is OriginKind.SIGNED and new.kind is OriginKind.UNSIGNED
    return old if signed else new


def _is_sound(path: Path) -> bool:
    try:
        read_package(path)
    except ModelError:
        return False
    return True


def _tidy(home: Path, slot: Slot) -> None:
    """Remove the copies that nothing points at any more."""
    kept = {copy.place for copy in (slot.current, slot.previous) if copy}
    for path in home.iterdir():
        if path.name in kept or path.suffix == ".json":
            continue
        if path.is_dir():
            rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


@contextmanager
def _faults_of(package: Path) -> Generator[None]:
    try:
        yield
    except BedsideDxError:
        raise
    except Flaw as exc:
        raise ModelError(
            "install.damaged", path=package, name=package.stem, detail=str(exc)
        ) from exc
    except OSError as exc:
        detail = exc.strerror or type(exc).__name__
        raise ModelError("install.not-copied", path=package, detail=detail) from exc
