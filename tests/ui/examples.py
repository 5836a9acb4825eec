"""Every state of an examination, to look at: real tissue where there is some, drawn verdicts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from bedside_dx.app.reading import Slide
from bedside_dx.core.errors import InferenceError, SlideError
from bedside_dx.core.events import NotResumable, Resumed, Stage, StageProgress
from bedside_dx.core.geometry import RegionPx
from bedside_dx.core.heatmap import is_judged, shown_class
from bedside_dx.core.model_card import ModelCard, ModelClass, Role
from bedside_dx.core.results import (
    Diagnosis,
    EarlyCall,
    Findings,
    KeyRegion,
    PatchState,
    Reason,
    Report,
    Status,
)
from bedside_dx.ui.examination import Examination, State
from bedside_dx.ui.pace import Pace
from tests.unit.report.reports import BRAIN, CASE, COLON, VERDICTS, findings_on, made_report

LUNG = replace(
    COLON,
    name="lung-he",
    organ="lung",
    spacing_um_px=0.5,
    classes=(
        ModelClass("benign", Role.BENIGN, {"en": "Benign", "fr": "Bénin"}, (120, 144, 156), {}),
        COLON.classes[2],
        ModelClass(
            "squamous_cell_carcinoma",
            Role.TUMOUR,
            {"en": "Squamous cell carcinoma", "fr": "Carcinome épidermoïde"},
            (31, 95, 168),
            {},
        ),
    ),
    title={"en": "Lung carcinoma, H&E", "fr": "Carcinome du poumon, HE"},
)
MOST_KEYS = 3
MODELS: tuple[ModelCard, ...] = (BRAIN, COLON, LUNG)


class Examples:
    """Makes examinations of one open slide, in any state."""

    def __init__(self, path: Path, slide: Slide, thumbnail: np.ndarray) -> None:
        self.path, self.slide, self.thumbnail = path, slide, thumbnail
        self.findings = findings_on(thumbnail, slide.size.width / thumbnail.shape[1])

    def bare(self, **known: object) -> Examination:
        """Open, not analysed."""
        examination = Examination(self.path, state=State.WAITING, slide=self.slide)
        examination.thumbnail = self.thumbnail
        for name, value in known.items():
            setattr(examination, name, value)
        return examination

    def working(self, share: float = 0.4) -> Examination:
        """Read as far as a share of the patches, with a verdict so far."""
        findings = self._read_until(share)
        so_far = self._about(findings, Status.PRESENT)
        examination = self.bare(
            state=State.WORKING, model=COLON, case=CASE, engine="onnxruntime · CPU"
        )
        coverage = replace(
            so_far.coverage, analysed=share, blurred=0.02, unreadable=0, pending=1 - share
        )
        examination.findings = findings
        examination.so_far = replace(
            so_far, is_final=False, interval=(0.71, 0.96), probability=0.88, coverage=coverage,
            reasons=so_far.reasons[:1], next_step=Reason("next.finish-reading"), key_regions=(),
        )  # fmt: skip
        examination.pace = _pace(share, len(findings.cells))
        return examination

    def settled(self) -> Examination:
        """Read in part, with a verdict that more patches can't change."""
        examination = self.working(0.31)
        assert examination.so_far is not None
        early = EarlyCall(str(examination.so_far.class_id), 0.07)
        examination.so_far = replace(
            examination.so_far, early=early, interval=(0.93, 0.99), probability=0.97,
            next_step=Reason("next.confirm-tumour"),
        )  # fmt: skip
        return examination

    def resumed(self) -> Examination:
        """Gone on with after an interruption."""
        examination = self.working(0.48)
        examination.resumed = Resumed(0.43, date(2026, 5, 3))
        return examination

    def not_kept(self) -> Examination:
        """Working, on a full disk."""
        examination = self.working(0.2)
        examination.not_resumable = NotResumable("full")
        return examination

    def stopped_early(self) -> Examination:
        """Ended by a person once it was settled."""
        examination, settled = self.done(Status.PRESENT), self.settled()
        assert examination.report is not None
        assert settled.so_far is not None
        diagnosis = replace(
            examination.report.diagnosis,
            is_final=False,
            early=settled.so_far.early,
            coverage=settled.so_far.coverage,
        )
        examination.finish(replace(examination.report, diagnosis=diagnosis))
        examination.findings = settled.findings
        return examination

    def stopped(self) -> Examination:
        """Cancelled half way."""
        examination = self.working(0.6)
        examination.state = State.STOPPED
        return examination

    def failed(self) -> Examination:
        """Failed half way."""
        examination = self.working(0.6)
        examination.fail(
            InferenceError("inference.failed", name="colon-he", detail="out of memory")
        )
        return examination

    def refused(self) -> Examination:
        """A file that can't be opened."""
        examination = Examination(self.path.with_name("holiday.txt"))
        examination.fail(SlideError("slide.unsupported", path=examination.path))
        return examination

    def done(self, status: Status) -> Examination:
        """Analysed, with that verdict."""
        examination = self.bare(model=COLON, case=CASE, engine="onnxruntime 1.31.1 · CPU")
        examination.finish(self._report(status))
        return examination

    def saved(self) -> Examination:
        """Analysed, and its report written."""
        examination = self.done(Status.PRESENT)
        names = ("report.pdf", "report.json", "heatmap.png", "findings.geojson")
        examination.saved = tuple(Path("/home/user/Documents/bedside-dx/polyp") / n for n in names)
        return examination

    def _report(self, status: Status) -> Report:
        findings = self.findings
        if status is Status.CANNOT_SAY:
            findings = replace(findings, unfamiliarity=findings.unfamiliarity + np.float32(0.5))
        if status is Status.NOT_SEEN:
            calm = findings.probabilities * np.array([1, 0.1, 0.05], np.float32)
            findings = replace(findings, probabilities=calm / calm.sum(axis=1, keepdims=True))
        return replace(
            made_report(status, size=(96, 64), keys=0),
            findings=findings,
            diagnosis=self._about(findings, status),
        )

    def _about(self, findings: Findings, status: Status) -> Diagnosis:
        diagnosis = VERDICTS[status]
        regions = _apart(findings, shown_class(findings, diagnosis))
        reasons = tuple(
            replace(reason, region=region)
            for reason, region in zip(diagnosis.reasons, regions, strict=False)
        )
        keys: tuple[KeyRegion, ...] = ()
        if status in {Status.PRESENT, Status.SUSPICIOUS}:
            keys = tuple(KeyRegion(r, str(diagnosis.class_id), 0.9) for r in regions)
        return replace(diagnosis, reasons=reasons, key_regions=keys)

    def _read_until(self, share: float) -> Findings:
        findings = self.findings
        late = np.random.default_rng(3).uniform(size=len(findings.cells)) > share
        state, probabilities = findings.state.copy(), findings.probabilities.copy()
        distance = findings.unfamiliarity.copy()
        state[late] = PatchState.PENDING
        probabilities[late], distance[late] = np.nan, np.nan
        return replace(findings, state=state, probabilities=probabilities, unfamiliarity=distance)


