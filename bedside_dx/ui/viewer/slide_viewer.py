"""The widget that shows a slide. Everything is drawn in screen px, whatever the scaling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QStyle, QWidget

from bedside_dx.app.reading import SlideReader
from bedside_dx.core.geometry import PatchGrid, RegionPx, SizePx
from bedside_dx.core.patterns import Pattern
from bedside_dx.core.ports import PixelSource
from bedside_dx.text import Texts
from bedside_dx.ui.viewer.camera import Camera
from bedside_dx.ui.viewer.changes import Change, changed_places
from bedside_dx.ui.viewer.contours import Polyline, trace
from bedside_dx.ui.viewer.marks import Marks
from bedside_dx.ui.viewer.mini_map import MiniMap
from bedside_dx.ui.viewer.navigation import Navigation
from bedside_dx.ui.viewer.overlay import Overlay, raster_of, raster_of_mask
from bedside_dx.ui.viewer.scale_bar import ScaleBar
from bedside_dx.ui.viewer.scene import Scene
from bedside_dx.ui.viewer.view import View

MARGIN = 12
"""Distance of map and scale bar from the window's edge, logical px."""

ROOM_FOR_MAP = (420, 320)
"""Least width and height of a window that has room for the map, logical px."""


class SlideViewer(QWidget):
    """Pan, zoom and look at one slide, with what a model saw laid over it.

    Signals
    -------
    patch_clicked
        Column and row of the cell that was clicked, in the grid given last.
    view_changed
        Another part of the slide is seen, or at another scale.
    zoom_changed
        Screen px per px of level 0.
    """

    patch_clicked = Signal(int, int)
    view_changed = Signal()
    zoom_changed = Signal(float)

    def __init__(self, reader: SlideReader, t: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(240, 180)
        self._reader = reader
        self._scene: Scene | None = None
        self._grid: PatchGrid | None = None
        self._overlay = Overlay()
        self._marks = Marks()
        self._bar = ScaleBar(t)
        self._background = QColor("#eef1f4")
        self._last_scale = 0.0
        self._is_reduced: bool | None = None
        self._map = MiniMap(self)
        self._map.hide()
        self._map.picked.connect(self._go_to)
        navigation = Navigation(self, lambda: self.camera)
        navigation.clicked.connect(self._pick_patch)
        self.set_texts(t)
        self.set_colors("#eef1f4", "#141c24", "#0b6b6e")

    # --- what is shown -----------------------------------------------------------------

    @property
    def camera(self) -> Camera | None:
        """What moves the view; None without a slide."""
        return self._scene.camera if self._scene else None

    @property
    def view(self) -> View | None:
        """What is seen; None without a slide."""
        return self._scene.camera.view if self._scene else None

    @property
    def is_moving(self) -> bool:
        """Whether a person, or a motion that a person began, moves the view."""
        return self._scene is not None and self._scene.camera.is_moving

    @property
    def is_sharp(self) -> bool:
        """Whether nothing that is seen is a coarse stand-in any more."""
        return self._scene is None or self._scene.is_sharp

    @property
    def is_settled(self) -> bool:
        """Whether nothing moves, every tile has come and all is drawn as well as can be."""
        return self._scene is None or self._scene.is_settled

    def show_slide(self, slide: PixelSource) -> None:
        """Show a slide from its beginning: all of it, nothing laid over it."""
        self.clear()
        self._scene = scene = Scene(self._reader, slide, self._window(), self._overlay, self)
        scene.changed.connect(self._repaint)
        scene.overview_grew.connect(self._draw_map)
        scene.camera.moved.connect(self._on_move)
        scene.camera.animated = not self._reduces_motion()
        self._bar.use(slide.spacing)
        self._overlay.slide = slide.size
        self._map.show_slide(slide.size)
        self._color_scene()
        self._arrange()
        self._on_move()

    def clear(self) -> None:
        """Show no slide. The one that was shown may be closed afterwards."""
        if self._scene is not None:
            self._scene.close()
            self._scene = None
        self._grid = None
        self._overlay.clear()
        self._marks.clear()
        self._map.hide()
        self.update()

    def set_heatmap(self, rgba: NDArray[np.uint8] | None, grid: PatchGrid) -> None:
        """Lay colours over the cells of a grid.

        Parameters
        ----------
        rgba
            (rows, columns, 4) uint8, sRGB with straight alpha; None for no colours.
        """
        before, after = self._overlay.heatmap, None if rgba is None else raster_of(rgba, grid)
        self._overlay.heatmap = after
        self._map.set_heatmap(after)
        self._lay_over(grid, [(before, after)])

    def set_patterns(self, masks: Mapping[Pattern, NDArray[np.bool_]], grid: PatchGrid) -> None:
        """Draw patterns over cells that are not known or were left out.

        Parameters
        ----------
        masks
            (rows, columns) bool by pattern; empty for none.
        """
        before = self._overlay.patterned
        self._overlay.patterned = after = {
            pattern: raster_of_mask(mask, grid) for pattern, mask in masks.items()
        }
        changes = [(before.get(p), after.get(p)) for p in {*before, *after}]
        self._lay_over(grid, changes)

    def set_contours(
        self, contours: list[Polyline] | NDArray[Any] | None, grid: PatchGrid, limit: float = 0.5
    ) -> None:
        """Draw lines around what was found.

        Parameters
        ----------
        contours
            Lines of (n, 2) px of level 0; or a raster, (rows, columns), bool or float with
            NaN for nothing, whose crossings of `limit` are drawn; None for no lines.
        """
        self._grid, had_lines = grid, self._overlay.has_contours
        is_raster = isinstance(contours, np.ndarray)
        self._overlay.set_contours(trace(contours, grid, limit) if is_raster else contours or [])
        if self._scene is not None and (had_lines or self._overlay.has_contours):
            self._scene.lay_over(None)

    def set_key_regions(self, regions: list[RegionPx]) -> None:
        """Frame these regions of level 0 and number them from 1."""
        if regions != self._marks.key_regions:
            self._marks.key_regions = list(regions)
            self.update()

    def select_cell(self, column: int, row: int, grid: PatchGrid) -> None:
        """Outline one patch."""
        self._marks.selected = grid.region(column, row)
        self.update()

    def clear_selection(self) -> None:
        """Outline no patch."""
        self._marks.selected = None
        self.update()

    # --- moving ------------------------------------------------------------------------

    def jump_to(self, region: RegionPx) -> None:
        """Show a region of level 0 and what surrounds it."""
        if camera := self.camera:
            camera.jump(region)

    def fit(self) -> None:
        """Show the whole slide."""
        if camera := self.camera:
            camera.fit()

    def show_actual_pixels(self) -> None:
        """Show one pixel of the slide on one of the screen."""
        if camera := self.camera:
            camera.zoom_to(1.0, camera.view.width / 2, camera.view.height / 2)

    def set_reduced_motion(self, reduced: bool | None) -> None:
        """Make all moves instant, or not; None: as the system asks."""
        self._is_reduced = reduced
        if camera := self.camera:
            camera.animated = not self._reduces_motion()

    # --- words and colours -------------------------------------------------------------

    def set_texts(self, t: Texts) -> None:
        """Speak another language."""
        self._bar.t = t
        self.setAccessibleName(t("Slide viewer"))
        self.setAccessibleDescription(
            t(
                "Arrow keys move, plus and minus zoom, 0 shows the whole slide,"
                " 1 shows it pixel by pixel."
            )
        )
        self._map.setAccessibleName(t("Map of the slide"))
        self.update()

    def set_colors(
        self, background: QColor | str, foreground: QColor | str, accent: QColor | str
    ) -> None:
        """Take the colours of a theme: around the slide, of words and lines, of marks."""
        self._background = QColor(background)
        plate, ink = QColor(background), QColor(foreground)
        plate.setAlphaF(0.88)
        self._bar.plate, self._bar.ink = plate, ink
        self._marks.accent = self._map.frame = QColor(accent)
        self._marks.on_accent = QColor(background)
        self._map.border = QColor(ink.red(), ink.green(), ink.blue(), 110)
        self._color_scene()
        self.update()

    # --- Qt's events -------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._scene is None:
            painter.fillRect(event.rect(), self._background)
            painter.end()
            return
        ratio = self.devicePixelRatioF()
        painter.scale(1 / ratio, 1 / ratio)
        view = self._scene.camera.view
        rect = _on_screen(event.rect(), ratio) & QRect(0, 0, view.width, view.height)
        self._scene.paint(painter, rect)
        self._marks.draw(painter, view, ratio)
        self._bar.draw(painter, view, ratio, self._bar_corner(ratio))
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._arrange()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._arrange()
        return super().event(event)

    # --- inside ------------------------------------------------------------------------

    def _window(self) -> SizePx:
        ratio = self.devicePixelRatioF()
        return SizePx(max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))

    def _arrange(self) -> None:
        if self._scene is None:
            return
        self._color_scene()
        self._scene.camera.resize(self._window())
        self._map.follow(self._scene.camera.view)
        self._map.move(MARGIN, self.height() - self._map.height() - MARGIN)
        self._show_map()
        self._draw_map()

    def _show_map(self) -> None:
        """Show the map where there is room for it and something that is out of view."""
        has_room = self.width() >= ROOM_FOR_MAP[0] and self.height() >= ROOM_FOR_MAP[1]
        is_wanted = has_room and self._map.is_needed
        if is_wanted != self._map.isVisibleTo(self):
            self._map.setVisible(is_wanted)
            self._draw_map()
            self.update()  # the scale bar stands beside it

    def _color_scene(self) -> None:
        ratio = self.devicePixelRatioF()
        self._overlay.pixel_ratio = ratio
        if self._scene is not None:
            self._scene.set_colors(self._background, ratio)

    def _draw_map(self) -> None:
        if self._scene is not None and self._map.isVisibleTo(self):
            self._map.set_picture(self._scene.tissue.overview(self._map.picture_side))

    def _bar_corner(self, ratio: float) -> QPointF:
        left = MARGIN
        if self._map.isVisible():
            left += self._map.width() + MARGIN
        return QPointF(left * ratio, (self.height() - MARGIN) * ratio)

    def _lay_over(self, grid: PatchGrid, changes: list[Change]) -> None:
        """Draw again what looks different: most of a heatmap that grows stays as it is."""
        self._grid = grid
        if self._scene is not None:
            self._scene.lay_over(changed_places(changes, grid, self._scene.camera.view))

    def _repaint(self, rect: QRect) -> None:
        ratio = self.devicePixelRatioF()
        if rect.isEmpty():
            self.update()
        else:
            part = QRectF(rect.x() / ratio, rect.y() / ratio, rect.width() / ratio,
                          rect.height() / ratio)  # fmt: skip
            self.update(part.toAlignedRect().adjusted(-1, -1, 1, 1))

    def _on_move(self) -> None:
        view = self.view
        if view is None:
            return
        self._map.follow(view)
        self._show_map()
        self.view_changed.emit()
        if view.scale != self._last_scale:
            self._last_scale = view.scale
            self.zoom_changed.emit(view.scale)

    def _pick_patch(self, x: float, y: float) -> None:
        if self._grid is None or (view := self.view) is None:
            return
        cell = self._grid.cell_at(*view.to_slide(x, y))
        if cell is not None:
            self.patch_clicked.emit(*cell)

    def _go_to(self, x: float, y: float) -> None:
        if camera := self.camera:
            camera.centre(x, y)

    def _reduces_motion(self) -> bool:
        if self._is_reduced is not None:
            return self._is_reduced
        hint = QStyle.StyleHint.SH_Widget_Animation_Duration
        return self.style().styleHint(hint, None, self) <= 0


def _on_screen(rect: QRect, ratio: float) -> QRect:
    """Screen px that a rectangle of logical px touches."""
    scaled = QRectF(rect.x() * ratio, rect.y() * ratio, rect.width() * ratio, rect.height() * ratio)
    return scaled.toAlignedRect()
