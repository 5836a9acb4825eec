"""What a running analysis has to tell, in a beat that does not disturb the hand on the slide."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from bedside_dx.ui.resting import RestBudget

if TYPE_CHECKING:
    from collections.abc import Callable

REFRESH_MS = 66
"""Time between two drawings of a running analysis: about 15 Hz."""
MOVING_S = 0.5
"""The same while a person moves the slide: what is drawn anew holds up the motion."""


class News(QObject):
    """Gathers what happened to an analysis and tells of it now and then.

    While the slide is moved it tells less often, and the analysis rests.

    Signals
    -------
    grew
        There are more findings.
    changed
        Something else is different.
    """

    grew = Signal()
    changed = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.is_moving: Callable[[], bool] = lambda: False
        self._rest: Callable[[float], None] = lambda _seconds: None
        self._budget = RestBudget()
        self._has_grown = self._has_more = False
        self._told = 0.0
        self._pulse = QTimer(self, interval=REFRESH_MS)
        self._pulse.timeout.connect(self._beat)

    def begin(self, rest: Callable[[float], None]) -> None:
        """Begin to tell of an analysis; `rest` has it rest for some seconds."""
        self._rest, self._budget = rest, RestBudget()
        self._pulse.start()

    def note(self, *, has_grown: bool = False) -> None:
        """Have it told with the next beat that something happened."""
        self._has_more = True
        self._has_grown = self._has_grown or has_grown

    def end(self) -> None:
        """Tell nothing any more."""
        self._pulse.stop()

    def _beat(self) -> None:
        """The map first, its words a beat later: together they would hold up a frame."""
        now, is_moving = monotonic(), self.is_moving()
        if seconds := self._budget.grant(now, is_moving=is_moving):
            self._rest(seconds)
        if is_moving and now - self._told < MOVING_S:
            return
        self._told = now
        if self._has_grown:
            self._has_grown = False
            self.grew.emit()
        elif self._has_more:
            self._has_more = False
            self.changed.emit()
