"""Mouse, wheel and keys on a scan: the tool in hand, and what works whatever it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt

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
        action = self._keys.get(Qt.Key(event.key())) if event.key() in self._keys else None
        if action is None or event.modifiers() & commands:
            return False
        action()
        return True

    def owns(self, event: QKeyEvent) -> bool:
        """Whether a key is this view's while it has the focus, not the window's."""
        commands = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        return event.key() in self._keys and not event.modifiers() & commands

    def _key_map(self) -> dict[int, Callable[[], None]]:
        view = self._view
        sheets = view.sheets

        def middle() -> QPointF:
            return QPointF(view.width() / 2, view.height() / 2)

        def turn(quarters: int) -> None:
            view.use_pose(replace(view.pose, turns=(view.pose.turns + quarters) % 4))

        key = Qt.Key
        return {
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
            key.Key_R: lambda: turn(1),
            key.Key_L: lambda: turn(3),
            key.Key_H: lambda: flip(view, is_across=True),
            key.Key_V: lambda: flip(view, is_across=False),
            key.Key_I: view.invert,
            key.Key_Backspace: view.start_over,
        }


def flip(view: ScanView, *, is_across: bool) -> None:
    """Exchange left and right of what is on the screen, or top and bottom."""
    pose = view.pose
    # The pose flips before it turns: a flip on the screen turns the other way round.
    turns = (-pose.turns) % 4 if is_across else (2 - pose.turns) % 4
    view.use_pose(replace(pose, is_flipped=not pose.is_flipped, turns=turns))
