"""The one place of the patient that all views of a study look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from bedside_dx.core.scan import Plane


class Place(QObject):
    """A point in patient coordinates; views that share it are linked.

    Signals
    -------
    moved
        It lies somewhere else now.
    pointed
        A person pointed at it, wherever it lay before.
    """

    moved = Signal()
    pointed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mm: NDArray[np.float64] | None = None

    @property
    def mm(self) -> NDArray[np.float64] | None:
        """The point, (3,) mm; None before the first plane that says how it lies."""
        return self._mm

    def forget(self) -> None:
        """Look at no place: another patient's coordinates mean something else."""
        self._mm = None

    def move_to(self, mm: NDArray[np.float64]) -> None:
        """Look at a point."""
        if self._mm is None or not np.allclose(mm, self._mm, rtol=0, atol=1e-6):
            self._mm = np.asarray(mm, np.float64)
            self.moved.emit()

    def point_at(self, mm: NDArray[np.float64]) -> None:
        """Look at a point that a person points at."""
        self.move_to(mm)
        self.pointed.emit()

    def move_onto(self, plane: Plane, size: tuple[int, int]) -> None:
        """Move along a plane's normal onto it; at first, to the middle of its (rows, columns)."""
        normal = plane.normal
        if self._mm is None:
            across = np.asarray(plane.along_row) * plane.spacing[1] * (size[1] - 1) / 2
            down = np.asarray(plane.along_column) * plane.spacing[0] * (size[0] - 1) / 2
            self.move_to(np.asarray(plane.origin) + across + down)
            return
        gap = float(normal @ (np.asarray(plane.origin) - self._mm))
        self.move_to(self._mm + gap * normal)

    def move_along(self, axis: int, mm: float) -> None:
        """Move along one axis of the patient."""
        if self._mm is not None:
            point = self._mm.copy()
            point[axis] = mm
            self.move_to(point)
