"""The slice that decided, and on it the places that speak for what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter, QTransform

from bedside_dx.core.heatmap import OPACITY
from bedside_dx.core.occlusion import COVER, FAINTEST, ORANGE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bedside_dx.core.results import Report
    from bedside_dx.ui.scans.scan_view import ScanView


class OcclusionMap:
    """A layer: orange where covering a place lowers the probability, strongest at the most.

    Attributes
    ----------
    opacity
        Of the strongest place, 0 to 1.
    is_shown
        Whether it is drawn.
    """

    def __init__(self) -> None:
        self.opacity = OPACITY
        self.is_shown = True
        self._report: Report | None = None
        self._picture: tuple[float, QImage] | None = None

    @property
    def report(self) -> Report | None:
        """The result that it is of; None without one, or where no class is spoken of."""
        return self._report

    @property
    def most(self) -> float:
        """Fall of the probability that the strongest colour stands for, 0 to 1."""
        if self._report is None or self._report.occlusion is None:
            return FAINTEST
        return max(FAINTEST, float(self._report.occlusion[1].max()))

    def show(self, report: Report | None) -> None:
        """Take the map of a result."""
        has_map = report is not None and report.occlusion is not None and report.scan is not None
        if report is not self._report:
            self._picture = None
        self._report = report if has_map else None

    def draw(self, painter: QPainter, view: ScanView) -> None:
        """Draw on the slice that decided, and on no other."""
        report, projection, series = self._report, view.projection, view.sheets.series
        if not self.is_shown or report is None or report.scan is None or projection is None:
            return
        sheet = view.sheet
        is_own = series is not None and series.key == report.scan.series
        if not is_own or sheet is None or sheet.name != "stack":
            return
        if sheet.number != deciding_frame(report) or report.occlusion is None:
            return
        picture, fall = report.occlusion
        matrix = _combined(_grid_to_picture(picture.shape[0], fall.shape[0]), report.scan.to_slice)
        (a, c, dx), (b, d, dy) = _combined(matrix, projection.matrix).tolist()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setTransform(QTransform(a, b, c, d, dx, dy), combine=True)
        painter.drawImage(QPointF(-0.5, -0.5), self._veil(fall))

    def _veil(self, fall: NDArray[np.float32]) -> QImage:
        if self._picture is None or self._picture[0] != self.opacity:
            strength = np.clip(fall, 0, None) / self.most
            rgba = np.zeros((*fall.shape, 4), np.uint8)
            rgba[..., :3] = ORANGE
            rgba[..., 3] = np.rint(strength * 255 * self.opacity).astype(np.uint8)
            height, width = fall.shape
            image = QImage(rgba.data, width, height, 4 * width, QImage.Format.Format_RGBA8888)
            ready = image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
            self._picture = (self.opacity, ready)
        return self._picture[1]


def deciding_frame(report: Report) -> int | None:
    """Place in its series of the slice that a report's key region is."""
    regions = [key.region for key in report.diagnosis.key_regions]
    return frame_at(report, regions[0].x, regions[0].y) if regions else None


def frame_at(report: Report, x: float, y: float) -> int | None:
    """Place in its series of the slice that lies at a place of the sheet of all slices."""
    if report.scan is None:
        return None
    cell = report.findings.grid.cell_at(x + 1, y + 1)
    if cell is None:
        return None
    hits = np.flatnonzero((report.findings.cells == cell).all(axis=1))
    return report.scan.frames[int(hits[0])] if hits.size else None


def _grid_to_picture(side: int, steps: int) -> NDArray[np.float64]:
    """Middle of each covered place, as pixels of the model's picture; (2, 3)."""
    cover = side // COVER
    step = (side - cover) / (steps - 1)
    middle = (cover - 1) / 2
    return np.array([[step, 0.0, middle], [0.0, step, middle]])


def _combined(first: NDArray[np.float64], then: NDArray[np.float64]) -> NDArray[np.float64]:
    shift = then[:, :2] @ first[:, 2] + then[:, 2]
    return np.hstack([then[:, :2] @ first[:, :2], shift[:, None]])
