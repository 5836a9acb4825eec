"""The self-check over days: the known slide, what is kept of it, and what changed."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import tiny_model

from bedside_dx.app import known_slide
from bedside_dx.app.choosing import load_model
from bedside_dx.app.doctor import is_due, run_self_check
from bedside_dx.cli import main
from bedside_dx.core.cancel import Cancel, CancelledByUser
from bedside_dx.core.checks import CheckRun, CheckStatus, KnownAnswer
from bedside_dx.core.pace import Pace
from bedside_dx.core.settings import Settings
from bedside_dx.imaging.slide import open_slide
from bedside_dx.models import registry
from bedside_dx.models.engines import choice
from bedside_dx.models.package import read_package
from bedside_dx.models.session import load
from bedside_dx.store.check_history import append_run, history_file, read_history

BUNDLED = ("brain-mri", "colon-he", "lung-he")


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A machine whose only models are those a test puts here."""
    monkeypatch.setattr(registry, "BUNDLED", tmp_path / "bundled")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv(registry.SITE_FOLDERS, str(tmp_path / "site"))
    tiny_model.write(tmp_path / "site" / "tiny")
    return tmp_path / "site"


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    code = main(["doctor", *words])
    return code, capsys.readouterr().out


@pytest.mark.parametrize("name", BUNDLED)
def test_bundled_models_say_of_the_known_slide_what_they_said_at_their_release(name: str) -> None:
    """Fails when a model or the main job changed: look why, then ``make known-slide``."""
    model = load_model(name, Settings())
    released = known_slide.released_answers().get(model.card.sha256)
    assert released is not None, "make known-slide"
    answer = known_slide.ask(model, Settings(), Cancel())
    assert answer.difference(released) <= known_slide.TOLERANCE
    assert answer.patches >= (1 if name == "brain-mri" else 10)


def test_the_known_slide_is_a_slide_with_its_scale(tmp_path: Path) -> None:
    card = load_model("colon-he", Settings()).card
    path = known_slide.write_known_slide(tmp_path, card)
    first = path.read_bytes()
    with open_slide(path) as slide:
        assert slide.format == "generic-tiff"
        assert slide.spacing is not None
        assert slide.spacing.um_per_px == pytest.approx(1.2 / known_slide.FINER, rel=1e-3)
        assert len(slide.downsamples) == 2
    again = tmp_path / "again"
    again.mkdir()
    assert known_slide.write_known_slide(again, card).read_bytes() == first
    assert int(known_slide.known_tissue(256, 0.8).sum(dtype=np.int64)) == int(
        known_slide.known_tissue(256, 0.8).sum(dtype=np.int64)
    )


