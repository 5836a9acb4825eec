"""What a person does at the window, and the slides on the desk. All panels listen to it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cached_property
from importlib import import_module
from time import monotonic
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
from bedside_dx.ui.rules_desk import RulesDesk

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

REFRESH_MS = 66
"""Time between two drawings of a running analysis: about 15 Hz."""
MOVING_S = 0.5
"""The same while a person moves the slide: what is drawn anew holds up the motion."""
REST_S, MOST_REST_S = 0.2, 5.0
"""How long reading rests when the slide is seen to move, asked anew at each drawing; and how long
in all, after which it goes on beside a motion that does not end."""
THUMBNAIL_PX = 192
SCAN_ROOMS = ("bedside_dx.ui.scans.scan_desk", "bedside_dx.ui.scans.scan_pane")
BARE_SUFFIXES = frozenset((".dcm", ".dic", ".ima", ""))
"""Of files that may be DICOM although they do not begin as such."""
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
        self._has_grown = self._has_news = False
        self._is_moving: Callable[[], bool] = lambda: False
        self._told = self._moving_since = 0.0
        self._pulse = QTimer(self, interval=REFRESH_MS)
        self._pulse.timeout.connect(self._tell_news)
        self._readiness = QTimer(self, interval=READY_AFTER_MS, singleShot=True)
        self._readiness.timeout.connect(self._get_ready)
        self._readiness.start()

    @cached_property
    def reader(self) -> SlideReader:
        """What opens slides and reads from them."""
        from bedside_dx.app.reading import SlideReader  # noqa: PLC0415 - see _get_ready

        return SlideReader(icc=self.settings.icc)

    @cached_property
    def scans(self) -> ScanDesk:
        """What opens studies and reads their slices; made with the first scan."""
        from bedside_dx.ui.scans.scan_desk import ScanDesk  # noqa: PLC0415 - see _get_ready

        desk = ScanDesk(self)
        desk.grew.connect(self._take_study)
        desk.refused.connect(self.changed)
        return desk

    def expect_scan(self) -> None:
        """Start what reads scans: one may be opened next, and its first slice is not to wait."""
        self._background.run(
            _load_scan_rooms, lambda _loaded: self.scans.reader.start(), lambda _error: None
        )

    def reload_models(self) -> None:
        """Read which models are installed: at the start, and when others were installed."""
        self._background.run(_installed_models, self._take_models, self._take_models_error)

    # --- slides ------------------------------------------------------------------------

    def open(self, paths: Sequence[Path], spacing: float | None = None) -> None:
        """Put slides on the desk; the last one comes to the front."""
        for path in _as_studies(paths):
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
        self._pulse.start()
        self._task = self._runner.start(job, self._bridge.emit)
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
        self._is_moving = is_moving

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
                from bedside_dx.app.marking import save_marks  # noqa: PLC0415 - see _get_ready

                return save_marks(marked, folder, language)
            from bedside_dx.app.sharing import save_report  # noqa: PLC0415 - see _get_ready

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
        self._pulse.stop()
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
                self._has_grown = True
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
        self._has_news = True

    def _end_task(self) -> None:
        self._task = self._running = None
        self._pulse.stop()
        self.grew.emit()
        self.changed.emit()

    def _tell_news(self) -> None:
        """The map first, its words a pulse later: together they would hold up a frame."""
        now = monotonic()
        if not self._is_moving():
            self._moving_since = now
        else:
            if self._task is not None and now - self._moving_since < MOST_REST_S:
                self._task.rest(REST_S)
            if now - self._told < MOVING_S:
                return
        self._told = now
        if self._has_grown:
            self._has_grown = False
            self.grew.emit()
        elif self._has_news:
            self._has_news = False
            self.changed.emit()

    def _put(self, examination: Examination) -> None:
        self.examinations.insert(0, examination)
        self._open_file(examination)

    def _look_for_others(self, study: Study) -> None:
        """Open a scan's path anew where other files lie there now: a disc that was changed."""

        def changed() -> bool:
            from bedside_dx.app.scanning import is_changed  # noqa: PLC0415 - see _get_ready

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

        def open_as(is_scan: object) -> None:
            if is_scan:
                self.scans.open(examination)
            else:
                self._open_slide(examination)

        def refuse(error: BedsideDxError) -> None:
            examination.fail(error)
            self.changed.emit()

        self._background.run(lambda: _is_scan(path), open_as, refuse)

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
            if error.code == "slide.unsupported" and path.suffix.lower() in BARE_SUFFIXES:
                # DICOM without its first bytes, perhaps.
                self._background.run(
                    _load_scan_rooms,
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
            lambda: _get_ready(self._ahead), lambda _ready: None, self._take_models_error
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


def _as_studies(paths: Sequence[Path]) -> list[Path]:
    """Several DICOM files of one folder are one study, not many: their folder is opened."""
    folders = Counter(p.parent for p in paths if p.suffix.lower() in BARE_SUFFIXES and p.is_file())
    found = [
        p.parent if folders[p.parent] > 1 and p.suffix.lower() in BARE_SUFFIXES else p
        for p in paths
    ]
    return list(dict.fromkeys(found))


def _is_scan(path: Path) -> bool:
    from bedside_dx.app.recognising import is_scan  # noqa: PLC0415 - see _get_ready

    if not is_scan(path):
        return False
    _load_scan_rooms()
    return True


def _load_scan_rooms() -> None:
    """Load what shows scans, in a thread: the window need not wait for it."""
    for room in SCAN_ROOMS:
        import_module(room)


def _installed_models() -> tuple[tuple[ModelCard, ...], tuple[VolumeCard, ...]]:
    from bedside_dx.app.choosing import (  # noqa: PLC0415 - see _get_ready
        candidates,
        volume_candidates,
    )

    return candidates(), volume_candidates()


def _get_ready(rooms: Sequence[str]) -> None:
    """Load the rooms that analyse and write, behind the window that is already there.

    They bring scipy, matplotlib and reportlab along, which take longer to load than the
    window takes to appear: so they are not imported at the top.
    """
    last = ("bedside_dx.app.pipeline", "bedside_dx.app.sharing")
    for room in ("bedside_dx.app.reading", *rooms, *last):
        import_module(room)
