"""Where the screen looks at the slide: a point, a scale and the size of the window onto it.

Screen px are pixels of the device, so "1:1" means one pixel of the slide on one of the
screen, whatever the desktop's scaling.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bedside_dx.core.geometry import RegionPx, SizePx

CLOSEST = 8.0
"""Largest scale: screen px per px of level 0."""

FARTHEST = 0.5
"""Smallest scale, as a multiple of the scale at which the whole slide fits."""

FIT_MARGIN = 0.96
"""Share of the window that a fitted slide fills."""


@dataclass(frozen=True, slots=True)
class View:
    """A window onto a slide.

    Attributes
    ----------
    x, y
        Point in the window's middle, px of level 0.
    scale
        Screen px per px of level 0.
    width, height
        Size of the window, screen px.
    """

    x: float
    y: float
    scale: float
    width: int
    height: int

    @property
    def left(self) -> float:
        """Left edge, px of level 0."""
        return self.x - self.width / 2 / self.scale

    @property
    def top(self) -> float:
        """Upper edge, px of level 0."""
        return self.y - self.height / 2 / self.scale

    @property
    def origin(self) -> tuple[int, int]:
        """Top left corner in whole screen px counted from level 0's origin at this scale.

        Everything is drawn against it, so a pan moves what is drawn by whole pixels.
        """
        return round(self.left * self.scale), round(self.top * self.scale)

    def to_slide(self, x: float, y: float) -> tuple[float, float]:
        """Point of level 0 under a point of the screen."""
        return self.left + x / self.scale, self.top + y / self.scale

    def to_screen(self, x: float, y: float) -> tuple[float, float]:
        """Point of the screen over a point of level 0."""
        return (x - self.left) * self.scale, (y - self.top) * self.scale

    def place(
        self, left: float, top: float, right: float, bottom: float
    ) -> tuple[int, int, int, int]:
        """Whole screen px of a rectangle of level 0: x, y, width, height.

        Rectangles that share an edge on the slide share it on the screen.
        """
        origin_x, origin_y = self.origin
        x0, y0 = round(left * self.scale), round(top * self.scale)
        x1, y1 = round(right * self.scale), round(bottom * self.scale)
        return x0 - origin_x, y0 - origin_y, max(x1 - x0, 1), max(y1 - y0, 1)

    def panned(self, dx: float, dy: float) -> View:
        """Move what is seen by screen px: positive shows what lies further right and down."""
        return replace(self, x=self.x + dx / self.scale, y=self.y + dy / self.scale)

    def zoomed(self, scale: float, x: float, y: float) -> View:
        """Change the scale and keep the point of the slide under a point of the screen."""
        slide_x, slide_y = self.to_slide(x, y)
        return replace(
            self,
            x=slide_x + (self.width / 2 - x) / scale,
            y=slide_y + (self.height / 2 - y) / scale,
            scale=scale,
        )

    @property
    def window(self) -> SizePx:
        """Size of the window, screen px."""
        return SizePx(self.width, self.height)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a view of one slide may go."""

    slide: SizePx

    def fit(self, window: SizePx) -> View:
        """The whole slide, centred."""
        scale = self._fit_scale(window)
        return View(self.slide.width / 2, self.slide.height / 2, scale, window.width, window.height)

    def frame(self, region: RegionPx, window: SizePx) -> View:
        """A region in the middle with some of what surrounds it."""
        scale = min(window.width / region.width, window.height / region.height) * 0.6
        x, y = region.x + region.width / 2, region.y + region.height / 2
        return self.clamp(View(x, y, min(scale, 1.0), window.width, window.height))

    def clamp(self, view: View) -> View:
        """Nearest view that is allowed: scale within limits, its middle on the slide."""
        scale = self.clamp_scale(view.scale, view.window)
        x = min(max(view.x, 0.0), float(self.slide.width))
        y = min(max(view.y, 0.0), float(self.slide.height))
        return replace(view, x=x, y=y, scale=scale)

    def clamp_scale(self, scale: float, window: SizePx) -> float:
        """Nearest scale that is allowed."""
        fit = self._fit_scale(window)
        return min(max(scale, fit * FARTHEST), max(CLOSEST, fit))

    def _fit_scale(self, window: SizePx) -> float:
        across = window.width / self.slide.width
        down = window.height / self.slide.height
        return max(min(across, down) * FIT_MARGIN, 1e-9)
