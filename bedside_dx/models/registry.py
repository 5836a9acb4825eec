"""What is installed: the bundled packages, this person's and the site's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import platformdirs

from bedside_dx.core import origin
from bedside_dx.core.errors import ModelError, ModelNotFound, Phrase
from bedside_dx.core.origin import Origin, OriginKind
from bedside_dx.models.flaw import Flaw
from bedside_dx.models.package import MANIFEST, ModelPackage, read_package
from bedside_dx.models.shelf import read_slot, slots
from bedside_dx.models.versions import is_newer

BUNDLED = Path(__file__).parent / "bundled"
SITE_FOLDERS = "BEDSIDE_DX_MODELS"
"""Environment variable: folders of packages, separated like those of PATH."""


@dataclass(frozen=True)
class Inventory:
    """Packages that can be used, and what is wrong with the others."""

    packages: tuple[ModelPackage, ...]
    problems: tuple[ModelError, ...]


def user_folder() -> Path:
    """Where this person's own packages lie; it need not exist."""
    return platformdirs.user_data_path("bedside-dx", appauthor=False) / "models"


def take_stock() -> Inventory:
    """Read every package there is.

    A name belongs to the first package that has it (bundled, then this person's, then the
    site's): nothing replaces a model unnoticed. A signed package of a newer version is used
    in place of the bundled one, and its origin says so.
    """
    packages: dict[str, ModelPackage] = {}
    problems: list[ModelError] = []
    for place in _places():
        try:
            package = read_package(place.path, place.origin)
        except ModelError as error:
            problems.append(error)
            continue
        first = packages.get(package.name)
        if first is None:
            packages[package.name] = package
        elif updates_bundled(package.card.origin.kind, first):
            if is_newer(package.card.version, first.card.version):
                packages[package.name] = _in_place_of(first, package)
        else:
            detail = Phrase("another installed package has the same name")
            problems.append(
                ModelError("model.damaged", path=place.path, name=package.name, detail=detail)
            )
    problems += _damaged_slots()
    return Inventory(tuple(packages[name] for name in sorted(packages)), tuple(problems))


def updates_bundled(kind: OriginKind, other: ModelPackage) -> bool:
    """Whether a package of that origin may be used in place of another of its name."""
    return kind is OriginKind.SIGNED and other.card.origin.kind is OriginKind.BUNDLED


def installed() -> tuple[ModelPackage, ...]:
    """All packages that can be used, by name."""
    return take_stock().packages


def find(name: str) -> ModelPackage:
    """One installed package.

    Raises
    ------
    ModelError
        ``model.damaged``: it is installed and can't be used.
    ModelNotFound
        ``model.not-found``, with the installed ones named.
    """
    stock = take_stock()
    for package in stock.packages:
        if package.name == name:
            return package
    for problem in stock.problems:
        if problem.values["name"] == name:
            raise problem
    names = ", ".join(package.name for package in stock.packages) or "–"
    raise ModelNotFound("model.not-found", name=name, installed=names)


@dataclass(frozen=True)
class _Place:
    path: Path
    origin: Origin


def _places() -> Iterator[_Place]:
    yield from (_Place(path, origin.BUNDLED) for path in _packages(BUNDLED))
    yield from (_Place(path, origin.UNSIGNED) for path in _packages(user_folder()))
    yield from _installed_places()
    site = os.environ.get(SITE_FOLDERS, "")
    for folder in map(Path, filter(None, site.split(os.pathsep))):
        yield from (_Place(path, origin.UNSIGNED) for path in _packages(folder))


def _installed_places() -> Iterator[_Place]:
    for folder in slots(user_folder()):
        try:
            slot = read_slot(folder)
        except (Flaw, OSError):
            continue
        if slot and slot.current:
            yield _Place(folder / slot.current.place, slot.current.origin)


def _damaged_slots() -> Iterator[ModelError]:
    for folder in slots(user_folder()):
        try:
            read_slot(folder)
        except (Flaw, OSError) as exc:
            yield ModelError("model.damaged", path=folder, name=folder.name, detail=str(exc))


def _in_place_of(bundled: ModelPackage, package: ModelPackage) -> ModelPackage:
    known = replace(package.card.origin, replaces=bundled.card.version)
    return replace(package, card=replace(package.card, origin=known))


def _packages(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if _is_package(path))


def _is_package(path: Path) -> bool:
    return path.suffix.lower() == ".zip" or (path / MANIFEST).is_file()
