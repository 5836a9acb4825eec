"""One model over the days: how far from its references, and how fast."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from bedside_dx.core.checks import CheckStatus
from bedside_dx.text.numbers import decimal
from bedside_dx.ui.dates import written_date
from bedside_dx.ui.theme import CAPTION, SPACE_16

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPaintEvent

    from bedside_dx.core.checks import CheckRun, ModelRun
    from bedside_dx.ui.look import Look

MOST_RUNS = 60
"""Runs that are drawn, the latest."""
LEAST_DIFFERENCE, LARGEST_DIFFERENCE = 1e-7, 1.0
"""Ends of the scale of differences, which goes by powers of ten; 0 lies on its lower end."""
_TOP, _BOTTOM = Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignBottom
_HEIGHT, _HEAD, _FOOT = 112, 20, 20


class DriftPlot(QWidget):
    """Two plots side by side over the same runs; a run that failed is an open square."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._runs: list[tuple[CheckRun, ModelRun]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def show_runs(self, runs: Sequence[CheckRun], name: str) -> None:
        """Show one model in some runs, oldest first."""
        found = [(run, run.of_model(name)) for run in runs]
        self._runs = [(run, model) for run, model in found if model is not None][-MOST_RUNS:]
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(420, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(self.font())
        font.setPixelSize(CAPTION)
        painter.setFont(font)
        width = (self.width() - SPACE_16) / 2
        self._paint_differences(painter, QRectF(0, 0, width, _HEIGHT))
        self._paint_speed(painter, QRectF(width + SPACE_16, 0, width, _HEIGHT))
        painter.end()

    def _paint_differences(self, painter: QPainter, area: QRectF) -> None:
        values = [_difference(model) for _, model in self._runs]
        known = [v for v in values if v is not None]
        last = f"{known[-1]:.1e}" if known else "–"
        heights = [None if v is None else _power(v) for v in values]
        title = self._look.t("Largest difference: {value}", value=last)
        ends = (f"{LEAST_DIFFERENCE:.0e}", f"{LARGEST_DIFFERENCE:g}")
        self._paint(painter, area, title, ends, heights)

    def _paint_speed(self, painter: QPainter, area: QRectF) -> None:
        values = [model.patches_per_s for _, model in self._runs]
        known = [v for v in values if v is not None]
        top = max(known, default=0.0) * 1.15 or 1.0
        last = decimal(known[-1], self._look.language, 1) if known else "–"
        heights = [None if v is None else v / top for v in values]
        title = self._look.t("Speed of the network: {value} patches/s", value=last)
        ends = ("0", decimal(top, self._look.language, 0))
        self._paint(painter, area, title, ends, heights)

    def _paint(
        self,
        painter: QPainter,
        area: QRectF,
        title: str,
        ends: tuple[str, str],
        heights: Sequence[float | None],
    ) -> None:
        """Draw a frame, its words, the ends of its scale, and values as shares of its height."""
        look = self._look
        painter.setPen(look.color("soft"))
        painter.drawText(area, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft, title)
        plot = area.adjusted(0.5, _HEAD, -0.5, -_FOOT)
        painter.setPen(QPen(look.color("hairline"), 1))
        painter.setBrush(look.color("sunken"))
        painter.drawRoundedRect(plot, 4, 4)
        painter.setPen(look.color("faint"))
        inside = plot.adjusted(6, 3, -6, -3)
        for words, side in zip(ends, (_BOTTOM, _TOP), strict=True):
            painter.drawText(inside, side | Qt.AlignmentFlag.AlignRight, words)
        points = self._points(plot.adjusted(10, 8, -48, -8), heights)
        self._paint_line(painter, points)
        self._paint_days(painter, area)

    def _points(self, plot: QRectF, heights: Sequence[float | None]) -> list[QPointF | None]:
        count = max(len(heights) - 1, 1)
        wide, high = plot.width() / count, plot.height()
        return [
            None
            if share is None
            else QPointF(plot.left() + wide * at, plot.bottom() - high * share)
            for at, share in enumerate(heights)
        ]

    def _paint_line(self, painter: QPainter, points: Sequence[QPointF | None]) -> None:
        look, before = self._look, None
        painter.setPen(QPen(look.color("accent"), 1.5))
        for point in points:
            if before is not None and point is not None:
                painter.drawLine(before, point)
            before = point
        for (_, model), point in zip(self._runs, points, strict=True):
            if point is None:
                continue
            failed = model.status is CheckStatus.FAIL
            color = look.color("present" if failed else "accent")
            painter.setPen(QPen(color, 1.5))
            painter.setBrush(look.color("surface") if failed else color)
            if failed:
                painter.drawRect(QRectF(point.x() - 3.5, point.y() - 3.5, 7, 7))
            else:
                painter.drawEllipse(point, 2.2, 2.2)

    def _paint_days(self, painter: QPainter, area: QRectF) -> None:
        if not self._runs:
            return
        painter.setPen(self._look.color("faint"))
        days = [written_date(run.when.astimezone().date(), self._look.language)
                for run in (self._runs[0][0], self._runs[-1][0])]  # fmt: skip
        painter.drawText(area, _BOTTOM | Qt.AlignmentFlag.AlignLeft, days[0])
        if days[1] != days[0]:
            painter.drawText(area, _BOTTOM | Qt.AlignmentFlag.AlignRight, days[1])


def _difference(model: ModelRun) -> float | None:
    """The largest difference from any of the references."""
    known = [
        d
        for d in (model.golden_difference, model.embedding_difference, model.known_difference)
        if d is not None
    ]
    return max(known, default=None)


def _power(value: float) -> float:
    """Place of a difference on a scale of powers of ten, 0 to 1."""
    low, high = math.log10(LEAST_DIFFERENCE), math.log10(LARGEST_DIFFERENCE)
    place = math.log10(min(max(value, LEAST_DIFFERENCE), LARGEST_DIFFERENCE))
    return (place - low) / (high - low)
