"""A slide with pen and blur on it: told in words, drawn, and left out of the verdict."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot
from scipy import ndimage

from bedside_dx.analysis.confidence import conclude
from bedside_dx.app.pipeline import diagnose
from bedside_dx.app.sharing import save_report
from bedside_dx.cli.verdict_lines import verdict_lines
from bedside_dx.core.cancel import Cancel
from bedside_dx.core.case import Case
from bedside_dx.core.geometry import RegionPx, SizePx
from bedside_dx.core.heatmap import is_failed
from bedside_dx.core.patch_state import PatchState
from bedside_dx.core.pattern_drawing import patterned
from bedside_dx.core.patterns import Pattern
from bedside_dx.core.results import Report
from bedside_dx.core.settings import Settings
from bedside_dx.imaging.slide import open_slide
from bedside_dx.models.registry import find
from bedside_dx.models.session import load
from bedside_dx.report.pdf import pdf
from bedside_dx.text import texts
from bedside_dx.text.words import coverage_line
from bedside_dx.ui.look import Look
from bedside_dx.ui.verdict_card import VerdictCard
from bedside_dx.ui.workplace import Workplace
from bench._defects import pen
from tests.slides import write_slide

UM = 1.0
LOST_HERE = ("reason.ink", "reason.blurred")


def plain(words: str) -> str:
    """One space between words, wherever lines end."""
    return re.sub(r"\s+", " ", words)


def first_page(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as document:
        return document[0].get_textpage().get_text_range()


def card_words(report: Report, language: str, qtbot: QtBot) -> str:
    """What the window's verdict says, in labels that are shown."""
    workplace = Workplace(Settings(threads=1))
    card = VerdictCard(Look(language), workplace)
    qtbot.addWidget(card)
    card.show_diagnosis(report.diagnosis, report.model)
    labels = card.findChildren(QLabel)
    workplace.close()
    return " ".join(label.text() for label in labels if label.isVisibleTo(card))


@pytest.fixture(scope="module")
def report(shared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """2 by 2.4 mm of the polyp: a green stroke across the upper half, the lower one defocused."""
    section = shared_folder / "data" / "slides" / "colon-polyp-section.tif"
    if not section.is_file():
        pytest.skip("shared data absent")
    with open_slide(section, spacing=0.5) as slide:
        region = RegionPx(2000, 3000, 4000, 4800)
        pixels = slide.read(region, SizePx(2000, 2400)).copy()
    rng = np.random.default_rng(2)
    pixels[:1200], _ = pen("green", 1.0).spoil(pixels[:1200], UM, rng)
    pixels[1200:] = ndimage.gaussian_filter(pixels[1200:], (8, 8, 0))
    path = write_slide(tmp_path_factory.mktemp("spoilt") / "spoilt.tif", pixels, um_per_px=UM)
    with open_slide(path) as slide:
        return diagnose(
            Case(), slide, load(find("colon-he")),
            settings=Settings(), emit=lambda _: None, cancel=Cancel(),
        )  # fmt: skip


def test_coverage_names_each_kind(report: Report) -> None:
    coverage = report.diagnosis.coverage
    assert coverage.ink > 0.05
    assert coverage.blurred > 0.05
    assert coverage.analysed + sum(coverage.lost().values()) == pytest.approx(1)
    english, french = (coverage_line(coverage, texts(language)) for language in ("en", "fr"))
    assert "under ink" in english
    assert "blurred" in english
    assert "sous encre" in french
    assert "flou" in french
    assert "100" not in english


def test_reasons_name_what_was_lost_and_where(report: Report) -> None:
    """Ink and blur are among the verdict's reasons, each with its place."""
    reasons = {reason.code: reason for reason in report.diagnosis.reasons}
    assert reasons.keys() >= {"reason.ink", "reason.blurred"}
    for code in ("reason.ink", "reason.blurred"):
        region = reasons[code].region
        assert region is not None
        middle = region.y + region.height / 2
        assert (middle < 1200) == (code == "reason.ink")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_terminal_paper_and_window_say_so(report: Report, language: str, qtbot: QtBot) -> None:
    t = texts(language)
    said = {
        "terminal": " ".join(verdict_lines(report, t)),
        "paper": first_page(pdf(report, t)),
        "window": card_words(report, language, qtbot),
    }
    lost = [reason for reason in report.diagnosis.reasons if reason.code in LOST_HERE]
    wanted = [coverage_line(report.diagnosis.coverage, t), *map(t.reason, lost)]
    assert len(wanted) == 3
    for place, words in said.items():
        for sentence in wanted:
            assert plain(sentence) in plain(words), place


def test_no_other_reason_takes_their_place(report: Report) -> None:
    """Where the tissue is strange, too, what was lost is told behind it."""
    lost = replace(report.findings, unfamiliarity=np.full_like(report.findings.unfamiliarity, 3))
    strange = conclude(lost)
    assert strange.rule == "strange-tissue"
    assert [reason.code for reason in strange.reasons[1:]] == sorted(
        LOST_HERE, key=lambda code: -getattr(strange.coverage, code.removeprefix("reason."))
    )
    assert "under ink" in coverage_line(strange.coverage, texts("en"))


def test_what_was_left_out_has_no_say_and_is_drawn(report: Report) -> None:
    findings = report.findings
    lost = is_failed(findings)
    assert np.isnan(findings.probabilities[lost]).all()
    assert np.isfinite(findings.probabilities[findings.analysed]).all()
    masks = patterned(findings)
    assert {Pattern.INK, Pattern.BLURRED} <= masks.keys()
    np.testing.assert_array_equal(masks[Pattern.INK], findings.state == PatchState.INK)


def test_the_report_s_files_carry_the_kinds(report: Report, tmp_path: Path) -> None:
    save_report(report, tmp_path / "out", "fr")
    document = json.loads((tmp_path / "out" / "report.json").read_text("utf-8"))
    assert document["coverage"]["ink"] == pytest.approx(report.diagnosis.coverage.ink, abs=1e-4)
    assert document["patches"]["ink"] == (report.findings.state == PatchState.INK).sum()
    objects = json.loads((tmp_path / "out" / "findings.geojson").read_text("utf-8"))["features"]
    names = {o["properties"]["classification"]["name"] for o in objects}
    assert {"Ink", "Out of focus"} <= names
