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
    is which of the other: a person may point at one place in both, which then count as the same;
    without that both move by as many mm from where they stood when they were joined. What was
    set by hand is kept for the two coordinate systems as long as the window is open.

    Signals
    -------
    changed
        It holds now, or does not any more; or it is being set by hand.

    Attributes
    ----------
    is_same_frame
        Whether both have the same coordinates, as their files say.
    is_by_hand
        Whether a person said which places are the same.
    is_setting
        Whether a person is about to say it.
    """

    changed = Signal()

    def __init__(self, current: Place, prior: Place, parent: QObject) -> None:
        super().__init__(parent)
        self._current, self._prior = current, prior
        self._offset: NDArray[np.float64] | None = None
        self._names = ("", "")
        self._by_hand: dict[tuple[str, str], NDArray[np.float64]] = {}
        self._pointed: set[Place] = set()
        self.is_same_frame = self.is_by_hand = self.is_setting = False
        self._is_moving = False
        current.moved.connect(lambda: self._carry(current, prior, 1.0))
        prior.moved.connect(lambda: self._carry(prior, current, -1.0))
        for place in (current, prior):
            place.pointed.connect(lambda place=place: self._take_point(place))

    @property
    def holds(self) -> bool:
        """Whether both scroll together."""
        return self._offset is not None

    @property
    def can_be_set(self) -> bool:
        """Whether it is for a person to say which places are the same."""
        has_places = self._current.mm is not None and self._prior.mm is not None
        return has_places and not self.is_same_frame

    @property
    def is_set(self) -> bool:
        """Whether a person has pointed at a place in both."""
        return self.is_setting and len(self._pointed) == 2

    def is_for(self, current: Series) -> bool:
        """Whether it was made for the coordinates of a series."""
        return self._names[0] == _coordinates(current)

    def join(self, current: Series | None, prior: Series | None) -> None:
        """Hold them together: at the same point where files or a person said which that is.

        Otherwise as they stand now.
        """
        here, there = self._current.mm, self._prior.mm
        self._offset, self.is_setting = None, False
        self.is_same_frame = self.is_by_hand = False
        if current and prior:
            self._names = _coordinates(current), _coordinates(prior)
            frame = current.frame_of_reference
            self.is_same_frame = bool(frame) and frame == prior.frame_of_reference
        if current and prior and here is not None and there is not None:
            known = np.zeros(3) if self.is_same_frame else self._by_hand.get(self._names)
            self.is_by_hand = known is not None and not self.is_same_frame
            self._offset = there - here if known is None else known
            if known is not None:
                self._carry(self._current, self._prior, 1.0)
        self.changed.emit()

    def part(self) -> None:
        """Let each be scrolled alone."""
        self._offset, self.is_setting = None, False
        self.changed.emit()

    def begin_by_hand(self) -> None:
        """Let each be scrolled alone until a person has pointed at one place in both."""
        self._offset, self._pointed = None, set()
        self.is_setting = True
        self.changed.emit()

    def confirm(self) -> None:
        """The places that both look at are the same, as a person says."""
        here, there = self._current.mm, self._prior.mm
        if not self.is_set or here is None or there is None:
            return
        offset = there - here
        current, prior = self._names
        self._by_hand[current, prior] = offset
        self._by_hand[prior, current] = -offset
        self._offset, self.is_by_hand, self.is_setting = offset, True, False
        self.changed.emit()

    def _take_point(self, place: Place) -> None:
        if self.is_setting:
            self._pointed.add(place)
            self.changed.emit()

    def _carry(self, moved: Place, other: Place, sign: float) -> None:
        if self._offset is None or self._is_moving or moved.mm is None:
            return
        self._is_moving = True
        try:
            other.move_to(moved.mm + sign * self._offset)
        finally:
            self._is_moving = False


def _coordinates(series: Series) -> str:
    """Name of the coordinates that a series is in: its own where it shares none."""
    return series.frame_of_reference or series.own_name
