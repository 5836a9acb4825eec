"""What a disease model associates with a line: people of a hundred, with it and without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from bedside_dx.ui.theme import CAPTION

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from bedside_dx.core.plan import Effect
    from bedside_dx.ui.look import Look

ROW, BAR, NUMBER = 34, 10, 34
"""px: a bar with its words, its height, room for its number."""


class EffectBars(QWidget):
    """Two bars of a hundred people, one below the other."""

    def __init__(self, look: Look, effect: Effect, said: str) -> None:
        super().__init__()
        self._look, self.effect = look, effect
        self.setAccessibleName(said)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(220, 2 * ROW)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        t, effect = self._look.t, self.effect
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(self.font())
        font.setPixelSize(CAPTION)
        painter.setFont(font)
        year = effect.year
        rows = (
            (t("with it, after {year:count} years", year=year), effect.alive, "accent"),
            (t("without, after {year:count} years", year=year), effect.untreated, "outline"),
        )
        for at, (words, share, hue) in enumerate(rows):
            self._paint_row(painter, at * ROW, words, share, hue)
        painter.end()

    def _paint_row(self, painter: QPainter, top: float, words: str, share: float, hue: str) -> None:
        look, full = self._look, self.width() - NUMBER
        painter.setPen(look.color("soft"))
        painter.drawText(QRectF(0, top, self.width(), 16), Qt.AlignmentFlag.AlignLeft, words)
        painter.setPen(Qt.PenStyle.NoPen)
        for width, color in ((full, "raised"), (full * share, hue)):
            painter.setBrush(look.color(color))
            painter.drawRoundedRect(QRectF(0, top + 17, width, BAR), 3, 3)
        painter.setPen(look.color("ink"))
        side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(full, top + 14, NUMBER, 16), side, f"{share * 100:.0f}")
