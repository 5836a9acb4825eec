"""Mouse, wheel and keys on a scan: the tool in hand, and what works whatever it is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

from bedside_dx.core.scan import PRESETS
from bedside_dx.ui.scans.key_pointer import KeyPointer
from bedside_dx.ui.scans.tools import PanTool, Tool, WindowTool, ZoomTool

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent

    from bedside_dx.ui.scans.scan_view import ScanView

WHEEL_NOTCH = 120
ZOOM_PER_NOTCH, KEY_ZOOM = 1.15, 1.25
PAGE = 10
"""Slices that a page key goes."""


class ScanHands:
    """What hands do on one view: left by the tool, middle moves, right zooms, the wheel scrolls."""

    def __init__(self, view: ScanView) -> None:
        self._view = view
        self._usual: dict[Qt.MouseButton, Tool] = {
            Qt.MouseButton.LeftButton: WindowTool(),
            Qt.MouseButton.MiddleButton: PanTool(),
            Qt.MouseButton.RightButton: ZoomTool(),
        }
        self._held: Tool | None = None
        self._rest = 0.0
        self.pointer = KeyPointer(view)
        self._keys = self._key_map()

    def press(self, event: QMouseEvent) -> None:
        """Take the tool of the button."""
        usual = self._usual.get(event.button())
        if usual is None or self._view.sheet is None:
            return
        is_left = event.button() == Qt.MouseButton.LeftButton
        self._held = self._view.tool or usual if is_left else usual
        self._held.press(self._view, event)

    def move(self, event: QMouseEvent) -> None:
        """Go on with the tool that is held."""
        if self._held is not None and self._view.sheet is not None:
            self._held.move(self._view, event)

    def release(self, event: QMouseEvent) -> None:
        """Let go of it."""
        held, self._held = self._held, None
        if held is not None and self._view.sheet is not None:
            held.release(self._view, event)

    def turn_wheel(self, event: QWheelEvent) -> None:
        """Scroll; with Ctrl, zoom."""
        notches = (event.angleDelta().y() or event.angleDelta().x()) / WHEEL_NOTCH
        event.accept()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._view.zoom_at(ZOOM_PER_NOTCH**notches, event.position())
            return
        self._rest -= notches
        steps = int(self._rest)
        self._rest -= steps
        if steps:
            self._view.sheets.scroll(steps)

    def press_key(self, event: QKeyEvent) -> bool:
        """Do what a key is for; False where it is for nothing here."""
        commands = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        if self.pointer.owns(event) and not event.modifiers() & commands:
            self.pointer.press_key(event)
            return True
        action = self._keys.get(event.key())
        if action is None or event.modifiers() & commands:
            return False
        action()
        return True

    def owns(self, event: QKeyEvent) -> bool:
        """Whether a key is this view's while it has the focus, not the window's."""
        commands = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        is_known = event.key() in self._keys or self.pointer.owns(event)
        return is_known and not event.modifiers() & commands

    def _key_map(self) -> dict[int, Callable[[], None]]:
        view = self._view
        sheets = view.sheets

        def middle() -> QPointF:
            return QPointF(view.width() / 2, view.height() / 2)

        key = Qt.Key
        numbers = (key.Key_1, key.Key_2, key.Key_3, key.Key_4, key.Key_5)
        keys: dict[int, Callable[[], None]] = {
            key.Key_Up: lambda: sheets.scroll(-1),
            key.Key_Left: lambda: sheets.scroll(-1),
            key.Key_Down: lambda: sheets.scroll(1),
            key.Key_Right: lambda: sheets.scroll(1),
            key.Key_PageUp: lambda: sheets.scroll(-PAGE),
            key.Key_PageDown: lambda: sheets.scroll(PAGE),
            key.Key_Home: lambda: sheets.go_to(0),
            key.Key_End: lambda: sheets.go_to(sheets.count - 1),
            key.Key_Plus: lambda: view.zoom_at(KEY_ZOOM, middle()),
            key.Key_Equal: lambda: view.zoom_at(KEY_ZOOM, middle()),
            key.Key_Minus: lambda: view.zoom_at(1 / KEY_ZOOM, middle()),
            key.Key_0: view.fit,
            key.Key_R: lambda: view.turn(1),
            key.Key_L: lambda: view.turn(3),
            key.Key_H: lambda: view.flip(is_across=True),
            key.Key_V: lambda: view.flip(is_across=False),
            key.Key_I: view.invert,
            key.Key_T: view.toggle_words,
            key.Key_Backspace: view.start_over,
            key.Key_Space: view.ask_to_play,
            key.Key_Delete: view.ask_to_delete,
        }
        return keys | {number: partial(self._use_preset, at) for at, number in enumerate(numbers)}

    def _use_preset(self, at: int) -> None:
        """Windows by number: the named ones of the modality, else those of the file."""
        series = self._view.sheets.series
        if series is not None and not series.is_colour:
            windows = PRESETS.get(series.modality, series.windows)
            if at < len(windows):
                self._view.use_window(windows[at])
