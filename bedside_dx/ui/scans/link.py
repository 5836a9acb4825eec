"""Two examinations beside each other that scroll together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from bedside_dx.core.scan import Series
    from bedside_dx.ui.scans.place import Place


class Link(QObject):
    """Keeps the places of two examinations together.

    In one frame of reference they are the same point. Otherwise nothing says which point of one
    is which of the other: both move by as many mm from where they stood when they were joined.

    Signals
    -------
    changed
        It holds now, or does not any more.
    """

    changed = Signal()

    def __init__(self, current: Place, prior: Place, parent: QObject) -> None:
        super().__init__(parent)
        self._current, self._prior = current, prior
        self._offset: NDArray[np.float64] | None = None
        self.is_same_frame = False
        self._is_moving = False
        current.moved.connect(lambda: self._carry(current, prior, 1.0))
        prior.moved.connect(lambda: self._carry(prior, current, -1.0))

    @property
    def holds(self) -> bool:
        """Whether both scroll together."""
        return self._offset is not None

    def join(self, current: Series | None, prior: Series | None) -> None:
        """Hold them together as they stand now; at the same point where their files allow."""
        here, there = self._current.mm, self._prior.mm
        self._offset = None
        if current and prior and here is not None and there is not None:
            frame = current.frame_of_reference
            self.is_same_frame = bool(frame) and frame == prior.frame_of_reference
            self._offset = np.zeros(3) if self.is_same_frame else there - here
            if self.is_same_frame:
                self._carry(self._current, self._prior, 1.0)
        self.changed.emit()

    def part(self) -> None:
        """Let each be scrolled alone."""
        self._offset = None
        self.changed.emit()

    def _carry(self, moved: Place, other: Place, sign: float) -> None:
        if self._offset is None or self._is_moving or moved.mm is None:
            return
        self._is_moving = True
        try:
            other.move_to(moved.mm + sign * self._offset)
        finally:
            self._is_moving = False
