"""Small text files: read with a limit, written all or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from bedside_dx.core.errors import StoreError

LARGEST = 2**22
"""Bytes that such a file may have."""


def read_text(path: Path) -> str | None:
    """Text of a file; None where there is none.

    Raises
    ------
    StoreError
        ``store.unreadable``.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        return None
    except OSError as exc:
        detail = exc.strerror or type(exc).__name__
        raise StoreError("store.unreadable", path=path, detail=detail) from exc
    if len(content) > LARGEST:
        raise StoreError("store.unreadable", path=path, detail=f"> {LARGEST} B")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as exc:
        raise StoreError("store.unreadable", path=path, detail="UTF-8") from exc


def write_text(path: Path, text: str) -> None:
    """Write beside the place, then move there: a crash or a full disk leaves the old file.

    Raises
    ------
    OSError
        It could not be written.
    """
    beside = path.with_name(path.name + ".writing")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
