"""Plays the slices of a series like a film."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from bedside_dx.ui.scans.sheets import Sheets

SPEEDS = (5, 10, 15, 25, 40)
"""Slices a second that can be chosen."""
USUAL_SPEED = 15


class Cine(QObject):
    """Goes on through the places of one view, and begins again after the last.

    Signals
    -------
    turned
        It plays now, or does not any more.
    """

    turned = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._sheets: Sheets | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._go_on)
        self.use_speed(USUAL_SPEED)

    @property
    def is_playing(self) -> bool:
        """Whether it plays."""
        return self._timer.isActive()

    def use_speed(self, per_s: int) -> None:
        """Play so many slices a second."""
        self._timer.setInterval(round(1000 / per_s))

    def follow(self, sheets: Sheets) -> None:
        """Play another view; what was played stops."""
        if sheets is not self._sheets:
            self.stop()
            self._sheets = sheets

    def toggle(self) -> None:
        """Play, or stop."""
        if self.is_playing:
            self.stop()
        elif self._sheets is not None and self._sheets.count > 1:
            self._timer.start()
            self.turned.emit()

    def stop(self) -> None:
        """Stop where it is."""
        if self.is_playing:
            self._timer.stop()
            self.turned.emit()

    def _go_on(self) -> None:
        sheets = self._sheets
        if sheets is None or sheets.count < 2:
            self.stop()
            return
        sheets.go_to((sheets.number + 1) % sheets.count)
