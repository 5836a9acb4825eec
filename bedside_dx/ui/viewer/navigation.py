"""Mouse, wheel, keys and fingers, turned into moves of the camera."""

from __future__ import annotations

from collections.abc import Callable
from math import hypot
from time import monotonic
from typing import cast

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QInputDevice, QKeyEvent, QMouseEvent, QNativeGestureEvent, QWheelEvent
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QWidget

from bedside_dx.ui.viewer.camera import Camera
from bedside_dx.ui.viewer.motion import SLOWEST, Hand

DRAG_PX = 4
"""How far the hand may tremble in a click, logical px."""

WHEEL_NOTCH = 120
ZOOM_PER_NOTCH = 1.35
KEY_ZOOM = 1.5
KEY_PAN = 0.12
"""Share of the window that one press of an arrow moves; with Shift it is `PAGE_PAN`."""
PAGE_PAN = 0.8

ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}

KEYS = frozenset(
    {
        *ARROWS,
        Qt.Key.Key_Plus,
        Qt.Key.Key_Equal,
        Qt.Key.Key_Minus,
        Qt.Key.Key_0,
        Qt.Key.Key_1,
        Qt.Key.Key_Home,
        Qt.Key.Key_Space,
    }
)
COMMANDS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


class Navigation(QObject):
    """Listens to one widget and moves the camera that it shows.

    Signals
    -------
    clicked
        A click without a drag, in screen px.
    """

    clicked = Signal(float, float)

    def __init__(self, widget: QWidget, camera: Callable[[], Camera | None]) -> None:
        super().__init__(widget)
        self._widget = widget
        self._find_camera = camera
        self._hand = Hand()
        self._pressed_at: QPointF | None = None
        self._last = QPointF()
        self._dragging = False
        self._panning_with_space = False
        self._handlers: dict[QEvent.Type, Callable[[Camera, QEvent], bool]] = {
            QEvent.Type.MouseButtonPress: self._press,
            QEvent.Type.MouseMove: self._move,
            QEvent.Type.MouseButtonRelease: self._release,
            QEvent.Type.MouseButtonDblClick: self._double_click,
            QEvent.Type.Wheel: self._wheel,
            QEvent.Type.ShortcutOverride: self._claim_key,
            QEvent.Type.KeyPress: self._key_press,
            QEvent.Type.KeyRelease: self._key_release,
            QEvent.Type.FocusOut: self._lose_focus,
            QEvent.Type.NativeGesture: self._native_gesture,
            QEvent.Type.Gesture: self._gesture,
        }
        widget.grabGesture(Qt.GestureType.PinchGesture)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        handler = self._handlers.get(event.type())
        camera = self._find_camera()
        if handler is None or camera is None or watched is not self._widget:
            return False
        return handler(camera, event)

    # --- mouse -------------------------------------------------------------------------

    def _press(self, camera: Camera, event: QEvent) -> bool:
        mouse = cast("QMouseEvent", event)
        if mouse.button() not in {Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton}:
            return False
        camera.stop()
        self._pressed_at = self._last = mouse.position()
        self._dragging = False
        self._hand = Hand()
        self._follow(mouse.position())
        return True

    def _move(self, camera: Camera, event: QEvent) -> bool:
        mouse = cast("QMouseEvent", event)
        if self._pressed_at is None:
            return False
        way = mouse.position() - self._pressed_at
        if not self._dragging and hypot(way.x(), way.y()) < DRAG_PX:
            return True
        self._dragging = True
        self._show_cursor()
        step = (mouse.position() - self._last) * self._ratio
        self._last = mouse.position()
        self._follow(mouse.position())
        camera.pan(-step.x(), -step.y())
        return True

    def _release(self, camera: Camera, event: QEvent) -> bool:
        mouse = cast("QMouseEvent", event)
        if self._pressed_at is None:
            return False
        was_click = not self._dragging and not self._panning_with_space
        was_drag, self._dragging, self._pressed_at = self._dragging, False, None
        self._show_cursor()
        if was_drag:
            speed_x, speed_y = self._hand.speed(monotonic())
            if hypot(speed_x, speed_y) > SLOWEST * 4:
                camera.glide(-speed_x, -speed_y)
        elif was_click and mouse.button() == Qt.MouseButton.LeftButton:
            point = mouse.position() * self._ratio
            self.clicked.emit(point.x(), point.y())
        return True

    def _double_click(self, camera: Camera, event: QEvent) -> bool:
        mouse = cast("QMouseEvent", event)
        point = mouse.position() * self._ratio
        out = bool(mouse.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        camera.zoom(0.5 if out else 2.0, point.x(), point.y())
        return True

    def _wheel(self, camera: Camera, event: QEvent) -> bool:
        wheel = cast("QWheelEvent", event)
        point = wheel.position() * self._ratio
        zooms = bool(wheel.modifiers() & Qt.KeyboardModifier.ControlModifier)
        on_touchpad = wheel.device().type() == QInputDevice.DeviceType.TouchPad
        if on_touchpad and not zooms and not wheel.pixelDelta().isNull():
            step = QPointF(wheel.pixelDelta()) * self._ratio
            camera.pan(-step.x(), -step.y())
        else:
            notches = (wheel.angleDelta().y() or wheel.angleDelta().x()) / WHEEL_NOTCH
            camera.zoom(ZOOM_PER_NOTCH**notches, point.x(), point.y())
        return True

    # --- fingers -----------------------------------------------------------------------

    def _native_gesture(self, camera: Camera, event: QEvent) -> bool:
        gesture = cast("QNativeGestureEvent", event)
        if gesture.gestureType() != Qt.NativeGestureType.ZoomNativeGesture:
            return False
        point = gesture.position() * self._ratio
        camera.zoom(1 + gesture.value(), point.x(), point.y(), smoothly=False)
        return True

    def _gesture(self, camera: Camera, event: QEvent) -> bool:
        pinch = cast("QGestureEvent", event).gesture(Qt.GestureType.PinchGesture)
        if not isinstance(pinch, QPinchGesture):
            return False
        self._pressed_at = None
        middle = self._widget.mapFromGlobal(pinch.centerPoint()) * self._ratio
        last = self._widget.mapFromGlobal(pinch.lastCenterPoint()) * self._ratio
        if pinch.state() == Qt.GestureState.GestureUpdated:
            camera.pan(last.x() - middle.x(), last.y() - middle.y())
        camera.zoom(pinch.scaleFactor(), middle.x(), middle.y(), smoothly=False)
        return True

    # --- keys --------------------------------------------------------------------------

    def _claim_key(self, camera: Camera, event: QEvent) -> bool:
        """Keep the keys of this pane from being shortcuts of the window while it has the focus."""
        del camera
        key = cast("QKeyEvent", event)
        is_ours = key.key() in KEYS and not key.modifiers() & COMMANDS
        if is_ours:
            event.accept()
        return is_ours

    def _key_press(self, camera: Camera, event: QEvent) -> bool:
        key = cast("QKeyEvent", event)
        if key.modifiers() & COMMANDS:
            return False
        if key.key() in ARROWS:
            self._pan_by_key(camera, key)
            return True
        if key.key() == Qt.Key.Key_Space:
            if not key.isAutoRepeat():
                self._panning_with_space = True
                self._show_cursor()
            return True
        return self._zoom_by_key(camera, key)

    def _pan_by_key(self, camera: Camera, key: QKeyEvent) -> None:
        across, down = ARROWS[Qt.Key(key.key())]
        page = bool(key.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        share = PAGE_PAN if page else KEY_PAN
        view = camera.view
        camera.pan(across * view.width * share, down * view.height * share, smoothly=True)

    def _zoom_by_key(self, camera: Camera, key: QKeyEvent) -> bool:
        middle = camera.view.width / 2, camera.view.height / 2
        match key.key():
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                camera.zoom(KEY_ZOOM, *middle)
            case Qt.Key.Key_Minus:
                camera.zoom(1 / KEY_ZOOM, *middle)
            case Qt.Key.Key_0 | Qt.Key.Key_Home:
                camera.fit()
            case Qt.Key.Key_1:
                camera.zoom_to(1.0, *middle)
            case _:
                return False
        return True

    def _key_release(self, camera: Camera, event: QEvent) -> bool:
        del camera
        key = cast("QKeyEvent", event)
        if key.key() != Qt.Key.Key_Space or key.isAutoRepeat():
            return False
        self._panning_with_space = False
        self._show_cursor()
        return True

    def _lose_focus(self, camera: Camera, event: QEvent) -> bool:
        """The key is let go of somewhere else."""
        del camera, event
        self._panning_with_space = False
        self._show_cursor()
        return False

    # --- what is common ----------------------------------------------------------------

    @property
    def _ratio(self) -> float:
        return self._widget.devicePixelRatioF()

    def _follow(self, position: QPointF) -> None:
        point = position * self._ratio
        self._hand.moved(point.x(), point.y(), monotonic())

    def _show_cursor(self) -> None:
        if self._dragging:
            self._widget.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._panning_with_space:
            self._widget.setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            self._widget.unsetCursor()
