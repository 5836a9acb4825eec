"""One writer at a time, on every system, also across programs."""

from __future__ import annotations

import os
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from bedside_dx.core.errors import StoreError

PATIENCE_S = 3.0
STALE_S = 30.0
"""Age from which a lock belongs to a program that died: the work under it takes milliseconds."""
PAUSE_S = 0.02


@contextmanager
def locked(path: Path) -> Generator[None]:
    """Hold the lock of a file, made in its folder, while the block runs.

    Raises
    ------
    StoreError
        ``store.busy``: another program holds it.
    OSError
        The folder can't be written to.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.with_name(path.name + ".lock")
    until = time.monotonic() + PATIENCE_S
    while not _made(lock):
        _remove_stale(lock)
        if time.monotonic() > until:
            raise StoreError("store.busy", path=path)
        time.sleep(PAUSE_S)
    try:
        yield
    finally:
        with suppress(FileNotFoundError):
            lock.unlink()


def _made(lock: Path) -> bool:
    try:
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        return False
    return True


def _remove_stale(lock: Path) -> None:
    with suppress(FileNotFoundError):
        if time.time() - lock.stat().st_mtime > STALE_S:
            lock.unlink()
