"""Models from elsewhere, in the window: offered, refused, trusted, installed, undone."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QScrollArea

from bedside_dx.app.updating import trusted_publishers
from bedside_dx.models import registry
from bedside_dx.ui.look import Look
from bedside_dx.ui.model_updates import ModelUpdates
from bedside_dx.ui.updates_page import UpdatesPage
from tests.kit import tiny_model
from tests.ui.conftest import WAIT_MS
from tests.unit.models.conftest import (  # noqa: F401  (fixtures)
    Hospital,
    flip,
    hospital,
    keys,
    machine,
)


@pytest.fixture
def page(qtbot, machine: Path):  # noqa: F811
    widget = ModelUpdates(Look("en"))
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(widget)
    qtbot.addWidget(area)
    area.resize(640, 700)
    area.show()
    yield widget
    widget.close_work()


def settle(qtbot, page: ModelUpdates) -> None:
    qtbot.waitUntil(lambda: not page._is_busy, timeout=WAIT_MS)


def trusted(qtbot, page: ModelUpdates, folder: Path) -> None:
    from bedside_dx.models.trust import read_root

    page.look_at(folder)
    settle(qtbot, page)
    page.trust.field.setText(read_root(folder)[1].written_fingerprint)
    page.trust.trust.click()
    qtbot.waitUntil(lambda: bool(page.rows) and not page._is_busy, timeout=WAIT_MS)


def test_from_an_unknown_stick_to_an_installed_model_and_back(
    qtbot,
    page: ModelUpdates,
    hospital: Hospital,  # noqa: F811
) -> None:
    page.look_at(hospital.folder)
    settle(qtbot, page)
    assert page.trust.isVisible()
    assert "CHU Nord" in page.trust._title.text()
    shown = " ".join(label.text() for label in page.trust.findChildren(type(page.trust._why)))
    fingerprint = hospital.publish().fingerprint
    assert fingerprint[:4] not in shown.replace(" ", "")
    page.trust.field.setText("0" * 32)
    assert not page.trust.trust.isEnabled()
    assert "another fingerprint" in page.trust._answer.text()
    trusted(qtbot, page, hospital.folder)
    assert not page.trust.isVisible()
    (row,) = page.rows
    assert row._state.text() == "new"
    with qtbot.waitSignal(page.installed, timeout=WAIT_MS):
        row.install.click()
    settle(qtbot, page)
    assert "tiny 1.0.0" in page.outcome.accessibleName()
    assert page.rows[0]._state.text() == "installed already"
    assert not page.rows[0].install.isVisible()
    hospital.publish(version="1.1.0")
    page.look_at(hospital.folder)
    settle(qtbot, page)
    page.rows[0].install.click()
    settle(qtbot, page)
    assert registry.find("tiny").card.version == "1.1.0"
    page.outcome.acted.emit()
    settle(qtbot, page)
    assert registry.find("tiny").card.version == "1.0.0"
    assert "tiny 1.0.0" in page.outcome.accessibleName()


def test_trusted_publishers_are_listed_and_can_be_trusted_no_longer(
    qtbot,
    hospital: Hospital,  # noqa: F811
    machine: Path,  # noqa: F811
) -> None:
    page = UpdatesPage(Look("en"))
    qtbot.addWidget(page)
    page.setMinimumSize(1200, 800)
    page.show()
    listed = page.publishers
    qtbot.waitUntil(lambda: "Nobody yet" in listed._empty.text(), timeout=WAIT_MS)
    trusted(qtbot, page.updates, hospital.folder)
    qtbot.waitUntil(lambda: len(listed.rows) == 1, timeout=WAIT_MS)
    (row,) = listed.rows
    assert row.publisher.name == "CHU Nord"
    assert row.publisher.written_fingerprint in row._facts.text()
    row.distrust.ask.click()
    row.distrust.go_on.click()
    qtbot.waitUntil(lambda: not listed.rows, timeout=WAIT_MS)
    assert trusted_publishers() == ()
    page.close_work()


def test_a_refusal_says_why_in_the_language_of_the_window(
    qtbot,
    page: ModelUpdates,
    hospital: Hospital,  # noqa: F811
) -> None:
    trusted(qtbot, page, hospital.folder)
    (package,) = (hospital.folder / "targets").iterdir()
    flip(package)
    page.rows[0].install.click()
    settle(qtbot, page)
    assert "is not the one CHU Nord signed" in page.outcome.accessibleName()
    page._look.use_language("fr")
    assert "n’est pas celui que CHU Nord a signé" in page.outcome.accessibleName()
    assert registry.installed() == ()
    flip(hospital.metadata("timestamp.json"))
    page.look_at(hospital.folder)
    settle(qtbot, page)
    assert page.outcome.isVisible()
    assert not page.rows


def test_an_unsigned_package_is_installed_as_such(
    qtbot, page: ModelUpdates, tmp_path: Path
) -> None:
    package = tiny_model.zipped(tiny_model.write(tmp_path / "tiny"), tmp_path / "tiny.zip")
    page.install_package(package)
    assert not page.choose_package.isEnabled()
    settle(qtbot, page)
    assert page.choose_package.isEnabled()
    assert "tiny 1.0.0" in page.outcome.accessibleName()
    assert page.outcome._sentence.text() == "unsigned"
    package.write_bytes(b"nonsense")
    page.install_package(package)
    settle(qtbot, page)
    assert "Nothing was installed" in page.outcome.accessibleName()


def test_the_window_has_the_page_and_learns_of_new_models(qtbot, make, tmp_path: Path) -> None:
    window = make()
    window.patient_bar.models.click()
    window.models.elsewhere.click()
    assert window.updates.isVisible()
    before = {card.name for card in window.workplace.models}
    package = tiny_model.write(tmp_path / "x", manifest=tiny_model.manifest(name="travelled"))
    window.updates.updates.install_package(package)
    qtbot.waitUntil(lambda: len(window.workplace.models) > len(before), timeout=WAIT_MS)
    assert {card.name for card in window.workplace.models} - before == {"travelled"}
    window.escape()
    assert not window.updates.isVisible()


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
