"""One slide on the desk: what is known of it, what was found, and what can be done next."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, cast

from bedside_dx.core.case import Case
from bedside_dx.core.errors import (
    ImagingError,
    ModelError,
    ScaleError,
    SettingsError,
    SlideError,
)
from bedside_dx.core.geometry import Spacing, SpacingSource, is_overview, is_plausible
from bedside_dx.core.model_input import ModelInput
from bedside_dx.ui.pace import Pace

if TYPE_CHECKING:
    from pathlib import Path

    from bedside_dx.app.reading import Slide
    from bedside_dx.core.disease_picture import DiseasePicture
    from bedside_dx.core.errors import BedsideDxError, PlanError
    from bedside_dx.core.events import NotResumable, Resumed
    from bedside_dx.core.marks import MarkedScan, VolumeCard
    from bedside_dx.core.model_card import ModelCard
    from bedside_dx.core.results import Diagnosis, Findings, Image, Report
    from bedside_dx.core.scan import Series, Study
    from bedside_dx.core.scan_measures import ScanMeasures
    from bedside_dx.core.therapy_picture import TherapyPicture

REFUSALS = (SlideError, ScaleError, ModelError, SettingsError, ImagingError)
"""Errors about what was brought in: refused. All others: something failed."""


class State(StrEnum):
    """Where an examination stands."""

    OPENING = "opening"
    WAITING = "waiting"
    """Open, and not analysed: it waits for a model, a scale or the word to run."""
    WORKING = "working"
    STOPPING = "stopping"
    STOPPED = "stopped"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(eq=False)
class Examination:
    """The state of one slide in this session. No Qt in here.

    Attributes
    ----------
    spacing
        µm/px entered by hand; None where the file speaks for itself.
    engine
        Engine and provider that really run, once loaded.
    disease
        Stage, prognosis and course as they stand on the disease page; None without any.
    therapy
        Options and the recorded plan as they stand on the therapy page; None without any.
    measures
        What was measured by hand on a scan; None without any.
    plan_error
        Why the recorded plan is left out of the report; None where it is not.
    saved
        Files of the last saved report, empty before.
    folder
        Where what is written of the case goes, as a person chose; None: the usual folder.
    study, series
        Of a scan: what was read of it so far, and which of its series is in front.
    model, network
        What was chosen to read it: a classifier, or a network that marks volumes; never both.
    marked
        What such a network marked: it gives no verdict and so no report.
    part, part_of
        Part of the body that a person stated, and the key of the series it was stated of.
    resumed, not_resumable
        What the analysis said of an earlier reading, and of keeping this one.
    """

    path: Path
    spacing: float | None = None
    case: Case = field(default_factory=Case)
    state: State = State.OPENING
    slide: Slide | None = None
    study: Study | None = None
    series: Series | None = None
    part: str = ""
    part_of: str = ""
    thumbnail: Image | None = None
    model: ModelCard | None = None
    network: VolumeCard | None = None
    findings: Findings | None = None
    so_far: Diagnosis | None = None
    report: Report | None = None
    marked: MarkedScan | None = None
    error: BedsideDxError | None = None
    save_error: BedsideDxError | None = None
    engine: str = ""
    pace: Pace = field(default_factory=Pace)
    disease: DiseasePicture | None = None
    therapy: TherapyPicture | None = None
    measures: ScanMeasures | None = None
    plan_error: PlanError | None = None
    saved: tuple[Path, ...] = ()
    folder: Path | None = None
    resumed: Resumed | None = None
    not_resumable: NotResumable | None = None

    @property
    def name(self) -> str:
        """File name, for the list of slides."""
        return self.path.name

    @property
    def is_open(self) -> bool:
        """Whether there is something to look at."""
        return self.slide is not None or self.series is not None

    @property
    def scale(self) -> Spacing | None:
        """Scale of the open slide with its provenance."""
        return self.slide.spacing if self.slide else None

    @property
    def own_scale(self) -> Spacing | None:
        """Scale as the file itself says it, whatever was entered."""
        if self.slide is not None:
            return self.slide.own_spacing
        stated = self.error.values.get("stated") if self.error else None
        return Spacing(stated, SpacingSource.FILE) if isinstance(stated, float) else None

    @property
    def is_unscaled(self) -> bool:
        """Whether the slide is open and nothing is known of its scale."""
        return self.slide is not None and self.slide.spacing is None

    @property
    def other_series(self) -> Series | None:
        """The series that was analysed, where another one is in front now."""
        if self.study is None or self.series is None:
            return None
        places = self.report.scan if self.report else None
        key = self.marked.series if self.marked else places.series if places else None
        read = next((one for one in self.study.images if one.key == key), None)
        return None if read is self.series else read

    @property
    def choice(self) -> ModelCard | VolumeCard | None:
        """What was chosen to read it."""
        return self.network or self.model

    def choose(self, card: ModelCard | VolumeCard | None) -> None:
        """Choose what is to read it."""
        self.model = self.network = None
        if card is None:
            return
        from bedside_dx.core.marks import VolumeCard  # noqa: PLC0415 - brings numpy, see ui.pages

        if isinstance(card, VolumeCard):
            self.network = card
        else:
            self.model = card

    @property
    def diagnosis(self) -> Diagnosis | None:
        """The verdict, or the verdict so far."""
        return self.report.diagnosis if self.report else self.so_far

    @property
    def needs_scale(self) -> bool:
        """Whether µm per pixel must be asked for: it is never guessed."""
        if self.slide is None:
            return isinstance(self.error, ScaleError)
        reads_patches = self.model is None or self.model.input is ModelInput.PATCHES
        scale = self.scale
        known = scale is not None and (is_plausible(scale.um_per_px) or is_overview(scale))
        return reads_patches and not known

    @property
    def can_run(self) -> bool:
        """Whether all is known that an analysis needs."""
        is_read = self.study is None or self.study.is_complete
        ready = self.is_open and is_read and self.choice is not None and not self.needs_scale
        return ready and not self.is_busy and self.state is not State.OPENING

    @property
    def needs_part(self) -> bool:
        """Whether the verdict was withheld for want of the part of the body in the files."""
        if self.report is None or self.other_series is not None:
            return False
        return any(r.code == "reason.part-not-stated" for r in self.report.diagnosis.reasons)

    def stated_part(self) -> str:
        """The part of the body that a person stated of the series in front; empty without."""
        return self.part if self.series is not None and self.series.key == self.part_of else ""

    @property
    def is_busy(self) -> bool:
        """Whether an analysis runs."""
        return self.state in {State.WORKING, State.STOPPING}

    def begin(self) -> None:
        """Start over: what was found before goes."""
        self.forget()
        self.state = State.WORKING

    def forget(self) -> None:
        """Let go of all results: they belong to another scale or an earlier run."""
        self.findings = self.so_far = self.report = self.error = self.save_error = None
        self.resumed = self.not_resumable = self.marked = None
        self.saved = ()
        self.engine = ""
        self.pace = Pace()

    def finish(self, result: Report | MarkedScan) -> None:
        """Keep the result."""
        self.state = State.DONE
        if self.network is not None:
            self.marked = cast("MarkedScan", result)
        else:
            self.report = cast("Report", result)
            self.findings = self.report.findings

    def fail(self, error: BedsideDxError) -> None:
        """Keep the error beside whatever was found before it."""
        self.error = error
        self.state = State.REFUSED if isinstance(error, REFUSALS) else State.FAILED

    def report_for_saving(self) -> Report | None:
        """The report with what else is known now; None while there is no final result."""
        if self.report is None:
            return None
        return replace(
            self.report,
            case=self.case,
            disease=self.disease,
            therapy=self.therapy,
            measures=self.measures,
        )

    def marks_for_saving(self) -> MarkedScan | None:
        """What a network marked, with the patient as known now; None without."""
        return None if self.marked is None else replace(self.marked, case=self.case)
