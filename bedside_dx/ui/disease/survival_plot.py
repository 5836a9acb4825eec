"""Survival after each regimen, year by year, with the bands that are published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from bedside_dx.text.numbers import fixed
from bedside_dx.ui.theme import CAPTION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent

    from bedside_dx.core.prognosis import Curve, WhatIf
    from bedside_dx.ui.look import Look

LEFT, RIGHT, ABOVE, BELOW = 40, 56, 16, 58
HALF = 0.5
"""Share from which the axis begins where every curve stays above it; else it begins at 0."""
DASHES = ([6.0, 3.0], [2.0, 2.5], [8.0, 2.5, 2.0, 2.5], [1.0, 3.0], [12.0, 3.0])
"""Of the steps between no treatment and the regimen; the regimen itself is a full line."""
BAND, HULL = 0.2, 0.1


def steps_of(changes: WhatIf) -> tuple[Curve, ...]:
    """Curves to draw: none, each treatment added to those before it, the regimen last."""
    by_regimen = {curve.regimen: curve for curve in changes.curves}
    drawn = [frozenset[str](), *(one.beside | one.regimen for one in changes.in_order)]
    return tuple(by_regimen[regimen] for regimen in dict.fromkeys(drawn) if regimen in by_regimen)


class SurvivalPlot(QWidget):
    """Curves from 0 to 100 of 100; the year that is looked at follows a click or the arrow keys.

    Signals
    -------
    year_chosen
        A year, 1 or more.
    """

    year_chosen = Signal(int)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._changes: WhatIf | None = None
        self.curves: tuple[Curve, ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def show_changes(self, changes: WhatIf, words: str) -> None:
        """Draw what follows now; `words` say it to those who do not see it."""
        self._changes, self.curves = changes, steps_of(changes)
        self.setAccessibleName(words)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, 300)

    def minimumSizeHint(self) -> QSize:
        return QSize(300, 300)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step and self._changes is not None:
            self._choose(self._changes.year + step)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._choose_at(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._choose_at(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        if self._changes is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(self.font())
        font.setPixelSize(CAPTION)
        painter.setFont(font)
        self._paint_axes(painter, self._changes)
        self._paint_year(painter, self._changes)
        self._paint_curves(painter, self._changes)
        if self.hasFocus():
            painter.setPen(QPen(self._look.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.end()

    # --- geometry ----------------------------------------------------------------------

    @property
    def _area(self) -> QRectF:
        return QRectF(LEFT, ABOVE, self.width() - LEFT - RIGHT, self.height() - ABOVE - BELOW)

    @property
    def _longest(self) -> int:
        return len(self.curves[0].years) if self.curves else 1

    @property
    def _lowest(self) -> float:
        ends = [float(c.alive[-1] if c.low is None else c.low[-1]) for c in self.curves]
        if self._changes is not None and self._changes.prognosis.swept:
            ends.append(self._changes.prognosis.swept[-1][0])
        return HALF if min(ends, default=0.0) > HALF else 0.0

    def _place(self, year: float, share: float) -> QPointF:
        area, low = self._area, self._lowest
        x = area.left() + year / self._longest * area.width()
        return QPointF(x, area.bottom() - (share - low) / (1 - low) * area.height())

    def _line(self, shares: Sequence[float]) -> list[QPointF]:
        return [self._place(year, float(share)) for year, share in enumerate((1.0, *shares))]

    def _choose_at(self, event: QMouseEvent) -> None:
        area = self._area
        share = (event.position().x() - area.left()) / max(area.width(), 1)
        self._choose(round(share * self._longest))

    def _choose(self, year: int) -> None:
        kept = min(max(year, 1), self._longest)
        if self._changes is not None and kept != self._changes.year:
            self.year_chosen.emit(kept)

    # --- drawing -----------------------------------------------------------------------

    def _paint_axes(self, painter: QPainter, changes: WhatIf) -> None:
        t, look, area = self._look.t, self._look, self._area
        low = round(100 * self._lowest)
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for count in range(low, 101, 25 if low == 0 else 10):
            at = self._place(0, count / 100)
            painter.setPen(QPen(look.color("hairline"), 1))
            painter.drawLine(at, QPointF(area.right(), at.y()))
            painter.setPen(look.color("faint"))
            painter.drawText(QRectF(0, at.y() - 8, LEFT - 8, 16), right, str(count))
        painter.setPen(look.color("faint"))
        middle = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        for year in dict.fromkeys((*changes.prognosis.model.horizons, self._longest)):
            x = self._place(year, 0).x()
            words = t.plural("{n} year", "{n} years", year)
            painter.drawText(QRectF(x - 40, area.bottom() + 6, 80, 16), middle, words)
        painter.drawText(
            QRectF(area.left() - 6, area.bottom() + 6, 60, 16),
            Qt.AlignmentFlag.AlignLeft,
            t("start"),
        )
        words = t("People of 100 free of the event: {endpoint}",
                  endpoint=t(changes.prognosis.model.endpoint))  # fmt: skip
        if low:
            words += "  ·  " + t("the axis begins at {low}", low=low)
        below = QRectF(area.left(), area.bottom() + 24, self.width() - area.left(), 32)
        painter.drawText(below, Qt.TextFlag.TextWordWrap, words)

    def _paint_year(self, painter: QPainter, changes: WhatIf) -> None:
        x = self._place(changes.year, 0).x()
        painter.setPen(QPen(self._look.color("outline"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, self._area.top()), QPointF(x, self._area.bottom()))

    def _paint_curves(self, painter: QPainter, changes: WhatIf) -> None:
        look = self._look
        if changes.prognosis.swept:
            low = [ends[0] for ends in changes.prognosis.swept]
            high = [ends[1] for ends in changes.prognosis.swept]
            self._paint_band(painter, low, high, "suspicious", HULL)
        last = len(self.curves) - 1
        for at in sorted({0, last}):
            curve = self.curves[at]
            if curve.low is not None and curve.high is not None:
                hue = "accent" if at == last else "soft"
                self._paint_band(painter, curve.low.tolist(), curve.high.tolist(), hue, BAND)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for at, curve in enumerate(self.curves):
            painter.setPen(curve_pen(look, at, len(self.curves)))
            painter.drawPolyline(QPolygonF(self._line(curve.alive.tolist())))
        self._paint_shares(painter, changes)

    def _paint_band(
        self, painter: QPainter, low: Sequence[float], high: Sequence[float], hue: str, alpha: float
    ) -> None:
        color = self._look.color(hue)
        color.setAlphaF(alpha)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        painter.drawPolygon(QPolygonF([*self._line(high), *reversed(self._line(low))]))

    def _paint_shares(self, painter: QPainter, changes: WhatIf) -> None:
        """Dots at the year, and the number of the first and the last curve beside them."""
        look, year = self._look, changes.year
        ends = self.curves if len(self.curves) == 1 else (self.curves[0], self.curves[-1])
        is_below = [True, False][: len(ends)] if len(ends) > 1 else [False]
        for curve, below in zip(ends, is_below, strict=True):
            at = self._place(year, curve.at(year))
            painter.setPen(QPen(look.color("surface"), 1.5))
            painter.setBrush(look.color("soft" if below else "accent"))
            painter.drawEllipse(at, 4.5, 4.5)
            painter.setPen(look.color("ink"))
            words = fixed(100 * curve.at(year), look.language, 1)
            painter.drawText(
                QRectF(at.x() + (-36 if below else 8), at.y() + (6 if below else -18), 76, 16),
                Qt.AlignmentFlag.AlignLeft, words,
            )  # fmt: skip


def curve_pen(look: Look, at: int, count: int) -> QPen:
    """Stroke of one of so many curves: none first, the regimen last."""
    if at == count - 1:
        return QPen(look.color("accent" if count > 1 else "soft"), 2.5)
    pen = QPen(look.color("soft"), 1.5)
    pen.setDashPattern(DASHES[at % len(DASHES)])
    return pen
