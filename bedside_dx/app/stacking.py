"""Slices of a series as they are read: the one looked at first, then its neighbours, then all."""

from __future__ import annotations

import threading
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bedside_dx.core.errors import BedsideDxError, ImagingError
from bedside_dx.core.scan import Volume
from bedside_dx.imaging.dicom.reading import volume_affine

if TYPE_CHECKING:
    from collections.abc import Callable

    from bedside_dx.core.scan import Frame, OverlayPlane, Series, Source, ValueTable
    from bedside_dx.imaging.dicom.reading import ScanReader

MOST_BYTES = 1_500_000_000
"""Above this no volume is kept: only the slices around the one looked at."""

LONGEST_END_S = 5.0
"""Longest time that is waited for a thread to end, s."""

Pixels = NDArray[Any]


class SliceStack:
    """The slices of one series, filled by a thread of its own. Safe to ask from any thread.

    Parameters
    ----------
    on_slice
        Called from the thread with the stack and the place of each slice that came, or could
        not be read.
    before
        A stack of the same series that held fewer slices: what it has read is taken over.

    Attributes
    ----------
    overlay_error
        Why the drawings of an image could not be read; the image itself is there.
    """

    def __init__(
        self,
        reader: ScanReader,
        series: Series,
        on_slice: Callable[[SliceStack, int], None],
        before: SliceStack | None = None,
    ) -> None:
        count = len(series.frames)
        self.series = series
        self._reader, self._on_slice = reader, on_slice
        self._slices: list[Pixels | None] = [None] * count
        self._errors: dict[int, BedsideDxError] = {}
        self._tables: dict[int, ValueTable] = {}
        self._planes: dict[int, tuple[OverlayPlane, ...]] = {}
        self._block: Pixels | None = None
        self._waiting = np.ones(count, np.bool_)
        self._wanted = 0
        self._awake = threading.Condition()
        self._is_closed = self._is_resting = self._is_settled = False
        self.overlay_error: BedsideDxError | None = None
        self._take_over(before)
        self._thread = threading.Thread(target=self._work, name="slices", daemon=True)
        self._thread.start()

    # --- what is there -----------------------------------------------------------------

    @property
    def count(self) -> int:
        """Number of slices of the series."""
        return len(self._slices)

    @property
    def done(self) -> int:
        """Number of slices that came or could not be read."""
        return int(self.count - np.count_nonzero(self._waiting))

    @property
    def is_complete(self) -> bool:
        """Whether nothing is still to be read."""
        return self._is_settled and not self._waiting.any()

    @property
    def nbytes(self) -> int:
        """Memory that the slices take."""
        if self._block is not None:
            return self._block.nbytes
        return sum(one.nbytes for one in self._slices if one is not None)

    def slice(self, at: int) -> Pixels | None:
        """One slice in its series' unit, (rows, columns) or (rows, columns, 3); None before."""
        return self._slices[at]

    def error(self, at: int) -> BedsideDxError | None:
        """Why a slice could not be read."""
        return self._errors.get(at)

    def table(self, at: int) -> ValueTable | None:
        """How the file shows a slice's values, where it says so by a table."""
        return self._tables.get(at)

    def overlay_planes(self, at: int) -> tuple[OverlayPlane, ...]:
        """What a slice's own file draws over it; nothing before the slice has come."""
        return self._planes.get(at, ())

    @cached_property
    def depths(self) -> NDArray[np.float64] | None:
        """Where each slice lies along the first one's normal, mm; None where one does not say."""
        planes = [frame.plane for frame in self.series.frames]
        first = planes[0]
        if first is None or any(plane is None for plane in planes):
            return None
        return np.array([plane.origin for plane in planes if plane]) @ first.normal

    @property
    def can_stack(self) -> bool:
        """Whether its slices make a volume that fits the memory."""
        frames = len(self.series.frames)
        size = frames * self.series.rows * self.series.columns * 2
        return self.series.is_volume and size <= MOST_BYTES

    def volume(self) -> Volume | None:
        """Voxels as read so far; what is still to come holds the first slice's lowest value.

        None where the images do not stack, or before the first of them.
        """
        block = self._block
        if block is None or not self.can_stack:
            return None
        frame = self.series.frame_of_reference
        return Volume(block, volume_affine(self.series), self.series.unit, frame)

    # --- what is asked for --------------------------------------------------------------

    def look_at(self, at: int) -> None:
        """Read this slice next, then those nearest to it."""
        with self._awake:
            self._wanted = at
            self._is_resting = False
            self._awake.notify()

    def rest(self) -> None:
        """Read nothing more until a slice is looked at."""
        with self._awake:
            self._is_resting = True

    def close(self) -> None:
        """Stop reading; what was read stays until the stack is let go of."""
        with self._awake:
            self._is_closed = True
            self._awake.notify()

    @property
    def is_working(self) -> bool:
        """Whether its thread has not ended."""
        return self._thread.is_alive()

    def wait(self) -> None:
        """Wait until its thread has ended; it must be closed, and its reader as well."""
        self._thread.join(LONGEST_END_S)

    # --- in the thread ------------------------------------------------------------------

    def _work(self) -> None:
        self._settle()
        while (at := self._next()) is not None:
            try:
                frame = self.series.frames[at]
                values = self._reader.values(frame)
                self._read_table(at, frame)
                self._read_planes(at, frame)
                self._keep(at, values)
            except BedsideDxError as error:
                self._errors[at] = error
            except MemoryError:
                path = self.series.frames[at].source.path
                self._errors[at] = ImagingError("scan.no-memory", path=path)
            except RuntimeError:
                return  # its reader was closed in the middle of it
            if at in self._errors:
                self._waiting[at] = False
            if not self._is_closed:
                self._on_slice(self, at)

    def _read_table(self, at: int, frame: Frame) -> None:
        if not self.series.has_table:
            return
        try:
            self._tables[at] = self._reader.table(frame)
        except ImagingError:
            return  # its window is used instead

    def _read_planes(self, at: int, frame: Frame) -> None:
        if not self.series.overlays:
            return
        try:
            self._planes[at] = self._reader.overlay_planes(frame)
        except ImagingError as error:
            self.overlay_error = error

    def _next(self) -> int | None:
        """Place to read next; waits while there is none, None once closed."""
        with self._awake:
            while not self._is_closed:
                waiting = np.flatnonzero(self._waiting)
                if len(waiting) and not self._is_resting:
                    at = int(waiting[np.argmin(np.abs(waiting - self._wanted))])
                    if self._has_room_for(at):
                        return at
                self._awake.wait()
        return None

    def _keep(self, at: int, values: Pixels) -> None:
        shape = (self.series.rows, self.series.columns)
        if values.shape[:2] != shape:
            raise ImagingError("scan.sizes-lie", path=self.series.frames[at].source.path)
        if values.ndim == 3 or not self.can_stack:
            self._slices[at] = values
            self._waiting[at] = False
            self._let_go_of_far()
            return
        if self._block is None:
            self._block = self._empty_block(values)
        if self._block.dtype == np.int16 and not _fits(values):
            self._widen()
        self._block[at] = values
        self._slices[at] = self._block[at]
        self._waiting[at] = False

    def _empty_block(self, values: Pixels) -> Pixels:
        frames = self.series.frames
        is_whole = all(f.slope.is_integer() and f.intercept.is_integer() for f in frames)
        kind = np.int16 if is_whole and self.series.bits < 16 and _fits(values) else np.float32
        return np.full((self.count, *values.shape), values.min(), kind)

    def _widen(self) -> None:
        """A value lies outside 16 bits after all."""
        assert self._block is not None
        narrow = self._block
        self._block = narrow.astype(np.float32)
        for at, had in enumerate(self._slices):
            if had is not None and had.base is narrow:
                self._slices[at] = self._block[at]

    def _has_room_for(self, at: int) -> bool:
        """Whether a slice fits beside the others, or is nearer than one that can go for it."""
        there = [i for i, one in enumerate(self._slices) if one is not None]
        if self._block is not None or not there:
            return True
        if self.nbytes // len(there) * (len(there) + 1) <= MOST_BYTES:
            return True
        return abs(at - self._wanted) < max(abs(i - self._wanted) for i in there)

    def _let_go_of_far(self) -> None:
        """Where there is no room for all, drop what is farthest from the slice looked at."""
        while self.nbytes > MOST_BYTES:
            there = [i for i, one in enumerate(self._slices) if one is not None]
            far = max(there, key=lambda i: abs(i - self._wanted))
            self._slices[far] = None
            self._waiting[far] = True

    def _take_over(self, before: SliceStack | None) -> None:
        """Have what was read at hand at once; `_settle` gives it its place in the block."""
        if before is None:
            return
        before.close()
        had = {_name(frame): at for at, frame in enumerate(before.series.frames)}
        for at, frame in enumerate(self.series.frames):
            old = had.get(_name(frame))
            values = before.slice(old) if old is not None else None
            if old is None or values is None:
                continue
            self._slices[at] = values
            self._waiting[at] = False
            if (table := before.table(old)) is not None:
                self._tables[at] = table
            if planes := before.overlay_planes(old):
                self._planes[at] = planes

    def _settle(self) -> None:
        """Copy what was taken over into one block: in the thread, for it may be much."""
        taken = [(at, values) for at, values in enumerate(self._slices) if values is not None]
        for at, values in taken if self.can_stack else []:
            if self._is_closed:
                return
            try:
                self._keep(at, values)
            except MemoryError:
                break  # they can be looked at as they are
        self._is_settled = True
        if taken:
            self._on_slice(self, self._wanted)


def place_of(frame: Frame, series: Series) -> int | None:
    """Where an image stands in a series, which may have grown since."""
    names = [_name(one) for one in series.frames]
    return names.index(_name(frame)) if _name(frame) in names else None


def _name(frame: Frame) -> tuple[Source, int, str]:
    return frame.source, frame.number, frame.image


def _fits(values: Pixels) -> bool:
    """Whether values are whole numbers of 16 bits."""
    least, most = float(values.min()), float(values.max())
    return least >= -32768 and most <= 32767
