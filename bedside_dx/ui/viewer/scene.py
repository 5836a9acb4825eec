"""One slide as it is shown: its tiles, its pixels on the screen and the camera before it."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, QPoint, QRect, QTimer, Signal
from PySide6.QtGui import QColor, QPainter

from bedside_dx.app.reading import SlideReader, TileKey
from bedside_dx.core.geometry import SizePx
from bedside_dx.core.ports import PixelSource
from bedside_dx.core.results import Image
from bedside_dx.ui.bridge import EventBridge
from bedside_dx.ui.viewer.camera import Camera
from bedside_dx.ui.viewer.canvas import Canvas
from bedside_dx.ui.viewer.overlay import Overlay
from bedside_dx.ui.viewer.tiling import Tiling
from bedside_dx.ui.viewer.tissue import Tissue
from bedside_dx.ui.viewer.view import View

ASK_AGAIN_PX = 128
"""Way after which the tiles that are wanted are thought over again, screen px: far less than is
read ahead. On a large screen it takes some ms."""

ARRIVALS_MS = 10
"""Time for which tiles that come are gathered before they are painted, ms."""

Arrival = tuple[TileKey, Image | None]


class Scene(QObject):
    """Shows one slide; made anew for each.

    Parameters
    ----------
    overlay
        What lies over the tissue.

    Signals
    -------
    changed
        Part of the screen that should be painted again; the whole if it is empty.
    overview_grew
        More of the whole slide is known than before.
    """

    changed = Signal(QRect)
    overview_grew = Signal()

    def __init__(
        self,
        reader: SlideReader,
        slide: PixelSource,
        window: SizePx,
        overlay: Overlay,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.slide = slide
        bridge = EventBridge(self._take, self)
        self._feed = reader.feed(slide, lambda key, image: bridge.emit((key, image)))
        self._tiling = Tiling(slide.size, self._feed.coarsest)
        self.tissue = Tissue(self._tiling, self._feed.peek)
        self._overlay = overlay
        self._canvas = Canvas(self.tissue.draw)
        self._covered = self._canvas.over = Canvas(self._draw_covered)
        self.camera = Camera(slide.size, window, self)
        self.camera.moved.connect(self._on_move)
        self.camera.rested.connect(self._on_rest)
        self._scale = self.camera.view.scale
        self._is_zooming = False
        self._asked: View | None = None
        self._arrivals = QTimer(self)
        self._arrivals.setSingleShot(True)
        self._arrivals.setInterval(ARRIVALS_MS)
        self._arrivals.timeout.connect(self._emit_due)
        self._refining = QTimer(self)
        self._refining.timeout.connect(self._refine)
        self._ask()

    @property
    def is_sharp(self) -> bool:
        """Whether all that is seen is painted with the tiles made for this scale."""
        seen = self._tiling.seen(self.camera.view)
        is_drawn = self._is_zooming or not self._canvas.is_due
        return is_drawn and all(self.tissue.knows(key) for key in seen)

    @property
    def is_rough(self) -> bool:
        """Whether something is drawn in haste, and will be drawn again."""
        return self._is_zooming or self._canvas.is_rough

    @property
    def is_settled(self) -> bool:
        """Whether nothing moves, no tile is to come and nothing is drawn in haste."""
        is_drawn = not self.is_rough and not self._canvas.is_due
        return is_drawn and not self._feed.is_busy and not self.camera.is_moving

    def set_colors(self, background: QColor, pixel_ratio: float) -> None:
        """Change what surrounds the slide."""
        self.tissue.pixel_ratio, self.tissue.surroundings = pixel_ratio, background
        self._canvas.invalidate()
        self._covered.invalidate()

    def paint(self, painter: QPainter, rect: QRect) -> None:
        """Paint a rectangle of the screen."""
        view = self.camera.view
        if self._is_zooming:
            self._draw_in_haste(painter, view, rect)
            return
        self._canvas.update(view, in_haste=self.camera.is_moving)
        if self._overlay.is_empty:
            self._covered.forget()
            self._canvas.paint(painter, rect)
        else:
            self._covered.update(view)
            self._covered.paint(painter, rect)

    def lay_over(self, places: Iterable[QRect] | None) -> None:
        """Draw anew what lies over the tissue in some rectangles of the screen; None for all."""
        if places is None:
            self._covered.invalidate()
            self.changed.emit(QRect())
            return
        for place in places:
            self._covered.invalidate_part(place, self.camera.view)
            self.changed.emit(place)

    def close(self) -> None:
        """Let go of the slide, after which it may be closed."""
        self._feed.close()
        self.camera.stop()
        self._refining.stop()
        self._arrivals.stop()
        self.deleteLater()

    def _draw_in_haste(self, painter: QPainter, view: View, rect: QRect) -> None:
        """Draw on the screen at once: of a frame of a zoom nothing serves the next."""
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
        self.tissue.draw(painter, view, rect)
        self._overlay.draw(painter, view, rect)
        painter.restore()

    def _draw_covered(self, painter: QPainter, view: View, rect: QRect) -> None:
        """The tissue as it is kept, and what lies over it."""
        self._canvas.paint(painter, rect)
        self._overlay.draw(painter, view, rect)

    def _emit_due(self) -> None:
        """Paint what has come; while zooming the next frame shows it, if there is one."""
        self.changed.emit(QRect() if self._is_zooming else self._canvas.due(self.camera.view))

    def _take(self, arrival: Arrival) -> None:
        key, image = arrival
        self.tissue.add(key, image)
        view = self.camera.view
        if key.level >= self._tiling.level_for(view.scale):  # finer ones are for later
            self._canvas.invalidate_part(self.tissue.place(key, view), view)
        if (self._canvas.is_due or self._is_zooming) and not self._arrivals.isActive():
            self._arrivals.start()
        if key.level == self._tiling.coarsest:
            self.overview_grew.emit()

    def _on_move(self) -> None:
        self._refining.stop()
        scale = self.camera.view.scale
        self._is_zooming, self._scale = scale != self._scale, scale
        if self._is_zooming:
            # What comes from now on is not drawn there: a zoom may end at the scale it began with.
            self._canvas.forget()
            self._covered.forget()
            self._arrivals.stop()
        asked, now = self._asked, self.camera.destination
        way = QPoint(*now.origin) - QPoint(*asked.origin) if asked else QPoint()
        if asked is None or asked.scale != now.scale or way.manhattanLength() > ASK_AGAIN_PX:
            self._ask()
        self.changed.emit(QRect())

    def _on_rest(self) -> None:
        self._ask()
        if self.is_rough:
            self._refining.start(0)

    def _ask(self) -> None:
        self._asked = self.camera.destination
        self.tissue.make_room_for(self._asked)
        self._feed.request(self._tiling.wishes(self._asked, self.camera.speed))

    def _refine(self) -> None:
        """Draw better what was drawn in haste, piece by piece: a hand may move on in between."""
        if self._is_zooming:
            self._is_zooming = False
            self._canvas.update(self.camera.view, in_haste=True)
            self.changed.emit(QRect())
        else:
            self.changed.emit(self._canvas.refine())
        if not self._canvas.is_rough:
            self._refining.stop()
