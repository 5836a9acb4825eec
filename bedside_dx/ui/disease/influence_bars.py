"""What would change this most: each input over its range, on one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from bedside_dx.text.disease_words import influence_words
from bedside_dx.ui.controls import Words
from bedside_dx.ui.theme import SPACE_8, SPACE_12

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from bedside_dx.core.prognosis import WhatIf
    from bedside_dx.ui.look import Look

MOST = 6
BAR = 170


class InfluenceBars(QWidget):
    """The six largest: a bar from least to most, a mark at what is stated, and the sentence."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._rows = [(_Bar(look), Words("soft", wrap=True)) for _ in range(MOST)]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_12)
        grid.setVerticalSpacing(SPACE_8)
        grid.setColumnStretch(1, 1)
        for at, (bar, words) in enumerate(self._rows):
            grid.addWidget(bar, at, 0)
            grid.addWidget(words, at, 1)

    def show_changes(self, changes: WhatIf) -> None:
        """Show what moves the share of the regimen that is looked at."""
        shown = [one for one in changes.influences if one.swing > 0][:MOST]
        low = min((one.least for one in shown), default=0.0)
        high = max((one.most for one in shown), default=1.0)
        curve = changes.prognosis.curve
        now = curve.at(changes.year) if curve is not None else low
        for at, (bar, words) in enumerate(self._rows):
            known = at < len(shown)
            bar.setVisible(known)
            words.setVisible(known)
            if known:
                said = influence_words(changes.prognosis.model, shown[at], self._look.t)
                words.setText(said)
                bar.setAccessibleName(said)
                span = max(high - low, 1e-9)
                bar.show_span(*((s - low) / span for s in (shown[at].least, shown[at].most, now)))


class _Bar(QWidget):
    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._span = (0.0, 1.0, 0.5)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def show_span(self, low: float, high: float, now: float) -> None:
        self._span = (low, high, now)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(BAR, 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        low, high, now = (4 + end * (self.width() - 8) for end in self._span)
        painter.setPen(QPen(self._look.color("hairline"), 1))
        painter.drawLine(QPointF(0, 8), QPointF(self.width(), 8))
        painter.setPen(QPen(self._look.color("accent"), 1))
        painter.setBrush(self._look.color("tint"))
        painter.drawRoundedRect(QRectF(low, 3.5, max(high - low, 2), 9), 3, 3)
        painter.setPen(QPen(self._look.color("ink"), 2))
        painter.drawLine(QPointF(now, 1), QPointF(now, 15))
        painter.end()
