"""Walking a page by keyboard: in the order in which it is read, and never out of sight."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QComboBox, QScrollArea, QWidget

if TYPE_CHECKING:
    from collections.abc import Iterable

MARGIN = 24
"""Kept free above and below what has the keyboard, px."""


def in_order(stops: Iterable[QWidget]) -> None:
    """Let Tab go from each to the next; nothing while they have no window yet."""
    for one, other in pairwise(stops):
        if one.window() is other.window():
            QWidget.setTabOrder(one, other)


def stops_in(holder: QWidget) -> list[QWidget]:
    """What Tab stops at inside a widget, in the order in which it was laid out."""
    return [
        one
        for one in holder.findChildren(QWidget)
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(one.parentWidget(), QComboBox)  # a list that is written in is one stop
    ]


class KeepInView(QObject):
    """Scrolls an area so that what has the keyboard is seen, wherever the keyboard came from."""

    def __init__(self, area: QScrollArea) -> None:
        super().__init__(area)
        self._area = area
        cast("QApplication", QApplication.instance()).focusChanged.connect(self._follow)

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self._area.isAncestorOf(now):
            self._area.ensureWidgetVisible(now, 0, MARGIN)
