"""Reads a publisher's folder where the TUF client expects a server. No socket is ever made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tuf.api.exceptions import DownloadError, DownloadHTTPError

from bedside_dx.models.tuf_client import FetcherInterface

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BASE = "folder:/"
"""Where the addresses of all files begin."""

_CHUNK = 2**20
_NOT_FOUND = 404


class RepositoryFolder(FetcherInterface):
    """Fetches files of one folder.

    Attributes
    ----------
    last
        Path in the folder of the file that was asked for last, for messages.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.last = ""

    def path(self, name: str) -> Path:
        """Place of a file; what a name means outside the folder is never looked at.

        Raises
        ------
        DownloadError
            The name leads out of the folder.
        """
        parts = name.split("/")
        if any(part in {"", ".", ".."} or set(part) & set("\\:\0") for part in parts):
            raise DownloadError(name)
        path = self._folder.joinpath(*parts)
        if not path.resolve().is_relative_to(self._folder.resolve()):
            raise DownloadError(name)
        return path

    def _fetch(self, url: str) -> Iterator[bytes]:
        self.last = url.removeprefix(BASE)
        path = self.path(self.last)
        if not path.is_file():
            raise DownloadHTTPError(self.last, _NOT_FOUND)
        return self._chunks(path)

    def _chunks(self, path: Path) -> Iterator[bytes]:
        try:
            with path.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    yield chunk
        except OSError as exc:
            raise DownloadError(path.name) from exc
