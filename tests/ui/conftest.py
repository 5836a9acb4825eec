"""A window as a person starts it, a small slide, and two models to choose from."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication

from bedside_dx.app.reading import SlideReader, open_slide
from bedside_dx.core.settings import Settings
from bedside_dx.ui.application import make_window, the_application
from bedside_dx.ui.garbage import GarbageCollection
from bedside_dx.ui.inspector_page import Page
from bedside_dx.ui.look import Look
from bedside_dx.ui.window import Window
from tests.kit import tiny_model
from tests.slides import he_like, write_slide
from tests.ui.viewing import open_viewer, settle

SIDE = 1024
"""Of the small slide, px; it has 1 µm per pixel."""

WAIT_MS = 60_000
"""Far more than anything here takes: the machine may be busy."""


@pytest.fixture(autouse=True)
def documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folders of cases lie apart for each test."""
    folder = tmp_path / "documents"
    monkeypatch.setattr("bedside_dx.ui.case_folder._documents", lambda: folder)
    return folder


@pytest.fixture(scope="session")
def qapp_cls():
    return type(the_application())


@pytest.fixture(scope="session", autouse=True)
def collected_here(qapp) -> None:
    """Dead widgets are taken apart in the window's thread, as in the program."""
    GarbageCollection(qapp)


@pytest.fixture(scope="session")
def small_pixels() -> np.ndarray:
    """Pink and violet tissue on white, no ink: to the model `tiny` red, tumour, and blue, benign."""
    pixels = np.full((SIDE, SIDE, 3), 244, np.uint8)
    pixels[160:864, 160:512] = (235, 30, 70)
    pixels[160:864, 512:864] = (70, 20, 235)
    noise = np.random.default_rng(5).integers(-18, 18, pixels.shape)
    return np.clip(pixels + noise, 0, 255).astype(np.uint8)


@pytest.fixture(scope="session")
def scaled(tmp_path_factory: pytest.TempPathFactory, small_pixels: np.ndarray) -> Path:
    """The small slide; the file says its scale."""
    path = tmp_path_factory.mktemp("slides") / "scaled.tif"
    return write_slide(path, small_pixels, um_per_px=1.0)


@pytest.fixture(scope="session")
def unscaled(tmp_path_factory: pytest.TempPathFactory, small_pixels: np.ndarray) -> Path:
    """The small slide; the file does not say its scale."""
    return write_slide(tmp_path_factory.mktemp("slides") / "unscaled.tif", small_pixels)


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A larger slide that looks like stained tissue."""
    path = tmp_path_factory.mktemp("slides") / "drawn.tif"
    return write_slide(path, he_like(4800, 3600), um_per_px=0.5, downsamples=(1, 4, 16))


@pytest.fixture
def two_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The model `tiny` beside those that are bundled."""
    tiny_model.write(tmp_path / "models" / "tiny")
    monkeypatch.setenv("BEDSIDE_DX_MODELS", str(tmp_path / "models"))


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path) -> None:
    """Keep the windows' geometry away from that of the person who runs the tests."""
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path))


@pytest.fixture
def make(qtbot) -> Iterator[Callable[..., Window]]:
    """Make windows; all of them are closed in the end."""
    made: list[Window] = []

    def make(
        language: str = "en", size: tuple[int, int] = (1280, 800), model: str | None = None
    ) -> Window:
        window = make_window(Look(language), Settings(language=language, threads=2), model)
        window.stage.viewer.set_reduced_motion(True)
        window.resize(*size)
        made.append(window)
        window.show()
        qtbot.waitExposed(window)
        qtbot.waitUntil(
            lambda: bool(window.workplace.models) or window.workplace.models_error is not None,
            timeout=WAIT_MS,
        )
        return window

    yield make
    for window in made:
        if not window.close():  # a plan that is not recorded: asked again it closes
            assert window.close()
        window.deleteLater()


@pytest.fixture
def window(make) -> Window:
    """One window, in English."""
    return make()


@pytest.fixture(scope="module")
def viewed_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("viewer")
    return write_slide(folder / "slide.tif", he_like(3000, 2200), um_per_px=0.5)


@pytest.fixture(scope="module")
def slide(viewed_path):
    with open_slide(viewed_path) as slide:
        yield slide


@pytest.fixture
def reader():
    reader = SlideReader()
    yield reader
    reader.close()


@pytest.fixture
def viewer(qtbot, reader, slide):
    viewer = open_viewer(qtbot, reader)
    viewer.show_slide(slide)
    settle(qtbot, viewer)
    yield viewer
    viewer.clear()


@pytest.fixture
def disease(qtbot, window: Window):
    """The page, turned to by its key, with the model for the breast."""
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window, timeout=WAIT_MS)
    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert window.inspector.page is Page.DISEASE
    page = window.inspector.disease
    choose(page, 1)
    return page


def choose(page, at: int) -> None:
    page.prognosis.model.setCurrentIndex(at)
    page.prognosis.model.activated.emit(at)
