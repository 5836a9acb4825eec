"""Draws one series of the list: its name, what it consists of, and its warnings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate

from bedside_dx.ui.icons import icon
from bedside_dx.ui.theme import BASE, CAPTION, RADIUS, SPACE_4, SPACE_8

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QPersistentModelIndex
    from PySide6.QtWidgets import QStyleOptionViewItem

    from bedside_dx.ui.look import Look

LINES = Qt.ItemDataRole.UserRole + 1
"""Role of a tuple: name, consistence, then warnings."""
WRAPPED = int(Qt.TextFlag.TextWordWrap)
MARK = 14
ROOM = 160
"""Width of the words, px: as it is beside a scroll bar, so that nothing moves when one comes."""


class SeriesDelegate(QStyledItemDelegate):
    """A row as high as its warnings need."""

    def __init__(self, look: Look, parent: QAbstractItemView) -> None:
        super().__init__(parent)
        self._look, self._list = look, parent

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        del option
        lines: tuple[str, ...] = index.data(LINES) or ("", "")
        height = 2 * SPACE_8 + _metrics(BASE).height() + 2 + _metrics(CAPTION).height()
        for warning in lines[2:]:
            height += SPACE_4 + self._warning_height(warning)
        return QSize(0, height)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        lines: tuple[str, ...] = index.data(LINES) or ("", "")
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
        area = QRectF(option.rect).adjusted(1, 1, -1, -1)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownArgumentType, reportUnknownMemberType]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, area, state)
        inner = area.adjusted(SPACE_8, SPACE_8 - 1, -SPACE_8, 0)
        inner.setWidth(min(inner.width(), ROOM))
        top = self._line(painter, inner, inner.top(), lines[0], BASE, "ink", strong=True)
        top = self._line(painter, inner, top + 2, lines[1], CAPTION, "soft")
        for warning in lines[2:]:
            top = self._warning(painter, inner, top + SPACE_4, warning)
        painter.restore()

    def _paint_ground(self, painter: QPainter, area: QRectF, state: QStyle.StateFlag) -> None:
        selected = bool(state & QStyle.StateFlag.State_Selected)
        if selected or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._look.color("tint" if selected else "raised"))
            painter.drawRoundedRect(area, RADIUS, RADIUS)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(self._look.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(1, 1, -1, -1), RADIUS, RADIUS)

    def _line(
        self, painter: QPainter, area: QRectF, top: float, words: str, size: int, hue: str,
        *, strong: bool = False,
    ) -> float:  # fmt: skip
        font = QFont(painter.font())
        font.setPixelSize(size)
        font.setWeight(QFont.Weight.DemiBold if strong else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(self._look.color(hue))
        height = painter.fontMetrics().height()
        shown = painter.fontMetrics().elidedText(
            words, Qt.TextElideMode.ElideRight, round(area.width())
        )
        painter.drawText(
            QRectF(area.left(), top, area.width(), height), Qt.AlignmentFlag.AlignVCenter, shown
        )
        return top + height

    def _warning(self, painter: QPainter, area: QRectF, top: float, words: str) -> float:
        height = self._warning_height(words)
        color = self._look.palette.suspicious
        mark = icon("warning", color).pixmap(MARK, MARK)
        painter.drawPixmap(round(area.left()), round(top), mark)
        font = QFont(painter.font())
        font.setPixelSize(CAPTION)
        painter.setFont(font)
        painter.setPen(self._look.color("suspicious"))
        left = area.left() + MARK + SPACE_4
        painter.drawText(QRectF(left, top, area.right() - left, height), WRAPPED, words)
        return top + height

    def _warning_height(self, words: str) -> int:
        room = ROOM - MARK - SPACE_4
        return _metrics(CAPTION).boundingRect(0, 0, room, 1000, WRAPPED, words).height()


def _metrics(size: int) -> QFontMetrics:
    font = QFont()
    font.setPixelSize(size)
    return QFontMetrics(font)
