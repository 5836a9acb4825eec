"""A layer of pixels that is kept between frames: a pan moves it and draws only what is new."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import cast

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QColor, QPainter, QPixmap, QRegion

from bedside_dx.ui.viewer.view import View

Draw = Callable[[QPainter, View, QRect], None]
"""Draw the part of a view that lies in a rectangle; both in screen px."""

SMOOTH_PX = 150_000
"""Area that is filtered smoothly within a frame even while moving, screen px."""

FEW_RECTS = 8
"""Rectangles up to which each is drawn by itself; more are drawn in one go, clipped to them."""

REFINE_STRIP = 128
"""Height of what is refined in one go, screen px: a wide screen takes about 8 ms."""


class Canvas:
    """Pixels of one view, brought up to date only where they changed.

    Parameters
    ----------
    draw
        Draws one rectangle of a view; it is clipped to it.
    background
        What lies under it; transparent for layers above the tissue.
    """

    def __init__(self, draw: Draw, background: QColor) -> None:
        self._background = background
        self._draw = draw
        self._pixels = QPixmap()
        self._view: View | None = None
        self._dirty = QRegion()
        self._rough = QRegion()

    @property
    def is_rough(self) -> bool:
        """Whether something was drawn in haste and wants to be drawn again."""
        return not self._rough.isEmpty()

    @property
    def is_due(self) -> bool:
        """Whether something waits for the next frame to be drawn."""
        return not self._dirty.isEmpty()

    @property
    def due(self) -> QRect:
        """Rectangle around all that waits for the next frame."""
        return self._dirty.boundingRect()

    def set_background(self, color: QColor) -> None:
        """Change what lies under the layer."""
        self._background = color
        self.invalidate()

    def invalidate(self) -> None:
        """Have everything drawn anew at the next frame."""
        self._dirty += self._pixels.rect()

    def invalidate_part(self, rect: QRect, view: View) -> None:
        """Have a rectangle of a view drawn anew at the next frame.

        The view may have moved on since the last frame: what is kept still lies where it was.
        """
        last = self._view
        if last is not None and last.scale == view.scale:
            dx, dy = view.origin[0] - last.origin[0], view.origin[1] - last.origin[1]
            self._dirty += rect.translated(dx, dy) & self._pixels.rect()

    def pixels(self, view: View, *, in_haste: bool) -> QPixmap:
        """Pixels of a view, with as little drawing as possible.

        Parameters
        ----------
        in_haste
            Filter large areas fast instead of smoothly; `refine` makes up for it.
        """
        self._follow(view)
        dirty, self._dirty = self._dirty & self._pixels.rect(), QRegion()
        if not dirty.isEmpty():
            rough = in_haste and _area(dirty) > SMOOTH_PX
            self._rough = self._rough + dirty if rough else self._rough - dirty
            self._redraw(view, dirty, smooth=not rough)
        return self._pixels

    def refine(self) -> QRect:
        """Draw a strip of what is rough again, smoothly. Returns what has changed."""
        if self._view is None or self._rough.isEmpty():
            return QRect()
        bounds = self._rough.boundingRect()
        strip = QRect(bounds.x(), bounds.y(), bounds.width(), REFINE_STRIP)
        self._redraw(self._view, self._rough & strip, smooth=True)
        self._rough -= strip
        return strip

    def _follow(self, view: View) -> None:
        """Take over what the last view shares with this one."""
        last, self._view = self._view, view
        size = QSize(view.width, view.height)
        if last is None or last.scale != view.scale or self._pixels.size() != size:
            self._start_over(size)
            return
        dx, dy = last.origin[0] - view.origin[0], last.origin[1] - view.origin[1]
        if (dx, dy) == (0, 0):
            return
        whole = self._pixels.rect()
        self._pixels.scroll(dx, dy, whole)
        self._rough.translate(dx, dy)
        self._rough &= whole
        self._dirty.translate(dx, dy)
        self._dirty += QRegion(whole) - QRegion(whole.translated(dx, dy))

    def _start_over(self, size: QSize) -> None:
        if self._pixels.size() != size:
            self._pixels = QPixmap(size)
            self._pixels.fill(self._background)
        self._rough = QRegion()
        self._dirty = QRegion(self._pixels.rect())

    def _redraw(self, view: View, dirty: QRegion, *, smooth: bool) -> None:
        is_scattered = dirty.rectCount() > FEW_RECTS
        painter = QPainter(self._pixels)
        for part in [dirty] if is_scattered else map(QRegion, _rects(dirty)):
            rect = part.boundingRect()
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            painter.setClipRegion(part)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
            painter.fillRect(rect, self._background)
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
            self._draw(painter, view, rect)
        painter.end()


def _area(region: QRegion) -> int:
    return sum(rect.width() * rect.height() for rect in _rects(region))


def _rects(region: QRegion) -> Iterable[QRect]:
    """Rectangles that make up a region; Qt's stubs do not know that it can be iterated."""
    return cast("Iterable[QRect]", region)
