"""How a view moves by itself: towards a target, and on after a flick."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from math import exp, hypot, log
from typing import Protocol

from bedside_dx.ui.viewer.view import View

ZOOM_S = 0.15
"""Length of a change of scale, s."""

GLIDE_S = 0.325
"""Time constant with which a flick slows down, s."""

SLOWEST = 25.0
"""Speed below which a glide has ended, screen px/s."""

FASTEST = 8000.0
"""Speed that a flick never exceeds, screen px/s."""

FLICK_WINDOW_S = 0.09
"""How far back the hand's speed is measured, s."""


class Motion(Protocol):
    """A movement in progress. Times are in s on any steady clock."""

    def at(self, now: float) -> View:
        """View at a time."""
        ...

    def has_ended(self, now: float) -> bool:
        """Whether nothing moves any more."""
        ...

    @property
    def target(self) -> View:
        """View at the end."""
        ...


@dataclass(frozen=True, slots=True)
class ZoomTo:
    """From one view to another; the point under `anchor` stays if both views share it.

    Attributes
    ----------
    started
        s on the caller's clock.
    anchor
        Screen px; None moves straight from place to place.
    """

    start: View
    target: View
    started: float
    anchor: tuple[float, float] | None = None

    def at(self, now: float) -> View:
        """View at a time: fast first, then slowing down."""
        share = min(max((now - self.started) / ZOOM_S, 0.0), 1.0)
        if share >= 1.0:
            return self.target
        eased = 1 - (1 - share) ** 3
        scale = exp(log(self.start.scale) * (1 - eased) + log(self.target.scale) * eased)
        if self.anchor is not None:
            return self.start.zoomed(scale, *self.anchor)
        x = self.start.x + (self.target.x - self.start.x) * eased
        y = self.start.y + (self.target.y - self.start.y) * eased
        return replace(self.target, x=x, y=y, scale=scale)

    def has_ended(self, now: float) -> bool:
        """Whether the target is reached."""
        return now - self.started >= ZOOM_S


@dataclass(frozen=True, slots=True)
class Glide:
    """On in the direction of a flick, ever slower.

    Attributes
    ----------
    speed_x, speed_y
        Screen px/s with which the view moves at the start.
    """

    start: View
    speed_x: float
    speed_y: float
    started: float

    def at(self, now: float) -> View:
        """View at a time."""
        way = GLIDE_S * (1 - exp(-max(now - self.started, 0.0) / GLIDE_S))
        return self.start.panned(self.speed_x * way, self.speed_y * way)

    def has_ended(self, now: float) -> bool:
        """Whether it has become too slow to see."""
        speed = hypot(self.speed_x, self.speed_y) * exp(-(now - self.started) / GLIDE_S)
        return speed < SLOWEST

    @property
    def target(self) -> View:
        """View where it comes to rest."""
        return self.start.panned(self.speed_x * GLIDE_S, self.speed_y * GLIDE_S)


class Hand:
    """Follows what is moved by hand and tells how fast it goes."""

    def __init__(self) -> None:
        self._trail: deque[tuple[float, float, float]] = deque(maxlen=32)

    def moved(self, x: float, y: float, now: float) -> None:
        """Note where the hand is, screen px and s."""
        self._trail.append((x, y, now))

    def speed(self, now: float) -> tuple[float, float]:
        """Screen px/s over the last moments; zero if the hand has rested."""
        recent = [step for step in self._trail if now - step[2] <= FLICK_WINDOW_S]
        if len(recent) < 2 or recent[-1][2] - recent[0][2] < 0.005:
            return 0.0, 0.0
        (x0, y0, t0), (x1, y1, t1) = recent[0], recent[-1]
        speed_x, speed_y = (x1 - x0) / (t1 - t0), (y1 - y0) / (t1 - t0)
        brake = min(1.0, FASTEST / max(hypot(speed_x, speed_y), 1e-9))
        return speed_x * brake, speed_y * brake
