"""One process at a time holds a file; the system lets go of it when that process dies."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

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
