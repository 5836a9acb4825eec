"""The files of a foreign model: a folder, a zip, or one file. Nothing is unpacked."""

from __future__ import annotations

import json
import stat
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from bedside_dx.core.errors import ModelError

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 2**30
"""Bytes that one file may have."""
MOST_FILES = 2000
TEXT_LARGEST = 2**22
"""Bytes that a description or a licence may have."""


@dataclass(frozen=True)
class Source:
    """Files by their name with forward slashes, without a folder that holds all of them.

    Attributes
    ----------
    names
        Names in a folder or zip; empty for one file.
    """

    path: Path
    names: frozenset[str]
    top: str = ""

    def read(self, name: str, limit: int = LARGEST) -> bytes:
        """Bytes of one file.

        Raises
        ------
        ModelError
            ``exchange.unreadable``: it is not there, damaged, a link or too large.
        """
        try:
            content = self._read(name, limit)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as exc:
            raise self._unreadable(name) from exc
        except (OSError, KeyError) as exc:
            raise self._unreadable(name) from exc
        if len(content) > limit:
            raise self._unreadable(name)
        return content

    def text(self, name: str) -> str:
        """One file as text; empty where it is not there."""
        if name not in self.names:
            return ""
        return self.read(name, TEXT_LARGEST).decode("utf-8", "replace")

    def fields(self, name: str) -> dict[str, object]:
        """One JSON file that holds an object.

        Raises
        ------
        ModelError
            ``exchange.bad-description``: it does not.
        """
        try:
            values = json.loads(self.read(name, TEXT_LARGEST))
        except (ValueError, RecursionError) as exc:
            raise ModelError("exchange.bad-description", path=self.path, detail=name) from exc
        if not isinstance(values, dict):
            raise ModelError("exchange.bad-description", path=self.path, detail=name)
        return cast("dict[str, object]", values)

    def _read(self, name: str, limit: int) -> bytes:
        if self.path.is_dir():
            with (self.path / self.top / name).open("rb") as file:
                return file.read(limit + 1)
        if not self.names:
            with self.path.open("rb") as file:
                return file.read(limit + 1)
        with zipfile.ZipFile(self.path) as archive, archive.open(self.top + name) as file:
            return file.read(limit + 1)

    def _unreadable(self, name: str) -> ModelError:
        return ModelError("exchange.unreadable", path=self.path, detail=name or self.path.name)


def open_source(path: Path) -> Source:
    """Find the files of a foreign model.

    Raises
    ------
    ModelError
        ``exchange.not-found``; ``exchange.unreadable``; ``exchange.link``: a link or a name
        that leads elsewhere; ``exchange.too-many``.
    """
    if not path.exists():
        raise ModelError("exchange.not-found", path=path)
    try:
        if path.is_dir():
            return _of(path, _folder_names(path))
        if zipfile.is_zipfile(path):
            return _of(path, _zip_names(path))
    except (OSError, zipfile.BadZipFile) as exc:
        raise ModelError("exchange.unreadable", path=path, detail=path.name) from exc
    return Source(path, frozenset())


def _of(path: Path, names: set[str]) -> Source:
    tops = {name.partition("/")[0] for name in names}
    top = next(iter(tops)) + "/" if len(tops) == 1 and all("/" in n for n in names) else ""
    return Source(path, frozenset(name.removeprefix(top) for name in names), top)


def _folder_names(path: Path) -> set[str]:
    names: set[str] = set()
    for entry in path.rglob("*"):
        mode = entry.lstat().st_mode
        name = entry.relative_to(path).as_posix()
        if stat.S_ISREG(mode):
            names.add(name)
        elif not stat.S_ISDIR(mode):
            raise ModelError("exchange.link", path=path, detail=name[:80])
        if len(names) > MOST_FILES:
            raise ModelError("exchange.too-many", path=path, most=MOST_FILES)
    return names


def _zip_names(path: Path) -> set[str]:
    names: set[str] = set()
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
    if len(entries) > MOST_FILES:
        raise ModelError("exchange.too-many", path=path, most=MOST_FILES)
    for entry in entries:
        name = entry.orig_filename
        parts = name.replace("\\", "/").split("/")
        if stat.S_ISLNK(entry.external_attr >> 16) or ".." in parts or name.startswith("/"):
            raise ModelError("exchange.link", path=path, detail=name[:80])
        if not entry.is_dir():
            names.add(name)
    return names
