"""Every state of an examination, to look at: real tissue where there is some, drawn verdicts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np

from bedside_dx.app.reading import Slide
from bedside_dx.core.checks import Check, CheckRun, CheckStatus, ModelRun, SelfCheck
from bedside_dx.core.errors import InferenceError, SlideError
from bedside_dx.core.events import NotResumable, Resumed, Stage, StageProgress
from bedside_dx.core.geometry import RegionPx
from bedside_dx.core.heatmap import is_judged, shown_class
from bedside_dx.core.model_card import UNMEASURED, ModelCard, ModelClass, Role
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.results import Diagnosis, EarlyCall, Findings, KeyRegion, Reason, Report
from bedside_dx.core.rules import RuleChange, Rules
from bedside_dx.core.verdict import Status
from bedside_dx.ui.examination import Examination, State
from bedside_dx.ui.pace import Pace
from tests.unit.report.reports import (
    BRAIN,
    CASE,
    COLON,
    VERDICTS,
    findings_on,
    made_report,
    read_as_a_whole,
    whole_image_report,
)

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
    sets=None,
    trust=UNMEASURED,
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

    def done(self, status: Status, *, whole: bool = False) -> Examination:
        """Analysed, with that verdict; by a model with a slide-level network, or without."""
        examination = self.bare(model=COLON, case=CASE, engine="onnxruntime 1.31.1 · CPU")
        report = self._report(status)
        examination.finish(read_as_a_whole(report) if whole else report)
        return examination

    def unclear(self) -> Examination:
        """Tumour, of one of two kinds."""
        findings = replace(self.findings, model=LUNG)
        first, second = (LUNG.classes[i].label for i in (1, 2))
        diagnosis = replace(
            self._about(self.findings, Status.PRESENT),
            status=Status.CANNOT_SAY, class_id=None, probability=None, interval=None,
            reasons=(Reason("reason.low-confidence", {"first": first, "second": second}),),
            next_step=Reason("next.pathologist"), rule="tumour-of-unclear-kind",
            class_set=("adenocarcinoma", "squamous_cell_carcinoma"), set_level=0.9,
        )  # fmt: skip
        return self._with(findings, diagnosis)

    def lost(self) -> Examination:
        """Too much could not be read."""
        diagnosis = replace(
            self._about(self.findings, Status.CANNOT_SAY),
            reasons=(
                Reason("reason.blurred", {"share": 0.17}, self.findings.grid.region(9, 9)),
                Reason("reason.unreadable", {"share": 0.05}, self.findings.grid.region(4, 12)),
                Reason("reason.artefact", {"share": 0.02}, self.findings.grid.region(12, 4)),
            ),
            next_step=Reason("next.refocus"), rule="too-much-lost", unfamiliar=0.02,
            coverage=replace(
                VERDICTS[Status.CANNOT_SAY].coverage,
                analysed=0.76, blurred=0.17, artefact=0.02, unreadable=0.05,
            ),
        )  # fmt: skip
        return self._with(self.findings, diagnosis)

    def fits_nothing(self) -> Examination:
        """One image that is less typical than nine in ten of each class."""
        report = whole_image_report()
        diagnosis = replace(
            report.diagnosis,
            reasons=(
                Reason("reason.image-class", {"label": BRAIN.classes[0].label}),
                Reason("reason.fits-no-class", {"share": 0.9}),
            ),
            class_set=(), set_level=0.9, rule="tumour-image",
        )  # fmt: skip
        examination = self.bare(model=BRAIN, case=CASE, engine="onnxruntime 1.31.1 · CPU")
        examination.finish(replace(report, diagnosis=diagnosis))
        return examination

    def site_rules(self) -> Examination:
        """Made with limits that the site has changed."""
        made = self.done(Status.PRESENT)
        assert made.report is not None
        rules = Rules(coverage=0.95, most_lost=0.05)
        when = datetime(2026, 11, 3, 9, 12, tzinfo=UTC)
        changes = (
            RuleChange(1, when, "Dr A. Lefèvre", "coverage", 0.9, 0.95, "Tumour board"),
            RuleChange(2, when, "Dr A. Lefèvre", "most_lost", 0.1, 0.05, "Tumour board"),
        )
        made.report = replace(made.report, rules=rules, rule_changes=changes)
        return made

    def _with(self, findings: Findings, diagnosis: Diagnosis) -> Examination:
        examination = self.bare(model=findings.model, case=CASE, engine="onnxruntime · CPU")
        report = made_report(diagnosis.status, size=(96, 64), keys=0)
        examination.finish(replace(report, findings=findings, diagnosis=diagnosis))
        return examination

    def saved(self) -> Examination:
        """Analysed, and its report written."""
        examination = self.done(Status.PRESENT)
        names = ("report.pdf", "patient.pdf", "report.json", "heatmap.png", "findings.geojson")
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
        "attention": lambda: examples.done(Status.PRESENT, whole=True),
        "suspicious": lambda: examples.done(Status.SUSPICIOUS),
        "not-seen": lambda: examples.done(Status.NOT_SEEN),
        "cannot-say": lambda: examples.done(Status.CANNOT_SAY),
        "unclear": examples.unclear,
        "lost": examples.lost,
        "fits-nothing": examples.fits_nothing,
        "site-rules": examples.site_rules,
        "patch": lambda: examples.done(Status.PRESENT),
        "saved": examples.saved,
        "bedside": lambda: examples.done(Status.PRESENT),
        "keys": lambda: examples.done(Status.PRESENT),
        "rules": lambda: examples.done(Status.PRESENT),
        "rules-form": lambda: examples.done(Status.PRESENT),
        "rules-refused": lambda: examples.done(Status.PRESENT),
        "model-page": lambda: examples.done(Status.PRESENT),
        "models": lambda: examples.done(Status.PRESENT),
        "updates": lambda: examples.done(Status.PRESENT),
        "privacy": lambda: examples.done(Status.PRESENT),
        "self-check": lambda: examples.done(Status.PRESENT),
        "self-check-failed": lambda: examples.done(Status.PRESENT),
    }


def self_checked(*, failed: bool = False) -> SelfCheck:
    """A self-check after forty days: one model slow since a week, another wrong if `failed`."""
    now = datetime(2026, 11, 27, 7, 40, tzinfo=UTC)
    bad, good = CheckStatus.FAIL, CheckStatus.OK

    def one(name: str, day: int) -> ModelRun:
        rough = abs(((day * 7919) % 13) - 6) / 6
        slow = name == "lung-he" and day > 33
        wrong = failed and name == "colon-he" and day == 40
        speed = (38.0 if slow else 88.0) - 6 * rough
        known = 0.31 if wrong else 1e-6
        status = bad if wrong else good
        return ModelRun(
            name,
            "1.0.0",
            "a" * 64,
            "CPU",
            status,
            2e-6 * (1 + rough),
            3e-6,
            None,
            known,
            2.0,
            speed,
        )

    names = ("brain-mri", "colon-he", "lung-he")
    runs = tuple(
        CheckRun(
            now - timedelta(days=40 - day), "0.1.0", "onnxruntime 1.31.1", "cpu", good, (),
            tuple(one(name, day) for name in names),
        )
        for day in range(41)
    )  # fmt: skip
    slow = {"name": "lung-he", "now": 36.2, "usual": 85.1}
    found = [
        Check("check.openslide", good, {"version": "4.0.1.2", "floor": "4.0.1"}),
        Check("check.decoding", good),
        Check("check.worker", good),
        *(
            Check("check.model", good, {"name": name, "version": "1.0.0", "engine": "onnxruntime 1.31.1", "provider": "CPU", "difference": "2.1e-06"})
            for name in names
        ),
        Check("check.pace", good, {"name": "colon-he", "engine": "openvino", "precision": "BF16", "batch": 4, "rate": 171.4}),
        Check("check.pace-stale", good, {"name": "lung-he"}),
        Check("check.pace-unmeasured", good, {"name": "brain-mri"}),
        Check("check.drift-speed", CheckStatus.WARN, slow),
        Check("check.disk", good, {"free_gb": 71.2, "folder": "tmp"}),
    ]  # fmt: skip
    if failed:
        values = {"name": "colon-he", "patches": 25, "difference": "3.1e-01"}
        found.append(Check("check.known-slide-wrong", bad, values))
    last = replace(runs[-1], status=bad if failed else CheckStatus.WARN)
    return SelfCheck(tuple(found), last, runs[:-1])
