"""Taking a model away again: a person's own, never what came with the program or is the site's."""

from __future__ import annotations

from shutil import rmtree
from typing import TYPE_CHECKING

from bedside_dx.core.errors import ModelError, ModelNotFound
from bedside_dx.core.origin import OriginKind
from bedside_dx.models import registry
from bedside_dx.models.shelf import POINTER, SHELF, slots

if TYPE_CHECKING:
    from pathlib import Path

    from bedside_dx.models.package import ModelPackage


def remove(name: str, folder: Path | None = None) -> ModelPackage | None:
    """Remove a model from this person's folder, with the copy kept for going back.

    Parameters
    ----------
    folder
        Where this person's models lie; nothing outside it is touched.

    Returns
    -------
    The model that is used under that name instead, such as the program's own; None for none.

    Raises
    ------
    ModelError
        ``remove.bundled``, ``remove.elsewhere`` (the site's), ``remove.not-removed``.
    ModelNotFound
        ``model.not-found``
    """
    models = folder or registry.user_folder()
    stock = registry.take_stock()
    shelved = next((home for home in slots(models) if home.name == name), None)
    try:
        if shelved is not None:
            # Without its pointer nothing is installed there: the model goes at once, whole.
            (shelved / POINTER).unlink()
            rmtree(shelved, ignore_errors=True)
        else:
            _remove_own(_used(name, stock), models)
    except OSError as exc:
        detail = exc.strerror or type(exc).__name__
        raise ModelError("remove.not-removed", name=name, detail=detail) from exc
    return next((p for p in registry.installed() if p.name == name), None)


def _used(name: str, stock: registry.Inventory) -> Path:
    """Where the package of a name lies that a person may remove, damaged or not."""
    for package in stock.packages:
        if package.name == name:
            if package.card.origin.kind is OriginKind.BUNDLED:
                raise ModelError("remove.bundled", name=name)
            return package.path
    for problem in stock.problems:
        if problem.values.get("name") == name and problem.path is not None:
            return problem.path
    names = ", ".join(package.name for package in stock.packages) or "–"
    raise ModelNotFound("model.not-found", name=name, installed=names)


def _remove_own(path: Path, models: Path) -> None:
    """Remove a package that someone put into the folder by hand."""
    if path.parent != models or path.name == SHELF:
        raise ModelError("remove.elsewhere", path=path, name=path.stem, folder=str(path.parent))
    if path.is_dir() and not path.is_symlink():
        rmtree(path)
    else:
        path.unlink()
