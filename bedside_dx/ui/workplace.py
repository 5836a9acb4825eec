"""What a person does at the window, and the slides on the desk. All panels listen to it."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QTimer, Signal

from bedside_dx.app.tasks import TaskRunner
from bedside_dx.core.errors import ModelNotFound
from bedside_dx.core.events import (
    Cancelled,
    Failed,
    FindingsGrew,
    Finished,
    NotResumable,
    Resumed,
    StageProgress,
)
from bedside_dx.core.model_input import ModelInput
from bedside_dx.ui.background import Background
from bedside_dx.ui.bridge import EventBridge
from bedside_dx.ui.examination import Examination, State
from bedside_dx.ui.jobs import EngineLoaded, job_for
from bedside_dx.ui.news import News
from bedside_dx.ui.rooms import installed_models, is_scan, load_rooms, load_scan_rooms
from bedside_dx.ui.rules_desk import RulesDesk
from bedside_dx.ui.scan_paths import as_studies, may_be_bare

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from bedside_dx.app.reading import Slide, SlideReader
    from bedside_dx.app.tasks import Task
    from bedside_dx.core.case import Case
    from bedside_dx.core.errors import BedsideDxError
    from bedside_dx.core.geometry import RegionPx
    from bedside_dx.core.marks import VolumeCard
    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.core.results import Image, Report
    from bedside_dx.core.scan import Study
    from bedside_dx.core.settings import Settings
    from bedside_dx.ui.background import Outcome
    from bedside_dx.ui.scans.scan_desk import ScanDesk

THUMBNAIL_PX = 192
READY_AFTER_MS = 50
"""Time after which the rooms are loaded and the models looked for: the window is drawn first."""


class Workplace(QObject):
    """The open slides, the one in front, and the actions on it.

    Parameters
    ----------
    ahead
        Modules to load behind the window once it is there.

    Signals
    -------
    changed
        Something about a slide, or the list of slides, is different.
    grew
        There are more findings of the slide in front, or none any more.
    switched
        Another slide is in front.
    """

    changed = Signal()
    grew = Signal()
    switched = Signal()

    def __init__(
        self, settings: Settings, *, model: str | None = None, ahead: Sequence[str] = ()
    ) -> None:
        super().__init__()
        self._ahead = ahead
        self.examinations: list[Examination] = []
        self.current: Examination | None = None
        self.models: tuple[ModelCard, ...] = ()
        self.networks: tuple[VolumeCard, ...] = ()
        self.models_error: BedsideDxError | None = None
        self._wanted_model = model
        self._background = Background(self)
        self.rules = RulesDesk(self._background, self)
        self.rules.changed.connect(self._take_rules)
        self.settings = self.rules.applied_to(settings)
        self._runner = TaskRunner()
        self._bridge = EventBridge(self._take_event, self)
        self._task: Task | None = None
        self._running: Examination | None = None
        self._news = News(self)
        self._news.grew.connect(self.grew)
        self._news.changed.connect(self.changed)
        self._readiness = QTimer(self, interval=READY_AFTER_MS, singleShot=True)
        self._readiness.timeout.connect(self._get_ready)
        self._readiness.start()

    @cached_property
    def reader(self) -> SlideReader:
        """What opens slides and reads from them."""
        from bedside_dx.app.reading import SlideReader  # noqa: PLC0415 - see `ui.rooms`

        return SlideReader(icc=self.settings.icc)

    @cached_property
    def scans(self) -> ScanDesk:
        """What opens studies and reads their slices; made with the first scan."""
        from bedside_dx.ui.scans.scan_desk import ScanDesk  # noqa: PLC0415 - see `ui.rooms`

        desk = ScanDesk(self)
        desk.grew.connect(self._take_study)
        desk.refused.connect(self.changed)
        return desk

    def expect_scan(self) -> None:
        """Start what reads scans: one may be opened next, and its first slice is not to wait."""
        self._background.run(
            load_scan_rooms, lambda _loaded: self.scans.reader.start(), lambda _error: None
        )

    def reload_models(self) -> None:
        """Read which models are installed: at the start, and when others were installed."""
        self._background.run(installed_models, self._take_models, self._take_models_error)

    # --- slides ------------------------------------------------------------------------

    def open(self, paths: Sequence[Path], spacing: float | None = None) -> None:
        """Put slides on the desk; the last one comes to the front."""
        for path in as_studies(paths):
            known = next((e for e in self.examinations if e.path == path), None)
            examination = known or Examination(path, spacing=spacing)
            if known is None:
                self._put(examination)
            elif known.study is not None:
                self._look_for_others(known.study)
            self.show(examination)

    def show(self, examination: Examination) -> None:
        """Bring a slide to the front."""
        if examination is not self.current:
            self.current = examination
            self.switched.emit()
            self.grew.emit()
        self.changed.emit()

    def enter_spacing(self, um_per_px: float) -> None:
        """State the scale of the slide in front: it is opened again with it."""
        if (examination := self.current) and not examination.is_busy:
            examination.spacing = um_per_px
            examination.forget()
            self._open_file(examination)
            self.grew.emit()
            self.changed.emit()

    def state_part(self, part: str) -> None:
        """State which part of the body the series in front shows: it is read again with it."""
        examination = self.current
        if examination is None or examination.series is None or self._task is not None:
            return
        examination.part, examination.part_of = part, examination.series.key
        self.run()

    def take_back_part(self) -> None:
        """Take back which part of the body was stated: the series is read again without it."""
        examination = self.current
        if examination is None or not examination.stated_part() or self._task is not None:
            return
        examination.part = examination.part_of = ""
        self.run()

    def choose(self, card: ModelCard | VolumeCard) -> None:
        """Choose the model for the slide in front."""
        if (examination := self.current) and not examination.is_busy:
            examination.choose(card)
            if examination.state is State.REFUSED and examination.is_open:
                examination.state, examination.error = State.WAITING, None
            self.changed.emit()

    def use_precision(self, precision: str) -> None:
        """Run models in this precision from the next analysis on, see `core.settings.Settings`."""
        self.settings = replace(self.settings, precision=precision)
        self.changed.emit()

    def models_for(self, examination: Examination) -> tuple[ModelCard | VolumeCard, ...]:
        """Models that can read it: those of patches read slides only, networks for volumes scans.

        Of these, those for a modality that the study has, and one that was asked for by name.
        """
        if examination.series is None or examination.study is None:
            return self.models
        whole = [card for card in self.models if card.input is not ModelInput.PATCHES]
        there = {series.modality for series in examination.study.images if series.is_volume}
        networks = [c for c in self.networks if c.modality in there or c.name == self._wanted_model]
        return (*whole, *networks)

    def edit_case(self, case: Case) -> None:
        """Keep the patient and examination of the slide in front."""
        if self.current and case != self.current.case:
            self.current.case = case
            self.changed.emit()

    def read_picture(
        self, region: RegionPx, side: int, receive: Callable[[Image | None], None]
    ) -> None:
        """Read a place of the slide in front as (side, side, 3); None where it can't be read.

        Of a scan, whose pictures came with its report, it is a part of them.
        """
        if self.current and (report := self.current.report) and report.scan:
            y, x = slice(region.y, region.y + region.height), slice(region.x, None)
            receive(report.pictures.overview[y, x][:, : region.width])
        elif self.current and (slide := self.current.slide):
            self._background.run(
                lambda: self.reader.patch_pixels(slide, region, side),
                receive,
                lambda _error: receive(None),
            )

    def in_background(
        self,
        work: Callable[[], Outcome],
        then: Callable[[Outcome], None],
        otherwise: Callable[[BedsideDxError], None],
    ) -> None:
        """Do short work in a thread; what comes of it is handed over in the window's."""
        self._background.run(work, then, otherwise)

    # --- analysis ----------------------------------------------------------------------

    def run(self) -> None:
        """Analyse the slide in front with the chosen model."""
        examination = self.current
        if examination is None or not examination.can_run or self._task is not None:
            return
        if self.hindrance:
            return
        job = job_for(examination, self.settings, lambda: self.scans.reader, self._bridge.emit)
        if job is None:
            return
        examination.begin()
        self._running = examination
        self._task = self._runner.start(job, self._bridge.emit)
        self._news.begin(self._task.rest)
        self.grew.emit()
        self.changed.emit()

    def cancel(self) -> None:
        """Stop the analysis; what was read stays."""
        if self._task is not None and self._running is not None:
            self._running.state = State.STOPPING
            self.changed.emit()
            self._task.cancel()

    def stop_here(self) -> None:
        """End the analysis with the verdict that it has; the rest stays unread."""
        if self._task is not None and self._running is not None:
            self._running.state = State.STOPPING
            self.changed.emit()
            self._task.stop_here()

    def spare_motion(self, is_moving: Callable[[], bool]) -> None:
        """Let an analysis rest, and tell of it less often, while the slide is being moved."""
        self._news.is_moving = is_moving

    @property
    def is_running(self) -> bool:
        """Whether an analysis runs, on whichever slide."""
        return self._task is not None

    @property
    def hindrance(self) -> BedsideDxError | None:
        """Why no slide can be analysed at all: no usable models, or rules not to be trusted."""
        return self.models_error or self.rules.error

    def save(self, folder: Path, language: str) -> None:
        """Write the report of the slide in front into a folder."""
        examination = self.current
        if examination is None:
            return
        report, marked = examination.report_for_saving(), examination.marks_for_saving()
        if report is None and marked is None:
            return

        def write() -> tuple[Path, ...]:
            if marked is not None:
                from bedside_dx.app.marking import save_marks  # noqa: PLC0415 - see `ui.rooms`

                return save_marks(marked, folder, language)
            from bedside_dx.app.sharing import save_report  # noqa: PLC0415 - see `ui.rooms`

            return save_report(cast("Report", report), folder, language)

        def keep(files: tuple[Path, ...]) -> None:
            examination.saved, examination.save_error = files, None
            self.changed.emit()

        def tell(error: BedsideDxError) -> None:
            examination.save_error = error
            self.changed.emit()

        self._background.run(write, keep, tell)

    def close(self) -> None:
        """Stop all work and let go of all files."""
        if self._task is not None:
            self._task.cancel()
        self._news.end()
        self._readiness.stop()
        self._runner.close()
        self._background.close()
        if "scans" in self.__dict__:
            self.scans.close()
        if "reader" in self.__dict__:
            self.reader.close()
        for examination in self.examinations:
            if examination.slide:
                examination.slide.close()
                examination.slide = None

    # --- behind the scenes -------------------------------------------------------------

    def _take_event(self, event: object) -> None:
        examination = self._running
        if examination is None:
            return
        match event:
            case StageProgress():
                examination.pace.note(event)
            case FindingsGrew(findings, so_far):
                examination.findings, examination.so_far = findings, so_far
                self._news.note(has_grown=True)
            case EngineLoaded(engine):
                examination.engine = engine
            case Resumed():
                examination.resumed = event
            case NotResumable():
                examination.not_resumable = event
            case Finished(report):
                examination.finish(report)
                self._end_task()
            case Failed(error):
                examination.fail(error)
                self._end_task()
            case Cancelled():
                examination.state = State.STOPPED
                self._end_task()
            case _:
                pass
        self._news.note()

    def _end_task(self) -> None:
        self._task = self._running = None
        self._news.end()
        self.grew.emit()
        self.changed.emit()

    def _put(self, examination: Examination) -> None:
        self.examinations.insert(0, examination)
        self._open_file(examination)

    def _look_for_others(self, study: Study) -> None:
        """Open a scan's path anew where other files lie there now: a disc that was changed."""

        def changed() -> bool:
            from bedside_dx.app.scanning import is_changed  # noqa: PLC0415 - see `ui.rooms`

            return is_changed(study)

        def open_anew(is_other: object) -> None:
            if is_other:
                examination = Examination(study.path)
                self._put(examination)
                self.show(examination)

        self._background.run(changed, open_anew, lambda _: None)

    def _open_file(self, examination: Examination) -> None:
        """Open a scan or a slide; which of them it is takes a look into the files."""
        path = examination.path

        def open_as(scan: object) -> None:
            if scan:
                self.scans.open(examination)
            else:
                self._open_slide(examination)

        def refuse(error: BedsideDxError) -> None:
            examination.fail(error)
            self.changed.emit()

        self._background.run(lambda: is_scan(path), open_as, refuse)

    def _take_study(self, examination: Examination) -> None:
        self._choose_alone(examination)
        if examination is self.current:
            self.switched.emit()
        self.changed.emit()

    def _open_slide(self, examination: Examination) -> None:
        path, spacing = examination.path, examination.spacing

        def keep(slide: Slide) -> None:
            before, examination.slide = examination.slide, slide
            examination.state, examination.error = State.WAITING, None
            self._choose_alone(examination)
            if examination is self.current:
                self.switched.emit()
            if before:
                before.close()
            self._take_thumbnail(examination, slide)
            self.changed.emit()

        def refuse(error: BedsideDxError) -> None:
            if error.code == "slide.unsupported" and may_be_bare(path):
                # DICOM without its first bytes, perhaps.
                self._background.run(
                    load_scan_rooms,
                    lambda _ready: self.scans.open(examination, instead=error),
                    lambda _error: None,
                )
                return
            examination.fail(error)
            self.changed.emit()

        self._background.run(lambda: self.reader.open(path, spacing), keep, refuse)

    def _take_thumbnail(self, examination: Examination, slide: Slide) -> None:
        def keep(pixels: Image) -> None:
            examination.thumbnail = pixels
            self.changed.emit()

        self._background.run(
            lambda: self.reader.thumbnail(slide, THUMBNAIL_PX), keep, lambda _error: None
        )

    def _take_rules(self) -> None:
        self.settings = self.rules.applied_to(self.settings)
        self.changed.emit()

    def _get_ready(self) -> None:
        self.reload_models()
        self._background.run(
            lambda: load_rooms(self._ahead), lambda _ready: None, self._take_models_error
        )

    def _take_models(self, found: tuple[tuple[ModelCard, ...], tuple[VolumeCard, ...]]) -> None:
        self.models, self.networks = cards, _ = found
        self.models_error = None if cards else ModelNotFound("model.none-installed")
        for examination in self.examinations:
            self._renew_model(examination)
            self._choose_alone(examination)
        self.changed.emit()

    def _take_models_error(self, error: BedsideDxError) -> None:
        self.models_error = error
        self.changed.emit()

    def _renew_model(self, examination: Examination) -> None:
        """Let a slide that waits follow a model that was replaced or taken away."""
        has_result = examination.findings is not None or examination.marked is not None
        if examination.choice and not has_result and not examination.is_busy:
            name = examination.choice.name
            every = (*self.models, *self.networks)
            examination.choose(next((c for c in every if c.name == name), None))

    def _choose_alone(self, examination: Examination) -> None:
        """Take the model that was asked for, or the only one; between several it never picks.

        Which can read a study is known when all of it is.
        """
        if examination.study is not None and not examination.study.is_complete:
            return
        fitting = self.models_for(examination)
        if examination.choice is None:
            wanted = [c for c in fitting if c.name == self._wanted_model]
            examination.choose(next(iter(wanted), None))
        if examination.choice is None and len(fitting) == 1:
            examination.choose(fitting[0])
