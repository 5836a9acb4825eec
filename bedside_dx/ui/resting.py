"""How long an analysis rests for a hand that moves the slide, so that neither waits for long."""

from __future__ import annotations

REST_S = 0.2
"""What is granted at a time, s: longer than from one asking to the next, so that it joins up."""
MOST_S = 5.0
"""Rest that there is to grant at once, s."""


class RestBudget:
    """Grants rest to an analysis, and has it work as long for it afterwards.

    Over any time, however the slide is moved, it has rested no more than `MOST_S` longer than it
    has worked. Once all is spent it works on beside the motion until all is earned back: short
    pauses of the hand start nothing anew. Times are in s on any steady clock.
    """

    def __init__(self) -> None:
        self._left = MOST_S
        self._is_spent = False
        self._asked = self._rests_until = 0.0

    def grant(self, now: float, *, is_moving: bool) -> float:
        """Seconds to rest from now on; 0 where the slide is still or the rest is spent."""
        self._settle(now)
        if self._left < REST_S:
            self._is_spent = True
        elif self._left >= MOST_S:
            self._is_spent = False
        if not is_moving or self._is_spent:
            return 0.0
        self._rests_until = now + REST_S
        return REST_S

    def _settle(self, now: float) -> None:
        """Take off what was rested since it was last asked, and add what was worked."""
        passed = now - self._asked
        rested = min(passed, max(0.0, self._rests_until - self._asked))
        self._left = min(MOST_S, self._left + passed - 2 * rested)
        self._asked = now
