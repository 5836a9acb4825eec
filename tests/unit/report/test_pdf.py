"""report.pdf: every verdict in both languages, whatever the patient is called."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import combinations

import pypdfium2
import pytest

from bedside_dx.core.case import Case, Patient
from bedside_dx.core.verdict import Status
from bedside_dx.report.pdf import pdf
from bedside_dx.text import texts
from bedside_dx.text.words import verdict_headline
from tests.unit.report.reports import CASE, made_report, whole_image_report

LONG = Case(
    Patient("ID-" + "1234567890" * 4, "Wolfeschlegelsteinhausenbergerdorff " * 4, date(1899, 1, 1)),
    "ACC/" + "9" * 60,
    "Fragment de muqueuse colique sigmoïdienne, biopsie dirigée sous coloscopie, pot n° 3 " * 3,
)
CASES = {
    "usual": CASE,
    "nothing": Case(),
    "long": LONG,
    "arabic": Case(Patient("م-7", "محمد بن عبد الله", date(1970, 1, 1)), "", "قولون"),
    "hebrew": Case(Patient("7", "שרה כהן-לוי")),
    "chinese": Case(Patient("9", "山田 太郎 김철수")),
    "markup": Case(Patient("<1>", "O'Neil & <b>Söhne</b>")),
    "unknown": Case(Patient("𒀀", "ᚠᚢᚦ नमस्ते")),
}


def opened(content: bytes) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(content)


def text_of(document: pypdfium2.PdfDocument) -> list[str]:
    return [re.sub(r"\s+", " ", page.get_textpage().get_text_range()) for page in document]


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("status", list(Status))
def test_page_one_says_it_all_and_every_page_who_and_what(status: Status, language: str) -> None:
    t = texts(language)
    report = made_report(status)
    with opened(pdf(report, t)) as document:
        pages = text_of(document)
    assert plain(verdict_headline(report.diagnosis, report.model, t)) in pages[0]
    for reason in (*report.diagnosis.reasons, report.diagnosis.next_step):
        assert plain(t.reason(reason)) in pages[0]
    assert plain(t("RESEARCH USE ONLY")) in pages[0]
    for number, page in enumerate(pages, start=1):
        assert "DUPONT-LAJOIE Marie-Hélène" in page
        assert "4711-0815" in page
        assert plain(t("AI-generated, not verified. Research use only.")) in page
        assert plain(t("page {page} of {pages}", page=number, pages=len(pages))) in page
    rest = " ".join(pages[1:])
    for value in (report.model.sha256, report.slide.fingerprint, "onnxruntime 1.31.1", "CPU"):
        assert value in rest
    assert plain(report.model.limits[language][0]) in rest
    assert "/private" not in " ".join(pages)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
@pytest.mark.parametrize("size", [(380, 280), (190, 550)], ids=["tall", "wide"])
def test_nothing_runs_off_the_page_or_into_something_else(
    case: Case, size: tuple[int, int], language: str
) -> None:
    report = made_report(size=size, keys=2, case=case)
    with opened(pdf(report, texts(language))) as document:
        for page in document:
            width, height = page.get_size()
            text = page.get_textpage()
            boxes = [text.get_rect(i) for i in range(text.count_rects())]
            for left, bottom, right, top in boxes:
                assert left >= 40
                assert right <= width - 40
                assert bottom >= 20
                assert top <= height - 20
            for a, b in combinations(boxes, 2):
                wide = min(a[2], b[2]) - max(a[0], b[0])
                tall = min(a[3], b[3]) - max(a[1], b[1])
                assert not (wide > 1.5 and tall > 2.5), text.get_text_bounded(*a)


def test_what_was_not_given_is_said_so() -> None:
    with opened(pdf(made_report(case=Case()), texts("en"))) as document:
        pages = text_of(document)
    assert pages[0].count("not given") == 5 + 1
    assert "Patient not given · colon-polyp-section.tif" in pages[-1]


def test_a_name_that_cannot_be_printed_is_not_silently_shortened() -> None:
    with opened(pdf(made_report(keys=0, case=CASES["unknown"]), texts("en"))) as document:
        page = text_of(document)[0]
    assert "□□□" in page
    assert "□ stands for a letter that can't be printed here" in page


def test_the_same_report_gives_the_same_bytes() -> None:
    assert pdf(made_report(), texts("fr")) == pdf(made_report(), texts("fr"))


def test_its_properties_name_the_slide_and_not_the_patient() -> None:
    content = pdf(made_report(), texts("fr"))
    with opened(content) as document:
        facts = document.get_metadata_dict()
    assert "colon-polyp-section.tif" in facts["Title"]
    assert facts["CreationDate"] == "D:20261122105048+00'00'"
    assert not any("DUPONT" in value for value in facts.values())
    assert b"/Lang (fr)" in content


def test_without_a_scale_without_pictures_without_patches() -> None:
    report = made_report(spacing=None, keys=0)
    coverage = replace(report.diagnosis.coverage, tissue_mm2=None)
    report = replace(
        report,
        diagnosis=replace(report.diagnosis, coverage=coverage),
        findings=replace(report.findings, cell_mm2=None),
    )
    with opened(pdf(report, texts("en"))) as document:
        pages = text_of(document)
    assert "no scale" in pages[0]
    assert "mm²" not in pages[0]
    assert "Key regions" not in pages[1]


def test_a_whole_image_has_probabilities_instead_of_areas() -> None:
    with opened(pdf(whole_image_report(), texts("en"))) as document:
        pages = text_of(document)
    assert "Glioma present" in pages[0]
    assert "93%" in pages[0]
    assert "tissue" not in pages[0]
    assert "Key regions" not in pages[1]
    assert "Image fingerprint" in pages[1]
    assert "84 s" in pages[1]
    assert "Slide" not in pages[1]
    assert "84 s for" not in pages[1]


def test_a_verdict_that_is_not_final_says_so() -> None:
    report = made_report()
    report = replace(report, diagnosis=replace(report.diagnosis, is_final=False))
    with opened(pdf(report, texts("en"))) as document:
        assert "So far" in text_of(document)[0]


def test_where_nothing_can_be_said_no_class_is_named() -> None:
    with opened(pdf(made_report(Status.CANNOT_SAY), texts("en"))) as document:
        pages = text_of(document)
    assert "Cannot say" in pages[0]
    assert "mm² 20%" not in pages[0]
    assert "Adenocarcinoma," not in pages[1]
