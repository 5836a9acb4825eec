"""Short work away from the window: opening a file, reading a picture, writing a report."""

from __future__ import annotations

import logging
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, TypeVar

from bedside_dx.core.errors import BedsideDxError, trace_of
from bedside_dx.ui.bridge import EventBridge

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from PySide6.QtCore import QObject

Outcome = TypeVar("Outcome")
_log = logging.getLogger(__name__)


class Background:
    """Two threads for work that ends soon; its outcome is handed over in the window's thread."""

    def __init__(self, parent: QObject) -> None:
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="window")
        self._bridge = EventBridge(self._deliver, parent)
        self._is_closed = False
        self._on_the_way: dict[int, object] = {}

    def run(
        self,
        work: Callable[[], Outcome],
        then: Callable[[Outcome], None],
        otherwise: Callable[[BedsideDxError], None],
    ) -> None:
        """Do the work in a thread, then call `then` with its outcome or `otherwise`.

        Once closed nothing is begun any more, and no outcome is handed over: one that holds
        something open, as a slide does, is closed instead.
        """
        if self._is_closed:
            return
        future = self._pool.submit(work)
        future.add_done_callback(lambda done: self._hand_over(done, then, otherwise))

    def close(self) -> None:
        """Drop what has not begun and wait for what has."""
        self._is_closed = True
        self._pool.shutdown(wait=True, cancel_futures=True)
        for outcome in self._on_the_way.values():
            if isinstance(outcome, AbstractContextManager):
                outcome.__exit__(None, None, None)
        self._on_the_way.clear()

    def _hand_over(
        self,
        future: Future[Any],
        then: Callable[[Any], None],
        otherwise: Callable[[BedsideDxError], None],
    ) -> None:
        if future.cancelled():
            return
        error = future.exception()
        if error is None:
            outcome = future.result()
            self._on_the_way[id(outcome)] = outcome
            self._bridge.emit((then, outcome))
        elif isinstance(error, BedsideDxError):
            self._bridge.emit((otherwise, error))
        elif not isinstance(error, CancelledError):
            _log.error("unexpected failure: %s", trace_of(error))
            self._bridge.emit((otherwise, BedsideDxError("internal", detail=type(error).__name__)))

    def _deliver(self, handed: tuple[Callable[[Any], None], Any]) -> None:
        receive, outcome = handed
        self._on_the_way.pop(id(outcome), None)
        if not self._is_closed:
            receive(outcome)
