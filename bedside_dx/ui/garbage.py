"""What Python can't let go of by itself is looked for in the window's thread only."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

BEAT_MS = 500
"""Time from one look to the next: what threads leave meanwhile waits so long."""


class GarbageCollection(QObject):
    """Collects cycles of dead objects in the thread that it was made in, and nowhere else.

    By itself Python does so in whichever thread happens to make an object. Widgets that are dead
    are then taken apart beside the window's thread, which Qt does not stand: the program crashes.

    Parameters
    ----------
    parent
        For as long as it lives no other thread collects.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._beat = QTimer(self, interval=BEAT_MS)
        self._beat.timeout.connect(collect_what_is_due)
        self._beat.start()


def collect_what_is_due() -> None:
    """Collect the oldest generation that Python itself would have collected by now."""
    for generation in (2, 1, 0):
        if gc.get_count()[generation] > gc.get_threshold()[generation]:
            gc.collect(generation)
            return
