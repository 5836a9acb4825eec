"""The therapy on paper and as JSON, and for the patient: what each must and may say."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bedside_dx.app.proposing import propose
from bedside_dx.core.errors import ReportError
from bedside_dx.core.results import Report
from bedside_dx.core.verdict import Status
from bedside_dx.report.document import document, read_document, write_document
from bedside_dx.report.patient_page import patient_pdf
from bedside_dx.report.pdf import pdf
from bedside_dx.text import texts
from tests.unit.report.reports import made_report
from tests.unit.report.test_disease_pages import said
from tests.unit.report.test_document import places
from tests.unit.report.therapies import therapy, with_therapy

DOC = Path(__file__).parents[3] / "docs" / "report-json.md"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_report_holds_every_part_of_the_therapy(language: str) -> None:
    words = said(pdf(with_therapy(made_report()), texts(language)))
    found = therapy().options
    assert found is not None
    for one in found.options:
        assert one.therapy in words
        for item in one.evidence:
            assert item.id in words
    for one in found.excluded:
        assert one.therapy in words
    for one in found.order_first:
        assert one.test in words
    for part in ("XYZ1 R1A", "RAS", "2026", "500 mg", "FEC 100", "909 mg", "PMID", "ESCAT"):
        assert part in words
    for part in {
        "en": ("Against", "How sure", "Superseded by Osimertinib", "never prescribed", "Signature",
               "Order first: no dose is shown yet", "DPD", "changed dose"),
        "fr": ("Contre", "Certitude", "Remplacé par Osimertinib", "jamais prescrit", "Signature",
               "À prescrire d’abord", "DPD", "dose modifiée"),
    }[language]:  # fmt: skip
        assert part in words


def test_a_withheld_dose_has_no_milligrams() -> None:
    doses = document(with_therapy(made_report()), texts("en"))["therapy"]["doses"]
    withheld = next(one for one in doses if one["drug"] == "capecitabine")
    assert (withheld["status"], withheld["dose_mg"], withheld["exact_mg"]) == (
        "order-first", None, None,
    )  # fmt: skip


def test_a_report_without_a_therapy_has_no_page_of_it() -> None:
    t = texts("en")
    assert "never prescribed" not in said(pdf(made_report(), t))
    assert document(made_report(), t)["therapy"] is None


def test_the_same_report_gives_the_same_bytes_on_any_day(monkeypatch: pytest.MonkeyPatch) -> None:
    t, report = texts("en"), with_therapy(made_report())
    first = (pdf(report, t), patient_pdf(report, t), json.dumps(document(report, t)))

    class Later(date):
        @classmethod
        def today(cls) -> date:
            return date(2031, 1, 1)

    monkeypatch.setattr("bedside_dx.text.therapy_words.date", Later)
    assert (pdf(report, t), patient_pdf(report, t), json.dumps(document(report, t))) == first


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_therapy_is_read_back_and_every_key_described(language: str, tmp_path: Path) -> None:
    path, t = tmp_path / "report.json", texts(language)
    report = with_therapy(made_report())
    write_document(report, path, t)
    values = document(report, t)
    assert read_document(path) == values
    page = DOC.read_text(encoding="utf-8")
    for way in places(values["therapy"]):
        if way[:2] != ("plan", "plan") and "units" not in way[:-1]:
            assert f"`{way[-1]}" in page, way


@pytest.mark.parametrize("part", ["options", "doses", "plan", "packs", "asked"])
def test_a_therapy_of_the_wrong_kind_is_refused(part: str, tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    whole = json.loads(json.dumps(document(with_therapy(made_report()), texts("en"))))
    one = whole["therapy"][part]
    for key in one[0] if isinstance(one, list) else one:
        values = copy.deepcopy(whole)
        place = values["therapy"][part]
        del (place[0] if isinstance(place, list) else place)[key]
        path.write_text(json.dumps(values), encoding="utf-8")
        with pytest.raises(ReportError):
            read_document(path)


def test_more_options_than_cards_are_rows_and_none_is_left_out() -> None:
    found = therapy()
    assert found.options is not None
    many = tuple(replace(found.options.options[0], therapy=f"Drug{at:02}") for at in range(30))
    picture = replace(found, options=replace(found.options, options=many))
    words = said(pdf(replace(made_report(), therapy=picture), texts("en")))
    assert all(one.therapy in words for one in many)


# ---------------------------------------------------------------- the patient


def options_only(report: Report) -> Report:
    return replace(report, therapy=propose("LUAD", ("EGFR T790M",)))


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("status", list(Status))
def test_no_drug_is_named_to_the_patient_before_one_was_chosen(
    status: Status, language: str
) -> None:
    words = said(patient_pdf(options_only(made_report(status)), texts(language)))
    assert "simertinib" not in words
    heading = {"en": "Which treatment", "fr": "Quel traitement"}[language]
    assert (heading in words) is (status is Status.PRESENT)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_plan_is_told_to_the_patient_without_doses_or_chances(language: str) -> None:
    words = said(patient_pdf(with_therapy(made_report()), texts(language)))
    for part in {
        "en": ("Your treatment, day by day", "epirubicin", "Call your team at once", "7 Dec 2026"),
        "fr": ("Votre traitement, jour par jour", "épirubicine", "7 déc. 2026"),
    }[language]:
        assert part in words
    assert " mg" not in words.replace("\u00a0", " ")
    assert "74 of 100" not in words
    assert "74 sur 100" not in words
