"""Which plane of a series a view shows: one of its own slices, or a cut through all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from bedside_dx.app.cutting import (
    AXES,
    Cut,
    Slab,
    cut_plane,
    merge_slices,
    range_along,
    together,
)
from bedside_dx.core.scan import Plane
from bedside_dx.ui.scans.place import Place

if TYPE_CHECKING:
    from bedside_dx.app.stacking import SliceStack
    from bedside_dx.core.errors import BedsideDxError
    from bedside_dx.core.scan import Series
    from bedside_dx.ui.background import Background

STACK = "stack"
"""Name of the plane that the scanner took; the others are those of `imaging.planes`."""
RECUT_MS = 250
"""Time between two cuts through a series that is still being read."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """One plane, ready to be drawn.

    Attributes
    ----------
    cut
        Values, and how they lie in the patient.
    is_placed, is_measured
        See `Projection`.
    number
        Which one of the series' slices, from 0; of a reformat, which step along its axis.
    """

    cut: Cut
    is_placed: bool
    is_measured: bool
    name: str
    number: int


class Sheets(QObject):
    """One plane of one series, and where it stands.

    Signals
    -------
    changed
        Another plane is to be shown, or its pixels have come.
    """

    changed = Signal()

    def __init__(self, background: Background, place: Place, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self.place = place
        self.stack: SliceStack | None = None
        self.name: str = STACK
        self.number = 0
        self.thick_mm = 0.0
        self.slab = Slab.MEAN
        self._sheet: Sheet | None = None
        self._cutting: tuple[object, ...] | None = None
        self._cut_error: BedsideDxError | None = None
        self._is_following = False
        self._recut = QTimer(self, interval=RECUT_MS, singleShot=True)
        self._recut.timeout.connect(self._ask)
        place.moved.connect(self._follow)

    # --- what is shown -------------------------------------------------------------------

    @property
    def series(self) -> Series | None:
        """The series shown."""
        return self.stack.series if self.stack else None

    @property
    def sheet(self) -> Sheet | None:
        """The plane as it can be drawn; None while its pixels are still to come."""
        return self._sheet

    @property
    def error(self) -> BedsideDxError | None:
        """Why the slice in front could not be read."""
        if self._cut_error is not None:
            return self._cut_error
        return self.stack.error(self.number) if self.stack and self.name == STACK else None

    @property
    def count(self) -> int:
        """Number of places that can be scrolled to."""
        if self.stack is None:
            return 0
        if self.name == STACK:
            return self.stack.count
        low, high, step = range_along(self.stack.series, self.name)
        return round((high - low) / step) + 1

    def show(self, stack: SliceStack, number: int) -> None:
        """Show another series, or the same with more slices, from one of its slices."""
        self._put(stack, number)
        stack.look_at(self.number if self.name == STACK else stack.count // 2)
        self._tell_place()
        self._ask()
        self.changed.emit()

    def join(self, stack: SliceStack, name: str) -> None:
        """Show a plane of a series at the place that is looked at already."""
        if stack is not self.stack or name != self.name:
            self._put(stack, 0)
            self.name, self._sheet = name, None
            if self.place.mm is not None:
                self.number = self._number_at(self.place.mm)
            self._ask()
            self.changed.emit()

    def _put(self, stack: SliceStack, number: int) -> None:
        is_other = self.stack is None or self.stack.series.key != stack.series.key
        self.stack = stack
        if is_other or (self.name != STACK and not stack.can_stack):
            self.name = STACK
        self.number = min(number, max(self.count - 1, 0))
        self._sheet = None if is_other else self._sheet

    def clear(self) -> None:
        """Show nothing."""
        self.stack, self._sheet, self.number = None, None, 0
        self.changed.emit()

    def turn_to(self, name: str) -> None:
        """Show the scanner's own planes, or cut across an axis of the patient."""
        if self.stack is None or name == self.name or (name != STACK and not self.stack.can_stack):
            return
        self.name, self._sheet = name, None
        self.number = self._number_at(self.place.mm) if self.place.mm is not None else 0
        self._ask()
        self.changed.emit()

    def thicken(self, thick_mm: float, slab: Slab) -> None:
        """Show a slab of so many mm instead of a single plane."""
        self.thick_mm, self.slab = thick_mm, slab
        self._ask()
        self.changed.emit()

    # --- where it stands -----------------------------------------------------------------

    def scroll(self, steps: int) -> None:
        """Go on by so many places, no further than the last one."""
        self.go_to(self.number + steps)

    def go_to(self, number: int) -> None:
        """Go to a place."""
        number = min(max(number, 0), max(self.count - 1, 0))
        if self.stack is None or number == self.number:
            return
        self.number = number
        if self.name == STACK:
            self.stack.look_at(number)
        self._tell_place()
        self._ask()
        self.changed.emit()

    def take_slice(self, at: int) -> None:
        """A slice of the stack has come, or could not be read."""
        if self.name != STACK:
            if not self._recut.isActive():
                self._recut.start()
        elif at == self.number or (self.thick_mm and self._is_in_slab(at)):
            self._ask()
            self.changed.emit()

    # --- inside ----------------------------------------------------------------------------

    def _follow(self) -> None:
        """Go to the place that another view of the same patient has moved to."""
        mm = self.place.mm
        if self._is_following or self.stack is None or mm is None:
            return
        number = self._number_at(mm)
        if number != self.number:
            self.number = number
            if self.name == STACK:
                self.stack.look_at(number)
            self._ask()
        self.changed.emit()

    def _number_at(self, mm: NDArray[np.float64]) -> int:
        assert self.stack is not None
        if self.name != STACK:
            low, high, step = range_along(self.stack.series, self.name)
            axis = AXES[self.name]
            return round((min(max(float(mm[axis]), low), high) - low) / step)
        depths, first = self.stack.depths, self.stack.series.frames[0].plane
        if depths is None or first is None:
            return self.number
        return int(np.argmin(np.abs(depths - float(first.normal @ mm))))

    def _tell_place(self) -> None:
        """Carry the common place along the normal, to where this view stands now."""
        if self.stack is None:
            return
        self._is_following = True
        try:
            if self.name != STACK:
                low, _, step = range_along(self.stack.series, self.name)
                self.place.move_along(AXES[self.name], low + self.number * step)
            elif (plane := self.stack.series.frames[self.number].plane) is not None:
                self.place.move_onto(plane, (self.stack.series.rows, self.stack.series.columns))
        finally:
            self._is_following = False

    def _is_in_slab(self, at: int) -> bool:
        return at in together(self._series(), self.number, self.thick_mm)

    def _series(self) -> Series:
        assert self.stack is not None
        return self.stack.series

    def _ask(self) -> None:
        stack = self.stack
        if stack is None:
            return
        if self.name == STACK and not self.thick_mm:
            self._cut_error = None
            values = stack.slice(self.number)
            self._sheet = None if values is None else _own(stack.series, self.number, values)
            return
        wanted = (stack, self.name, self.number, self.thick_mm, self.slab)
        if self._cutting is not None:
            return  # the one in flight asks again when it comes back
        self._cutting = wanted
        self._background.run(lambda: _made(*wanted), self._take, self._refuse)

    def _take(self, sheet: Sheet | None) -> None:
        asked, self._cutting, self._cut_error = self._cutting, None, None
        now = (self.stack, self.name, self.number, self.thick_mm, self.slab)
        if asked is not None and asked[:2] == now[:2] and sheet is not None:
            self._sheet = sheet
            self.changed.emit()
        if asked != now:
            self._ask()
        elif self.stack is not None and not self.stack.is_complete and self.name != STACK:
            self._recut.start()

    def _refuse(self, error: BedsideDxError) -> None:
        self._cutting, self._cut_error = None, error
        self.changed.emit()


def _made(stack: SliceStack, name: str, number: int, thick_mm: float, slab: Slab) -> Sheet | None:
    """Make a slab or a cut; None where none of its slices has come yet. For a thread."""
    if name == STACK:
        values = merge_slices(stack, number, thick_mm, slab)
        return None if values is None else _own(stack.series, number, values)
    made = cut_plane(stack, name, number, thick_mm, slab)
    return None if made is None else Sheet(made, True, True, name, number)


def _own(series: Series, number: int, values: NDArray[Any]) -> Sheet:
    """A slice as the scanner took it; where it does not say how it lies, a place is made up."""
    plane = series.frames[number].plane
    if plane is not None:
        return Sheet(Cut(values, plane), True, True, STACK, number)
    made_up = Plane((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (series.aspect, 1.0))
    return Sheet(Cut(values, made_up), False, False, STACK, number)
