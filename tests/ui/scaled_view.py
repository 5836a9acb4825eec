"""Pan a slide in a large window at the desktop's scale, and compare with the slide's own pixels.

``QT_SCALE_FACTOR=1.25 python -m tests.ui.scaled_view SLIDE`` exits with 0 where all are the same.
The viewer lies at an odd place of its window, so that on a fractional scale its corner falls
between two pixels of the screen.
"""

import sys
import time
from pathlib import Path

import numpy as np
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from bedside_dx.app.reading import SlideReader
from bedside_dx.core.geometry import RegionPx, SizePx
from bedside_dx.text import texts
from bedside_dx.ui.viewer import SlideViewer

SCREEN = SizePx(3840, 2160)
LEFT, TOP = 65, 49
EDGE = 4
"""Left out all round: there the frame of the window shines through, screen px."""


def main(app: QApplication, path: Path) -> int:
    reader = SlideReader()
    with reader.open(path) as slide:
        window = QWidget()
        ratio = window.devicePixelRatioF()
        window.resize(round(SCREEN.width / ratio), round(SCREEN.height / ratio))
        viewer = SlideViewer(reader, texts("en"), window)
        viewer.set_reduced_motion(True)
        viewer.setGeometry(LEFT, TOP, window.width() - 2 * LEFT, window.height() - 2 * TOP)
        window.show()
        viewer.show_slide(slide)
        viewer.show_actual_pixels()
        for dx, dy in [(0, 0), (400, 130), (-300, 90), (7, -55), (33, 11)]:
            viewer.camera.pan(dx, dy)
            viewer.repaint()
            settle(app, viewer)
        seen, view = pixels(window), viewer.view
        read = slide.read(
            RegionPx(*view.origin, view.width, view.height // 2),
            SizePx(view.width, view.height // 2),
        )
        viewer.clear()
    reader.close()
    wrong = min(mismatch(seen, read, x, y, ratio) for x in (0, 1) for y in (0, 1))
    print(f"scale {ratio}, {view.width} x {view.height} px, {wrong:.4%} differ")
    return int(wrong > 0)


def settle(app: QApplication, viewer: SlideViewer) -> None:
    until = time.monotonic() + 60
    for _ in range(2):
        app.processEvents()
        while not viewer.is_settled and time.monotonic() < until:
            app.processEvents()
            time.sleep(0.002)


def pixels(window: QWidget) -> np.ndarray:
    image = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return flat[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()


def mismatch(seen: np.ndarray, read: np.ndarray, x: int, y: int, ratio: float) -> float:
    """Share of pixels that differ where the viewer's corner is rounded down or up."""
    height, width, _ = read.shape
    left, top = int(LEFT * ratio) + x, int(TOP * ratio) + y
    shown = seen[top : top + height, left : left + width]
    inner = np.s_[EDGE : height - EDGE, EDGE : width - EDGE]
    return float((shown[inner] != read[inner]).any(-1).mean())


if __name__ == "__main__":
    application = QApplication([])  # outlives the window
    sys.exit(main(application, Path(sys.argv[1])))
