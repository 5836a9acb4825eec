"""What is asked of a running job from outside: to give up, to stop here, or to rest a moment."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

LONGEST_NAP_S = 0.05
"""Time after which a resting job looks again whether it is to end."""


class CancelledByUser(Exception):
    """Unwinds a job after `Cancel.cancel`."""


class Cancel:
    """What one thread asks and the working threads look at: give up, stop here, or rest a moment.

    `on_cancel` callbacks run in the thread that cancels, so that a native call in
    flight can be terminated at once.

    Parameters
    ----------
    whole
        What this is a part of; see `part`.
    """

    def __init__(self, whole: Cancel | None = None) -> None:
        self._whole = whole
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._callbacks: list[Callable[[], None]] = []
        self._enough = threading.Event()
        self._rest_until = 0.0

    @property
    def cancelled(self) -> bool:
        """Whether someone cancelled."""
        return self._event.is_set()

    @property
    def is_enough(self) -> bool:
        """Whether reading shall end here, and be concluded from what was read."""
        return self._enough.is_set() or (self._whole is not None and self._whole.is_enough)

    @property
    def resting_until(self) -> float:
        """When the rest that was asked for is over, s on the clock of `time.monotonic`."""
        return max(self._rest_until, self._whole.resting_until if self._whole else 0.0)

    @contextmanager
    def part(self) -> Generator[Cancel]:
        """Hand out the cancel of a part of the job.

        It can be ended alone, and heeds whatever is asked of the whole while this lasts.
        """
        part = Cancel(whole=self)
        forget = self.on_cancel(part.cancel)
        try:
            yield part
        finally:
            forget()

    def stop_here(self) -> None:
        """Ask for a verdict on what was read until now, instead of nothing."""
        self._enough.set()

    def rest(self, seconds: float) -> None:
        """Ask the job to rest so long from now: someone else needs the processor."""
        self._rest_until = time.monotonic() + seconds

    def take_rest(self) -> None:
        """Rest as long as was asked, or until the job is to end."""
        while not self.is_enough and (left := self.resting_until - time.monotonic()) > 0:
            if self._event.wait(min(left, LONGEST_NAP_S)):
                return

    def cancel(self) -> None:
        """Ask the job to stop. Calling it twice does no harm."""
        with self._lock:
            self._event.set()
            callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback()

    def on_cancel(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` once when cancelled; at once if that has happened already.

        Returns
        -------
        A function that forgets the callback: call it when the native call is over.
        """
        with self._lock:
            if not self._event.is_set():
                self._callbacks.append(callback)
                return lambda: self._forget(callback)
        callback()
        return lambda: None

    def _forget(self, callback: Callable[[], None]) -> None:
        with self._lock:
            if callback in self._callbacks:
                self._callbacks.remove(callback)

    def raise_if_cancelled(self) -> None:
        """Raise `CancelledByUser` if someone cancelled."""
        if self._event.is_set():
            raise CancelledByUser
