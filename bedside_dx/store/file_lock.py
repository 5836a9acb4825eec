"""One process at a time holds a file; the system lets go of it when that process dies."""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bedside_dx.core.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

PATIENCE_S, PAUSE_S = 3.0, 0.02
"""How long, and how often, a file that another process holds is tried again."""

if sys.platform == "win32":
    import msvcrt

    FAR = 2**40
    """Place of the locked byte: beyond all content, which others may thus still read."""

    def try_lock(descriptor: int) -> bool:
        """Lock an open file; False where another process has it."""
        os.lseek(descriptor, FAR, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def try_lock(descriptor: int) -> bool:
        """Lock an open file; False where another process has it."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


def is_still_at(descriptor: int, path: Path) -> bool:
    """Whether an open file is the one that lies at a path: another may have removed it."""
    if sys.platform == "win32":
        return True  # there an open file can't be removed
    try:
        there = path.stat()
    except OSError:
        return False
    here = os.fstat(descriptor)
    return (there.st_ino, there.st_dev) == (here.st_ino, here.st_dev)


@contextmanager
def locked(path: Path) -> Generator[None]:
    """Hold the lock that belongs to a file, made in its folder, while the block runs.

    Raises
    ------
    StoreError
        ``store.busy``: another program holds it.
    OSError
        The folder can't be written to.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + PATIENCE_S
    with path.with_name(path.name + ".lock").open("ab") as held:
        while not try_lock(held.fileno()):
            if time.monotonic() > until:
                raise StoreError("store.busy", path=path)
            time.sleep(PAUSE_S)
        yield
