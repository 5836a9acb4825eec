"""A thin bar for a share of 0 to 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from bedside_dx.ui.look import Look


class ShareBar(QWidget):
    """A track filled from the left; an unknown share leaves the track empty."""

    def __init__(self, look: Look, *, height: int = 4, hue: str = "accent") -> None:
        super().__init__()
        self._look = look
        self._height = height
        self._hue = hue
        self._share: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.update)

    def show_share(self, share: float | None) -> None:
        """Show a share of 0 to 1."""
        if share != self._share:
            self._share = share
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(60, self._height)

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        area, radius = QRectF(self.rect()), self.height() / 2
        painter.setBrush(self._look.color("hairline"))
        painter.drawRoundedRect(area, radius, radius)
        if self._share:
            area.setWidth(max(self._share * area.width(), area.height()))
            painter.setBrush(self._look.color(self._hue))
            painter.drawRoundedRect(area, radius, radius)
        painter.end()