def _apart(findings: Findings, column: int) -> list[RegionPx]:
    """The surest patches of a class, a cell apart at least, so that their frames do not touch."""
    seen = np.where(is_judged(findings), findings.probabilities[:, column], 0.0)
    chosen: list[np.ndarray] = []
    for i in np.argsort(-seen, kind="stable"):
        cell = findings.cells[i]
        if all(np.abs(cell - other).max() > 2 for other in chosen):
            chosen.append(cell)
        if len(chosen) == MOST_KEYS:
            break
    return [findings.grid.region(*cell.tolist()) for cell in chosen]


def _pace(share: float, total: int) -> Pace:
    moments = iter((0.0, 8.0))
    pace = Pace(clock=lambda: next(moments))
    for done in (0, round(share * total)):
        pace.note(StageProgress(Stage.PATCHES, done, total))
    return pace


def states(examples: Examples) -> dict[str, Callable[[], Examination | None]]:
    """Every state by its name; `None` is the empty desk."""
    return {
        "empty": lambda: None,
        "opening": lambda: Examination(examples.path),
        "scale": lambda: examples.bare(model=COLON),
        "model": examples.bare,
        "so-far": examples.working,
        "settled": examples.settled,
        "resumed": examples.resumed,
        "not-kept": examples.not_kept,
        "stopped-early": examples.stopped_early,
        "settled-bedside": examples.settled,
        "stopped": examples.stopped,
        "failed": examples.failed,
        "refused": examples.refused,
        "present": lambda: examples.done(Status.PRESENT),
        "suspicious": lambda: examples.done(Status.SUSPICIOUS),
        "not-seen": lambda: examples.done(Status.NOT_SEEN),
        "cannot-say": lambda: examples.done(Status.CANNOT_SAY),
        "patch": lambda: examples.done(Status.PRESENT),
        "saved": examples.saved,
        "bedside": lambda: examples.done(Status.PRESENT),
        "keys": lambda: examples.done(Status.PRESENT),
        "privacy": lambda: examples.done(Status.PRESENT),
    }
