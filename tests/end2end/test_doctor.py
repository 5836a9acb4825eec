"""The self-check: a sound machine passes, and each fault is found and said in both languages."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import tiny_model

from bedside_dx.app import doctor, tuning
from bedside_dx.app.doctor import Floor, parse_version, self_check
from bedside_dx.core.cancel import Cancel
from bedside_dx.core.checks import Check, CheckStatus
from bedside_dx.core.settings import Settings
from bedside_dx.models import registry
from bedside_dx.report import fonts
from bedside_dx.store.pace_profile import profile_path
from bedside_dx.text import texts
from bedside_dx.text.messages import MESSAGES


def failures(checks: tuple[Check, ...]) -> dict[str, Check]:
    return {c.code: c for c in checks if c.status is CheckStatus.FAIL}


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A machine whose only models are those a test puts here."""
    monkeypatch.setattr(registry, "BUNDLED", tmp_path / "bundled")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv(registry.SITE_FOLDERS, str(tmp_path / "site"))
    return tmp_path / "site"


def test_this_machine_is_fit(models: Path) -> None:
    tiny_model.write(models / "tiny")
    checks = self_check(Settings())
    assert failures(checks) == {}
    codes = {c.code for c in checks}
    assert {"check.openslide", "check.decoding", "check.worker", "check.model"} <= codes
    (unsigned,) = [c for c in checks if c.code == "check.model-unsigned"]
    assert (unsigned.status, unsigned.values["name"]) == (CheckStatus.WARN, "tiny")
    libraries = {c.values["name"] for c in checks if c.code == "check.library"}
    assert {"pydicom", "openslide-bin", "PySide6-Essentials", "onnxruntime"} <= libraries


def test_each_installed_model_is_tried(models: Path) -> None:
    wrong = tiny_model.golden()
    wrong["probabilities"] = wrong["probabilities"][::-1].copy()
    tiny_model.write(models / "a", manifest=tiny_model.manifest(name="good"))
    tiny_model.write(models / "b", manifest=tiny_model.manifest(name="drifted"), golden=wrong)
    broken = tiny_model.graph(tail="nan")
    tiny_model.write(models / "c", manifest=tiny_model.manifest(name="nan"), graph=broken)
    cut = tiny_model.write(models / "d", manifest=tiny_model.manifest(name="cut"))
    (cut / "model.onnx").write_bytes(b"cut")
    found = {
        (c.values["name"], c.code)
        for c in self_check(Settings())
        if c.code.startswith("check.model")
    }
    assert found == {
        ("good", "check.model"),
        ("drifted", "check.model-wrong"),
        ("nan", "check.model-failed"),
        ("d", "check.model-damaged"),
        *((name, "check.model-unsigned") for name in ("good", "drifted", "nan")),
    }


