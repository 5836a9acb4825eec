"""A layer of pixels that is kept between frames: a pan draws only what is new."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import cast

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QPainter, QPixmap, QRegion

from bedside_dx.ui.viewer.view import View

Draw = Callable[[QPainter, View, QRect], None]
"""Draw the part of a view that lies in a rectangle, all of it opaque; both in screen px."""

SMOOTH_PX = 150_000
"""Area that is filtered smoothly within a frame even while moving, screen px."""

FEW_RECTS = 8
"""Rectangles up to which each is drawn by itself; more are drawn in one go, clipped to them."""

REFINE_STRIP = 128
"""Height of what is refined in one go, screen px: a wide screen takes about 8 ms."""


class Canvas:
    """Pixels of one view, brought up to date only where they changed.

    A pixel is kept where it lies on the whole slide at this scale (`View.origin`), wrapped around
    the canvas' sides: so a pan moves none of them. Regions are px of the slide at that scale.

    Parameters
    ----------
    draw
        Draws one rectangle of a view; it is clipped to it.

    Attributes
    ----------
    over
        A canvas that is made from this one: what is drawn here is due there.
    """

    def __init__(self, draw: Draw) -> None:
        self.over: Canvas | None = None
        self._draw = draw
        self._pixels = QPixmap()
        self._start = QPoint()  # lies in the corner of what is kept
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

    def due(self, view: View) -> QRect:
        """Rectangle of a view around all that waits for the next frame."""
        return self._dirty.boundingRect().translated(-_origin(view))

    def forget(self) -> None:
        """Let go of all pixels until a view is drawn again."""
        if self._view is not None:
            self._view, self._pixels = None, QPixmap()
            self._dirty, self._rough = QRegion(), QRegion()

    def invalidate(self) -> None:
        """Have everything drawn anew at the next frame."""
        if self._view is not None:
            self._dirty = QRegion(_window(self._view))

    def invalidate_part(self, rect: QRect, view: View) -> None:
        """Have a rectangle of a view drawn anew at the next frame.

        The view may have moved on since the last frame: what is kept still lies where it was.
        """
        if self._view is not None and self._view.scale == view.scale:
            self._dirty += rect.translated(_origin(view)) & _window(view)

    def update(self, view: View, *, in_haste: bool = False) -> None:
        """Come to show a view, with as little drawing as possible.

        Parameters
        ----------
        in_haste
            Filter large areas fast instead of smoothly; `refine` makes up for it.
        """
        self._follow(view)
        dirty, self._dirty = self._dirty, QRegion()
        if not dirty.isEmpty():
            is_rough = in_haste and _area(dirty) > SMOOTH_PX
            self._rough = self._rough + dirty if is_rough else self._rough - dirty
            self._redraw(view, dirty, smooth=not is_rough)

    def paint(self, painter: QPainter, rect: QRect) -> None:
        """Paint a rectangle of the view that is shown; screen px."""
        if self._view is None:
            return
        origin = _origin(self._view)
        for piece, way in self._pieces(rect.translated(origin)):
            painter.drawPixmap(piece.topLeft() - origin, self._pixels, piece.translated(way))

    def refine(self) -> QRect:
        """Draw a strip of what is rough again, smoothly. Returns what has changed, screen px."""
        if self._view is None or self._rough.isEmpty():
            return QRect()
        bounds = self._rough.boundingRect()
        strip = QRect(bounds.x(), bounds.y(), bounds.width(), REFINE_STRIP)
        self._redraw(self._view, self._rough & strip, smooth=True)
        self._rough -= strip
        return strip.translated(-_origin(self._view))

    def _follow(self, view: View) -> None:
        """Take over what the last view shares with this one."""
        last, self._view = self._view, view
        size, seen = QSize(view.width, view.height), _window(view)
        if last is None or last.scale != view.scale or self._pixels.size() != size:
            if self._pixels.size() != size:
                self._pixels = QPixmap(size)
            self._start = seen.topLeft()
            self._dirty, self._rough = QRegion(seen), QRegion()
        elif last.origin != view.origin:
            self._dirty = (self._dirty + (QRegion(seen) - QRegion(_window(last)))) & seen
            self._rough &= seen

    def _redraw(self, view: View, dirty: QRegion, *, smooth: bool) -> None:
        if self.over is not None:
            self.over.take_over(dirty)
        origin = _origin(view)
        is_scattered = dirty.rectCount() > FEW_RECTS
        painter = QPainter(self._pixels)
        for part in [dirty] if is_scattered else map(QRegion, _rects(dirty)):
            for piece, way in self._pieces(part.boundingRect()):
                shown = (part & piece).translated(-origin)
                painter.save()
                painter.translate(origin + way)
                painter.setClipRegion(shown)
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
                self._draw(painter, view, shown.boundingRect())
                painter.restore()
        painter.end()

    def take_over(self, region: QRegion) -> None:
        """Have a region drawn anew at the next frame: what lies under it was drawn anew."""
        if self._view is not None:
            self._dirty += region

    def _pieces(self, area: QRect) -> Iterator[tuple[QRect, QPoint]]:
        """Parts of an area that are kept side by side, and the way from there to where that is."""
        width, height = self._pixels.width(), self._pixels.height()
        left, top = self._start.x(), self._start.y()
        for row in range((area.top() - top) // height, (area.bottom() - top) // height + 1):
            for column in range((area.left() - left) // width, (area.right() - left) // width + 1):
                whole = QRect(left + column * width, top + row * height, width, height)
                yield area & whole, -whole.topLeft()


def _origin(view: View) -> QPoint:
    return QPoint(*view.origin)


def _window(view: View) -> QRect:
    """What a view shows, px of the slide at its scale."""
    return QRect(_origin(view), QSize(view.width, view.height))


def _area(region: QRegion) -> int:
    return sum(rect.width() * rect.height() for rect in _rects(region))


def _rects(region: QRegion) -> Iterable[QRect]:
    """Rectangles that make up a region; Qt's stubs do not know that it can be iterated."""
    return cast("Iterable[QRect]", region)
