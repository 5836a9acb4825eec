"""Ctrl-C and a polite kill stop a job at once, with nothing half-written."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bedside_dx.core.cancel import Cancel

if TYPE_CHECKING:
    from collections.abc import Generator
    from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def cancelled_by_signal() -> Generator[Cancel]:
    """Hand out a `Cancel` that those signals raise while the block runs."""
    cancel = Cancel()

    def stop(_number: int, _frame: FrameType | None) -> None:
        cancel.cancel()

    before = [signal.signal(number, stop) for number in SIGNALS]
    try:
        yield cancel
    finally:
        for number, handler in zip(SIGNALS, before, strict=True):
            signal.signal(number, handler)