def test_models_of_the_program_ask_for_no_signature(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a machine where nothing was ever installed nothing is to be warned of."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv(registry.SITE_FOLDERS, "")
    checks = [c for c in self_check(Settings()) if c.code != "check.disk"]
    assert [c for c in checks if c.status is not CheckStatus.OK] == []
    names = {c.values["name"] for c in checks if c.code == "check.model"}
    assert names == {"brain-mri", "colon-he", "lung-he"}


def test_a_machine_without_models_is_not_fit(models: Path) -> None:
    assert "check.no-models" in failures(self_check(Settings()))


def test_a_provider_that_is_not_there_is_said(models: Path) -> None:
    tiny_model.write(models / "tiny")
    from bedside_dx.models.engines.onnxruntime_engine import available

    absent = next(p for p in ("coreml", "directml", "cuda") if p not in available())
    found = failures(self_check(Settings(provider=absent)))
    assert {"check.provider-missing", "check.model-failed"} <= set(found)


@pytest.mark.parametrize(
    ("floor", "code"),
    [
        (Floor("numpy", "99"), "check.library-wrong"),
        (Floor("numpy", "1", "2.0"), "check.library-wrong"),
        (Floor("no-such-library", "1"), "check.library-missing"),
    ],
)
def test_a_library_outside_its_bounds_is_found(
    models: Path, monkeypatch: pytest.MonkeyPatch, floor: Floor, code: str
) -> None:
    monkeypatch.setattr(doctor, "FLOORS", (floor,))
    assert code in failures(self_check(Settings()))


def test_a_library_may_come_in_another_package(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build of onnxruntime for graphics cards takes the place of the usual one."""
    floor = Floor("no-such-library", "1", instead=("nor-this", "numpy"))
    monkeypatch.setattr(doctor, "FLOORS", (floor,))
    found = [c for c in self_check(Settings()) if c.code.startswith("check.library")]
    assert [(c.code, c.values["name"]) for c in found] == [("check.library", "numpy")]


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("4.0.1", "4.0.1.2"),
        ("3.9", "3.10"),
        ("6.11.3", "6.12.0"),
        ("2", "2.0.1"),
        ("1.2rc1", "1.3"),
    ],
)
def test_versions_are_compared_as_numbers(older: str, newer: str) -> None:
    assert parse_version(older) < parse_version(newer)


def test_trailing_zeros_and_additions_do_not_count() -> None:
    assert parse_version("2.0.0+cpu") == parse_version("2") == (2,)


def test_missing_typefaces_and_a_full_disk_are_found(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "font_folder", lambda: tmp_path / "nowhere")
    used = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(doctor, "LEAST_GB", used.free / 1e9 + 1)
    monkeypatch.setattr(doctor, "LOW_GB", used.free / 1e9 + 2)
    found = failures(self_check(Settings()))
    assert {"check.fonts-missing", "check.disk"} <= set(found)
    monkeypatch.setattr(doctor, "LEAST_GB", 0.0)
    disk = [c for c in self_check(Settings()) if c.code == "check.disk"]
    assert {c.status for c in disk} == {CheckStatus.WARN}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_check_has_words(language: str, models: Path) -> None:
    t = texts(language)
    for check in self_check(Settings()):
        assert t.check(check)
        assert "{" not in t.check(check)
    for code, message in MESSAGES.items():
        if code.startswith("check.") and code.endswith(("-missing", "-wrong", "-damaged")):
            assert message.hint, f"{code} does not say what to do"


def test_the_agreement_of_a_reduced_precision_is_said(models: Path) -> None:
    stated = {
        "engine": "openvino", "decisions_same": 0.9967, "max_dp": 0.042, "n": 1205,
        "second_look": 0.25, "second_look_unfamiliarity": 0.1, "looked_again": 0.1,
        "tolerance": 0.05, "embedding_tolerance": 0.1,
    }  # fmt: skip
    tiny_model.write(models / "tiny", manifest=tiny_model.manifest(precision={"bf16": stated}))
    (check,) = [c for c in self_check(Settings()) if c.code == "check.precision"]
    english, french = texts("en").check(check), texts("fr").check(check)
    assert "BF16: 99.67 decisions of 100" in english
    assert "99,67 décisions sur 100" in french
    assert "0.04" in english
    assert "0,04" in french


def test_the_measured_choice_is_said_and_when_it_is_stale(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BEDSIDE_DX_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(tuning, "ROUND_S", 0.01)
    tiny_model.write(models / "tiny")
    english, french = texts("en"), texts("fr")

    def said() -> Check:
        (check,) = [c for c in self_check(Settings()) if c.code.startswith("check.pace")]
        assert check.status is CheckStatus.OK
        assert "models tune tiny" in english.check(check) or check.code == "check.pace"
        assert french.check(check) != english.check(check)
        return check

    assert said().code == "check.pace-unmeasured"
    tuned = tuning.tune("tiny", Settings(), lambda _: None, Cancel())
    found = said()
    assert found.code == "check.pace"
    assert found.values["engine"] == tuned.best.engine
    assert "patches/s" in english.check(found)
    assert "imagettes/s" in french.check(found)
    path = profile_path()
    path.write_text(path.read_text().replace("cores = ", "cores = 9"))
    assert said().code == "check.pace-stale"
