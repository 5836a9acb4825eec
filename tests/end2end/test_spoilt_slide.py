"""A slide with pen and blur on it: told in words, drawn, and left out of the verdict."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from bedside_dx.analysis.reasons import loss_reasons
from bedside_dx.app.pipeline import diagnose
from bedside_dx.app.sharing import save_report
from bedside_dx.core.case import Case
from bedside_dx.core.events import Cancel
from bedside_dx.core.geometry import RegionPx, SizePx
from bedside_dx.core.heatmap import is_failed
from bedside_dx.core.patterns import Pattern, patterned
from bedside_dx.core.results import PatchState, Report
from bedside_dx.core.settings import Settings
from bedside_dx.imaging.slide import open_slide
from bedside_dx.models.registry import find
from bedside_dx.models.session import load
from bedside_dx.text import texts
from bedside_dx.text.words import coverage_line
from bench._defects import pen
from tests.slides import write_slide

UM = 1.0


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
    """Ink and blur are told, each with its place; what is stranger still may come first."""
    reasons = {reason.code: reason for reason in loss_reasons(report.findings)}
    assert reasons.keys() >= {"reason.ink", "reason.blurred"}
    for code in ("reason.ink", "reason.blurred"):
        region = reasons[code].region
        assert region is not None
        middle = region.y + region.height / 2
        assert (middle < 1200) == (code == "reason.ink")


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
