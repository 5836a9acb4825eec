"""Work that several threads want at once, done once."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Key = TypeVar("Key")
Value = TypeVar("Value")


class InFlight(Generic[Key, Value]):
    """What is being made right now, by key."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._promises: dict[Key, Future[Value]] = {}

    def once(self, key: Key, make: Callable[[], Value]) -> Value:
        """Make a value, or wait for the thread that is at it; its error is raised here too."""
        mine: Future[Value] = Future()
        with self._lock:
            promise = self._promises.setdefault(key, mine)
        if promise is not mine:
            return promise.result()
        try:
            mine.set_result(make())
        except BaseException as exc:
            mine.set_exception(exc)
            raise
        finally:
            with self._lock:
                del self._promises[key]
        return mine.result()
