"""The Qt application: fonts, Qt's own words, and the event loop."""

from __future__ import annotations

import gc
import logging
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QTranslator
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

import bedside_dx
from bedside_dx.core.errors import trace_of
from bedside_dx.ui import pages
from bedside_dx.ui.garbage import GarbageCollection
from bedside_dx.ui.look import Look
from bedside_dx.ui.opening import Opening
from bedside_dx.ui.theme import BASE
from bedside_dx.ui.window import Window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bedside_dx.core.settings import Settings

_log = logging.getLogger(__name__)

FAMILIES = ("Inter", "Segoe UI", "SF Pro Text", "Noto Sans", "DejaVu Sans")


ARGUMENTS = ["bedside_dx", "-style", "fusion"]
"""The style is named here: asking for it later would make Qt's Python side know every style."""

SWITCH_S = 0.001
"""Longest time that a reading thread keeps Python from the one that draws, s; usually it is 5 ms,
a third of a frame."""


def the_application() -> QApplication:
    """The one Qt application of this process, with its font."""
    application = _bare_application()
    application.setFont(_font())
    return application


def _bare_application() -> QApplication:
    """Without its font: fonts are looked for when there are words to draw."""
    running = QApplication.instance()
    application = running if isinstance(running, QApplication) else QApplication(ARGUMENTS)
    application.setApplicationName("bedside_dx")
    application.setOrganizationName("bedside_dx")
    sys.setswitchinterval(SWITCH_S)
    return application


def make_window(look: Look, settings: Settings, model: str | None = None) -> Window:
    """Make the window of one session, with all that is in it."""
    window = Window(look)
    furnish(window, settings, model)
    return window


def furnish(window: Window, settings: Settings, model: str | None = None) -> None:
    """Fill a window: its icon, what a person works with, and Qt's own words."""
    from bedside_dx.ui.application_icon import application_icon  # noqa: PLC0415 - after the first frame
    from bedside_dx.ui.precision_choice import with_kept_precision  # noqa: PLC0415 - after the first frame
    from bedside_dx.ui.workplace import Workplace  # noqa: PLC0415 - after the first frame

    window.setWindowIcon(application_icon())
    workplace = Workplace(with_kept_precision(settings), model=model, ahead=pages.ROOMS)
    try:
        window.furnish(workplace)
    except BaseException:
        # A window that is not furnished has no work to stop when it closes.
        workplace.close()
        raise
    _SpeakQt(window.look, window)


def run(
    paths: Sequence[Path], *, settings: Settings, model: str | None, spacing: float | None
) -> int:
    """Show the window with these slides until it is closed.

    Returns
    -------
    Exit code.
    """
    application = _bare_application()
    log_faults_without_words()
    window = Window(Look(settings.language))

    def begin() -> None:
        the_application()
        furnish(window, settings, model)
        window.workplace.open(paths, spacing)
        window.self_check.begin_the_day()
        # All that was made until now stays: it is never looked through for what can go. What could
        # go of it stays, too, and is not looked for: that takes 14 to 24 ms, and finds 309 of
        # 36,108 objects, 45 kB.
        gc.freeze()
        GarbageCollection(application)

    opening = Opening(window, begin)
    window.restore_geometry()
    window.show()
    code = application.exec()
    opening.tell_what_went_wrong()
    return code


def log_faults_without_words() -> None:
    """Have faults of the program logged by their place: their words may name a patient.

    Python itself would write all of them to standard error, which desktops keep in a file.
    """

    def tell(error: BaseException | None) -> None:
        if error is not None and not isinstance(error, KeyboardInterrupt | SystemExit):
            _log.critical("a fault of the program: %s", trace_of(error))

    sys.excepthook = lambda _kind, error, _trace: tell(error)
    sys.unraisablehook = lambda told: tell(told.exc_value)
    threading.excepthook = lambda told: tell(told.exc_value)


class _SpeakQt:
    """Keeps Qt's own dialogs in the language of the window."""

    def __init__(self, look: Look, window: Window) -> None:
        self._look = look
        self._translator = QTranslator(window)
        look.changed.connect(self._switch)
        self._switch()

    def _switch(self) -> None:
        QApplication.removeTranslator(self._translator)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if self._look.language == "fr" and self._translator.load("qtbase_fr", folder):
            QApplication.installTranslator(self._translator)


def _fonts() -> Path:
    """Folder of the fonts: inside an installed package, beside it in a checkout."""
    package = Path(bedside_dx.__file__).parent
    inside = package / "assets" / "fonts"
    return inside if inside.is_dir() else package.parent / "assets" / "fonts"


def _font() -> QFont:
    for file in sorted(_fonts().glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(file))
    known = set(QFontDatabase.families())
    font = QFont([family for family in FAMILIES if family in known])
    font.setPixelSize(BASE)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font
