"""A model that is installed at a terminal is measured then, and stays whatever comes of that."""

import signal
from pathlib import Path

import pytest

from bedside_dx.app import pacing, tuning
from bedside_dx.cli import main
from bedside_dx.core.events import Event, StageProgress
from bedside_dx.core.settings import Settings
from bedside_dx.models import registry
from bedside_dx.store.pace_profile import profile_path, read_profile
from tests.kit import tiny_model


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without any model."""
    monkeypatch.setattr(registry, "BUNDLED", tmp_path / "bundled")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv(registry.SITE_FOLDERS, "")
    monkeypatch.setattr(tuning, "ROUND_S", 0.01)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return tiny_model.write(tmp_path / "new")


def run(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    assert main(["models", *map(str, words)]) == 0
    said = capsys.readouterr()
    return said.out + said.err


@pytest.mark.parametrize(
    ("language", "chosen"),
    [("en", "tiny runs best here so: "), ("fr", "Meilleur réglage de tiny ici\u202f: ")],
)
def test_what_is_installed_is_measured_and_used(
    capsys: pytest.CaptureFixture[str], package: Path, language: str, chosen: str
) -> None:
    said = run(capsys, "install", package, "--language", language)
    assert chosen in said
    tuned = read_profile(profile_path())["tiny", "cpu"]
    assert pacing.pace_for(registry.find("tiny"), Settings()) == tuned.best
    assert run(capsys, "tune", "--missing") == "", "nothing is measured twice"
    assert "tiny runs best here so" in run(capsys, "tune", "tiny")


def test_it_can_be_left_for_later(capsys: pytest.CaptureFixture[str], package: Path) -> None:
    said = run(capsys, "install", package, "--no-measure")
    assert "until it is measured: bedside-dx models tune tiny" in said
    assert not profile_path().exists()
    assert "tiny runs best here so" in run(capsys, "tune", "--missing")


def test_ctrl_c_stops_measuring_and_undoes_nothing(
    capsys: pytest.CaptureFixture[str], package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tune = tuning.tune

    def interrupted(name: str, settings: Settings, emit: object, cancel: object) -> object:
        def heard(event: Event) -> None:
            if isinstance(event, StageProgress) and event.done:
                signal.raise_signal(signal.SIGINT)

        return tune(name, settings, heard, cancel)

    monkeypatch.setattr(tuning, "tune", interrupted)
    said = run(capsys, "install", package)
    assert "tiny 1.0.0 is installed" in said
    assert "Not measured: you stopped it." in said
    assert not profile_path().exists()
    assert registry.find("tiny").card.version == "1.0.0"


def test_a_measurement_that_fails_undoes_nothing(
    capsys: pytest.CaptureFixture[str], package: Path
) -> None:
    profile_path().parent.rmdir()
    profile_path().parent.write_text("a file where the folder should be")
    said = run(capsys, "install", package)
    assert "tiny 1.0.0 is installed" in said
    assert "Not measured: " in said
    assert "tiny runs in 32 bits on onnxruntime until it is measured" in said
    assert registry.find("tiny").name == "tiny"
