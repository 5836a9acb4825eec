"""Pixels kept within a budget of bytes, the most recently used longest."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, TypeVar

from bedside_dx.imaging.in_flight import InFlight

if TYPE_CHECKING:
    from collections.abc import Callable

    from bedside_dx.core.results import Image

Key = TypeVar("Key")


class KeptPixels(Generic[Key]):
    """Pictures by key. Safe in any thread.

    Parameters
    ----------
    budget_bytes
        Of the pixels that are kept.
    """

    def __init__(self, budget_bytes: int) -> None:
        self._budget = budget_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[Key, Image] = OrderedDict()
        self._in_flight: InFlight[Key, Image] = InFlight()
        self.bytes_kept = 0

    def peek(self, key: Key) -> Image | None:
        """A picture if it is kept, at once."""
        with self._lock:
            picture = self._kept.get(key)
            if picture is not None:
                self._kept.move_to_end(key)
            return picture

    def get(self, key: Key, make: Callable[[], Image]) -> Image:
        """A picture, made if need be; a thread that asks for one being made waits for it.

        What `make` raises is raised here, in each thread that waits; nothing is kept then.
        """
        picture = self.peek(key)
        if picture is not None:
            return picture
        return self._in_flight.once(key, lambda: self._made(key, make))

    def release(self, key: Key) -> None:
        """Let a picture go before all others: nobody is expected to ask for it again soon."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key, last=False)

    def clear(self) -> None:
        """Forget all of them."""
        with self._lock:
            self._kept.clear()
            self.bytes_kept = 0

    def _made(self, key: Key, make: Callable[[], Image]) -> Image:
        """Make a picture unless that was done a moment ago, and keep it."""
        picture = self.peek(key)
        if picture is None:
            picture = make()
            with self._lock:
                self._kept[key] = picture
                self.bytes_kept += picture.nbytes
                while self.bytes_kept > self._budget:
                    _, dropped = self._kept.popitem(last=False)
                    self.bytes_kept -= dropped.nbytes
        return picture
