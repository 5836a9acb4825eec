"""Buttons, labels and lines of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from bedside_dx.ui.ground import surface
from bedside_dx.ui.icons import icon
from bedside_dx.ui.theme import CONTROL

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from bedside_dx.ui.look import Look

Kind = Literal["quiet", "primary", "icon", "link", "flush", "tab", "segment", "touch", "fold"]
_ICON_PX = {"icon": 20, "touch": 28}


class Button(QPushButton):
    """A button with an icon that follows the theme. Only the keyboard leaves a focus ring."""

    def __init__(self, look: Look, kind: Kind = "quiet", icon_name: str = "") -> None:
        super().__init__()
        self._look = look
        self._kind = kind
        self._icon_name = icon_name
        self.setProperty("kind", kind)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAutoDefault(True)
        side = _ICON_PX.get(kind, 18)
        self.setIconSize(QSize(side, side))
        if kind == "icon":
            self.setFixedSize(CONTROL, CONTROL)
        look.changed.connect(self._recolor)
        self._recolor()

    def sizeHint(self) -> QSize:
        """As wide as when it is chosen, for then its words are heavier: nothing moves or is cut."""
        hint = super().sizeHint()
        if self._kind != "segment":
            return hint
        heavy = QFont(self.font())
        heavy.setWeight(QFont.Weight.DemiBold)
        wider = QFontMetrics(heavy).horizontalAdvance(self.text())
        return hint + QSize(max(0, wider - self.fontMetrics().horizontalAdvance(self.text())), 0)

    def minimumSizeHint(self) -> QSize:
        """The same: words of a segment never give way."""
        return self.sizeHint() if self._kind == "segment" else super().minimumSizeHint()

    def say(self, text: str, *, keys: str = "", more: str = "") -> None:
        """Give the button its words; an icon button keeps them for its name and its tip."""
        if self._kind != "icon":
            self.setText(text)
        self.setAccessibleName(text)
        tip = more or text
        self.setToolTip(f"{tip}  ({keys})" if keys else tip)

    def use_icon(self, name: str) -> None:
        """Show another icon."""
        if name != self._icon_name:
            self._icon_name = name
            self._recolor()

    def _recolor(self) -> None:
        if not self._icon_name:
            return
        palette = self._look.palette
        color = {
            "primary": palette.on_accent,
            "link": palette.accent,
            "flush": palette.accent,
        }.get(self._kind, palette.soft)
        self.setIcon(icon(self._icon_name, color, palette.faint))


class Words(QLabel):
    """A line or paragraph of plain text in one of the type roles."""

    def __init__(self, role: str = "", *, wrap: bool = False) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if role:
            self.setProperty("role", role)
        if wrap:
            self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)


class Elided(Words):
    """One line that gives way in the middle: for file names and paths only."""

    def minimumSizeHint(self) -> QSize:
        return QSize(24, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        area = self.contentsRect()
        text = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideMiddle, area.width()
        )
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.end()


def line(*, vertical: bool = False) -> QFrame:
    """Make a hairline between panels."""
    return surface("line", width=1) if vertical else surface("line", height=1)


def row(*widgets: QWidget, spacing: int = 8) -> QHBoxLayout:
    """Put widgets side by side."""
    layout = QHBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    for widget in widgets:
        layout.addWidget(widget)
    return layout


def panel(role: str = "panel") -> QWidget:
    """Make a surface that carries other widgets."""
    widget = QWidget()
    dress(widget, role)
    return widget


def dress(widget: QWidget, role: str) -> None:
    """Give a plain widget the background of a role."""
    widget.setProperty("role", role)
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)


def show_when(widget: QWidget, wanted: bool) -> None:
    """Show or hide a widget; the keyboard's focus goes to the window, not to a neighbour."""
    focused = QApplication.focusWidget()
    inside = focused is not None and (focused is widget or widget.isAncestorOf(focused))
    if inside and not wanted:
        widget.window().setFocus()
    widget.setVisible(wanted)


def mark_wrong(field: QWidget, wrong: bool) -> None:
    """Show that what was typed can't be right yet, or that it can."""
    if bool(field.property("wrong")) != wrong:
        field.setProperty("wrong", wrong)
        field.style().unpolish(field)
        field.style().polish(field)
