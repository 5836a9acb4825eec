"""Icons of the window: the Phosphor font (MIT), as qtawesome keeps it.

Of qtawesome only the font and its table are taken. Importing it would load eleven other fonts and
every class of Qt, which takes as long as all the rest of the window.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

if TYPE_CHECKING:
    from typing import Self

FONT, TABLE = "phosphor-1.3.0.ttf", "phosphor-charmap-1.3.0.json"
GLYPH_SHARE = 0.875
"""Height of a glyph in its square."""


def icon(name: str, color: str, disabled: str | None = None) -> QIcon:
    """Phosphor icon by its name, for example ``"folder-open"``, in a colour."""
    return QIcon(_Glyph(chr(int(_table()[name], 16)), color, disabled or color))


class _Glyph(QIconEngine):
    """Paints one glyph of the font at whatever size is asked for."""

    def __init__(self, glyph: str, color: str, disabled: str) -> None:
        super().__init__()
        self._glyph, self._color, self._disabled = glyph, color, disabled

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        del state
        painter.save()
        is_disabled = mode is QIcon.Mode.Disabled
        painter.setPen(QColor(self._disabled if is_disabled else self._color))
        font = QFont(_family())
        font.setPixelSize(round(GLYPH_SHARE * rect.height()))
        painter.setFont(font)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self._glyph)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> Self:
        return type(self)(self._glyph, self._color, self._disabled)


@cache
def _fonts() -> Path:
    found = find_spec("qtawesome")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("qtawesome, which keeps the icons")
    return Path(found.submodule_search_locations[0]) / "fonts"


@cache
def _table() -> dict[str, str]:
    return json.loads((_fonts() / TABLE).read_text(encoding="ascii"))


@cache
def _family() -> str:
    number = QFontDatabase.addApplicationFont(str(_fonts() / FONT))
    return QFontDatabase.applicationFontFamilies(number)[0]
