"""The slide-level reading in every file of a report, and nothing of it where there was none."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pypdfium2
import pytest

from bedside_dx.cli.verdict_lines import verdict_lines
from bedside_dx.core.results import Report
from bedside_dx.core.verdict import Status
from bedside_dx.report.document import document, read_document, write_document
from bedside_dx.report.geojson import write_geojson
from bedside_dx.report.pdf import pdf
from bedside_dx.report.slide_level import attention_picture
from bedside_dx.text import texts
from tests.unit.report.reports import WHOLE, made_report, read_as_a_whole


@pytest.fixture(scope="module")
def report() -> Report:
    return read_as_a_whole(made_report())


def test_report_json_holds_it(report: Report, tmp_path: Path) -> None:
    write_document(report, tmp_path / "report.json", texts("fr"))
    whole = read_document(tmp_path / "report.json")["slide_level"]
    assert whole["classes"][0] == {
        "class": "adenocarcinoma", "class_label": "Adénocarcinome", "probability": 0.97,
    }  # fmt: skip
    assert whole["sure_from"] == WHOLE.sure_from
    assert whole["sha256"] == WHOLE.sha256
    assert whole["patches"] == int((report.findings.attention > 0).sum())
    assert document(made_report(), texts("en"))["slide_level"] is None


@pytest.mark.parametrize(
    ("language", "title", "words"),
    [
        ("en", "Slide-level reading", "Adenocarcinoma 97%, Adenoma 12%"),
        ("fr", "Lecture de la lame entière", "Adénocarcinome 97 %, Adénome 12 %"),
    ],
)
def test_the_paper_shows_it(report: Report, language: str, title: str, words: str) -> None:
    def pages(of: Report) -> str:
        with pypdfium2.PdfDocument(pdf(of, texts(language))) as opened:
            text = " ".join(page.get_textpage().get_text_range() for page in opened)
        return re.sub(r"\s+", " ", text)

    shown = pages(report)
    assert title in shown
    assert words in shown
    assert WHOLE.sha256 in shown.replace(" ", ""), "what it takes to have the same result again"
    assert title not in pages(made_report())


def test_the_paper_of_a_part_has_the_picture_and_no_probability(report: Report) -> None:
    coverage = replace(report.diagnosis.coverage, pending=0.31)
    part = replace(
        report,
        findings=replace(report.findings, slide_level=None),
        diagnosis=replace(report.diagnosis, slide_level=None, coverage=coverage, is_final=False),
    )
    for language, words in (
        ("en", "No probability: 31% of the tissue was not read."),
        ("fr", "Pas de probabilité : 31 % du tissu n’a pas été lu."),
    ):
        with pypdfium2.PdfDocument(pdf(part, texts(language))) as opened:
            text = " ".join(page.get_textpage().get_text_range() for page in opened)
        shown = re.sub(r"\s+", " ", text)
        assert words in shown
        assert WHOLE.sha256 in shown.replace(" ", "")
        assert "12%" not in shown


def test_the_picture_fades_what_was_passed_over(report: Report) -> None:
    picture, overview = attention_picture(report), report.pictures.overview
    assert picture.shape == overview.shape
    findings = report.findings
    order = np.argsort(np.where(findings.attention > 0, findings.attention, np.inf))

    def faded(patch: int) -> float:
        region = findings.grid.region(*findings.cells[patch].tolist())
        down = int(report.pictures.overview_downsample)
        y, x = (region.y + 224) // down, (region.x + 224) // down
        part = np.s_[y - 4 : y + 4, x - 4 : x + 4]
        return float((picture[part].astype(float) - overview[part]).mean())

    assert faded(int(order[0])) > 20
    assert faded(int(findings.attention.argmax())) < 1
    grey_shift = (picture.astype(int) - overview).reshape(-1, 3)
    assert (grey_shift >= 0).all(), "it only fades to white"


def test_every_patch_of_the_geojson_says_its_attention(report: Report, tmp_path: Path) -> None:
    write_geojson(report, tmp_path / "findings.geojson", texts("en"))
    features = json.loads((tmp_path / "findings.geojson").read_text())["features"]
    tiles = [f["properties"] for f in features if f["properties"]["objectType"] == "tile"]
    given = [t["measurements"].get("attention", 0.0) for t in tiles]
    np.testing.assert_allclose(given, report.findings.attention, atol=1e-6)


@pytest.mark.parametrize("status", list(Status))
def test_the_command_line_says_it(status: Status) -> None:
    lines = verdict_lines(read_as_a_whole(made_report(status)), texts("fr"))
    assert any("Modèle de lame entière" in line for line in lines)
    assert not any(
        "lame entière" in line for line in verdict_lines(made_report(status), texts("fr"))
    )
