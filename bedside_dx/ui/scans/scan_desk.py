"""The scans on the desk: their studies as they are read, and the slices that are looked at."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from bedside_dx.app.laying import overlays_of
from bedside_dx.app.scanning import ScanReader
from bedside_dx.app.stacking import SliceStack, place_of
from bedside_dx.core.cancel import Cancel, CancelledByUser
from bedside_dx.core.case import Patient
from bedside_dx.core.errors import ImagingError
from bedside_dx.core.scan import Study
from bedside_dx.ui.background import Background
from bedside_dx.ui.bridge import EventBridge
from bedside_dx.ui.examination import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from bedside_dx.app.laying import Overlay
    from bedside_dx.core.errors import BedsideDxError
    from bedside_dx.core.scan import Series
    from bedside_dx.ui.examination import Examination

NO_DICOM = frozenset(("scan.not-dicom", "scan.empty", "scan.no-dicom"))
MOST_KEPT_BYTES = 1_000_000_000
"""Memory of stacks that nobody looks at, until the oldest is let go of."""


class ScanDesk(QObject):
    """Opens studies and reads their slices, for all views of the window.

    Signals
    -------
    grew
        `Examination` whose study has more images now, or all of them.
    refused
        `Examination` that could not be opened; it holds the error.
    slice_came
        `SliceStack` and the place in it that came, or could not be read.
    """

    grew = Signal(object)
    refused = Signal(object)
    slice_came = Signal(object, int)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.reader = ScanReader()
        self.background = Background(self)
        self._opening = Background(self)
        self._studies = EventBridge(self._take_part, self)
        self._slices = EventBridge(lambda came: self.slice_came.emit(*came), self)
        self._stacks: dict[tuple[str, str], SliceStack] = {}
        self._leaving: list[SliceStack] = []
        self._kept: set[int] = set()
        self._cancel = Cancel()
        self._is_closed = False
        self.at_close: list[Callable[[], None]] = []

    # --- studies -----------------------------------------------------------------------

    def open(self, examination: Examination, instead: BedsideDxError | None = None) -> None:
        """Read a study; what is known of it is there from its first image on.

        Parameters
        ----------
        instead
            Why it is no slide; it is said where it is no DICOM either.
        """
        path = examination.path

        def read() -> Study:
            try:
                return self.reader.open(path, self._tell(examination), self._cancel)
            except (RuntimeError, CancelledByUser):
                if not self._is_closed:
                    raise
                return Study(path)  # to nobody: the window was closed in the middle of it

        def refuse(error: BedsideDxError) -> None:
            is_neither = instead is not None and error.code in NO_DICOM
            examination.fail(instead if instead is not None and is_neither else error)
            self.refused.emit(examination)

        self._opening.run(read, lambda study: self._take(examination, study), refuse)

    def read_drawn(
        self,
        drawn: Series,
        on: Series,
        then: Callable[[tuple[Overlay, ...]], None],
        otherwise: Callable[[BedsideDxError], None],
    ) -> None:
        """Read what was drawn on a series; cuts through scans do not wait for it."""

        def read() -> tuple[Overlay, ...]:
            try:
                return overlays_of(self.reader, drawn, on)
            except RuntimeError:
                if not self._is_closed:
                    raise
                return ()  # to nobody, as in `open`

        self._opening.run(read, then, otherwise)

    def choose(self, examination: Examination, series: Series) -> None:
        """Bring a series of a study to the front."""
        self.keep_series(examination)
        if series is not examination.series:
            examination.series = series
            self.grew.emit(examination)

    def keep_series(self, examination: Examination) -> None:
        """Leave the series in front there, even if a larger one is found."""
        self._kept.add(id(examination))

    def stack_of(self, examination: Examination) -> SliceStack | None:
        """Slices of the series in front; they begin to be read when they are looked at."""
        series = examination.series
        return None if series is None else self.stack(examination, series)

    def stack(self, examination: Examination, series: Series) -> SliceStack:
        """Slices of a series of a study."""
        key = (str(examination.path), series.key)
        known = self._stacks.pop(key, None)
        if known is None or known.series is not series:
            same = known if known and known.series.own_name == series.own_name else None
            if known is not None:
                self._let_go(known)
            known = SliceStack(self.reader, series, self._tell_slice, same)
        self._stacks[key] = known  # the last one used is the last one let go of
        self._make_room(known)
        return known

    def close(self) -> None:
        """Stop all reading and end the workers."""
        for finish in self.at_close:
            finish()
        self._is_closed = True
        self._cancel.cancel()
        stacks = [*self._stacks.values(), *self._leaving]
        for stack in stacks:
            stack.close()
        self.reader.close()
        for stack in stacks:
            stack.wait()
        self._opening.close()
        self.background.close()

    # --- inside ------------------------------------------------------------------------

    def _tell(self, examination: Examination) -> Callable[[Study], None]:
        return lambda study: self._studies.emit((examination, study))

    def _tell_slice(self, stack: SliceStack, at: int) -> None:
        if not self._is_closed:
            self._slices.emit((stack, at))

    def _take_part(self, told: tuple[Examination, Study]) -> None:
        examination, study = told
        if examination.study is None or not examination.study.is_complete:
            self._take(examination, study)

    def _take(self, examination: Examination, study: Study) -> None:
        if self._is_closed:
            return
        examination.study = study
        if study.is_complete and not study.images:
            examination.fail(ImagingError("scan.no-images", path=study.path))
            self.refused.emit(examination)
            return
        if not study.images:
            return
        if examination.state is State.OPENING:
            examination.state = State.WAITING
        same = _same_series(examination.series, study)
        is_free = study.is_complete and id(examination) not in self._kept
        examination.series = study.images[0] if is_free or same is None else same
        self._fill_patient(examination, study)
        self.grew.emit(examination)

    def _fill_patient(self, examination: Examination, study: Study) -> None:
        """Whose it is, as the files say, where nobody has entered it and they agree."""
        case = examination.case
        if len(study.patients) == 1 and not case.patient.is_identified:
            examination.case = replace(case, patient=study.patients[0])
        elif len(study.patients) > 1 and case.patient in study.patients:
            examination.case = replace(case, patient=Patient())

    def _let_go(self, stack: SliceStack) -> None:
        """Stop a stack; its thread may still be in the middle of a slice."""
        stack.close()
        self._leaving = [*(one for one in self._leaving if one.is_working), stack]

    def _make_room(self, front: SliceStack) -> None:
        others = [key for key, stack in self._stacks.items() if stack is not front]
        held = sum(self._stacks[key].nbytes for key in others)
        for key in others:
            if held <= MOST_KEPT_BYTES:
                return
            stack = self._stacks.pop(key)
            held -= stack.nbytes
            self._let_go(stack)


def _same_series(series: Series | None, study: Study) -> Series | None:
    """The series that holds the same images, in a study that has grown."""
    if series is None:
        return None
    first = series.frames[0]
    return next((one for one in study.images if place_of(first, one) is not None), None)
