"""How far a job is and how long it will still take."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

from bedside_dx.core.events import Stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from bedside_dx.core.events import StageProgress

WINDOW_S = 20.0
"""Length of the look back that the speed is taken from, s."""
SETTLED_S = 1.5
"""Time from which a forecast is worth showing, s."""


class Pace:
    """Progress of one job, and the time left at the speed of the last seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._marks: deque[tuple[float, int]] = deque()
        self.stage: Stage | None = None
        self.done = 0
        self.total = 0

    def note(self, progress: StageProgress) -> None:
        """Take a progress event."""
        if progress.stage is not self.stage:
            self._marks.clear()
        self.stage, self.done, self.total = progress.stage, progress.done, progress.total
        now = self._clock()
        self._marks.append((now, progress.done))
        while now - self._marks[0][0] > WINDOW_S and len(self._marks) > 2:
            self._marks.popleft()

    @property
    def share(self) -> float | None:
        """Share of the current stage, 0 to 1; None while it can't be told."""
        return min(1.0, self.done / self.total) if self.total > 0 else None

    @property
    def seconds_left(self) -> float | None:
        """Seconds to the end of the current stage; None while it can't be told."""
        if len(self._marks) < 2:
            return None
        (begun, first), (now, last) = self._marks[0], self._marks[-1]
        if now - begun < SETTLED_S or last <= first:
            return None
        return (self.total - last) * (now - begun) / (last - first)
