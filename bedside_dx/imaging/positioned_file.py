"""A file that several threads read at places of their own."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class PositionedFile:
    """An open file without a position. It closes when its last reader leaves.

    Raises
    ------
    OSError
        It can't be opened.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)
        self.size = os.fstat(self._file.fileno()).st_size
        self._lock = threading.Lock()
        self._readers = 0
        self._is_closed = False

    def read(self, offset: int, count: int) -> bytes:
        """Bytes from a place on; fewer at the end of the file.

        Raises
        ------
        OSError
            They can't be read, or the file was closed.
        """
        with self._lock:
            if self._is_closed:
                raise OSError("closed")
            self._readers += 1
        try:
            return self._read(offset, count)
        finally:
            with self._lock:
                self._readers -= 1
                self._close_when_unused()

    def close(self) -> None:
        """Refuse further reads."""
        with self._lock:
            self._is_closed = True
            self._close_when_unused()

    def _read(self, offset: int, count: int) -> bytes:
        if hasattr(os, "pread"):
            return os.pread(self._file.fileno(), count, offset)
        with self._lock:  # Windows has no reading at a place
            self._file.seek(offset)
            return self._file.read(count)

    def _close_when_unused(self) -> None:
        if self._is_closed and not self._readers:
            self._file.close()
