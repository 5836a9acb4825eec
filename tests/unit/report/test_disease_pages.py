"""The disease on paper and as JSON, and the page for the patient: what each must and may say."""

from __future__ import annotations

import copy
import json
import re
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from bedside_dx.core.errors import ReportError
from bedside_dx.core.verdict import Status
from bedside_dx.report.document import document, read_document, write_document
from bedside_dx.report.patient_page import patient_pdf
from bedside_dx.report.pdf import pdf
from bedside_dx.text import texts
from tests.unit.report.diseases import picture, with_disease
from tests.unit.report.reports import made_report, whole_image_report
from tests.unit.report.test_document import places

HEADINGS = {
    "en": ("What the examination shows", "What it may mean", "What is not certain yet",
           "The next steps", "Your questions"),
    "fr": ("Ce que l'examen montre", "Ce que cela peut vouloir dire",
           "Ce qui n'est pas encore certain", "Les prochaines étapes", "Vos questions"),
}  # fmt: skip


def said(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as file:
        pages = [page.get_textpage().get_text_range() for page in file]
    return re.sub(r"\s+", " ", " ".join(pages))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_report_holds_every_part_of_the_disease(language: str) -> None:
    t = texts(language)
    words = said(pdf(with_disease(made_report()), t))
    facts = picture().what_ifs[0].prognosis.model
    for part in (
        "IIB", "TNM 8", facts.citation, t(facts.intervals), "17", "26", t("AI-derived, confirmed"),
        t("assumed"), "RECIST 1.1", "iRECIST", t("no change"), t("partial response"),
    ):  # fmt: skip
        if part != t("no change"):  # in the plot, a picture
            assert re.sub(r"\s+", " ", part).casefold() in words.casefold(), part


def test_a_report_without_a_disease_has_no_page_of_it() -> None:
    t = texts("en")
    assert pdf(made_report(), t) == pdf(made_report(), t)
    assert "Beside those above it" not in said(pdf(made_report(), t))
    assert document(made_report(), t)["disease"] is None


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_disease_is_read_back_and_every_key_described(language: str, tmp_path: Path) -> None:
    path, t = tmp_path / "report.json", texts(language)
    write_document(with_disease(made_report()), path, t)
    values = document(with_disease(made_report()), t)
    assert read_document(path) == values
    inputs = {one["key"]: one for one in values["disease"]["prognoses"][0]["inputs"]}
    assert inputs["size"]["provenance"] == "ai-derived"
    assert sum(values["disease"]["prognoses"][0]["people"]) == 100
    page = (Path(__file__).parents[3] / "docs" / "report-json.md").read_text(encoding="utf-8")
    free = {"weights"}
    for way in places(values["disease"]):
        assert free & set(way[:-1]) or f"`{way[-1]}" in page or way[-1] in page, way


def test_a_disease_of_the_wrong_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    whole = document(with_disease(made_report()), texts("en"))
    for key in whole["disease"]["prognoses"][0]:
        values = copy.deepcopy(json.loads(json.dumps(whole)))
        del values["disease"]["prognoses"][0][key]
        path.write_text(json.dumps(values), encoding="utf-8")
        with pytest.raises(ReportError):
            read_document(path)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("status", list(Status))
def test_the_patients_page_says_never_more_than_the_verdict(status: Status, language: str) -> None:
    words = said(patient_pdf(with_disease(made_report(status)), texts(language)))
    for heading in HEADINGS[language]:
        assert heading in words
    has_figures = "100 people whose" in words or "100 personnes dont" in words
    assert has_figures is (status is Status.PRESENT)
    assert ("cancer" in words) is (status is Status.PRESENT)
    assert not re.search(r"\d[.,]\d", words.replace("4711-0815", ""))
    assert "%" not in words


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("with_it", [True, False])
def test_the_patients_letters_are_large_and_stay_on_the_page(language: str, with_it: bool) -> None:
    report = with_disease(made_report()) if with_it else made_report()
    with pypdfium2.PdfDocument(patient_pdf(report, texts(language))) as file:
        for page in file:
            width, height = page.get_size()
            sizes: list[float] = []
            for thing in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT]):
                size = pypdfium2.raw.c_float()
                pypdfium2.raw.FPDFTextObj_GetFontSize(thing.raw, size)
                sizes.append(size.value)
                left, bottom, right, top = thing.get_bounds()
                assert left >= 40
                assert right <= width - 40
                assert bottom >= 10
                assert top <= height - 20
            assert min(sizes) >= 12


def test_a_patient_hears_nothing_of_a_whole_image_that_is_about_slices() -> None:
    words = said(patient_pdf(whole_image_report(), texts("en")))
    assert "slice" not in words
    assert "tumour" in words


def test_what_was_not_finished_is_said_to_the_patient() -> None:
    report = made_report()
    report = replace(report, diagnosis=replace(report.diagnosis, is_final=False))
    assert "not looked at all" in said(patient_pdf(report, texts("en")))
