"""Under a scan: where one is, how the views share the room, and how values are shown."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from bedside_dx.app.cutting import AXES, Slab
from bedside_dx.text.message import mark
from bedside_dx.ui.controls import Button, Words, dress, line
from bedside_dx.ui.picker import Picker
from bedside_dx.ui.scans.cine import SPEEDS, USUAL_SPEED
from bedside_dx.ui.scans.corners import plane_words, slab_words
from bedside_dx.ui.scans.scan_board import Arrangement
from bedside_dx.ui.scans.shading import found_window
from bedside_dx.ui.scans.sheets import STACK
from bedside_dx.ui.scans.slice_slider import SliceSlider
from bedside_dx.ui.scans.tools import CrossHairTool, PanTool, ScrollTool, Tool, WindowTool, ZoomTool
from bedside_dx.ui.scans.window_words import window_words
from bedside_dx.ui.theme import SPACE_4, SPACE_8, SPACE_12

if TYPE_CHECKING:
    from bedside_dx.core.scan import Series, Window
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.scans.scan_board import ScanBoard

PLANES = (STACK, *AXES)
SLABS = (0.0, 5.0, 10.0, 20.0, 40.0)
"""Thickness of a slab, mm; 0 is a single plane."""


class ScanStrip(QWidget):
    """Two quiet lines of controls.

    Signals
    -------
    went_to
        Place that a person wants to see.
    arranged
        `Arrangement` that a person wants.
    played
        A person wants the slices to play, or to stop.
    speed_chosen
        Slices a second.
    """

    went_to = Signal(int)
    arranged = Signal(object)
    played = Signal()
    speed_chosen = Signal(int)

    def __init__(self, look: Look, board: ScanBoard) -> None:
        super().__init__()
        self._look, self._board = look, board
        self._windows: tuple[Window, ...] = ()
        self.play = Button(look, "icon", "play")
        self.slider = SliceSlider(look)
        self._count = Words("soft")
        self.speed = Picker(look)
        self.arrangements = {
            Arrangement.ONE: Button(look, "icon", "rectangle"),
            Arrangement.PLANES: Button(look, "icon", "layout"),
            Arrangement.PRIOR: Button(look, "icon", "columns"),
        }
        self.plane, self.window_picker, self.slab = Picker(look), Picker(look), Picker(look)
        self.tools: list[tuple[Tool, Button, str]] = []
        self.cross_hair = CrossHairTool()
        self._tool_group = QButtonGroup(self)
        self._tool_row = QHBoxLayout()
        self._tool_row.setSpacing(SPACE_4)
        self.turn = Button(look, "icon", "arrow-clockwise")
        self.flip = Button(look, "icon", "swap")
        self.invert = Button(look, "icon", "circle-half-tilt")
        self._fill_tools()
        self._lay_out()
        self._connect()
        look.changed.connect(self.refresh)
        self.refresh()

    def add_tool(self, tool: Tool, icon_name: str, key: str) -> Button:
        """Offer one more tool for the left button.

        Parameters
        ----------
        key
            English sentence that says what it is; it is translated here.
        """
        button = Button(self._look, "icon", icon_name)
        button.setCheckable(True)
        self._tool_group.addButton(button)
        self.tools.append((tool, button, key))
        self._tool_row.addWidget(button)
        button.clicked.connect(lambda: self._board.use_tool(tool))
        return button

    @property
    def in_hand(self) -> Tool:
        """The tool of the left button."""
        return next(tool for tool, button, _ in self.tools if button.isChecked())

    def take(self, tool: Tool) -> None:
        """Take a tool that is offered in hand."""
        next(button for one, button, _ in self.tools if one is tool).click()

    # --- what is shown -------------------------------------------------------------------

    def refresh(self) -> None:
        """Draw the words again."""
        t = self._look.t
        self.slider.setAccessibleName(t("Slice"))
        self.play.say(t("Play the slices"), keys=t("Space"))
        self.arrangements[Arrangement.ONE].say(t("One view"))
        self.arrangements[Arrangement.PLANES].say(t("Three planes with cross-hair"))
        self.arrangements[Arrangement.PRIOR].say(t("Compare with another series"))
        for picker, name in (
            (self.plane, t("Plane")),
            (self.window_picker, t("Window of values")),
            (self.slab, t("Thickness of the slab")),
            (self.speed, t("Slices per second")),
        ):
            picker.setAccessibleName(name)
            picker.setToolTip(name)
        for _, button, key in self.tools:
            button.say(t(key))
        self.turn.say(t("Turn clockwise"), keys="R")
        self.flip.say(t("Exchange left and right"), keys="H")
        self.invert.say(t("Exchange black and white"), keys="I")
        _refill(self.speed, [t("{n:count}/s", n=speed) for speed in SPEEDS])
        _refill(self.plane, [plane_words(name, self._look) for name in PLANES])
        _refill(self.slab, self._slab_words())
        self.follow()

    def follow(self) -> None:
        """Show where the view in front stands."""
        view = self._board.front
        sheets, t = view.sheets, self._look.t
        series, stack = sheets.series, sheets.stack
        self.slider.blockSignals(True)
        self.slider.setRange(0, max(sheets.count - 1, 0))
        self.slider.setValue(sheets.number)
        self.slider.blockSignals(False)
        self.slider.show_share(stack.done / max(stack.count, 1) if stack else 1.0)
        many = sheets.count > 1
        for widget in (self.slider, self.play, self.speed, self._count):
            widget.setEnabled(many)
        self._count.setText(t("{n:count} of {all:count}", n=sheets.number + 1, all=sheets.count))
        can_stack = stack is not None and stack.can_stack
        self.arrangements[Arrangement.PLANES].setEnabled(can_stack)
        for widget in (self.plane, self.slab):
            widget.setEnabled(can_stack)
        for arrangement, button in self.arrangements.items():
            button.setChecked(arrangement is self._board.arrangement)
        self.plane.setCurrentIndex(PLANES.index(self._board.main.sheets.name))
        self._follow_window(series, view.window_of_values)

    def show_playing(self, *, is_playing: bool) -> None:
        """Show whether the slices play."""
        self.play.use_icon("pause" if is_playing else "play")

    # --- inside --------------------------------------------------------------------------

    def _fill_tools(self) -> None:
        for tool, icon_name, key in (
            (WindowTool(), "circle-half", mark("Window of values, by dragging")),
            (self.cross_hair, "crosshair", mark("Cross-hair")),
            (ScrollTool(), "arrows-down-up", mark("Slice by slice, by dragging")),
            (PanTool(), "hand", mark("Move")),
            (ZoomTool(), "magnifying-glass-plus", mark("Zoom")),
        ):
            self.add_tool(tool, icon_name, key)
        self.tools[0][1].setChecked(True)
        self._board.use_tool(self.tools[0][0])

    def _connect(self) -> None:
        self.slider.valueChanged.connect(self.went_to)
        self.play.clicked.connect(self.played)
        self.speed.activated.connect(self._speed)
        for arrangement, button in self.arrangements.items():
            button.setCheckable(True)
            button.clicked.connect(partial(self._arrange, arrangement))
        self.plane.activated.connect(self._turn_to)
        self.window_picker.activated.connect(self._use_window)
        self.slab.activated.connect(self._thicken)
        self.turn.clicked.connect(lambda: self._board.front.turn(1))
        self.flip.clicked.connect(lambda: self._board.front.flip(is_across=True))
        self.invert.clicked.connect(self._invert)

    def _arrange(self, arrangement: Arrangement) -> None:
        self.arranged.emit(arrangement)
        self.follow()  # where there is no room or no reason for it, the button springs back

    def _speed(self, at: int) -> None:
        self.speed_chosen.emit(SPEEDS[at])

    def _turn_to(self, at: int) -> None:
        self._board.turn_to(PLANES[at])

    def _invert(self) -> None:
        for view in self._board.shown:
            if view.sheets.stack is self._board.front.sheets.stack:
                view.invert()

    def _slab_words(self) -> list[str]:
        t = self._look.t
        thick = [t("{mm:decimal} mm", mm=mm) for mm in SLABS[1:]]
        kinds = [slab_words(kind, self._look) for kind in Slab]
        return [t("single plane"), *(f"{kind} {mm}" for kind in kinds for mm in thick)]

    def _thicken(self, at: int) -> None:
        kinds, many = tuple(Slab), len(SLABS) - 1
        if at == 0:
            self._board.thicken(0.0, Slab.MEAN)
        else:
            self._board.thicken(SLABS[1 + (at - 1) % many], kinds[(at - 1) // many])

    def _follow_window(self, series: Series | None, used: Window) -> None:
        windows = series.windows if series else ()
        if windows != self._windows or self.window_picker.count() == 0:
            self._windows = windows
        words = [window_words(window, self._look) for window in windows]
        t = self._look.t
        _refill(self.window_picker, [*words, t("by its values"), t("by hand")])
        same = [
            at for at, w in enumerate(windows)
            if (w.centre, w.width) == (used.centre, used.width)
        ]  # fmt: skip
        own = len(windows) + (1 if self._board.front.is_windowed else 0)
        self.window_picker.setCurrentIndex(same[0] if same else own)
        self.window_picker.setEnabled(series is not None and not series.is_colour)

    def _use_window(self, at: int) -> None:
        if at < len(self._windows):
            self._board.use_window(self._windows[at])
        elif at == len(self._windows) and (sheet := self._board.front.sheet) is not None:
            self._board.use_window(found_window(sheet.cut.values))
            self._board.front.let_go_of_window()
        self.follow()

    def _lay_out(self) -> None:
        dress(self, "panel")
        first = QHBoxLayout()
        first.setContentsMargins(SPACE_12, SPACE_4, SPACE_12, 0)
        first.setSpacing(SPACE_8)
        first.addWidget(self.play)
        first.addWidget(self.slider, 1)
        first.addWidget(self._count)
        first.addWidget(self.speed)
        first.addSpacing(SPACE_8)
        first.addLayout(self._tool_row)
        for picker in (self.plane, self.window_picker, self.slab, self.speed):
            picker.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.speed.addItems([str(speed) for speed in SPEEDS])
        self.speed.setCurrentIndex(SPEEDS.index(USUAL_SPEED))
        second = QHBoxLayout()
        second.setContentsMargins(SPACE_12, 0, SPACE_12, SPACE_8)
        second.setSpacing(SPACE_4)
        for button in self.arrangements.values():
            second.addWidget(button)
        second.addSpacing(SPACE_8)
        for picker in (self.plane, self.window_picker, self.slab):
            second.addWidget(picker)
            second.addSpacing(SPACE_4)
        second.addStretch(1)
        for button in (self.turn, self.flip, self.invert):
            second.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_4)
        layout.addWidget(line())
        layout.addLayout(first)
        layout.addLayout(second)


def _refill(picker: Picker, words: list[str]) -> None:
    """Change a list's words and keep what is chosen."""
    if [picker.itemText(at) for at in range(picker.count())] == words:
        return
    at = max(picker.currentIndex(), 0)
    picker.clear()
    picker.addItems(words)
    picker.setCurrentIndex(min(at, len(words) - 1))
