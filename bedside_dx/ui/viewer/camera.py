"""Holds the view of one slide and moves it, frame by frame where motion is wanted."""

from __future__ import annotations

from time import monotonic

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from bedside_dx.core.geometry import RegionPx, SizePx
from bedside_dx.ui.viewer.motion import Glide, Hand, Motion, ZoomTo
from bedside_dx.ui.viewer.view import Bounds, View

FRAME_MS = 16
REST_MS = 80
"""Time without a change after which the view counts as still, ms."""


class Camera(QObject):
    """The view and its motion.

    Signals
    -------
    moved
        The view is another one now.
    rested
        It has been still for a moment.

    Attributes
    ----------
    animated
        Whether changes take a moment; otherwise they are instant.
    """

    moved = Signal()
    rested = Signal()

    def __init__(self, slide: SizePx, window: SizePx, parent: QObject) -> None:
        super().__init__(parent)
        self.animated = True
        self._bounds = Bounds(slide)
        self._view = self._bounds.fit(window)
        self._is_fitted = True
        self._motion: Motion | None = None
        self._trail = Hand()
        self._frames = QTimer(self)
        self._frames.setTimerType(Qt.TimerType.PreciseTimer)
        self._frames.setInterval(FRAME_MS)
        self._frames.timeout.connect(self._next_frame)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self.rested)

    @property
    def view(self) -> View:
        """What is seen now."""
        return self._view

    @property
    def destination(self) -> View:
        """What will be seen when the motion in progress ends."""
        return self._bounds.clamp(self._motion.target) if self._motion else self._view

    @property
    def speed(self) -> tuple[float, float]:
        """How fast the view moves over the slide, windows per second, whoever moves it."""
        if not self.is_moving:
            return 0.0, 0.0
        speed_x, speed_y = self._trail.speed(monotonic())
        return speed_x / self._view.width, speed_y / self._view.height

    @property
    def is_moving(self) -> bool:
        """Whether the view has changed within the last moments."""
        return self._motion is not None or self._rest.isActive()

    def resize(self, window: SizePx) -> None:
        """Fit another window; what is in the middle stays there."""
        if window == self._view.window:
            return
        old = self._view
        view = View(old.x, old.y, old.scale, window.width, window.height)
        self.stop()
        self._show(self._bounds.fit(window) if self._is_fitted else self._bounds.clamp(view))

    def pan(self, dx: float, dy: float, *, smoothly: bool = False) -> None:
        """Move what is seen by screen px."""
        self._is_fitted = False
        if smoothly:
            self._go_to(self.destination.panned(dx, dy))
        else:
            self.stop()
            self._show(self._bounds.clamp(self._view.panned(dx, dy)))

    def glide(self, speed_x: float, speed_y: float) -> None:
        """Let the view go on by itself; screen px/s."""
        if self.animated:
            self._start(Glide(self._view, speed_x, speed_y, monotonic()))

    def zoom(self, factor: float, x: float, y: float, *, smoothly: bool = True) -> None:
        """Change the scale about a point of the screen."""
        scale = self._bounds.clamp_scale(self.destination.scale * factor, self._view.window)
        self.zoom_to(scale, x, y, smoothly=smoothly)

    def zoom_to(self, scale: float, x: float, y: float, *, smoothly: bool = True) -> None:
        """Show at a scale, keeping what lies under a point of the screen."""
        self._is_fitted = False
        target = self._view.zoomed(self._bounds.clamp_scale(scale, self._view.window), x, y)
        if smoothly and self.animated:
            self._start(ZoomTo(self._view, target, monotonic(), (x, y)))
        else:
            self.stop()
            self._show(self._bounds.clamp(target))

    def fit(self) -> None:
        """Show the whole slide."""
        self._go_to(self._bounds.fit(self._view.window))
        self._is_fitted = True

    def jump(self, region: RegionPx) -> None:
        """Show a region of level 0 and what surrounds it."""
        self._is_fitted = False
        self._go_to(self._bounds.frame(region, self._view.window))

    def centre(self, x: float, y: float) -> None:
        """Put a point of level 0 in the middle, at once."""
        old = self._view
        self._is_fitted = False
        self.stop()
        self._show(self._bounds.clamp(View(x, y, old.scale, old.width, old.height)))

    def stop(self) -> None:
        """End a motion where it is."""
        self._motion = None
        self._frames.stop()

    def _go_to(self, target: View) -> None:
        target = self._bounds.clamp(target)
        if self.animated:
            self._start(ZoomTo(self._view, target, monotonic()))
        else:
            self.stop()
            self._show(target)

    def _start(self, motion: Motion) -> None:
        self._motion = motion
        self._frames.start()

    def _next_frame(self) -> None:
        now, motion = monotonic(), self._motion
        if motion is None:
            return
        if motion.has_ended(now):
            self.stop()
        self._show(self._bounds.clamp(motion.at(now)))

    def _show(self, view: View) -> None:
        if view.scale != self._view.scale:
            self._trail = Hand()
        self._trail.moved(view.x * view.scale, view.y * view.scale, monotonic())
        self._view = view
        self._rest.start()
        self.moved.emit()
