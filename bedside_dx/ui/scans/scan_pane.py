"""A scan on the stage: its series, the slices, and the controls for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from bedside_dx.app.stacking import place_of
from bedside_dx.ui.controls import line
from bedside_dx.ui.scans.place import Place
from bedside_dx.ui.scans.scan_view import ScanView
from bedside_dx.ui.scans.series_list import SeriesList, series_words
from bedside_dx.ui.scans.sheets import Sheets

if TYPE_CHECKING:
    from bedside_dx.app.stacking import SliceStack
    from bedside_dx.ui.examination import Examination
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.scans.scan_desk import ScanDesk
    from bedside_dx.ui.workplace import Workplace


class ScanPane(QWidget):
    """The scan in front."""

    def __init__(self, look: Look, workplace: Workplace) -> None:
        super().__init__()
        self._look, self._workplace = look, workplace
        self._desk: ScanDesk = workplace.scans
        self._shown: Examination | None = None
        self._is_touched = False
        self.place = Place(self)
        self.sheets = Sheets(self._desk.background, self.place, self)
        self.view = ScanView(look, self.sheets)
        self.series = SeriesList(look)
        self.series.chosen.connect(self._choose)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.valueChanged.connect(self.sheets.go_to)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.view, 1)
        right.addWidget(self.slider)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.series)
        layout.addWidget(line(vertical=True))
        layout.addLayout(right, 1)
        self._desk.grew.connect(self._take_study)
        self._desk.slice_came.connect(self._take_slice)
        self.sheets.changed.connect(self._follow)
        look.changed.connect(self.refresh)
        self.refresh()

    def show_scan(self, examination: Examination | None) -> None:
        """Show another scan, or let go of the one shown."""
        if examination is self._shown:
            return
        self._shown, self._is_touched = examination, False
        self.sheets.clear()
        self.place.forget()
        self.view.forget()
        if examination is not None:
            self._show_series(examination)

    def refresh(self) -> None:
        """Draw the words again."""
        t = self._look.t
        self.slider.setAccessibleName(t("Slice"))
        self._say()

    def clear(self) -> None:
        """Let go of the scan."""
        self.show_scan(None)

    # --- inside --------------------------------------------------------------------------

    def _take_study(self, examination: Examination) -> None:
        if examination is self._shown:
            self._show_series(examination)

    def _show_series(self, examination: Examination) -> None:
        study, series = examination.study, examination.series
        self.series.show_study(study, series)
        stack = self._desk.stack_of(examination)
        if stack is None or stack is self.sheets.stack:
            return
        number = self._number_in(stack)
        if number is None:
            self.view.forget()
            self.place.forget()
            number = stack.count // 2 if study is None or study.is_complete else 0
        elif study is not None and study.is_complete and not self._is_touched:
            number = stack.count // 2
        self.sheets.show(stack, number)

    def _number_in(self, stack: SliceStack) -> int | None:
        """Where the slice that is looked at stands in a series that has grown; None in another."""
        before = self.sheets.stack
        if before is None or before.series.own_name != stack.series.own_name:
            return None
        frame = before.series.frames[min(self.sheets.number, before.count - 1)]
        return place_of(frame, stack.series)

    def _choose(self, series: object) -> None:
        if self._shown is not None:
            self._is_touched = True
            self._desk.choose(self._shown, series)  # pyright: ignore[reportArgumentType]

    def _take_slice(self, stack: SliceStack, at: int) -> None:
        if stack is self.sheets.stack:
            self.sheets.take_slice(at)

    def _follow(self) -> None:
        self.slider.blockSignals(True)
        self.slider.setRange(0, max(self.sheets.count - 1, 0))
        self.slider.setValue(self.sheets.number)
        self.slider.blockSignals(False)
        self._say()

    def _say(self) -> None:
        t, corners, series = self._look.t, self.view.corners, self.sheets.series
        corners.which = series_words(series, t) if series else ()
        error = self.sheets.error
        corners.notice = ""
        if error is not None:
            corners.notice = t.error(error)[0]
        elif series is not None and self.sheets.sheet is None:
            corners.notice = t("Reading the slice…")
        self.view.update()
