"""The window's first turn: it is drawn bare, and what fills it comes after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable

    from bedside_dx.ui.window import Window

LATEST_MS = 500
"""Time after which the window is filled although no frame was drawn: it may be minimised."""


class Opening(QObject):
    """Waits for the first frame of a window, then has it filled.

    Parameters
    ----------
    window
        Not yet shown.
    begin
        Fills it. An error of it ends the program, as if it had come before the window.
    """

    def __init__(self, window: Window, begin: Callable[[], None]) -> None:
        super().__init__(window)
        self._window, self._begin = window, begin
        self._error: BaseException | None = None
        self._wait = QTimer(self, interval=LATEST_MS, singleShot=True)
        self._wait.timeout.connect(self._fill)
        self._wait.start()
        window.ground.painted.connect(self._fill_next)

    def tell_what_went_wrong(self) -> None:
        """Raise the error that ended the program, if there was one."""
        if self._error is not None:
            raise self._error

    def _fill_next(self) -> None:
        """Let the frame reach the screen first."""
        self._wait.start(0)

    def _fill(self) -> None:
        has_failed = self._error is not None
        if has_failed or self._window.is_furnished or not self._window.isVisible():
            return
        try:
            self._begin()
        except BaseException as error:  # noqa: BLE001 - Qt would swallow it
            self._error = error
            QCoreApplication.quit()
