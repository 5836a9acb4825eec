"""The views of a scan, and how they share the room: one, its three planes, or a prior beside it."""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QGridLayout, QWidget

from bedside_dx.app.cutting import AXES, Slab
from bedside_dx.ui.scans.cross_hair import CrossHair
from bedside_dx.ui.scans.link import Link
from bedside_dx.ui.scans.place import Place
from bedside_dx.ui.scans.scan_view import ScanView
from bedside_dx.ui.scans.sheets import STACK, Sheets
from bedside_dx.ui.theme import PALETTES, SPACE_4, ThemeName
from bedside_dx.ui.viewer import SlideViewer

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from bedside_dx.app.reading import Slide, SlideReader
    from bedside_dx.app.stacking import SliceStack
    from bedside_dx.core.scan import Series, Window
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.scans.scan_desk import ScanDesk
    from bedside_dx.ui.scans.scan_view import Layer
    from bedside_dx.ui.scans.tools import Tool


SEAM_OF_VIEWS = QColor("#2b3137")


class Arrangement(StrEnum):
    """How the views share the room."""

    ONE = "one"
    PLANES = "planes"
    PRIOR = "prior"


class ScanBoard(QWidget):
    """One to three views of the scan in front.

    Signals
    -------
    front_changed
        The controls are for another view now, or the view shows something else.
    play_wanted
        A key asks for the slices to play, or to stop.
    delete_wanted
        A key asks to delete the measure in hand.
    """

    front_changed = Signal()
    play_wanted = Signal()
    delete_wanted = Signal()

    def __init__(self, look: Look, desk: ScanDesk, slides: SlideReader) -> None:
        super().__init__()
        self._look, self._desk, self._slides = look, desk, slides
        self.beside: Slide | None = None
        self._layers: list[Layer] = []
        self.arrangement = Arrangement.ONE
        self.place = Place(self)
        self.prior_place = Place(self)
        self.link = Link(self.place, self.prior_place, self)
        self._tool: Tool | None = None
        self._cross_hair = CrossHair(on_black(look, "accent"))
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(SPACE_4 // 2)
        self.main = self._made(self.place)
        self.front = self.main
        self._grid.addWidget(self.main, 0, 0, 2, 1)
        self.link.changed.connect(self._cross)
        look.changed.connect(self._recolor)
        self._recolor()

    @cached_property
    def sides(self) -> tuple[ScanView, ScanView]:
        """The two planes across the main view's; made when they are first wanted."""
        views = (self._made(self.place), self._made(self.place))
        for row, view in enumerate(views):
            self._grid.addWidget(view, row, 1)
            view.hide()
        return views

    @cached_property
    def prior(self) -> ScanView:
        """The examination to compare with; made when it is first wanted."""
        view = self._made(self.prior_place)
        self._grid.addWidget(view, 0, 2, 2, 1)
        view.hide()
        return view

    @cached_property
    def slide(self) -> SlideViewer:
        """A slide beside the scan; made when it is first wanted."""
        viewer = SlideViewer(self._slides, self._look.t, self)
        self._grid.addWidget(viewer, 0, 3, 2, 1)
        viewer.hide()
        color = self._look.color
        viewer.set_colors(color("canvas"), color("ink"), color("accent"))
        return viewer

    @property
    def views(self) -> list[ScanView]:
        """All views that were made."""
        made = [self.main]
        if "sides" in self.__dict__:
            made += self.sides
        if "prior" in self.__dict__:
            made.append(self.prior)
        return made

    @property
    def shown(self) -> list[ScanView]:
        """Views that can be seen in this arrangement."""
        match self.arrangement:
            case Arrangement.PLANES:
                return [self.main, *self.sides]
            case Arrangement.PRIOR:
                return [self.main] if self.beside else [self.main, self.prior]
            case _:
                return [self.main]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Keep what lies between the views dark in every theme: a bright line would dazzle."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), SEAM_OF_VIEWS)
        painter.end()

    # --- what is shown -------------------------------------------------------------------

    def show_stack(self, stack: SliceStack, number: int) -> None:
        """Show a series, or the same with more slices, from one of its slices."""
        is_other = self.link.holds and not self.link.is_for(stack.series)
        if is_other:
            self.link.part()
        self.main.sheets.show(stack, number)
        if is_other:
            self.join()
        if not stack.can_stack and self.arrangement is Arrangement.PLANES:
            self.arrange(Arrangement.ONE)
        self._show_sides()
        self.front_changed.emit()

    def forget(self) -> None:
        """Begin anew: another series or another patient is to be shown."""
        self.place.forget()
        for view in self.views:
            if view.sheets.place is self.place:
                view.forget()

    def clear(self) -> None:
        """Show nothing."""
        self.forget()
        self.prior_place.forget()
        for view in self.views:
            view.sheets.clear()
        self._let_go_of_slide()
        self.link.part()
        self.arrange(Arrangement.ONE)

    def take_slice(self, stack: SliceStack, at: int) -> None:
        """A slice has come, or could not be read."""
        for view in self.shown:
            if view.sheets.stack is stack:
                view.sheets.take_slice(at)

    def show_prior(self, stack: SliceStack) -> None:
        """Show a series to compare with, at the same place of the patient as far as known."""
        self._let_go_of_slide()
        self.link.part()
        self.prior.forget()
        self.prior_place.forget()
        share = self.main.sheets.number / max(self.main.sheets.count - 1, 1)
        self.prior.sheets.show(stack, round(share * (stack.count - 1)))
        self.join()
        self.arrange(Arrangement.PRIOR)

    def join(self) -> None:
        """Let both examinations scroll together from where they stand."""
        self.link.join(self.main.sheets.series, self.prior.sheets.series)

    def show_slide(self, slide: Slide) -> None:
        """Show a slide beside the scan."""
        if slide is not self.beside:
            self.slide.show_slide(slide)
        self.beside = slide
        self.arrange(Arrangement.PRIOR)

    # --- how it is shown -----------------------------------------------------------------

    def arrange(self, arrangement: Arrangement) -> None:
        """Share the room in another way."""
        stack = self.main.sheets.stack
        if arrangement is Arrangement.PLANES and (stack is None or not stack.can_stack):
            arrangement = Arrangement.ONE
        self.arrangement = arrangement
        if self.link.is_setting and (self.beside or arrangement is not Arrangement.PRIOR):
            self.link.part()
        shown = self.shown
        self._grid.setColumnStretch(0, 3)
        self._grid.setColumnStretch(1, 2 if arrangement is Arrangement.PLANES else 0)
        is_two = arrangement is Arrangement.PRIOR
        self._grid.setColumnStretch(2, 3 if is_two and not self.beside else 0)
        self._grid.setColumnStretch(3, 3 if is_two and self.beside else 0)
        if "slide" in self.__dict__:
            self.slide.setVisible(is_two and self.beside is not None)
        for view in self.views:
            view.setVisible(view in shown)
        self._cross()
        self._show_sides()
        if self.front not in shown:
            self._come_front(self.main)
        self.front_changed.emit()

    def turn_to(self, name: str) -> None:
        """Turn the main view to one of the patient's planes, or to the scanner's own."""
        self.main.sheets.turn_to(name)
        self.main.fit()
        self._show_sides()
        self.front_changed.emit()

    def thicken(self, thick_mm: float, slab: Slab) -> None:
        """Show slabs instead of single planes, in all views of the scan in front."""
        for view in self.views:
            if view.sheets.place is self.place:
                view.sheets.thicken(thick_mm, slab)

    def use_tool(self, tool: Tool | None) -> None:
        """Give all views the same tool for the left button."""
        self._tool = tool
        for view in self.views:
            view.tool = tool
            if tool is None:
                view.unsetCursor()
            else:
                view.setCursor(tool.cursor)

    def lay_over(self, layer: Layer) -> None:
        """Draw a layer over all views, also over those that are made later."""
        self._layers.append(layer)
        for view in self.views:
            view.layers.append(layer)

    def redraw(self) -> None:
        """Draw what lies over the views again."""
        for view in self.views:
            view.update()

    def use_window(self, window: Window) -> None:
        """Show the same values from black to white in all views of the series in front."""
        series = self.front.sheets.series
        for view in self.shown:
            if view.sheets.series is series:
                view.use_window(window)

    # --- inside --------------------------------------------------------------------------

    def _made(self, place: Place) -> ScanView:
        view = ScanView(self._look, Sheets(self._desk.background, place, self))
        view.entered.connect(lambda: self._come_front(view))
        view.sheets.changed.connect(self._tell_if_front)
        view.view_changed.connect(self._tell_if_front)
        view.play_wanted.connect(self.play_wanted)
        view.delete_wanted.connect(self.delete_wanted)
        view.layers = list(self._layers)
        view.windowed.connect(lambda: self._window_like(view))
        self.place.moved.connect(view.update)
        if self._tool is not None:
            view.tool = self._tool
            view.setCursor(self._tool.cursor)
        return view

    def _come_front(self, view: ScanView) -> None:
        if view is not self.front:
            self.front = view
            self.front_changed.emit()

    def _tell_if_front(self) -> None:
        if self.sender() in (self.front, self.front.sheets):
            self.front_changed.emit()

    def _window_like(self, view: ScanView) -> None:
        """Three planes of one series are shown through one window."""
        for other in self.shown:
            if other is not view and other.sheets.stack is view.sheets.stack:
                other.take_window(view.window_of_values)

    def _cross(self) -> None:
        """Draw the place looked at where it tells something: across planes, and set by hand."""
        is_by_hand = self.link.is_setting or (self.link.holds and self.link.is_by_hand)
        has_cross = self.arrangement is Arrangement.PLANES or (
            self.arrangement is Arrangement.PRIOR and not self.beside and is_by_hand
        )
        self._cross_hair.is_short = self.arrangement is not Arrangement.PLANES
        for view in self.views:
            others = [layer for layer in view.layers if layer is not self._cross_hair]
            view.layers = [*others, self._cross_hair] if has_cross else others
            view.update()

    def _show_sides(self) -> None:
        stack = self.main.sheets.stack
        if self.arrangement is not Arrangement.PLANES or stack is None:
            return
        own = self.main.sheets.name
        lies = plane_like(stack.series) if own == STACK else own
        for view, name in zip(self.sides, [n for n in AXES if n != lies], strict=True):
            view.sheets.join(stack, name)
            view.sheets.thicken(self.main.sheets.thick_mm, self.main.sheets.slab)
            view.take_window(self.main.window_of_values)

    def _let_go_of_slide(self) -> None:
        if self.beside is not None:
            self.slide.clear()
            self.beside = None

    def _recolor(self) -> None:
        if "slide" in self.__dict__:
            color = self._look.color
            self.slide.set_texts(self._look.t)
            self.slide.set_colors(color("canvas"), color("ink"), color("accent"))
        self._cross_hair.color = on_black(self._look, "accent")
        for view in self.views:
            view.update()


def on_black(look: Look, hue: str) -> QColor:
    """Colour of a hue that is seen on the black around every scan, in all themes."""
    theme = ThemeName.DIM if look.theme is ThemeName.DIM else ThemeName.DARK
    return QColor(getattr(PALETTES[theme], hue))


def plane_like(series: Series) -> str:
    """Plane of the patient that a series' own slices are nearest to."""
    plane = series.frames[0].plane
    if plane is None:
        return "axial"
    axis = int(np.argmax(np.abs(plane.normal)))
    return next(name for name, of in AXES.items() if of == axis)
