"""A patient's disease from a file: worked out, or refused with table, key and the way on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bedside_dx.app.disease_file import read_disease
from bedside_dx.core.errors import DiseaseFileError
from bedside_dx.core.prognosis import Provenance
from bedside_dx.core.verdict import Status
from bedside_dx.text import texts
from tests.unit.app.test_offering import slide
from tests.unit.report.diseases import LESIONS, SIZES

HEAD = "schema_version = 1\n"
STAGE = '[stage]\nsite = "breast"\nt = "slide"\nn = "N0"\nm = "M0"\n'
MODEL = """[[model]]
name = "predict-breast"
regimen = "h"
year = 10
[model.inputs]
age = 62
size = "slide"
nodes = 2
er = 1
horm = 1
"""


def file(folder: Path, text: str) -> Path:
    (folder / "lesions.csv").write_text(LESIONS)
    (folder / "sizes.csv").write_text(SIZES)
    path = folder / "disease.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    return path


def refused(path: Path, report=None, language: str = "en") -> tuple[str, str]:
    t = texts(language)
    with pytest.raises(DiseaseFileError) as caught:
        read_disease(path, t, report)
    what, hint = t.error(caught.value)
    assert hint
    return caught.value.code, f"{what} {hint}"


def test_a_whole_file_becomes_a_picture(tmp_path: Path) -> None:
    text = (
        f'{STAGE}confirmed = {{ t = "1a" }}\n{MODEL}[model.confirmed]\nsize = 4.2\n'
        '[[model]]\nname = "npi"\n[model.inputs]\nsize = 21\nnodes = 2\ngrade = 2\n'
        '[[response]]\ntable = "lesions.csv"\nirecist = true\n'
        '[[course]]\ntable = "sizes.csv"\nquantity = "lesion-mm"\npatient = "p"\n'
    )
    found = read_disease(file(tmp_path, text), texts("fr"), slide())
    assert found.stage is not None
    assert (found.stage.t, found.stage.group) == ("1a", "IA")
    given = {one.key: one for one in found.what_ifs[0].prognosis.given}
    assert given["size"].provenance is Provenance.AI_DERIVED
    assert given["size"].low is not None
    assert found.what_ifs[0].prognosis.swept
    assert (len(found.scores), len(found.responses), len(found.outlooks)) == (1, 1, 1)


def test_what_depends_on_the_slide_waits_for_it(tmp_path: Path) -> None:
    found = read_disease(file(tmp_path, STAGE + MODEL), texts("en"))
    assert found.is_empty


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_the_slide_gave_is_told_and_waits_for_a_person(tmp_path: Path, language: str) -> None:
    code, words = refused(file(tmp_path, MODEL), slide(), language)
    assert code == "disease-file.unconfirmed"
    assert "size = 4" in words


def test_another_value_is_no_confirmation(tmp_path: Path) -> None:
    text = f"{MODEL}[model.confirmed]\nsize = 9.9\n"
    assert refused(file(tmp_path, text), slide())[0] == "disease-file.other-value"


def test_a_slide_that_says_nothing_gives_nothing(tmp_path: Path) -> None:
    for report in (slide("breast", Status.CANNOT_SAY), slide("lung")):
        code, words = refused(file(tmp_path, MODEL), report)
        assert code == "disease-file.not-offered"
        assert "model 1" in words
    bare = replace(slide(), findings=replace(slide().findings, cell_mm2=None))
    assert refused(file(tmp_path, STAGE), bare)[0] == "disease-file.not-offered"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", ("stage, model",)),
        ("[stage]\nsite = 1\n", ("stage", "site")),
        ('[stage]\nsite = "breast"\n', ("stage", "“t”")),
        ('[stag]\nsite = "breast"\n', ("stag", "stage, model")),
        (STAGE.replace('"slide"', '"T9"'), ("stage", "T9")),
        (STAGE.replace("breast", "liver").replace('"slide"', '"T1"'), ("stage", "liver")),
        (MODEL.replace("predict-breast", "oracle"), ("model 1", "oracle")),
        (MODEL.replace('"slide"', "21").replace("62", "99"), ("model 1", "inputs.age")),
        (MODEL.replace('"slide"', "2.1"), ("model 1", "inputs.size")),
        (MODEL.replace("nodes", "knots"), ("model 1", "knots")),
        ('[[response]]\ntable = "none.csv"\n', ("response 1", "none.csv")),
        ('[[course]]\ntable = "sizes.csv"\nquantity = "mood"\n', ("course 1", "quantity")),
        (
            '[[course]]\ntable = "sizes.csv"\nquantity = "psa"\npatient = "q"\n',
            ("course 1", "patient", "p"),
        ),
        ("model = [1]\n", ("model",)),
        ("[stage\n", ("TOML",)),
    ],
)
def test_every_slip_names_its_place(tmp_path: Path, text: str, named: tuple[str, ...]) -> None:
    for language in ("en", "fr"):
        _, words = refused(file(tmp_path, text), None, language)
        if language == "en":
            for part in named:
                assert part in words, words


def test_a_value_that_looks_like_another_unit_is_confirmed_by_repeating_it(tmp_path: Path) -> None:
    text = MODEL.replace('"slide"', "2.5") + "[model.confirmed]\nsize = 2.5\n"
    (found,) = read_disease(file(tmp_path, text), texts("en")).what_ifs
    assert {g.key: g.provenance for g in found.prognosis.given}["size"] is Provenance.MEASURED


def test_no_file_is_no_disease(tmp_path: Path) -> None:
    assert refused(tmp_path / "none.toml")[0] == "disease-file.not-found"


COURSE = '[[course]]\ntable = "sizes.csv"\nquantity = "lesion-mm"\nslide_day = 224\n'


def test_what_the_slide_measured_is_one_more_visit_once_confirmed(tmp_path: Path) -> None:
    assert read_disease(file(tmp_path, COURSE), texts("en")).outlooks[0].course.seen == ()
    code, words = refused(file(tmp_path, COURSE), slide())
    assert code == "disease-file.unconfirmed"
    assert "lesion-mm = 4" in words
    confirmed = f"{COURSE}confirmed = {{ lesion-mm = 4.2 }}\n"
    (outlook,) = read_disease(file(tmp_path, confirmed), texts("en"), slide()).outlooks
    assert outlook.course.seen == (224.0,)
    assert outlook.course.values[-1] == pytest.approx(4.2)
    assert len(outlook.course) == 5
    code, words = refused(file(tmp_path, confirmed.replace('lesion-mm"', 'psa"')), slide())
    assert (code, "lesion-mm" in words) == ("disease-file.bad-value", True)
    on_a_visit = confirmed.replace("224", "168")
    found = read_disease(file(tmp_path, on_a_visit), texts("en"), slide())
    assert found.left_out[0].error.code == "course.same-day"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_warnings_and_bad_rows_are_told(tmp_path: Path, language: str) -> None:
    text = (
        '[stage]\nsite = "lung"\nt = "pT1b"\nn = "N0"\nm = "M0"\n'
        f"{MODEL.replace(chr(34) + 'slide' + chr(34), '20').replace('62', '34')}"
        '[[course]]\ntable = "sizes.csv"\nquantity = "lesion-mm"\n'
    )
    path = file(tmp_path, text)
    (tmp_path / "sizes.csv").write_text(f"{SIZES}\np,224,3O\n", encoding="utf-8")
    told: list[str] = []
    found = read_disease(path, texts(language), None, told.append)
    said = " ".join(told)
    assert "sizes.csv" in said
    assert "7" in next(one for one in told if "sizes.csv" in one)  # a blank line lies before it
    assert "3O" in said
    assert "40" in said  # younger than the model's people
    assert "TNM" in said or "9" in said
    assert [one.line for one in found.left_out] == [7]
