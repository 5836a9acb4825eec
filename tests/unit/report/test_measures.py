"""Hand measures in report.json and on paper."""

from dataclasses import replace
from pathlib import Path

import pytest
from reportlab.platypus import Paragraph

from bedside_dx.core.errors import MeasureError
from bedside_dx.core.kept_marks import KeptMark, MarkKind
from bedside_dx.core.measuring import Ground, Statistics
from bedside_dx.core.results import Report
from bedside_dx.core.scan import Plane
from bedside_dx.core.scan_measures import HandMeasure, ScanMeasures, TargetSum
from bedside_dx.report import measures_page
from bedside_dx.report.document import read_document, write_document
from bedside_dx.report.pdf import pdf
from bedside_dx.text import texts
from tests.unit.report.reports import whole_image_report

GROUND = Ground(
    "1.2.3", "1.2.9", Plane((0, 0, 40.0), (1.0, 0, 0), (0, 1.0, 0), (0.7, 0.7)), "stack", 4
)


def measured() -> Report:
    """A report with a lesion of 30 × 20 mm, a node, an ellipse and a line on a cut."""
    points = ((0.0, 0.0, 40.0), (30.0, 0.0, 40.0), (15.0, -10.0, 40.0), (15.0, 10.0, 40.0))
    lesion = KeptMark(MarkKind.LESION, GROUND, points, "1.2.3.5", "1", "liver")
    node = replace(lesion, name="2", organ="", is_node=True, is_target=False)
    disc = KeptMark(
        MarkKind.ELLIPSE, GROUND, (points[0], (10.0, 20.0, 40.0)), "1.2.3.5",
        statistics=Statistics(120, 41.25, 6.5, 20.0, 60.0, "HU"),
    )  # fmt: skip
    line = KeptMark(MarkKind.LENGTH, replace(GROUND, name="coronal"), points[:2])
    here = [HandMeasure(one, "CT", 2, 5, 120) for one in (lesion, node, disc)]
    found = ScanMeasures(
        "20260101",
        (*here, HandMeasure(line, "CT", 2)),
        (TargetSum("2026-01-01", 30.0, 1), TargetSum("2026-03-05", 21.5, 1)),
    )
    return replace(whole_image_report(), measures=found)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_document_holds_what_was_measured(tmp_path: Path, language: str) -> None:
    path = tmp_path / "report.json"
    write_document(measured(), path, texts(language))
    found = read_document(path)["measures"]
    lesion, node, disc, line = found["measures"]
    assert (lesion["long_mm"], lesion["short_mm"], lesion["organ"]) == (30.0, 20.0, "liver")
    assert (lesion["slice"], lesion["slices"], lesion["image"]) == (5, 120, "1.2.3.5")
    assert node["is_node"]
    assert not node["is_target"]
    assert disc["values"]["mean"] == 41.25
    assert disc["area_mm2"] == pytest.approx(157.08, abs=0.01)
    assert (line["plane"], line["slice"], line["length_mm"]) == ("coronal", None, 30.0)
    assert [one["mm"] for one in found["target_sums"]] == [30.0, 21.5]


def test_without_measures_there_is_nothing(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    write_document(whole_image_report(), path, texts("en"))
    assert read_document(path)["measures"] is None


@pytest.mark.parametrize("language", ["en", "fr"])
def test_why_targets_were_not_added_up_is_said(tmp_path: Path, language: str) -> None:
    report, t = measured(), texts(language)
    assert report.measures is not None
    error = MeasureError("measure.no-short-axis", lesion="N1")
    found = replace(report.measures, sums=(), why_no_sums=error)
    path = tmp_path / "report.json"
    write_document(replace(report, measures=found), path, t)
    said = read_document(path)["measures"]
    assert said["target_sums"] == []
    assert said["why_no_sums"]["code"] == "measure.no-short-axis"
    assert "N1" in said["why_no_sums"]["text"]
    paper = [one.getPlainText() for one in measures_page.measures(
        replace(report, measures=found), t) if isinstance(one, Paragraph)]  # fmt: skip
    assert said["why_no_sums"]["text"] in paper


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_paper_gains_one_page(language: str) -> None:
    t = texts(language)
    with_measures, without = pdf(measured(), t), pdf(whole_image_report(), t)
    count = b"/Type /Page\n"
    assert with_measures.count(count) == without.count(count) + 1
