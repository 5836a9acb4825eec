"""What was measured on the scans on the desk, and which of it is in hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PySide6.QtCore import QObject, Signal

from bedside_dx.app.lesion_visits import LesionVisits, visits_of
from bedside_dx.core.case import Patient
from bedside_dx.core.errors import MeasureError
from bedside_dx.core.kept_marks import KeptMark
from bedside_dx.core.measuring import Ellipse, Ground, LesionAxes, Statistics, statistics, unit_of
from bedside_dx.core.scan_measures import HandMeasure, ScanMeasures
from bedside_dx.ui.scans.beside import is_same_person
from bedside_dx.ui.scans.sheets import STACK

if TYPE_CHECKING:
    from collections.abc import Callable

    from bedside_dx.core.errors import BedsideDxError
    from bedside_dx.core.kept_marks import KeptMarks
    from bedside_dx.core.measuring import Measure
    from bedside_dx.core.scan import Series
    from bedside_dx.ui.examination import Examination
    from bedside_dx.ui.scans.scan_view import ScanView


@dataclass(eq=False)
class Mark:
    """One measure as it stands on an examination.

    Attributes
    ----------
    study, image
        The files' own identifiers of what was measured on; no image on a cut through several.
    statistics
        Of an ellipse; None for all else, and where it holds no pixel.
    """

    examination: Examination
    patient: Patient | None
    measure: Measure
    study: str = ""
    image: str = ""
    statistics: Statistics | None = None


class Measured(NamedTuple):
    """A study that something was measured on, and whose it is."""

    examination: Examination
    study: str
    patient: Patient


MOST_UNDONE = 200
"""Changes that can be undone."""
State = list[tuple[Mark, "Measure", Statistics | None]]
"""Marks of an examination as they stood."""


class Measures(QObject):
    """All marks of the session; `MarkKeeper` keeps them beyond it.

    Parameters
    ----------
    whose
        Examination that a view shows.

    Signals
    -------
    changed
        A mark came, went, moved, or another one is in hand.
    refused
        `BedsideDxError`: why nothing was measured.
    """

    changed = Signal()
    refused = Signal(object)

    def __init__(self, whose: Callable[[ScanView], Examination | None], parent: QObject) -> None:
        super().__init__(parent)
        self.whose = whose
        self._marks: list[Mark] = []
        self._before: list[tuple[Examination, State]] = []
        self.chosen: Mark | None = None

    def of(self, examination: Examination | None) -> list[Mark]:
        """Marks of one examination, in the order in which they were made."""
        return [mark for mark in self._marks if mark.examination is examination]

    def on(self, view: ScanView) -> list[Mark]:
        """Marks that lie on the plane of a view, the one in hand first.

        They may have been made on another series of the examination with the same coordinates.
        """
        projection, series = view.projection, view.sheets.series
        if projection is None or series is None or not projection.is_measured:
            return []
        there = [
            mark
            for mark in self.of(self.whose(view))
            if mark.measure.ground.is_shared_by(series) and mark.measure.is_on(projection.plane)
        ]
        return sorted(there, key=lambda mark: mark is not self.chosen)

    def refuse(self, error: BedsideDxError | None) -> None:
        """Tell why nothing was measured; None takes it back."""
        self.refused.emit(error)

    def add(self, examination: Examination, measure: Measure, view: ScanView) -> Mark:
        """Keep a new measure and have it in hand."""
        if isinstance(measure, LesionAxes) and not measure.name:
            measure = replace(measure, name=self._next_name(examination))
        self.remember(examination)
        series = view.sheets.series
        study = (series.study or series.own_name) if series else ""
        mark = Mark(examination, _patient(examination, series), measure, study)
        self._marks.append(mark)
        self.chosen = mark
        self.change(mark, measure, view)
        return mark

    def change(self, mark: Mark, measure: Measure, view: ScanView | None = None) -> None:
        """Keep a measure as it is now; the view it is changed on has the values under it."""
        mark.measure = measure
        if view is not None and (isinstance(measure, Ellipse) or not mark.image):
            mark.image = _image(view)
        if isinstance(measure, Ellipse) and view is not None:
            mark.measure, mark.statistics = _read_on(view, measure)
        self.changed.emit()

    def choose(self, mark: Mark | None) -> None:
        """Have another one in hand."""
        if mark is not self.chosen:
            self.chosen = mark
            self.changed.emit()

    def remove(self, mark: Mark | None) -> None:
        """Take a mark away."""
        if mark is None or mark not in self._marks:
            return
        self.remember(mark.examination)
        self._marks.remove(mark)
        self.chosen = None if mark is self.chosen else self.chosen
        self.changed.emit()

    def drop(self, mark: Mark) -> None:
        """Take away a mark that was only begun, as if it had never been."""
        if mark in self._marks:
            self._marks.remove(mark)
            if self._before:
                self._before.pop()
        self.chosen = None
        self.changed.emit()

    def remember(self, examination: Examination) -> None:
        """Keep how the marks stand before they change, so that it can be undone."""
        state = [(mark, mark.measure, mark.statistics) for mark in self.of(examination)]
        if not self._before or self._before[-1] != (examination, state):
            self._before.append((examination, state))
            del self._before[:-MOST_UNDONE]

    def can_undo(self, examination: Examination | None) -> bool:
        """Whether something of an examination was changed in this session."""
        return any(one is examination for one, _ in self._before)

    def undo(self, examination: Examination | None) -> None:
        """Have the marks of an examination as they stood before the last change."""
        at = next(
            (n for n in reversed(range(len(self._before))) if self._before[n][0] is examination),
            None,
        )
        if at is None:
            return
        _, state = self._before.pop(at)
        self._marks = [mark for mark in self._marks if mark.examination is not examination]
        for mark, mark.measure, mark.statistics in state:
            self._marks.append(mark)
        if self.chosen not in self._marks:
            self.chosen = None
        self.changed.emit()

    def restore(self, examination: Examination, kept: KeptMarks) -> None:
        """Have back what was measured on a study before."""
        self._marks.extend(
            Mark(examination, kept.patient, one.measure, kept.study, one.image, one.statistics)
            for one in kept.marks
        )
        if kept.marks:
            self._before = [one for one in self._before if one[0] is not examination]
            self.changed.emit()

    def studies(self) -> set[Measured]:
        """Every study that something was measured on."""
        return {
            Measured(one.examination, one.study, one.patient or Patient()) for one in self._marks
        }

    def kept(self, examination: Examination, study: str) -> tuple[KeptMark, ...]:
        """What is to be kept of a study."""
        return tuple(
            KeptMark.of(mark.measure, mark.image, mark.statistics)
            for mark in self.of(examination)
            if mark.study == study
        )

    def for_report(self, examination: Examination) -> ScanMeasures | None:
        """What a report says of an examination; None where nothing was measured."""
        marks = self.of(examination)
        if not marks:
            return None
        told = tuple(_told(mark, examination) for mark in marks)
        day = _day(examination)
        try:
            return ScanMeasures(day, told, self.visits(examination).sums)
        except MeasureError as error:
            return ScanMeasures(day, told, why_no_sums=error)

    def visits(self, examination: Examination) -> LesionVisits:
        """Lesions of one examination and of all others of the same person, by day.

        Raises
        ------
        MeasureError
            As `visits_of`.
        """
        whose = [mark.patient for mark in self.of(examination)]
        mine = [
            mark
            for mark in self._marks
            if mark.examination is examination
            or any(is_same_person(one, mark.patient) for one in whose)
        ]
        return visits_of(
            (_day(mark.examination), mark.measure)
            for mark in mine
            if isinstance(mark.measure, LesionAxes)
        )

    def _next_name(self, examination: Examination) -> str:
        """Smallest number that no lesion of the examination has."""
        measures = [mark.measure for mark in self.of(examination)]
        taken = {one.name for one in measures if isinstance(one, LesionAxes)}
        return next(str(n) for n in range(1, len(taken) + 2) if str(n) not in taken)


def _told(mark: Mark, examination: Examination) -> HandMeasure:
    """A measure with the series and the slice where a person finds it again."""
    kept = KeptMark.of(mark.measure, mark.image, mark.statistics)
    images = examination.study.images if examination.study else ()
    ground = mark.measure.ground
    at = next((n for n, one in enumerate(images, start=1) if one.own_name == ground.series), None)
    if at is None:
        return HandMeasure(kept)
    series = images[at - 1]
    if ground.name != STACK:
        return HandMeasure(kept, series.modality, at)
    return HandMeasure(kept, series.modality, at, ground.number + 1, len(series.frames))


def middle_of(measure: Measure) -> np.ndarray:
    """Where a measure lies, (3,) mm."""
    return np.mean(np.asarray(measure.points, np.float64), axis=0)


def _read_on(view: ScanView, ellipse: Ellipse) -> tuple[Ellipse, Statistics | None]:
    """An ellipse on the plane that it is drawn on, which may be another series', and its values.

    There are none while a cut or a slab still holds slices that have not been read.
    """
    sheet, stack = view.sheet, view.sheets.stack
    if sheet is None or stack is None:
        return ellipse, None
    series, thick_mm = stack.series, view.sheets.thick_mm
    ground = Ground.of(
        series, sheet.cut.plane, sheet.name, sheet.number, is_measured=sheet.is_measured
    )
    here = replace(ellipse, ground=ground)
    is_single = sheet.name == STACK and not thick_mm
    if not (is_single or stack.is_complete):
        return here, None
    found = statistics(here, sheet.cut.values, unit_of(series))
    return here, replace(found, thick_mm=thick_mm) if found else None


def _image(view: ScanView) -> str:
    """The file's own identifier of the image that a view shows; empty of a cut or a slab."""
    series, sheet = view.sheets.series, view.sheet
    if series is None or sheet is None or sheet.name != STACK:
        return ""
    return series.frames[sheet.number].image


def _day(examination: Examination) -> str:
    return examination.study.day if examination.study else ""


def _patient(examination: Examination, series: Series | None) -> Patient | None:
    study = examination.study
    if study is None or series is None or series.patient >= len(study.patients):
        return None
    return study.patients[series.patient]
