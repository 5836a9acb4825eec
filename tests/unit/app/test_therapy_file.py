"""What is proposed for a patient from a file: found, or refused with the key and the way on."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date
from pathlib import Path
from random import Random

import pytest

from bedside_dx.app.planning import make_plan
from bedside_dx.app.therapy_file import read_therapy
from bedside_dx.cli.exit_codes import Exit, exit_for
from bedside_dx.core.case import Patient
from bedside_dx.core.dosing import DoseStatus
from bedside_dx.core.errors import TherapyFileError
from bedside_dx.report.therapy_document import proposal_document
from bedside_dx.text import texts
from tests.unit.report.therapies import DRAFT

HEAD = "schema_version = 1\n"
LUNG = 'tumour = "LUAD"\nalterations = ["EGFR T790M"]\nnegatives = ["ALK"]\nline = 2\n'
PERSON = '[person]\nage = 61\nsex = "female"\nheight_cm = 164\nweight_kg = 62\n'
DOSE = '[[dose]]\ndrug = "carboplatin"\nauc = 5\n'
MARIE = Patient("000123", "Example, Marie", date(1970, 4, 2))


def file(folder: Path, text: str, head: str = HEAD) -> Path:
    path = folder / "therapy.toml"
    path.write_text(head + text, encoding="utf-8")
    return path


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.json"
    make_plan(DRAFT, path, "Dr A", "tumour board")
    return path


def test_a_whole_file_becomes_a_picture(tmp_path: Path, plan: Path) -> None:
    text = (
        f'{LUNG}plan = "{plan.name}"\n{PERSON}creatinine_umol_l = 70\nis_pregnant = false\n'
        f'{DOSE}[[dose]]\ndrug = "capecitabine"\n'
    )
    found = read_therapy(file(tmp_path, text), texts("fr"), MARIE)
    assert found.options is not None
    assert found.options.options[0].therapy == "Osimertinib"
    assert found.asked is not None
    assert found.asked.line == 2
    assert [one.status for one in found.doses] == [DoseStatus.DOSE, DoseStatus.ORDER_FIRST]
    assert found.plan is not None
    assert len(found.events) > 20


@pytest.mark.parametrize(
    ("text", "code", "named"),
    [
        ("", "therapy-file.empty", "tumour"),
        ("tumour = ", "therapy-file.unreadable", "docs/therapy.md"),
        ("tumour = 5\n", "therapy-file.bad-value", "tumour"),
        ('tumor = "LUAD"\n', "therapy-file.unknown-key", "alterations"),
        ('alterations = ["EGFR T790M"]\n', "therapy-file.missing", "tumour"),
        ('tumour = "LUAD"\nline = 12\n', "therapy-file.bad-value", "line"),
        ('tumour = "LUAD"\nline = true\n', "therapy-file.bad-value", "line"),
        ('tumour = "LUAD"\nalterations = "EGFR"\n', "therapy-file.bad-value", "alterations"),
        ('tumour = "LUAD"\nalterations = [" "]\n', "therapy-file.bad-value", "alterations"),
        (
            'tumour = "LUAD"\nalterations = ["ALK fusion"]\nnegatives = ["ALK fusion"]\n',
            "therapy-file.refused", "ALK",
        ),
        (f"{PERSON}shoe = 42\n{DOSE}", "therapy-file.unknown-key", "person/shoe"),
        ("[[dose]]\nauc = 5\n", "therapy-file.missing", "dose/1/drug"),
        ('[[dose]]\ndrug = "unobtainium"\n', "therapy-file.refused", "dose 1"),
        (
            f"{PERSON.replace('62', '137')}creatinine_umol_l = 70\n{DOSE}",
            "therapy-file.refused", "kg",
        ),
        (f"{PERSON}creatinine_umol_l = 0.8\n{DOSE}", "therapy-file.refused", "µmol/L"),
        (f'{PERSON}dpd = "fine"\n{DOSE}', "therapy-file.refused", "normal"),
        ('plan = "nowhere.json"\n', "therapy-file.refused", "plan"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["en", "fr"])
def test_bad_input_is_refused_by_name(
    tmp_path: Path, text: str, code: str, named: str, language: str
) -> None:
    t = texts(language)
    with pytest.raises(TherapyFileError) as caught:
        read_therapy(file(tmp_path, text), t)
    assert caught.value.code == code
    what, hint = t.error(caught.value)
    assert named in f"{what} {hint}"
    assert hint
    assert exit_for(caught.value) is Exit.REFUSED


def test_a_version_and_a_file_are_needed(tmp_path: Path) -> None:
    for head in ("", "schema_version = 2\n", "schema_version = true\n"):
        with pytest.raises(TherapyFileError, match="version"):
            read_therapy(file(tmp_path, LUNG, head), texts("en"))
    with pytest.raises(TherapyFileError, match="not-found"):
        read_therapy(tmp_path / "none.toml", texts("en"))


@pytest.mark.parametrize(
    "other",
    [
        Patient("999", "Example, Marie"),
        Patient("000123", "Example, Jean"),
        Patient(born=date(1970, 4, 3)),
    ],
)
def test_the_plan_of_another_person_is_refused(tmp_path: Path, plan: Path, other: Patient) -> None:
    path = file(tmp_path, f'plan = "{plan.name}"\n')
    with pytest.raises(TherapyFileError) as caught:
        read_therapy(path, texts("en"), other)
    assert "another person" in texts("en").error(caught.value)[0]
    for same in (Patient("000123", "MARIE EXAMPLE"), Patient(), MARIE):
        assert read_therapy(path, texts("en"), same).plan is not None


def test_a_plan_that_was_edited_by_hand_is_refused(tmp_path: Path, plan: Path) -> None:
    values = json.loads(plan.read_text("utf-8"))
    values["plan"]["ecog"] = 1
    plan.write_text(json.dumps(values), "utf-8")
    with pytest.raises(TherapyFileError) as caught:
        read_therapy(file(tmp_path, f'plan = "{plan.name}"\n'), texts("en"))
    assert "changes lead to" in texts("en").error(caught.value)[0]


def test_what_no_pack_knows_is_named_and_refuses_nothing(tmp_path: Path) -> None:
    text = 'tumour = "LUAD"\nalterations = ["EGFR T790M", "EGFRR T790M"]\n'
    found = read_therapy(file(tmp_path, text), texts("en")).options
    assert found is not None
    assert [one.written for one in found.unknown] == ["EGFRR T790M"]
    assert "EGFR" in " ".join(found.unknown[0].nearest)
    assert found.options


@pytest.mark.parametrize("seed", range(60))
def test_junk_is_refused_and_nothing_else_escapes(tmp_path: Path, seed: int) -> None:
    """Lines dropped, doubled, cut, and values swapped for others."""
    random = Random(seed)
    lines = f"{LUNG}{PERSON}creatinine_umol_l = 70\n{DOSE}".splitlines()
    values = (
        "-1",
        "1e400",
        "nan",
        "true",
        '""',
        '"\\u0000"',
        "[]",
        "{}",
        "2026-01-01",
        '["x"]',
        "9e9",
    )
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(lines))
        match random.randrange(4):
            case 0 if len(lines) > 1:
                del lines[at]
            case 1:
                lines.insert(at, random.choice(lines))
            case 2:
                lines[at] = lines[at][: random.randrange(len(lines[at]) + 1)]
            case _:
                lines[at] = lines[at].partition("=")[0] + "= " + random.choice(values)
    path = file(tmp_path, "\n".join(lines) + "\n")
    with suppress(TherapyFileError):
        proposal_document(read_therapy(path, texts("fr")), texts("fr"))
