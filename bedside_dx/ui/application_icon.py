"""The program's icon: the half-filled circle of "suspicious", which asks a person to look."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from bedside_dx.core.verdict import Status
from bedside_dx.ui.status_shape import draw_status
from bedside_dx.ui.theme import PALETTES, ThemeName

_SIDES = (16, 32, 64, 256)


def application_icon() -> QIcon:
    """Icon of the window, in the sizes that desktops ask for."""
    icon = QIcon()
    for side in _SIDES:
        icon.addPixmap(_draw(side))
    return icon


def _draw(side: int) -> QPixmap:
    palette = PALETTES[ThemeName.LIGHT]
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(palette.accent))
    painter.drawRoundedRect(QRectF(0, 0, side, side), side / 5, side / 5)
    inset = side / 5
    area = QRectF(inset, inset, side - 2 * inset, side - 2 * inset)
    draw_status(painter, area, Status.SUSPICIOUS, QColor(palette.on_accent))
    painter.end()
    return pixmap
