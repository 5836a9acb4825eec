"""A plan at a terminal: made from a draft, changed on record, exported, read by other programs."""

import json
import re
import shutil
from datetime import timedelta
from pathlib import Path

import icalendar
import pypdfium2
import pytest
from fhir.resources.R4B.bundle import Bundle

from bedside_dx.app.planning import EXPORTS
from bedside_dx.cli import main
from bedside_dx.cli.exit_codes import Exit
from bedside_dx.cli.planning import KINDS

DRAFT = Path(__file__).resolve().parents[1] / "unit" / "therapy" / "plans" / "draft.toml"
DOC = Path(__file__).resolve().parents[2] / "docs" / "plan.md"
ON_RECORD = ["--by", "Dr A", "--why", "tumour board"]


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.json"
    assert main(["plan", "new", str(DRAFT), "--output", str(path), *ON_RECORD]) == Exit.DONE
    return path


def shown(plan: Path, capsys: pytest.CaptureFixture[str]) -> dict:
    capsys.readouterr()
    assert main(["plan", "show", str(plan), "--json"]) == Exit.DONE
    return json.loads(capsys.readouterr().out)


def draft_with(tmp_path: Path, old: str, new: str) -> Path:
    text = DRAFT.read_text("utf-8")
    assert old in text
    path = tmp_path / "changed.toml"
    path.write_text(text.replace(old, new), "utf-8")
    return path


