"""A scan on the stage: its series, the views of it, and the controls for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from bedside_dx.app.stacking import place_of
from bedside_dx.text.message import mark
from bedside_dx.ui.controls import line
from bedside_dx.ui.patient_bar import patient_facts
from bedside_dx.ui.scans.beside import Beside, candidates, day_words
from bedside_dx.ui.scans.beside_strip import BesideStrip
from bedside_dx.ui.scans.cine import Cine
from bedside_dx.ui.scans.mark_keeper import MarkKeeper
from bedside_dx.ui.scans.measure_layer import MeasureLayer
from bedside_dx.ui.scans.measure_panel import MeasurePanel
from bedside_dx.ui.scans.measure_tools import AngleTool, EllipseTool, LesionTool, RulerTool
from bedside_dx.ui.scans.measures import Measures, middle_of
from bedside_dx.ui.scans.occlusion_map import OcclusionMap, deciding_frame, frame_at
from bedside_dx.ui.scans.overlay_layer import OverlayLayer
from bedside_dx.ui.scans.overlay_panel import OverlayPanel
from bedside_dx.ui.scans.overlays import Overlays
from bedside_dx.ui.scans.result_strip import ResultStrip
from bedside_dx.ui.scans.scan_board import Arrangement, ScanBoard
from bedside_dx.ui.scans.scan_strip import ScanStrip
from bedside_dx.ui.scans.series_list import WIDTH, SeriesList, series_words
from bedside_dx.ui.scans.shading import thumbnail
from bedside_dx.ui.scans.sheets import STACK

if TYPE_CHECKING:
    from bedside_dx.app.stacking import SliceStack
    from bedside_dx.core.geometry import RegionPx
    from bedside_dx.core.marks import MarkedScan
    from bedside_dx.core.results import Report
    from bedside_dx.core.scan import Series, Study
    from bedside_dx.ui.examination import Examination
    from bedside_dx.ui.look import Look
    from bedside_dx.ui.scans.measures import Mark
    from bedside_dx.ui.scans.scan_desk import ScanDesk
    from bedside_dx.ui.scans.scan_view import ScanView
    from bedside_dx.ui.scans.tools import Tool
    from bedside_dx.ui.workplace import Workplace


class ScanPane(QWidget):
    """The scan in front.

    Signals
    -------
    lesions_confirmed
        `LesionVisits` that a person hands to the disease page.
    """

    lesions_confirmed = Signal(object)

    def __init__(self, look: Look, workplace: Workplace) -> None:
        super().__init__()
        self._look, self._workplace = look, workplace
        self._desk: ScanDesk = workplace.scans
        self._shown: Examination | None = None
        self._is_touched = False
        self.board = ScanBoard(look, self._desk, workplace.reader)
        self.beside = BesideStrip(look, self.board.link)
        self._beside: Beside | None = None
        self.series = SeriesList(look)
        self.strip = ScanStrip(look, self.board)
        self.cine = Cine(self)
        self.map = OcclusionMap()
        self.board.main.layers.append(self.map)
        self.result = ResultStrip(look, self.map)
        self.overlays = Overlays(self._desk, self)
        self.overlay_panel = OverlayPanel(look, self.overlays)
        self.board.lay_over(OverlayLayer(self.overlays))
        self.measures = Measures(self._whose_view, self)
        self.measure_panel = MeasurePanel(look, self.measures)
        self.keeper = MarkKeeper(self.measures, workplace.scans.background, self)
        self._desk.at_close.append(self.keeper.close)
        self.board.lay_over(MeasureLayer(look, self.measures))
        self._add_tools()
        self._result: Report | None = None
        self._marked: MarkedScan | None = None
        self._tool_before: Tool | None = None
        self._lay_out()
        self._connect()
        self.refresh()

    @property
    def view(self) -> ScanView:
        """The main view."""
        return self.board.main

    def show_scan(self, examination: Examination | None) -> None:
        """Show another scan, or let go of the one shown."""
        if examination is self._shown:
            return
        self.cine.stop()
        self._shown, self._is_touched, self._beside = examination, False, None
        self.measures.choose(None)
        self.measure_panel.show_marks(examination)
        self.board.clear()
        self._offer()
        if examination is not None:
            self._show_series(examination)
            self.keeper.open(examination)
        else:
            self.series.show_study(None, None)
            self.overlay_panel.show_series([], [])
        self._take_result()

    def jump_to(self, region: RegionPx) -> None:
        """Go to the slice that a reason of the verdict shows."""
        report = self._shown.report if self._shown else None
        if report is not None and (frame := frame_at(report, region.x, region.y)) is not None:
            self._go_to_frame(report.scan.series if report.scan else "", frame)

    def show_mark(self, number: int) -> None:
        """Go to the slice where most of a class, from 1, was marked."""
        marked = self._shown.marked if self._shown else None
        if marked is not None and (frame := marked.marked.fullest(number)) is not None:
            self._go_to_frame(marked.series, frame)

    def refresh(self) -> None:
        """Draw the words again."""
        self._say()

    def clear(self) -> None:
        """Let go of the scan."""
        self.show_scan(None)

    # --- inside --------------------------------------------------------------------------

    def _add_tools(self) -> None:
        for tool, icon_name, key in (
            (RulerTool(self.measures), "ruler", mark("Length")),
            (AngleTool(self.measures), "triangle", mark("Angle")),
            (
                EllipseTool(self.measures),
                "circle-dashed",
                mark("Values in an ellipse"),
            ),
            (
                LesionTool(self.measures),
                "arrows-out-line-horizontal",
                mark("Lesion: long axis, then across it the short one"),
            ),
        ):
            self.strip.add_tool(tool, icon_name, key)
        self.strip.refresh()

    def _tell_report(self) -> None:
        """Let what was measured be in the report that is saved next."""
        for examination in self._workplace.examinations:
            if examination.study is not None:
                examination.measures = self.measures.for_report(examination)

    def _whose_view(self, view: ScanView) -> Examination | None:
        """Examination that a view shows."""
        is_beside = self._beside and view.sheets.series is self._beside.series
        return self._beside.examination if self._beside and is_beside else self._shown

    def _go_to_mark(self, mark: Mark) -> None:
        """Bring the slice that was measured on to the front."""
        shown, ground = self._shown, mark.measure.ground
        if shown is None or shown.study is None:
            return
        self._touch()
        self.cine.stop()
        front = self.view.sheets.series
        if front is None or not ground.is_shared_by(front):
            own = [one for one in shown.study.images if one.own_name == ground.series]
            if own:
                self._desk.choose(shown, own[0])
        if self.view.sheets.name != ground.name:
            self.board.turn_to(ground.name)
        self.board.place.move_to(middle_of(mark.measure))

    def _take_study(self, examination: Examination) -> None:
        if examination is self._shown:
            self._show_series(examination)
            self.keeper.open(examination)

    def _show_series(self, examination: Examination) -> None:
        study, series = examination.study, examination.series
        self.series.show_study(study, series)
        stack, sheets = self._desk.stack_of(examination), self.view.sheets
        if stack is None or stack is sheets.stack:
            self._lay()
            self._picture_it()
            return
        number = self._number_in(stack)
        is_read = study is None or study.is_complete
        if number is None:
            self.board.forget()
            number = stack.count // 2 if is_read else 0
        elif is_read and not self._is_touched:
            number = stack.count // 2
        self.board.show_stack(stack, number)
        self._lay()
        self._picture_it()

    def _lay(self) -> None:
        """Lay what was drawn over all series that are looked at."""
        shown, beside = self._shown, self._beside
        pairs = [(shown.study, shown.series)] if shown else []
        if beside and self.board.arrangement is Arrangement.PRIOR:
            pairs.append((beside.examination.study, beside.series))
        looked_at = [(study, series) for study, series in pairs if study and series]
        self.overlays.ask(looked_at)
        for view in self.board.shown:
            stack = view.sheets.stack
            if stack is not None and stack.series.overlays:
                for at in range(stack.count):
                    self.overlays.take_planes(stack, at)
        self._list_drawn()

    def _list_drawn(self) -> None:
        stacks = [view.sheets.stack for view in self.board.shown]
        there = {id(stack): stack for stack in stacks if stack is not None}.values()
        faults = [stack.overlay_error for stack in there if stack.overlay_error is not None]
        self.overlay_panel.show_series([stack.series for stack in there], faults)

    def _take_result(self) -> None:
        """Lay the map of a new result over its slice, and go there."""
        report = self._shown.report if self._shown else None
        self._take_marks()
        if report is self._result:
            return
        self._result = report
        self.map.show(report)
        self.result.refresh()
        self.view.update()
        if report is not None:
            self._show_decision()

    def _show_decision(self) -> None:
        report = self._result
        if report is not None and (frame := deciding_frame(report)) is not None:
            self._go_to_frame(report.scan.series if report.scan else "", frame)

    def _take_marks(self) -> None:
        """Lay what a network marked over its series, and go to the most of it."""
        marked = self._shown.marked if self._shown else None
        study = self._shown.study if self._shown else None
        if marked is self._marked or study is None:
            return
        self._marked = marked
        read = [one for one in study.images if marked and one.key == marked.series]
        self.overlays.take_marks(study, read[0] if read else None, marked)
        counts = [one.voxels for one in marked.marked.marks] if marked else []
        if counts and max(counts):
            self.show_mark(counts.index(max(counts)) + 1)

    def _go_to_frame(self, series: str, frame: int) -> None:
        shown = self._shown
        if shown is None or shown.study is None:
            return
        named = [one for one in shown.study.images if one.key == series]
        self._is_touched = True
        if named and named[0] is not shown.series:
            self._desk.choose(shown, named[0])
        self.cine.stop()
        self.board.turn_to(STACK)
        self.view.sheets.go_to(frame)

    def _number_in(self, stack: SliceStack) -> int | None:
        """Where the slice that is looked at stands in a series that has grown; None in another."""
        before = self.view.sheets.stack
        if before is None or before.series.own_name != stack.series.own_name:
            return None
        number = min(self.view.sheets.number, before.count - 1)
        return place_of(before.series.frames[number], stack.series)

    def _choose(self, series: Series) -> None:
        if self._shown is None:
            return
        self._touch()
        is_two = self.board.arrangement is Arrangement.PRIOR
        if is_two and self.board.front is not self.view and series is not self._shown.series:
            self._put_beside(Beside(self._shown, series))
        else:
            self._desk.choose(self._shown, series)

    def _arrange(self, arrangement: Arrangement) -> None:
        """Share the room; with nothing beside it yet, the most alike is put there."""
        if arrangement is not Arrangement.PRIOR:
            self.board.arrange(arrangement)
            self._offer()
            self._lay()
            return
        offered = self._offered()
        if self._beside not in offered:
            self._beside = offered[0] if offered else None
        if self._beside is not None:
            self._put_beside(self._beside)
        else:
            self.beside.offer([], -1)
            self.beside.show()

    def _put_beside(self, beside: Beside) -> None:
        self._beside = beside
        examination, series = beside.examination, beside.series
        if series is not None:
            self.board.show_prior(self._desk.stack(examination, series))
        elif examination.slide is not None:
            self.board.show_slide(examination.slide)
        self._offer()
        self._lay()

    def _link(self) -> None:
        if self.board.link.holds:
            self.board.link.part()
        else:
            self.board.join()

    def _link_by_hand(self) -> None:
        """Begin to say which places are the same, or take them as said."""
        link = self.board.link
        if link.is_setting:
            link.confirm()
        else:
            self._tool_before = self.strip.in_hand
            link.begin_by_hand()
            self.strip.take(self.strip.cross_hair)

    def _follow_link(self) -> None:
        """Take up the tool again that was in hand before places were pointed at."""
        if not self.board.link.is_setting and self._tool_before is not None:
            self.strip.take(self._tool_before)
            self._tool_before = None
        self._say()

    def _offered(self) -> list[Beside]:
        shown = self._shown
        return candidates(shown, self._workplace.examinations) if shown else []

    def _offer(self) -> None:
        """Keep the list of what can stand beside it as the session has it now."""
        is_two = self.board.arrangement is Arrangement.PRIOR
        self.beside.setVisible(is_two)
        if is_two:
            offered = self._offered()
            at = offered.index(self._beside) if self._beside in offered else -1
            self.beside.offer(offered, at)

    def _touch(self) -> None:
        """A person is at work: what is shown stays, whatever else is read."""
        self._is_touched = True
        if self._shown is not None:
            self._desk.keep_series(self._shown)

    def _go_to(self, number: int) -> None:
        self._touch()
        self.board.front.sheets.go_to(number)

    def _play(self) -> None:
        self._touch()
        self.cine.follow(self.board.front.sheets)
        self.cine.toggle()

    def _follow(self) -> None:
        self.strip.follow()
        self._say()

    def _say(self) -> None:
        """Write into the corners what each view shows and whose it is."""
        t, examination = self._look.t, self._shown
        study = examination.study if examination else None
        sides = self.board.shown[1:] if self.board.arrangement is Arrangement.PLANES else []
        for view in self.board.views:
            corners, series = view.corners, view.sheets.series
            corners.which = series_words(series, t) if series and view not in sides else ()
            corners.is_brief = view in sides
            corners.whose = self._whose(view, study) if study and view not in sides else ()
            view.update()

    def _whose(self, view: ScanView, study: Study) -> tuple[str, ...]:
        """Who is looked at, as the files say: it is by these lines that a mix-up is seen."""
        series = view.sheets.series
        if self._beside and series is self._beside.series:
            study = self._beside.examination.study or study
        if series is None or series.patient >= len(study.patients):
            return ()
        patient = study.patients[series.patient]
        facts = patient_facts(patient, self._look.language, self._look.t)
        day = day_words(study.day, self._look.language)
        link, t = self.board.link, self._look.t
        is_linked = link.holds and link.is_by_hand and view in self.board.views[1:]
        linked = t("linked by hand") if is_linked else ""
        return tuple(line for line in (patient.name, facts, day, linked) if line)

    def _connect(self) -> None:
        self.series.chosen.connect(self._choose)
        self.strip.went_to.connect(self._go_to)
        self.strip.arranged.connect(self._arrange)
        self.beside.chosen.connect(self._put_beside)
        self.beside.link_wanted.connect(self._link)
        self.beside.by_hand_wanted.connect(self._link_by_hand)
        self.board.link.changed.connect(self._follow_link)
        self._workplace.changed.connect(self._offer)
        self.strip.played.connect(self._play)
        self.strip.speed_chosen.connect(self.cine.use_speed)
        self.board.play_wanted.connect(self._play)
        self.board.delete_wanted.connect(lambda: self.measures.remove(self.measures.chosen))
        self.measures.changed.connect(self.board.redraw)
        self.measures.changed.connect(self._tell_report)
        undo = QShortcut(QKeySequence.StandardKey.Undo, self)
        undo.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        undo.activated.connect(lambda: self.measures.undo(self._shown))
        self.overlays.changed.connect(self.board.redraw)
        self.overlays.marked.connect(self._lay)
        self.measure_panel.wanted.connect(self._go_to_mark)
        self.measure_panel.lesions_confirmed.connect(self.lesions_confirmed)
        self.view.touched.connect(self._touch)
        self.board.front_changed.connect(self._follow)
        self.cine.turned.connect(lambda: self.strip.show_playing(is_playing=self.cine.is_playing))
        self._desk.grew.connect(self._take_study)
        self._desk.slice_came.connect(self._take_slice)
        self._look.changed.connect(self.refresh)
        self._workplace.changed.connect(self._take_result)
        self.result.changed.connect(self.view.update)
        self.result.slice_wanted.connect(self._show_decision)

    def _take_slice(self, stack: SliceStack, at: int) -> None:
        self.board.take_slice(stack, at)
        self._picture_it()
        if stack.series.overlays:
            self.overlays.take_planes(stack, at)
            self._list_drawn()
        if stack is self.board.front.sheets.stack:
            self.strip.slider.show_share(stack.done / max(stack.count, 1))

    def _picture_it(self) -> None:
        """Give the scan its picture in the rail: the middle of the series in front."""
        shown, stack = self._shown, self.view.sheets.stack
        if shown is None or shown.thumbnail is not None or stack is None or not self._is_read():
            return
        middle = stack.slice(stack.count // 2)
        if middle is not None:
            shown.thumbnail = thumbnail(middle, stack.series)
            self._workplace.changed.emit()

    def _is_read(self) -> bool:
        study = self._shown.study if self._shown else None
        return study is not None and study.is_complete

    def _lay_out(self) -> None:
        above = QHBoxLayout()
        above.setSpacing(0)
        side = QVBoxLayout()
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(0)
        side.addWidget(self.series, 1)
        for panel in (self.overlay_panel, self.measure_panel):
            panel.setFixedWidth(WIDTH)
            side.addWidget(panel)
        above.addLayout(side)
        above.addWidget(line(vertical=True))
        above.addWidget(self.board, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(above, 1)
        layout.addWidget(self.beside)
        layout.addWidget(self.result)
        layout.addWidget(self.strip)
