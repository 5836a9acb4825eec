"""What the window says where the tissue is unfamiliar, or the analysis did not end well."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QWidget

from bedside_dx.core.heatmap import is_judged
from bedside_dx.core.results import EarlyCall
from bedside_dx.core.verdict import Status
from bedside_dx.ui.examination import Examination
from bedside_dx.ui.window import Window
from tests.ui.examples import MODELS, Examples


@pytest.fixture
def put(window: Window, drawn: Path) -> Iterator[Callable[[str], Examination]]:
    """Put the window into a state of an examination."""
    workplace = window.workplace
    slide = workplace.reader.open(drawn)
    examples = Examples(drawn, slide, workplace.reader.thumbnail(slide, 400))

    def put(name: str) -> Examination:
        made = {
            "working": examples.working,
            "settled": examples.settled,
            "resumed": examples.resumed,
            "not-kept": examples.not_kept,
            "stopped-early": examples.stopped_early,
            "stopped": examples.stopped,
            "failed": examples.failed,
            "strange": lambda: examples.done(Status.CANNOT_SAY),
            "present": lambda: examples.done(Status.PRESENT),
            "whole": lambda: examples.done(Status.PRESENT, whole=True),
        }[name]()
        workplace.models = MODELS
        workplace.examinations, workplace.current = [made], made
        for signal in (workplace.switched, workplace.grew, workplace.changed):
            signal.emit()
        return made

    yield put
    workplace.examinations, workplace.current = [], None
    slide.close()


def words(widget: QWidget) -> str:
    labels = widget.findChildren(QLabel)
    return " ".join(label.text() for label in labels if label.isVisible())


@pytest.mark.parametrize("state", ["stopped", "failed"])
def test_an_analysis_that_ended_early_is_to_be_run_again(window: Window, put, state: str) -> None:
    put("working")
    assert "Let the analysis finish." in words(window.inspector)
    put(state)
    assert "Let the analysis finish." not in words(window.inspector)
    assert "Go on with the analysis." in words(window.inspector)


def test_a_mark_says_that_more_cannot_change_the_verdict(window: Window, put) -> None:
    inspector = window.inspector
    put("working")
    assert not inspector.verdict.card.settled.isVisible()
    assert not inspector.work.enough.isVisible()
    put("settled")
    assert "Settled after 7% of the tissue: more can't change it." in words(inspector)
    assert "So far, while the tissue is read" in words(inspector)
    assert inspector.work.enough.isVisible()
    assert inspector.work.cancel.isVisible()
    assert "settled after 7%" in words(window.status_line)
    window.look.use_language("fr")
    assert "la suite n’y changera rien" in words(inspector)


def test_a_verdict_that_was_stopped_early_says_so_and_can_be_read_on(window: Window, put) -> None:
    put("stopped-early")
    work = window.inspector.work
    assert "Verdict, stopped early" in words(window.inspector)
    assert words(window.inspector).count("69% not read") == 1
    assert work.save.isVisible()
    assert work.again.text() == "Read the rest"


def test_an_early_call_that_did_not_hold_is_not_hidden(window: Window, put) -> None:
    made = put("strange")
    early = EarlyCall("adenocarcinoma", 0.12)
    made.report = replace(made.report, diagnosis=replace(made.report.diagnosis, early=early))
    window.workplace.changed.emit()
    assert "Called present after 12% of the tissue" in words(window.inspector)
    assert "does not bear it out" in words(window.inspector)


def test_going_on_and_not_being_kept_are_said(window: Window, put) -> None:
    put("resumed")
    assert "Going on where it stopped: 43% was read on 3 May 2026." in words(window.inspector)
    put("not-kept")
    assert "An interruption would lose what is read now: the disk is full." in words(
        window.inspector
    )
    put("present")
    assert not window.inspector.work.note.isVisible()


def test_nobody_is_sent_to_a_terminal_without_another_way(window: Window, put) -> None:
    put("failed")
    assert "or ask your administrator" in words(window.inspector)


def test_no_class_is_mapped_where_the_tissue_is_unfamiliar(window: Window, put) -> None:
    put("strange")
    strip = window.stage.strip
    assert strip.class_index is None
    assert not strip.classes.isVisible()
    assert "Unlike the training data" in words(strip)
    put("present")
    assert strip.class_index == 2
    assert strip.classes.isVisible()
    assert "Unlike the training data" not in words(strip)


def test_key_regions_of_the_examples_lie_apart_on_judged_tissue(put) -> None:
    made = put("present")
    findings, report = made.findings, made.report
    assert findings is not None
    assert report is not None
    regions = [key.region for key in report.diagnosis.key_regions]
    judged = {findings.grid.region(*cell) for cell in findings.cells[is_judged(findings)].tolist()}
    assert len(regions) == 3
    assert set(regions) <= judged
    for i, a in enumerate(regions):
        for b in regions[:i]:
            assert abs(a.x - b.x) >= a.width or abs(a.y - b.y) >= a.height


def test_the_map_turns_to_the_attention_and_back(window: Window, put) -> None:
    put("present")
    strip = window.stage.strip
    assert not strip.modes[1].isVisible(), "a model without one offers nothing"
    put("whole")
    assert "Slide-level model: Adenocarcinoma 97%, Adenoma 12%" in words(window.inspector)
    viewer = window.stage.viewer
    before = viewer._overlay.heatmap.image.copy()
    strip.modes[1].click()
    assert strip.shows_attention
    assert not strip.classes.isVisible()
    assert not strip.threshold.isVisible()
    assert "for: Adenocarcinoma" in strip._scale.toolTip()
    image = viewer._overlay.heatmap.image
    assert image != before
    spots = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    assert all(c.red() == c.green() == c.blue() for c in spots), "a veil has no colour"
    assert len({c.alpha() for c in spots}) > 2
    strip.contours.click()
    assert viewer._overlay.heatmap is None
    assert viewer._overlay._contours
    strip.contours.click()
    strip.modes[0].click()
    assert viewer._overlay.heatmap.image == before
    strip.modes[1].click()
    put("strange")
    assert not strip.shows_attention
    assert not strip.modes[1].isVisible()
