"""How models run best is measured behind the window, and makes way for what a person does."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from bedside_dx.app import tuning
from bedside_dx.core.pace import Pace
from bedside_dx.core.settings import Settings
from bedside_dx.models import registry
from bedside_dx.store.check_history import read_history
from bedside_dx.store.pace_profile import profile_path, read_profile
from bedside_dx.ui.application import make_window
from bedside_dx.ui.look import Look
from bedside_dx.ui.window import Window
from tests.kit import tiny_model
from tests.ui.conftest import WAIT_MS


@pytest.fixture(autouse=True)
def one_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Only `tiny` is installed: measuring and checking it takes a moment."""
    monkeypatch.setattr(registry, "BUNDLED", tmp_path / "bundled")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv(registry.SITE_FOLDERS, str(tmp_path / "site"))
    monkeypatch.setattr(tuning, "ROUND_S", 0.01)
    tiny_model.write(tmp_path / "site" / "tiny")
    return tmp_path / "site"


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Measuring goes on until it is cancelled; how often it was begun."""
    begun: list[str] = []

    def endless(name: str, settings: Settings, emit: object, cancel: object) -> object:
        begun.append(name)
        while True:
            cancel.raise_if_cancelled()
            time.sleep(0.01)

    monkeypatch.setattr(tuning, "tune", endless)
    return lambda: len(begun)


def words_of(window: Window) -> str:
    return "\n".join(label.text() for label in window.models.findChildren(QLabel))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_models_are_measured_quietly_at_the_start_and_then_checked(
    qtbot, make, language: str
) -> None:
    window, told = make(language), list[str]()
    window.toggle_models()
    window.measuring.changed.connect(lambda: told.append(window.status_line._work.text()))
    unmeasured = {"en": "not measured here yet", "fr": "pas encore mesuré ici"}[language]
    qtbot.waitUntil(lambda: unmeasured in words_of(window), timeout=WAIT_MS)
    window.self_check._measure_and_check()  # as 3 s after the start
    qtbot.waitUntil(lambda: window.self_check.result is not None, timeout=WAIT_MS)
    assert set(read_profile(profile_path())) == {("tiny", "cpu")}
    assert len(read_history().runs) == 1
    begun = {"en": "Measuring how tiny runs best", "fr": "Mesure du meilleur réglage de tiny"}
    assert any(begun[language] in words for words in told)
    measured = {"en": "measured here", "fr": "mesuré ici"}[language]
    qtbot.waitUntil(lambda: measured in words_of(window), timeout=WAIT_MS)
    assert unmeasured not in words_of(window)
    codes = [check.code for check in window.self_check.result.checks]
    assert "check.pace" in codes

    # The next start finds nothing to measure and nothing to check.
    with qtbot.waitSignal(window.measuring.measured, timeout=500, raising=False) as heard:
        window.self_check._measure_and_check()
    assert not heard.signal_triggered
    assert len(read_history().runs) == 1


def test_a_quiet_measurement_stops_when_something_is_opened(
    qtbot, make, gate: Callable[[], int], scaled: Path
) -> None:
    window, over = make(), list[bool]()
    window.measuring.measure_missing(over.append)
    qtbot.waitUntil(lambda: gate() == 1, timeout=WAIT_MS)
    assert window.measuring.name == "tiny"
    window.open([scaled])
    qtbot.waitUntil(lambda: over == [False], timeout=WAIT_MS)
    assert not window.measuring.is_running
    assert not window.measuring.name
    window.measuring.measure_missing(over.append)
    assert over == [False, False], "nothing is measured quietly while something is open"
    assert gate() == 1


def test_an_analysis_comes_first_and_what_was_asked_for_is_measured_after_it(
    qtbot, make, gate: Callable[[], int], scaled: Path
) -> None:
    window = make()
    window.measuring.measure(["tiny"])
    qtbot.waitUntil(lambda: gate() == 1, timeout=WAIT_MS)
    window.open([scaled])
    qtbot.waitUntil(lambda: window.workplace.current.can_run, timeout=WAIT_MS)
    assert window.measuring.name == "tiny", "it was asked for: a slide may be open"
    window.workplace.run()
    qtbot.waitUntil(lambda: not window.measuring.name, timeout=WAIT_MS)
    assert window.measuring.is_running
    qtbot.waitUntil(lambda: not window.workplace.is_running, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: gate() == 2, timeout=WAIT_MS)
    window.toggle_models()
    row = window.models.rows.rows[0]
    qtbot.waitUntil(row.stop.isVisible, timeout=WAIT_MS)
    qtbot.mouseClick(row.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.measuring.is_running, timeout=WAIT_MS)
    assert not row.stop.isVisible()


def test_a_model_that_is_installed_is_measured_then(
    qtbot, make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make()
    window.toggle_models()
    package = tiny_model.write(tmp_path / "new", manifest=tiny_model.manifest(name="newer"))
    window.models.work.look_at(package)
    qtbot.waitUntil(lambda: len(window.workplace.models) == 2, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not window.measuring.is_running, timeout=WAIT_MS)
    assert ("newer", "cpu") in read_profile(profile_path())
    assert not window.measuring.errors

    # A measurement that fails is said, and undoes nothing.
    shutil.rmtree(profile_path().parent)
    profile_path().parent.write_text("a file where the folder should be")
    window.measuring.measure(["newer"])
    qtbot.waitUntil(lambda: not window.measuring.is_running, timeout=WAIT_MS)
    assert "Not measured" in words_of(window)
    assert registry.find("newer").name == "newer"


def test_32_bits_can_be_chosen_and_are_kept(qtbot, make) -> None:
    window = make()
    window.toggle_models()
    choice = window.models.precision
    assert choice.fastest.isChecked()
    qtbot.mouseClick(choice.full, Qt.MouseButton.LeftButton)
    assert window.workplace.settings.precision == "fp32"
    window.close()
    again = make()
    assert again.workplace.settings.precision == "fp32"
    again.toggle_models()
    assert again.models.precision.full.isChecked()
    asked = make_window(Look("en"), Settings(precision="int8"))
    qtbot.addWidget(asked)
    assert asked.workplace.settings.precision == "int8", "the command line comes first"
    asked.close()
    qtbot.mouseClick(again.models.precision.fastest, Qt.MouseButton.LeftButton)
    assert make().workplace.settings.precision == "auto"


def test_the_ways_follow_the_choice(qtbot, make) -> None:
    from bedside_dx.app import pacing
    from bedside_dx.core.pace import USUAL, Measured, Tuned
    from bedside_dx.store.pace_profile import keep_measured

    ways = (Measured(USUAL, 50.4), Measured(Pace("openvino", "bf16", 4), 200.4))
    tuned = Tuned(pacing.conditions(registry.find("tiny"), "cpu"), ways)
    keep_measured(profile_path(), "tiny", tuned)
    window = make()
    window.toggle_models()
    qtbot.waitUntil(
        lambda: "openvino in BF16: 200.4 patches/s" in words_of(window), timeout=WAIT_MS
    )
    window.models.precision.full.click()
    qtbot.waitUntil(lambda: "in 32 bits: 50.4 patches/s" in words_of(window), timeout=WAIT_MS)
