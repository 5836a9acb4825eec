"""The one way from working threads to the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal


class EventBridge(QObject):
    """Carries objects from any thread to the thread of the window.

    `emit` is what a job calls; `receive` runs later, in the window's thread.
    """

    _crossed = Signal(object)

    def __init__(self, receive: Callable[[Any], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._receive = receive
        self._crossed.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def emit(self, event: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - Qt's own takes a name
        """Send an event across. Safe to call from any thread."""
        self._crossed.emit(event)

    def _deliver(self, event: object) -> None:
        self._receive(event)
