"""Writing that a power cut can't halve: flushed to the disk, then put in place in one step."""

from __future__ import annotations

import os
import sys
import uuid
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def replace_file(path: Path, content: bytes) -> None:
    """Write a file in place of an earlier one: at any moment there is the old or the new one.

    Raises
    ------
    OSError
    """
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def flush_tree(path: Path) -> None:
    """Wait until a file, or a folder and the files in it, are on the disk."""
    for file in (path,) if path.is_file() else tuple(path.iterdir()):
        with file.open("rb+") as opened:
            os.fsync(opened.fileno())
    if path.is_dir():
        flush_folder(path)


def flush_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk. Windows has no such wait."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
