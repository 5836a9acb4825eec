"""The self-check in the window: by key and by button, once a day, and a model that fails."""

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from bedside_dx.app import tuning
from bedside_dx.models import registry
from bedside_dx.store.check_history import read_history
from bedside_dx.ui.drift_plot import DriftPlot
from bedside_dx.ui.look import Look
from bedside_dx.ui.self_check import SelfCheckDesk
from bedside_dx.ui.self_check_page import SelfCheckPage
from tests.kit import tiny_model
from tests.ui.conftest import WAIT_MS
from tests.ui.examples import self_checked


@pytest.fixture
def one_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Only `tiny` is installed: a self-check takes a moment."""
    monkeypatch.setattr(registry, "BUNDLED", tmp_path / "bundled")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    monkeypatch.setenv(registry.SITE_FOLDERS, str(tmp_path / "site"))
    tiny_model.write(tmp_path / "site" / "tiny")
    return tmp_path / "site"


def words_of(page: SelfCheckPage) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_check_now_by_key_and_button(qtbot, make, one_model: Path, language: str) -> None:
    window = make(language)
    qtbot.keyClick(window, Qt.Key.Key_F8)
    page = window.self_check_page
    assert page.isVisible()
    nothing = {"en": "There was none yet", "fr": "Aucun pour l’instant"}[language]
    assert nothing in words_of(page)
    qtbot.mouseClick(page.check_now, Qt.MouseButton.LeftButton)
    assert not page.check_now.isEnabled()
    qtbot.waitUntil(lambda: not window.self_check.is_running, timeout=WAIT_MS)
    # The model of the tests is unsigned: that is said, and hides nothing else.
    fine = {
        "en": "in order, with something to see to",
        "fr": "en ordre, avec un point à surveiller",
    }
    assert fine[language] in words_of(page)
    unsigned = {"en": "is unsigned", "fr": "n’est pas signé"}
    assert unsigned[language] in words_of(page)
    assert "tiny 1.0.0" in words_of(page)
    assert page.check_now.isEnabled()
    assert len(read_history().runs) == 1
    assert not window.self_check_strip.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not page.isVisible()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_speed_is_measured_by_a_button_and_said(
    qtbot, make, one_model: Path, tmp_path: Path, monkeypatch, language: str
) -> None:
    monkeypatch.setenv("BEDSIDE_DX_STATE", str(tmp_path / "pace"))
    monkeypatch.setattr(tuning, "ROUND_S", 0.01)
    window = make(language)
    page, told = window.self_check_page, list[str]()
    window.self_check.changed.connect(lambda: told.append(words_of(page)))
    qtbot.keyClick(window, Qt.Key.Key_F8)
    qtbot.mouseClick(page.measure, Qt.MouseButton.LeftButton)
    assert not page.measure.isEnabled()
    assert not page.check_now.isEnabled()
    qtbot.waitUntil(lambda: not window.self_check.is_running, timeout=WAIT_MS)
    begun = {"en": "Measuring how tiny runs best", "fr": "Mesure du meilleur réglage de tiny"}
    assert any(begun[language] in words for words in told)
    rate = {"en": "patches/s)", "fr": "imagettes/s)"}
    assert rate[language] in words_of(page)
    assert begun[language] not in words_of(page)
    assert page.measure.isEnabled()
    assert (tmp_path / "pace" / "pace.toml").is_file()


def test_a_model_that_fails_is_said_until_it_is_mended(qtbot, make, one_model: Path) -> None:
    wrong = tiny_model.golden()
    wrong["probabilities"] = wrong["probabilities"][::-1].copy()
    tiny_model.write(one_model / "bad", manifest=tiny_model.manifest(name="bad"), golden=wrong)
    window = make()
    window.self_check.start()
    qtbot.waitUntil(lambda: not window.self_check.is_running, timeout=WAIT_MS)
    strip = window.self_check_strip
    assert strip.isVisible()
    assert any("do not use bad" in label.text() for label in strip.findChildren(QLabel))
    qtbot.mouseClick(strip.show_page, Qt.MouseButton.LeftButton)
    assert window.self_check_page.isVisible()
    assert "not in order" in words_of(window.self_check_page)
    tiny_model.seal(one_model / "bad")
    (one_model / "bad" / "golden.npz").unlink()
    np.savez_compressed(one_model / "bad" / "golden.npz", **tiny_model.golden())
    tiny_model.seal(one_model / "bad")
    window.self_check.start()
    qtbot.waitUntil(lambda: not window.self_check.is_running, timeout=WAIT_MS)
    assert not window.self_check_strip.isVisibleTo(window)


def test_it_runs_by_itself_once_a_day(qtbot, make, one_model: Path) -> None:
    window = make()
    assert read_history().runs == ()
    window.self_check.start_if_due()
    qtbot.waitUntil(lambda: window.self_check.result is not None, timeout=WAIT_MS)
    assert len(read_history().runs) == 1
    again = SelfCheckDesk(window.workplace, window.measuring, window)
    with qtbot.waitSignal(again.changed, timeout=700, raising=False) as heard:
        again.start_if_due()
    assert not heard.signal_triggered
    again.close()
    assert len(read_history().runs) == 1


def test_closing_the_window_stops_a_check_and_keeps_nothing(qtbot, make, one_model: Path) -> None:
    slow = tiny_model.graph(rounds=40)
    tiny_model.write(one_model / "slow", manifest=tiny_model.manifest(name="slow"), graph=slow)
    window = make()
    window.self_check.start()
    window.close()
    assert read_history().runs == ()


def test_plots_draw_what_changed(qtbot) -> None:
    """A model that became slow draws another picture than one that did not."""
    check = self_checked(failed=True)
    pictures = {}
    for name in ("brain-mri", "lung-he", "colon-he", "absent"):
        plot = DriftPlot(Look("en"))
        qtbot.addWidget(plot)
        plot.resize(420, 112)
        plot.show_runs((*check.history, check.run), name)
        image = plot.grab().toImage()
        pictures[name] = bytes(image.constBits())
    assert len(set(pictures.values())) == 4
