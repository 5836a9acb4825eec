"""A plan on disk: every version on record, and nothing believed once tampered with."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bedside_dx.core.errors import BedsideDxError, PlanError
from bedside_dx.core.plan import Intent, Line, Plan, PlannedDose, PlanPatient, Step
from bedside_dx.store.plan_file import change_plan, new_plan, read_plan

STEP = Step("a", "docetaxel", PlannedDose(140.0, ("label",)), date(2026, 12, 7), 21, cycles=6)
PLAN = Plan(
    "6f7a2c1e-58b0-4a6e-9a26-0c1a4c9a7a11", "Plan", PlanPatient(), "Lung", Intent.PALLIATIVE, 1,
    date(2026, 12, 1), (Line("first", "First", (STEP,), ("progression",)),),
)  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Three versions."""
    path = tmp_path / "plan.json"
    new_plan(path, PLAN, "Dr A", "tumour board")
    change_plan(path, replace(PLAN, ecog=2), "Dr B", "weaker")
    change_plan(path, replace(PLAN, ecog=2, notes=("Zoé “Z”\u2028",)), "Dr A", "note")
    return path


def code_of(path: Path) -> str:
    with pytest.raises(BedsideDxError) as caught:
        read_plan(path)
    return caught.value.code


def edited(path: Path, edit: object) -> None:
    document = json.loads(path.read_text("utf-8"))
    edit(document)  # type: ignore[operator]
    path.write_text(json.dumps(document), "utf-8")


def test_versions_say_who_what_and_why(path: Path) -> None:
    kept = read_plan(path)
    assert kept.plan == replace(PLAN, ecog=2, notes=("Zoé “Z”\u2028",))
    assert kept.version == 3
    assert [(one.who, one.why) for one in kept.history] == [
        ("Dr A", "tumour board"), ("Dr B", "weaker"), ("Dr A", "note"),
    ]  # fmt: skip
    (field,) = kept.history[1].fields
    assert (field.path, field.before, field.after) == ("ecog", 1, 2)


def test_nothing_is_overwritten_and_nothing_changed_in_vain(path: Path) -> None:
    before = path.read_bytes()
    for write in (
        lambda: new_plan(path, PLAN, "Dr A", "again"),
        lambda: change_plan(path, read_plan(path).plan, "Dr A", "same"),
    ):
        with pytest.raises(BedsideDxError):
            write()
    assert path.read_bytes() == before


def test_a_version_names_the_one_it_follows(path: Path) -> None:
    plan = replace(PLAN, ecog=4)
    with pytest.raises(PlanError) as error:
        change_plan(path, plan, "Dr C", "late", before=2)
    assert error.value.code == "plan.moved-on"
    assert read_plan(path).version == 3
    assert change_plan(path, plan, "Dr C", "in time", before=3).version == 4


def test_a_plan_of_an_earlier_version_reads_and_changes(path: Path) -> None:
    """A field that came later is missing in the file: it has its default, and a change adds it."""
    from bedside_dx.store import plan_file

    document = json.loads(path.read_text("utf-8"))
    (first, *_) = document["history"]
    old = first["fields"][0]["after"]
    del old["lines"][0]["steps"][0]["dose"]["fits_times"]
    first["hash"] = plan_file._hash(first, plan_file.START)
    document |= {"plan": old, "history": [first]}
    path.write_text(json.dumps(document), "utf-8")
    assert read_plan(path).plan == PLAN
    change_plan(path, replace(PLAN, ecog=3), "Dr A", "weaker")
    kept = read_plan(path)
    assert (kept.plan.ecog, kept.version) == (3, 2)
    assert [one.path for one in kept.history[1].fields] == ["ecog", "lines/1/steps/1/dose"]


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (lambda d: d["plan"].update(ecog=0), "plan.not-in-history"),
        (lambda d: d["history"].pop(), "plan.not-in-history"),
        (lambda d: d["history"].pop(1), "plan.history-edited"),
        (lambda d: d["history"][1].update(who="Dr C"), "plan.history-edited"),
        (lambda d: d["history"][1]["fields"][0].update(after=3), "plan.history-edited"),
        (lambda d: d["history"][1].update(hash="0" * 64), "plan.history-edited"),
        (lambda d: d.update(schema_version=2), "plan.unreadable"),
        (lambda d: d.update(more=1), "plan.unreadable"),
        (lambda d: d.update(history=[]), "plan.not-in-history"),
    ],
)
def test_tampering_is_found(path: Path, edit: object, code: str) -> None:
    edited(path, edit)
    assert code_of(path) == code


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 5000, b'{"plan": 1}'])
def test_garbage_is_no_plan(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(content)
    assert code_of(path) in {"plan.unreadable", "store.unreadable"}


def test_a_plan_that_is_not_there(tmp_path: Path) -> None:
    assert code_of(tmp_path / "none.json") == "plan.not-found"
