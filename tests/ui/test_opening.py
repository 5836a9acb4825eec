"""The program's start: a bare first frame, then all that a person works with on it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from bedside_dx.core.errors import SettingsError
from bedside_dx.core.settings import Settings
from bedside_dx.ui import application, opening, pages
from bedside_dx.ui.application import furnish
from bedside_dx.ui.look import Look
from bedside_dx.ui.self_check import SelfCheckDesk
from bedside_dx.ui.theme import ThemeName
from bedside_dx.ui.window import Window
from bedside_dx.ui.workplace import READY_AFTER_MS
from tests.ui.conftest import WAIT_MS

FIRST_FRAME = """
import sys
from PySide6.QtWidgets import QApplication
from bedside_dx.cli import main
from bedside_dx.ui.ground import Ground

def leave(ground):
    print(*sorted(name for name in sys.modules if name.startswith("bedside_dx.")))
    sys.stdout.flush()
    import os
    os._exit(0)

Ground.paintEvent = lambda ground, event: leave(ground)
main(["open"])
"""

REFUSED = """
import sys
from bedside_dx.cli import main
from bedside_dx.core.errors import SettingsError
from bedside_dx.ui.workplace import Workplace

def refuse(*_, **__):
    raise SettingsError("settings.bad", name="BEDSIDE_DX_X", value="y", allowed="z")

Workplace.__init__ = refuse
sys.exit(main(["--language", "en", "open"]))
"""


@pytest.fixture(autouse=True)
def quiet_day(monkeypatch: pytest.MonkeyPatch) -> list[SelfCheckDesk]:
    """No self-check begins; who was asked to begin one is listed."""
    asked: list[SelfCheckDesk] = []
    monkeypatch.setattr(SelfCheckDesk, "begin_the_day", lambda desk: asked.append(desk))  # noqa: PLW0108 - of an instance
    return asked


@pytest.fixture
def started(qtbot, monkeypatch: pytest.MonkeyPatch):
    """Run the program until `then` says that it is over; its window, which is closed in the end."""
    known = set(QApplication.topLevelWidgets())

    def windows() -> list[Window]:
        there = QApplication.topLevelWidgets()
        return [w for w in there if isinstance(w, Window) and w not in known]

    def start(then: Callable[[Window], object], *slides: Path) -> Window:
        def execute(*_: object) -> int:
            (window,) = windows()
            qtbot.waitUntil(lambda: bool(then(window)), timeout=WAIT_MS)
            return 0

        monkeypatch.setattr(QApplication, "exec", execute)
        application.run(slides, settings=Settings(threads=2), model=None, spacing=None)
        return windows()[0]

    yield start
    for window in windows():
        window.close()
        window.deleteLater()


def of_window(widget: QWidget) -> QRect:
    return QRect(widget.mapTo(widget.window(), widget.rect().topLeft()), widget.size())


@pytest.mark.parametrize("theme", ThemeName)
@pytest.mark.parametrize("size", [(1180, 720), (1440, 900)])
def test_what_comes_lies_where_its_surface_lay(qtbot, theme: ThemeName, size) -> None:
    window = Window(Look("fr", theme))
    window.restore_geometry()
    window.resize(*size)
    window.show()
    qtbot.waitExposed(window)
    bare = window.grab().toImage()
    surfaces = {
        of_window(child).getRect() for child in window.ground.children() if is_surface(child)
    }
    furnish(window, Settings(language="fr"))
    qtbot.waitUntil(window.desk.isVisible)
    desk = window.desk
    panels = (desk.patient_bar, desk.rail, desk.middle, desk.inspector, desk.status_line)
    assert {of_window(panel).getRect() for panel in panels} <= surfaces
    full = window.grab().toImage()
    same = [
        bare.pixel(x, y) == full.pixel(x, y)
        for x in range(0, window.width(), 3)
        for y in range(0, window.height(), 3)
    ]
    assert 0.9 < sum(same) / len(same) < 1, "words and icons come; the ground stays"
    assert len({bare.pixel(x, window.height() // 2) for x in range(window.width())}) == 3
    window.close()
    window.deleteLater()


def is_surface(child: object) -> bool:
    return isinstance(child, QWidget) and min(child.width(), child.height()) > 1


def test_the_first_frame_waits_for_no_room(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-c", FIRST_FRAME], check=True, capture_output=True, text=True
    )
    loaded = set(said.stdout.split())
    assert "bedside_dx.ui.ground" in loaded
    rooms = ("app", "store", "models", "imaging", "core.results", "ui.workplace", "ui.controls")
    assert not [name for name in loaded for room in rooms if name.startswith(f"bedside_dx.{room}")]


def test_slides_that_are_named_are_opened(started, quiet_day, scaled: Path) -> None:
    window = started(lambda window: window.is_furnished and window.workplace.examinations, scaled)
    assert [examination.path for examination in window.workplace.examinations] == [scaled]
    assert quiet_day == [window.self_check]


def test_the_keyboard_reaches_what_came(started, qtbot) -> None:
    window = started(lambda window: window.is_furnished)
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window, timeout=WAIT_MS)
    assert QApplication.focusWidget() is window
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert window.keys.isVisible()


def test_a_window_that_is_not_drawn_is_filled_too(started, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Window, "show", Window.showMinimized)
    monkeypatch.setattr(application, "Window", NeverDrawn)
    assert started(lambda window: window.is_furnished).is_furnished


class NeverDrawn(Window):
    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self.ground.setUpdatesEnabled(False)


def test_a_window_closed_at_once_begins_nothing(started, monkeypatch, qtbot) -> None:
    monkeypatch.setattr(opening, "LATEST_MS", 20)
    later = []

    def closed(window: Window) -> bool:
        if not later:
            later.append(1)
            window.close()
            QTimer.singleShot(200, lambda: later.append(2))
        return len(later) > 1

    assert not started(closed).is_furnished


def test_what_goes_wrong_ends_the_program_and_is_said() -> None:
    said = subprocess.run([sys.executable, "-c", REFUSED], capture_output=True, text=True)
    assert (said.returncode, "BEDSIDE_DX_X" in said.stderr) == (2, True), said.stderr


def test_what_goes_wrong_while_it_is_filled_leaves_no_work(qtbot, monkeypatch) -> None:
    done: list[str] = []

    def refuse(*_: object) -> None:
        raise SettingsError("settings.bad", name="x", value="y", allowed="z")

    monkeypatch.setattr(pages, "Desk", refuse)
    window = Window(Look("en"))
    qtbot.addWidget(window)
    with pytest.raises(SettingsError):
        furnish(window, Settings())
    window.workplace.in_background(lambda: done.append("begun"), lambda _: None, lambda _: None)
    QTest.qWait(2 * READY_AFTER_MS)
    assert (window.is_furnished, window.workplace.models, done) == (False, (), [])
