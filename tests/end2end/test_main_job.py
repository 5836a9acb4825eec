"""Real slides through the real models: what must be said of them, and what never."""

import time
from collections import Counter
from pathlib import Path
from threading import Event as Flag
from typing import Any

import pytest

from bedside_dx.app.pipeline import diagnose
from bedside_dx.app.tasks import TaskRunner
from bedside_dx.core.cancel import Cancel
from bedside_dx.core.case import Case
from bedside_dx.core.errors import ScaleError
from bedside_dx.core.events import Cancelled, Emit, Event, FindingsGrew, Stage, StageProgress
from bedside_dx.core.results import Report
from bedside_dx.core.settings import Settings
from bedside_dx.core.verdict import Status
from bedside_dx.imaging.slide import open_slide
from bedside_dx.models.registry import find
from bedside_dx.models.session import load
from bedside_dx.text import texts


def run(path: Path, model: str, spacing: float | None = None, **more: Any) -> Report:
    emit: Emit = more.pop("emit", lambda event: None)
    with open_slide(path, spacing=spacing) as slide:
        return diagnose(
            Case(),
            slide,
            load(find(model)),
            settings=Settings(),
            emit=emit,
            cancel=more.pop("cancel", Cancel()),
        )


def polyp(shared: Path) -> Path:
    return shared / "data" / "slides" / "colon-polyp-section.tif"


def test_the_polyp_is_suspicious_for_adenoma(shared: Path) -> None:
    events: list[Event] = []
    report = run(polyp(shared), "colon-he", 0.5, emit=events.append)
    found = report.diagnosis
    assert found.status is Status.SUSPICIOUS
    assert found.class_id == "adenoma"
    assert found.fractions["adenoma"] > found.fractions["adenocarcinoma"]
    assert found.fractions["adenocarcinoma"] <= 0.10
    assert found.coverage.analysed > 0.97
    assert found.coverage.tissue_mm2 == pytest.approx(18, rel=0.1)
    assert 1 <= len(found.key_regions) <= 6
    assert len(report.pictures.key_regions) == len(found.key_regions)
    assert all(p.image.shape == (512, 512, 3) for p in report.pictures.key_regions)
    assert report.provenance.patches_per_s > 0

    stages = [e for e in events if isinstance(e, StageProgress)]
    assert [s.stage for s in stages] == sorted((s.stage for s in stages), key=list(Stage).index)
    for stage in Stage:
        done = [s.done for s in stages if s.stage is stage]
        assert done == sorted(done)
    assert any(isinstance(e, FindingsGrew) for e in events)


def test_the_polyp_without_a_scale_is_refused_with_the_way_out(shared: Path) -> None:
    with pytest.raises(ScaleError) as refusal:
        run(polyp(shared), "colon-he")
    assert refusal.value.code == "slide.no-scale"
    message, hint = texts("en").error(refusal.value)
    assert "colon-polyp-section.tif" in message
    assert "--spacing" in hint


def test_skin_is_no_colon(shared: Path) -> None:
    report = run(shared / "data" / "slides" / "CMU-1-Small-Region.svs", "colon-he")
    assert report.diagnosis.status is Status.CANNOT_SAY
    (reason,) = report.diagnosis.reasons
    assert reason.code in {"reason.unfamiliar-tissue", "reason.unfamiliar-throughout"}
    assert report.slide.spacing is not None
    assert report.slide.spacing.um_per_px == pytest.approx(0.499)


def test_the_lung_region_is_never_called_squamous(samples: Path) -> None:
    found = run(samples / "target_image.png", "lung-he", 0.25).diagnosis
    assert (found.status, found.class_id) in {
        (Status.PRESENT, "adenocarcinoma"),
        (Status.CANNOT_SAY, None),
    }


@pytest.mark.parametrize(
    ("folder", "status", "class_id"),
    [
        ("glioma", Status.PRESENT, "glioma"),
        ("meningioma", Status.PRESENT, "meningioma"),
        ("pituitary", Status.PRESENT, "pituitary"),
        ("notumor", Status.NOT_SEEN, None),
    ],
)
def test_brain_images_need_no_scale(
    shared: Path, folder: str, status: Status, class_id: str | None
) -> None:
    """Most of a few images of each kind are told; next to none is called something else."""
    images = sorted((shared / "data" / "brain-mri" / "test" / folder).iterdir())[:12]
    said = Counter[tuple[Status, str | None]]()
    for image in images:
        report = run(image, "brain-mri")
        found = report.diagnosis
        assert found.coverage.patches == 1
        assert found.coverage.tissue_mm2 is None
        said[found.status, None if status is Status.NOT_SEEN else found.class_id] += 1
    right = said[status, class_id]
    wrong = 12 - right - said[Status.CANNOT_SAY, None]
    assert right >= 6
    assert wrong <= 2


def test_cancel_is_quick_and_leaves_everything_usable(shared: Path) -> None:
    classifier = load(find("colon-he"))
    events: list[Event] = []
    reading = Flag()

    def emit(event: Event) -> None:
        events.append(event)
        if isinstance(event, FindingsGrew):
            reading.set()

    with open_slide(polyp(shared), spacing=0.5) as slide, TaskRunner() as runner:

        def job(emit: Emit, cancel: Cancel) -> Report:
            return diagnose(
                Case(), slide, classifier, settings=Settings(), emit=emit, cancel=cancel
            )

        task = runner.start(job, emit)
        assert reading.wait(60)
        start = time.monotonic()
        task.cancel()
        task.wait(10)
        assert time.monotonic() - start < 0.5
        assert isinstance(events[-1], Cancelled)
        assert sum(isinstance(e, Cancelled) for e in events) == 1
        again = diagnose(
            Case(), slide, classifier, settings=Settings(), emit=lambda _: None, cancel=Cancel()
        )
    assert again.diagnosis.status is Status.SUSPICIOUS
