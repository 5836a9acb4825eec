"""report.json: complete, checked, and without anything that should not leave the house."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path

import pytest

from bedside_dx.core.case import Case
from bedside_dx.core.errors import ReportError
from bedside_dx.core.verdict import Status
from bedside_dx.report.document import document, read_document, write_document
from bedside_dx.text import texts
from tests.unit.report.reports import made_report, whole_image_report

REPORTS = [*(made_report(status) for status in Status), whole_image_report()]
NAMES = [*Status, "whole-image"]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("report", REPORTS, ids=NAMES)
def test_what_is_written_is_read_back(report, language: str, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    write_document(report, path, texts(language))
    assert read_document(path) == document(report, texts(language))


def test_it_says_what_the_report_says() -> None:
    values = document(made_report(Status.PRESENT), texts("en"))
    assert values["verdict"]["status"] == "present"
    assert values["verdict"]["class"] == "adenocarcinoma"
    assert values["verdict"]["interval"] == [0.92, 0.97]
    assert values["verdict"]["reasons"][0] == {
        "code": "reason.tumour-area",
        "text": "Adenocarcinoma on 24% of the tissue that could be judged",
        "values": {"label": "Adenocarcinoma", "share": 0.24},
        "region": None,
    }
    assert values["patient"] == {
        "name": "DUPONT-LAJOIE Marie-Hélène", "identifier": "4711-0815", "born": "1958-03-04",
    }  # fmt: skip
    assert values["provenance"]["started"] == "2026-11-22T10:50:48+00:00"
    assert values["notice"] == "AI-generated, not verified. Research use only."
    shares = [f["share"] for f in values["fractions"]]
    assert sum(shares) == pytest.approx(1)


def test_a_label_in_a_reason_is_in_the_readers_language() -> None:
    report = made_report()
    label = {"en": "Adenocarcinoma", "fr": "Adénocarcinome"}
    first = replace(report.diagnosis.reasons[0], values={"label": label, "share": 0.24})
    report = replace(report, diagnosis=replace(report.diagnosis, reasons=(first,)))
    reason = document(report, texts("fr"))["verdict"]["reasons"][0]
    assert reason["values"]["label"] == "Adénocarcinome"
    assert reason["text"].startswith("Adénocarcinome")


def test_only_the_slides_name_is_kept_never_its_path() -> None:
    text = json.dumps(document(made_report(), texts("en")))
    assert "colon-polyp-section.tif" in text
    assert "/private" not in text
    assert len(text) < 12_000


def test_what_was_not_given_is_null() -> None:
    values = document(replace(made_report(), case=Case()), texts("en"))
    assert set(values["patient"].values()) | set(values["case"].values()) == {None}


def places(values, at=()):
    """Every key of a document, as the way to it."""
    if isinstance(values, dict):
        for key, value in values.items():
            yield (*at, key)
            yield from places(value, (*at, key))


def test_every_key_is_missed_when_it_is_gone(tmp_path: Path) -> None:
    whole = document(made_report(), texts("en"))
    path = tmp_path / "report.json"
    free = {("patches", "called"), ("model", "rules")}
    for way in places(whole):
        if way[:2] in free and len(way) > 2:
            continue
        values = copy.deepcopy(whole)
        *parents, last = way
        inner = values
        for key in parents:
            inner = inner[key]
        del inner[last]
        path.write_text(json.dumps(values), encoding="utf-8")
        with pytest.raises(ReportError) as caught:
            read_document(path)
        assert caught.value.values["detail"] == "$." + ".".join(way)


@pytest.mark.parametrize(
    ("way", "value"),
    [
        (("verdict", "status"), "maybe"),
        (("verdict", "probability"), 1.2),
        (("verdict", "interval"), [0.5]),
        (("coverage", "analysed"), None),
        (("coverage", "patches"), True),
        (("model", "limits"), "none"),
        (("patches", "called"), [1]),
        (("schema_version",), "9.0"),
    ],
)
def test_values_of_the_wrong_kind_are_refused(way, value, tmp_path: Path) -> None:
    values = document(made_report(), texts("en"))
    inner = values
    for key in way[:-1]:
        inner = inner[key]
    inner[way[-1]] = value
    path = tmp_path / "report.json"
    path.write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(ReportError):
        read_document(path)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"schema": "other"}'])
def test_what_is_no_report_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_bytes(content)
    with pytest.raises(ReportError) as caught:
        read_document(path)
    what, hint = texts("en").error(caught.value)
    assert "report.json" in what
    assert hint


def test_every_key_is_described() -> None:
    page = (Path(__file__).parents[3] / "docs" / "report-json.md").read_text(encoding="utf-8")
    free = {("patches", "called"), ("model", "rules")}
    for way in places(document(made_report(), texts("en"))):
        if way[:2] not in free or len(way) == 2:
            assert way[-1] in page, way
