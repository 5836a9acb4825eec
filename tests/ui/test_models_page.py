"""The place of the models: seen, imported by answering, refused with a way out."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit

from bedside_dx.ui.model_import import ImportState
from bedside_dx.ui.window import Window
from tests.kit import foreign_model, tiny_model
from tests.ui.conftest import WAIT_MS

ANSWERS = {
    "organ": "colon",
    "modality": "SM",
    "spacing": "0,5",
    "classes": "normal:benign adenoma:precursor carcinoma:tumour",
    "scale": "0-1",
    "mean": "0.7 0.6 0.7",
    "std": "0.2 0.25 0.2",
    "activation": "softmax",
}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    return tmp_path / "home" / "bedside-dx" / "models"


@pytest.fixture
def page(window: Window, qtbot):
    qtbot.keyClick(window, Qt.Key.Key_F6)
    qtbot.waitUntil(window.models.isVisible, timeout=WAIT_MS)
    return window.models


def _wait(page, qtbot, state: ImportState) -> None:
    qtbot.waitUntil(lambda: page.work.state is state, timeout=WAIT_MS)


def _answer(page, answers: dict[str, str]) -> None:
    for key, answer in answers.items():
        field = page.importing.form.fields[key].field
        if isinstance(field, QLineEdit):
            field.setText(answer)
        else:
            field.setCurrentIndex(field.findData(answer))


def test_all_installed_models_are_listed(page, window: Window) -> None:
    assert [row.card.name for row in page.rows.rows] == ["brain-mri", "colon-he", "lung-he"]
    assert not any(row.warning.isVisible() for row in page.rows.rows)


def test_escape_leaves_it(page, window: Window, qtbot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not page.isVisible()


def test_a_graph_is_imported_by_answering(
    page, window: Window, qtbot, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bare.onnx"
    path.write_bytes(foreign_model.network())
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    page.importing.file.click()
    _wait(page, qtbot, ImportState.ASKING)
    form = page.importing.form
    assert set(form.fields) == {"name", *ANSWERS}
    assert not page.importing.begin.isEnabled()
    _answer(page, ANSWERS | {"modality": "slides"})
    assert page.importing.begin.isEnabled()
    page.importing.begin.click()
    # What can't be stays, and says what it should look like; the rest is taken.
    assert page.work.state is ImportState.ASKING
    assert set(form.fields) == {"name", "modality"}
    assert "SM" in form.fields["modality"]._complaint.text()
    _answer(page, {"modality": "SM"})
    page.importing.begin.click()
    assert page.work.state is ImportState.WORKING
    _wait(page, qtbot, ImportState.DONE)
    assert list((home / "installed" / "bare").rglob("manifest.toml"))
    qtbot.waitUntil(lambda: len(page.rows.rows) == 4, timeout=WAIT_MS)
    (bare,) = [row for row in page.rows.rows if row.card.name == "bare"]
    assert "unfamiliar" in bare.warning.text()
    assert "bare" in [card.name for card in window.workplace.models]


def test_a_model_of_ones_own_is_removed_once_confirmed(
    page, window: Window, qtbot, tmp_path: Path, home: Path
) -> None:
    assert not any(row.remove.isVisible() for row in page.rows.rows), "bundled ones stay"
    page.work.look_at(tiny_model.write(tmp_path / "tiny"))
    _wait(page, qtbot, ImportState.DONE)
    qtbot.waitUntil(lambda: len(page.rows.rows) == 4, timeout=WAIT_MS)
    (tiny,) = [row for row in page.rows.rows if row.card.name == "tiny"]
    assert tiny._origin.text().startswith("unsigned · installed on ")
    tiny.remove.ask.click()
    assert "tiny 1.0.0" in tiny.remove.question.text()
    tiny.remove.keep.click()
    assert not tiny.remove.question.isVisible()
    assert (home / "installed" / "tiny").is_dir()
    tiny.remove.ask.click()
    tiny.remove.go_on.click()
    qtbot.waitUntil(lambda: len(page.rows.rows) == 3, timeout=WAIT_MS)
    assert not (home / "installed" / "tiny").exists()
    assert "tiny" not in [card.name for card in window.workplace.models]


@pytest.mark.usefixtures("two_models")
def test_what_the_site_installed_is_not_removed_and_it_says_so(window: Window, page, qtbot) -> None:
    (tiny,) = [row for row in page.rows.rows if row.card.name == "tiny"]
    tiny.remove.ask.click()
    tiny.remove.go_on.click()
    qtbot.waitUntil(tiny.refusal.isVisible, timeout=WAIT_MS)
    assert "was not removed" in tiny.refusal.text()
    assert "tiny" in [card.name for card in window.workplace.models]


def test_organs_and_origins_are_said_in_the_readers_language(page, window: Window) -> None:
    window.look.use_language("fr")
    said = [(row._facts.text(), row._origin.text()) for row in page.rows.rows]
    assert [facts.split(" · ")[1] for facts, _ in said] == ["cerveau", "côlon", "poumon"]
    assert all(origin for _, origin in said)


def test_a_package_needs_no_answers(page, qtbot, tmp_path: Path, home: Path) -> None:
    page.work.look_at(tiny_model.write(tmp_path / "tiny"))
    _wait(page, qtbot, ImportState.DONE)
    assert (home / "installed" / "tiny").is_dir()


def test_what_is_refused_says_why_and_lets_go_on(page, qtbot, tmp_path: Path, home: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("no model")
    page.work.look_at(path)
    _wait(page, qtbot, ImportState.REFUSED)
    assert "notes.txt" in page.importing.notice.accessibleName()
    page.importing.again.click()
    assert page.work.state is ImportState.IDLE
    assert page.importing.file.isVisible()
    assert not home.is_dir() or not list(home.iterdir())
