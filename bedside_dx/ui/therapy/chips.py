"""Findings as small removable buttons, and the field that adds one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtWidgets import QLayout, QLineEdit, QVBoxLayout, QWidget

from bedside_dx.ui.controls import Button, Words, row
from bedside_dx.ui.theme import SPACE_4, SPACE_8

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QLayoutItem

    from bedside_dx.ui.look import Look


class Chips(QWidget):
    """What was stated, each with a click to take it back; a field for the next.

    Signals
    -------
    added, removed
        Text of a finding.
    """

    added = Signal(str)
    removed = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._title = Words("heading")
        self._shown: tuple[str, ...] = ()
        self.buttons: list[Button] = []
        self._holder = QWidget()
        self._flow = Flow(self._holder)
        self.field = QLineEdit()
        self.field.returnPressed.connect(self._add)
        self.add = Button(look, "quiet", "plus")
        self.add.clicked.connect(self._add)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE_4)
        layout.addWidget(self._title)
        layout.addWidget(self._holder)
        entry = row(self.field, self.add)
        entry.setStretch(0, 1)
        layout.addLayout(entry)

    def say(self, title: str, example: str) -> None:
        """Give it its words."""
        t = self._look.t
        self._title.setText(title)
        self.field.setPlaceholderText(example)
        self.field.setAccessibleName(title)
        self.add.say(t("Add"))
        self.add.setAccessibleName(t("Add to: {title}", title=title))
        for button, text in zip(self.buttons, self._shown, strict=True):
            button.setAccessibleName(t("Take back: {finding}", finding=text))
            button.setToolTip(t("Take back: {finding}", finding=text))

    def show_findings(self, findings: Sequence[str]) -> None:
        """Show what is stated."""
        if tuple(findings) == self._shown:
            return
        had_focus = any(button.hasFocus() for button in self.buttons)
        for button in self.buttons:
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._shown, self.buttons = tuple(findings), []
        for text in findings:
            button = Button(self._look, "segment", "x")
            button.setText(text)
            button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
            button.clicked.connect(partial(self.removed.emit, text))
            self.buttons.append(button)
            self._flow.addWidget(button)
        self._holder.setVisible(bool(findings))
        if had_focus:
            self.field.setFocus()

    def _add(self) -> None:
        for text in self.field.text().split(","):
            if text.strip():
                self.added.emit(text.strip())
        self.field.clear()


class Flow(QLayout):
    """Widgets side by side, and on the next line where the width is used up."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(SPACE_8)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # pyright: ignore[reportIncompatibleMethodOverride]
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, area: QRect) -> None:
        super().setGeometry(area)
        self._place(area, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        sizes = [item.minimumSize() for item in self._items]
        return QSize(max((s.width() for s in sizes), default=0),
                     max((s.height() for s in sizes), default=0))  # fmt: skip

    def _place(self, area: QRect, *, move: bool) -> int:
        x, y, height = area.x(), area.y(), 0
        for item in self._items:
            size = item.sizeHint()
            if x > area.x() and x + size.width() > area.right() + 1:
                x, y, height = area.x(), y + height + self.spacing(), 0
            if move:
                item.setGeometry(QRect(x, y, min(size.width(), area.width()), size.height()))
            x += size.width() + self.spacing()
            height = max(height, size.height())
        return y + height - area.y()
