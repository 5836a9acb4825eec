"""What is installed: the bundled packages, this person's and the site's."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from bedside_dx.core.errors import ModelError, ModelNotFound, Phrase
from bedside_dx.models.package import MANIFEST, ModelPackage, read_package

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
    site's): nothing replaces a model unnoticed.
    """
    packages: dict[str, ModelPackage] = {}
    problems: list[ModelError] = []
    for path in _places():
        try:
            package = read_package(path)
        except ModelError as error:
            problems.append(error)
            continue
        if package.name in packages:
            detail = Phrase("another installed package has the same name")
            problems.append(
                ModelError("model.damaged", path=path, name=package.name, detail=detail)
            )
        else:
            packages[package.name] = package
    return Inventory(tuple(packages[name] for name in sorted(packages)), tuple(problems))


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


def _places() -> Iterator[Path]:
    site = os.environ.get(SITE_FOLDERS, "")
    for folder in (BUNDLED, user_folder(), *map(Path, filter(None, site.split(os.pathsep)))):
        if folder.is_dir():
            yield from sorted(path for path in folder.iterdir() if _is_package(path))


def _is_package(path: Path) -> bool:
    return path.suffix.lower() == ".zip" or (path / MANIFEST).is_file()
