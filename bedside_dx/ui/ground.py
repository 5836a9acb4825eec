"""The window's surfaces, and where they lie: its first frame, before anything is on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from bedside_dx.ui.theme import INSPECTOR, PATIENT_BAR, RAIL_NARROW, RAIL_WIDE, STATUS_BAR

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent


class Ground(QWidget):
    """Bare surfaces in the places and colours of those that come: nothing jumps or flashes then.

    It is shown before the rooms that fill it are loaded, so it needs none of them, nor the
    hundred enumerations of `Qt`: the style sheet draws frames without being asked to.

    Signals
    -------
    painted
        It is on the screen; told each time it is drawn.
    """

    painted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._rail = surface("panel", width=RAIL_NARROW)
        top, foot = surface("panel", height=PATIENT_BAR), surface("panel", height=STATUS_BAR)
        stage, inspector = surface("stage"), surface("panel", width=INSPECTOR)
        lay_out(self, (top, self._rail, stage, inspector, foot))

    def narrow(self, *, narrow: bool) -> None:
        """Leave the rail 64 or 280 px."""
        self._rail.setFixedWidth(RAIL_NARROW if narrow else RAIL_WIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self.painted.emit()


def surface(role: str, *, width: int = 0, height: int = 0) -> QFrame:
    """Make an empty surface; a side of 0 takes what there is."""
    frame = QFrame()
    frame.setProperty("role", role)
    if width:
        frame.setFixedWidth(width)
    if height:
        frame.setFixedHeight(height)
    return frame


def lay_out(on: QWidget, panels: tuple[QWidget, QWidget, QWidget, QWidget, QWidget]) -> QVBoxLayout:
    """Lay patient bar, rail, stage, inspector and status line on a widget, hairlines between.

    Returns
    -------
    The column, of which the patient bar is the first.
    """
    bar, rail, stage, inspector, status = panels
    middle = QHBoxLayout()
    middle.setSpacing(0)
    middle.addWidget(rail)
    middle.addWidget(surface("line", width=1))
    middle.addWidget(stage, 1)
    middle.addWidget(surface("line", width=1))
    middle.addWidget(inspector)
    column = QVBoxLayout(on)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    column.addWidget(bar)
    column.addWidget(surface("line", height=1))
    column.addLayout(middle, 1)
    column.addWidget(surface("line", height=1))
    column.addWidget(status)
    return column