def test_each_run_is_kept_and_shown(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "No self-check" in printed(capsys, "--history")[1]
    code, first = printed(capsys)
    assert code == 0
    assert "read the known slide for the first time" in first
    code, second = printed(capsys)
    assert code == 0
    assert "says of the known slide what it should" in second
    _, table = printed(capsys, "--history")
    assert table.count("tiny 1.0.0") == 2
    assert table.count("CPU") == 2
    _, document = printed(capsys, "--history", "--json")
    runs = json.loads(document)["runs"]
    assert [run["models"][0]["known_difference"] for run in runs] == [None, 0.0]
    assert all(run["models"][0]["patches_per_s"] > 0 for run in runs)
    assert runs[0]["models"][0]["known_slide"]["patches"] > 0


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_changed_is_said_in_words(
    models: Path, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    """Five good days on a fast graphics card, then today."""
    (today,) = run_self_check(Settings()).run.models
    history_file().unlink()
    base = run_self_check(Settings()).run
    history_file().unlink()
    for day in range(5):
        fast = replace(today, provider="CUDA", golden_difference=0.0, patches_per_s=1e9)
        append_run(replace(base, when=base.when - timedelta(days=9 - day), models=(fast,)))
    code, said = printed(capsys, "--language", language)
    assert code == 0
    assert "CUDA" in said
    assert said.count("◐") == 2  # the provider, and a model that nobody signed
    for day in range(7):
        fast = replace(today, patches_per_s=1e9)
        append_run(replace(base, when=base.when - timedelta(days=4 - day), models=(fast,)))
    _, said = printed(capsys, "--language", language)
    slow = "has become slow" if language == "en" else "est devenu lent"
    assert slow in said
    assert read_history().runs[-1].status is CheckStatus.WARN


def test_another_answer_to_the_known_slide_fails(
    models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = run_self_check(Settings()).run
    history_file().unlink()
    (model,) = run.models
    assert model.known is not None
    other = replace(model.known, probabilities=tuple(reversed(model.known.probabilities)))
    append_run(replace(run, models=(replace(model, known=other),)))
    code, said = printed(capsys)
    assert code == 5
    assert "says something else of the known slide" in said
    check = run_self_check(Settings())
    assert check.failed_models == ("tiny",)
    assert "check.known-slide-wrong" in check.run.failed


def test_new_weights_or_another_program_start_anew(models: Path) -> None:
    run = run_self_check(Settings()).run
    (model,) = run.models
    assert model.known is not None
    card = load(read_package(models / "tiny")).card
    history = read_history().runs
    assert known_slide.reference(card, run.program, history) == model.known
    assert known_slide.reference(card, "9.9", history) is None
    assert known_slide.reference(replace(card, sha256="0"), run.program, history) is None
    assert known_slide.reference(replace(card, version="2"), run.program, history) is None


def test_answers_in_other_precisions_are_told_apart(models: Path) -> None:
    run = run_self_check(Settings()).run
    (model,) = run.models
    card = load(read_package(models / "tiny")).card
    in_full, answer = read_history().runs[0], model.known
    assert answer is not None
    other = replace(answer, unfamiliarity=answer.unfamiliarity + 0.01)
    reduced = replace(run, models=(replace(model, provider="CPU INT8", known=other),))

    def wanted(precision: str, *history: CheckRun) -> KnownAnswer | None:
        return known_slide.reference(card, run.program, history, precision)

    assert wanted("fp32", reduced, in_full) == answer
    assert wanted("fp32", reduced) is None, "32 bits are never held against fewer"
    assert wanted("int8", in_full, reduced) == other
    assert wanted("bf16", reduced, in_full) == answer
    assert known_slide.tolerance("fp32") < known_slide.tolerance("int8")


@pytest.mark.parametrize("precision", ["bf16", "int8"])
@pytest.mark.parametrize("name", ["brain-mri", "colon-he", "lung-he"])
def test_the_bundled_models_know_the_slide_in_every_precision(name: str, precision: str) -> None:
    package = registry.find(name)
    if precision not in choice.precisions(package):
        pytest.skip(f"this processor does not compute in {precision}")
    model = load(package, pace=Pace("openvino", precision, 1))
    answer = known_slide.ask(model, Settings(), Cancel())
    wanted = known_slide.reference(model.card, "", (), precision)
    assert wanted is not None
    assert answer.difference(wanted) <= known_slide.tolerance(precision)


def test_a_history_that_is_spoilt_is_said_and_does_not_stop_it(
    models: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run_self_check(Settings())
    with history_file().open("ab") as file:
        file.write(b"\xff\xfe rubbish")
    code, said = printed(capsys)
    assert code == 0
    assert "can't be read: 1" in said
    _, table = printed(capsys, "--history")
    assert table.count("tiny 1.0.0") == 2
    history_file().unlink()
    history_file().mkdir()
    code, said = printed(capsys)
    assert code == 0
    assert "could not be kept" in said


def test_a_model_that_fails_is_in_the_history_too(models: Path) -> None:
    wrong = tiny_model.golden()
    wrong["probabilities"] = wrong["probabilities"][::-1].copy()
    tiny_model.write(models / "drifted", manifest=tiny_model.manifest(name="drifted"), golden=wrong)
    check = run_self_check(Settings())
    assert check.failed_models == ("drifted",)
    kept = read_history().runs[-1].of_model("drifted")
    assert kept is not None
    assert kept.golden_difference is not None
    assert kept.golden_difference > 0.5
    assert kept.known is None


def test_once_a_day(models: Path) -> None:
    now = datetime.now(UTC)
    assert is_due(now, Settings())
    run_self_check(Settings())
    assert not is_due(now, Settings())
    assert is_due(now, Settings(provider="auto"))
    assert is_due(now + timedelta(days=1), Settings())
    assert is_due(now - timedelta(days=3), Settings())  # the clock was set back


def test_a_cancel_keeps_nothing(models: Path) -> None:
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(CancelledByUser):
        run_self_check(Settings(), cancel)
    assert read_history().runs == ()
