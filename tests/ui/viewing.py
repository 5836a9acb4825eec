"""What the viewer's tests share: open it, wait for it, look at it, and move it by hand."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from bedside_dx.core.geometry import PatchGrid
from bedside_dx.text import texts
from bedside_dx.ui.viewer import SlideViewer

WIDTH, HEIGHT = 760, 560
MIDDLE = QPoint(WIDTH // 2, HEIGHT // 2)
GRID = PatchGrid(x0=-16.0, y0=-16.0, step=200.0, side=232.0, columns=15, rows=11)


def open_viewer(qtbot, reader) -> SlideViewer:
    viewer = SlideViewer(reader, texts("en"))
    qtbot.addWidget(viewer)
    viewer.set_reduced_motion(True)
    viewer.resize(WIDTH, HEIGHT)
    viewer.show()
    qtbot.waitExposed(viewer)
    return viewer


def settle(qtbot, viewer) -> None:
    """Wait until every tile has come and everything is drawn smoothly."""
    for _ in range(2):  # the last tiles may have been read, but not taken
        QApplication.processEvents()
        qtbot.waitUntil(lambda: viewer.is_settled, timeout=20_000)


def pixels(widget: QWidget) -> np.ndarray:
    """What a widget paints, (height, width, 3) uint8."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return flat[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()


def wheel(viewer, at: QPoint, notches: float) -> None:
    event = QWheelEvent(
        QPointF(at), QPointF(viewer.mapToGlobal(at)), QPoint(), QPoint(0, round(120 * notches)),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
        False,
    )  # fmt: skip
    QApplication.sendEvent(viewer, event)


def drag(qtbot, viewer, start: QPoint, way: QPoint, *, shares=(0.3, 0.7, 1.0), pause_ms=0) -> None:
    """Drag with the mouse, and let go."""
    left = Qt.MouseButton.LeftButton
    qtbot.mousePress(viewer, left, pos=start)
    for share in shares:
        if pause_ms:
            QTest.qWait(pause_ms)
        at = start + QPoint(round(way.x() * share), round(way.y() * share))
        qtbot.mouseMove(viewer, at)
    qtbot.mouseRelease(viewer, left, pos=start + way)