def test_doses_and_effect_are_copied_in(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """100 mg/m² · 1.81812 = 181.8 mg; vials of 50 and 200 mg would be 10 % more: it stands."""
    line = shown(plan, capsys)["plan"]["lines"][0]
    epirubicin = line["steps"][0]
    assert epirubicin["dose"]["mg"] == pytest.approx(181.81, abs=0.01)
    assert epirubicin["dose"]["table"] == "2026.11"
    assert any("prescribing information" in one for one in epirubicin["dose"]["sources"])
    assert (epirubicin["cycles"], epirubicin["cycle_days"]) == (6, 21)
    effect = line["effect"]
    assert effect["version"] == "3.2"
    assert effect["low"] < effect["gain"] < effect["high"]
    assert "person" not in json.dumps(json.loads(plan.read_text("utf-8")))


def test_changes_are_versions(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--by", "Dr B", "--why", "febrile neutropenia"]
    reduce = ["--reduce", "epirubicin=75", "--from-cycle", "3", "--toxicity", "neutropenia"]
    assert main(["plan", "change", str(plan), *reduce, "--grade", "3", *words]) == Exit.DONE
    delay = ["--delay", "epirubicin=7", "--from-cycle", "3"]
    assert main(["plan", "change", str(plan), *delay, *words]) == Exit.DONE
    assert main(["plan", "change", str(plan), "--set", "ecog=1", *words]) == Exit.DONE
    found = shown(plan, capsys)
    assert (found["version"], found["changed"]["who"]) == (4, "Dr B")
    doses = {e["cycle"]: e["mg"] for e in found["events"] if e["subject"] == "epirubicin"}
    assert doses[3] == pytest.approx(0.75 * doses[1], abs=0.01)
    third = next(e for e in found["events"] if e["key"] == "epirubicin-c3-d1")
    assert third["first"] == "2027-01-25"  # 7 December + 42 + 7 days


def test_a_text_stays_text(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["plan", "change", str(plan), "--set", "patient/identifier=2468", *ON_RECORD]
    assert main(words) == Exit.DONE
    assert shown(plan, capsys)["plan"]["patient"]["identifier"] == "2468"


@pytest.mark.parametrize(
    "change",
    [
        ["--set", "ecog=7"],
        ["--set", "ecog=high"],
        ["--set", "colour=1"],
        ["--set", "lines/first/steps/nothing/start=2026-12-08"],
        ["--set", "identifier=x"],
        ["--set", "lines/first/steps/epirubicin/dose/mg=5000"],
        ["--set", "lines/1/steps/1/dose/sources/1=mine"],
        ["--set", "lines/first/steps/epirubicin/drug=cisplatin"],
        ["--set", "lines/first/steps/cyclophosphamide/drug=capecitabine"],
        ["--set", "ecog"],
        ["--set", "ecog=0"],
        ["--reduce", "paclitaxel=75", "--toxicity", "x"],
        ["--reduce", "epirubicin=75"],
        ["--reduce", "epirubicin=175", "--toxicity", "x"],
        ["--delay", "epirubicin=soon"],
        [],
    ],
)
def test_a_change_that_can_t_be_leaves_the_plan(plan: Path, change: list[str]) -> None:
    before = plan.read_bytes()
    code = main(["plan", "change", str(plan), *change, *ON_RECORD])
    assert code in {Exit.USAGE, Exit.REFUSED}
    assert plan.read_bytes() == before


def test_earlier_anthracyclines_count_in_a_plan(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """400 mg/m² doxorubicin / 0.8 = 500 of epirubicin; 900 − 500 = 400: four of six fit."""
    draft = draft_with(tmp_path, "earlier = {}", "earlier = { doxorubicin = 400 }")
    plan = tmp_path / "plan.json"
    assert main(["plan", "new", str(draft), "--output", str(plan), *ON_RECORD]) == Exit.DONE
    found = shown(plan, capsys)
    assert found["plan"]["lines"][0]["steps"][0]["dose"]["fits_times"] == 4
    assert "plan.remark.too-often" in [one["code"] for one in found["remarks"]]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('dpd = "normal"\n', "", "plan.no-dose"),  # no fluoropyrimidine without DPD
        ("weight_kg = 70", "weight_kg = 154", "dose.pounds"),
        ("lvef_percent = 62", "lvef_percent = 40", "plan.no-dose"),
        ('intent = "curative"', 'intent = "curative"\ncolour = "red"', "plan.unreadable"),
        ("ecog = 0", "ecog = 9", "plan.rule"),
        ("start = 2026-12-07", 'start = "soon"', "plan.unreadable"),
        ('row = "epirubicin-fec100"', 'row = "none"', "dose.unknown-row"),
        ('regimen = "c"', 'regimen = "xyz"', "prognosis.regimen"),
        ("weight_kg = 70", 'weight_kg = "70"', ""),
        ("[person]", "[person", "plan.unreadable"),
        ('name = "FEC 100"', 'name = "FEC 100"\noption = "osimertinib"', "plan.unknown-option"),
    ],
)
def test_a_draft_that_is_not_right_makes_no_plan(
    tmp_path: Path, old: str, new: str, code: str
) -> None:
    from bedside_dx.app.planning import make_plan
    from bedside_dx.core.errors import BedsideDxError

    output = tmp_path / "plan.json"
    with pytest.raises(BedsideDxError) as caught:
        make_plan(draft_with(tmp_path, old, new), output, "Dr A", "board")
    assert not code or caught.value.code == code
    assert not output.exists()


def test_evidence_is_copied_from_the_options(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = tmp_path / "options.json"
    option = {
        "therapy": "osimertinib", "direction": "sensitive", "level": "A", "tier": "I-A",
        "tumour_match": "same", "approval": "EMA", "why": ["approved in this tumour"],
        "evidence": [{"source": "CIViC", "id": "EID1592", "pmid": "27959700"}],
    }  # fmt: skip
    options.write_text(json.dumps({"options": [option], "packs": ["civic 2021-02-03"]}))
    new = 'name = "FEC 100"\noption = "osimertinib"'
    draft, plan = draft_with(tmp_path, 'name = "FEC 100"', new), tmp_path / "plan.json"
    words = ["plan", "new", str(draft), "--output", str(plan), "--options", str(options)]
    assert main([*words, *ON_RECORD]) == Exit.DONE
    options.unlink()
    found = shown(plan, capsys)["plan"]["lines"][0]["option"]
    assert found["evidence"] == [{"source": "CIViC", "id": "EID1592", "pmid": "27959700"}]
    assert (found["level"], found["packs"]) == ("A", ["civic 2021-02-03"])


# ---------------------------------------------------------------- exports


@pytest.fixture
def exported(plan: Path, tmp_path: Path) -> Path:
    assert main(["plan", "export", str(plan), "--out", str(tmp_path / "out")]) == Exit.DONE
    return tmp_path / "out"


def test_all_kinds_can_be_named() -> None:
    assert EXPORTS == KINDS


def test_fhir_is_valid_and_only_a_proposal(exported: Path) -> None:
    text = (exported / "plan.fhir.json").read_text("utf-8")
    bundle = Bundle.model_validate_json(text)
    assert bundle.type == "collection"
    resources = [entry["resource"] for entry in json.loads(text)["entry"]]
    kinds = [one["resourceType"] for one in resources]
    assert kinds == ["Patient", "CarePlan", *["MedicationRequest"] * 3]
    full = {entry["fullUrl"] for entry in json.loads(text)["entry"]}
    for one in resources[1:]:
        assert (one["status"], one["intent"]) == ("draft", "proposal")
        assert one["subject"]["reference"] in full
    care = resources[1]
    assert {a["reference"]["reference"] for a in care["activity"]} <= full
    quantity = resources[2]["dosageInstruction"][0]["doseAndRate"][0]["doseQuantity"]
    assert (quantity["unit"], quantity["code"]) == ("mg", "mg")
    days = resources[2]["dosageInstruction"][0]["timing"]["event"]
    assert days[:2] == ["2026-12-07", "2026-12-28"]
    assert len(days) == 6


def test_fhir_tells_each_dose_with_its_days(plan: Path, tmp_path: Path) -> None:
    """Three cycles at 181.81 mg, then three at 75 % (136.36 mg)."""
    reduce = ["--reduce", "epirubicin=75", "--from-cycle", "4", "--toxicity", "neutropenia"]
    assert main(["plan", "change", str(plan), *reduce, *ON_RECORD]) == Exit.DONE
    out = tmp_path / "out"
    assert main(["plan", "export", str(plan), "--out", str(out), "--as", "fhir"]) == Exit.DONE
    text = (out / "plan.fhir.json").read_text("utf-8")
    Bundle.model_validate_json(text)
    request = json.loads(text)["entry"][2]["resource"]
    doses = [
        (one["doseAndRate"][0]["doseQuantity"]["value"], len(one["timing"]["event"]))
        for one in request["dosageInstruction"]
    ]
    assert doses == [(pytest.approx(181.81, abs=0.01), 3), (pytest.approx(136.36, abs=0.01), 3)]


def test_the_calendar_is_one(exported: Path, plan: Path) -> None:
    content = (exported / "plan.ics").read_bytes()
    assert all(len(row) <= 75 for row in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")
    calendar = icalendar.Calendar.from_ical(content)
    found = calendar.walk("VEVENT")
    uids = [str(one["UID"]) for one in found]
    assert len(set(uids)) == len(uids) > 30
    first = next(one for one in found if "epirubicin" in one["SUMMARY"])
    assert str(first["SUMMARY"]) == "epirubicin 182\u00a0mg, cycle 1"
    assert first["DTEND"].dt - first["DTSTART"].dt == timedelta(days=1)
    test = next(one for one in found if "Blood" in one["SUMMARY"])
    assert str(test["SUMMARY"]) == "Test: Blood count, creatinine, bilirubin"
    assert b"Marie" not in content
    assert b"000123" not in content


def test_events_keep_their_uid_through_versions(plan: Path, tmp_path: Path) -> None:
    def uids(name: str) -> dict[str, tuple[str, int]]:
        out = tmp_path / name
        assert main(["plan", "export", str(plan), "--out", str(out), "--as", "ics"]) == Exit.DONE
        calendar = icalendar.Calendar.from_ical((out / "plan.ics").read_bytes())
        return {
            str(e["UID"]): (str(e["DTSTART"].dt), int(e["SEQUENCE"]))
            for e in calendar.walk("VEVENT")
        }

    before = uids("a")
    delay = ["--delay", "epirubicin=7", "--from-cycle", "2"]
    assert main(["plan", "change", str(plan), *delay, *ON_RECORD]) == Exit.DONE
    after = uids("b")
    moved = [uid for uid in before.keys() & after.keys() if before[uid][0] != after[uid][0]]
    assert moved
    assert {sequence for _, sequence in after.values()} == {1}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_board_s_sheet_is_one_page(plan: Path, tmp_path: Path, language: str) -> None:
    out = tmp_path / language
    words = ["plan", "export", str(plan), "--out", str(out), "--language", language]
    assert main(words) == Exit.DONE
    sheet = pypdfium2.PdfDocument(out / "rcp.pdf")
    assert len(sheet) == 1
    text = sheet[0].get_textpage().get_text_range()
    for part in ("Example, Marie", "182", "predict-breast 3.2", "LVEF falls"):
        assert part in text
    assert ("épirubicine" if language == "fr" else "epirubicin") in text
    again = tmp_path / "again"
    assert main([*words[:4], str(again), *words[5:]]) == Exit.DONE
    assert (again / "rcp.pdf").read_bytes() == (out / "rcp.pdf").read_bytes()


def test_a_very_full_plan_still_fits_one_page(plan: Path, tmp_path: Path) -> None:
    notes = json.dumps([f"Note {n}: " + "words " * 40 for n in range(25)])
    assert main(["plan", "change", str(plan), "--set", f"notes={notes}", *ON_RECORD]) == Exit.DONE
    out = tmp_path / "out"
    assert main(["plan", "export", str(plan), "--out", str(out), "--as", "rcp"]) == Exit.DONE
    sheet = pypdfium2.PdfDocument(out / "rcp.pdf")
    assert len(sheet) == 1
    assert "Note 24" in sheet[0].get_textpage().get_text_range()


def test_the_patient_s_page_promises_nothing(exported: Path) -> None:
    pages = pypdfium2.PdfDocument(exported / "treatment.pdf")
    text = "".join(page.get_textpage().get_text_range() for page in pages)
    assert "Wants to keep working" in text
    assert "7 Dec 2026" in text
    assert "of 100" not in text
    assert "LVEF" not in text


def test_the_plain_part_names_everything(exported: Path) -> None:
    found = json.loads((exported / "therapy.json").read_text("utf-8"))
    assert found["plan"]["lines"][0]["steps"][0]["drug"] == "epirubicin"
    assert found["version"] == 1
    assert {one["kind"] for one in found["events"]} == {
        "treatment", "monitoring", "assessment", "questions",
    }  # fmt: skip


def test_an_export_that_cannot_be_written_leaves_nothing(plan: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    words = ["plan", "export", str(plan), "--out", str(tmp_path / "taken")]
    assert main(words) != Exit.DONE
    words = ["plan", "export", str(plan), "--out", str(tmp_path / "x"), "--as", "docx"]
    assert main(words) == Exit.USAGE


def test_a_plan_edited_by_hand_is_not_used(plan: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.json"
    shutil.copy(plan, copy)
    copy.write_text(plan.read_text("utf-8").replace('"ecog": 0', '"ecog": 1', 1), "utf-8")
    assert main(["plan", "show", str(copy)]) == Exit.REFUSED


def test_the_draft_of_the_documentation_makes_a_plan(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", DOC.read_text("utf-8"), re.DOTALL)
    draft = tmp_path / "draft.toml"
    draft.write_text(example, "utf-8")
    words = ["plan", "new", str(draft), "--output", str(tmp_path / "plan.json"), *ON_RECORD]
    assert main(words) == Exit.DONE


def test_carboplatin_takes_its_cycle_from_the_clinician(tmp_path: Path) -> None:
    """Woman of 56, 70 kg, 70 µmol/L: 84·70·1.04/70 = 87.36; 5·112.36 = 561.8 mg → 550 mg (−2.1 %)."""
    carboplatin = 'drug = "carboplatin"\nrow = "carboplatin-auc"\nauc = 5\n'
    old = 'drug = "epirubicin"\nrow = "epirubicin-fec100"\n'
    output = tmp_path / "plan.json"
    words = ["plan", "new", "", "--output", str(output), *ON_RECORD]
    words[2] = str(draft_with(tmp_path, old, carboplatin))
    assert main(words) == Exit.REFUSED
    words[2] = str(draft_with(tmp_path, old, carboplatin + "cycle_days = 21\ncycles = 4\n"))
    assert main(words) == Exit.DONE
    step = json.loads(output.read_text("utf-8"))["plan"]["lines"][0]["steps"][0]
    assert (step["dose"]["mg"], step["dose"]["amount"], step["cycle_days"]) == (550, 5, 21)


def test_a_typed_fluoropyrimidine_reaches_no_file_without_dpd(tmp_path: Path) -> None:
    """Nor one whose DPD is missing altogether; where it is known every file says so."""
    output, folder = tmp_path / "plan.json", tmp_path / "out"
    typed = 'drug = "Xeloda"\ndose = { mg = 1500, sources = ["the clinician"] }\n'
    typed += "cycle_days = 21\ndays = [1, 2, 3]\ncycles = 4\n"
    old = 'drug = "epirubicin"\nrow = "epirubicin-fec100"\n'
    draft = draft_with(tmp_path, old, typed)
    text = draft.read_text("utf-8")
    words = ["plan", "new", str(draft), "--output", str(output), *ON_RECORD]
    for stated in ("", 'dpd = "complete"'):
        draft.write_text(text.replace('dpd = "normal"', stated), "utf-8")
        assert main(words) == Exit.REFUSED
        assert not output.exists()
    draft.write_text(text, "utf-8")
    assert main(words) == Exit.DONE
    assert main(["plan", "export", str(output), "--out", str(folder)]) == Exit.DONE
    assert "DPD activity as the clinician stated it: normal" in (
        folder / "plan.fhir.json"
    ).read_text("utf-8")
    sheet = pypdfium2.PdfDocument(folder / "rcp.pdf")[0].get_textpage().get_text_range()
    assert "DPD: normal" in " ".join(sheet.split())
