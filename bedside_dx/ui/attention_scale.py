"""The legend of the attention: from veiled to bare, in words and without numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QLinearGradient, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from bedside_dx.ui.theme import CAPTION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtGui import QPaintEvent

    from bedside_dx.ui.look import Look

_TISSUE, _TRACK, _SIDE = "#b98aa8", 10.0, 10.0
"""Grey violet stands for tissue under the veil: no colour of a probability."""


class AttentionScale(QWidget):
    """A strip of tissue under a veil that grows thinner, and what its ends mean."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._label: Mapping[str, str] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.refresh)
        self.refresh()

    def sizeHint(self) -> QSize:
        return QSize(280, 40)

    def minimumSizeHint(self) -> QSize:
        return QSize(230, 40)

    def tell_class(self, label: Mapping[str, str]) -> None:
        """Name the class that was looked for, by language."""
        self._label = label
        self.refresh()

    def refresh(self) -> None:
        """Draw the words again."""
        t = self._look.t
        words = t(
            "Where the slide-level model looked (for: {label}). It is no probability.",
            label=t.of(self._label) if self._label else "–",
        )
        self.setToolTip(words)
        self.setAccessibleName(words)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        look, painter = self._look, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(_SIDE, 6, self.width() - 2 * _SIDE, _TRACK)
        fade = QLinearGradient(track.topLeft(), track.topRight())
        fade.setColorAt(0, QColor("white"))
        fade.setColorAt(1, QColor(_TISSUE))
        painter.setBrush(fade)
        painter.setPen(QPen(look.color("outline"), 1))
        painter.drawRoundedRect(track, 2, 2)
        font = QFont(self.font())
        font.setPixelSize(CAPTION)
        painter.setFont(font)
        painter.setPen(look.color("soft"))
        self._paint_words(painter, track)
        painter.end()

    def _paint_words(self, painter: QPainter, track: QRectF) -> None:
        """What the ends mean; the left one only where there is room for both."""
        t, measure = self._look.t, painter.fontMetrics()
        place = QRectF(0, track.bottom() + 5, self.width(), self.height())
        looked, passed = t("where the slide-level model looked"), t("passed over")
        top = Qt.AlignmentFlag.AlignTop
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | top, looked)
        room = self.width() - measure.horizontalAdvance(looked) - measure.averageCharWidth() * 2
        if measure.horizontalAdvance(passed) <= room:
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft | top, passed)
